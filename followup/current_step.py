"""The one current step of a patient: what, who answers for it, by when. Nobody in care is without one.

The list of those for whom nothing is planned (`without_next_step`) is the same question in SQL, tested equal.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Capability
from assessments.models import Assessment
from followup import owners, settings_of, standing, working_days
from followup.models import ImagingReview
from patients.models import Patient, Task
from procedures import course
from procedures import stages as procedure_stages
from procedures.models import Procedure

SIGNED = (Assessment.Status.SIGNED, Assessment.Status.AMENDED)
TO_COMPLETE, TO_DECIDE, AT_THE_MEETING = "to_complete", "to_decide", "at_the_meeting"
TO_BOOK, BOOKED, TO_WATCH = "to_book", "booked", "to_watch"
TO_IMAGE, TO_READ, TO_DECIDE_NEXT = "to_image", "to_read", "to_decide_next"
TASK, NOTHING_PLANNED, PLAN_PASSED = "task", "nothing_planned", "plan_passed"
# The verdict with which an assessment cannot be decided yet.
NOT_ENOUGH_KNOWN = "insufficient_data"


@dataclass(frozen=True)
class Step:
    """What has to happen next: its kind, who answers for it, by when, and the address and words of its button.

    `owner` is who does it today; `stands_in_for` is whose it is where that is the owner's deputy. `needs` is what a
    person must be allowed to do for the button to lead anywhere.
    """

    kind: str
    title: str
    owner: User | None = None
    stands_in_for: User | None = None
    due_on: date | None = None
    url: str = ""
    action: str = ""
    is_posted: bool = False
    needs: Capability = Capability.TREAT_PATIENTS
    review: ImagingReview | None = None

    def days_late(self, *, on: date) -> int:
        """Days since it was due; 0 while there is time."""
        return max((on - self.due_on).days, 0) if self.due_on else 0


def current_step(patient: Patient, *, on: date) -> Step | None:
    """Return the step of a patient on a day; None only where the course has ended.

    The first that fits: finish the draft or the record; read, decide on what was imaged; assess whom nobody assessed
    or treated; plan what was decided; then the earliest due of the meeting, the tasks, the planned procedure and the
    imaging. Where there is none of these, one is asked for. Whoever has fetched the patient's assessments and
    procedures already (`prefetch_related_objects`) pays for them once.
    """
    if patient.ended_because:
        return None
    review = patient.reviews.filter(closed_at=None).select_related("owner").first()
    step = (
        _draft_to_finish(patient)
        or _record_to_sign(patient)
        or _review_to_judge(patient, review)
        or _assessment_to_make(patient)
        or _procedure_to_plan(patient)
        or _earliest_due(patient, review, on=on)
        or _nothing_planned(patient, on=on)
    )
    return _with_deputy(step, patient.team, on=on)


def without_next_step(team: Team, *, on: date) -> QuerySet[Patient]:
    """Return the team's patients in care for whom nothing is planned at all: the failsafe list, to be empty.

    A procedure whose day has passed by the team's number of days is no plan any more. Those with nothing open are
    looked up at once. Asked together, the databases weigh the decisions of all patients.
    """
    open_tasks = Task.objects.filter(patient=OuterRef("pk"), closed_at=None)
    to_image = ImagingReview.objects.filter(patient=OuterRef("pk"), closed_at=None)
    to_come = _PLANNED.filter(planned_on__gt=_passed_until(team, on=on))
    idle = _between_steps(team).filter(~Exists(to_image), ~Exists(open_tasks), ~Exists(to_come))
    found = Patient.objects.filter(pk__in=list(idle.values_list("pk", flat=True)))
    return found.filter(~Exists(_UNPLANNED), Exists(_TREATED) | Exists(_SIGNED)).order_by("search_name", "pk")


def to_plan(team: Team) -> QuerySet[Patient]:
    """Return the team's patients whose last signed decision is to proceed, and on which no procedure rests yet.

    They too are looked up at once: asked for the first dozen, PostgreSQL would go from patient to patient.
    """
    keys = _between_steps(team).filter(Exists(_UNPLANNED)).values_list("pk", flat=True)
    return Patient.objects.filter(pk__in=list(keys)).order_by("search_name", "pk")


def are_on_the_way_to_treatment() -> Q:
    """Return the condition on patients that `is_on_the_way_to_treatment` asks of one."""
    meeting = Task.objects.filter(
        patient=OuterRef("pk"), closed_at=None, kind=Task.Kind.MULTIDISCIPLINARY_MEETING
    )
    return Q(Exists(_DRAFT)) | Q(Exists(meeting)) | Q(Exists(_UNPLANNED)) | Q(Exists(_PLANNED))


def is_on_the_way_to_treatment(patient: Patient) -> bool:
    """Say whether a treatment is being prepared: a draft, a meeting, a procedure to plan or planned."""
    return bool(
        patient.assessments.filter(status=Assessment.Status.DRAFT).exists()
        or patient.tasks.filter(closed_at=None, kind=Task.Kind.MULTIDISCIPLINARY_MEETING).exists()
        or _procedure_to_plan(patient)
        or _plans(patient)
    )


# Of a patient, each without an order: the databases find all the patients at once, and not one after the other.
_DRAFT = Assessment.objects.filter(patient=OuterRef("pk"), status=Assessment.Status.DRAFT)
_SIGNED = Assessment.objects.filter(patient=OuterRef("pk"), status__in=SIGNED)
_TREATED = Procedure.objects.filter(patient=OuterRef("pk"), started_at__isnull=False)
_PLANNED = Procedure.objects.filter(patient=OuterRef("pk"), started_at=None, cancelled_at=None)
_UNSIGNED = Procedure.objects.filter(patient=OuterRef("pk"), started_at__isnull=False, signed_at=None)
_SIGNED_LATER = Assessment.objects.filter(
    Q(signed_at__gt=OuterRef("signed_at")) | Q(signed_at=OuterRef("signed_at"), pk__gt=OuterRef("pk")),
    patient=OuterRef("patient"),
    status__in=SIGNED,
)
# The last signed assessment, where it says proceed and no procedure rests on it.
_UNPLANNED = _SIGNED.filter(
    ~Exists(Procedure.objects.filter(assessment=OuterRef("pk"), cancelled_at=None)),
    ~Exists(_SIGNED_LATER),
    decision=Assessment.Choice.PROCEED,
)


def _between_steps(team: Team) -> QuerySet[Patient]:
    """The team's patients in care without a draft and without a record to finish or to sign."""
    return Patient.objects.filter(~Exists(_DRAFT), ~Exists(_UNSIGNED), team=team, ended_because="").order_by()


