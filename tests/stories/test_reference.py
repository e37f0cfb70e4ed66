"""In a real browser: a site admin changes a ceiling and takes a file in; axe and the content policy are content."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from procedures.models import Agent
from tests.factories.accounts import UserFactory
from tests.factories.procedures import reference_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WRONG = "code,usual_high,name\ndoxorubicin,much,Doxorubicin\n"
RIGHT = "code,usual_high,name,impossible_above_mg\ndoxorubicin,60,Doxorubicin,1500\nirinotecan,100,Irinotecan,900\n"


@pytest.fixture
def complaints(page):
    """Collect what the browser complains about: errors, and violations of the content policy."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def sheet(browse_as, complaints):
    """Return the page of the reference data, opened by a site admin."""
    reference_rows()
    return browse_as(UserFactory(is_site_admin=True, name="A. Novak"), "/reference/")


def choose(sheet, text: str) -> None:
    sheet.get_by_label("CSV or XLSX file").set_input_files(
        {"name": "agents.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    sheet.get_by_role("button", name="Check the file").click()


class TestCeiling:
    def test_is_changed_with_a_reason_and_then_signed_off(self, sheet, complaints):
        sheet.get_by_role("link", name="Doxorubicin").click()
        sheet.get_by_role("link", name="Change").click()
        sheet.get_by_label("Most per procedure, mg", exact=False).first.fill("120,5")
        sheet.get_by_role("button", name="Save").click()
        expect(sheet.get_by_role("alert")).to_contain_text("Why")

        sheet.get_by_label("Why").fill("Formulary of March")
        sheet.keyboard.press("Enter")

        expect(sheet.locator(".history")).to_contain_text("Reason: Formulary of March")
        expect(sheet.locator(".history")).to_contain_text("A. Novak")
        assert str(Agent.objects.get(code="doxorubicin").most_per_procedure_mg) == "120.50"
        sheet.get_by_role("link", name="Note a sign-off").click()
        sheet.get_by_label("Who signed").fill("P. Lind, pharmacy")
        sheet.get_by_role("button", name="Note the sign-off").click()
        expect(sheet.get_by_text("Signed off by the pharmacy")).to_be_visible()
        assert [said for said in complaints if "422" not in said] == []


class TestFile:
    def test_is_refused_cell_by_cell_then_taken_in_whole(self, sheet, complaints):
        sheet.get_by_role("link", name="Import Agents").click()
        choose(sheet, WRONG)
        expect(sheet.get_by_role("row", name="doxorubicin")).to_contain_text("usual_high:")
        sheet.get_by_role("link", name="Choose another file").click()

        choose(sheet, RIGHT)
        expect(sheet.get_by_role("row", name="irinotecan")).to_contain_text("new")
        sheet.get_by_label("Why").fill("List of March")
        sheet.get_by_role("button", name="Take in 2 rows").click()

        expect(sheet.get_by_text("Took in 2 rows.")).to_be_visible()
        expect(sheet.get_by_role("link", name="Irinotecan")).to_be_visible()
        assert [said for said in complaints if "422" not in said] == []


class TestPages:
    @pytest.mark.parametrize("width", [360, 1280])
    def test_have_nothing_that_axe_objects_to(self, sheet, live_server, width):
        found = []
        sheet.set_viewport_size({"width": width, "height": 900})
        for path in ("", "agents/row/doxorubicin/", "arteries/row/a8/edit/", "materials/import/"):
            sheet.goto(f"{live_server.url}/reference/{path}")
            found += [
                (path, v["id"], v["nodes"][0]["html"][:200]) for v in Axe().run(sheet).response["violations"]
            ]
            assert sheet.evaluate("document.documentElement.scrollWidth") <= width, path

        assert found == []
