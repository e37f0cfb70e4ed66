"""The real worker: it ticks by itself, and a job survives the worker that was killed over it."""

import os
import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

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


def ask_for_a_slow_job(path) -> None:
    with closing(sqlite3.connect(path, timeout=20)) as connection, connection:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        connection.execute(
            "INSERT INTO accounts_team (id, name, time_zone, language, requires_second_factor, is_research)"
            " VALUES (1, 'Northfield', 'UTC', 'en', 0, 0)"
        )
        connection.execute(
            "INSERT INTO pathway_job (kind, team_id, asked_at, parameters, state, attempts, done_steps,"
            " all_steps, result, failure) VALUES ('slow', 1, ?, '{}', 'waiting', 0, 0, 0, '{}', '')",
            [now],
        )


class TestWorkerOfMakeRun:
    def test_keeps_its_own_timetable(self, database):
        environment = processes.environment(f"sqlite:///{database}")

        with processes.started(processes.product().worker_command(), environment):
            first = processes.wait_for(lambda: rows(database, TICK), "the first tick")
            processes.wait_for(lambda: rows(database, TICK) > first, "the next tick")

    def test_finishes_a_job_once_after_its_first_worker_was_killed(self, database):
        environment = processes.environment(f"sqlite:///{database}", **SLOW)
        ask_for_a_slow_job(database)
        command = processes.product().worker_command()

        with processes.started(command, environment) as first:
            processes.wait_for(lambda: rows(database, HALF_DONE), "the job half done")
            os.killpg(first.pid, signal.SIGKILL)
        with processes.started(command, environment):
            processes.wait_for(lambda: rows(database, DONE), "the job's end")

        assert rows(database, "SELECT attempts FROM pathway_job") == [(2,)]
        assert rows(database, "SELECT count(*) FROM accounts_team WHERE name LIKE 'Made by%'") == [(1,)]


TICK = "SELECT max(ticked_at) FROM pathway_timetabletick HAVING max(ticked_at) IS NOT NULL"
HALF_DONE = "SELECT 1 FROM pathway_job WHERE done_steps > 3"
DONE = "SELECT 1 FROM pathway_job WHERE state = 'done'"


class TestSeveralWorkers:
    def test_share_jobs_on_postgresql_and_redis_without_doing_one_twice(self, postgresql_url, redis_url):
        environment = processes.environment(postgresql_url, REDIS_URL=redis_url, **SLOW)
        processes.manage("migrate", "-v0", env=environment)
        worker = processes.product().worker_command()
        beat = [worker[0], "-m", "celery", "--quiet", "--app", "tace_site", "beat", "--loglevel", "ERROR"]

        with psycopg.connect(postgresql_url.replace("postgres:", "postgresql:"), autocommit=True) as database:
            database.execute(SIX_JOBS)
            with (
                processes.started(beat, environment),
                processes.started(worker, environment),
                processes.started(worker, environment),
            ):
                processes.wait_for(lambda: database.execute(DONE).rowcount == 6, "six jobs")
            made = database.execute("SELECT name FROM accounts_team WHERE name LIKE 'Made by%'").rowcount

        assert made == 6


SIX_JOBS = """
    WITH team AS (
        INSERT INTO accounts_team (name, time_zone, language, requires_second_factor, is_research)
        VALUES ('Northfield', 'UTC', 'en', false, false) RETURNING id
    )
    INSERT INTO pathway_job (kind, team_id, asked_at, parameters, state, attempts, done_steps, all_steps,
        result, failure)
    SELECT 'slow', team.id, now(), '{}', 'waiting', 0, 0, 0, '{}', '' FROM team, generate_series(1, 6)
"""
