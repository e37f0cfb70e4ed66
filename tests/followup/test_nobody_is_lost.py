"""Whatever a team does with a patient, and in whatever order: as long as the course goes on there is a next step."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry
from followup import current_step, stages
from followup.actions import heal
from patients.models import Patient
from procedures.models import Procedure
from tests.followup.walking import STEPS, Walk

TREATED = ["sign: proceed", "plan", "begin", "sign record", "close tasks"]
IMAGED = [*TREATED, "wait", "wait", "book", "image"]


def check(walk: Walk) -> None:
    step = walk.step()
    failsafe = current_step.without_next_step(walk.team, on=walk.at.date())
    assert (step is None) == (not walk.in_care)
    assert step is None or step.due_on is not None
    assert failsafe.filter(pk=walk.patient.pk).exists() == (
        step is not None and step.kind in (current_step.NOTHING_PLANNED, current_step.PLAN_PASSED)
    )
    if step and step.kind == current_step.TO_BOOK:
        assert current_step.to_plan(walk.team).get() == walk.patient
    on_the_way = Patient.objects.filter(current_step.are_on_the_way_to_treatment(), pk=walk.patient.pk)
    assert on_the_way.exists() == current_step.is_on_the_way_to_treatment(walk.patient)
    assert walk.patient.reviews.filter(closed_at=None).count() <= 1
    assert stages.reviews_in_care(walk.team).exists() == (walk.in_care and walk.review is not None)


def check_healed(walk: Walk) -> None:
    """A patient who was treated is imaged or treated next; nobody treated waits on the failsafe list."""
    heal.open_missing_reviews(at=walk.at, team=walk.team, fault=_raise)
    check(walk)
    step = walk.step()
    if step and walk.was_treated:
        assert step.kind != current_step.NOTHING_PLANNED
        assert walk.review or current_step.is_on_the_way_to_treatment(walk.patient)
    assert heal.open_missing_reviews(at=walk.at, team=walk.team, fault=_raise) == 0


def _raise(subject: str, error: Exception) -> None:
    raise error


@pytest.mark.django_db
class TestNobodyIsLost:
    @given(
        path=st.lists(st.sampled_from(list(STEPS)), max_size=14), ahead=st.sampled_from([[], TREATED, IMAGED])
    )
    @example(path=["read", "decide: hold"], ahead=IMAGED)
    @example(path=["read", "decide: consider_repeat", "give up", "heal"], ahead=IMAGED)
    @example(path=["read", "decide: consider_repeat", "sign: do not"], ahead=IMAGED)
    @example(path=["read", "decide: consider_repeat", "sign: proceed", "plan", "begin"], ahead=IMAGED)
    @example(path=["read", "decide: consider_repeat", "withdraw", "decide: hold", "withdraw"], ahead=IMAGED)
    @example(path=["read", "decide: switch_or_combine", "close tasks"], ahead=IMAGED)
    @example(path=["read", "read otherwise", "adjudicate", "decide: prolong_interval"], ahead=IMAGED)
    @example(path=["read", "retract reading", "take imaging back"], ahead=IMAGED)
    @example(path=["end: died", "open course again"], ahead=IMAGED)
    @example(path=["plan", "begin", "sign record", "close tasks"], ahead=IMAGED)
    @example(path=["plan", "begin", "sign record", "close tasks", "correct start"], ahead=[])
    @example(path=["sign: refer", "close tasks"], ahead=[])
    @settings(max_examples=15, deadline=None)
    def test_has_a_step_after_each_thing_that_was_done(self, path, ahead):
        with transaction.atomic():
            walk = Walk()
            for name in [*ahead, *path]:
                walk.take(name)
                check(walk)
            check_healed(walk)
            transaction.set_rollback(True)

    def test_can_go_the_whole_loop_twice_and_on_to_another_treatment(self):
        loop = [
            "read",
            "decide: consider_repeat",
            "sign: proceed",
            "plan",
            "begin",
            "sign record",
            "close tasks",
        ]
        walk, kinds = Walk(), []
        for name in [*IMAGED, *loop, "wait", "wait", "book", "image", "read", "decide: switch_or_combine"]:
            walk.take(name)
            kinds.append(walk.step().kind)

        assert {
            current_step.TO_BOOK, current_step.BOOKED, current_step.TO_COMPLETE, current_step.TO_WATCH,
            current_step.TO_IMAGE, current_step.TO_READ, current_step.TO_DECIDE_NEXT, current_step.AT_THE_MEETING,
        } <= set(kinds)  # fmt: skip
        assert walk.review.after_review is not None

    @pytest.mark.parametrize("name", [name for name in STEPS if name not in ("wait", "heal")])
    def test_does_each_of_these_things(self, name):
        """A step that never applies would prove nothing."""
        walk = Walk()
        for before in BEFORE.get(name, []):
            walk.take(before)
        rows = self.rows()
        walk.at += timedelta(hours=1)

        STEPS[name](walk)

        assert self.rows() != rows

    def rows(self) -> list:
        return [AuditEntry.objects.count(), *Procedure.objects.values_list("saved_at", flat=True)]


READ = [*IMAGED, "read"]
BEFORE = {
    "give up": ["draft"],
    "cancel": ["plan"],
    "begin": ["plan"],
    "sign record": ["plan", "begin"],
    "amend record": TREATED,
    "correct start": TREATED,
    "close tasks": ["add task"],
    "book": TREATED,
    "cancel booking": [*TREATED, "book"],
    "miss": [*TREATED, "book"],
    "image": TREATED,
    "take imaging back": IMAGED,
    "snooze": TREATED,
    "nobody": TREATED,
    "read": IMAGED,
    "read otherwise": IMAGED,
    "adjudicate": [*READ, "read otherwise"],
    "retract reading": READ,
    **{name: READ for name in STEPS if name.startswith("decide: ")},
    "withdraw": [*READ, "decide: hold"],
    "open course again": ["end: died"],
}
