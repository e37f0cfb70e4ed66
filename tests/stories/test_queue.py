"""A coordinator's morning in a real browser: forty rows, keyboard only; a phone; axe by day and by night."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from followup.models import Contact, ImagingReview
from tests.factories import followup as factory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.browser
# A row is worked with a hand on the keyboard.
MOST_KEYS_FOR_DONE = 4
# What the page does by itself once a minute.
ASK_NOW = """
    const asks = document.querySelector("[data-background][hx-get]");
    htmx.ajax("GET", asks.getAttribute("hx-get"), { source: asks, target: "#queue-list" });
"""


@pytest.fixture
def forty(transactional_db, team, coordinator):
    """Forty patients, the first the latest: PATIENT 00 by 40 days, PATIENT 39 by one."""
    today = timezone.localdate()
    return [
        factory.ImagingReviewFactory(
            patient=PatientFactory(
                team=team, family_name=f"Patient {number:02}", given_name="", phone="+47 555"
            ),
            counts_from=today - timedelta(days=42 + 40 - number),
            owner=coordinator,
            opened_by=coordinator,
            after_procedure__signed_at=timezone.now(),
            after_procedure__signed_by=coordinator,
        )
        for number in range(40)
    ]


class Keyboard:
    """A person who has no mouse."""

    def __init__(self, page) -> None:
        self.page = page
        self.count = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def expect_row(self, name: str) -> None:
        expect(self.page.locator("[data-row] a:focus")).to_have_text(name)

    def expect_form(self, title: str, name: str) -> None:
        expect(self.page.locator("#queue-open h2")).to_have_text(name)
        expect(self.page.locator("#queue-act-title")).to_have_text(title)
        expect(self.page.locator(".queue-form :focus")).to_have_count(1)


class TestMorning:
    def test_is_worked_through_by_keyboard_alone(self, browse_as, coordinator, clinician, forty, complaints):
        page = browse_as(coordinator, "/queue/?stage=overdue")
        keyboard = Keyboard(page)
        tab = page.get_by_role("navigation", name="Stages").get_by_role("link", name="Overdue")
        expect(tab).to_contain_text("40")

        # The imaging of the first was done today: two keys, and on to the next row.
        keyboard.press("j")
        keyboard.expect_row("PATIENT 00")
        keyboard.count = 0
        keyboard.press("d")
        keyboard.expect_form("Imaging done", "PATIENT 00")
        keyboard.press("Enter")
        keyboard.expect_row("PATIENT 01")
        assert keyboard.count <= MOST_KEYS_FOR_DONE
        expect(tab).to_contain_text("39")

        # A call that nobody answers.
        keyboard.press("c")
        keyboard.expect_form("Call", "PATIENT 01")
        page.get_by_role("radio", name="No answer").focus()
        keyboard.press("Space", "Enter")
        keyboard.expect_row("PATIENT 02")

        # One is booked, the next goes to sleep.
        keyboard.press("b")
        keyboard.expect_form("Book", "PATIENT 02")
        page.keyboard.type((timezone.localdate() + timedelta(days=3)).strftime("%m%d%Y"))
        keyboard.press("Enter")
        keyboard.expect_row("PATIENT 03")
        keyboard.press("s")
        keyboard.expect_form("Snooze", "PATIENT 03")
        page.get_by_role("radio", name="I am working on it").focus()
        keyboard.press("Space", "Enter")
        keyboard.expect_row("PATIENT 04")

        # Two are ticked and given away together, and taken back.
        keyboard.press("x", "j", "x", "a")
        expect(page.get_by_role("heading", name="Assign: 2 rows")).to_be_visible()
        page.get_by_label("Owner", exact=False).last.select_option(label="Dr S. Lindqvist")
        page.get_by_role("button", name="Assign it").press("Enter")
        page.get_by_role("button", name="Undo for all of them").press("Enter")
        expect(page.get_by_text("Undone for 2 rows.")).to_be_visible()

        # Somebody is looked for, opened and closed.
        keyboard.press("/")
        page.keyboard.type("patient 17")
        expect(page.locator("[data-row]")).to_have_count(1)
        page.locator("[data-row] a").first.focus()
        keyboard.press("Enter")
        expect(page.get_by_text("Why is this here?")).to_be_visible()
        assert "q=patient+17" in page.url

        first, second, third, fourth = ImagingReview.objects.order_by("due_to")[:4]
        assert first.done_on == timezone.localdate()
        assert Contact.objects.get().review == second
        assert third.booked_for == timezone.localdate() + timedelta(days=3)
        assert fourth.pauses.count() == 1
        assert not ImagingReview.objects.filter(owner=clinician).exists()

    def test_loses_no_focus_and_no_word_when_the_list_asks_by_itself(
        self, browse_as, coordinator, forty, complaints
    ):
        page = browse_as(coordinator, f"/queue/{forty[3].pk}/contact/")
        page.get_by_label("Note").fill("Try the daughter")
        page.locator(".queue-tick").nth(2).check()

        with page.expect_response("**/queue/?*"):
            page.evaluate(ASK_NOW)

        expect(page.get_by_label("Note")).to_have_value("Try the daughter")
        expect(page.locator(".queue-tick").nth(2)).to_be_checked()


class TestPages:
    def test_break_no_rule_of_accessibility(self, browse_as, coordinator, forty, complaints):
        found = {}
        for path in ("/queue/", f"/queue/{forty[0].pk}/contact/", "/queue/?stage=upcoming", "/queue/print/"):
            page = browse_as(coordinator, path)
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
                for one in Axe().run(page).response["violations"]:
                    found[path, theme, one["id"]] = one["nodes"][0]["html"][:160]

        assert found == {}

    @pytest.mark.parametrize("width", [360, 768])
    def test_need_no_sideways_scroll_and_open_a_row_as_a_page_of_its_own(
        self, browse_as, coordinator, forty, width
    ):
        page = browse_as(coordinator, "/queue/print/")
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page = browse_as(coordinator, "/queue/")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

        page.get_by_role("link", name="PATIENT 00", exact=True).click()

        expect(page.get_by_role("heading", name="PATIENT 00")).to_be_in_viewport()
        expect(page.locator("#queue-list")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_role("link", name="Back to the list").click()
        expect(page.locator("#queue-list")).to_be_visible()
