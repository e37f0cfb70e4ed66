"""PostgreSQL and Redis that a fault may stop, empty and start again on the same port."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import servers


@dataclass
class Redis:
    """A Redis of a hospital: appendonly, noeviction."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        command = [servers.find_program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--dir", str(self.folder), "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
        log = self.folder.parent / "redis.log"
        self.process = _started(command, log)
        servers.wait_until(lambda: servers.accepts(self.port), self.process, log)

    def stop_and_forget(self) -> None:
        """Kill it and throw away everything that it held."""
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@dataclass
class PostgreSQL:
    """A server whose folder stays between a stop and the next start."""

    folder: Path
    port: int
    options: dict
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgres://tace@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        command = [servers.find_program("initdb"), "-D", str(self.folder / "cluster"), "-U", "tace"]
        command += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self.options)

    def start(self) -> None:
        command = [servers.find_program("postgres"), "-D", str(self.folder / "cluster"), "-p", str(self.port)]
        command += ["-k", str(self.folder), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=60"]
        log = self.folder.parent / "postgresql.log"
        self.process = _started(command, log, cwd=self.folder, **self.options)
        servers.wait_until(lambda: servers._answers_sql(self.port), self.process, log)

    def stop_at_once(self) -> None:
        """Stop as a power cut would: no goodbye to anybody; the next start recovers from the log."""
        self.process.send_signal(subprocess.signal.SIGQUIT)
        self.process.wait(30)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop_at_once()


def _started(command: list, log: Path, **options) -> subprocess.Popen:
    with log.open("a") as output:
        return subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, **options)


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    """Run a Redis until the block ends."""
    with servers.folder_for(None) as folder:
        server = Redis(folder / "data", servers.free_port())
        server.start()
        try:
            yield server
        finally:
            server.end()


@contextlib.contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Run a PostgreSQL until the block ends; it refuses to run as root, so then it does not."""
    user = "postgres" if servers.os.geteuid() == 0 else None
    with servers.folder_for(user) as folder, servers.folder_for(None):
        options = {"user": user, "group": user, "extra_groups": []} if user else {}
        inner = folder / "server"
        subprocess.run(["mkdir", str(inner)], check=True, **options)
        server = PostgreSQL(inner, servers.free_port(), options)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.end()
