"""Exports for a registry, for tests."""

from datetime import UTC, datetime

from accounts.models import Team, User
from pathway.models import Job
from pathway.registry.rows import RegistryExport, RegistryPiece
from tests.factories.patients import NOW


def made_export(team: Team, by: User, **fields) -> RegistryExport:
    """Return an export that is done, its file kept until long after NOW."""
    job = Job.objects.create(
        kind="registry_export", team=team, asked_by=by, asked_at=NOW, state="done", finished_at=NOW
    )
    values = {
        "patient_count": 0, "size_bytes": 4, "sha256": "0" * 64, "kept_until": datetime(2200, 1, 1, tzinfo=UTC),
        **fields,
    }  # fmt: skip
    export = RegistryExport.objects.create(team=team, asked_by=by, asked_at=NOW, job=job, **values)
    RegistryPiece.objects.create(export=export, number=0, content=b"file")
    return export
