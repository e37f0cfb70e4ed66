"""Start the product on this machine: prepare it, start web and worker, stop both on one Ctrl-C.

Everything here listens on loopback only and holds invented patients. How a hospital runs the product is told in
docs/hospital-setup.md.
"""

import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess  # nosec B404
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
SECONDS_TO_START, SECONDS_TO_STOP = 60, 10
PR_SET_PDEATHSIG = 1

Child = subprocess.Popen[bytes]


class Stopped(Exception):
    """Someone asked the whole product to stop."""


def stop(sentence: str) -> None:
    """End with one sentence that says what to do."""
    sys.exit(f"\n  {sentence}\n")


def web_command(port: int) -> list[str]:
    """Return how the pages are served: one process, because its sign-in throttle counts in memory."""
    serve = [
        sys.executable,
        "-m",
        "gunicorn",
        "tace_site.wsgi",
        "--bind",
        f"{HOST}:{port}",
        "--log-level",
        "error",
    ]
    return [*serve, "--worker-class", "gthread", "--threads", "8", "--no-control-socket"]


def worker_command() -> list[str]:
    """Return how long work and the timetable run: in threads, because the broker is this process's memory."""
    work = [sys.executable, "-m", "celery", "--quiet", "--app", "tace_site", "worker", "--pool", "threads"]
    return [*work, "--concurrency", "4", "--queues", "celery,jobs", "--loglevel", "ERROR", *ALONE]


ALONE = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


def settings() -> dict[str, str]:
    """Return the environment of the demonstration; refuse where a hospital's settings lie."""
    database = os.environ.get("DATABASE_URL", f"sqlite:///{ROOT / 'db.sqlite3'}")
    named = {line.strip() for line in _lines_of(ROOT / ".env")}
    if os.environ.get("TACE_ENVIRONMENT") == "production" or "TACE_ENVIRONMENT=production" in named:
        stop(
            "These are production settings: `make run` starts the demonstration. See docs/hospital-setup.md."
        )
    if any(line.startswith("DATABASE_URL=") for line in named) or not database.startswith("sqlite:"):
        stop(
            "DATABASE_URL names a hospital's database: the demonstration keeps to its own. Unset it for `make run`."
        )
    return os.environ | {
        "TACE_ENVIRONMENT": "demonstration",
        "DATABASE_URL": database,
        "REDIS_URL": "",
        "TIMETABLE_IN_WORKER": "true",
        "C_FORCE_ROOT": "true",
        "PYTHONWARNINGS": "ignore",
    }


def _lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def chosen_port() -> int:
    """Return PORT, or 8000; stop when it is no port or is taken."""
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        stop(f"PORT must be a number from 1 to 65535, not {text!r}. For example: make run PORT=8080")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as problem:
            stop(_port_advice(text, problem))
    return int(text)


def _port_advice(port: str, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another one: make run PORT={int(port) % 65535 + 80}"
    return f"Port {port} cannot be used ({problem.strerror}). Choose one above 1024: make run PORT=8080"


def check_folder() -> None:
    """Stop when nothing can be written here."""
    try:
        with tempfile.TemporaryFile(dir=ROOT) as probe:
            probe.write(b"x" * 65536)
    except OSError as problem:
        advice = {errno.ENOSPC: "Free some space", errno.EDQUOT: "Free some space"}
        what = advice.get(problem.errno or 0, "Copy the folder to a place where you may write")
        stop(f"Nothing can be written in {ROOT} ({problem.strerror}). {what}, and run the command again.")


def start(command: list[str], environment: dict[str, str]) -> Child:
    """Start a child in a session of its own: a Ctrl-C reaches only us, and we stop it in order."""
    return subprocess.Popen(  # nosec B603
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """Ask Linux to end this child when its parent is killed outright."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end(children: list[Child]) -> None:
    """Ask the children to finish, then end what is left of their groups."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wait_until_well(address: str, children: list[Child]) -> None:
    """Wait until pages answer and the timetable ticks."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not is_well(address):
        watch(children)
        if time.monotonic() > deadline:
            stop(f"The product started but does not answer at {address}healthz. Its last messages are above.")
        time.sleep(0.1)


def is_well(address: str) -> bool:
    """Ask the product's own health page."""
    try:
        with urllib.request.urlopen(f"{address}healthz", timeout=5) as answer:  # noqa: S310  # nosec B310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def watch(children: list[Child]) -> None:
    """Stop when one of them ended by itself."""
    for child in children:
        if child.poll() is not None:
            stop(f"{child.args[2]} ended by itself; its last messages are above. Everything is stopped.")  # type: ignore[index]


def prepare(environment: dict[str, str], children: list[Child]) -> None:
    """Bring database and static files up to date; on a new database make the demonstration team."""
    child = start([sys.executable, "manage.py", "prepare_demonstration"], environment)
    children.append(child)
    if child.wait():
        sys.exit(1)
    children.remove(child)


def serve() -> None:
    """Prepare, start, and keep watch until somebody says stop."""
    environment, port = settings(), chosen_port()
    check_folder()
    address = f"http://{HOST}:{port}/"
    children: list[Child] = []
    try:
        prepare(environment, children)
        children += [start(web_command(port), environment), start(worker_command(), environment)]
        wait_until_well(address, children)
        print(f"\n  Open {address}\n  Ctrl-C stops it.\n", flush=True)
        while True:
            watch(children)
            time.sleep(0.3)
    finally:
        end(children)


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    """Turn the first signal into an orderly stop, and ignore the impatient ones after it."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


if __name__ == "__main__":
    for each_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each_signal, ask_to_stop)
    try:
        serve()
    except Stopped:
        print("\n  Stopped.", flush=True)
