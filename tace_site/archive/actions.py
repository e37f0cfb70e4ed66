"""Back up, check and restore the database that the settings name, whichever kind it is."""

import platform
import secrets
import tempfile
from datetime import datetime
from pathlib import Path
from types import ModuleType

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.crypto import salted_hmac

from tace_site.archive import container, postgresql, sqlite
from tace_site.archive.container import ArchiveError, Manifest

ENGINES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}


def back_up(*, file: Path, at: datetime) -> Manifest:
    """Write the database into a file, which replaces an older one only when it was read back and found whole."""
    engine = ENGINES[connection.vendor]
    with container.workspace(file) as folder:
        part = folder / engine.PART
        contents = engine.dump(part)
        manifest = Manifest(
            engine=connection.vendor,
            made_at=at.isoformat(),
            versions={
                "database": engine.server_version(),
                "django": django.get_version(),
                "python": platform.python_version(),
            },
            key_mark=key_mark(settings.SECRET_KEY),
            contents=contents,
            part=container.describe(part),
        )
        container.write(file, folder, manifest)
    return manifest


def check(*, file: Path) -> Manifest:
    """Return what an archive holds, if it is whole, of this kind of database and of no newer version."""
    manifest = container.check(file)
    if manifest.engine != connection.vendor:
        raise ArchiveError(f"The backup is of {manifest.engine}, the database here is {connection.vendor}.")
    known = MigrationLoader(None).disk_migrations or {}
    unknown = [f"{app} {name}" for app, name in manifest.contents.migrations if (app, name) not in known]
    if unknown:
        raise ArchiveError(
            f"The backup was made by another version of the product, which knows {', '.join(unknown[:3])}."
            " Install that version first."
        )
    return manifest


def restore(*, file: Path, replace: bool, at: datetime) -> tuple[Manifest, str | None]:
    """Put a checked archive in the place of the database; return it, and where the old one is kept."""
    manifest = check(file=file)
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        part = container.extract(file, manifest, Path(folder))
        kept = ENGINES[connection.vendor].restore(part, manifest.contents, replace=replace, at=at)
    return manifest, kept


def key_mark(key: str) -> str:
    """Return a mark by which a key is known again, and not found out."""
    return salted_hmac("tace_site.archive", "which key", secret=key, algorithm="sha256").hexdigest()[:16]


def has_our_key(manifest: Manifest) -> bool:
    """Say whether what the archive holds encrypted can be read here."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(secrets.compare_digest(key_mark(key), manifest.key_mark) for key in keys)