def _passed_until(team: Team, *, on: date) -> date:
    """A procedure that was planned up to this day and is not begun is no plan any more."""
    return working_days.latest_before(on, settings_of.settings_of(team).unstarted_working_days)


def _draft_to_finish(patient: Patient) -> Step | None:
    drafts = (one for one in patient.assessments.all() if one.status == Assessment.Status.DRAFT)
    draft = next(drafts, None)
    if draft is None:
        return None
    url = reverse("assessments:edit", args=[patient.pk, draft.pk])
    if draft.verdict in ("", NOT_ENOUGH_KNOWN):
        title, kind = _("Finish the assessment"), TO_COMPLETE
    else:
        title, kind = _("Decide, and sign the assessment"), TO_DECIDE
    return Step(kind, title, draft.saved_by, due_on=draft.made_on, url=url, action=_("Open the draft"))


def _record_to_sign(patient: Patient) -> Step | None:
    begun = [one for one in patient.procedures.all() if one.started_at and one.signed_at is None]
    procedure = min(begun, key=lambda one: (one.started_at, one.pk), default=None)
    if procedure is None or procedure.started_at is None:
        return None
    title = _("Finish and sign the procedure’s record")
    if procedure.amendment_opened_at:
        title = _("Sign the amendment of the procedure’s record, or give it up")
    due_at = (procedure.amendment_opened_at or procedure.started_at) + procedure_stages.SIGN_WITHIN
    url = reverse("procedures:record", args=[patient.pk, procedure.pk])
    return Step(
        TO_COMPLETE, title, procedure.saved_by,
        due_on=due_at.astimezone(ZoneInfo(patient.team.time_zone)).date(), url=url, action=_("Open the record"),
    )  # fmt: skip


