"""The look in a real browser: readable to assistive technology, inside the strict policy, on a phone, by keyboard."""

import copy
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts import session_lock
from accounts.roles import Role
from tests.factories import accounts as account_factories

pytestmark = pytest.mark.browser

PASSWORD = "a long enough password"
PARTS = ["frame", "frame/?plain", "form", "form/?errors", "lists", "maps", "picker", "saving", "plain"]
WIDTHS_FOR_AXE = [390, 1280]


@pytest.fixture
def gallery(settings, live_server):
    """Serve the gallery beside the site; return the address of its folder."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], settings.BASE_DIR / "tests/house/templates"]
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.house.gallery_urls"
    return f"{live_server.url}/_gallery"


@pytest.fixture
def person(transactional_db):
    team = account_factories.TeamFactory(name="Northfield")
    user = account_factories.member(team, Role.CLINICIAN, name="Dr S. Lindqvist")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def session(person, signed_in):
    """The session of the person, to be made idle by a test."""
    return signed_in(person).session


@pytest.fixture
def sheet(page, gallery, session, live_server):
    """A page of the browser, signed in; it fails the test on any violation of the policy and any error of a script."""
    complaints = []
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": live_server.url}])
    yield page
    assert complaints == []


def opened(sheet, gallery, part: str):
    answer = sheet.goto(f"{gallery}/{part}" if "/" in part else f"{gallery}/{part}/")
    assert answer.ok
    sheet.wait_for_load_state("networkidle")
    return sheet


@pytest.mark.parametrize("part", PARTS)
class TestEveryPart:
    def test_has_nothing_that_axe_objects_to_on_desk_and_phone_by_day_and_night(self, sheet, gallery, part):
        opened(sheet, gallery, part)

        for width, theme in product(WIDTHS_FOR_AXE, ["light", "dark"]):
            sheet.set_viewport_size({"width": width, "height": 900})
            # A colour on its way from one theme to the other is nobody's colour.
            sheet.emulate_media(color_scheme=theme, reduced_motion="reduce")
            expect(sheet.locator("html")).to_have_attribute("data-bs-theme", theme)
            violations = Axe().run(sheet).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"][:200], width, theme) for v in violations] == []

    def test_does_not_scroll_sideways_at_any_width(self, sheet, gallery, part):
        opened(sheet, gallery, part)

        for width in [320, 360, 390, 768, 820, 992, 1010, 1200, 1280]:
            sheet.set_viewport_size({"width": width, "height": 800})
            assert sheet.evaluate("document.documentElement.scrollWidth") <= width


class TestErrors:
    def test_take_the_focus_to_their_summary(self, sheet, gallery):
        opened(sheet, gallery, "form/?errors")

        expect(sheet.locator(".error-summary").first).to_be_focused()

    def test_lead_from_the_summary_to_the_field_that_names_its_error(self, sheet, gallery):
        opened(sheet, gallery, "form/?errors")

        sheet.get_by_role("link", name="Sodium must be between").click()

        field = sheet.get_by_label("Sodium", exact=True)
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        error = field.get_attribute("aria-describedby").split()[-1]
        expect(sheet.locator(f"#{error}")).to_contain_text("You gave 1370")

    def test_lead_to_the_first_answer_of_a_choice(self, sheet, gallery):
        opened(sheet, gallery, "form/?errors")

        sheet.get_by_role("link", name="Hypersplenism").click()

        expect(sheet.locator("input[name=hypersplenism]").first).to_be_focused()


class TestKeyboard:
    def test_reaches_the_patient_search_with_a_slash(self, sheet, gallery):
        opened(sheet, gallery, "lists")

        sheet.keyboard.press("/")

        expect(sheet.locator("#find-patient")).to_be_focused()

    def test_shows_its_keys_on_a_question_mark_and_hides_them_on_escape(self, sheet, gallery):
        opened(sheet, gallery, "lists")

        sheet.keyboard.press("?")
        expect(sheet.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()

        sheet.keyboard.press("Escape")
        expect(sheet.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()

    def test_leaves_a_slash_alone_in_a_field(self, sheet, gallery):
        opened(sheet, gallery, "saving")

        sheet.locator("#note").press_sequentially("1/2?")

        expect(sheet.locator("#note")).to_have_value("1/2?")

    def test_picks_a_segment_by_its_box_and_the_map_follows(self, sheet, gallery):
        opened(sheet, gallery, "picker")

        sheet.get_by_label("S4a").press("Space")

        assert "is-picked" in sheet.locator("#seg-4a").get_attribute("class")

    def test_and_a_click_on_the_map_ticks_the_box(self, sheet, gallery):
        opened(sheet, gallery, "picker")

        sheet.locator("#seg-7").click()

        expect(sheet.get_by_label("S7")).to_be_checked()


class TestMessage:
    def test_goes_away_when_it_is_closed(self, sheet, gallery):
        opened(sheet, gallery, "frame")

        sheet.get_by_text("Assessment signed.").locator(
            "xpath=ancestor::*[contains(@class,'flash')]"
        ).locator(".btn-close").first.click()

        expect(sheet.get_by_text("Assessment signed.")).to_have_count(0)


class TestDialogue:
    def test_opens_by_its_button_and_closes_by_its_own(self, sheet, gallery):
        opened(sheet, gallery, "frame")

        sheet.get_by_role("button", name="Open a dialogue").click()
        dialogue = sheet.get_by_role("dialog", name="Sign against a finding?")
        expect(dialogue).to_be_visible()

        dialogue.get_by_role("button", name="Back to the record").click()
        expect(dialogue).to_be_hidden()


class TestPersonMenu:
    def test_closes_on_escape_and_gives_the_focus_back(self, sheet, gallery):
        opened(sheet, gallery, "frame")
        sheet.locator("#person-menu > summary").click()
        expect(sheet.get_by_role("button", name="Sign out")).to_be_visible()

        sheet.locator("#person-menu > summary").press("Escape")

        expect(sheet.get_by_role("button", name="Sign out")).to_be_hidden()
        expect(sheet.locator("#person-menu > summary")).to_be_focused()


class TestSending:
    def test_a_form_twice_sends_it_once_and_keeps_the_pressed_button(self, sheet, gallery):
        opened(sheet, gallery, "saving")
        sent = []
        sheet.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)

        sheet.get_by_role("button", name="Sign", exact=True).dblclick()

        expect(sheet.get_by_text("Saved: sent whole by its button")).to_be_visible()
        assert len(sent) == 1

    def test_says_when_the_connection_is_lost_and_sends_again_what_is_typed_by_then(self, sheet, gallery):
        opened(sheet, gallery, "saving")
        sheet.route("**/_gallery/save/", lambda route: route.abort())
        sheet.locator("#note").fill("first")
        expect(sheet.get_by_text("Not saved: no connection")).to_be_visible()
        expect(sheet.locator("#note")).to_have_value("first")

        sheet.locator("#note").fill("first and second")
        sheet.unroute("**/_gallery/save/")

        expect(sheet.get_by_text("Saved: first and second")).to_be_visible(timeout=15000)
        expect(sheet.get_by_text("Connection is back, and")).to_be_visible()

    def test_says_so_when_the_fault_is_ours(self, sheet, gallery):
        opened(sheet, gallery, "saving")
        sheet.route("**/_gallery/save/", lambda route: route.fulfill(status=500, body="oops"))

        sheet.locator("#note").fill("first")

        expect(sheet.get_by_text("Not saved: something went wrong on our side")).to_be_visible()


class TestIdleSession:
    def test_asks_for_the_password_on_the_same_page_and_then_saves(self, sheet, gallery, session):
        opened(sheet, gallery, "saving")
        session[session_lock.ACTIVE_AT] = 0
        session.save()

        sheet.locator("#note").fill("typed before lunch")
        dialogue = sheet.get_by_role("dialog", name="Are you still there?")
        expect(dialogue).to_be_visible()
        dialogue.get_by_label("Password").fill("wrong")
        dialogue.get_by_role("button", name="Go on").click()
        expect(dialogue.locator(".invalid-feedback, .error-summary").first).to_be_visible()
        dialogue.get_by_label("Password").fill(PASSWORD)
        dialogue.get_by_role("button", name="Go on").click()

        expect(dialogue).to_be_hidden()
        expect(sheet.get_by_text("Saved: typed before lunch")).to_be_visible()
        expect(sheet.locator("#note")).to_have_value("typed before lunch")
