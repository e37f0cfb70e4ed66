"""The patients of a team, one row each: what they are filtered by and what became of them, in a handful of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import FloatField, Max
from django.db.models.functions import Cast

from accounts.models import Team
from assessments.models import Assessment
from followup.models import Decision, ImagingReview, ImportedOutcome, Reading, SignedReading
from patients.models import Diagnosis, LabResult, Patient
from procedures.models import Administration, Procedure

AETIOLOGIES = ("hepatitis_b", "hepatitis_c", "alcohol", "steatotic")


@dataclass(slots=True)
class Read:
    """The reading that stands of one review."""

    on: date
    mrecist: str
    viable_sum_mm: float | None
    # What it was compared with: the targets before the treatment, as the signed arithmetic has it.
    viable_before_mm: float | None
    is_outside_liver_or_vein: bool
    was_switched: bool


@dataclass(slots=True)
class Person:
    """One patient who was treated, or who came with an imported outcome."""

    pk: int
    mrn: str
    # Of the first procedure that was begun; nothing of an imported case, which has no dates.
    first_on: date | None = None
    stage: str = ""
    child_pugh: str = ""
    modality: str = ""
    aetiologies: Mapping[str, str] = field(default_factory=dict)
    agents: set[str] = field(default_factory=set)
    operators: set[int] = field(default_factory=set)
    procedures: list[date] = field(default_factory=list)
    # Of the same procedures, in the same order.
    procedure_ids: list[int] = field(default_factory=list)
    readings: list[Read] = field(default_factory=list)
    died_on: date | None = None
    seen_on: date | None = None
    child_pugh_c_on: date | None = None
    imported: Mapping[str, Any] | None = None


def people_of(team: Team, *, on: date, with_outcomes: bool = True, with_given: bool = True) -> list[Person]:
    """Return everybody of the team with a procedure that was begun or an imported outcome, as known on a day.

    Without outcomes: no reading and no last day. Without what was given: neither agents nor operators.
    """
    people = _treated(team, on)
    _add_imported(team, people)
    _add_patients(team, people)
    if with_given:
        _add_given(team, people)
    if with_outcomes:
        _add_readings(team, people, on)
        _add_assessments(team, people)
        _add_last_seen(team, people, on)
    return [people[pk] for pk in sorted(people)]


class Begun(NamedTuple):
    """One procedure of one patient; `number` counts the patient's own from 1."""

    pk: int
    person: Person
    on: date
    number: int


def begun_by(people: Iterable[Person]) -> list[Begun]:
    """Return the procedures of some patients that were begun, patient by patient."""
    return [
        Begun(pk, person, day, place + 1)
        for person in people
        for place, (pk, day) in enumerate(zip(person.procedure_ids, person.procedures, strict=True))
    ]


def _treated(team: Team, on: date) -> dict[int, Person]:
    zone = ZoneInfo(team.time_zone)
    people: dict[int, Person] = {}
    rows = Procedure.objects.filter(patient__team=team, started_at__isnull=False, cancelled_at=None)
    columns = ("pk", "patient_id", "started_at", "modality", "planned_modality")
    stages = ("assessment__bclc_stage", "assessment__child_pugh_class")
    for procedure_id, pk, started_at, done, planned, stage, child_pugh in rows.order_by(
        "started_at", "pk"
    ).values_list(*columns, *stages):
        day = started_at.astimezone(zone).date()
        if day > on:
            continue
        person = people.get(pk)
        if person is None:
            person = people[pk] = Person(pk, "", day, stage or "", child_pugh or "", done or planned)
        person.procedures.append(day)
        person.procedure_ids.append(procedure_id)
    return people


def _add_imported(team: Team, people: dict[int, Person]) -> None:
    """A patient of ours who was imported and then treated here counts from the treatment here."""
    for row in ImportedOutcome.objects.filter(patient__team=team).values():
        if row["patient_id"] not in people:
            people[row["patient_id"]] = Person(row["patient_id"], "", imported=row)
    rows = Assessment.objects.filter(patient__team=team, status=Assessment.Status.IMPORTED)
    for pk, stage, child_pugh in rows.order_by("pk").values_list(
        "patient_id", "bclc_stage", "child_pugh_class"
    ):
        if pk in people and people[pk].first_on is None:
            people[pk].stage, people[pk].child_pugh = stage, child_pugh


