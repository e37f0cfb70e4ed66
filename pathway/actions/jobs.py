"""Long work as rows: ask for a job, claim it under a lease, run it, finish it exactly once.

The database alone decides who works on a job: a claim is one conditional update that also counts the attempt, and
every later write of that worker names its attempt. A worker that was killed leaves a lease that runs out; one that
was only slow finds its attempt overtaken and leaves no trace.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import Team, User
from pathway.models import Job

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
# Progress is for eyes: a person sees no difference below half a second, and each report is a write.
REPORT_EVERY = timedelta(seconds=0.5)

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class UnableToDoJob(Exception):
    """The job cannot be done as asked; the message is shown to the person who asked for it."""


class ClaimLost(Exception):
    """Another worker holds this job by now."""


class Progress:
    """Reports steps and renews the lease; raises ClaimLost when another worker has taken over."""

    def __init__(self, job: Job, clock: Clock) -> None:
        self._job, self._clock, self._reported_at = job, clock, clock()

    def expect(self, steps: int) -> None:
        """Say how many steps there will be."""
        self._job.all_steps, self._job.done_steps = steps, 0
        self._report(self._clock())

    def step(self, count: int = 1) -> None:
        """Count steps as done."""
        self._job.done_steps += count
        now = self._clock()
        if now - self._reported_at >= REPORT_EVERY:
            self._report(now)

    def _report(self, now: datetime) -> None:
        self._reported_at = now
        write_as_claimant(
            self._job,
            done_steps=self._job.done_steps,
            all_steps=self._job.all_steps,
            claimed_until=now + LEASE,
        )


@dataclass(frozen=True)
class Kind:
    """How one kind of job is done.

    `prepare` may take long, reports progress and writes nothing. `apply` gets what it returned, writes everything
    and returns the job's result: it runs in the one transaction that also marks the job as done.
    """

    prepare: Callable[[Job, Progress], Any]
    apply: Callable[[Job, Any], dict[str, Any]]


def ask_for_job(*, kind: str, team: Team, by: User | None, parameters: dict[str, Any], at: datetime) -> Job:
    """Write the row that a worker will claim; the web process itself starts nothing."""
    return Job.objects.create(kind=kind, team=team, asked_by=by, asked_at=at, parameters=parameters)


def run_waiting_jobs(*, kinds: Mapping[str, Kind], clock: Clock) -> int:
    """Run jobs one after the other until none waits; return how many were run."""
    count = 0
    while (job := claim_job(at=clock())) is not None:
        run_job(job=job, kinds=kinds, clock=clock)
        count += 1
    return count


def claim_job(*, at: datetime) -> Job | None:
    """Claim the oldest job that waits or whose worker died; None when there is none."""
    free = Job.objects.filter(
        Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, claimed_until__lt=at)
    ).order_by("asked_at", "pk")
    for job in free[:20]:
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(job, at=at)
        elif _claim(job, at=at):
            return job
    return None


def _claim(job: Job, *, at: datetime) -> bool:
    claimed = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, claimed_until=at + LEASE
    )
    if claimed:
        job.refresh_from_db()
    return bool(claimed)


def run_job(*, job: Job, kinds: Mapping[str, Kind], clock: Clock) -> None:
    """Do a claimed job and record how it ended; nothing it raises stops the worker."""
    with translation.override(job.team.language):
        try:
            _do(job, kinds[job.kind], clock)
        except ClaimLost:
            logger.warning("Job %s was taken over by another worker", job.pk)
        except UnableToDoJob as refusal:
            _fail(job, str(refusal), at=clock())
        except OperationalError:
            logger.exception("Job %s met a database error and waits for another attempt", job.pk)
            _release(job)
        except Exception:
            logger.exception("Job %s failed", job.pk)
            _fail(job, _broken(job), at=clock())


def _do(job: Job, kind: Kind, clock: Clock) -> None:
    prepared = kind.prepare(job, Progress(job, clock))
    with transaction.atomic():
        # First, so that the row is locked while the job writes: no second worker can finish it as well.
        write_as_claimant(job, state=Job.State.DONE, done_steps=F("all_steps"), finished_at=clock())
        result = kind.apply(job, prepared)
        Job.objects.filter(pk=job.pk).update(result=result)


def finished_at(job: Job) -> datetime:
    """Return when a job was marked as done: for its `apply`, in the same transaction just before."""
    at = Job.objects.values_list("finished_at", flat=True).get(pk=job.pk)
    if at is None:
        raise ValueError("A job is marked as done before its result is written.")
    return at


def write_as_claimant(job: Job, **fields: Any) -> None:
    """Update the row if this worker's attempt is still the one that holds it."""
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    if not mine.update(**fields):
        raise ClaimLost


def _fail(job: Job, message: str, *, at: datetime) -> None:
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts).update(
        state=Job.State.FAILED, failure=message, finished_at=at
    )


def _release(job: Job) -> None:
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts).update(
        state=Job.State.WAITING, claimed_until=None
    )


def _give_up(job: Job, *, at: datetime) -> None:
    logger.error("Job %s was given up after %s attempts", job.pk, job.attempts)
    with translation.override(job.team.language):
        Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts).update(
            state=Job.State.FAILED, failure=_broken(job), finished_at=at
        )


def _broken(job: Job) -> str:
    return gettext(
        "This could not be finished, and nothing was changed. Please try again, or tell your technical"
        " support the number of this job: %(number)s."
    ) % {"number": job.pk}
