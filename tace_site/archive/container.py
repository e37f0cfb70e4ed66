"""The file of a backup: a zip of the dump and a manifest, sealed with a digest of every byte before it.

The manifest is written after the dump, the seal after all, and only then does the file get its name. So a backup that
was cut short has no name, and one that was cut or changed later has no valid seal.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = 1
MANIFEST = "manifest.json"
SEAL_BYTES = 64  # a SHA-256 in hexadecimal, kept as the comment of the zip: its very last bytes
BLOCK_BYTES = 1 << 20


class ArchiveError(Exception):
    """A backup that cannot be made, believed or restored; the words are for the person at the keyboard."""


@dataclass(frozen=True)
class Contents:
    """What a database holds: rows of each table, and the migrations that made it."""

    tables: dict[str, int]
    migrations: list[list[str]]


@dataclass(frozen=True)
class Part:
    """One file inside the archive."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the archive says of itself."""

    engine: str
    made_at: str
    versions: dict[str, str]
    key_mark: str
    contents: Contents
    part: Part

    def as_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True)


def manifest_from(text: bytes) -> Manifest:
    """Read a manifest; one of another format or shape is refused."""
    try:
        read: dict[str, Any] = json.loads(text)
        if read.pop("format") != FORMAT:
            raise ArchiveError("This archive was made by a newer version of the product.")
        contents, part = Contents(**read.pop("contents")), Part(**read.pop("part"))
        # Names that become part of a path or of a statement.
        if Path(part.name).name != part.name or not all(name.isidentifier() for name in contents.tables):
            raise ValueError(part.name)
        return Manifest(contents=contents, part=part, **read)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArchiveError("The archive's own list of its contents cannot be read.") from error


@contextlib.contextmanager
def workspace(file: Path) -> Iterator[Path]:
    """Lend a private folder beside the file for one backup at a time; what a killed one left there goes first."""
    folder = file.with_name(file.name + ".partial")
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError(f"Another backup into {file} is under way.") from error
        for left in folder.iterdir():
            left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
    finally:
        os.close(handle)


def describe(path: Path) -> Part:
    """Return name, size and digest of a file."""
    with path.open("rb") as opened:
        return Part(path.name, path.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest())


def write(file: Path, folder: Path, manifest: Manifest) -> None:
    """Put the dump that lies in the folder under its final name, after all of it was read back and found whole."""
    whole = folder / "whole"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.write(folder / manifest.part.name, manifest.part.name)
        archive.writestr(MANIFEST, manifest.as_json())
        archive.comment = b"0" * SEAL_BYTES
    _seal(whole)
    check(whole)
    whole.chmod(0o600)
    os.replace(whole, file)
    _keep_on_disk(file.parent)


def check(file: Path) -> Manifest:
    """Return the manifest of an archive that is whole and unaltered; refuse any other."""
    try:
        _check_seal(file)
        with zipfile.ZipFile(file) as archive:
            manifest = manifest_from(archive.read(MANIFEST))
            with archive.open(manifest.part.name) as part:
                _copy(part, None, manifest.part)
    except FileNotFoundError as error:
        raise ArchiveError(f"There is no file {file}.") from error
    except (zipfile.BadZipFile, KeyError) as error:
        raise ArchiveError(f"{file} is no backup, or not a whole one.") from error
    return manifest


def extract(file: Path, manifest: Manifest, folder: Path) -> Path:
    """Take the dump out into a folder, compared with the manifest once more on its way."""
    path = folder / manifest.part.name
    with zipfile.ZipFile(file) as archive, archive.open(manifest.part.name) as part, path.open("wb") as to:
        _copy(part, to, manifest.part)
    return path


def _copy(source: Any, to: BinaryIO | None, expected: Part) -> None:
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK_BYTES):
        digest.update(block)
        size += len(block)
        if to:
            to.write(block)
    if (size, digest.hexdigest()) != (expected.size_bytes, expected.sha256):
        raise ArchiveError(f"{expected.name} inside the archive is not what was put there.")


def _seal(whole: Path) -> None:
    with whole.open("r+b") as opened:
        digest = _digest_before_seal(opened, whole)
        opened.seek(-SEAL_BYTES, os.SEEK_END)
        opened.write(digest.encode("ascii"))
        opened.flush()
        os.fsync(opened.fileno())


def _check_seal(file: Path) -> None:
    with file.open("rb") as opened:
        digest = _digest_before_seal(opened, file)
        if opened.read() != digest.encode("ascii"):
            raise ArchiveError(f"{file} is no backup, or it was cut short or changed after it was made.")


def _digest_before_seal(opened: BinaryIO, file: Path) -> str:
    """Return the digest of all but the seal; the file then stands at the seal."""
    left, digest = file.stat().st_size - SEAL_BYTES, hashlib.sha256()
    while left > 0 and (block := opened.read(min(left, BLOCK_BYTES))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()


def _keep_on_disk(folder: Path) -> None:
    """Make the new name outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
