"""A meeting with five patients in a real browser: from the list to the pack to five decisions, typed by keyboard."""

import io
from datetime import timedelta
from itertools import product

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from followup.models import Decision
from pathway import tasks
from pathway.actions import jobs
from pathway.meeting import page as meeting_page
from pathway.models import Meeting
from patients.models import Task
from tests.factories import procedures
from tests.factories.patients import PatientFactory
from tests.pathway import meeting_world as world
from tests.stories.test_report import clinician, screen

__all__ = ["clinician", "screen"]  # fixtures of the same ward

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team(clinician):
    procedures.reference_rows()
    return clinician.memberships.get().team


@pytest.fixture
def five(team, clinician):
    """Two referred, one with a task for the meeting, one read and not decided, one whom somebody thinks of."""
    today = timezone.localdate()
    first, second = (
        world.referred(team, clinician, meeting_on=today, family_name=name).patient
        for name in ("Abara", "Brandt")
    )
    asked = world.task_for_meeting(team, due_to=today, family_name="Costa").patient
    read = world.read_not_decided(team, clinician).review.patient
    thought_of = PatientFactory(team=team, family_name="Ekwueme", mrn="70412296")
    return first, second, asked, read, thought_of


def free_of_barriers(screen):
    for theme, width in product(("light", "dark"), (1280, 390)):
        screen.set_viewport_size({"width": width, "height": 900})
        screen.emulate_media(color_scheme=theme, reduced_motion="reduce")
        expect(screen.locator("html")).to_have_attribute("data-bs-theme", theme)
        found = Axe().run(screen).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == [], (theme, width)
        assert screen.evaluate("document.documentElement.scrollWidth") <= width
    screen.set_viewport_size({"width": 1280, "height": 900})


class TestAMeetingWithFivePatients:
    def test_goes_from_the_list_to_the_pack_to_five_decisions(
        self, screen, browse_as, live_server, clinician, five
    ):
        self.prepare(screen, browse_as, clinician, five)
        self.make_the_pack(screen, live_server)
        self.decide_by_keyboard(screen, clinician, five)

        meeting = Meeting.objects.get()
        assert {row.state for row in meeting_page.rows_of(meeting)} == {meeting_page.DECIDED}
        assert not Task.objects.filter(kind="mdt", closed_at=None).exists()

    def prepare(self, screen, browse_as, clinician, five):
        browse_as(clinician, "/")
        screen.get_by_role("link", name="All meetings").click()
        screen.get_by_label("Day of the meeting").fill(timezone.localdate().isoformat())
        screen.get_by_role("button", name="Open the list").click()
        free_of_barriers(screen)
        expect(screen.locator(".meeting-proposal")).to_have_count(3)
        screen.get_by_role("button", name="Put the ticked on the list").click()

        screen.get_by_label("Record number", exact=True).fill(five[4].mrn)
        screen.get_by_label("Question", exact=True).last.fill("Transplant?")
        screen.get_by_role("button", name="Put on the list", exact=True).click()

        browse_as(clinician, reverse("pathway:patient", args=[five[3].pk]))
        screen.get_by_role("link", name="Put on a meeting’s list").click()
        screen.get_by_label("Question").fill("Leave the liver time?")
        screen.get_by_role("button", name="Put on the list").click()
        browse_as(clinician, reverse("pathway:meeting", args=[Meeting.objects.get().pk]))
        expect(screen.locator(".meeting-row")).to_have_count(5)
        screen.get_by_role("textbox", name="Who attended").fill("Surgery: K. Ito")
        screen.get_by_role("button", name="Keep", exact=True).last.click()
        expect(screen.get_by_text("Kept who attended.")).to_be_visible()

    def make_the_pack(self, screen, live_server):
        screen.get_by_role("button", name="Make the pack").click()
        expect(screen.get_by_text("The pages are being made")).to_be_visible()
        jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=timezone.now)
        link = screen.get_by_role("link", name="Open the pack")
        expect(link).to_be_visible()

        answer = screen.request.get(live_server.url + link.get_attribute("href"))
        texts = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.body())).pages]
        assert "Surgery: K. Ito" in texts[0]
        assert [name for name in ("ABARA", "BRANDT", "COSTA", "EKWUEME") if name not in texts[0]] == []
        assert len(texts) >= 6

    def decide_by_keyboard(self, screen, clinician, five):
        press, typed = screen.keyboard.press, screen.keyboard.type
        screen.get_by_role("link", name="Decide ABARA").focus()
        press("Enter")
        expect(screen.get_by_role("radio", name="Proceed", exact=True)).to_be_focused()
        press("Space")
        press("Enter")

        self.in_the_row_of(screen, "BRANDT")
        press("ArrowRight")
        press("Enter")
        expect(screen.get_by_role("alert")).to_contain_text("Write the meeting's reason")
        screen.get_by_label("Reason, or a note").focus()
        typed("Transplant first")
        press("Tab")
        press("Enter")

        self.in_the_row_of(screen, "COSTA")
        typed("Ask for an MRI")
        press("Enter")

        self.in_the_row_of(screen, "EKWUEME")
        typed("Refer to the transplant centre")
        press("Enter")

        self.in_the_row_of(screen, "OKAFOR")
        expect(screen.get_by_role("radio", name="No treatment for now (suggested)")).to_be_focused()
        press("Enter")

        expect(screen.get_by_text("Nobody waits for a decision.")).to_be_visible()
        first, second = (patient.assessments.get() for patient in five[:2])
        assert (first.decision, second.decision) == ("proceed", "do_not_proceed")
        assert second.reason_against_finding == "Transplant first"
        assert Task.objects.get(title="Ask for an MRI").due_to == timezone.localdate() + timedelta(days=14)
        assert (Decision.objects.get().choice, Decision.objects.get().decided_by) == ("hold", clinician)
        free_of_barriers(screen)

    def in_the_row_of(self, screen, name):
        expect(screen.locator(".meeting-row").filter(has=screen.locator(".meeting-form"))).to_contain_text(
            name
        )