def _review_to_judge(patient: Patient, review: ImagingReview | None) -> Step | None:
    """The images are there: they wait to be read, then to be decided on."""
    if review is None or review.done_on is None:
        return None
    chosen = settings_of.settings_of(patient.team)
    if review.read_at is None:
        due_on = working_days.after(review.done_on, chosen.unread_working_days)
        url = reverse("followup:review_readings", args=[patient.pk, review.pk])
        return Step(
            TO_READ, _reading_title(review), review.owner, due_on=due_on, url=url,
            action=_("Open the readings"), needs=Capability.SEE_PATIENTS, review=review,
        )  # fmt: skip
    read_on = review.read_at.astimezone(ZoneInfo(patient.team.time_zone)).date()
    due_on = working_days.after(read_on, chosen.undecided_working_days)
    url, action = reverse("followup:decide", args=[patient.pk, review.pk]), _("Decide")
    title = _("Decide what comes next")
    return Step(TO_DECIDE_NEXT, title, review.owner, due_on=due_on, url=url, action=action, review=review)


def _reading_title(review: ImagingReview) -> str:
    return {
        standing.WAITS: _("A second person reads the imaging"),
        standing.DISPUTED: _("The readers disagree: decide which reading stands"),
    }.get(standing.state_of(standing.signed_readings(review), asks_two=True), _("Read the imaging"))


def _assessment_to_make(patient: Patient) -> Step | None:
    was_treated = any(one.started_at for one in patient.procedures.all())
    if was_treated or _last_signed(patient) is not None:
        return None
    url, action = reverse("assessments:start", args=[patient.pk]), _("Start the assessment")
    return Step(
        TO_COMPLETE, _("Assess against the guideline"), patient.registered_by, url=url, action=action, is_posted=True,
        due_on=_decided_by(patient, patient.registered_at),
    )  # fmt: skip


def _decided_by(patient: Patient, moment: datetime) -> date:
    """The day by which the team decides on what came to it then: its own number of working days, not in source."""
    day = moment.astimezone(ZoneInfo(patient.team.time_zone)).date()
    return working_days.after(day, settings_of.settings_of(patient.team).undecided_working_days)


def _procedure_to_plan(patient: Patient) -> Step | None:
    """The last signed decision says proceed, and no procedure rests on it yet."""
    assessment = _last_signed(patient)
    if assessment is None or assessment.decision != Assessment.Choice.PROCEED:
        return None
    rest = (one for one in patient.procedures.all() if one.assessment_id == assessment.pk)
    if any(one.cancelled_at is None for one in rest):
        return None
    signed_at = assessment.signed_at or assessment.created_at
    return Step(
        TO_BOOK, _("Plan the procedure"), assessment.signed_by, due_on=_decided_by(patient, signed_at),
        url=reverse("procedures:plan", args=[patient.pk]), action=_("Plan it"),
    )  # fmt: skip


def _last_signed(patient: Patient) -> Assessment | None:
    signed = [one for one in patient.assessments.all() if one.status in SIGNED and one.signed_at]
    return max(signed, key=lambda one: (one.signed_at, one.pk), default=None)


def _earliest_due(patient: Patient, review: ImagingReview | None, *, on: date) -> Step | None:
    """A call that was missed is the step only where nothing else is: it must not hide what can still be done."""
    missed, waiting = _open_tasks(patient, on=on)
    planned = _planned_procedure(patient, on=on)
    steps = (_task_step(patient, waiting), planned, _imaging_to_do(review))
    earliest = min(filter(None, steps), key=lambda step: step.due_on or date.max, default=None)
    if planned and not (waiting or missed or review) and _are_all_plans_passed(patient, on=on):
        return replace(planned, kind=PLAN_PASSED)
    return earliest or _task_step(patient, missed)