def _add_patients(team: Team, people: dict[int, Person]) -> None:
    for pk, mrn, because, ended_on in Patient.objects.filter(team=team).values_list(
        "pk", "mrn", "ended_because", "ended_on"
    ):
        if pk in people:
            people[pk].mrn, people[pk].seen_on = mrn, ended_on
            people[pk].died_on = ended_on if because == Patient.EndedBecause.DIED else None
    for row in Diagnosis.objects.filter(patient__team=team).values("patient_id", *AETIOLOGIES):
        if row["patient_id"] in people:
            people[row["patient_id"]].aetiologies = row


def _add_given(team: Team, people: dict[int, Person]) -> None:
    """Agents and operators of every procedure, not of the first alone."""
    begun = {"patient__team": team, "started_at__isnull": False, "cancelled_at": None}
    # A target that was only copied from the last procedure is counted nowhere until somebody confirms it.
    given = Administration.objects.filter(
        discarded_at=None, target__discarded_at=None, target__is_confirmed=True,
        **{f"target__procedure__{name}": value for name, value in begun.items()},
    )  # fmt: skip
    for pk, code in given.values_list("target__procedure__patient_id", "agent__code").distinct():
        if pk in people:
            people[pk].agents.add(code)
    done = Procedure.objects.filter(operators__isnull=False, **begun)
    for pk, operator in done.values_list("patient_id", "operators").distinct():
        if pk in people:
            people[pk].operators.add(operator)


def _add_readings(team: Team, people: dict[int, Person], on: date) -> None:
    """Of each review the reading that stands: the adjudication, or else the first that was signed."""
    decided = Decision.objects.filter(review__team=team, withdrawn_at=None, choice=Decision.Choice.SWITCH)
    switched = set(decided.values_list("review_id", flat=True))
    rows = Reading.objects.filter(
        review__team=team, review__read_at__isnull=False, signed_at__isnull=False, retracted_at=None
    )
    before = _sums_before(team)
    seen: set[int] = set()
    columns = (
        "pk",
        "review_id",
        "review__patient_id",
        "imaged_on",
        "mrecist",
        "thrombus",
        "spread",
    )
    for row in rows.order_by("-is_adjudication", "signed_at", "pk").values(
        *columns, viable=Cast("viable_sum_mm", FloatField())
    ):
        person = people.get(row["review__patient_id"])
        if row["review_id"] in seen or person is None:
            continue
        seen.add(row["review_id"])
        if row["imaged_on"] <= on and person.first_on and row["imaged_on"] >= person.first_on:
            person.readings.append(_read(row, before.get(row["pk"]), row["review_id"] in switched))
    for person in people.values():
        person.readings.sort(key=lambda read: read.on)


def _sums_before(team: Team) -> dict[int, float]:
    """The sum of the targets before treatment, of each signed reading in its newest version."""
    rows = SignedReading.objects.filter(reading__review__team=team).order_by("number")
    path = "record__responses__mrecist__targets__baseline_mm"
    return {pk: float(before) for pk, before in rows.values_list("reading_id", path) if before is not None}


def _read(row: Mapping[str, Any], before: float | None, was_switched: bool) -> Read:
    is_outside = row["spread"] in {"limited", "extensive"} or row["thrombus"] not in {"", "vp0"}
    return Read(
        row["imaged_on"],
        row["mrecist"],
        row["viable"],
        before,
        is_outside,
        was_switched,
    )


def _add_assessments(team: Team, people: dict[int, Person]) -> None:
    """When Child-Pugh class C was first signed after the first procedure."""
    rows = Assessment.objects.filter(
        patient__team=team, child_pugh_class="C", made_on__isnull=False, signed_at__isnull=False
    )
    for pk, made_on in rows.order_by("made_on").values_list("patient_id", "made_on"):
        person = people.get(pk)
        if (
            person
            and person.first_on
            and person.child_pugh_c_on is None
            and made_on
            and made_on > person.first_on
        ):
            person.child_pugh_c_on = made_on


def _add_last_seen(team: Team, people: dict[int, Person], on: date) -> None:
    """The last day on which something was measured, imaged or done with the patient."""
    days: dict[int, list[date]] = defaultdict(list)
    for pk, day in _last_days(team, on):
        days[pk].append(day)
    for person in people.values():
        if person.first_on is None:
            continue
        known = [*days[person.pk], *person.procedures, *(read.on for read in person.readings)]
        person.seen_on = max([*known, *([person.seen_on] if person.seen_on else [])])


def _last_days(team: Team, on: date) -> Iterable[tuple[int, date]]:
    labs = LabResult.objects.filter(patient__team=team, retracted_at=None, taken_on__lte=on)
    yield from labs.values_list("patient_id").annotate(Max("taken_on")).order_by()
    imaged = ImagingReview.objects.filter(team=team, done_on__lte=on)
    yield from imaged.values_list("patient_id").annotate(Max("done_on")).order_by()
