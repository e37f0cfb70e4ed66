"""Messages as e-mail. One connection serves a round; every attempt at a message bears the same Message-ID."""

import contextlib
import smtplib

from django.core.mail import EmailMessage, get_connection

from followup.channels import outcome
from followup.models import Message

# Servers take so many messages on one connection at least.
MOST_ON_A_CONNECTION = 100
# In the 500s the server says that it will never take this address, or this message; 421 that it closes.
PERMANENT, CLOSING = 500, 421


class EmailChannel:
    """Sends through Django's mail backend and keeps its connection open meanwhile."""

    def __init__(self) -> None:
        self._connection = None
        self._used = 0

    def send(self, message: Message) -> None:
        """Send one message. Raises NotSent."""
        mail = self._mail(message)
        connection = self._open()
        try:
            connection.send_messages([mail])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as refusal:
            self.close()
            raise _refusal(refusal) from refusal
        except (smtplib.SMTPException, OSError) as broken:
            self.close()
            raise outcome.Unsure(type(broken).__name__) from broken
        except ValueError as impossible:
            raise outcome.Refused(type(impossible).__name__) from impossible
        self._used += 1

    def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        if self._connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._connection.close()
        self._connection, self._used = None, 0

    def _open(self):
        if self._used >= MOST_ON_A_CONNECTION:
            self.close()
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (smtplib.SMTPException, OSError) as closed:
                raise outcome.ChannelDown(type(closed).__name__) from closed
            self._connection = connection
        return self._connection

    def _mail(self, message: Message) -> EmailMessage:
        recipient = message.user or message.patient
        return EmailMessage(
            subject=" ".join(message.subject.split()),
            body=message.body,
            to=[recipient.email if recipient else ""],
            headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        )


def _refusal(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> outcome.NotSent:
    """Tell "never" from "not now"; a sender that is refused is refused with every message."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    else:
        codes = [error.smtp_code]
    words = f"{type(error).__name__} {', '.join(map(str, codes))}"
    if isinstance(error, smtplib.SMTPSenderRefused) or CLOSING in codes:
        return outcome.ChannelDown(words)
    is_final = bool(codes) and all(code >= PERMANENT for code in codes)
    return outcome.Refused(words) if is_final else outcome.NotSent(words)
