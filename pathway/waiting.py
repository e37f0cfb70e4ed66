"""What waits, for one person and for the team: the questions behind the home page that no other room asks.

Whose procedure is to plan and who has no next step is asked in `followup.current_step`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Window

from accounts.models import Membership, Team
from assessments.models import Assessment
from followup import current_step, queue
from patients.models import Patient
from procedures.models import Procedure

SHOWN = 12


def head_of(rows: QuerySet[Any]) -> list[Any]:
    """Return the first rows of a list, each with the count of all as `of_all`.

    The keys are found and counted in one pass, for what a list asks may cost much; the rows are fetched by their keys.
    """
    found = dict(rows.values_list("pk", Window(Count("pk")))[:SHOWN])
    head = list(rows.filter(pk__in=found)) if found else []
    for row in head:
        row.of_all = found[row.pk]
    return head


def count_of(head: list[Any]) -> int:
    """Return how long the list is of which `head_of` gave the first rows."""
    return head[0].of_all if head else 0


def drafts_to_finish(team: Team) -> QuerySet[Assessment]:
    """Return the team's open assessments, the longest waiting first."""
    return (
        Assessment.objects.filter(patient__team=team, status=Assessment.Status.DRAFT)
        .select_related("patient", "created_by")
        .order_by("created_at")
    )


def never_assessed(team: Team) -> QuerySet[Patient]:
    """Return the team's patients in care whom nobody has assessed or is assessing; a discarded draft is neither."""
    assessed = Assessment.objects.filter(
        patient=OuterRef("pk"), status__in=[Assessment.Status.DRAFT, *current_step.SIGNED]
    )
    return Patient.objects.filter(~Exists(assessed), team=team, ended_because="").order_by("registered_at")


def performed_not_signed(team: Team) -> QuerySet[Procedure]:
    """Return the team's procedures that were begun and never signed, the longest waiting first."""
    return _to_sign(team).filter(amendment_opened_at=None).order_by("started_at")


def being_amended(team: Team) -> QuerySet[Procedure]:
    """Return the team's procedures that are signed and open again, the longest waiting first."""
    return _to_sign(team).filter(amendment_opened_at__isnull=False).order_by("amendment_opened_at")


def _to_sign(team: Team) -> QuerySet[Procedure]:
    begun = Procedure.objects.filter(patient__team=team, started_at__isnull=False, signed_at=None)
    return begun.select_related("patient", "saved_by")


@dataclass(frozen=True)
class StageCount:
    """How many reviews one stage of the queue holds; `stage` is what its address asks for."""

    stage: str
    words: Any
    counted: queue.Counted
    is_red: bool


def queue_counts(membership: Membership, *, on: date) -> list[StageCount]:
    """Count the team's queue as the queue itself does, stage by stage; the first is all of it."""
    asked = queue.question_of(queue.scope_of(membership, on=on), queue.Asked())
    counted = queue.counts(asked)
    return [
        StageCount(stage, words, counted[stage], stage in queue.RED) for stage, words in queue.TABS.items()
    ]
