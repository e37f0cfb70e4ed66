"""The one page of a patient in a real browser: its parts unfold by keyboard, each is well without scripts; axe."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from tests.factories import accounts as account_factories
from tests.factories.patients import PatientFactory
from tests.factories.procedures import reference_rows
from tests.pathway import ten_procedures
from tests.stories.accessibility import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def clinician(transactional_db, team):
    reference_rows()
    return account_factories.member(team, Role.CLINICIAN, name="Dr S. Lindqvist")


@pytest.mark.usefixtures("complaints")
class TestThePageOfAPatient:
    def test_unfolds_by_keyboard_and_reads_well_in_every_part(self, browse_as, clinician, team):
        patient = ten_procedures.make(PatientFactory(team=team), clinician, on=timezone.localdate())
        page = browse_as(clinician)

        page.get_by_role("button", name="Put away the first steps").click()
        expect(page.locator("#main")).to_contain_text("come back from the menu")
        page.goto(f"{page.url.rstrip('/')}/patients/{patient.pk}/")
        expect(page.locator(".lh-day")).to_have_count(8)
        page.locator("#vessels").scroll_into_view_if_needed()
        expect(page.locator("#vessels .vesselmap")).to_be_visible()
        for part, said in (("costs", "by day 35"), ("doses", "of 550 mg/m²")):
            page.locator(f"#{part} > summary").focus()
            page.keyboard.press("Enter")
            expect(page.locator(f"#{part}")).to_contain_text(said)

        assert violations(page) == []
