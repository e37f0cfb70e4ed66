"""Stories of signing in, in a real browser: keyboard, wrong password, second factor, a pause, another browser."""

import time
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import expect

from accounts import audit, session_lock
from accounts.roles import Role
from tests.accounts import codes
from tests.accounts.conftest import PASSWORD
from tests.factories import accounts as account_factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL = "s.lindqvist@example.org"
IDLE_MS = 16 * 60 * 1000


@pytest.fixture(autouse=True)
def fresh_throttle():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def team(transactional_db):
    return account_factories.TeamFactory(name="Northfield")


@pytest.fixture
def person(team):
    person = account_factories.member(team, Role.CLINICIAN, is_lead=True, email=EMAIL, name="Dr S. Lindqvist")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def sheet(page, live_server, person):
    """A page that fails the test on a script error or a breach of the content security policy."""
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    assert troubles == []


def sign_in(sheet, live_server, path: str = "/sign-in/") -> None:
    sheet.goto(live_server.url + path)
    sheet.get_by_label("Work e-mail").fill(EMAIL)
    sheet.get_by_label("Password").fill(PASSWORD)
    sheet.get_by_role("button", name="Sign in").click()


def leave_alone(seconds: float) -> None:
    """Make every session look as if nobody had been there for so long."""
    for row in Session.objects.all():
        store = Session.get_session_store_class()(row.session_key)
        store[session_lock.ACTIVE_AT] = time.time() - seconds
        store.save()


class TestSigningIn:
    def test_takes_nothing_but_the_keyboard(self, sheet, live_server):
        sheet.goto(live_server.url + "/account/")
        sheet.keyboard.type(EMAIL)
        sheet.keyboard.press("Tab")
        sheet.keyboard.type(PASSWORD)
        sheet.keyboard.press("Enter")

        expect(sheet.get_by_role("heading", name="Your account")).to_be_visible()

    def test_says_what_is_wrong_and_keeps_the_e_mail(self, sheet, live_server):
        sheet.goto(live_server.url + "/sign-in/")
        sheet.get_by_label("Work e-mail").fill(EMAIL)
        sheet.get_by_label("Password").fill("not the one")
        sheet.get_by_role("button", name="Sign in").click()

        summary = sheet.get_by_role("alert").filter(has_text="do not belong together")
        expect(summary).to_be_focused()
        expect(sheet.get_by_label("Work e-mail")).to_have_value(EMAIL)
        expect(sheet.get_by_label("Password")).to_have_value("")


class TestSecondFactor:
    def test_is_set_up_before_anything_else_where_the_team_asks_for_it(self, sheet, live_server, team):
        team.requires_second_factor = True
        team.save()
        sign_in(sheet, live_server, "/sign-in/?next=/people/")

        expect(sheet.get_by_text("The team Northfield asks for it before you go on.")).to_be_visible()
        secret = sheet.locator("#totp-secret").inner_text()
        sheet.get_by_label("Code that the app shows").fill(codes.code_now(secret))
        sheet.get_by_role("button", name="Switch it on").click()
        expect(sheet.get_by_role("heading", name="10 codes left")).to_be_visible()

        recovery_code = sheet.locator(".codes code").first.inner_text()
        sheet.context.clear_cookies()
        sign_in(sheet, live_server, "/sign-in/?next=/people/")
        sheet.get_by_label("Code").fill(recovery_code)
        sheet.get_by_role("button", name="Sign in", exact=True).click()
        expect(sheet.get_by_role("heading", name="People")).to_be_visible()


