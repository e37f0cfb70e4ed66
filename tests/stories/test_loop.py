"""A story in a real browser: one patient round the whole loop, from the first treatment to the switch to another.

The clock is moved: seven months pass. At every station the patient has exactly one next step.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from followup import current_step
from followup.models import Decision, ImagingReview
from tests.factories import accounts as account_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.followup import courses
from tests.followup import reading_world as world
from tests.stories.test_read import read, screen

__all__ = ["screen"]  # the page that fails on a script error or a breach of the policy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST_DAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BASELINE, PARTLY = ((50, 50), (34, 30)), ((40, 20), (30, 10))
LARGER, LARGEST = ((58, 58), (38, 36)), ((72, 72), (47, 45))


@pytest.fixture
def team(transactional_db):
    procedure_factories.reference_rows()
    return account_factories.TeamFactory(name="Northfield")


@pytest.fixture
def people(team):
    """Three clinicians and a coordinator."""
    clinicians = [
        account_factories.member(team, Role.CLINICIAN, name=name)
        for name in ("Dr S. Lindqvist", "Dr B. Varga", "Dr C. Weiss")
    ]
    return [*clinicians, account_factories.member(team, Role.COORDINATOR, name="M. Osei")]


@pytest.fixture
def patient(team):
    """Two lesions that were measured, and nobody else treated the liver."""
    patient = patient_factories.PatientFactory(team=team, family_name="Sokolov", given_name="Irina")
    before = FIRST_DAY.date() - timedelta(days=10)
    patient_factories.DiagnosisFactory(patient=patient, earlier_treatments_asked_on=before)
    for number, (longest_mm, viable_mm) in enumerate(BASELINE, start=1):
        world.lesion(patient, number, longest_mm, viable_mm, on=before)
    return patient


@pytest.fixture
def clock():
    with time_machine.travel(FIRST_DAY) as moved:
        yield moved


class Loop:
    """The patient's way, station after station; `day` counts from the first treatment."""

    def __init__(self, screen, browse_as, clock, patient) -> None:
        self.screen, self.browse_as, self.clock, self.patient = screen, browse_as, clock, patient

    def on(self, day: int, step: str) -> None:
        """Move to a day, on which the patient's one next step is the one that is named."""
        self.clock.move_to(FIRST_DAY + timedelta(days=day))
        assert self.step == step

    @property
    def step(self) -> str:
        self.patient.refresh_from_db()
        return current_step.current_step(self.patient, on=timezone.localdate()).kind

    @property
    def review(self) -> ImagingReview:
        return self.patient.reviews.get(closed_at=None)

    def assess_and_treat(self, by) -> None:
        """As other stories tell in the browser: an assessment, signed, and a treatment that it allows."""
        assessment = courses.sign(self.patient, by, "proceed", at=timezone.now())
        courses.treated(self.patient, by, assessment, at=timezone.now())

    def press_in_queue(self, by, stage: str, *keys: str) -> None:
        """Open a stage of the queue and press: the first row, then what the keys say."""
        self.browse_as(by, reverse("followup:queue") + f"?stage={stage}")
        expect(self.screen.locator("[data-row]")).to_have_count(1)
        for key in ("j", *keys):
            self.screen.keyboard.press(key)

    def image(self, by) -> None:
        """Record in the queue that the imaging was done today."""
        self.press_in_queue(by, "in_window", "d")
        expect(self.screen.locator("#queue-act-title")).to_have_text("Imaging done")
        expect(self.screen.locator(".queue-form :focus")).to_have_count(1)
        self.screen.keyboard.press("Enter")
        expect(self.screen.get_by_text("It waits for a reading now.")).to_be_visible()

    def read(self, by, sizes, *, button: str = "Read the images", sign: str = "Sign reading") -> None:
        page = reverse("followup:review_readings", args=[self.patient.pk, self.review.pk])
        self.browse_as(by, page + "?show=1")
        self.screen.get_by_role("button", name=button).click()
        read(self.screen, *sizes)
        self.answer("Viable tumour", "Yes")
        if button == "Adjudicate":
            self.screen.get_by_label("Reason").fill("The rim does not wash out")
        self.screen.get_by_role("button", name=sign).click()
        expect(self.screen.get_by_role("heading", name="Readings", exact=True)).to_be_visible()

    def answer(self, question: str, word: str) -> None:
        group = self.screen.get_by_role("radiogroup", name=question)
        group.get_by_role("radio", name=word, exact=True).press("Space")

    def decide(self, by, suggested: str, *, to: str = "") -> Decision:
        """Follow the suggestion of the guideline."""
        review = self.review
        self.browse_as(by, reverse("followup:decide", args=[self.patient.pk, review.pk]))
        expect(self.screen.get_by_label(f"{suggested} (suggested)")).to_be_checked()
        if to:
            self.screen.get_by_label(to, exact=True).check()
        self.screen.get_by_role("button", name="Decide", exact=True).click()
        expect(self.screen.get_by_text(f"Decided: {suggested}").first).to_be_visible()
        return Decision.objects.get(review=review)


