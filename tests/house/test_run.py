"""`make run`: what it starts, how it stops, and the sentence for everything that can be in the way."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests import servers
from tests.house import processes

RUN = [sys.executable, "run/product.py"]


@pytest.fixture
def environment(tmp_path):
    """The environment of a `make run` that touches nothing of this folder."""
    path = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
    own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}", "STATIC_ROOT": str(tmp_path / "static")}
    return path | own | {"PORT": str(servers.free_port())}


def fetch(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def read_until(process: subprocess.Popen, words: str) -> str:
    """Return what the program says until it says `words`, or ends."""
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            break
    return said


class TestMakeRun:
    def test_starts_everything_prints_the_way_in_and_stops_on_one_interrupt(self, environment):
        address = f"http://127.0.0.1:{environment['PORT']}/"

        with processes.started(RUN, environment) as program:
            said = read_until(program, "Ctrl-C")
            children = children_of(program.pid)
            health = fetch(address + "healthz")
            page = fetch(address)
            from_elsewhere = fetch(address, **{"X-Forwarded-For": "192.0.2.7"})
            program.send_signal(signal.SIGINT)
            last_words, _ = program.communicate(timeout=30)

        assert address in said
        for role in ("Clinician", "Coordinator", "Admin of people", "Observer", "lead", "site admin"):
            assert role in said
        assert health == (
            200,
            '{"database": "up", "broker": "in memory", "timetable": "ticking", "sweep": "on time"}',
        )
        assert page[0] == 200
        assert "csrfmiddlewaretoken" in page[1]
        assert from_elsewhere[0] == 403
        assert (program.returncode, last_words.strip()[-8:]) == (0, "Stopped.")
        assert len(children) >= 2
        assert [pid for pid in children if is_alive(pid)] == []

    def test_ends_its_programs_when_it_is_killed_outright(self, environment):
        with processes.started(RUN, environment) as program:
            read_until(program, "Ctrl-C")
            children = children_of(program.pid)
            program.kill()
            program.wait()

            processes.wait_for(lambda: not any(map(is_alive, children)), "web and worker to end")


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` started, and theirs."""
    table = subprocess.run(["ps", "-eo", "ppid=,pid="], capture_output=True, text=True).stdout
    pairs = [tuple(map(int, line.split())) for line in table.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for of, child in pairs if of == parent]
    return found[1:]


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be collected does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


class TestWhatIsInTheWay:
    def said_by(self, environment) -> str:
        done = subprocess.run(
            RUN, cwd=processes.ROOT, env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    def test_names_another_port_when_this_one_is_taken(self, environment):
        with socket.socket() as other:
            other.bind(("127.0.0.1", int(environment["PORT"])))
            other.listen()

            said = self.said_by(environment)

        assert f"Port {environment['PORT']} is taken" in said
        assert "make run PORT=" in said

    @pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", ""])
    def test_says_what_a_port_is(self, environment, port):
        assert "from 1 to 65535" in self.said_by(environment | {"PORT": port})

    def test_refuses_production_settings(self, environment):
        assert "docs/hospital-setup.md" in self.said_by(environment | {"TACE_ENVIRONMENT": "production"})

    def test_refuses_a_database_of_a_hospital(self, environment):
        url = "postgres://tace@db.example.org/tace"

        assert "keeps to its own" in self.said_by(environment | {"DATABASE_URL": url})

    def test_says_that_the_database_cannot_be_written(self, environment, tmp_path):
        (tmp_path / "folder").mkdir()
        url = f"sqlite:///{tmp_path / 'folder'}"

        assert "The database cannot be used" in self.said_by(environment | {"DATABASE_URL": url})


class TestEnvironment:
    @pytest.fixture
    def program(self):
        """run/environment.py, which is a program and no package."""
        spec = importlib.util.spec_from_file_location(
            "environment", processes.ROOT / "run" / "environment.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def test_asks_for_a_newer_python(self, program, monkeypatch):
        monkeypatch.setattr(program.sys, "version_info", (3, 10, 4, "final", 0))

        with pytest.raises(SystemExit, match=r"Python 3.11 or newer is needed.*Python 3.10"):
            program.check_python()

    def test_names_the_package_that_brings_venv(self, program, monkeypatch):
        monkeypatch.setitem(sys.modules, "ensurepip", None)

        with pytest.raises(SystemExit, match="apt-get install python3-venv"):
            program.check_python()

    def test_does_nothing_when_the_pins_are_installed(self, program, monkeypatch, tmp_path):
        (tmp_path / "bin").mkdir()
        for name in ("PYTHON", "VENV"):
            monkeypatch.setattr(program, name, str(tmp_path / ("bin/python" if name == "PYTHON" else "")))
        (tmp_path / "bin" / "python").touch()
        (tmp_path / ".made-from-product").write_text(program.digest(["requirements.txt"]))
        monkeypatch.setattr(program, "install", lambda files: pytest.fail("nothing had to be installed"))

        program.main("product")

    @pytest.mark.parametrize(
        ("output", "advice"),
        [
            ("ERROR: [Errno 28] No space left on device", "The disk is full"),
            ("Error: [Errno 30] Read-only file system: '/x/.venv'", "read-only disk"),
            ("Error: [Errno 13] Permission denied: '/x/.venv'", "read-only for you"),
            ("ERROR: Could not find a version", "Is the network there?"),
        ],
    )
    def test_turns_what_pip_says_into_advice(self, program, output, advice):
        with pytest.raises(SystemExit, match=advice.replace("?", r"\?")):
            program.explain(output, "The packages could not be installed. Is the network there?")

    def test_is_read_by_the_oldest_python_in_use(self, program):
        source = (processes.ROOT / "run" / "environment.py").read_text(encoding="utf-8")

        compile(source, "environment.py", "exec", dont_inherit=True)
        assert ":=" not in source
        assert "match " not in source
        assert 'f"' not in source
