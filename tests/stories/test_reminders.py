"""Stories in a real browser: an owner on leave, a patient who dies with reminders waiting; axe."""

from datetime import time, timedelta
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Membership
from accounts.roles import Role
from followup.actions import outbox, sweep
from followup.models import Message, Pause
from tests.factories import accounts, followup, patients
from tests.stories.test_report import clinician, screen

__all__ = ["clinician", "screen"]  # fixtures of the same ward

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
A_WEEK = timedelta(weeks=1)


@pytest.fixture
def team(clinician):
    team = clinician.memberships.get().team
    followup.FollowUpSettingsFactory(team=team, quiet_from=time(0), quiet_until=time(0))
    Membership.objects.filter(user=clinician).update(is_lead=True)
    return team


@pytest.fixture
def owner(team):
    return accounts.member(team, Role.COORDINATOR, name="M. Osei")


@pytest.fixture
def task(team, owner):
    today = timezone.localdate()
    return patients.TaskFactory(
        patient__team=team, owner=owner, title="Repeat platelets", due_from=today, due_to=today
    )


def remind() -> None:
    """What the timetable does every hour."""
    sweep.sweep(at=timezone.now())
    outbox.send_due(clock=timezone.now)


class TestOwnerOnLeave:
    def test_has_a_deputy_who_is_told_and_answers_for_it(self, screen, browse_as, team, owner, task):
        deputy = accounts.member(team, Role.COORDINATOR, name="J. Holm")
        today = timezone.localdate()
        Membership.objects.filter(user=owner).update(
            away_from=today, away_until=today + A_WEEK, deputy=Membership.objects.get(user=deputy)
        )
        remind()

        browse_as(deputy, "/")
        bell = screen.get_by_role("link", name="Messages 1 new")
        bell.click()
        screen.get_by_role("button", name="Show whom").click()
        expect(screen.get_by_text("still waits")).to_be_visible()
        expect(bell).to_have_count(0)
        screen.get_by_role("link", name="Snooze").click()
        screen.get_by_text("I am working on it").click()
        screen.get_by_role("button", name="Snooze").click()
        expect(screen.get_by_text("No reminder before")).to_be_visible()
        expect(screen.get_by_text("Snoozed since")).to_be_visible()

        pause = Pause.objects.get()
        assert (pause.task, pause.paused_by, pause.until) == (task, deputy, today + A_WEEK)
        assert [letter.to for letter in mail.outbox] == [[deputy.email]]


class TestPatientWhoDies:
    def test_has_nothing_sent_about_them(self, screen, browse_as, clinician, owner, task):
        sweep.sweep(at=timezone.now())
        task.patient.ended_on, task.patient.ended_because = timezone.localdate(), "died"
        task.patient.save()
        outbox.send_due(clock=timezone.now)

        browse_as(owner, reverse("followup:messages"))
        expect(screen.get_by_text("No messages")).to_be_visible()
        browse_as(clinician, reverse("followup:sent_messages") + "?state=withheld")
        expect(screen.get_by_text("The patient’s course has ended").first).to_be_visible()

        assert mail.outbox == []


class TestPages:
    def test_have_nothing_that_axe_objects_to(self, screen, browse_as, clinician, owner, task, live_server):
        remind()
        Message.objects.filter(channel="email").update(
            sent_at=None, failed_at=timezone.now(), attempts=8, last_error="SMTPRecipientsRefused 550"
        )
        message = Message.objects.get(channel="in_app", user=owner)
        owner.is_site_admin = True
        owner.save()
        Membership.objects.filter(user=owner).update(is_lead=True)
        paths = [
            reverse("followup:messages"),
            reverse("followup:message", args=[message.pk]),
            reverse("followup:acknowledge", args=[message.reminders.get().pk]),
            reverse("followup:sent_messages"),
            reverse("followup:message_templates"),
            reverse("followup:edit_message_template", args=["staff", "en"]),
        ]
        browse_as(owner, "/")
        for path, (theme, width) in product(paths, [("light", 1280), ("dark", 360)]):
            screen.emulate_media(color_scheme=theme, reduced_motion="reduce")
            screen.set_viewport_size({"width": width, "height": 800})
            screen.goto(live_server.url + path)
            assert Axe().run(screen).response["violations"] == [], (path, theme, width)
            assert screen.evaluate("document.documentElement.scrollWidth") <= width, path
