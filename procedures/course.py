"""The days after a procedure: what was asked and measured, counted from its day, and how it is judged (6.1-6.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from guidelines import embolisation_syndrome
from guidelines.embolisation_syndrome import Entry, Judgement, Value
from patients.models import LabResult, Task
from procedures import symptoms
from procedures.models import Procedure, SymptomEntry


class NotStarted(Exception):
    """The procedure has not begun: there are no days after it."""


def local_date(procedure: Procedure, moment: datetime) -> date:
    """Return the day of a moment where the team works."""
    return moment.astimezone(ZoneInfo(procedure.patient.team.time_zone)).date()


def began_at(procedure: Procedure) -> datetime:
    """Return the moment at which it began. Raises NotStarted."""
    if procedure.started_at is None:
        raise NotStarted(procedure.pk)
    return procedure.started_at


def day_of(procedure: Procedure) -> date:
    """Return the day of the procedure, from which the days after are counted. Raises NotStarted."""
    return local_date(procedure, began_at(procedure))


def is_missed_call(procedure: Procedure, call: Task, *, on: date) -> bool:
    """Say whether an open call of the days after is not to be made any more: the next one is, or they are over.

    It stays open, and is told as late, until somebody says why it was not made. Only its days say which call it is: a
    call that somebody added by hand is none of these.
    """
    began_on = day_of(procedure)
    first, last = (call.due_from - began_on).days, (call.due_to - began_on).days
    if call.kind != Task.Kind.CALL or symptoms.CALLS.get(first) != last:
        return False
    next_day = min((day for day in symptoms.CALLS if day > first), default=last + 1)
    return on >= began_on + timedelta(days=next_day)


@dataclass(frozen=True)
class Course:
    """The course after one procedure as it is known on a day; what was taken back counts nowhere."""

    procedure: Procedure
    on: date
    entries: list[SymptomEntry]
    # From old to new, the baseline first.
    results: list[LabResult]
    # The day of the next procedure: what comes after it belongs to that one.
    next_on: date | None = None

    @property
    def started_on(self) -> date:
        return day_of(self.procedure)

    @property
    def today(self) -> int:
        """Day 0 is the day of the procedure."""
        return (self.on - self.started_on).days

    def day_of_entry(self, entry: SymptomEntry) -> int:
        return (local_date(self.procedure, entry.asked_at) - self.started_on).days

    def day_of_result(self, result: LabResult) -> int:
        return (result.taken_on - self.started_on).days

    def results_of(self, analyte: str) -> list[LabResult]:
        return [result for result in self.results if result.analyte == analyte]

    def baseline_of(self, analyte: str) -> LabResult | None:
        """The last value up to the day of the procedure."""
        before = [result for result in self.results_of(analyte) if self.day_of_result(result) <= 0]
        return before[-1] if before else None

    def after(self, analyte: str) -> list[LabResult]:
        return [result for result in self.results_of(analyte) if self.day_of_result(result) > 0]

    @property
    def changed_at(self) -> datetime:
        """When something was last added to what is judged."""
        rows: list[SymptomEntry | LabResult] = [*self.entries, *self.results]
        return max((row.entered_at for row in rows), default=self.procedure.created_at)

    @cached_property
    def judgement(self) -> Judgement:
        """Expected, to be watched, or red; it ends with the days that are looked at."""
        return embolisation_syndrome.judge(
            today=min(self.today, symptoms.WATCHED_FOR_DAYS),
            entries=[self._asked(entry) for entry in self.entries],
            values=[self._measured(result) for result in self.results],
        )

    def _asked(self, entry: SymptomEntry) -> Entry:
        answers = entry.answers
        return Entry(
            day=self.day_of_entry(entry),
            temperature_c=None if entry.temperature_c is None else float(entry.temperature_c),
            pain=entry.pain,
            nausea=symptoms.answer_of(answers, "nausea"),
            vomiting=symptoms.answer_of(answers, "vomiting"),
            signs={key: symptoms.answer_of(answers, key) for key in embolisation_syndrome.SIGNS},
        )

    def _measured(self, result: LabResult) -> Value:
        """A value given as < or > counts as its limit: a rise from below it or beyond it is certain."""
        return Value(
            analyte=result.analyte, day=self.day_of_result(result), value=float(result.canonical_value)
        )


def course_of(procedure: Procedure, *, on: date) -> Course:
    """Gather the course as it is known on a day. Raises NotStarted."""
    next_on = _next_on(procedure, began_at(procedure))
    results = LabResult.objects.filter(
        patient_id=procedure.patient_id, retracted_at=None, taken_on__range=_days(procedure, on, next_on)
    ).order_by("taken_on", "entered_at", "pk")
    asked = procedure.symptom_entries.filter(retracted_at=None).select_related("entered_by")
    return Course(procedure, on, list(asked.order_by("asked_at", "pk")), list(results), next_on)


def assembled(
    procedure: Procedure,
    *,
    on: date,
    next_on: date | None,
    entries: list[SymptomEntry],
    results: Iterable[LabResult],
) -> Course:
    """Return the same from rows that are read already: its entries, and the patient's values from old to new."""
    first, last = _days(procedure, on, next_on)
    inside = [result for result in results if first <= result.taken_on <= last]
    return Course(procedure, on, entries, inside, next_on)


def _days(procedure: Procedure, on: date, next_on: date | None) -> tuple[date, date]:
    """The days whose values count: from the baseline on, until the next procedure or as long as one looks."""
    started_on = day_of(procedure)
    last = [on, started_on + timedelta(days=symptoms.WATCHED_FOR_DAYS), *([next_on] if next_on else [])]
    return started_on - timedelta(days=symptoms.BASELINE_WITHIN_DAYS), min(last)


def _next_on(procedure: Procedure, began: datetime) -> date | None:
    later = Procedure.objects.filter(patient_id=procedure.patient_id, started_at__gt=began).order_by(
        "started_at"
    )
    following = later.first()
    return local_date(procedure, following.started_at) if following and following.started_at else None
