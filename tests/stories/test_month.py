"""The month by keyboard, a feed made and read, a patient's follow-up, the failsafe sheet; in a real browser; axe."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from followup.models import FailsafeSheet
from tests.factories import accounts as account_factories
from tests.factories import followup as factories

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(transactional_db, team):
    return account_factories.member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Moreau")


@pytest.fixture
def review(team, lead):
    today = timezone.localdate()
    return factories.ImagingReviewFactory(
        patient__team=team,
        owner=lead,
        opened_by=lead,
        counts_from=today - timedelta(days=43),
        booked_for=today,
    )


def violations(page):
    """What axe finds on a desk and a phone, by day and by night."""
    found = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            told = Axe().run(page).response["violations"]
            found += [(one["id"], one["nodes"][0]["html"][:120], width, theme) for one in told]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    return found


class TestMonth:
    def test_opens_a_day_by_keyboard_and_goes_on_from_there(self, browse_as, lead, review, complaints):
        page = browse_as(lead, "/queue/calendar/")
        today = timezone.localdate()
        page.locator(f"#day-{today.isoformat()}").focus()

        page.keyboard.press("Enter")

        expect(page.get_by_role("complementary")).to_contain_text(review.patient.full_name)
        assert f"day={today.isoformat()}" in page.url
        expect(page.locator(f"#day-{today.isoformat()}")).to_be_focused()
        step = -1 if today.weekday() == 6 else 1
        page.keyboard.press("ArrowLeft" if step < 0 else "ArrowRight")
        neighbour = today + timedelta(days=step)
        expect(page.locator(f"#day-{neighbour.isoformat()}")).to_be_focused()
        assert violations(page) == []

        page.set_viewport_size({"width": 1280, "height": 900})
        page.keyboard.press("n")
        expect(page).not_to_have_url(re.compile("day="))
        page.keyboard.press("t")
        expect(page.locator("[aria-current=date]")).to_have_attribute("data-day", today.isoformat())


class TestFeed:
    def test_is_made_shown_once_and_read_by_a_calendar(self, browse_as, lead, review, complaints):
        page = browse_as(lead, "/queue/feed/")

        page.get_by_role("button", name="Make the feed").click()

        address = page.get_by_label("Copy it now").input_value()
        assert "Imaging booked: 1" in Client().get(address[address.index("/feeds/") :]).content.decode()
        assert violations(page) == []
        page.goto(page.url.replace("make/", ""))
        expect(page.get_by_text("In use")).to_be_visible()
        expect(page.get_by_label("Copy it now")).to_have_count(0)


class TestFollowUpOfAPatient:
    def test_leads_to_the_queue_and_folds_what_was_done(self, browse_as, lead, review, complaints):
        factories.ContactFactory(review=review, by=lead, note="Rang twice")
        page = browse_as(lead, f"/patients/{review.patient_id}/reviews/")
        expect(page.get_by_text("Overdue by 1 day")).to_be_visible()
        assert violations(page) == []

        page.set_viewport_size({"width": 1280, "height": 900})
        page.get_by_text("1 contact").press("Enter")
        expect(page.get_by_text("Rang twice")).to_be_visible()
        page.get_by_role("link", name="Work it in the queue").click()
        expect(page).to_have_url(re.compile(f"/queue/{review.pk}/"))


class TestFailsafe:
    def test_is_empty_and_signed_for_the_month(self, browse_as, lead, review, complaints):
        page = browse_as(lead, "/queue/failsafe/")
        # The procedure's record waits for its signature: that is its next step.
        expect(page.get_by_text("Nobody is without a next step")).to_be_visible()
        assert violations(page) == []

        page.set_viewport_size({"width": 1280, "height": 900})
        page.get_by_role("link", name="This month’s sheet").click()
        page.get_by_role("button", name="Sign this month’s sheet").click()

        expect(page.get_by_role("heading", name="As it was signed")).to_be_visible()
        assert FailsafeSheet.objects.get().signed_by == lead
        assert violations(page) == []
