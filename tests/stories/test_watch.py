"""A complication on day 9, in a real browser: the call, the red flag, the grades; by keyboard; axe."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Task
from procedures.models import AdverseEvent, SymptomEntry
from tests.factories.patients import LabResultFactory, PatientFactory
from tests.factories.procedures import ProcedureFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def procedure(transactional_db, team, clinician):
    began = timezone.now() - timedelta(days=9)
    made = ProcedureFactory(patient=PatientFactory(team=team), started_at=began, modality="TACE")
    made.operators.add(clinician)
    for ago, leukocytes in ((12, 5), (8, 9), (0, 15)):
        LabResultFactory(
            patient=made.patient,
            analyte="leukocytes_10e9_per_l",
            value=leukocytes,
            unit="10^9/L",
            taken_on=timezone.localdate() - timedelta(days=ago),
        )
    return made


def address(procedure, more=""):
    return f"/patients/{procedure.patient_id}/procedures/{procedure.pk}/watch/{more}"


def violations(page):
    """What axe finds by day and by night."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        found += [
            (one["id"], one["nodes"][0]["html"][:120]) for one in Axe().run(page).response["violations"]
        ]
    return found


class TestComplicationOnDayNine:
    def test_is_heard_on_the_telephone_and_turns_red(self, browse_as, coordinator, procedure, complaints):
        page = browse_as(coordinator, address(procedure))
        expect(page.get_by_role("heading", name="Not known: too little was asked")).to_be_visible()

        page.get_by_role("link", name="How is the patient?").click()
        page.get_by_label("Temperature").fill("38.9")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowLeft")
        page.get_by_role("radiogroup", name="Shivering fits").get_by_text("Yes", exact=True).click()
        page.get_by_label("I asked the other questions too: no to each that is open").check()
        page.get_by_label("Note").press("Enter")

        expect(page.get_by_role("heading", name="Not the expected course")).to_be_visible()
        expect(page.get_by_text("38.9 °C on day 9 with rising leukocytes or procalcitonin.")).to_be_visible()
        entry = SymptomEntry.objects.get()
        assert (entry.pain, entry.answers["chills"], entry.answers["jaundice"]) == (10, "yes", "no")
        assert "Red flag" in Task.objects.get(kind="other").title

    def test_is_graded_in_three_schemes_and_resolved(self, browse_as, clinician, procedure, complaints):
        page = browse_as(clinician, address(procedure))

        page.get_by_role("link", name="Add an event").click()
        page.get_by_role("link", name="Liver abscess").click()
        page.get_by_role("radiogroup", name="Belongs to the expected course").get_by_text(
            "No", exact=True
        ).click()
        page.get_by_label("3 · Severe, not immediately life-threatening").check()
        page.get_by_label("3 · Extra treatment or a stay over 48 hours").check()
        page.get_by_label("Severe · Hospital stay prolonged").check()
        page.get_by_role("button", name="Save").click()

        expect(page.get_by_text("Recorded: Liver abscess.")).to_be_visible()
        expect(page.get_by_text("Still open after day 7")).to_be_visible()
        event = AdverseEvent.objects.get()
        assert (event.ctcae_grade, event.cirse_grade, event.sir_class) == (3, 3, "severe")


class TestPages:
    def test_break_no_rule_of_accessibility(self, browse_as, clinician, coordinator, procedure, complaints):
        page = browse_as(coordinator, address(procedure, "log/"))
        found = {"log": violations(page)}
        page.get_by_label("Temperature").fill("38.9")
        page.get_by_role("button", name="Save").click()
        page = browse_as(clinician, address(procedure))
        found["watch"] = violations(page)
        page = browse_as(clinician, address(procedure, "events/"))
        found["choose"] = violations(page)
        page = browse_as(clinician, address(procedure, "events/add/fever/"))
        found["event"] = violations(page)

        assert found == {"log": [], "watch": [], "choose": [], "event": []}

    @pytest.mark.parametrize("width", [360, 768])
    def test_need_no_sideways_scroll(self, browse_as, clinician, procedure, width):
        page = browse_as(clinician, address(procedure))
        page.set_viewport_size({"width": width, "height": 800})

        for more in ("", "log/", "events/", "events/add/liver_abscess/"):
            page.goto(page.url.split("watch/")[0] + "watch/" + more)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), more
