"""What the pages of meetings show: the days, and the list of one with what waits and what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Membership, Team
from accounts.roles import Capability
from assessments.models import Assessment, SignedVersion
from followup import decision_card, decision_page
from followup.models import Decision
from pathway.meeting import forms as meeting_forms
from pathway.meeting import matters, proposals
from pathway.meeting.matters import Matter
from pathway.models import Discussion, Job, Meeting, MeetingPack
from patients.models import Patient, Task

MOST_MEETINGS = 60
# Not in source: how long a list that was not decided to the end is told of on the home page.
TOLD_FOR = timedelta(days=60)
WAITS, DECIDED, ELSEWHERE, ENDED = "waits", "decided", "elsewhere", "ended"
DECIDING = (Assessment.Choice.PROCEED, Assessment.Choice.DO_NOT_PROCEED)


@dataclass(frozen=True)
class Told:
    """What was decided, by whom and when, with the address of the record that holds it."""

    words: str
    by: Any
    at: datetime
    url: str


@dataclass(frozen=True)
class Row:
    """One patient of the list."""

    discussion: Discussion
    number: int
    state: str
    matter: Matter
    told: Told | None = None

    @property
    def patient(self) -> Patient:
        return self.discussion.patient

    @property
    def can_be_decided(self) -> bool:
        return self.state in (WAITS, ELSEWHERE)

    @property
    def can_be_taken_off(self) -> bool:
        return self.discussion.decided_at is None


def meetings_of(team: Team) -> QuerySet[Meeting]:
    """Return a team's meetings with how many in care are on the list and how many of them wait, the latest first."""
    listed = Q(discussions__taken_off_at=None, discussions__patient__ended_because="")
    return Meeting.objects.filter(team=team).annotate(
        listed_count=Count("discussions", filter=listed),
        waiting_count=Count("discussions", filter=listed & Q(discussions__decided_at=None)),
    ).order_by("-held_on")  # fmt: skip


def coming(team: Team, *, on: date) -> list[Meeting]:
    """Return the meetings that are still to be held, the next one first."""
    return list(Meeting.objects.filter(team=team, held_on__gte=on).order_by("held_on")[:MOST_MEETINGS])


def listed_in_words(patient: Patient, *, on: date) -> str:
    """Say on which coming lists a patient is already; nothing where there is none."""
    rows = patient.discussions.filter(taken_off_at=None, meeting__held_on__gte=on).select_related("meeting")
    days = [date_format(one.meeting.held_on, "j M Y") for one in rows.order_by("meeting__held_on")]
    return _("On the list already: %(days)s.") % {"days": ", ".join(days)} if days else ""


def on_home(team: Team, *, on: date) -> list[Meeting]:
    """Return the lists that were not decided to the end, and the next meeting, today's included."""
    rows = meetings_of(team).filter(held_on__gte=on - TOLD_FOR).order_by("held_on")
    told = recounted(rows[:MOST_MEETINGS])
    coming_rows = [one for one in told if one.held_on >= on]
    return [one for one in told if one.held_on < on and one.waiting_count] + coming_rows[:1]


def recounted(meetings: Iterable[Any]) -> list[Any]:
    """Return the same meetings; who was decided on in another room since does not wait any more."""
    found = list(meetings)
    for one in found:
        if one.waiting_count:
            one.waiting_count = sum(row.state == WAITS for row in rows_of(one))
    return found


def rows_of(meeting: Meeting) -> list[Row]:
    """Return the list in its order, in as many queries for many patients as for few."""
    related = ("patient", "added_by", "decided_by", "decision__next_review", "version", "task__owner")
    listed = list(meeting.discussions.filter(taken_off_at=None).select_related(*related))
    waiting = matters.matters_of([one.patient for one in listed])
    elsewhere = _decided_elsewhere([one for one in listed if not one.is_decided])
    return [
        _row(one, number, waiting[one.patient_id], elsewhere.get(one.pk))
        for number, one in enumerate(listed, start=1)
    ]


def _row(one: Discussion, number: int, matter: Matter, elsewhere: Told | None) -> Row:
    if one.is_decided:
        return Row(one, number, DECIDED, matter, _told(one))
    if one.patient.ended_because:
        return Row(one, number, ENDED, matter)
    return Row(one, number, ELSEWHERE if elsewhere else WAITS, matter, elsewhere)


def _told(one: Discussion) -> Told:
    told: dict[str, Any] = {"by": one.decided_by, "at": one.decided_at}
    if one.version:
        return _of_version(one.version, one.patient_id, **told)
    if one.decision:
        return _of_decision(one.decision, one.patient_id, **told)
    return Told(_of_task(one.task), url=reverse("patients:tasks", args=[one.patient_id]), **told)


def _of_version(version: SignedVersion, patient_id: int, **told: Any) -> Told:
    words = str(Assessment.Choice(version.record["decision"]).label)
    return Told(words, url=reverse("assessments:detail", args=[patient_id, version.assessment_id]), **told)


