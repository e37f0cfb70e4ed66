"""Laboratory values in a real browser: paste a report, mend a line, save, see the trend; by keyboard; axe."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import LabResult
from tests.factories.patients import LabResultFactory, PatientFactory

pytestmark = pytest.mark.browser
REPORTS = Path(__file__).parents[1] / "patients" / "lab_reports"


@pytest.fixture
def patient(transactional_db, team):
    return PatientFactory(team=team)


def sample(name):
    return (REPORTS / f"{name}.txt").read_text(encoding="utf-8")


def pasted(page, text):
    page.get_by_label("Text of the report").fill(text)
    page.get_by_role("button", name="Read the report").click()
    expect(page.get_by_role("heading", name="Check what was understood")).to_be_visible()


class TestReport:
    def test_is_pasted_mended_saved_and_drawn(self, browse_as, clinician, patient, complaints):
        LabResultFactory(patient=patient, value=27, taken_on=timezone.localdate() - timedelta(days=400))
        page = browse_as(clinician, f"/patients/{patient.pk}/labs/")

        page.get_by_role("link", name="Paste a report").click()
        pasted(page, sample("english_si"))
        page.get_by_role("textbox", name="Bilirubin", exact=True).fill("21")
        page.get_by_role("checkbox", name="ALT").uncheck()
        page.get_by_role("button", name="Save the ticked values").click()

        expect(page.get_by_text("9 values saved.")).to_be_visible()
        expect(page.get_by_role("img", name="Bilirubin, 2 values")).to_be_visible()
        assert patient.lab_results.get(analyte="bilirubin_umol_per_l", source="pasted").value == 21
        assert not patient.lab_results.filter(analyte="alt_u_per_l").exists()

    def test_leads_from_the_summary_to_the_line_that_needs_an_answer(
        self, browse_as, clinician, patient, complaints
    ):
        page = browse_as(clinician, f"/patients/{patient.pk}/labs/paste/")
        pasted(page, "Collected 18 Feb 2026\nPlatelets 118\nINR 1.1")

        page.get_by_role("button", name="Save the ticked values").click()
        expect(page.locator(".error-summary")).to_be_focused()
        page.get_by_role("link", name="Line 2: Platelets: choose the unit").click()
        expect(page.get_by_role("textbox", name="Platelets", exact=True)).to_be_focused()
        page.get_by_text("×10⁹/L", exact=True).click()
        page.get_by_role("button", name="Save the ticked values").click()

        expect(page.get_by_text("2 values saved.")).to_be_visible()

    def test_can_be_gone_back_to_without_losing_a_word(self, browse_as, clinician, patient, complaints):
        page = browse_as(clinician, f"/patients/{patient.pk}/labs/paste/")
        pasted(page, sample("chinese"))

        page.get_by_role("button", name="Back to the text").click()

        expect(page.get_by_label("Text of the report")).to_have_value(sample("chinese"))


class TestPanel:
    def test_is_filled_in_by_keyboard_alone(self, browse_as, clinician, patient, complaints):
        page = browse_as(clinician, f"/patients/{patient.pk}/labs/enter/")

        page.get_by_label("Sample taken on").fill((timezone.localdate() - timedelta(days=1)).isoformat())
        page.get_by_role("textbox", name="Bilirubin", exact=True).focus()
        page.keyboard.type("1.2 mg/dL")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.type("38")
        page.keyboard.press("Enter")

        expect(page.get_by_text("2 values saved.")).to_be_visible()
        kept = {result.analyte: (float(result.value), result.unit) for result in patient.lab_results.all()}
        assert kept == {"bilirubin_umol_per_l": (1.2, "mg/dL"), "albumin_g_per_l": (38, "g/L")}

    def test_asks_about_an_unusual_value_and_takes_the_answer(
        self, browse_as, clinician, patient, complaints
    ):
        page = browse_as(clinician, f"/patients/{patient.pk}/labs/enter/?only=bilirubin_umol_per_l")
        page.get_by_label("Sample taken on").fill((timezone.localdate() - timedelta(days=1)).isoformat())
        page.get_by_role("textbox", name="Bilirubin").fill("1.2")
        page.get_by_role("button", name="Save the values").click()

        page.get_by_label("Bilirubin 1.2 µmol/L is right").check()
        page.get_by_role("button", name="Save the values").click()

        expect(page.get_by_text("1 value saved.")).to_be_visible()


class TestCorrection:
    def test_leaves_the_wrong_value_struck_through(self, browse_as, clinician, patient, complaints):
        LabResultFactory(patient=patient, value=91, taken_on=timezone.localdate() - timedelta(days=1))
        page = browse_as(clinician, f"/patients/{patient.pk}/labs/")

        page.locator("summary", has_text="1 value").click()
        page.get_by_role("link", name="Correct Bilirubin 91").click()
        page.get_by_role("textbox", name="Bilirubin").fill("19")
        page.get_by_label("Why the old value is wrong").fill("Digits exchanged")
        page.get_by_role("button", name="Save the correction").click()

        page.locator("summary", has_text="2 values").click()
        expect(page.locator("del", has_text="91 µmol/L")).to_be_visible()
        expect(page.get_by_text("Digits exchanged")).to_be_visible()
        assert LabResult.objects.get(retracted_at=None).value == 19


def _filled(page, patient):
    for days, value in ((4, 19), (40, 27), (90, 24)):
        LabResultFactory(
            patient=patient, value=value, reference_low=3, reference_high=21,
            taken_on=timezone.localdate() - timedelta(days=days),
        )  # fmt: skip
    LabResultFactory(
        patient=patient, analyte="afp_ng_per_ml", comparator=">", value=60500, unit="ng/mL",
        taken_on=timezone.localdate() - timedelta(days=4),
    )  # fmt: skip
    page.reload()
    page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true })")


def _with_errors(page, patient):
    page.get_by_role("textbox", name="Bilirubin", exact=True).fill("1.2")
    page.get_by_role("textbox", name="Sodium").fill("1370")
    page.get_by_role("button", name="Save the values").click()


def _with_questions(page, patient):
    pasted(page, sample("limits_of_measurement"))
    page.get_by_role("button", name="Save the ticked values").click()


PAGES = {
    "trends": ("labs/", _filled),
    "nothing yet": ("labs/", None),
    "panel with errors": ("labs/enter/", _with_errors),
    "paste": ("labs/paste/", None),
    "confirmation with questions": ("labs/paste/", _with_questions),
}


@pytest.mark.parametrize("name", PAGES)
class TestEveryPage:
    def test_passes_axe_and_fits_on_desk_and_phone_by_day_and_night(
        self, browse_as, clinician, patient, complaints, name
    ):
        path, prepare = PAGES[name]
        page = browse_as(clinician, f"/patients/{patient.pk}/{path}")
        if prepare:
            prepare(page, patient)

        for width, theme in product([360, 1280], ["light", "dark"]):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            violations = Axe().run(page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"][:200], width, theme) for v in violations] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
