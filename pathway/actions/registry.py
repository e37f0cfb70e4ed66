"""Exports for a registry: ask for one, write it in the worker, say that it is there, take it away after some days."""

import hashlib
import secrets
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, vault
from accounts.models import Membership, Team, User
from accounts.roles import Capability
from pathway.actions import file_ready, jobs
from pathway.models import Job
from pathway.registry import archive
from pathway.registry.rows import RegistryExport, RegistryKey, RegistryPiece
from pathway.registry.subjects import Asked, chosen
from pathway.registry.tables import all_tables

EXPORT = "registry_export"
PIECE_BYTES = 1024 * 1024
UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)


@transaction.atomic
def ask_for_export(*, team: Team, asked: Asked, by: User, at: datetime) -> RegistryExport:
    """Put an export into the worker's hands; while the team has one under way, return that one."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    under_way = team.registry_exports.filter(job__state__in=UNDER_WAY).first()
    if under_way is not None:
        return under_way
    _make_key(team, by=by, at=at)
    audit.record_team_change(by=by, team=team, what="pathway.ask_for_registry_export", at=at)
    dates = RegistryExport.Dates.DAYS if asked.in_days else RegistryExport.Dates.MOVED
    return RegistryExport.objects.create(
        team=team, asked_by=by, asked_at=at, since=asked.since, until=asked.until, modality=asked.modality,
        dates=dates, only_signed=asked.only_signed, job=_job(team, by=by, at=at),
    )  # fmt: skip


@transaction.atomic
def begin_again(*, export: RegistryExport, by: User, at: datetime) -> RegistryExport:
    """Let an export that failed begin again; one that did not fail is left alone."""
    export = RegistryExport.objects.select_for_update(of=("self",)).select_related("job").get(pk=export.pk)
    if export.job.state == Job.State.FAILED:
        audit.record_team_change(by=by, team=export.team, what="pathway.ask_for_registry_export", at=at)
        export.job = _job(export.team, by=by, at=at)
        export.save(update_fields=["job"])
    return export


def _job(team: Team, *, by: User, at: datetime) -> Job:
    return jobs.ask_for_job(kind=EXPORT, team=team, by=by, parameters={}, at=at)


def _make_key(team: Team, *, by: User, at: datetime) -> None:
    """Make the team's secret, unless there is one: another would give every patient another code."""
    secret = {"secret": vault.encrypt(secrets.token_hex(32)), "made_at": at, "made_by": by}
    RegistryKey.objects.get_or_create(team=team, defaults=secret)


def asked_of(export: RegistryExport) -> Asked:
    """Return what an export was asked to hold."""
    return Asked(
        since=export.since,
        until=export.until,
        modality=export.modality,
        only_signed=export.only_signed,
        in_days=export.dates == RegistryExport.Dates.DAYS,
    )


@dataclass(frozen=True)
class Made:
    """An archive that stands in a file without a name: it is gone with the worker that wrote it."""

    export: RegistryExport
    file: IO[bytes]
    patient_ids: list[int]


def write_archive(job: Job, progress: jobs.Progress) -> Made:
    """Write the archive of a job, for a lead of the team. Raises UnableToDoJob."""
    _still_allowed(job)
    export = RegistryExport.objects.select_related("team").get(job=job)
    asked, team = asked_of(export), export.team
    patient_ids = list(chosen(team, asked).values_list("pk", flat=True))
    progress.expect(len(patient_ids) * len(all_tables(in_days=asked.in_days)))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `keep_archive`, or gone with the worker
    try:
        archive.write(
            file,
            team=team,
            asked=asked,
            patient_ids=patient_ids,
            secret=_secret_of(team),
            progress=progress.step,
        )
    except BaseException:
        file.close()
        raise
    return Made(export, file, patient_ids)


def _secret_of(team: Team) -> str:
    secret = vault.opened(team.registry_key.secret)
    if secret is None:
        raise jobs.UnableToDoJob(
            _("The secret key of your team cannot be opened. Please tell your technical support.")
        )
    return secret


def keep_archive(job: Job, made: Made) -> dict[str, Any]:
    """Keep the file in pieces, record whom it holds, and tell who asked. The job's transaction is ours."""
    by, at, export = _still_allowed(job), jobs.finished_at(job), made.export
    export.size_bytes, export.sha256 = _keep_pieces(export, made.file)
    export.patient_ids, export.patient_count = made.patient_ids, len(made.patient_ids)
    kept_until = export.kept_until = at + timedelta(days=settings.REGISTRY_FILE_DAYS)
    export.save(update_fields=["size_bytes", "sha256", "patient_ids", "patient_count", "kept_until"])
    audit.record_list(
        by=by, team=job.team, patient_ids=made.patient_ids, what="pathway:registry", at=at, export=True
    )
    file_ready.tell(job=job, kept_until=kept_until, at=at)
    return {"patients": export.patient_count}


def _still_allowed(job: Job) -> User:
    """Return who asked, a lead of the team to this moment. Raises UnableToDoJob."""
    by = job.asked_by
    rows = Membership.objects.filter(
        user=by, team=job.team, is_active=True, is_lead=True, user__is_active=True
    )
    if by is None or not any(one.may(Capability.EXPORT_PATIENTS) for one in rows):
        raise jobs.UnableToDoJob(_("Whoever asked for this export does not lead the team any more."))
    return by


def _keep_pieces(export: RegistryExport, file: IO[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with file:
        file.seek(0)
        for number, content in enumerate(iter(lambda: file.read(PIECE_BYTES), b"")):
            RegistryPiece.objects.create(export=export, number=number, content=content)
            size += len(content)
            digest.update(content)
    return size, digest.hexdigest()


def record_download(*, export: RegistryExport, by: User, at: datetime) -> None:
    """Record that the file left the house, and whom it holds."""
    audit.record_list(
        by=by, team=export.team, patient_ids=export.patient_ids, what="pathway:download_registry", at=at,
        export=True,
    )  # fmt: skip


def take_away_old_files(*, at: datetime) -> int:
    """Take away the files whose days are over; the rows that say who asked for what stay. Return how many."""
    over = RegistryExport.objects.filter(kept_until__lt=at, emptied_at=None)
    return sum(_empty(export.pk, at=at) for export in over)


@transaction.atomic
def _empty(key: int, *, at: datetime) -> int:
    export = RegistryExport.objects.select_for_update().filter(emptied_at=None).get(pk=key)
    RegistryPiece.objects.filter(export=export).delete()
    export.emptied_at = at
    export.save(update_fields=["emptied_at"])
    return 1


# How the worker does this job.
JOB_KINDS = {EXPORT: jobs.Kind(prepare=write_archive, apply=keep_archive)}
