"""The ladder of reminders: which rung on which day, for whom; over all dates each rung once, and none is missed."""

from datetime import date, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup import quiet_hours, rungs, working_days
from followup.rungs import Audience, Kind, Rung
from tests.factories.patients import NOW

OPENS, CLOSES = date(2026, 3, 2), date(2026, 3, 16)
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, 6) + timedelta(days=n) for n in range(4))
NUMBERS = SimpleNamespace(
    soon_days=7, escalate_after_days=[7, 14, 28], unread_working_days=3, undecided_working_days=5,
    unsigned_working_days=2,
    unstarted_working_days=2,
)  # fmt: skip
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


def of_window(on: date, numbers=NUMBERS) -> list[tuple[str, str, date]]:
    found = rungs.of_window(due_from=OPENS, due_to=CLOSES, numbers=numbers, on=on)
    return [(rung.audience.value, rung.kind.value, rung.on) for rung in found]


def closes(days: int) -> date:
    return CLOSES + timedelta(days=days)


class TestWindow:
    @pytest.mark.parametrize(
        ("on", "kind", "since"),
        [
            (OPENS - timedelta(days=7), "soon", OPENS - timedelta(days=7)),
            (OPENS - timedelta(days=1), "soon", OPENS - timedelta(days=7)),
            (OPENS, "due", OPENS),
            (CLOSES, "due", OPENS),
            (closes(1), "late", closes(1)),
            (closes(6), "late", closes(1)),
        ],
    )
    def test_tells_the_owner_that_it_is_near_open_and_closed(self, on, kind, since):
        assert of_window(on) == [("owner", kind, since)]

    def test_says_nothing_before_a_week_before(self):
        assert of_window(OPENS - timedelta(days=8)) == []

    @pytest.mark.parametrize(
        ("days_late", "since"), [(7, 7), (8, 7), (13, 7), (14, 14), (27, 14), (28, 28), (34, 28)]
    )
    def test_tells_clinician_and_lead_after_one_two_and_four_weeks(self, days_late, since):
        assert of_window(closes(days_late))[1:] == [
            ("clinician", "escalated", closes(since)), ("lead", "escalated", closes(since)),
        ]  # fmt: skip

    @pytest.mark.parametrize(("days_late", "since"), [(35, 35), (41, 35), (42, 42), (364, 364)])
    def test_then_tells_the_lead_every_week(self, days_late, since):
        assert of_window(closes(days_late))[1:] == [
            ("clinician", "escalated", closes(28)), ("lead", "weekly", closes(since)),
        ]  # fmt: skip

    def test_without_steps_tells_the_lead_every_week_from_the_first_day_late(self):
        numbers = SimpleNamespace(**{**vars(NUMBERS), "escalate_after_days": []})

        assert of_window(closes(7), numbers) == [("owner", "late", closes(1))]
        assert of_window(closes(8), numbers)[1:] == [("lead", "weekly", closes(8))]


class TestUnfinished:
    @pytest.mark.parametrize(
        ("ask", "working"),
        [("unread", 3), ("undecided", 5), ("unsigned", 2), ("unstarted", 2)],
        ids=lambda value: str(value),
    )
    def test_is_said_after_its_working_days_and_every_week_from_then_on(self, ask, working):
        def found(on: date) -> list[Rung]:
            day = {
                "unread": "done_on",
                "undecided": "read_on",
                "unsigned": "performed_on",
                "unstarted": "planned_on",
            }[ask]
            return getattr(rungs, f"of_{ask}")(**{day: FRIDAY}, numbers=NUMBERS, on=on)

        since = working_days.after(FRIDAY, working)
        again = since + timedelta(days=7)

        assert found(since - timedelta(days=1)) == []
        assert found(since) == [Rung(Audience.CLINICIAN, Kind(ask), since)]
        assert found(again) == [
            Rung(Audience.CLINICIAN, Kind(ask), again), Rung(Audience.LEAD, Kind(ask), again),
        ]  # fmt: skip


class TestTask:
    @pytest.mark.parametrize(
        ("on", "said"),
        [
            (OPENS - timedelta(days=1), []),
            (OPENS, [("owner", "task", OPENS)]),
            (CLOSES, [("owner", "task", OPENS)]),
            (closes(1), [("owner", "task_late", closes(1))]),
            (closes(8), [("owner", "task_late", closes(8)), ("lead", "task_late", closes(8))]),
        ],
    )
    def test_is_due_then_late_then_late_every_week(self, on, said):
        found = rungs.of_task(due_from=OPENS, due_to=CLOSES, on=on)

        assert [(rung.audience, rung.kind, rung.on) for rung in found] == said


