"""Looking at the cohort in a real browser: from page to page, by keyboard and on a phone, to a picture of it; axe."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from tests.factories import accounts as account_factories
from tests.factories import procedures as factories
from tests.factories.followup import ImagingReviewFactory
from tests.pathway.cohort_world import treated
from tests.stories.accessibility import violations

pytestmark = pytest.mark.browser
PAGES = ("Curves", "Response", "Adverse events", "Liver", "Procedures", "Follow-up")


@pytest.fixture
def lead(transactional_db, team):
    factories.reference_rows()
    return account_factories.member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Moreau")


@pytest.fixture
def cohort(team, lead):
    """Six patients: fever after the first procedure of each, a dose, a dose report, a review in its window."""
    first = timezone.localdate() - timedelta(days=200)
    for number in range(6):
        procedure, _again = treated(team, first, first + timedelta(days=60 + number))
        procedure.operators.add(lead)
        factories.AdverseEventFactory(
            procedure=procedure, onset_on=first + timedelta(days=1), ctcae_grade=1 + number % 3
        )
        factories.AdministrationFactory(target__procedure=procedure, dose_mg=40 + number)
        factories.ExposureFactory(procedure=procedure, air_kerma_mgy=900 + 500 * number, contrast_ml=120)
        ImagingReviewFactory(
            patient=procedure.patient, after_procedure=procedure, counts_from=first, owner=lead, decided=True,
            done_on=first + timedelta(days=30 + 4 * number),
        )  # fmt: skip


@pytest.mark.usefixtures("complaints", "cohort")
class TestTheCohort:
    def test_is_read_page_by_page_by_keyboard_and_leaves_as_a_picture(self, browse_as, lead):
        page = browse_as(lead, "/cohort/")
        for name in PAGES:
            page.locator(".cohort-tabs").get_by_role("link", name=name).click()
            expect(page.locator(".cohort-tabs [aria-current]")).to_have_text(name)
            assert violations(page) == [], name

        page.locator(".cohort-tabs").get_by_role("link", name="Adverse events").click()
        frame = page.locator(".plot-frame").first
        frame.focus()
        frame.press("ArrowRight")
        said = page.locator("#events-reading")
        expect(said).to_have_text("Fever: Grade 1 2, Grade 2 2, Grade 3 2, of 12")
        with page.expect_download() as download:
            page.get_by_role("button", name="PNG").first.click()
        assert download.value.suggested_filename == "events.png"

        page.get_by_label("Operator").select_option(label="Dr L. Moreau")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("6 of 6.")).to_be_visible()
        page.set_viewport_size({"width": 360, "height": 800})
        page.reload()
        expect(page.get_by_role("button", name="Show")).to_be_hidden()
        page.get_by_text("1 set").click()
        expect(page.get_by_role("button", name="Show")).to_be_visible()
