"""Rows for the harness, in the product's own environment: so many people, each with one review that is late today.

`python -m tests.faults.world COUNT` makes them; `… night DATE HOURS` sweeps and sends through a night at every half
hour of a clock of its own.
"""

import os
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.faults.worker_settings")
django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models import Membership, Team, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from followup.actions import outbox, sweep  # noqa: E402
from followup.models import FollowUpSettings, ImagingReview  # noqa: E402
from patients.models import Patient  # noqa: E402
from procedures.models import Procedure  # noqa: E402

ZONE = "Europe/Stockholm"
HALF_AN_HOUR = timedelta(minutes=30)
AT_ONCE = 1000


def make(count: int) -> None:
    """Make one team with `count` coordinators, each of whom owns one review whose window closed yesterday."""
    now = timezone.now()
    team = Team.objects.create(name="Faults", time_zone=ZONE)
    FollowUpSettings.objects.create(
        team=team, quiet_from=time(0), quiet_until=time(0), escalate_after_days=[7], saved_at=now
    )
    people = User.objects.bulk_create(
        [User(email=f"person{n}@example.org", name=f"Person {n}") for n in range(count)], AT_ONCE
    )
    members = [Membership(user=user, team=team, role=Role.COORDINATOR) for user in people]
    members[0].is_lead = True
    Membership.objects.bulk_create(members, AT_ONCE)
    patients = Patient.objects.bulk_create(
        [Patient(team=team, mrn=f"F{n}", registered_at=now) for n in range(count)], AT_ONCE
    )
    today = now.astimezone(ZoneInfo(ZONE)).date()
    _reviews(patients, people, closed_on=today - timedelta(days=1), now=now)


def _reviews(patients: list[Patient], owners: list[User], *, closed_on: date, now: datetime) -> None:
    began_at = datetime.combine(closed_on - timedelta(days=42), time(9), tzinfo=UTC)
    procedures = Procedure.objects.bulk_create(
        [
            Procedure(
                patient=patient, emergency_reason="-", planned_on=began_at.date(), planned_modality="TACE",
                started_at=began_at, signed_at=now, signed_by=owner, created_at=now, saved_at=now,
            )
            for patient, owner in zip(patients, owners, strict=True)
        ],
        AT_ONCE,
    )  # fmt: skip
    ImagingReview.objects.bulk_create(
        [
            ImagingReview(
                team=procedure.patient.team, patient=procedure.patient, after_procedure=procedure, owner=owner,
                counts_from=began_at.date(), clause="7.1", due_from=closed_on - timedelta(days=14),
                due_to=closed_on, is_rescheduled=True, opened_at=now,
            )
            for procedure, owner in zip(procedures, owners, strict=True)
        ],
        AT_ONCE,
    )  # fmt: skip


def live_through(night: date, hours: int) -> None:
    """Let the windows close the day before, then sweep and send from midnight on, every half hour."""
    before = night - timedelta(days=1)
    ImagingReview.objects.update(
        counts_from=before - timedelta(days=28), due_from=before - timedelta(days=7), due_to=before
    )
    midnight = datetime.combine(night, time(0), tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    for step in range(2 * hours):
        at = midnight + step * HALF_AN_HOUR
        sweep.sweep(at=at)
        outbox.send_due(clock=lambda at=at: at)


if __name__ == "__main__":
    if sys.argv[1] == "night":
        live_through(date.fromisoformat(sys.argv[2]), int(sys.argv[3]))
    else:
        make(int(sys.argv[1]))
