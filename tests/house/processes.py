"""The product's own programs as real processes, for tests of what only a process can show."""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import psycopg
import psycopg.sql

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


def product() -> ModuleType:
    """Return run/product.py, which is a program and no package."""
    spec = importlib.util.spec_from_file_location("product", ROOT / "run" / "product.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def environment(database_url: str, **settings: str) -> dict[str, str]:
    """Return the environment of a demonstration with its own database and nothing of the machine's."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "TMPDIR"}}
    given = {"TACE_ENVIRONMENT": "demonstration", "DATABASE_URL": database_url, "C_FORCE_ROOT": "true"}
    return (
        kept | given | {"PYTHONWARNINGS": "ignore", "DJANGO_SETTINGS_MODULE": "tace_site.settings"} | settings
    )


def manage(*arguments: str, env: dict[str, str], code: int = 0) -> str:
    """Run a management command and return what it said."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def races_of(module: str, *, postgresql_url: str) -> dict[str, list]:
    """Run a module of races in a process of its own, on a new database; return what came of each race.

    The database carries this process's number: several workers of one test run share the server.
    """
    database = f"{module.replace('.', '_')}_{os.getpid()}"
    with psycopg.connect(postgresql_url.replace("postgres:", "postgresql:", 1), autocommit=True) as server:
        server.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(database)))
    env = environment(postgresql_url.removesuffix("/postgres") + f"/{database}")
    manage("migrate", "-v0", env=env)
    package, name = module.rsplit(".", 1)
    program = f"import django; django.setup(); from {package} import {name}; print({name}.run_all())"
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    return {race: [json.loads(said) for said in results] for race, results in json.loads(ran.stdout).items()}


@contextlib.contextmanager
def started(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen]:
    """Run a program until the block ends; whatever it left in its group ends too."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.communicate()


def wait_for(happens: Callable[[], object], what: str) -> object:
    """Wait until something holds; say what did not come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := happens()):
        assert time.monotonic() < deadline, f"Waited {PATIENCE_SECONDS} s in vain for {what}."
        time.sleep(0.2)
    return found
