"""What waits, for one person and for the team: the questions behind the home page."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Capability
from assessments.models import Assessment
from patients.models import Patient, Task
from procedures import stages
from procedures.models import Procedure

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
    """Return the team's patients in care whom nobody has assessed or is assessing; a discarded draft is neither."""
    assessed = Assessment.objects.filter(
        patient=OuterRef("pk"), status__in=[Assessment.Status.DRAFT, *SIGNED]
    )
    return Patient.objects.filter(~Exists(assessed), team=team, ended_because="").order_by("registered_at")


def to_plan(team: Team) -> QuerySet[Patient]:
    """Return the team's patients whose last signed decision is to proceed, and on which no procedure rests yet."""
    return _between_assessment_and_procedure(team).filter(_is_to_plan).order_by("search_name", "pk")


def without_next_step(team: Team) -> QuerySet[Patient]:
    """Return the team's patients in care for whom nothing is planned at all: those who could be lost."""
    open_tasks = Task.objects.filter(patient=OuterRef("pk"), closed_at=None)
    planned = Procedure.objects.filter(patient=OuterRef("pk"), started_at=None, cancelled_at=None)
    return (
        _between_assessment_and_procedure(team)
        .filter(~_is_to_plan, ~Exists(open_tasks), ~Exists(planned))
        .order_by("search_name", "pk")
    )


def _between_assessment_and_procedure(team: Team) -> QuerySet[Patient]:
    """The team's patients in care with a signed assessment, no draft, and no record to finish or to sign."""
    last = Assessment.objects.filter(patient=OuterRef("pk"), status__in=SIGNED).order_by("-signed_at")
    draft = Assessment.objects.filter(patient=OuterRef("pk"), status=Assessment.Status.DRAFT)
    unsigned = Procedure.objects.filter(patient=OuterRef("pk"), started_at__isnull=False, signed_at=None)
    return (
        Patient.objects.filter(~Exists(draft), ~Exists(unsigned), team=team, ended_because="")
        .annotate(
            last_assessment=Subquery(last.values("pk")[:1]),
            last_decision=Subquery(last.values("decision")[:1]),
        )
        .exclude(last_assessment=None)
    )


_is_to_plan = Q(last_decision=Assessment.Choice.PROCEED) & ~Exists(
    Procedure.objects.filter(assessment=OuterRef("last_assessment"), cancelled_at=None)
)


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
class Step:
    """The one next step of a patient: what, whose, by when, and the address and words of its button.

    `needs` is what a person must be allowed to do for the button to lead anywhere.
    """

    title: str
    owner: User | None = None
    due_on: date | None = None
    url: str = ""
    action: str = ""
    is_posted: bool = False
    needs: Capability = Capability.TREAT_PATIENTS


def next_step(patient: Patient) -> Step | None:
    """Return what has to happen next for a patient; None when the course has ended.

    The first that fits: finish the draft, finish and sign what was performed, make an assessment where none was
    signed, plan the procedure that was decided; then the earliest of the open tasks and the planned procedure.
    Where there is none of these, one is asked for, so that nobody is without a next step.
    """
    if patient.ended_because:
        return None
    return (
        _draft_to_finish(patient)
        or _record_to_sign(patient)
        or _assessment_to_make(patient)
        or _procedure_to_plan(patient)
        or _earliest_due(patient)
        or _nothing_planned(patient)
    )


def _draft_to_finish(patient: Patient) -> Step | None:
    draft = patient.assessments.filter(status=Assessment.Status.DRAFT).select_related("saved_by").first()
    if draft is None:
        return None
    url = reverse("assessments:edit", args=[patient.pk, draft.pk])
    return Step(_("Finish the assessment"), draft.saved_by, draft.made_on, url, _("Open the draft"))


def _record_to_sign(patient: Patient) -> Step | None:
    procedure = _to_sign(patient.team).filter(patient=patient).order_by("started_at").first()
    if procedure is None or procedure.started_at is None:
        return None
    due_at = procedure.started_at + stages.SIGN_WITHIN
    due_on = due_at.astimezone(ZoneInfo(patient.team.time_zone)).date()
    url = reverse("procedures:record", args=[patient.pk, procedure.pk])
    return Step(
        _("Finish and sign the procedure’s record"), procedure.saved_by, due_on, url, _("Open the record")
    )


def _assessment_to_make(patient: Patient) -> Step | None:
    if _last_signed(patient) is not None:
        return None
    url = reverse("assessments:start", args=[patient.pk])
    return Step(_("Assess against the guideline"), url=url, action=_("Start the assessment"), is_posted=True)


def _procedure_to_plan(patient: Patient) -> Step | None:
    """The last signed decision says proceed, and no procedure rests on it yet."""
    assessment = _last_signed(patient)
    if assessment is None or assessment.decision != Assessment.Choice.PROCEED:
        return None
    if assessment.procedures.filter(cancelled_at=None).exists():
        return None
    url = reverse("procedures:plan", args=[patient.pk])
    return Step(_("Plan the procedure"), assessment.signed_by, url=url, action=_("Plan it"))


def _last_signed(patient: Patient) -> Assessment | None:
    signed = patient.assessments.filter(status__in=SIGNED).select_related("signed_by")
    return signed.order_by("-signed_at").first()


def _earliest_due(patient: Patient) -> Step | None:
    steps = [step for step in (_open_task(patient), _planned_procedure(patient)) if step]
    return min(steps, key=lambda step: step.due_on or date.max) if steps else None


def _open_task(patient: Patient) -> Step | None:
    task = patient.tasks.filter(closed_at=None).select_related("owner").order_by("due_to", "pk").first()
    url = reverse("patients:tasks", args=[patient.pk])
    if task is None:
        return None
    return Step(task.title, task.owner, task.due_to, url, _("Open the task"), needs=Capability.SEE_PATIENTS)


def _planned_procedure(patient: Patient) -> Step | None:
    planned = patient.procedures.filter(started_at=None, cancelled_at=None).select_related("created_by")
    procedure = planned.order_by("planned_on", "pk").first()
    if procedure is None:
        return None
    title = _("%(modality)s is planned") % {"modality": procedure.planned_modality}
    url = reverse("procedures:checklist", args=[patient.pk, procedure.pk])
    return Step(title, procedure.created_by, procedure.planned_on, url, _("Open the checklist"))


def _nothing_planned(patient: Patient) -> Step:
    title = _("Nothing is planned: say what comes next, who does it and by when")
    url = reverse("patients:tasks", args=[patient.pk])
    return Step(title, url=url, action=_("Add a task"), needs=Capability.WORK_QUEUE)
