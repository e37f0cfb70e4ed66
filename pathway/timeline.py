"""What happened to a patient, day by day, for the time axis: assessments, procedures, events, reviews, decisions.

Of readings only those that stand: what one reader saw is not told to another who has still to read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import words as assessment_words
from assessments.models import Assessment
from followup import reading_page
from followup.models import Decision, ImagingReview, Reading
from patients.models import Patient
from procedures import event_words
from procedures.models import AdverseEvent, Procedure

ASSESSMENT, PROCEDURE, EVENT = "assessment", "procedure", "event"
REVIEW, READING, DECISION = "review", "reading", "decision"
LANES = {
    ASSESSMENT: gettext_lazy("Assessments"),
    PROCEDURE: gettext_lazy("Procedures"),
    EVENT: gettext_lazy("Adverse events"),
    REVIEW: gettext_lazy("Imaging reviews"),
    READING: gettext_lazy("Readings"),
    DECISION: gettext_lazy("Decisions"),
}
ASSESSED = (Assessment.Status.SIGNED, Assessment.Status.AMENDED, Assessment.Status.IMPORTED)


@dataclass(frozen=True)
class Happening:
    """One thing in its lane; `until` where it lasts, `is_to_come` where it is only planned or due."""

    lane: str
    on: date
    words: str
    url: str
    until: date | None = None
    is_to_come: bool = False


def happenings_of(
    patient: Patient, procedures: Iterable[Procedure], standing: Iterable[Reading]
) -> list[Happening]:
    """Return everything with a day, the earliest first; what was taken back is not there."""
    zone, reviews = ZoneInfo(patient.team.time_zone), list(_reviews_with_decision(patient))
    found = [
        *_assessments(patient),
        *_procedures(patient, procedures, zone),
        *_events(patient),
        *_reviews(patient, reviews),
        *_readings(patient, standing),
        *_decisions(patient, reviews, zone),
    ]
    lanes = list(LANES)
    return sorted(found, key=lambda one: (one.on, lanes.index(one.lane)))


def last_begun_on(patient: Patient, procedures: Iterable[Procedure]) -> date | None:
    """Return the day of the last procedure that was begun."""
    zone = ZoneInfo(patient.team.time_zone)
    begun = (procedure.started_at for procedure in procedures)
    return max((_day(at, zone) for at in begun if at), default=None)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _assessments(patient: Patient) -> Iterator[Happening]:
    for row in patient.assessments.all():
        if row.made_on is None or row.status not in ASSESSED:
            continue
        said = [str(assessment_words.VERDICTS.get(row.verdict, row.verdict)), row.get_decision_display()]
        words = ", ".join(filter(None, said)) or _("not weighed")
        url = reverse("assessments:detail", args=[patient.pk, row.pk])
        yield Happening(ASSESSMENT, row.made_on, _("Assessed: %(said)s") % {"said": words}, url)


def _procedures(patient: Patient, procedures: Iterable[Procedure], zone: ZoneInfo) -> Iterator[Happening]:
    for row in procedures:
        url = reverse("procedures:detail", args=[patient.pk, row.pk])
        if row.started_at:
            said = [row.modality or row.planned_modality, row.get_technique_display()]
            yield Happening(PROCEDURE, _day(row.started_at, zone), ", ".join(filter(None, said)), url)
        elif row.cancelled_at is None:
            words = _("%(modality)s is planned") % {"modality": row.planned_modality}
            yield Happening(PROCEDURE, row.planned_on, words, url, is_to_come=True)


def _events(patient: Patient) -> Iterator[Happening]:
    rows = AdverseEvent.objects.filter(procedure__patient=patient, retracted_at=None)
    for row in rows:
        words = row.other_term or event_words.term_words(row.term)
        if row.ctcae_grade is not None:
            words = _("%(event)s, CTCAE grade %(grade)d") % {"event": words, "grade": row.ctcae_grade}
        url = reverse("procedures:watch", args=[patient.pk, row.procedure_id])
        yield Happening(EVENT, row.onset_on, words, url, until=row.resolved_on)


def _reviews_with_decision(patient: Patient) -> QuerySet[Any]:
    """The reviews, each with the one decision that was not withdrawn."""
    decided = FilteredRelation("decisions", condition=Q(decisions__withdrawn_at=None))
    return patient.reviews.annotate(decided=decided).annotate(
        decision_id=F("decided__pk"), choice=F("decided__choice"), chosen_at=F("decided__decided_at")
    )


def _reviews(patient: Patient, reviews: Iterable[Any]) -> Iterator[Happening]:
    for row in reviews:
        if row.closed_because == ImagingReview.ClosedBecause.REPLACED:
            continue
        url = reverse("followup:review_readings", args=[patient.pk, row.pk])
        waits = row.closed_at is None and row.done_on is None and not patient.ended_because
        words = _("Window for imaging, to %(day)s") % {"day": date_format(row.due_to, "j M Y")}
        yield Happening(REVIEW, row.due_from, words, url, until=row.due_to, is_to_come=waits)
        if row.done_on:
            words = _("Imaged by %(how)s") % {"how": row.get_done_modality_display()}
            yield Happening(REVIEW, row.done_on, words if row.done_modality else _("Imaged"), url)


def _readings(patient: Patient, standing: Iterable[Reading]) -> Iterator[Happening]:
    """On the day of the images, which is when it was so."""
    for row in standing:
        url = reverse("followup:review_readings", args=[patient.pk, row.review_id])
        said = str(reading_page.response_shown(row.mrecist)["words"])
        words = _("Read by %(reader)s: %(response)s (mRECIST)") % {"reader": row.reader, "response": said}
        yield Happening(READING, row.imaged_on, words, url)


def _decisions(patient: Patient, reviews: Iterable[Any], zone: ZoneInfo) -> Iterator[Happening]:
    for row in reviews:
        if row.decision_id:
            url = reverse("followup:decision", args=[patient.pk, row.decision_id])
            words = _("Decided: %(choice)s") % {"choice": Decision.Choice(row.choice).label}
            yield Happening(DECISION, _day(row.chosen_at, zone), words, url)
