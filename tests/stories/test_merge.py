"""In a real browser: one person registered twice becomes one record, and two again; axe, keyboard, the old number."""

import pytest
from playwright.sync_api import expect

from patients.models import Patient
from tests.factories import procedures as procedure_factories
from tests.pathway import merging
from tests.stories.accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two(team, clinician):
    procedure_factories.reference_rows()
    both = ["disease", "lesions", "values", "history", "tasks"]
    kept = merging.record(team, clinician, both, mrn="7041 2296", phone="0700 1")
    return kept, merging.record(
        team, clinician, both, mrn="9915 0001", given_name="Dan", consents_to_messages="no"
    )


class TestOnePersonRegisteredTwice:
    def test_becomes_one_record_and_two_again(self, browse_as, two, clinician):
        page = browse_as(clinician, "/patients/")
        page.get_by_role("link", name="Likely duplicates").click()
        expect(page.get_by_role("row", name="9915 0001")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("link", name="Compare 7041 2296, 9915 0001").click()
        expect(page.get_by_text("0700 1")).to_be_visible()
        page.get_by_role("button", name="Merge the two records").click()

        expect(page.locator(".error-summary")).to_be_focused()
        assert violations(page) == []
        page.get_by_role("radio", name="Okafor, Daniel Name").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="Okafor, Dan Name")).to_be_checked()
        page.get_by_label("Why it is one person").fill("Identity card seen")
        page.get_by_label("I compared name, date of birth").check()
        page.get_by_role("button", name="Merge the two records").click()

        expect(page.get_by_text("9915 0001 is merged into 7041 2296.")).to_be_visible()
        assert violations(page) == []
        page.goto(page.url.split("/patients/")[0] + "/patients/?show=all&q=99150001")
        page.get_by_role("link", name="Okafor, Dan").click()
        expect(page.locator(".patient-banner")).to_contain_text("7041 2296")
        page.get_by_role("link", name="Record", exact=True).click()
        page.get_by_role("link", name="Record 9915 0001 was merged into this one").click()
        page.get_by_role("link", name="Take the merge back 9915 0001").click()
        page.get_by_label("Why it was wrong").fill("Two cousins")
        assert violations(page) == []
        page.get_by_role("button", name="Take the merge back").click()

        expect(page.get_by_text("7041 2296 and 9915 0001 are two records again.")).to_be_visible()
        kept, other = (Patient.objects.get(pk=one.pk) for one in two)
        assert (kept.given_name, other.merged_into, other.lesions.count()) == ("Daniel", None, 2)
