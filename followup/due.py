"""What is due in a team on a day: reviews, procedures and tasks in chunks, with the reminders that they ask for.

Memory stays flat however many there are. A row that cannot be read or judged is handed to `fault` and left out.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from accounts.models import Team
from followup import pauses, rungs, settings_of, staff, stages, treating
from followup.models import FollowUpSettings, Reminder
from followup.rungs import Audience, Kind, Rung
from followup.staff import Staff
from patients.models import Patient, Task
from procedures.models import Procedure

CHUNK = 1000
Row = dict[str, Any]
Fault = Callable[[str, Exception], None]
# What the patient hears of too, where the team and the patient want it.
PATIENT_KINDS = (Kind.SOON, Kind.DUE, Kind.LATE)


@dataclass(frozen=True)
class Day:
    """One team on one of its days: what every row is judged by."""

    team: Team
    on: date
    zone: ZoneInfo
    numbers: FollowUpSettings
    staff: Staff

    def local(self, moment: datetime) -> date:
        """Return the day of a moment where the team works."""
        return moment.astimezone(self.zone).date()


def day_of(team: Team, *, at: datetime) -> Day:
    """Return the team's day of a moment."""
    zone = ZoneInfo(team.time_zone)
    on = at.astimezone(zone).date()
    return Day(team, on, zone, settings_of.settings_of(team), staff.of_team(team, on=on))


class Source(Protocol):
    """One kind of thing that can be due."""

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...

    def waiting(self, day: Day) -> QuerySet[Any]: ...
    def rungs(self, row: Row, day: Day) -> list[Rung]: ...
    def since(self, row: Row) -> datetime | None: ...
    def treating(self, rows: list[Row]) -> dict[int, list[int]]: ...


class Reviews:
    """Imaging to be done, to be read, to be decided on."""

    name = "review"
    columns = (
        "pk", "patient_id", "owner_id", "due_from", "due_to", "done_on", "done_recorded_at", "read_at", "opened_at",
        "patient__consents_to_messages", "patient__message_channel", "patient__email", "patient__phone",
    )  # fmt: skip

    def waiting(self, day: Day) -> QuerySet[Any]:
        horizon = day.on + timedelta(days=day.numbers.soon_days)
        return stages.reviews_in_care(day.team).filter(Q(done_on__isnull=False) | Q(due_from__lte=horizon))

    def rungs(self, row: Row, day: Day) -> list[Rung]:
        if row["read_at"]:
            return rungs.of_undecided(read_on=day.local(row["read_at"]), numbers=day.numbers, on=day.on)
        if row["done_on"]:
            return rungs.of_unread(done_on=row["done_on"], numbers=day.numbers, on=day.on)
        return rungs.of_window(due_from=row["due_from"], due_to=row["due_to"], numbers=day.numbers, on=day.on)

    def since(self, row: Row) -> datetime | None:
        """A pause from before the imaging does not keep the reading quiet."""
        return row["read_at"] or row["done_recorded_at"] or row["opened_at"]

    def treating(self, rows: list[Row]) -> dict[int, list[int]]:
        by_patient = treating.of_patients({row["patient_id"] for row in rows})
        return {
            row["pk"]: [*filter(None, [row["owner_id"]]), *by_patient.get(row["patient_id"], [])]
            for row in rows
        }


class Procedures:
    """Performed and not signed; planned, and neither begun nor cancelled on its day."""

    name = "procedure"
    columns = ("pk", "started_at", "ended_at", "planned_on")

    def waiting(self, day: Day) -> QuerySet[Any]:
        unstarted = Q(started_at=None, cancelled_at=None, planned_on__lt=day.on)
        return Procedure.objects.filter(
            Q(started_at__isnull=False) | unstarted,
            patient__team=day.team,
            patient__ended_because="",
            signed_at=None,
        )

    def rungs(self, row: Row, day: Day) -> list[Rung]:
        if row["started_at"] is None:
            return rungs.of_unstarted(planned_on=row["planned_on"], numbers=day.numbers, on=day.on)
        performed_on = day.local(row["ended_at"] or row["started_at"])
        return rungs.of_unsigned(performed_on=performed_on, numbers=day.numbers, on=day.on)

    def since(self, row: Row) -> datetime | None:
        return None

    def treating(self, rows: list[Row]) -> dict[int, list[int]]:
        return treating.of_procedures({row["pk"] for row in rows})


