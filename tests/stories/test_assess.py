"""Stories in a real browser: assess and sign, a refusal and its recheck, a bleed, two people, a lost line, keys."""

import re
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from assessments.models import Assessment
from patients.models import Task
from tests.factories import accounts as account_factories
from tests.factories import assessments as factory
from tests.factories import patients as patient_factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUTOSAVE_MS = 1300
PASSWORD = "a long enough password"
LABORATORY = {
    "bilirubin_umol_per_l": (19, "µmol/L"),
    "albumin_g_per_l": (38, "g/L"),
    "inr": (1.1, "ratio"),
    "creatinine_umol_per_l": (84, "µmol/L"),
    "leukocytes_10e9_per_l": (4.6, "10⁹/L"),
    "platelets_10e9_per_l": (118, "10⁹/L"),
}
ANSWERS = {
    "portal_trunk": "Patent",
    "ecog": "1",
    "purpose": "Control the tumour",
    "resectability": "No",
    "surgery": "Not suitable",
    "ablation": "Not suitable",
}


@pytest.fixture
def team(transactional_db):
    return account_factories.TeamFactory(name="Northfield")


@pytest.fixture
def clinician(team):
    person = account_factories.member(
        team, Role.CLINICIAN, name="Dr S. Lindqvist", email="lindqvist@example.org"
    )
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def patient(team):
    patient = patient_factories.PatientFactory(team=team)
    today, now = timezone.localdate(), timezone.now()
    for analyte, (value, unit) in LABORATORY.items():
        patient_factories.LabResultFactory(
            patient=patient, analyte=analyte, value=value, unit=unit, taken_on=today, entered_at=now
        )
    lesion = patient_factories.LesionFactory(patient=patient, number=1)
    patient_factories.LesionMeasurementFactory(lesion=lesion, measured_on=today, entered_at=now)
    return patient


@pytest.fixture
def screen(page, live_server, transactional_db):
    """The browser's page; it fails the test on any violation of the policy and any error of a script.

    It is left only when the server has answered everything, so that no request outlives the test's database.
    """
    complaints, waiting = [], set()
    page.on("request", lambda request: waiting.add(request))
    page.on("requestfinished", lambda request: waiting.discard(request))
    page.on("requestfailed", lambda request: waiting.discard(request))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(reduced_motion="reduce")
    yield page
    page.wait_for_timeout(AUTOSAVE_MS)
    while waiting:
        page.wait_for_timeout(50)
    page.goto("about:blank")
    assert complaints == []


@pytest.fixture
def on_draft(screen, browse_as, patient, clinician):
    """Return a function that opens a draft with the facts of an eligible patient, some of them changed."""

    def open_draft(**changed):
        draft = factory.draft(patient, clinician, on=timezone.localdate(), at=timezone.now(), **changed)
        browse_as(clinician, reverse("assessments:edit", args=[patient.pk, draft.pk]))
        screen.wait_for_load_state("networkidle")
        return draft

    return open_draft


def verdict(screen):
    return screen.locator("#findings .verdict-word")


def choose(screen, name, label):
    screen.locator(f"#asks-{name}").get_by_text(label, exact=True).first.click()


def wait_for_save(screen, draft, **expected):
    """Wait until the draft on the server holds what was typed."""
    for _attempt in range(100):
        draft.refresh_from_db()
        if all(draft.facts.get(name, {}).get("value") == value for name, value in expected.items()):
            return
        screen.wait_for_timeout(100)
    raise AssertionError({name: draft.facts.get(name) for name in expected})


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


