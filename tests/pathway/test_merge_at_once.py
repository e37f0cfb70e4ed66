"""Merges raced on a real PostgreSQL server: never a ring, nothing left behind, whoever is too late is told."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.house import processes

pytestmark = pytest.mark.servers
ROOT = Path(__file__).parents[2]
PROGRAM = "import django; django.setup(); from tests.pathway import merging_at_once; print(merging_at_once.run_all())"


@pytest.fixture(scope="module")
def outcomes(postgresql_url):
    with psycopg.connect(postgresql_url.replace("postgres:", "postgresql:", 1), autocommit=True) as server:
        server.execute("CREATE DATABASE merges_at_once")
    environment = processes.environment(postgresql_url.removesuffix("/postgres") + "/merges_at_once")
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
        ("each_into_the_other", {"agrees": True, "refused_in_words": True}),
        ("merge_and_sign", {"is_signed_once": True, "is_with_the_kept": True, "told": True}),
        ("merge_and_write", {"left_behind": 0}),
        ("take_back_twice", {"undone_once": True, "is_alone_again": True}),
    ],
)
def test_comes_to_the_same_every_time(outcomes, race, expected):
    assert outcomes[race] == [expected]