class Tasks:
    """Dated next steps that are not imaging."""

    name = "task"
    columns = ("pk", "owner_id", "due_from", "due_to")

    def waiting(self, day: Day) -> QuerySet[Any]:
        return Task.objects.filter(
            patient__team=day.team, patient__ended_because="", closed_at=None, due_from__lte=day.on
        )

    def rungs(self, row: Row, day: Day) -> list[Rung]:
        return rungs.of_task(due_from=row["due_from"], due_to=row["due_to"], on=day.on)

    def since(self, row: Row) -> datetime | None:
        return None

    def treating(self, rows: list[Row]) -> dict[int, list[int]]:
        return {}


SOURCES: tuple[Source, ...] = (Reviews(), Procedures(), Tasks())


def reminders(day: Day, *, at: datetime, fault: Fault) -> Iterator[list[Reminder]]:
    """Yield what is due in the team, chunk by chunk, written or not."""
    for source in SOURCES:
        for keys in _chunks(source.waiting(day)):
            yield _of_rows(source, _read(source, day, keys, fault), day, at=at, fault=fault)


def _chunks(waiting: QuerySet[Any]) -> Iterator[list[int]]:
    # Eight bytes each: one question is cheaper than one for every chunk.
    keys = array("q", waiting.order_by("pk").values_list("pk", flat=True).iterator(CHUNK))
    for first in range(0, len(keys), CHUNK):
        yield keys[first : first + CHUNK].tolist()


def _read(source: Source, day: Day, keys: list[int], fault: Fault) -> list[Row]:
    """Read the rows at once; where one cannot be read, each by itself."""
    rows = source.waiting(day).order_by("pk").values(*source.columns)
    try:
        return list(rows.filter(pk__in=keys))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        return [row for key in keys for row in _read_one(source, rows, key, fault)]


def _read_one(source: Source, rows: QuerySet[Any, Row], key: int, fault: Fault) -> list[Row]:
    try:
        return list(rows.filter(pk=key))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        fault(f"{source.name}:{key}", error)
        return []


def _of_rows(source: Source, rows: list[Row], day: Day, *, at: datetime, fault: Fault) -> list[Reminder]:
    paused = pauses.of_subjects(source.name, [row["pk"] for row in rows], on=day.on)
    reached: list[tuple[Row, list[Rung]]] = []
    for row in rows:
        try:
            state = paused.state_of(row["pk"], since=source.since(row))
            found = [] if state.is_paused else source.rungs(row, day)
            reached.append((row, rungs.after_pause(found, resumed_on=state.resumed_on)))
        except Exception as error:
            fault(f"{source.name}:{row['pk']}", error)
    need = [row for row, found in reached if any(rung.audience is Audience.CLINICIAN for rung in found)]
    by_key = source.treating(need) if need else {}
    return [
        reminder
        for row, found in reached
        for reminder in _of_row(source, row, found, by_key.get(row["pk"], []), day, at=at)
    ]


def _of_row(
    source: Source, row: Row, found: list[Rung], treats: list[int], day: Day, *, at: datetime
) -> Iterator[Reminder]:
    for person, rung in day.staff.told(found, owner=row.get("owner_id"), treating=treats).items():
        yield _reminder(source, row, rung, day, at=at, to="user", key=person)
    for rung in found:
        if (
            rung.kind in PATIENT_KINDS
            and rung.audience is Audience.OWNER
            and reaches_patient(row, day.numbers)
        ):
            yield _reminder(source, row, rung, day, at=at, to="patient", key=row["patient_id"])


def _reminder(source: Source, row: Row, rung: Rung, day: Day, *, at: datetime, to: str, key: int) -> Reminder:
    subject = f"{source.name}:{row['pk']}"
    fields = {f"{source.name}_id": row["pk"], f"{to}_id": key}
    return Reminder(
        team_id=day.team.pk, rung=rung.kind, rung_on=rung.on, made_at=at,
        key=f"{subject}/{rung.kind}/{rung.on}/{to}:{key}", **fields,
    )  # fmt: skip


def reaches_patient(row: Row, numbers: FollowUpSettings) -> bool:
    """Say whether the patient is told too: the team wants it, the patient agreed, and there is a way."""
    if not numbers.reminds_patients or row["patient__consents_to_messages"] != "yes":
        return False
    if row["patient__message_channel"] == Patient.Channel.EMAIL:
        return bool(row["patient__email"])
    has_gateway = bool(numbers.webhook_url and numbers.webhook_secret)
    return bool(row["patient__message_channel"] and row["patient__phone"] and has_gateway)
