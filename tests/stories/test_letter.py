"""A story in a real browser: from the patient's page to a letter in Chinese that went out, and to the post."""

import io
from datetime import timedelta
from itertools import product

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from pathway.letters.rows import Letter, LetterSending
from tests.factories import accounts as account_factories
from tests.factories import letters as factories
from tests.factories import patients as patient_factories
from tests.pathway import letter_world as world
from tests.pathway.letter_world import chinese_font
from tests.stories.test_report import clinician, screen

__all__ = ["chinese_font", "clinician", "screen"]  # fixtures of the same ward

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team(clinician):
    return clinician.memberships.get().team


@pytest.fixture
def patient(team, clinician):
    found = patient_factories.PatientFactory(team=team, referrer="Dr A. Smith", language="zh-hans")
    today = timezone.localdate()
    world.booked(world.treated(found, clinician, on=today - timedelta(days=8)), on=today + timedelta(days=20))
    return found


class TestLetter:
    def test_goes_from_the_record_to_the_post(
        self, screen, browse_as, team, patient, clinician, chinese_font
    ):
        factories.LetterheadFactory(team=team)
        browse_as(clinician, reverse("pathway:patient", args=[patient.pk]))
        screen.get_by_role("link", name="Letters").click()
        screen.get_by_role("button", name="Write to the patient").click()

        expect(screen.get_by_label("Language")).to_have_value("zh-hans")
        screen.get_by_label("Add a sentence").fill("请带上您的女儿。")
        screen.get_by_role("button", name="Save").click()
        expect(screen.locator("article").get_by_text("请带上您的女儿。")).to_be_visible()
        address = screen.get_by_role("link", name="Look at the paper").evaluate("link => link.href")
        paper = screen.request.get(address)
        screen.get_by_role("button", name="Sign and issue").click()
        expect(screen.get_by_text("Issued. Print it")).to_be_visible()
        screen.get_by_text("By hand", exact=True).click()
        screen.get_by_role("button", name="Note it").click()
        expect(screen.get_by_text("Noted how it was sent.")).to_be_visible()

        read = "".join(pypdf.PdfReader(io.BytesIO(paper.body())).pages[0].extract_text().split())
        assert "请带上您的女儿" in read
        assert Letter.objects.get().issued_by == clinician
        assert LetterSending.objects.get().way == "hand"

    def test_waits_for_a_phone_that_the_lead_says_first(self, screen, browse_as, team, patient):
        lead = account_factories.member(team, Role.CLINICIAN, is_lead=True, name="Dr A. Lead")
        browse_as(lead, reverse("pathway:letters", args=[patient.pk]))
        screen.get_by_role("button", name="Write to the referrer").click()
        expect(screen.get_by_role("button", name="Sign and issue")).to_have_count(0)

        screen.get_by_role("link", name="Say it now").click()
        screen.get_by_label("Phone, on working days").fill("020 7946 0100")
        screen.get_by_role("button", name="Save the letterhead").click()

        expect(screen.get_by_text("Saved what stands on the team’s letters.")).to_be_visible()
        screen.go_back()
        screen.go_back()
        screen.reload()
        expect(screen.get_by_role("button", name="Sign and issue")).to_be_visible()


class TestPages:
    def test_have_no_barrier_and_fit_a_telephone(self, screen, browse_as, team, patient, clinician):
        factories.LetterheadFactory(team=team)
        draft = world.draft(patient, clinician, "patient", language="zh-hans")
        letter = factories.LetterFactory(draft__patient=patient, issued_by=clinician)
        arguments = {"letters": [], "edit_letter": [draft.pk], "letter": [letter.pk]}
        addresses = [reverse(f"pathway:{name}", args=[patient.pk, *more]) for name, more in arguments.items()]
        browse_as(clinician, addresses[0])

        for path, scheme, width in product(addresses, ("light", "dark"), (1280, 360)):
            screen.set_viewport_size({"width": width, "height": 900})
            screen.emulate_media(color_scheme=scheme)
            screen.goto(screen.url.split("/patients/")[0] + path)

            assert Axe().run(screen).response["violations"] == [], (path, scheme, width)
            assert screen.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
