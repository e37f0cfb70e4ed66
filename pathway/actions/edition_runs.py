"""The dry run of a draft of the edition's settings: the worker weighs everything under it and keeps what would flip."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from assessments import edition_changes, guidance
from assessments.actions import editions
from assessments.models import EditionDryRun, EditionSettings
from pathway import edition_weighing
from pathway.actions import jobs
from pathway.models import Job

DRY_RUN = "dry_run_edition"
UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)


class UnableToRun(Exception):
    """There is nothing to run; the words say why."""


@transaction.atomic
def ask_for_dry_run(*, draft: EditionSettings, team: Team | None, by: User, at: Any) -> Job:
    """Put the dry run of a draft into the worker's hands; a second click finds the first job.

    A job belongs to a team, for its language. This one speaks none: whoever has no team takes any.
    """
    row = EditionSettings.objects.select_for_update().get(pk=draft.pk)
    if not row.is_draft:
        raise UnableToRun(_("This version is no draft any more."))
    digest = edition_changes.digest_of(row)
    job = job_of(row)
    if job and job.state in UNDER_WAY and job.parameters["digest"] == digest:
        return job
    of_team = team or Team.objects.order_by("pk").first()
    if of_team is None:
        raise UnableToRun(_("There is no team yet, and so nothing to weigh."))
    parameters = {"draft_id": row.pk, "digest": digest}
    return jobs.ask_for_job(kind=DRY_RUN, team=of_team, by=by, parameters=parameters, at=at)


def job_of(draft: EditionSettings) -> Job | None:
    """Return the newest dry run that was asked for."""
    asked = Job.objects.filter(kind=DRY_RUN, parameters__draft_id=draft.pk)
    return asked.select_related("asked_by").order_by("-pk").first()


def weigh(job: Job, progress: jobs.Progress) -> tuple[EditionDryRun, edition_weighing.Found]:
    """Weigh everything under the draft as it is now; nothing is written."""
    draft = EditionSettings.objects.get(pk=job.parameters["draft_id"])
    before = editions.newest_published()
    if not draft.is_draft or before is None:
        raise jobs.UnableToDoJob(_("This version is no draft any more."))
    assessments = edition_weighing.assessments_to_weigh().count()
    progress.expect(assessments + edition_weighing.readings_to_weigh(before, draft).count())
    dry_run = EditionDryRun(
        draft=draft,
        compared_with=before,
        draft_digest=edition_changes.digest_of(draft),
        engine_version=guidance.ENGINE_VERSION,
        run_at=job.asked_at,
        run_by=job.asked_by,
    )
    return dry_run, edition_weighing.weigh_all(before, draft, step=progress.step)


def keep(job: Job, weighed: tuple[EditionDryRun, edition_weighing.Found]) -> dict[str, Any]:
    """Keep what was found; the job's transaction is ours."""
    dry_run, found = weighed
    kept = editions.keep_dry_run(dry_run=dry_run, flips=found.flips, counts=found.counts)
    return {"dry_run_id": kept.pk}


JOB_KINDS = {DRY_RUN: jobs.Kind(prepare=weigh, apply=keep)}
