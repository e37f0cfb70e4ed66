"""A mail server that takes messages, and refuses, hangs or drops the connection when it is told to."""

import asyncio
import email
import threading
from collections import Counter

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests import servers

TAKES, REFUSES, HANGS, DROPS = "takes", "refuses", "hangs", "drops after DATA"
# Longer than the workers of the harness wait for an answer.
HANGING_SECONDS = 10
EVERY_SO_MANY = 10


class MailServer:
    """Remembers every message whose text it received, whatever it answered afterwards."""

    def __init__(self) -> None:
        self.port = servers.free_port()
        self.mode = TAKES
        self.arrived: Counter[str] = Counter()
        self._lock, self._seen = threading.Lock(), 0
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """From now on nobody listens on the port."""
        if self._controller:
            self._controller.stop()
        self._controller = None

    def empty(self) -> None:
        with self._lock:
            self.mode, self._seen = TAKES, 0
            self.arrived.clear()

    def count(self) -> int:
        with self._lock:
            return self.arrived.total()

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if self.mode == HANGS:
            await asyncio.sleep(HANGING_SECONDS)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if self.mode == REFUSES:
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        message = email.message_from_bytes(envelope.content)
        with self._lock:
            self.arrived[message["Message-ID"]] += 1
            self._seen += 1
            is_dropped = self.mode == DROPS and self._seen % EVERY_SO_MANY == 1
        if is_dropped:
            server.transport.abort()
        return "250 Taken"
