"""A story in a real browser: two readers of the same images disagree, a third adjudicates; the keyboard does it all."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from followup.models import ImagingReview, Reading
from patients.models import LesionMeasurement
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories import procedures as procedure_factories
from tests.followup import reading_world as world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team(transactional_db):
    procedure_factories.reference_rows()
    return account_factories.TeamFactory(name="Northfield")


@pytest.fixture
def readers(team):
    names = ("Dr S. Lindqvist", "Dr B. Varga", "Dr C. Weiss")
    return [account_factories.member(team, Role.CLINICIAN, name=name) for name in names]


@pytest.fixture
def review(team):
    """Imaged today, four weeks after the first treatment of two lesions that were measured before it."""
    today = timezone.localdate()
    review = factories.ImagingReviewFactory(
        patient__team=team,
        counts_from=today - timedelta(days=28),
        done_on=today,
        done_recorded_at=timezone.now(),
    )
    before = today - timedelta(days=40)
    for number, longest_mm, viable_mm in ((1, 50, 50), (2, 34, 30)):
        world.lesion(review.patient, number, longest_mm, viable_mm, on=before)
    return review


@pytest.fixture
def screen(page, live_server, transactional_db):
    """The browser's page; it fails the test on any violation of the policy and any error of a script."""
    complaints, waiting = [], set()
    page.on("request", lambda request: waiting.add(request))
    page.on("requestfinished", lambda request: waiting.discard(request))
    page.on("requestfailed", lambda request: waiting.discard(request))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(reduced_motion="reduce")
    yield page
    page.wait_for_timeout(1300)
    while waiting:
        page.wait_for_timeout(50)
    page.goto("about:blank")
    assert complaints == []


def is_accessible(screen):
    found = Axe().run(screen)
    assert found.violations_count == 0, found.generate_report()


def wait_until(screen, is_so):
    """A closed window sends what was typed without waiting for the answer."""
    for _tenth in range(100):
        if is_so():
            return
        screen.wait_for_timeout(100)
    raise AssertionError("not saved within ten seconds")


def read(screen, *sizes):
    """Answer by keyboard: how it was scanned, down the longest diameters, down the viable ones, nothing new."""
    # Until its script has run, Enter saves and leaves.
    screen.wait_for_load_state()
    screen.get_by_role("radiogroup", name="Dynamic enhanced scan").get_by_role("radio", name="Yes").press(
        "Space"
    )
    for column, name in enumerate(("longest", "viable")):
        screen.get_by_label(f"L1, {name}").focus()
        for pair in sizes:
            screen.keyboard.type(str(pair[column]))
            screen.keyboard.press("Enter")
    screen.get_by_role("radiogroup", name="New lesions").get_by_role("radio", name="No", exact=True).press(
        "Space"
    )


def test_two_readers_disagree_and_a_third_adjudicates(screen, browse_as, readers, review, live_server):
    first, second, third = readers
    address = reverse("followup:review_readings", args=[review.patient_id, review.pk])

    browse_as(first, reverse("pathway:home"))
    screen.get_by_role("link", name="Read the images of").click()
    is_accessible(screen)
    screen.get_by_role("button", name="Read the images").click()
    read(screen, (40, 20), (30, 10))
    expect(screen.locator("#panel")).to_contain_text("mRECIST: PR, partial response")
    expect(screen.locator("#panel")).to_contain_text("−62.5 % from baseline")
    screen.get_by_text("cm", exact=True).click()
    expect(screen.get_by_label("L1, longest")).to_have_value("4")
    expect(screen.locator("#panel")).to_contain_text("−62.5 % from baseline")
    is_accessible(screen)
    screen.locator("h1").click()
    screen.keyboard.press("s")
    expect(screen.get_by_text("Reading signed.")).to_be_visible()

    browse_as(second, address)
    expect(screen.get_by_text("1 signed reading is folded away")).to_be_visible()
    screen.get_by_role("button", name="Read them too").click()
    read(screen, (60, 60), (40, 36))
    screen.locator("h1").click()
    screen.keyboard.press("n")
    expect(screen.get_by_label("N1, longest")).to_be_focused()
    screen.get_by_label("N1, longest").fill("14")
    screen.get_by_role("button", name="Sign reading").click()
    expect(screen.get_by_role("alert")).to_contain_text("“No new lesions”, and one is in the table: N1.")
    screen.get_by_role("button", name="Remove N1").click()
    expect(screen.get_by_label("N1, longest")).to_have_count(0)
    screen.get_by_role("button", name="Sign reading").click()
    expect(screen.get_by_role("heading", name="The readers disagree")).to_be_visible()
    assert ImagingReview.objects.get(pk=review.pk).read_at is None
    is_accessible(screen)

    browse_as(third, address + "?show=1")
    screen.get_by_role("button", name="Adjudicate").click()
    screen.get_by_label("Reason").fill("Washout is clear")
    read(screen, (60, 60), (40, 36))
    screen.get_by_role("button", name="Sign the adjudication").click()
    expect(screen.get_by_text("Stands because: Washout is clear")).to_be_visible()

    assert Reading.objects.get(is_adjudication=True).mrecist == "PD"
    assert ImagingReview.objects.get(pk=review.pk).read_at is not None
    sizes = LesionMeasurement.objects.filter(lesion__number=1, measured_on=review.done_on, retracted_at=None)
    assert [size.longest_mm for size in sizes] == [60]


def test_what_is_typed_survives_a_closed_window_and_a_phone(screen, browse_as, readers, review, live_server):
    browse_as(readers[0], reverse("followup:review_readings", args=[review.patient_id, review.pk]))
    screen.get_by_role("button", name="Read the images").click()
    screen.get_by_label("L1, longest").fill("4O")
    address = screen.url
    screen.goto(live_server.url + "/")
    name = f"l{world.lesions_of(review)[0].pk}-longest"
    wait_until(screen, lambda: Reading.objects.get().typed.get(name) == {"raw": "4O"})

    screen.goto(address)
    expect(screen.get_by_label("L1, longest")).to_have_value("4O")
    expect(screen.locator(f"#error-{name}")).to_be_visible()
    for width in (390, 360):
        screen.set_viewport_size({"width": width, "height": 800})
        assert screen.evaluate("document.documentElement.scrollWidth") <= width
    is_accessible(screen)
