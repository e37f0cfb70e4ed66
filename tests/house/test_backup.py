"""Backup and restore: the drill on both databases, and every way in which an archive is refused."""

import os
import signal
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest

from tace_site.archive import actions, container
from tace_site.archive.container import ArchiveError, Contents, Manifest
from tests.house import hospital_database, processes

CONTENTS = Contents({"patients_patient": 3}, [["patients", "0001_initial"]])
SESSION = "INSERT INTO django_session VALUES ('a-session-key', 'data', '2099-01-01 00:00:00+00')"
BACKUP = [sys.executable, "manage.py", "backup"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory):
    """A database with the demonstration in it, of either kind; PostgreSQL's belongs to a plain role."""
    if request.param == "sqlite":
        return hospital_database.filled(f"sqlite:///{tmp_path_factory.mktemp('hospital') / 'tace.sqlite3'}")
    url = request.getfixturevalue("postgresql_url")
    with psycopg.connect(url.replace("postgres:", "postgresql:", 1), autocommit=True) as server:
        server.execute("CREATE ROLE ward LOGIN")
        server.execute("CREATE DATABASE drill OWNER ward")
    return hospital_database.filled(url.replace("tace@", "ward@").removesuffix("/postgres") + "/drill")


def archive_in(folder: Path, *, engine: str = "sqlite", contents: Contents = CONTENTS) -> Path:
    """Write a small archive by the same code that writes a large one."""
    file = folder / "small.backup"
    with container.workspace(file) as workspace:
        part = workspace / "database.sqlite3"
        part.write_bytes(b"rows of patients " * 20)
        container.write(
            file,
            workspace,
            Manifest(engine, "2026-03-02T02:00:00+00:00", {}, "mark", contents, container.describe(part)),
        )
    return file


class TestDrill:
    def test_brings_back_every_row_of_a_database_that_others_wrote_to(self, database, tmp_path):
        file = tmp_path / "night.backup"
        with database.opened() as opened:
            opened.execute(SESSION)
        with database.written_to():
            before = database.written()
            database.manage("backup", str(file))
            meanwhile = database.written()
        rows, shape = database.rows(), database.shape()
        checked = database.manage("restore", "--check", str(file), SECRET_KEY="x" * 60)
        assert "Whole" in checked
        assert "SECRET_KEY_FALLBACKS" in checked

        database.destroy()
        said = database.manage("restore", str(file), *(["--replace"] if database.is_sqlite else []))

        assert "Restored" in said
        assert "SECRET_KEY" not in said
        assert database.fetch("SELECT * FROM django_session") == []
        assert len(rows["patients_patient"]) > 10
        assert database.rows() == rows
        assert database.shape() == shape
        restored = database.written()
        assert before == restored[: len(before)]
        assert restored == meanwhile[: len(restored)]
        assert len(meanwhile) > len(before)
        assert len(restored) % 2 == 0
        database.manage("migrate", "--check")

    def test_keeps_what_stood_there_before(self, database, tmp_path):
        file = tmp_path / "night.backup"
        database.manage("backup", str(file))
        rows, shape = database.rows(), database.shape()

        refused = database.manage("restore", str(file), code=1)
        with database.opened() as other:
            other.execute("BEGIN IMMEDIATE" if database.is_sqlite else "BEGIN")
            busy = database.manage("restore", "--replace", str(file), code=1)
        said = database.manage("restore", "--replace", str(file))

        assert "--replace" in refused
        assert "Stop the product first" in busy
        assert database.rows() == rows
        assert database.shape() == shape
        kept = said.split("is kept in ")[1].splitlines()[0].removesuffix(".")
        if database.is_sqlite:
            assert hospital_database.Database(f"sqlite:///{kept}").rows() == rows
        else:
            name = kept.removeprefix("schema ")
            assert database.fetch(f'SELECT count(*) FROM "{name}".patients_patient')[0][0] == len(  # noqa: S608
                rows["patients_patient"]
            )

    def test_that_is_killed_leaves_no_archive(self, database, tmp_path):
        file = tmp_path / "night.backup"
        partial = tmp_path / "night.backup.partial"
        with database.held_up(), processes.started([*BACKUP, str(file)], database.env) as backup:
            processes.wait_for(partial.exists, "the backup to begin")
            backup.send_signal(signal.SIGKILL)
            assert backup.wait(60) == -signal.SIGKILL

        assert not file.exists()
        assert partial.exists()

        assert "read back and whole" in database.manage("backup", str(file))
        assert not partial.exists()

    def test_says_which_tool_is_missing(self, database, tmp_path):
        if database.is_sqlite:
            assert "whole" in database.manage("backup", str(tmp_path / "a.backup"), PATH=str(tmp_path))
            return

        said = database.manage("backup", str(tmp_path / "a.backup"), PATH=str(tmp_path), code=1)

        assert "pg_dump is not installed" in said
        assert list(tmp_path.iterdir()) == []


