"""Long work as rows: claimed by one worker, finished once, explained when it fails."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from accounts.models import Team
from pathway.actions import jobs
from pathway.models import Job
from tests.factories.accounts import TeamFactory

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AFTER_THE_LEASE = NOW + jobs.LEASE + timedelta(seconds=1)

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that the test moves by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def asked(**fields) -> Job:
    return jobs.ask_for_job(
        kind=fields.pop("kind", "greet"), team=TeamFactory(), by=None, parameters=fields, at=NOW
    )


def greet(job, progress):
    progress.expect(2)
    progress.step(2)
    return job.parameters["name"]


def write_greeting(job, name):
    TeamFactory(name=f"Greeted {name}")
    return {"greeted": name}


KINDS = {"greet": jobs.Kind(prepare=greet, apply=write_greeting)}


def kind(prepare=greet, apply=write_greeting):
    return {"greet": jobs.Kind(prepare=prepare, apply=apply)}


class TestRunWaitingJobs:
    def test_does_each_waiting_job_and_keeps_its_result(self, clock):
        first, second = asked(name="Ada"), asked(name="Ben")

        count = jobs.run_waiting_jobs(kinds=KINDS, clock=clock)

        assert count == 2
        for job, name in ((first, "Ada"), (second, "Ben")):
            job.refresh_from_db()
            assert (job.state, job.result, job.finished_at) == (Job.State.DONE, {"greeted": name}, NOW)
            assert (job.done_steps, job.all_steps) == (2, 2)

    def test_finds_nothing_where_nothing_waits(self, clock):
        assert jobs.run_waiting_jobs(kinds=KINDS, clock=clock) == 0

    def test_goes_on_with_the_next_job_after_one_that_failed(self, clock):
        broken, fine = asked(kind="unheard of"), asked(name="Ada")

        jobs.run_waiting_jobs(kinds=KINDS, clock=clock)

        broken.refresh_from_db(), fine.refresh_from_db()
        assert (broken.state, fine.state) == (Job.State.FAILED, Job.State.DONE)


class TestClaimJob:
    def test_gives_a_job_to_one_worker_only(self):
        asked(name="Ada")

        assert jobs.claim_job(at=NOW) is not None
        assert jobs.claim_job(at=NOW) is None

    def test_takes_the_oldest_first(self):
        newer = asked(name="Ben")
        older = asked(name="Ada")
        Job.objects.filter(pk=newer.pk).update(asked_at=NOW + timedelta(minutes=1))

        assert jobs.claim_job(at=NOW) == older

    @pytest.mark.parametrize(
        ("at", "is_claimed"),
        [
            (NOW + jobs.LEASE - timedelta(seconds=1), False),
            (NOW + jobs.LEASE, False),
            (NOW + jobs.LEASE + timedelta(seconds=1), True),
        ],
    )
    def test_takes_over_from_a_worker_whose_lease_ran_out(self, at, is_claimed):
        asked(name="Ada")
        jobs.claim_job(at=NOW)

        again = jobs.claim_job(at=at)

        assert (again is not None) == is_claimed

    def test_gives_up_after_three_workers_died_over_it(self, caplog):
        job = asked(name="Ada")
        for attempt in range(jobs.MOST_ATTEMPTS):
            assert jobs.claim_job(at=NOW + attempt * 2 * jobs.LEASE) == job

        with caplog.at_level(logging.ERROR):
            last = jobs.claim_job(at=NOW + 10 * jobs.LEASE)

        job.refresh_from_db()
        assert last is None
        assert job.state == Job.State.FAILED
        assert str(job.pk) in job.failure


class TestRunJob:
    def run(self, job, kinds, clock):
        claimed = jobs.claim_job(at=clock())
        jobs.run_job(job=claimed, kinds=kinds, clock=clock)
        job.refresh_from_db()

    def test_shows_the_words_of_a_refusal_and_writes_nothing(self, clock):
        def refuse(job, prepared):
            TeamFactory(name="Half done")
            raise jobs.UnableToDoJob("Line 3 has no record number.")

        job = asked(name="Ada")

        self.run(job, kind(apply=refuse), clock)

        assert (job.state, job.failure) == (Job.State.FAILED, "Line 3 has no record number.")
        assert not Team.objects.filter(name="Half done").exists()

    def test_says_plainly_that_something_broke_without_quoting_it(self, clock):
        def break_down(job, prepared):
            raise ValueError("MRN 4711 Okafor")

        job = asked(name="Ada")

        self.run(job, kind(apply=break_down), clock)

        assert job.state == Job.State.FAILED
        assert "Okafor" not in job.failure
        assert str(job.pk) in job.failure

    def test_lets_a_job_wait_again_when_the_database_faltered(self, clock):
        def falter(job, prepared):
            raise OperationalError("database is locked")

        job = asked(name="Ada")

        self.run(job, kind(apply=falter), clock)

        assert job.state == Job.State.WAITING

    def test_leaves_no_trace_when_another_worker_took_over_meanwhile(self, clock):
        def slow(job, progress):
            clock.now = AFTER_THE_LEASE
            other = jobs.claim_job(at=clock())
            jobs.run_job(job=other, kinds=KINDS, clock=clock)
            return "the slow one"

        job = asked(name="Ada")

        self.run(job, kind(prepare=slow), clock)

        assert job.result == {"greeted": "Ada"}
        assert not Team.objects.filter(name="Greeted the slow one").exists()

    def test_stops_a_worker_that_was_overtaken_at_its_next_step(self, clock):
        steps = []

        def slow(job, progress):
            progress.expect(3)
            clock.now = AFTER_THE_LEASE
            jobs.claim_job(at=clock())
            steps.append("before")
            progress.step()
            steps.append("after")

        job = asked(name="Ada")

        self.run(job, kind(prepare=slow), clock)

        assert steps == ["before"]
        assert job.state == Job.State.RUNNING


class TestProgress:
    def test_renews_the_lease_with_each_report(self, clock):
        seen = []

        def steady(job, progress):
            progress.expect(10)
            clock.now += timedelta(seconds=30)
            progress.step(4)
            seen.append(Job.objects.get(pk=job.pk))
            return "steady"

        asked(name="Ada")
        jobs.run_waiting_jobs(kinds=kind(prepare=steady), clock=clock)

        assert seen[0].done_steps == 4
        assert seen[0].claimed_until == NOW + timedelta(seconds=30) + jobs.LEASE

    def test_does_not_write_for_every_single_step(self, clock, django_assert_num_queries):
        job = asked(name="Ada")
        claimed = jobs.claim_job(at=NOW)
        progress = jobs.Progress(claimed, clock)

        with django_assert_num_queries(0):
            for _ in range(100):
                progress.step()

        job.refresh_from_db()
        assert job.done_steps == 0