def test_a_patient_goes_round_until_the_team_switches(screen, browse_as, clock, patient, people):
    first, second, third, coordinator = people
    loop = Loop(screen, browse_as, clock, patient)

    # The first treatment opens a review; it is booked in its window, and done.
    loop.on(0, "to_complete")
    loop.assess_and_treat(first)
    assert (loop.review.clause, loop.review.due_from) == ("7.1", FIRST_DAY.date() + timedelta(days=28))
    loop.on(29, "to_image")
    loop.press_in_queue(coordinator, "in_window", "b")
    expect(screen.locator("#queue-act-title")).to_have_text("Book")
    expect(screen.locator(".queue-form :focus")).to_have_count(1)
    screen.keyboard.type((timezone.localdate() + timedelta(days=3)).strftime("%m%d%Y"))
    screen.keyboard.press("Enter")
    expect(screen.get_by_text("Booked: ").first).to_be_visible()
    loop.on(32, "to_image")
    loop.image(coordinator)

    # Two read it and disagree; a third decides what stands, and the team decides to treat again.
    loop.on(33, "to_read")
    loop.read(first, PARTLY)
    assert loop.step == "to_decide_next"
    loop.read(second, LARGER, button="Read them too")
    expect(screen.get_by_role("heading", name="The readers disagree")).to_be_visible()
    assert loop.step == "to_read"
    loop.read(third, PARTLY, button="Adjudicate", sign="Sign the adjudication")
    loop.on(35, "to_decide_next")
    decision = loop.decide(first, "Treat again")
    assert decision.assessment.facts["lesion_diameters_mm"]["value"] == [40, 30]

    # Treated a second time; it progresses.
    loop.on(38, "to_complete")
    loop.assess_and_treat(first)
    loop.on(80, "to_image")
    loop.image(coordinator)
    loop.on(82, "to_read")
    loop.read(second, LARGER)
    loop.on(83, "to_decide_next")
    loop.decide(first, "Treat again")

    # Treated a third time; it goes on progressing: the meeting is asked for another treatment.
    loop.on(90, "to_complete")
    loop.assess_and_treat(first)
    loop.on(130, "to_image")
    loop.image(coordinator)
    loop.on(132, "to_read")
    loop.read(second, LARGEST)
    loop.on(133, "to_decide_next")
    decision = loop.decide(first, "Switch or combine", to="Systemic therapy")

    assert decision.recommended == "switch_or_combine"
    assert decision.task.title == "Decide on another treatment: systemic therapy"
    assert loop.review.after_review == decision.review
    loop.on(134, "at_the_meeting")
    browse_as(first, reverse("followup:reviews", args=[patient.pk]))
    expect(screen.get_by_text("Switch or combine").first).to_be_visible()
    assert patient.reviews.count() == 4