class TestArchive:
    def test_is_read_by_its_owner_alone(self, tmp_path):
        assert archive_in(tmp_path).stat().st_mode & 0o777 == 0o600

    def test_is_refused_wherever_it_is_cut(self, tmp_path):
        file = archive_in(tmp_path)
        whole, cut = file.read_bytes(), tmp_path / "cut"

        for length in range(len(whole)):
            cut.write_bytes(whole[:length])
            with pytest.raises(ArchiveError):
                container.check(cut)

        assert container.check(file).contents == CONTENTS

    def test_is_refused_whichever_byte_differs(self, tmp_path):
        file = archive_in(tmp_path)
        whole, changed = file.read_bytes(), tmp_path / "changed"

        for place in range(len(whole)):
            changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(ArchiveError):
                container.check(changed)

    def test_is_refused_where_the_dump_is_another_under_a_good_seal(self, tmp_path):
        file = archive_in(tmp_path)
        with zipfile.ZipFile(file) as archive:
            manifest = archive.read(container.MANIFEST)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("database.sqlite3", b"other rows")
            archive.writestr(container.MANIFEST, manifest)
            archive.comment = b"0" * container.SEAL_BYTES
        container._seal(file)

        with pytest.raises(ArchiveError, match="not what was put there"):
            container.check(file)

    @pytest.mark.parametrize("point", ["describe", "_seal", "check", "_keep_on_disk"])
    def test_that_is_killed_while_it_is_written_leaves_the_older_one(self, tmp_path, monkeypatch, point):
        file = archive_in(tmp_path)
        older = file.read_bytes()
        child = os.fork()
        if child == 0:
            monkeypatch.setattr(container, point, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            archive_in(tmp_path, contents=Contents({"patients_patient": 4}, []))
            os._exit(0)

        _pid, status = os.waitpid(child, 0)

        assert os.WTERMSIG(status) == signal.SIGKILL
        # Only the very last step comes after the new one was found whole.
        assert (file.read_bytes() == older) is (point != "_keep_on_disk")
        assert container.check(file)

    def test_is_made_by_one_at_a_time(self, tmp_path):
        file = tmp_path / "small.backup"

        with container.workspace(file), pytest.raises(ArchiveError, match="under way"):
            archive_in(tmp_path)

    @pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": 1}', b'{"format": 2}', b"\xff"])
    def test_is_refused_with_a_list_that_is_none(self, text):
        with pytest.raises(ArchiveError):
            container.manifest_from(text)

    @pytest.mark.parametrize("name", ['x"; DROP TABLE y', "../x", ""])
    def test_is_refused_with_names_that_are_more_than_names(self, tmp_path, name):
        with pytest.raises(ArchiveError):
            archive_in(tmp_path, contents=Contents({name: 1}, []))


class TestCheck:
    def test_refuses_what_a_newer_version_made(self, tmp_path, monkeypatch):
        newer = Contents({"patients_patient": 3}, [["patients", "0001_initial"], ["patients", "9999_later"]])
        monkeypatch.setattr(actions.connection, "vendor", "sqlite")

        with pytest.raises(ArchiveError, match="patients 9999_later"):
            actions.check(file=archive_in(tmp_path, contents=newer))

    def test_refuses_what_the_other_kind_of_database_made(self, tmp_path, monkeypatch):
        monkeypatch.setattr(actions.connection, "vendor", "sqlite")

        with pytest.raises(ArchiveError, match="postgresql"):
            actions.check(file=archive_in(tmp_path, engine="postgresql"))

    def test_says_that_there_is_no_file(self, tmp_path):
        with pytest.raises(ArchiveError, match="There is no file"):
            actions.check(file=tmp_path / "none")
