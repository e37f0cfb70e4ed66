"""A story in a real browser: a patient dies while reminders wait. Nothing goes out; taken back, it does, once."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from followup import stages
from followup.actions import outbox, sweep
from followup.models import Message, Reminder
from patients.models import Patient
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.stories.test_read import screen

__all__ = ["screen"]  # the page that fails on a script error or a breach of the policy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# In the quiet hours reminders are written and wait for the morning.
EVENING = NOW.replace(hour=20, minute=30)
MORNING = NOW + timedelta(days=1)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def team(transactional_db):
    return account_factories.TeamFactory(name="Northfield")


@pytest.fixture
def coordinator(team):
    """Everybody of the team: the lead is nobody, so that only the owner is told."""
    return account_factories.member(team, Role.COORDINATOR, name="M. Osei", email="osei@example.org")


@pytest.fixture
def review(team, coordinator):
    """The window closed yesterday, and the patient agreed to be reminded by e-mail."""
    factories.FollowUpSettingsFactory(team=team, reminds_patients=True)
    began_on = TODAY - timedelta(days=43)
    patient = PatientFactory(
        team=team, family_name="Whitlock", given_name="George", email="george@example.org",
        consents_to_messages="yes", message_channel=Patient.Channel.EMAIL,
    )  # fmt: skip
    return factories.ImagingReviewFactory(
        patient=patient, counts_from=began_on, owner=coordinator, opened_by=coordinator,
        after_procedure__signed_at=factories.began_at(began_on), after_procedure__signed_by=coordinator,
    )  # fmt: skip


@pytest.fixture
def clock():
    with time_machine.travel(EVENING) as moved:
        yield moved


def sent_to() -> list[str]:
    """Sweep and send; return the addresses that were written to."""
    before = len(mail.outbox)
    sweep.sweep(at=timezone.now())
    outbox.send_due(clock=timezone.now)
    return sorted(letter.to[0] for letter in mail.outbox[before:])


def test_nothing_goes_out_until_it_is_taken_back(screen, browse_as, clock, coordinator, review):
    assert sent_to() == []
    assert Reminder.objects.filter(message=None, dropped_because="").count() == 2
    browse_as(coordinator, reverse("followup:queue") + "?stage=overdue")
    screen.locator("[data-row] a").first.click()
    screen.get_by_role("link", name="End the course").click()
    screen.get_by_role("radio", name="Died").press("Space")
    screen.get_by_label("Ended on").fill(TODAY.isoformat())
    screen.locator(".queue-form button[type=submit]").click()
    expect(screen.get_by_text("Died").first).to_be_visible()
    expect(screen.locator("[data-row]")).to_have_count(0)

    clock.move_to(MORNING)
    assert sent_to() == []
    assert not Message.objects.exists()
    assert set(Reminder.objects.values_list("dropped_because", flat=True)) == {"ended"}

    browse_as(coordinator, reverse("patients:record", args=[review.patient_id]))
    screen.get_by_role("link", name="Open the course again").click()
    screen.get_by_label("Reason").fill("Another patient of the same name")
    screen.get_by_role("button", name="Open the course again").click()
    expect(screen.get_by_text("The course is open again.")).to_be_visible()
    browse_as(coordinator, reverse("followup:queue") + f"?stage={stages.OVERDUE}")
    expect(screen.locator("[data-row]")).to_have_count(1)

    clock.move_to(MORNING + AN_HOUR)
    assert sent_to() == ["george@example.org", "osei@example.org"]
    clock.move_to(MORNING + 2 * AN_HOUR)
    assert sent_to() == []
