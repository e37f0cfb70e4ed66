"""The real worker: it ticks by itself, and a job survives the worker that was killed over it."""

import os
import signal
import sqlite3
from contextlib import closing

import psycopg
import pytest

from tests.house import processes

SLOW = {"DJANGO_SETTINGS_MODULE": "tests.house.worker_settings"}


def rows(path, sql: str) -> list[tuple]:
    """Read the database from outside, as another process would."""
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def database(tmp_path):
    """An empty, migrated SQLite file."""
    path = tmp_path / "product.sqlite3"
    processes.manage("migrate", "-v0", env=processes.environment(f"sqlite:///{path}"))
    return path


def ask_for_slow_jobs(count: int, env: dict[str, str]) -> None:
    """Write the rows as a page would, from another process."""
    lines = [
        "from accounts.models import Team; from pathway.models import Job; from django.utils import timezone",
        "team = Team.objects.create(name='Northfield')",
        f"for _ in range({count}): Job.objects.create(kind='slow', team=team, asked_at=timezone.now())",
    ]
    processes.manage("shell", "-v0", "-c", "\n".join(lines), env=env)


class TestWorkerOfMakeRun:
    def test_keeps_its_own_timetable(self, database):
        environment = processes.environment(f"sqlite:///{database}")

        with processes.started(processes.product().worker_command(), environment):
            first = processes.wait_for(lambda: rows(database, TICK), "the first tick")
            processes.wait_for(lambda: rows(database, TICK) > first, "the next tick")
            processes.wait_for(lambda: rows(database, SWEPT), "the first sweep")

    def test_finishes_a_job_once_after_its_first_worker_was_killed(self, database):
        environment = processes.environment(f"sqlite:///{database}", **SLOW)
        ask_for_slow_jobs(1, environment)
        command = processes.product().worker_command()

        with processes.started(command, environment) as first:
            processes.wait_for(lambda: rows(database, HALF_DONE), "the job half done")
            os.killpg(first.pid, signal.SIGKILL)
        with processes.started(command, environment):
            processes.wait_for(lambda: rows(database, DONE), "the job's end")

        assert rows(database, "SELECT attempts FROM pathway_job") == [(2,)]
        assert rows(database, "SELECT count(*) FROM accounts_team WHERE name LIKE 'Made by%'") == [(1,)]


TICK = "SELECT max(ticked_at) FROM pathway_timetabletick HAVING max(ticked_at) IS NOT NULL"
SWEPT = "SELECT 1 FROM followup_sweeprun WHERE finished_at IS NOT NULL"
HALF_DONE = "SELECT 1 FROM pathway_job WHERE done_steps > 3"
DONE = "SELECT 1 FROM pathway_job WHERE state = 'done'"


class TestSeveralWorkers:
    def test_share_jobs_on_postgresql_and_redis_without_doing_one_twice(self, postgresql_url, redis_url):
        environment = processes.environment(postgresql_url, REDIS_URL=redis_url, **SLOW)
        processes.manage("migrate", "-v0", env=environment)
        worker = processes.product().worker_command()
        beat = [worker[0], "-m", "celery", "--quiet", "--app", "tace_site", "beat", "--loglevel", "ERROR"]

        ask_for_slow_jobs(4, environment)
        with psycopg.connect(postgresql_url.replace("postgres:", "postgresql:"), autocommit=True) as database:
            with (
                processes.started(beat, environment),
                processes.started(worker, environment),
                processes.started(worker, environment),
            ):
                processes.wait_for(lambda: database.execute(DONE).rowcount == 4, "four jobs")
            made = database.execute("SELECT name FROM accounts_team WHERE name LIKE 'Made by%'").rowcount

        assert made == 4
