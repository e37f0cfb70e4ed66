"""Real PostgreSQL and Redis servers for tests: found where Debian puts their programs, started on free ports.

`python -m tests.servers COMMAND …` runs a command with DATABASE_URL naming a PostgreSQL server of its own.
"""

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

START_SECONDS = 30


def free_port() -> int:
    """Return a TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_program(name: str) -> str | None:
    """Return the program's path; Debian keeps PostgreSQL's server programs off the PATH."""
    versions = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return versions[-1] if versions else shutil.which(name)


def wait_until(is_up: Callable[[], bool], process: subprocess.Popen, log: Path) -> None:
    """Wait for a server to answer; a server that ended or never answers shows its log."""
    deadline = time.monotonic() + START_SECONDS
    while not is_up():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args[0]} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def accepts(port: int) -> bool:
    """Say whether something listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def running(
    command: list[str], is_up: Callable[[], bool], log: Path, **options
) -> Iterator[subprocess.Popen]:
    """Run a server until the block ends."""
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, **options)
    try:
        wait_until(is_up, process, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def folder_for(user: str | None) -> Iterator[Path]:
    """Make a folder that `user` owns, straight under the temporary folder: it must be reachable for them."""
    folder = Path(tempfile.mkdtemp(prefix="tace-server-"))
    if user:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server; yield the URL of an empty database. It refuses to run as root, so then it does not."""
    initdb, postgres = find_program("initdb"), find_program("postgres")
    if not initdb or not postgres:
        raise FileNotFoundError("PostgreSQL is not installed (Debian: postgresql)")
    user = "postgres" if os.geteuid() == 0 else None
    port = free_port()
    with folder_for(user) as folder:
        options = {"user": user, "group": user, "extra_groups": []} if user else {}
        cluster, log = str(folder / "cluster"), folder / "log"
        make = [
            initdb,
            "-D",
            cluster,
            "-U",
            "tace",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        subprocess.run(make, check=True, capture_output=True, cwd=folder, **options)
        serve = [
            postgres,
            "-D",
            cluster,
            "-p",
            str(port),
            "-k",
            str(folder),
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        serve += ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60"]
        is_up = lambda: _answers_sql(port)  # noqa: E731
        with running(serve, is_up, log, cwd=folder, **options):
            yield f"postgres://tace@127.0.0.1:{port}/postgres"


def _answers_sql(port: int) -> bool:
    import psycopg

    try:
        psycopg.connect(f"postgresql://tace@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Run a Redis server as a hospital would (appendonly, noeviction); yield its URL."""
    program = find_program("redis-server")
    if not program:
        raise FileNotFoundError("Redis is not installed (Debian: redis-server)")
    port = free_port()
    with folder_for(None) as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        command += ["--appendonly", "yes", "--maxmemory-policy", "noeviction"]
        with running(command, lambda: accepts(port), folder / "log"):
            yield f"redis://127.0.0.1:{port}/0"


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """An empty PostgreSQL database on a server of this test run."""
    with _or_skip(postgresql) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server of this test run."""
    with _or_skip(redis) as url:
        yield url


@contextlib.contextmanager
def _or_skip(server: Callable[[], contextlib.AbstractContextManager[str]]) -> Iterator[str]:
    try:
        manager = server()
        url = manager.__enter__()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    try:
        yield url
    finally:
        manager.__exit__(None, None, None)


def main() -> int:
    """Run the command given with a PostgreSQL server of its own."""
    with postgresql() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
