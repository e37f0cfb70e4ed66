"""Stories in a real browser: read a procedure, print it on one page, see all of them on one map."""

import re
from datetime import timedelta
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from procedures.actions import signing
from tests.factories import accounts as account_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as factory
from tests.factories.patients import NOW
from tests.procedures.performed import STEPS, add_target, performed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinician(transactional_db):
    team = account_factories.TeamFactory(name="Northfield")
    return account_factories.member(team, Role.CLINICIAN, name="Dr S. Lindqvist")


@pytest.fixture
def patient(clinician):
    return patient_factories.PatientFactory(team=clinician.memberships.get().team)


@pytest.fixture
def procedure(patient, clinician):
    procedure = performed(patient, clinician)
    procedure.expected_feeders.add(factory.ArteryFactory(code="right-inferior-phrenic"))
    return procedure


@pytest.fixture
def screen(page, transactional_db):
    """The browser's page; it fails the test on any violation of the policy and any error of a script."""
    complaints = []
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(reduced_motion="reduce")
    yield page
    page.goto("about:blank")
    assert complaints == []


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def address(name, procedure):
    return reverse(f"procedures:{name}", args=[procedure.patient_id, procedure.pk])


class TestReport:
    def test_from_the_review_to_the_signed_sheet_on_one_page(self, screen, browse_as, procedure, clinician):
        browse_as(clinician, address("sign", procedure))
        expect(screen.get_by_text("Nothing is open.")).to_be_visible()
        screen.get_by_role("button", name="Sign record").click()

        expect(screen.get_by_text("Record signed.")).to_be_visible()
        screen.get_by_role("link", name="One page to print").click()
        expect(screen.get_by_text("Signed by Dr S. Lindqvist")).to_be_visible()
        expect(screen.locator("#art-right-inferior-phrenic")).to_have_class(re.compile("is-untreated"))

        assert pages_of(screen.pdf(format="A4")) == 1

    def test_keeps_tables_as_tables_on_paper_and_lists_on_a_telephone(
        self, screen, browse_as, procedure, clinician
    ):
        # A4 between its margins is narrower than the width under which a screen stacks a table.
        screen.set_viewport_size({"width": 688, "height": 1000})
        browse_as(clinician, address("detail", procedure))
        table = screen.locator(".table-stack").first

        screen.emulate_media(media="print")
        expect(table).to_have_css("display", "table")
        expect(table.locator("thead")).to_have_css("display", "table-header-group")
        screen.emulate_media(media="screen")
        expect(table).to_have_css("display", "block")

    def test_fits_one_page_with_ten_targets_and_long_texts(self, screen, browse_as, procedure, clinician):
        for number, code in enumerate(("a1", "a2", "a3", "a4a", "a4b", "a6", "a7", "omental"), start=3):
            add_target(procedure, number, code, dose_mg=20, note="Spasm at first")
        reasons = "Two lobes at once after the decision of the whole team, with the pharmacy. " * 3
        procedure.steps = {key: {"answer": "no", "because": reasons} for key in STEPS}
        procedure.ceiling_reasons = {"doxorubicin.per_procedure": reasons, "ethiodised-oil.volume": reasons}
        procedure.narrative = "A long way through a winding coeliac trunk. " * 80
        procedure.variant_note = "Replaced right hepatic artery from the superior mesenteric " * 5
        procedure.save()

        browse_as(clinician, address("report", procedure))

        assert pages_of(screen.pdf(format="A4")) == 1


class TestPages:
    @pytest.mark.parametrize(("theme", "width"), [*product(("light", "dark"), (1280, 390))])
    def test_are_free_of_barriers_and_never_wider_than_the_screen(
        self, screen, browse_as, procedure, clinician, patient, theme, width
    ):
        signing.sign_procedure(procedure=procedure, revision=procedure.revision, by=clinician, at=NOW)
        performed(patient, clinician, at=NOW + timedelta(days=60), steps={})
        unsigned = patient.procedures.get(signed_at=None)
        screen.set_viewport_size({"width": width, "height": 900})
        screen.emulate_media(color_scheme=theme)
        for path in (
            address("detail", procedure),
            address("report", procedure),
            address("sign", unsigned),
            reverse("procedures:map", args=[patient.pk]),
            reverse("procedures:lookup") + "?lot=G2231",
        ):
            browse_as(clinician, path)

            found = Axe().run(screen).response["violations"]
            wide = screen.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert ([(one["id"], one["nodes"][0]["html"]) for one in found], wide) == ([], False), path
