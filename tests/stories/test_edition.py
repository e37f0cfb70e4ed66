"""In a real browser: a version of the settings from draft to effect and back, by two people; axe is content."""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from assessments import guidance
from assessments.actions import edition
from assessments.models import EditionSettings
from pathway import tasks
from pathway.actions import jobs
from tests.factories import assessments as factory
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page):
    """Collect what the browser complains about: errors, and violations of the content policy."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def author(transactional_db):
    """A transactional test before this one has emptied every table: the first version comes back."""
    edition.settings_in_force(on=timezone.localdate(), at=timezone.now())
    return UserFactory(is_site_admin=True, name="P. Varga")


def work() -> None:
    """Let the worker do what waits."""
    jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=timezone.now)


class TestAVersion:
    def test_goes_from_draft_to_effect_and_back(self, author, browse_as, team, clinician, complaints):
        today, now = timezone.localdate(), timezone.now()
        older = factory.draft(PatientFactory(team=team), clinician, on=today, at=now, platelets_10e9_per_l=52)
        page = browse_as(author, "/")

        page.get_by_role("link", name="Versions of the settings").click()
        page.get_by_role("link", name="Draft a new version").click()
        page.get_by_label("Platelets too low").fill("10")
        page.get_by_label("Why these settings").fill("Platelets of 50 are transfused before")
        page.get_by_role("button", name="Save the draft").click()
        expect(page.get_by_role("alert")).to_contain_text("greater than or equal to 20")
        page.get_by_label("Platelets too low").fill("50")
        page.get_by_role("button", name="Save the draft").click()

        expect(page.get_by_role("row", name="Platelets too low")).to_contain_text("as printed")
        page.get_by_role("link", name="Open the dry run").click()
        page.get_by_role("button", name="Run it over all assessments").click()
        expect(page.get_by_role("heading", name="Weighing every assessment")).to_be_visible()
        work()
        row = page.get_by_role("row", name=f"Assessment {older.pk}")
        expect(row).to_contain_text("Not eligible")
        expect(row).to_contain_text("4.8b")
        page.get_by_role("link", name="Back to the draft").click()
        expect(page.get_by_text("another site admin approves it")).to_be_visible()

        page = browse_as(UserFactory(is_site_admin=True, name="T. Halloran"), "/")
        expect(page.get_by_text("Version 2 by P. Varga waits for your approval.")).to_be_visible()
        page.get_by_role("link", name="Open draft 2").click()
        page.get_by_role("link", name="Approve").click()
        page.get_by_label("Takes effect on").fill("2020-01-01")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("alert")).to_contain_text("the past keeps its version")
        page.get_by_label("Takes effect on").fill(today.isoformat())
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("In force", exact=True)).to_be_visible()

        newer = factory.draft(PatientFactory(team=team), clinician, on=today, at=now, platelets_10e9_per_l=52)
        told = [guidance.copy_to_columns(one).verdict for one in (older, newer)]
        assert told == ["not_eligible", "eligible"]
        page.get_by_role("link", name="Versions of the settings").click()
        page.get_by_role("link", name="Version 1").click()
        page.get_by_role("link", name="Go back to this version").click()
        expect(page.get_by_text("Version 2: 50.")).to_be_visible()
        page.get_by_label("Why these settings").fill("Too many bled")
        page.get_by_role("button", name="Save the draft").click()
        expect(page.get_by_role("row", name="Platelets too low")).to_contain_text("50")
        assert EditionSettings.objects.drafts().get().values == {}
        assert [said for said in complaints if "422" not in said] == []


class TestPages:
    def test_have_nothing_that_axe_objects_to(self, author, browse_as, live_server, team, clinician):
        factory.draft(PatientFactory(team=team), clinician, platelets_10e9_per_l=52)
        draft = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 50})
        page = browse_as(UserFactory(is_site_admin=True), f"/guideline/editions/{draft.version}/dry-run/")
        page.get_by_role("button", name="Run it over all assessments").click()
        work()
        expect(page.get_by_role("heading", name="Record by record")).to_be_visible()
        found = []
        for path, (scheme, width) in product(
            ("", "2/", "2/dry-run/", "2/approve/", "2/discard/", "compare/", "new/", "elsewhere/"),
            (("light", 1280), ("dark", 360)),
        ):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{live_server.url}/guideline/editions/{path}")
            told = Axe().run(page).response["violations"]
            found += [(path, scheme, one["id"], one["nodes"][0]["html"][:200]) for one in told]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path

        assert found == []
