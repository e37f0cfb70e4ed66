"""Reminders under faults, with real PostgreSQL, Redis and workers: none is lost, none is sent twice.

`make faults` tries the same on 10,000 and prints the table.
"""

import pytest

from tests.faults import faults, harness

REMINDERS = 500
DROPPING = "mail server dropping after DATA"

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def hospital():
    """One hospital for all faults; where PostgreSQL or Redis is not installed there is none."""
    try:
        manager = harness.harness(REMINDERS)
        made = manager.__enter__()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    yield made
    manager.__exit__(None, None, None)


def numbers(tally: harness.Tally) -> tuple[int, int, int, int]:
    return tally.reminders, tally.messages, tally.lost, tally.twice


class TestReminders:
    @pytest.mark.parametrize("fault", [name for name in faults.WITH_WORKERS if name != DROPPING])
    def test_leave_once_whatever_happens(self, hospital, fault):
        tally = hospital.try_fault(fault, faults.WITH_WORKERS[fault])

        assert numbers(tally) == (REMINDERS, REMINDERS, 0, 0)

    def test_taken_by_a_server_that_never_answered_are_the_gap_and_say_so(self, hospital):
        tally = hospital.try_fault(DROPPING, faults.WITH_WORKERS[DROPPING])

        assert numbers(tally) == (REMINDERS, REMINDERS, 0, 0)
        assert tally.gap > 0
        assert tally.arrived == REMINDERS + tally.gap

    def test_leave_beside_a_row_that_cannot_be_read(self, hospital):
        tally = faults.a_poison_row(hospital)

        assert numbers(tally) == (REMINDERS - 1, REMINDERS - 1, 0, 0)
        assert hospital.query("SELECT count(DISTINCT subject) FROM followup_sweepfault") == [(1,)]

    @pytest.mark.parametrize("night", [faults.SPRING, faults.AUTUMN])
    def test_leave_once_in_a_night_in_which_the_clock_jumps(self, hospital, night):
        hospital.kill_workers()

        tally = faults.a_night(hospital, night)

        assert numbers(tally) == (REMINDERS, REMINDERS, 0, 0)