def _open_tasks(patient: Patient, *, on: date) -> tuple[list[Task], list[Task]]:
    """The patient's open tasks, the first due first: the calls that were missed, and all others."""
    begun = [one for one in patient.procedures.all() if one.started_at]
    missed: list[Task] = []
    waiting: list[Task] = []
    for task in patient.tasks.filter(closed_at=None).select_related("owner").order_by("due_to", "pk"):
        is_missed = any(course.is_missed_call(one, task, on=on) for one in begun)
        (missed if is_missed else waiting).append(task)
    return missed, waiting


KINDS_OF_TASK: dict[str, str] = {
    Task.Kind.MULTIDISCIPLINARY_MEETING: AT_THE_MEETING,
    Task.Kind.CALL: TO_WATCH,
}


def _task_step(patient: Patient, tasks: list[Task]) -> Step | None:
    if not tasks:
        return None
    task = tasks[0]
    url = reverse("patients:tasks", args=[patient.pk])
    return Step(
        KINDS_OF_TASK.get(task.kind, TASK), task.title, task.owner, due_on=task.due_to, url=url,
        action=_("Open the task"), needs=Capability.SEE_PATIENTS,
    )  # fmt: skip


def _plans(patient: Patient) -> list[Procedure]:
    """Procedures that were neither begun nor cancelled, the earliest first."""
    planned = [one for one in patient.procedures.all() if not one.started_at and not one.cancelled_at]
    return sorted(planned, key=lambda one: (one.planned_on, one.pk))


def _are_all_plans_passed(patient: Patient, *, on: date) -> bool:
    passed_until = _passed_until(patient.team, on=on)
    return all(one.planned_on <= passed_until for one in _plans(patient))


def passed_plan(patient: Patient, *, on: date) -> Procedure | None:
    """Return the earliest procedure whose day has passed without anybody beginning or cancelling it."""
    return next((one for one in _plans(patient) if one.planned_on < on), None)


def _planned_procedure(patient: Patient, *, on: date) -> Step | None:
    procedure = next(iter(_plans(patient)), None)
    if procedure is None:
        return None
    said = {"modality": procedure.planned_modality, "day": date_format(procedure.planned_on, "j M Y")}
    title = _("%(modality)s is planned") % said
    if procedure.planned_on < on:
        title = _("%(modality)s was planned for %(day)s: begin it, move it or cancel it") % said
    url = reverse("procedures:checklist", args=[patient.pk, procedure.pk])
    return Step(
        BOOKED,
        title,
        procedure.created_by,
        due_on=procedure.planned_on,
        url=url,
        action=_("Open the checklist"),
    )


def _imaging_to_do(review: ImagingReview | None) -> Step | None:
    if review is None:
        return None
    title = _("Imaging is booked") if review.booked_for else _("Book the imaging")
    return Step(
        TO_IMAGE, title, review.owner, due_on=review.booked_for or review.due_to,
        url=reverse("followup:queue_row", args=[review.pk]), action=_("Open in the queue"),
        needs=Capability.SEE_PATIENTS, review=review,
    )  # fmt: skip


def _nothing_planned(patient: Patient, *, on: date) -> Step:
    """Who signed last answers for it, at once."""
    title = _("Nothing is planned: say what comes next, who does it and by when")
    url = reverse("patients:tasks", args=[patient.pk])
    return Step(
        NOTHING_PLANNED,
        title,
        last_signer(patient),
        due_on=on,
        url=url,
        action=_("Add a task"),
        needs=Capability.WORK_QUEUE,
    )


def last_signer(patient: Patient) -> User | None:
    """Return who signed the last assessment, or the record of a procedure that began after it."""
    assessment = _last_signed(patient)
    since = assessment.signed_at if assessment else None
    begun = [
        one for one in patient.procedures.all() if one.started_at and not (since and one.started_at <= since)
    ]
    procedure = max(begun, key=lambda one: (one.started_at, one.pk), default=None)
    if procedure is not None:
        return procedure.signed_by or procedure.saved_by
    return assessment.signed_by if assessment else None


def _with_deputy(step: Step, team: Team, *, on: date) -> Step:
    """Say who answers for it that day; an owner who left the team, or is away without a deputy, is nobody."""
    if step.owner is None:
        return step
    found = owners.answering(team, step.owner, on=on)
    if found is None:
        return replace(step, owner=None)
    return replace(step, owner=found.person, stands_in_for=found.stands_in_for)