class TestAssess:
    def test_from_the_sign_in_to_the_printed_page(self, screen, live_server, patient, clinician):
        screen.goto(live_server.url + reverse("account_login"))
        screen.get_by_label("E-mail").fill("lindqvist@example.org")
        screen.get_by_label("Password", exact=True).fill(PASSWORD)
        screen.keyboard.press("Enter")
        screen.wait_for_url(live_server.url + "/")

        screen.goto(live_server.url + reverse("assessments:list", args=[patient.pk]))
        screen.get_by_role("button", name="Start an assessment").click()
        expect(verdict(screen)).to_have_text("Not enough known")
        expect(screen.get_by_label("Bilirubin", exact=True)).to_have_value("19")

        for section in ("liver", "tumour", "vessels", "condition", "purpose"):
            screen.locator(f"#{section}").get_by_role("button", name="None of these").click()
            expect(screen.locator(f"#section-nav a[href='#{section}'] .n")).not_to_contain_text("0 of")
        for name, label in ANSWERS.items():
            choose(screen, name, label)
        expect(screen.locator("#findings")).to_contain_text("Tumour share of liver")
        screen.get_by_label("Tumour share of liver, exact or from").fill("20")
        screen.get_by_label("Expected survival, exact or from").fill("24")
        expect(verdict(screen)).to_have_text("Eligible")

        screen.get_by_label("Why not surgery").fill("Severe cirrhosis")
        choose(screen, "decision", "Proceed")
        screen.get_by_role("button", name="Sign assessment").click()
        expect(screen.get_by_text("Assessment signed.")).to_be_visible()

        screen.get_by_role("link", name="One page to print").click()
        expect(screen.get_by_text("Signed by Dr S. Lindqvist")).to_be_visible()
        assert pages_of(screen.pdf(format="A4")) == 1
        assert Assessment.objects.get().facts["cachexia"]["source"] == "none_of_these"

    def test_asks_what_depends_on_another_answer(self, screen, on_draft):
        on_draft()

        expect(screen.locator("#asks-portal_collaterals")).to_be_hidden()
        choose(screen, "portal_trunk", "Blocked")
        expect(screen.locator("#asks-portal_collaterals")).to_be_visible()
        expect(verdict(screen)).to_have_text("Not enough known")
        choose(screen, "portal_collaterals", "Formed")
        expect(verdict(screen)).to_have_text("Eligible with conditions")
        choose(screen, "fistula", "Severe")
        expect(screen.locator("#asks-fistula_kind")).to_be_visible()
        expect(screen.locator("#findings")).to_contain_text("TAI")

    def test_leads_from_what_is_missing_to_the_answer_that_decides_whether_it_is_asked(
        self, screen, on_draft
    ):
        on_draft(portal_trunk=None)

        screen.locator("#findings").get_by_role("link", name="Collaterals round the blocked trunk").click()

        expect(screen.locator("#asks-portal_trunk input:focus")).to_have_count(1)

    def test_shows_and_counts_an_answer_that_nothing_rules_out(self, screen, on_draft):
        on_draft(portal_trunk=None, portal_collaterals="formed")

        expect(screen.locator("#asks-portal_collaterals")).to_be_visible()
        choose(screen, "portal_trunk", "Patent")
        expect(screen.locator("#asks-portal_collaterals")).to_be_hidden()

    def test_says_at_the_field_what_cannot_be_read_and_keeps_it(self, screen, on_draft):
        draft = on_draft()
        box = screen.get_by_label("INR", exact=True)

        box.fill("110")
        expect(screen.locator("#live-error-inr")).to_contain_text("INR must be between")
        expect(screen.locator("#section-nav")).to_contain_text("1 error")
        expect(verdict(screen)).not_to_have_text("Eligible")
        for _attempt in range(50):
            draft.refresh_from_db()
            if draft.typed:
                break
            screen.wait_for_timeout(100)
        screen.reload()

        expect(box).to_have_value("110")
        expect(screen.locator("#asks-inr")).to_contain_text("INR must be between")

    def test_leads_from_what_is_missing_to_the_question(self, screen, on_draft):
        on_draft(platelets_10e9_per_l=None)

        screen.locator("#findings").get_by_role("link", name="Platelets").click()

        expect(screen.get_by_label("Platelets", exact=True)).to_be_focused()

    def test_asks_for_a_reason_only_when_it_goes_against_the_finding(self, screen, on_draft):
        on_draft()
        reason = screen.locator("#asks-reason_against_finding")

        expect(reason).to_be_hidden()
        choose(screen, "decision", "Do not proceed")
        expect(reason).to_be_visible()
        choose(screen, "decision", "Proceed")
        expect(reason).to_be_hidden()

    def test_says_what_is_open_and_leads_there(self, screen, on_draft):
        on_draft()

        screen.get_by_role("button", name="Sign assessment").click()

        summary = screen.locator(".error-summary")
        expect(summary).to_be_focused()
        expect(summary).to_contain_text("Choose what you decide.")
        expect(summary).to_contain_text("Write why surgery is not suitable or is declined.")

    def test_fits_one_page_with_everything_known_and_long_reasons(self, screen, on_draft, live_server):
        draft = on_draft(
            height_cm=180, weight_kg=80, sodium_mmol_per_l=137, alt_u_per_l=40, ast_u_per_l=44, crp_mg_per_l=3,
            pt_prolongation_s=1, portal_trunk="complete", portal_collaterals="few", tumour_fraction_pct=72,
            leukocytes_10e9_per_l=2.1, platelets_10e9_per_l=41, infection="active_untreatable", cachexia=True,
            fistula="severe", fistula_kind="arterioportal", pvtt="vp4", macrovascular_invasion=True, ecog=3,
        )  # fmt: skip
        draft.individual_plan = "Superselective, in stages. " * 60
        draft.reason_against_finding = "A decision of the whole team after the family meeting. " * 40
        draft.decision, draft.why_not_surgery = "proceed", "Severe cirrhosis " * 15
        draft.save()

        screen.goto(live_server.url + reverse("assessments:print", args=[draft.patient_id, draft.pk]))

        assert pages_of(screen.pdf(format="A4")) == 1


