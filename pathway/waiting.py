"""What waits, for one person and for the team: the questions behind the home page."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Team, User
from assessments.models import Assessment
from patients.models import Patient

SHOWN = 12
SIGNED = (Assessment.Status.SIGNED, Assessment.Status.AMENDED)


def drafts_to_finish(team: Team) -> QuerySet[Assessment]:
    """Return the team's open assessments, the longest waiting first."""
    return (
        Assessment.objects.filter(patient__team=team, status=Assessment.Status.DRAFT)
        .select_related("patient", "created_by")
        .order_by("created_at")
    )


def never_assessed(team: Team) -> QuerySet[Patient]:
    """Return the team's patients who have not ended and have no assessment at all."""
    return Patient.objects.filter(team=team, ended_because="", assessments=None).order_by("registered_at")


@dataclass(frozen=True)
class Step:
    """The one next step of a patient: what, whose, by when, and the address and words of its button."""

    title: str
    owner: User | None = None
    due_on: date | None = None
    url: str = ""
    action: str = ""
    posts: bool = False


def next_step(patient: Patient) -> Step | None:
    """Return what has to happen next for a patient; None when the course has ended.

    The first that fits: finish the draft, make an assessment where none was signed, the earliest open task; where
    there is none of these, one is asked for, so that nobody is without a next step.
    """
    if patient.ended_because:
        return None
    draft = patient.assessments.filter(status=Assessment.Status.DRAFT).select_related("saved_by").first()
    if draft:
        url = reverse("assessments:edit", args=[patient.pk, draft.pk])
        return Step(_("Finish the assessment"), draft.saved_by, draft.made_on, url, _("Open the draft"))
    if not patient.assessments.filter(status__in=SIGNED).exists():
        url = reverse("assessments:start", args=[patient.pk])
        return Step(_("Assess against the guideline"), url=url, action=_("Start the assessment"), posts=True)
    task = patient.tasks.filter(closed_at=None).select_related("owner").order_by("due_to", "pk").first()
    url = reverse("patients:tasks", args=[patient.pk])
    if task:
        return Step(task.title, task.owner, task.due_to, url, _("Open the task"))
    return Step(
        _("Nothing is planned: say what comes next, who does it and by when"), url=url, action=_("Add a task")
    )
