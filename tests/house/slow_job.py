"""A job that takes two seconds and leaves one team behind: for tests that kill its worker in the middle."""

import os
import time
from datetime import timedelta

from accounts.models import Team
from pathway import tasks
from pathway.actions import jobs

# A test must not wait for a minute.
jobs.LEASE = timedelta(seconds=3)


def take_time(job, progress):
    progress.expect(20)
    for _ in range(20):
        time.sleep(0.1)
        progress.step()
    return os.getpid()


def leave_a_team(job, pid):
    team = Team.objects.create(name=f"Made by job {job.pk}, worker {pid}")
    return {"team": team.pk, "worker": pid}


tasks.KINDS["slow"] = jobs.Kind(prepare=take_time, apply=leave_a_team)
