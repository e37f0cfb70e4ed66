"""Stories in a real browser: “no change, hold” by keyboard, and a decision against the recommendation."""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Membership
from followup.models import Decision
from tests.factories import followup as factories
from tests.followup import deciding
from tests.followup.test_decision_unchanged import imaged_again, last_of
from tests.stories.test_report import clinician, screen

__all__ = ["clinician", "screen"]  # fixtures of the same ward

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Imaged, read and decided in so few keys: a follow-up entry is to take seconds.
MOST_KEYS = 8


@pytest.fixture
def team(clinician):
    return clinician.memberships.get().team


def visible_names(screen) -> list[str]:
    """The questions that are on the screen."""
    questions = ("against_because", "repeat_how", "repeat_later", "switch_to", "months", "interval_reason")
    return [name for name in questions if screen.locator(f"#div_id_{name}").is_visible()]


class TestNoChangeHold:
    def test_takes_a_clinician_few_keys_from_the_row_of_the_queue(self, screen, browse_as, team, clinician):
        review = imaged_again(team, clinician, done_on=timezone.localdate())
        browse_as(clinician, reverse("followup:queue"))
        keys = 0

        def press(key):
            nonlocal keys
            screen.keyboard.press(key)
            keys += 1

        press("j")
        press("o")
        expect(screen.get_by_role("link", name="No change, hold")).to_be_visible()
        press("h")
        expect(screen.get_by_role("heading", name="No change, hold")).to_be_visible()
        expect(screen.get_by_label("All as before, seen on a dynamic enhanced scan")).to_be_focused()
        press("Space")
        press("Enter")
        expect(screen.get_by_text("Decided: No treatment for now")).to_be_visible()

        made = Decision.objects.get(review=review)
        assert (made.choice, made.decided_by) == ("hold", clinician)
        assert keys <= MOST_KEYS


class TestDecision:
    def test_asks_only_what_the_choice_asks_for(self, screen, browse_as, team, clinician):
        reading = deciding.ready_to_decide(team, clinician)
        browse_as(clinician, reverse("followup:decide", args=[reading.review.patient_id, reading.review_id]))
        assert visible_names(screen) == ["months"]

        screen.get_by_text("Switch or combine", exact=True).click()
        assert visible_names(screen) == ["against_because", "switch_to", "months"]
        screen.get_by_text("Longer interval, protect the liver").click()
        assert visible_names(screen) == ["against_because", "repeat_later", "months"]
        screen.get_by_text("Treat again", exact=True).click()
        assert visible_names(screen) == ["against_because", "repeat_how"]
        screen.get_by_text("First let the liver recover").click()
        assert visible_names(screen) == ["against_because", "repeat_how", "months"]
        screen.get_by_text("No treatment for now (suggested)").click()
        screen.get_by_text("1 month", exact=True).click()
        assert visible_names(screen) == ["months", "interval_reason"]

    def test_goes_against_the_recommendation_with_a_reason_and_is_taken_back(
        self, screen, browse_as, team, clinician
    ):
        reading = deciding.ready_to_decide(team, clinician)
        browse_as(clinician, reverse("followup:decide", args=[reading.review.patient_id, reading.review_id]))
        screen.get_by_text("Image again", exact=True).click()
        screen.get_by_role("button", name="Decide").click()
        expect(screen.get_by_role("alert")).to_contain_text("Choose why it goes against the recommendation")
        screen.get_by_text("The patient's wish").first.click()
        screen.get_by_role("button", name="Decide").click()
        expect(screen.get_by_text("Against the recommendation: The patient's wish")).to_be_visible()

        screen.get_by_role("link", name="Take it back").click()
        screen.get_by_label("Reason").fill("Meant another patient")
        screen.get_by_role("button", name="Take it back").click()

        expect(screen.get_by_text("Taken back. The review waits for a decision again.")).to_be_visible()
        assert Decision.objects.get().withdrawn_because == "Meant another patient"


class TestPages:
    def test_are_free_of_barriers_and_never_wider_than_the_screen(self, screen, browse_as, team, clinician):
        Membership.objects.update(is_lead=True)
        reading = deciding.ready_to_decide(team, clinician, **deciding.NOT_CERTAIN)
        review = imaged_again(team, clinician, done_on=timezone.localdate())
        decided = factories.DecisionFactory(
            reading=last_of(review),
            review=review.after_review,
            against_because="patient",
            choice="review_again",
        )
        pages = [
            reverse("followup:decide", args=[reading.review.patient_id, reading.review_id]),
            reverse("followup:no_change", args=[review.patient_id, review.pk]),
            reverse("followup:decision", args=[review.patient_id, decided.pk]),
            reverse("followup:team_settings", args=[team.pk]),
        ]
        for theme, width in product(("light", "dark"), (1280, 390)):
            screen.set_viewport_size({"width": width, "height": 900})
            screen.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for path in pages:
                browse_as(clinician, path)
                assert Axe().run(screen).response["violations"] == [], (path, theme, width)
                assert screen.evaluate("document.documentElement.scrollWidth") <= width, path