class TestPause:
    def test_keeps_what_was_typed_and_sends_it_after_the_password(self, sheet, live_server, person):
        sheet.clock.install()
        sign_in(sheet, live_server, "/sign-in/?next=/account/")
        sheet.get_by_role("textbox", name="Name").fill("Dr Sofia Lindqvist")
        leave_alone(IDLE_MS / 1000)
        sheet.clock.fast_forward(IDLE_MS)

        dialog = sheet.get_by_role("dialog", name="Are you still there?")
        expect(dialog).to_be_visible()
        expect(dialog.get_by_text("Dr S. Lindqvist")).to_be_visible()
        dialog.get_by_label("Password").fill("not the one")
        dialog.get_by_role("button", name="Go on").click()
        expect(dialog.get_by_text("This password is not right")).to_be_visible()
        dialog.get_by_label("Password").fill(PASSWORD)
        dialog.get_by_label("Password").press("Enter")

        expect(dialog).to_be_hidden()
        expect(sheet.get_by_role("textbox", name="Name")).to_have_value("Dr Sofia Lindqvist")
        sheet.get_by_role("button", name="Save the preferences").click()
        expect(sheet.get_by_text("Saved your preferences.")).to_be_visible()
        person.refresh_from_db()
        assert person.name == "Dr Sofia Lindqvist"

    def test_holds_a_form_that_was_sent_after_the_session_had_ended_elsewhere(
        self, sheet, live_server, person
    ):
        sign_in(sheet, live_server, "/sign-in/?next=/account/")
        sheet.get_by_role("textbox", name="Name").fill("Dr Sofia Lindqvist")
        Session.objects.all().delete()
        sheet.get_by_role("button", name="Save the preferences").click()

        expect(sheet.get_by_text("What you typed is kept on this page")).to_be_visible()
        expect(sheet.get_by_text("Dr S. Lindqvist", exact=True)).to_be_visible()
        sheet.get_by_label("Password").fill(PASSWORD)
        sheet.get_by_role("button", name="Sign in and send").click()
        expect(sheet.get_by_text("Saved your preferences.")).to_be_visible()
        person.refresh_from_db()
        assert person.name == "Dr Sofia Lindqvist"


class TestOtherBrowser:
    def test_is_signed_out_from_here(self, sheet, live_server, browser):
        elsewhere = browser.new_context().new_page()
        sign_in(elsewhere, live_server, "/sign-in/?next=/account/")
        sign_in(sheet, live_server, "/sign-in/?next=/sign-in/sessions/")
        expect(sheet.get_by_text("this one")).to_be_visible()

        sheet.get_by_role("button", name="Sign out everywhere else").click()
        expect(sheet.get_by_text("Signed out everywhere else.")).to_be_visible()
        elsewhere.reload()

        expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
        elsewhere.context.close()


BEFORE_SIGNING_IN = [
    "/sign-in/",
    "/sign-in/sign-up/",
    "/sign-in/password/reset/",
    "/sign-in/password/reset/1-x-y/",
]
SIGNED_IN = [
    "/people/", "/people/{member}/", "/teams/{team}/invite/", "/teams/{team}/settings/", "/account/",
    "/account/team/", "/audit/", "/audit/?day_from=2026-03-02&day_to=2026-03-01", "/sign-in/sessions/",
    "/sign-in/second-factor/set-up/", "/sign-in/password/", "/sign-in/out/",
]  # fmt: skip


class TestEveryPage:
    def objections(self, sheet, address: str) -> list[str]:
        """What axe says of the page on desk and phone, by day and by night; and whether it scrolls sideways."""
        found = []
        sheet.goto(address)
        for width, scheme in product((1280, 360), ("light", "dark")):
            sheet.set_viewport_size({"width": width, "height": 800})
            # A colour on its way from one theme to the other is nobody's colour.
            sheet.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            expect(sheet.locator("html")).to_have_attribute("data-bs-theme", scheme)
            for violation in Axe().run(sheet).response["violations"]:
                found.append(f"{width} {scheme}: {violation['id']} {violation['nodes'][0]['html'][:200]}")
            if sheet.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{width}: scrolls sideways")
        return found

    @pytest.mark.parametrize("path", BEFORE_SIGNING_IN)
    def test_before_signing_in_has_nothing_that_axe_objects_to(self, sheet, live_server, path):
        assert self.objections(sheet, live_server.url + path) == []

    @pytest.mark.parametrize("path", SIGNED_IN)
    def test_of_people_and_account_has_nothing_that_axe_objects_to(
        self, sheet, browse_as, live_server, person, team, path
    ):
        member = account_factories.MembershipFactory(
            team=team, user__name="Dr T. Adeyemi-Castellano", user__email="t.adeyemi@northfield.example.org"
        )
        audit.record_refused_sign_in(by=member.user, what="password", at=member.user.joined_at)
        browse_as(person, "/account/")
        address = path.format(member=member.pk, team=team.pk)

        assert self.objections(sheet, live_server.url + address) == []
