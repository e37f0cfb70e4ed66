"""Whose rows leave, and what each row's days are counted from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from accounts.models import Team
from assessments.models import Assessment
from followup.models import ImportedOutcome
from pathway.registry.pseudonyms import Pseudonyms
from patients.models import Patient
from procedures.models import Procedure

AT_ONCE = 200
# Whoever is older could be found by the age alone: all of them are written as 90.
OLDEST_YEARS = 90


@dataclass(frozen=True)
class Asked:
    """What an export was asked to hold."""

    since: date | None = None
    until: date | None = None
    modality: str = ""
    only_signed: bool = True
    # Dates as days from the first procedure; otherwise as dates, moved by the patient's secret number of days.
    in_days: bool = True

    @property
    def is_narrowed(self) -> bool:
        return bool(self.since or self.until or self.modality)


@dataclass(frozen=True, slots=True)
class Subject:
    """One patient as the registry sees them."""

    pk: int
    code: str
    # The first procedure that was begun; None of a patient of an imported cohort.
    day_0: date | None
    age_years: int | None
    days_moved: int | None
    zone: ZoneInfo
    pseudonyms: Pseudonyms

    def day(self, value: date | datetime | None) -> int | str:
        """Write a day as the export writes days; empty where it is unknown or there is nothing to count from."""
        if value is None:
            return ""
        on = value.astimezone(self.zone).date() if isinstance(value, datetime) else value
        if self.days_moved is not None:
            return moved(on, self.days_moved)
        return "" if self.day_0 is None else (on - self.day_0).days

    def code_of(self, kind: str, number: int | None) -> str:
        return "" if number is None else self.pseudonyms.code(kind, number)


def moved(on: date, days: int) -> str:
    """Return a day moved; empty at either end of the calendar, where there is no such day."""
    try:
        return (on + timedelta(days=days)).isoformat()
    except OverflowError:
        return ""


def grouped_age(years: int | None) -> int | None:
    """Return an age as it may leave."""
    return None if years is None else min(years, OLDEST_YEARS)


def chosen(team: Team, asked: Asked) -> QuerySet[Patient]:
    """Return the patients with a procedure that was asked for; unless it was narrowed, imported cases too."""
    begun = Exists(_asked_procedures(team, asked))
    # What a merged record held is with the one that took it over.
    rows = Patient.objects.filter(team=team, merged_into=None).order_by("pk")
    if asked.is_narrowed:
        return rows.filter(begun)
    outcome = ImportedOutcome.objects.filter(patient=OuterRef("pk"))
    case = Assessment.objects.filter(patient=OuterRef("pk"), status=Assessment.Status.IMPORTED)
    return rows.filter(begun | Exists(outcome) | Exists(case))


def _asked_procedures(team: Team, asked: Asked) -> QuerySet[Procedure]:
    zone = ZoneInfo(team.time_zone)
    rows = _begun().filter(patient=OuterRef("pk"))
    if asked.only_signed:
        rows = rows.filter(signed_at__isnull=False)
    if asked.modality:
        rows = rows.filter(Q(modality=asked.modality) | Q(modality="", planned_modality=asked.modality))
    if asked.since:
        rows = rows.filter(started_at__gte=datetime.combine(asked.since, time.min, zone))
    if asked.until:
        rows = rows.filter(started_at__lt=datetime.combine(asked.until + timedelta(days=1), time.min, zone))
    return rows


def _begun() -> QuerySet[Procedure]:
    return Procedure.objects.filter(started_at__isnull=False, cancelled_at=None)


def subjects_of(
    team: Team, keys: list[int], *, in_days: bool, pseudonyms: Pseudonyms
) -> Iterator[list[Subject]]:
    """Yield patients, some hundred at once, in the order of their codes: the keys would say who came first."""
    zone = ZoneInfo(team.time_zone)
    keys = sorted(keys, key=lambda pk: pseudonyms.code("patient", pk))
    for start in range(0, len(keys), AT_ONCE):
        rows = _with_first_day(keys[start : start + AT_ONCE])
        made = [_subject(*row, zone=zone, pseudonyms=pseudonyms, in_days=in_days) for row in rows]
        yield sorted(made, key=lambda subject: subject.code)


def _with_first_day(keys: list[int]) -> list[tuple]:
    first = _begun().filter(patient=OuterRef("pk")).order_by().values("patient")
    first_at = Subquery(first.annotate(at=Min("started_at")).values("at"))
    rows = Patient.objects.filter(pk__in=keys).annotate(first_at=first_at)
    return list(rows.values_list("pk", "birth_date", "birth_year", "first_at"))


def _subject(
    pk: int,
    birth_date: date | None,
    birth_year: int | None,
    first_at: datetime | None,
    *,
    zone: ZoneInfo,
    pseudonyms: Pseudonyms,
    in_days: bool,
) -> Subject:
    day_0 = first_at.astimezone(zone).date() if first_at else None
    years = _age_years(birth_date, birth_year, day_0)
    moved_by = None if in_days else pseudonyms.days_moved(pk)
    return Subject(pk, pseudonyms.code("patient", pk), day_0, grouped_age(years), moved_by, zone, pseudonyms)


def _age_years(birth_date: date | None, birth_year: int | None, on: date | None) -> int | None:
    """Whole years at the first procedure; where only the year of birth is known, the years between."""
    if on is None:
        return None
    if birth_date is not None:
        return Patient(birth_date=birth_date).age_years(on=on)
    return None if birth_year is None else on.year - birth_year
