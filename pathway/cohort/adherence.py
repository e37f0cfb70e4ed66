"""Whether imaging came when it was due: of each review one answer, and who looked after it.

Within the window: imaged on one of its days. Within tolerance: not more than the edition's tolerance outside of it.
Where an interval was chosen, the window holds the tolerance already, and none is added.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from followup.models import ImagingReview
from pathway.cohort.counts import Kind
from patients.models import Patient
from procedures.models import Procedure

WINDOW, TOLERANCE, EARLY, LATE, NEVER = "window", "tolerance", "early", "late", "never"
KINDS = (
    Kind(WINDOW, _("Within the window")),
    Kind(TOLERANCE, _("Within tolerance")),
    Kind(EARLY, _("Early")),
    Kind(LATE, _("Late")),
    Kind(NEVER, _("Never")),
)
KEPT = (WINDOW, TOLERANCE)
FIRST_REVIEW = "7.1"


class Due(NamedTuple):
    """One review that can be judged."""

    pk: int
    patient_id: int
    is_first: bool
    due_from: date
    due_to: date
    done_on: date | None
    kind: str
    owner_id: int | None
    operator_ids: tuple[int, ...]

    @property
    def is_kept(self) -> bool:
        return self.kind in KEPT


def kind_of(row: Mapping[str, Any], *, tolerance_days: int, on: date, ended_on: date | None) -> str:
    """Say how one review was kept; empty where it is not known yet, or where it was no longer due."""
    has_tolerance = row["clause"] != FIRST_REVIEW and row["interval_months"] and not row["is_rescheduled"]
    tolerance = timedelta(days=0 if has_tolerance else tolerance_days)
    first, last = row["due_from"] - tolerance, row["due_to"] + tolerance
    done_on = row["done_on"]
    if done_on is None:
        # Treated again, replaced or ended before its days were over: it was no longer due.
        closed_on = min((day for day in (row["closed_on"], ended_on) if day), default=None)
        is_over = last < on and (closed_on is None or closed_on > last)
        return NEVER if is_over else ""
    if row["due_from"] <= done_on <= row["due_to"]:
        return WINDOW
    if first <= done_on <= last:
        return TOLERANCE
    return EARLY if done_on < first else LATE


def dues_of(team: Team, patients: set[int], *, tolerance_days: int, on: date) -> tuple[list[Due], int]:
    """Return the reviews of some patients that can be judged on a day, and how many cannot yet."""
    zone = ZoneInfo(team.time_zone)
    ended = dict(Patient.objects.filter(team=team, ended_on__isnull=False).values_list("pk", "ended_on"))
    operators = _operators(team)
    found, open_count = [], 0
    rows = ImagingReview.objects.filter(team=team).order_by("due_to", "pk")
    columns = (
        "pk", "patient_id", "clause", "interval_months", "is_rescheduled", "due_from", "due_to", "done_on", "closed_at",
        "closed_because", "owner_id", "after_procedure_id",
    )  # fmt: skip
    for row in rows.values(*columns):
        if row["patient_id"] not in patients:
            continue
        row["closed_on"] = row["closed_at"].astimezone(zone).date() if row["closed_at"] else None
        ended_on = ended.get(row["patient_id"])
        kind = kind_of(row, tolerance_days=tolerance_days, on=on, ended_on=ended_on)
        if kind:
            found.append(_due(row, kind, operators))
        elif row["closed_on"] is None and ended_on is None:
            open_count += 1
    return found, open_count


def _due(row: Mapping[str, Any], kind: str, operators: Mapping[int, list[int]]) -> Due:
    return Due(
        pk=row["pk"],
        patient_id=row["patient_id"],
        is_first=row["clause"] == FIRST_REVIEW,
        due_from=row["due_from"],
        due_to=row["due_to"],
        done_on=row["done_on"],
        kind=kind,
        owner_id=row["owner_id"],
        operator_ids=tuple(operators.get(row["after_procedure_id"] or 0, ())),
    )


def _operators(team: Team) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Procedure.operators.through.objects.filter(procedure__patient__team=team).order_by("pk")
    for procedure_id, user_id in rows.values_list("procedure_id", "user_id"):
        found[procedure_id].append(user_id)
    return found