class TestRefusal:
    def test_makes_the_recheck_a_task(self, screen, on_draft, patient):
        on_draft(platelets_10e9_per_l=52)

        expect(verdict(screen)).to_have_text("Not eligible")
        expect(screen.locator(".change")).to_contain_text("Platelets 52 → 60 × 10⁹/L")
        screen.get_by_role("button", name="Task: recheck Platelets").click()
        expect(screen.locator(".change")).to_contain_text("recheck in 1–2 weeks")
        assert Task.objects.get(patient=patient).title == "Platelets 52 → 60 × 10⁹/L: recheck in 1–2 weeks"

        screen.get_by_label("Why not surgery").fill("Age")
        choose(screen, "decision", "Do not proceed")
        screen.get_by_role("button", name="Sign assessment").click()
        expect(screen.get_by_text("Assessment signed.")).to_be_visible()

    def test_is_overruled_only_with_a_reason_that_stays(self, screen, on_draft, live_server, patient):
        on_draft(platelets_10e9_per_l=52)
        screen.get_by_label("Why not surgery").fill("Age")
        choose(screen, "decision", "Proceed")

        screen.get_by_role("button", name="Sign assessment").click()
        expect(screen.locator(".error-summary")).to_contain_text(
            "Write your reason for going against the finding."
        )
        screen.get_by_label("Reason for going against the finding").fill("Platelets are given before")
        screen.get_by_role("button", name="Sign assessment").click()
        expect(screen.get_by_text("Assessment signed.")).to_be_visible()

        screen.goto(live_server.url + reverse("assessments:list", args=[patient.pk]))
        expect(screen.get_by_text("Platelets are given before")).to_be_visible()


class TestBleed:
    def test_says_call_now_and_is_recorded_with_what_is_known(
        self, screen, live_server, browse_as, patient, clinician, settings
    ):
        settings.ON_CALL = "Interventional radiology: 4711"
        browse_as(clinician, reverse("assessments:list", args=[patient.pk]))
        screen.get_by_role("button", name="Start an assessment").click()

        choose(screen, "tumour_rupture_bleeding", "Yes")
        expect(screen.get_by_role("heading", name="Bleeding: call now")).to_be_visible()
        expect(screen.get_by_text("Interventional radiology: 4711")).to_be_visible()

        screen.get_by_role("link", name="To the decision").click()
        choose(screen, "decision", "Proceed")
        screen.get_by_label("Reason for going against the finding").fill(
            "Rupture, on the way to the angiography"
        )
        screen.get_by_role("button", name="Sign assessment").click()

        expect(screen.get_by_text("Assessment signed.")).to_be_visible()
        signed = Assessment.objects.get(patient=patient)
        assert (signed.is_urgent, signed.verdict) == (True, "insufficient_data")


class TestTwoPeople:
    def test_see_both_values_and_one_chooses(self, screen, on_draft, browser, live_server, team, signed_in):
        draft = on_draft()
        colleague = account_factories.member(team, Role.CLINICIAN, name="Dr T. Adeyemi")
        theirs = browser.new_context()
        session = signed_in(colleague).session.session_key
        theirs.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        other = theirs.new_page()
        other.goto(screen.url)
        other.wait_for_load_state("networkidle")

        choose(screen, "ecog", "2")
        wait_for_save(screen, draft, ecog=2)
        choose(other, "ecog", "0")

        conflict = other.locator("#asks-ecog .conflict")
        expect(conflict).to_contain_text("Dr T. Adeyemi answered")
        expect(other.locator("#asks-ecog input[value='2']").first).to_be_checked()
        other.get_by_role("button", name="Use 0").click()
        expect(conflict).to_have_count(0)
        wait_for_save(other, draft, ecog=0)
        theirs.close()


