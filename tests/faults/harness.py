"""What a fault is tried on: servers, workers, a mail server, and the count of what arrived."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import celery
import kombu.exceptions
import psycopg
import redis.exceptions

from tests.faults import mail_server, servers
from tests.house import processes

PATIENCE_SECONDS = 120
WAKE_SECONDS = 0.5
TASKS = ("followup.tasks.sweep_when_due", "followup.tasks.send_due_messages")
EMPTY = "TRUNCATE followup_reminder, followup_message, followup_sweepfault, followup_sweeprun"


@dataclass(frozen=True)
class Tally:
    """What one fault came to. Counted are messages by e-mail, one a person."""

    fault: str
    reminders: int
    messages: int
    arrived: int
    lost: int
    twice: int
    # Arrived once more under the same Message-ID, and the row says that it may have.
    gap: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        return self.lost == 0 and self.twice == 0


@dataclass
class Harness:
    """One hospital with one team; its faults are tried one after the other."""

    count: int
    database: servers.PostgreSQL
    broker: servers.Redis
    mail: mail_server.MailServer
    workers: list[subprocess.Popen] = field(default_factory=list)
    is_waking: bool = True

    def environment(self) -> dict[str, str]:
        return processes.environment(
            self.database.url,
            REDIS_URL=self.broker.url,
            EMAIL_URL=f"smtp://127.0.0.1:{self.mail.port}",
            DJANGO_SETTINGS_MODULE="tests.faults.worker_settings",
        )

    def run(self, *arguments: str) -> None:
        """Run a module of the harness in the product's environment."""
        command = [sys.executable, "-m", *arguments]
        subprocess.run(command, cwd=processes.ROOT, env=self.environment(), check=True)

    def start_worker(self) -> subprocess.Popen:
        """Start a worker as a hospital does: it forks, and knows no timetable."""
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "tace_site", "worker"]
        command += ["--concurrency", "2", "--loglevel", "CRITICAL", "--without-gossip", "--without-mingle"]
        command += ["--hostname", f"worker{len(self.workers)}@%h"]
        worker = subprocess.Popen(
            command, cwd=processes.ROOT, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def kill_workers(self) -> None:
        """Kill every worker and what it forked outright, in the middle of whatever they do."""
        for worker in self.workers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self.workers.clear()

    def wake(self) -> None:
        """Wake the workers as the timetable does; a broker that is away is not woken."""
        app = celery.Celery(broker=self.broker.url)
        app.conf.broker_transport_options = {"socket_connect_timeout": 1, "socket_timeout": 1}
        with contextlib.suppress(kombu.exceptions.OperationalError, redis.exceptions.RedisError, OSError):
            for task in TASKS:
                app.send_task(task, expires=5, retry=False)
        app.close()

    def wake_for_ever(self) -> None:
        while self.is_waking:
            self.wake()
            time.sleep(WAKE_SECONDS)

    def query(self, sql: str) -> list[tuple]:
        """Ask the database, from outside."""
        with psycopg.connect(self.database.url.replace("postgres:", "postgresql:"), autocommit=True) as link:
            cursor = link.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def wait(self, happens: Callable[[], object], what: str) -> None:
        """Wait until something holds; a database that is away holds nothing."""
        deadline = time.monotonic() + PATIENCE_SECONDS + self.count / 10
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                if happens():
                    return
            if time.monotonic() > deadline:
                raise TimeoutError(f"Waited in vain for {what}. {self.query(STATES)}")
            time.sleep(0.1)

    def wait_for_arrivals(self, share: float) -> None:
        self.wait(lambda: self.mail.count() >= self.count * share, f"{share:.0%} of the messages")

    def try_fault(
        self, name: str, fault: Callable[["Harness"], None], *, expected: int | None = None
    ) -> Tally:
        """Begin with an empty outbox, let the fault happen, wait until all is sent, and count."""
        self.query(EMPTY)
        self.mail.empty()
        began = time.monotonic()
        fault(self)
        wanted = self.count if expected is None else expected
        self.wait(lambda: self.query(FINISHED)[0] == (wanted, wanted), "every message to be sent")
        return self.tally(name, wanted, time.monotonic() - began)

    def tally(self, name: str, wanted: int, seconds: float) -> Tally:
        rows = dict(
            self.query("SELECT message_id, may_be_twice FROM followup_message WHERE channel = 'email'")
        )
        in_app = self.query("SELECT count(*) FROM followup_message WHERE channel = 'in_app'")[0][0]
        reminders = self.query("SELECT count(*) FROM followup_reminder")[0][0]
        more = {key: count - 1 for key, count in self.mail.arrived.items() if count > 1}
        unsaid = sum(count for key, count in more.items() if not rows.get(key))
        return Tally(
            fault=name,
            reminders=reminders,
            messages=len(rows),
            arrived=self.mail.count(),
            lost=wanted - len(self.mail.arrived) + (wanted - min(in_app, wanted)),
            twice=unsaid + (len(rows) - wanted) + (reminders - wanted),
            gap=sum(more.values()) - unsaid,
            seconds=seconds,
        )


STATES = """
SELECT channel, count(*), count(sent_at), count(failed_at), count(withheld_at), max(last_error)
FROM followup_message GROUP BY channel
"""
# How many e-mails, and how many in the application, were sent.
FINISHED = """
SELECT count(*) FILTER (WHERE channel = 'email'), count(*) FILTER (WHERE channel = 'in_app')
FROM followup_message WHERE sent_at IS NOT NULL
"""


@contextlib.contextmanager
def harness(count: int) -> Iterator[Harness]:
    """Set everything up for `count` reminders, two workers included; take it down when the block ends."""
    mail = mail_server.MailServer()
    with servers.postgresql() as database, servers.redis() as broker:
        made = Harness(count, database, broker, mail)
        processes.manage("migrate", "-v0", env=made.environment())
        made.run("tests.faults.world", str(count))
        mail.start()
        waking = threading.Thread(target=made.wake_for_ever, daemon=True)
        try:
            made.start_worker()
            made.start_worker()
            waking.start()
            yield made
        finally:
            made.is_waking = False
            waking.join(5)
            made.kill_workers()
            mail.stop()
