"""Make the pack of a meeting: at once for a few patients, in the worker's hands for more. Only the last one is kept."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import Capability
from pathway.actions import jobs
from pathway.models import Discussion, Job, Meeting, MeetingPack
from pathway.papers import pack, typesetting

MEETING_PACK = "meeting_pack"
# As many are set while a person waits.
AT_ONCE = 3


class UnableToMakePack(Exception):
    """Why there is no pack, in the words that the page shows."""


def discussed(meeting: Meeting) -> list[Discussion]:
    """Return who has pages in the pack: who is on the list and in care."""
    rows = meeting.discussions.filter(taken_off_at=None, patient__ended_because="")
    return list(rows.select_related("patient__team"))


def make_or_ask(*, meeting: Meeting, by: User, at: datetime) -> Job | MeetingPack:
    """Make the pack of a few patients now; of more, return the job that makes it. Raises UnableToMakePack."""
    if len(discussed(meeting)) > AT_ONCE:
        return ask_for_pack(meeting=meeting, by=by, at=at)
    try:
        made = _set(meeting, by, at, lambda _count: None)
    except typesetting.FontMissing as missing:
        raise UnableToMakePack(str(missing)) from missing
    with transaction.atomic():
        return keep_pack(meeting=meeting, made=made, by=by, at=at)


@transaction.atomic
def ask_for_pack(*, meeting: Meeting, by: User, at: datetime) -> Job:
    """Put the pack into the worker's hands; a second click finds the first job."""
    row = (
        Meeting.objects.select_for_update(of=("self",)).select_related("pack_job", "team").get(pk=meeting.pk)
    )
    job = row.pack_job
    if job is None or job.state in (Job.State.DONE, Job.State.FAILED):
        job = jobs.ask_for_job(
            kind=MEETING_PACK, team=row.team, by=by, parameters={"meeting_id": row.pk}, at=at
        )
        row.pack_job = job
        row.save(update_fields=["pack_job"])
    return job


def prepare(job: Job, progress: jobs.Progress) -> pack.Made:
    """Set the pages of a job's meeting, for somebody who may still export the team's patients."""
    meeting = Meeting.objects.select_related("team").get(pk=job.parameters["meeting_id"])
    if job.asked_by is None or not _may_export(meeting, job.asked_by):
        raise jobs.UnableToDoJob(pack.not_allowed())
    progress.expect(len(discussed(meeting)))
    try:
        return _set(meeting, job.asked_by, job.asked_at, progress.step)
    except typesetting.FontMissing as missing:
        raise jobs.UnableToDoJob(str(missing)) from missing


def apply(job: Job, made: pack.Made) -> dict[str, Any]:
    """Keep the pack that was prepared; the job's transaction is ours."""
    meeting = Meeting.objects.select_related("team").get(pk=job.parameters["meeting_id"])
    if job.asked_by is None:
        raise jobs.UnableToDoJob(pack.not_allowed())
    # When it was made, not when it was asked for: the last one made is the one whose pages are kept.
    kept = keep_pack(meeting=meeting, made=made, by=job.asked_by, at=jobs.finished_at(job))
    return {"pack_id": kept.pk}


JOB_KINDS = {MEETING_PACK: jobs.Kind(prepare=prepare, apply=apply)}


def keep_pack(*, meeting: Meeting, made: pack.Made, by: User, at: datetime) -> MeetingPack:
    """Keep the pages; those of the packs before are let go, the rows stay."""
    for older in meeting.packs.exclude(content=b""):
        older.content = b""
        older.save(update_fields=["content"])
    kept = MeetingPack.objects.create(
        meeting=meeting, made_at=at, made_by=by, patient_ids=made.patient_ids, content=made.pages
    )
    audit.record_list(
        by=by, team=meeting.team, patient_ids=made.patient_ids, what="pathway.make_pack", at=at, export=True
    )
    return kept


def _may_export(meeting: Meeting, person: User) -> bool:
    rows = Membership.objects.filter(user=person, team=meeting.team, is_active=True, user__is_active=True)
    return any(one.may(Capability.EXPORT_PATIENTS) for one in rows)


def _set(meeting: Meeting, by: User, at: datetime, step: pack.Step) -> pack.Made:
    on = at.astimezone(ZoneInfo(meeting.team.time_zone)).date()
    return pack.make(meeting, discussed(meeting), by=by, on=on, at=at, step=step)