class TestAfterPause:
    def test_lets_the_rung_fall_due_again_on_the_day_that_was_promised(self):
        found = rungs.of_window(due_from=OPENS, due_to=CLOSES, numbers=NUMBERS, on=closes(5))

        assert [rung.on for rung in rungs.after_pause(found, resumed_on=closes(4))] == [closes(4)]

    def test_leaves_a_rung_of_a_later_day_alone(self):
        found = rungs.of_window(due_from=OPENS, due_to=CLOSES, numbers=NUMBERS, on=closes(7))

        assert [rung.on for rung in rungs.after_pause(found, resumed_on=closes(4))] == [
            closes(4), closes(7), closes(7),
        ]  # fmt: skip


class TestEveryDay:
    @settings(max_examples=200, deadline=None)
    @given(
        opens=DAYS,
        width=st.integers(0, 60),
        steps=st.lists(st.integers(1, 90), max_size=4),
        sweeps=st.sets(st.integers(-30, 200), max_size=60),
    )
    def test_never_goes_down_and_says_each_rung_on_one_day_only(self, opens, width, steps, sweeps):
        numbers = SimpleNamespace(**{**vars(NUMBERS), "escalate_after_days": steps})
        said: dict[str, list[Rung]] = {audience: [] for audience in Audience}
        for day in sorted(sweeps):
            on = opens + timedelta(days=day)
            window = {"due_from": opens, "due_to": opens + timedelta(days=width)}
            for rung in rungs.of_window(**window, numbers=numbers, on=on):
                assert rung.on <= on
                if rung not in said[rung.audience]:
                    said[rung.audience].append(rung)

        for found in said.values():
            days = [rung.on for rung in found]
            assert days == sorted(set(days))
            severities = [rungs.SEVERITY[rung.kind] for rung in found]
            assert severities == sorted(severities)

    @settings(max_examples=100, deadline=None)
    @given(opens=DAYS, width=st.integers(0, 60), late=st.integers(1, 400))
    def test_leaves_nobody_late_without_a_word_for_more_than_two_weeks(self, opens, width, late):
        due_to = opens + timedelta(days=width)
        on = due_to + timedelta(days=late)

        found = rungs.of_window(due_from=opens, due_to=due_to, numbers=NUMBERS, on=on)

        assert (on - max(rung.on for rung in found)).days < 14


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("day", "count", "reached"),
        [
            (FRIDAY, 0, FRIDAY),
            (FRIDAY, 1, MONDAY),
            (SATURDAY, 1, MONDAY),
            (SUNDAY, 1, MONDAY),
            (MONDAY, 4, date(2026, 3, 13)),
            (MONDAY, 5, date(2026, 3, 16)),
            (FRIDAY, 5, date(2026, 3, 13)),
            (SUNDAY, 5, date(2026, 3, 13)),
        ],
    )
    def test_leave_the_weekend_out(self, day, count, reached):
        assert working_days.after(day, count) == reached

    @given(day=DAYS, count=st.integers(1, 60))
    def test_are_counted_as_one_by_one(self, day, count):
        reached = day
        passed = 0
        while passed < count:
            reached += timedelta(days=1)
            passed += working_days.is_working_day(reached)

        assert working_days.after(day, count) == reached


class TestQuietHours:
    @pytest.mark.parametrize(
        ("start", "end", "moment", "is_quiet"),
        [
            (time(19), time(7), time(18, 59), False),
            (time(19), time(7), time(19), True),
            (time(19), time(7), time(0), True),
            (time(19), time(7), time(6, 59), True),
            (time(19), time(7), time(7), False),
            (time(1), time(5), time(3), True),
            (time(1), time(5), time(5), False),
            (time(7), time(7), time(7), False),
        ],
    )
    def test_begin_with_the_first_minute_and_end_before_the_last(self, start, end, moment, is_quiet):
        numbers = SimpleNamespace(quiet_from=start, quiet_until=end)

        assert quiet_hours.is_quiet(numbers, moment) is is_quiet

    @settings(max_examples=200, deadline=None)
    @given(
        hours=st.integers(0, 24 * 366),
        zone=st.sampled_from(["Europe/Stockholm", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
        start=st.times(),
        end=st.times(),
    )
    def test_always_end_within_a_day_and_a_bit(self, hours, zone, start, end):
        numbers = SimpleNamespace(quiet_from=start, quiet_until=end)
        at = NOW + timedelta(hours=hours)

        moment = quiet_hours.next_moment(numbers, at=at, zone=ZoneInfo(zone))

        assert at <= moment <= at + timedelta(hours=26)