def _of_decision(decision: Decision, patient_id: int, **told: Any) -> Told:
    url = reverse("followup:decision", args=[patient_id, decision.pk])
    return Told(decision_page.sentence_of(decision), url=url, **told)


def _of_task(task: Task | None) -> str:
    if task is None:
        return ""
    said = {"what": task.title, "owner": task.owner or _("nobody"), "day": date_format(task.due_to, "j M Y")}
    return _("%(what)s: %(owner)s, by %(day)s") % said


def _decided_elsewhere(undecided: Iterable[Discussion]) -> dict[int, Told]:
    """What was decided in its own room since the patient was put on the list, by the discussion's key."""
    open_rows = list(undecided)
    keys = [one.patient_id for one in open_rows]
    if not keys:
        return {}
    related = ("review", "next_review", "decided_by")
    made = Decision.objects.filter(review__patient__in=keys, withdrawn_at=None).select_related(*related)
    versions = SignedVersion.objects.filter(
        assessment__patient__in=keys, record__decision__in=list(DECIDING)
    ).select_related("assessment", "signed_by")  # fmt: skip
    found: dict[int, Told] = {}
    for one in open_rows:
        told = [
            _of_decision(each, one.patient_id, by=each.decided_by, at=each.decided_at)
            for each in made if each.review.patient_id == one.patient_id and each.decided_at > one.added_at
        ] + [
            _of_version(each, one.patient_id, by=each.signed_by, at=each.signed_at)
            for each in versions if each.assessment.patient_id == one.patient_id and each.signed_at > one.added_at
        ]  # fmt: skip
        if told:
            found[one.pk] = max(told, key=lambda each: each.at)
    return found


def context_of(
    meeting: Meeting, membership: Membership, *, on: date, open_row: Row | None = None, **given: Any
) -> dict[str, Any]:
    """Return what the page of one meeting shows; `given` holds forms that were sent and refused."""
    may_prepare = membership.may(Capability.WORK_QUEUE)
    rows = given.pop("rows", None) or rows_of(meeting)
    shown: dict[str, Any] = {
        "meeting": meeting,
        "rows": rows,
        "waiting_count": sum(row.state == WAITS for row in rows),
        "first_waiting": next((row.discussion.pk for row in rows if row.state == WAITS), None),
        "taken_off": _taken_off(meeting),
        "proposals": proposals.proposals_of(meeting, on=on) if may_prepare else [],
        "may_prepare": may_prepare,
        "may_decide": membership.may(Capability.TREAT_PATIENTS),
        "may_export": membership.may(Capability.EXPORT_PATIENTS),
        "add_form": meeting_forms.AddForm(team=meeting.team, auto_id="add_%s"),
        "attended_form": meeting_forms.AttendedForm(initial={"attended": meeting.attended}),
        "open_row": open_row,
        "today": on,
        **pack_context(meeting, rows),
    }  # fmt: skip
    return shown | given


def _taken_off(meeting: Meeting) -> list[Discussion]:
    rows = meeting.discussions.filter(taken_off_at__isnull=False)
    return list(rows.select_related("patient", "taken_off_by").order_by("-taken_off_at"))


def pack_context(meeting: Meeting, rows: list[Row] | None = None) -> dict[str, Any]:
    """Return the last pack of a meeting, the job that makes one, and whether the list has changed since."""
    pack = meeting.packs.defer("content").select_related("made_by").first()
    job = meeting.pack_job
    is_at_work = job is not None and job.state in (Job.State.WAITING, Job.State.RUNNING)
    return {
        "meeting": meeting,
        "pack": pack,
        "job": job if job and (is_at_work or job.state == Job.State.FAILED) else None,
        "is_at_work": is_at_work,
        "is_pack_old": pack is not None and rows is not None and _is_old(pack, rows),
    }


def _is_old(pack: MeetingPack, rows: list[Row]) -> bool:
    return pack.patient_ids != [row.discussion.patient_id for row in rows if row.state != ENDED]


def decision_form(
    row: Row, *, data: Any, wants_step: bool, membership: Membership, on: date
) -> forms.BaseForm | None:
    """Return the form that what waits for a patient asks for; None where no reading stands any more."""
    team, by = membership.team, membership.user
    if wants_step or row.matter.kind == matters.STEP:
        return meeting_forms.StepForm(data, team=team, by=by, on=on)
    if row.matter.assessment:
        return meeting_forms.ReferralForm(data, assessment=row.matter.assessment)
    return _review_form(row, data=data, membership=membership, on=on)


def _review_form(row: Row, *, data: Any, membership: Membership, on: date) -> forms.BaseForm | None:
    reading = row.matter.reading
    if reading is None:
        return None
    card = decision_card.card_of(reading, on=on)
    return meeting_forms.ReviewForm(data, card=card, team=membership.team, by=membership.user, on=on)
