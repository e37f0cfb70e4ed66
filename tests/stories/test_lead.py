"""A lead's Monday in a real browser: from home to the loop board, to a patient, day by day by keyboard; axe."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories.patients import LabResultFactory
from tests.stories.accessibility import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(transactional_db, team):
    return account_factories.member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Moreau")


@pytest.fixture
def review(team, lead):
    today = timezone.localdate()
    found = factories.ImagingReviewFactory(
        patient__team=team, owner=None, opened_by=lead, counts_from=today - timedelta(days=30)
    )
    for days, amount in ((100, 800), (3, 90)):
        LabResultFactory(
            patient=found.patient, analyte="afp_ng_per_ml", unit="ng/mL", value=amount, canonical_value=amount,
            taken_on=today - timedelta(days=days),
        )  # fmt: skip
    return found


@pytest.mark.usefixtures("complaints")
class TestALeadsMonday:
    def test_leads_from_the_board_to_the_course_of_a_patient(self, page, live_server, lead, review):
        client = Client()
        client.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(live_server.url)
        page.get_by_role("link", name="Loop board").click()
        line = page.locator("tr.is-unowned")
        expect(line).to_contain_text("Nobody owns it")
        expect(line).to_contain_text("day 3 of 15")
        assert violations(page) == []

        line.get_by_role("link", name=review.patient.full_name).click()
        slider = page.get_by_label("Day by day")
        said = page.locator(".tl-said")
        expect(said).to_contain_text("Window for imaging")
        slider.press("ArrowLeft")
        expect(said).to_contain_text("AFP 90")
        slider.press("Home")
        expect(said).to_contain_text("AFP 800")
        slider.press("ArrowRight")
        expect(said).to_contain_text("TACE")
        page.get_by_text("The same as a table").click()
        expect(page.locator(".tl-table tbody tr")).to_have_count(4)
        assert violations(page) == []

        page.get_by_role("link", name="Since the last procedure").click()
        expect(page.locator(".tl-spans [aria-current]")).to_have_text("Since the last procedure")
        expect(page.locator(".tl-table tbody tr")).to_have_count(3)
