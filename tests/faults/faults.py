"""The faults, one function each: what happens while the reminders of one morning are found, gathered and sent."""

import time
from collections.abc import Callable, Iterator

from tests.faults import mail_server
from tests.faults.harness import EMPTY, Harness, Tally

# The nights in which Stockholm's clock jumps ahead, and shows one hour twice.
SPRING, AUTUMN, HOURS = "2026-03-29", "2026-10-25", 4


def nothing(harness: Harness) -> None:
    """Two workers share the work."""


def workers_are_killed(harness: Harness) -> None:
    harness.wait_for_arrivals(0.3)
    harness.kill_workers()
    harness.start_worker()
    harness.start_worker()


def redis_is_stopped_and_flushed(harness: Harness) -> None:
    harness.wait_for_arrivals(0.3)
    harness.broker.stop_and_forget()
    time.sleep(1)
    harness.broker.start()


def postgresql_is_restarted(harness: Harness) -> None:
    harness.wait_for_arrivals(0.3)
    harness.database.stop_at_once()
    harness.database.start()


def mail_server_refuses(harness: Harness) -> None:
    """First nobody listens, then every address is put off."""
    harness.mail.stop()
    time.sleep(1)
    harness.mail.mode = mail_server.REFUSES
    harness.mail.start()
    harness.wait(lambda: harness.query(PUT_OFF)[0][0], "a refusal")
    harness.mail.mode = mail_server.TAKES


def mail_server_hangs(harness: Harness) -> None:
    harness.wait_for_arrivals(0.2)
    harness.mail.mode = mail_server.HANGS
    harness.wait(lambda: harness.query(HUNG)[0][0], "a message that waited in vain")
    harness.mail.mode = mail_server.TAKES


def mail_server_drops_after_data(harness: Harness) -> None:
    """Every tenth message is taken and never answered."""
    harness.mail.mode = mail_server.DROPS
    harness.wait_for_arrivals(0.5)
    harness.mail.mode = mail_server.TAKES


def a_row_is_poisoned(harness: Harness) -> None:
    """The window of one review holds a day that Python does not know."""
    harness.query(POISON)
    harness.query(EMPTY)
    harness.wait(lambda: harness.query("SELECT count(*) FROM followup_sweepfault")[0][0], "a fault")


PUT_OFF = "SELECT count(*) FROM followup_message WHERE last_error LIKE '%451'"
HUNG = "SELECT count(*) FROM followup_message WHERE last_error <> '' AND may_be_twice"
POISON = """
UPDATE followup_imagingreview SET due_to = 'infinity'
WHERE id = (SELECT min(id) FROM followup_imagingreview)
"""
HEAL = "UPDATE followup_imagingreview SET due_to = due_from + 14 WHERE due_to = 'infinity'"

Fault = Callable[[Harness], None]
WITH_WORKERS: dict[str, Fault] = {
    "nothing, two workers at once": nothing,
    "both workers killed with -9 in mid-batch": workers_are_killed,
    "Redis stopped and flushed": redis_is_stopped_and_flushed,
    "PostgreSQL stopped at once and restarted": postgresql_is_restarted,
    "mail server refusing": mail_server_refuses,
    "mail server hanging": mail_server_hangs,
    "mail server dropping after DATA": mail_server_drops_after_data,
}


def a_night(harness: Harness, night: str) -> Tally:
    """Let the reminders fall due in a night in which the clock jumps; it has a clock of its own, and no workers."""

    def live_through(of: Harness) -> None:
        of.run("tests.faults.world", "night", night, str(HOURS))

    return harness.try_fault(f"the clock jumps in the night of {night}", live_through)


def a_poison_row(harness: Harness) -> Tally:
    """Poison a row, count, and heal it."""
    tally = harness.try_fault("a poison row", a_row_is_poisoned, expected=harness.count - 1)
    harness.query(HEAL)
    return tally


def every_fault(harness: Harness) -> Iterator[Tally]:
    """Try every fault; yield what each came to."""
    for name, fault in WITH_WORKERS.items():
        yield harness.try_fault(name, fault)
    yield a_poison_row(harness)
    harness.kill_workers()
    yield a_night(harness, SPRING)
    yield a_night(harness, AUTUMN)
