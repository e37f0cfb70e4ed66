"""Two site admins at the same moment, on a real PostgreSQL server: one draft, and one end to it."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.house import processes

pytestmark = pytest.mark.servers
ROOT = Path(__file__).parents[2]
PROGRAM = "import django; django.setup(); from tests.assessments import at_once; print(at_once.run_all())"


@pytest.fixture(scope="module")
def outcomes(postgresql_url):
    with psycopg.connect(postgresql_url.replace("postgres:", "postgresql:", 1), autocommit=True) as server:
        server.execute("CREATE DATABASE editions_at_once")
    environment = processes.environment(postgresql_url.removesuffix("/postgres") + "/editions_at_once")
    processes.manage("migrate", "-v0", env=environment)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
    return {race: [json.loads(said) for said in results] for race, results in json.loads(ran.stdout).items()}


@pytest.mark.parametrize(
    ("race", "expected"),
    [
        ("approve_the_same", [{"came": ["UnableToApprove", "done"], "published": True}]),
        ("approve_and_discard", [{"done": 1, "one": True}]),
        ("approve_and_change", [{"is_fine": True}]),
        ("begin_two", [{"came": ["UnableToDraft", "done"], "drafts": 1}]),
    ],
)
def test_comes_to_the_same_every_time(outcomes, race, expected):
    assert outcomes[race] == expected
