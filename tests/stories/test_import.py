"""A cohort comes in, in a real browser: choose the file, say what a column means, check, correct, import."""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from pathway import tasks
from pathway.actions import jobs
from patients.models import Patient

pytestmark = pytest.mark.browser

COHORT = "code,age,gender,Child-Pugh,nodes\nM1,64,male,A,0\nM2,71,female,C,1\nM3,58,male,B,\n"


@pytest.fixture
def upload(browse_as, coordinator, transactional_db, tmp_path, complaints):
    """Return a function that uploads a text as a file and opens the page of its columns."""

    def upload_text(text: str):
        file = tmp_path / "cohort.csv"
        file.write_text(text)
        page = browse_as(coordinator, "/imports/")
        page.get_by_label("CSV or XLSX file").set_input_files(file)
        page.get_by_role("button", name="Read the file").click()
        expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()
        return page

    return upload_text


def work() -> None:
    """Let the worker do what waits."""
    jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=timezone.now)


class TestACohort:
    def test_comes_in_after_a_column_was_explained(self, upload, team):
        page = upload(COHORT)

        page.get_by_label("code is").select_option("mrn")
        page.get_by_label("nodes is").select_option("extrahepatic_spread")
        page.get_by_role("group", name="1", exact=True).get_by_label("Limited").check()
        page.get_by_role("group", name="1", exact=True).get_by_label("Extensive").check()
        page.get_by_role("button", name="Check all lines").click()
        expect(page.get_by_role("heading", name="Checking each line")).to_be_visible()
        work()
        expect(page.get_by_text("Every line can be imported.")).to_be_visible()
        page.get_by_role("button", name="Import all 3 patients").click()
        expect(page.get_by_role("heading", name="Importing")).to_be_visible()
        work()
        expect(page.get_by_text("3 patients imported.")).to_be_visible()

        spread = Patient.objects.get(team=team, mrn="M2").assessments.get().facts["extrahepatic_spread"]
        assert spread["value"] == ["limited", "extensive"]

    def test_stays_out_whole_while_one_line_is_wrong(self, upload, team):
        page = upload(COHORT.replace("M3,58", "M3,580"))

        page.get_by_label("code is").select_option("mrn")
        page.get_by_role("button", name="Check all lines").click()
        expect(page.get_by_role("heading", name="Checking each line")).to_be_visible()
        work()

        expect(page.get_by_text("1 line needs correcting.")).to_be_visible()
        expect(page.get_by_role("row", name="4 M3")).to_contain_text("580")
        expect(page.get_by_role("button", name="Import all")).to_have_count(0)
        assert not Patient.objects.filter(team=team).exists()

    @pytest.mark.parametrize(("width", "scheme"), [*product([390, 1280], ["light", "dark"])])
    def test_has_pages_without_barriers(self, upload, width, scheme):
        page = upload(COHORT)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)

        for address in (
            page.url,
            page.url.replace("columns/", ""),
            page.url.split("/imports/")[0] + "/imports/",
        ):
            page.goto(address)
            assert Axe().run(page).response["violations"] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