class TestLostLine:
    def test_loses_nothing(self, screen, on_draft, context):
        draft = on_draft()

        context.set_offline(True)
        choose(screen, "ecog", "2")
        expect(screen.locator("#connection")).to_be_visible(timeout=10_000)
        context.set_offline(False)

        wait_for_save(screen, draft, ecog=2)


class TestLeaving:
    def test_takes_nothing_away(self, screen, on_draft, live_server):
        draft = on_draft()

        screen.get_by_label("Bilirubin", exact=True).fill("27")
        screen.goto(live_server.url + reverse("assessments:guideline"))

        wait_for_save(screen, draft, bilirubin_umol_per_l=27)

    def test_sends_nothing_to_the_button_that_has_the_focus(self, screen, on_draft):
        draft = on_draft()

        screen.get_by_role("button", name="Sign assessment").focus()
        screen.evaluate("document.querySelector('#asks-ecog input').click()")
        screen.get_by_role("button", name="Sign assessment").focus()
        wait_for_save(screen, draft, ecog=0)

        assert draft.is_draft
        expect(screen.locator(".error-summary")).to_have_count(0)


class TestKeys:
    def test_fill_in_and_sign_without_a_mouse(self, screen, on_draft):
        draft = on_draft(ecog=None)

        screen.get_by_label("Bilirubin", exact=True).focus()
        screen.keyboard.press("Control+a")
        screen.keyboard.type("25")
        screen.keyboard.press("Enter")
        wait_for_save(screen, draft, bilirubin_umol_per_l=25)
        assert "edit" in screen.url

        screen.locator("#asks-ecog input").first.focus()
        screen.keyboard.press("Space")
        screen.keyboard.press("ArrowRight")
        expect(verdict(screen)).to_have_text("Eligible")
        screen.get_by_label("Why not surgery").focus()
        screen.keyboard.type("Age")
        screen.locator("#asks-decision input").first.focus()
        screen.keyboard.press("Space")
        screen.get_by_role("button", name="Sign assessment").focus()
        screen.keyboard.press("Enter")

        expect(screen.get_by_text("Assessment signed.")).to_be_visible()

    def test_reach_everything_in_reading_order(self, screen, on_draft):
        on_draft()
        screen.get_by_label("Bilirubin", exact=True).focus()

        reached = []
        for _step in range(12):
            screen.keyboard.press("Tab")
            reached.append(screen.evaluate("document.activeElement.closest('.asks')?.id ?? ''"))

        asked = [name for name in dict.fromkeys(reached) if name]
        assert asked[:3] == ["asks-bilirubin_umol_per_l", "asks-albumin_g_per_l", "asks-inr"]


class TestEveryPage:
    @pytest.fixture
    def addresses(self, patient, clinician, on_draft):
        draft = on_draft(platelets_10e9_per_l=52)
        names = ["edit", "detail", "print", "discard"]
        return [
            reverse("assessments:list", args=[patient.pk]),
            *(reverse(f"assessments:{name}", args=[patient.pk, draft.pk]) for name in names),
            reverse("assessments:guideline"),
            reverse("assessments:clause", args=["4.7x"]),
        ]

    def test_has_nothing_that_axe_objects_to(self, screen, live_server, addresses):
        objections = []
        for address in addresses:
            screen.goto(live_server.url + address)
            screen.wait_for_load_state("networkidle")
            for width, theme in product([390, 1280], ["light", "dark"]):
                screen.set_viewport_size({"width": width, "height": 900})
                screen.emulate_media(color_scheme=theme, reduced_motion="reduce")
                for found in Axe().run(screen).response["violations"]:
                    objections.append((found["id"], found["nodes"][0]["html"][:200], address, width, theme))

        assert objections == []

    def test_does_not_scroll_sideways(self, screen, live_server, addresses):
        wide = []
        for address in addresses:
            screen.goto(live_server.url + address)
            for width in (320, 360, 390, 768, 1280):
                screen.set_viewport_size({"width": width, "height": 900})
                if screen.evaluate("document.documentElement.scrollWidth") > width:
                    wide.append((address, width))

        assert wide == []
