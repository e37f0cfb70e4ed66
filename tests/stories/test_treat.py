"""A story in a real browser: chemoembolisation of two feeders with a fistula, from the plan to the live panel."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from procedures.models import Administration, Embolisation, Procedure
from tests.factories import accounts as account_factories
from tests.factories import assessments as assessment_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUTOSAVE_MS = 1300


@pytest.fixture
def team(transactional_db):
    procedure_factories.reference_rows()
    return account_factories.TeamFactory(name="Northfield")


@pytest.fixture
def clinician(team):
    return account_factories.member(team, Role.CLINICIAN, name="Dr S. Lindqvist")


@pytest.fixture
def patient(team, clinician):
    """Two lesions, a mild fistula, and a signed decision to proceed."""
    patient = patient_factories.PatientFactory(team=team)
    today, now = timezone.localdate(), timezone.now()
    for number, segment in ((1, "8"), (2, "5")):
        lesion = patient_factories.LesionFactory(patient=patient, number=number, segments=[segment])
        patient_factories.LesionMeasurementFactory(lesion=lesion, measured_on=today, entered_at=now)
    row = assessment_factories.draft(patient, clinician, on=today, at=now, fistula="mild")
    row.status, row.signed_at, row.signed_by, row.decision = "signed", now, clinician, "proceed"
    row.verdict, row.modality = "eligible_with_conditions", "TACE"
    row.save()
    return patient


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
    page.wait_for_timeout(AUTOSAVE_MS)
    while waiting:
        page.wait_for_timeout(50)
    page.goto("about:blank")
    assert complaints == []


def answer_step(screen, label, word):
    step = screen.get_by_role("radiogroup", name=re.compile(f"^{label}"))
    step.get_by_text(word, exact=True).click()


def add_target(screen, artery):
    screen.locator("#new_artery").select_option(artery)
    screen.locator("#new_artery").press("Enter")
    expect(screen.locator("[data-open-target] select[name$='-artery']")).to_have_value(artery)


def give(screen, line, what, **boxes):
    row = screen.locator("[data-line]").nth(line - 1)
    row.locator("select[name$='-what']").select_option(what)
    for name, text in boxes.items():
        box = row.locator(f"[name$='-{name}']").first
        if name == "carrier":
            box.select_option(text)
        else:
            box.fill(text)


def is_accessible(screen):
    found = Axe().run(screen)
    assert found.violations_count == 0, found.generate_report()


def test_conventional_chemoembolisation_of_two_feeders_with_a_fistula(
    screen, browse_as, patient, clinician, live_server
):
    browse_as(clinician, reverse("procedures:list", args=[patient.pk]))
    screen.get_by_role("link", name="Plan a procedure").click()
    screen.get_by_label("Day", exact=True).fill(timezone.localdate().isoformat())
    screen.get_by_label("L1 (S8)").check()
    screen.get_by_label("A8", exact=True).check()
    screen.get_by_label("Doxorubicin", exact=True).check()
    is_accessible(screen)
    screen.get_by_role("button", name="Plan", exact=True).click()

    expect(screen.get_by_text("decided to proceed")).to_be_visible()
    answer_step(screen, "Consent given", "Done")
    is_accessible(screen)
    screen.get_by_role("button", name="Keep the checklist").click()
    screen.get_by_role("button", name="Start now").click()

    add_target(screen, "a8")
    screen.locator("[data-open-target] select[name$='-level']").select_option("segmental")
    screen.get_by_label("L1", exact=True).check()
    give(screen, 1, "material:coil-or-plug", lot="C1")
    give(screen, 2, "agent:doxorubicin", dose="30", carrier="oil_emulsion")
    give(screen, 3, "material:ethiodised-oil", volume="6", lot="L77")
    expect(screen.locator("#panel")).to_contain_text("Ethiodised oil: volume")
    screen.get_by_role("button", name="Keep target 1").click()
    expect(screen.locator(".targets tbody tr").first).to_contain_text("Doxorubicin 30 mg")

    expect(screen.locator("#vessel-marks")).to_have_count(0)
    screen.locator("#map-fold > summary").click()
    expect(screen.locator("#vessel-desc")).to_contain_text("Treated: A8.")
    add_target(screen, "a5")
    expect(screen.locator("#vessel-desc")).to_contain_text("Treated: A8, A5.")
    give(screen, 1, "agent:doxorubicin", dose="20000", carrier="oil_emulsion")
    expect(screen.locator("[data-error-at$='-g1-dose']")).to_contain_text("Did you mean 20 mg?")
    give(screen, 1, "agent:doxorubicin", dose="20")
    expect(screen.locator("[data-error-at$='-g1-dose']")).to_be_hidden()

    answer_step(screen, "Fistula", "Mild")
    answer_step(screen, "Fistula closed", "No")
    screen.get_by_label("Not done because").last.scroll_into_view_if_needed()
    screen.locator("[name='because-fistula_closed_first']").fill("could not be reached")
    expect(screen.locator("#panel")).to_contain_text("5.2.5")
    screen.get_by_label("Height").fill("172")
    screen.get_by_label("Weight").fill("75000")
    expect(screen.locator("#error-weight_kg")).to_be_visible()
    screen.get_by_label("Weight").fill("75")
    expect(screen.locator("#error-weight_kg")).to_be_hidden()
    expect(screen.locator("#panel")).to_contain_text("1.89 m²")
    with screen.expect_response(re.compile("/record/save/")):
        screen.get_by_label("Air kerma", exact=True).fill("5200")
    screen.wait_for_timeout(AUTOSAVE_MS)
    screen.wait_for_load_state("networkidle")
    is_accessible(screen)

    procedure = Procedure.objects.get(patient=patient)
    assert procedure.steps["fistula_closed_first"] == {"answer": "no", "because": "could not be reached"}
    doses = Administration.objects.filter(discarded_at=None).order_by("target__number")
    assert [float(one.dose_mg) for one in doses] == [30, 20]
    assert [one.material.code for one in Embolisation.objects.order_by("order")] == [
        "coil-or-plug",
        "ethiodised-oil",
    ]
    assert patient.tasks.filter(title__startswith="Skin check").count() == 1


def begun(patient, clinician, **changed):
    """A procedure that has begun, with nothing recorded yet."""
    now = timezone.now()
    made = {
        "modality": "TACE",
        "planned_modality": "TACE",
        "emergency_reason": "seen in the suite",
        **changed,
    }
    procedure = procedure_factories.ProcedureFactory(
        patient=patient, started_at=now, planned_on=timezone.localdate(), saved_at=now, created_at=now, **made
    )
    procedure.operators.add(clinician)
    return procedure


def record_of(procedure):
    return reverse("procedures:record", args=[procedure.patient_id, procedure.pk])


def test_beads_over_the_lifetime_ceiling_ask_for_a_reason(screen, browse_as, patient, clinician):
    patient_factories.PriorTreatmentFactory(
        patient=patient,
        kind="arterial_intervention",
        treated_year=2024,
        doses=[{"agent": "doxorubicin", "dose": "1000", "per": "total"}],
    )
    procedure = begun(patient, clinician, technique="beads")
    browse_as(clinician, record_of(procedure))

    screen.get_by_label("Height").fill("172")
    screen.get_by_label("Weight").fill("75")
    add_target(screen, "a8")
    give(screen, 1, "agent:doxorubicin", dose="75", carrier="beads")
    give(screen, 2, "material:dc-bead", volume="2", lot="B1")
    reason = screen.locator("textarea[name^='reason-'], input[name^='reason-']").first
    expect(reason).to_be_visible()
    with screen.expect_response(re.compile("/record/save/")):
        reason.fill("Heart checked; the meeting agreed")
    screen.wait_for_timeout(AUTOSAVE_MS)
    screen.wait_for_load_state("networkidle")
    is_accessible(screen)

    procedure.refresh_from_db()
    assert "Heart checked; the meeting agreed" in procedure.ceiling_reasons.values()


def test_a_press_while_another_is_on_its_way_is_done_after_it(screen, browse_as, patient, clinician):
    procedure = begun(patient, clinician)
    for number, artery in ((1, "a8"), (2, "a5")):
        procedure_factories.TargetVesselFactory(
            procedure=procedure, number=number, artery=procedure_factories.ArteryFactory(code=artery)
        )
    browse_as(clinician, record_of(procedure))
    screen.locator("#map-fold > summary").click()
    expect(screen.locator("#vessel-marks title")).to_have_count(2)

    # All before the first answer can come.
    screen.evaluate(
        """() => {
            for (const number of [1, 2]) document.querySelector(`[aria-label='Open target ${number}']`).click();
            document.getElementById("new_artery").value = "a6";
            for (const _press of [1, 2]) document.querySelector(".add-target button").click();
        }"""
    )

    expect(screen.locator("[data-open-target] select[name$='-artery']")).to_have_value("a6")
    expect(screen.locator("#vessel-marks title").last).to_have_text(re.compile("^3: "))
    arteries = procedure.targets.order_by("number").values_list("artery__code", flat=True)
    assert list(arteries) == ["a8", "a5", "a6"]


def test_a_severe_fistula_leaves_infusion_only(screen, browse_as, patient, clinician):
    procedure = begun(patient, clinician, technique="conventional")
    browse_as(clinician, record_of(procedure))

    answer_step(screen, "Fistula", "Severe")
    screen.get_by_role("radiogroup", name="Modality").get_by_text("TAI", exact=True).click()
    add_target(screen, "right-hepatic")
    give(screen, 1, "agent:epirubicin", dose="50", carrier="solution")
    expect(screen.locator("#panel")).to_contain_text("Nothing that is known departs from the guideline")
    screen.wait_for_timeout(AUTOSAVE_MS)
    screen.wait_for_load_state("networkidle")
    is_accessible(screen)

    procedure.refresh_from_db()
    assert (procedure.modality, procedure.steps["fistula_seen"]["answer"]) == ("TAI", "severe")


def test_an_emergency_goes_ahead_without_an_assessment_and_says_why(screen, browse_as, team, clinician):
    bleeding = patient_factories.PatientFactory(team=team, family_name="Moreau")
    browse_as(clinician, reverse("procedures:plan", args=[bleeding.pk]))

    screen.get_by_label("Day", exact=True).fill(timezone.localdate().isoformat())
    screen.get_by_text("TAE: embolisation", exact=True).click()
    screen.get_by_role("button", name="Plan", exact=True).click()
    reason = screen.locator("[name='emergency_reason']")
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(screen.get_by_label("Day", exact=True)).to_have_value(timezone.localdate().isoformat())
    reason.fill("Bleeding from tumour rupture at night")
    screen.get_by_role("button", name="Plan", exact=True).click()
    screen.get_by_role("button", name="Start now").click()
    expect(screen.get_by_text("Emergency")).to_be_visible()
    is_accessible(screen)

    procedure = Procedure.objects.get(patient=bleeding)
    assert procedure.assessment is None
    assert procedure.started_at is not None
