"""A story in a real browser: an owner goes on leave, the deputy sees and works what is theirs, and gives it back."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts import actions
from accounts.models import Membership
from accounts.roles import Role
from followup.actions import outbox, sweep
from followup.models import Contact, Message
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.stories.test_read import screen

__all__ = ["screen"]  # the page that fails on a script error or a breach of the policy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
A_DAY = timedelta(days=1)


@pytest.fixture
def team(transactional_db):
    return account_factories.TeamFactory(name="Northfield")


@pytest.fixture
def lead(team):
    return account_factories.member(team, Role.CLINICIAN, is_lead=True, name="Dr N. Amadi")


@pytest.fixture
def owner(team):
    return account_factories.member(team, Role.COORDINATOR, name="J. Brannigan")


@pytest.fixture
def deputy(team):
    return account_factories.member(team, Role.COORDINATOR, name="M. Osei")


@pytest.fixture
def review(team, lead, owner):
    """The owner's, and its window closes today."""
    began_on = TODAY - timedelta(days=42)
    return factories.ImagingReviewFactory(
        patient=PatientFactory(team=team, family_name="Fontaine", given_name="Luc", phone="+47 555"),
        counts_from=began_on, owner=owner, opened_by=lead,
        after_procedure__signed_at=factories.began_at(began_on), after_procedure__signed_by=lead,
    )  # fmt: skip


@pytest.fixture
def clock():
    with time_machine.travel(NOW) as moved:
        yield moved


def told_on(clock, day) -> set[str]:
    """Come to nine o'clock of a day; return who is told in the application what is due then."""
    clock.move_to(NOW + (day - TODAY))
    sweep.sweep(at=timezone.now())
    outbox.send_due(clock=timezone.now)
    sent = Message.objects.filter(channel="in_app", sent_at__date=day)
    return {str(message.user) for message in sent}


def mine(browse_as, person):
    return browse_as(person, reverse("followup:queue") + "?stage=mine").locator("[data-row]")


def test_the_deputy_does_it_meanwhile_and_the_owner_afterwards(
    screen, browse_as, clock, team, lead, owner, deputy, review
):
    assert told_on(clock, TODAY) == {"J. Brannigan"}
    browse_as(owner, reverse("accounts:account"))
    screen.get_by_label("Away from").fill((TODAY + A_DAY).isoformat())
    screen.get_by_label("Until, this day included").fill((TODAY + 10 * A_DAY).isoformat())
    screen.get_by_label("Deputy").select_option(label="M. Osei")
    screen.get_by_role("button", name="Save the absence").click()
    screen.wait_for_load_state()

    # The window has closed: the deputy is told, finds it among their own, and calls.
    assert told_on(clock, TODAY + A_DAY) == {"M. Osei"}
    expect(mine(browse_as, deputy)).to_have_count(1)
    expect(screen.locator("[data-row]")).to_contain_text("for J. Brannigan")
    screen.keyboard.press("j")
    screen.keyboard.press("c")
    expect(screen.locator("#queue-act-title")).to_have_text("Call")
    expect(screen.locator(".queue-form :focus")).to_have_count(1)
    screen.get_by_role("radio", name="No answer").press("Space")
    screen.keyboard.press("Enter")
    expect(screen.locator("[data-row]").first).to_contain_text("No answer")
    assert Contact.objects.get().by == deputy

    # The deputy falls ill: nobody owns it now, and the lead is told of what comes next.
    away = Membership.objects.get(user=deputy)
    first, last = TODAY + 6 * A_DAY, TODAY + 9 * A_DAY
    actions.set_absence(
        membership=away, away_from=first, away_until=last, deputy=None, by=lead, at=timezone.now()
    )
    assert told_on(clock, TODAY + 7 * A_DAY) == {"Dr N. Amadi"}
    rows = browse_as(lead, reverse("followup:queue") + "?stage=nobody").locator("[data-row]")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Fontaine".upper())

    # Back from leave: it is the owner's again, and theirs alone.
    clock.move_to(NOW + 11 * A_DAY)
    expect(mine(browse_as, deputy)).to_have_count(0)
    expect(mine(browse_as, owner)).to_have_count(1)
