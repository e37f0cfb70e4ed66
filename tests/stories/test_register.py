"""In a real browser: register, find, draw the lesions, keep the record and the tasks; with the keyboard; axe clean."""

from datetime import timedelta
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from patients.actions import lesions, record, register, tasks
from patients.models import Lesion, Patient, Task
from tests.factories.patients import PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = [390, 1280]
NARROW = [320, 360, 768]


@pytest.fixture
def complaints(page):
    """Collect what the browser complains about: errors, and violations of the content policy."""
    heard: list[str] = []
    page.on(
        "console",
        lambda message: heard.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def patient(team, clinician):
    """Return a patient of whom everything is recorded."""
    today, now = timezone.localdate(), timezone.now()
    made = register.register_patient(
        team=team,
        by=clinician,
        at=now,
        who={
            "mrn": "5528 1043",
            "family_name": "Bergström",
            "given_name": "Elin",
            "birth_date": today - timedelta(days=26_000),
            "sex": "female",
        },
    )
    by = {"by": clinician, "at": now}
    record.add_allergy(patient=made, on=today, known={"substance": "Iodinated contrast"}, **by)
    record.add_treatment(
        patient=made,
        known={
            "kind": "arterial_intervention",
            "treated_year": 2024,
            "doses": [{"agent": "doxorubicin", "dose": "50", "per": "total"}],
        },
        **by,
    )
    lesion = lesions.add_lesion(
        patient=made,
        seen={"segments": ["8"], "capsule": "intact"},
        size={"longest_mm": 44, "viable_mm": 44, "measured_on": today - timedelta(days=60)},
        **by,
    )
    lesions.measure_lesion(lesion=lesion, size={"longest_mm": 20, "viable_mm": 0, "measured_on": today}, **by)
    wrong = lesions.add_lesion(patient=made, seen={"segments": ["5"]}, **by)
    lesions.retract_lesion(lesion=wrong, because="A vessel", **by)
    late = {"due_from": today - timedelta(days=9), "due_to": today - timedelta(days=2)}
    tasks.add_task(patient=made, kind="recheck", title="Repeat platelets", owner=clinician, **late, **by)
    done = tasks.add_task(patient=made, kind="call", title="Call", due_from=today, due_to=today, **by)
    tasks.close_task(task=done, outcome="done", **by)
    return made


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


class TestRegistering:
    def test_takes_the_keyboard_alone(self, browse_as, clinician, complaints):
        page = browse_as(clinician, "/patients/register/")
        type_ = page.keyboard.type

        expect(page.get_by_label("Record number (MRN)")).to_be_focused()
        for text in ("7041 2296", "Okafor", "Daniel", "14 Mar 1961"):
            type_(text)
            press(page, "Tab")
        press(page, "ArrowRight", "Tab")  # sex: the first answer to the right is male
        press(page, "Space", "Tab")  # by imaging
        page.get_by_label("Hepatitis B").focus()
        press(page, "Space")
        page.get_by_label("Compensated", exact=True).focus()
        press(page, "Space")
        page.get_by_label("S8", exact=True).focus()
        press(page, "Space")
        expect(page.locator("#seg-8")).to_contain_class("is-picked")
        page.get_by_label("Longest diameter").focus()
        type_("44,5")
        page.get_by_label("Measured on").fill(timezone.localdate().isoformat())
        press(page, "Enter")

        expect(page.locator(".patient-banner")).to_contain_text("Okafor, Daniel")
        expect(page.locator(".patient-banner")).to_contain_text("14 Mar 1961")
        patient = Patient.objects.get()
        assert (patient.sex, patient.diagnosis.basis, patient.diagnosis.hepatitis_b) == (
            "male",
            "imaging",
            "yes",
        )
        assert patient.lesions.get().segments == ["8"]
        assert complaints == []

    def test_leads_from_the_summary_to_the_wrong_answer_and_loses_nothing(self, browse_as, clinician):
        page = browse_as(clinician, "/patients/register/")
        page.get_by_label("Record number (MRN)").fill("7041 2296")
        page.get_by_label("Date of birth", exact=True).fill("31.2.1961")
        page.locator("#seg-3").click()
        page.get_by_role("button", name="Register").click()

        expect(page.locator(".error-summary")).to_be_focused()
        page.locator(".error-summary").get_by_role("link", name="Date of birth").click()
        expect(page.get_by_label("Date of birth", exact=True)).to_be_focused()
        expect(page.get_by_label("Record number (MRN)")).to_have_value("7041 2296")
        expect(page.get_by_label("S3")).to_be_checked()

    def test_asks_about_the_same_person_once_and_goes_on(self, browse_as, team, clinician):
        PatientFactory(team=team, mrn="1")
        page = browse_as(clinician, "/patients/register/")
        page.get_by_label("Record number (MRN)").fill("2")
        page.get_by_label("Family name").fill("Okafor")
        page.get_by_label("Given name").fill("Daniel")
        page.get_by_label("Date of birth", exact=True).fill("1961-03-14")
        for question, answer in (("Sex", "Male"), ("Diagnosis by", "Histology"), ("Cirrhosis", "Not known")):
            page.get_by_role("radiogroup", name=question).get_by_text(answer, exact=True).click()
        page.get_by_role("button", name="Register", exact=True).click()

        expect(page.get_by_role("heading", name="Is this the same person?")).to_be_visible()
        page.get_by_role("button", name="Register as somebody else").click()

        expect(page.locator(".patient-banner")).to_contain_text("MRN 2")
        assert Patient.objects.count() == 2


class TestFinding:
    def test_lists_while_somebody_types(self, browse_as, team, clinician, complaints):
        PatientFactory(team=team, family_name="Müller", given_name="Åse")
        PatientFactory(team=team, family_name="Weiss", given_name="Miriam")
        page = browse_as(clinician, "/patients/")

        page.keyboard.type("mue")

        expect(page.locator("#found")).not_to_contain_text("Weiss")
        expect(page.get_by_role("link", name="Müller, Åse")).to_be_visible()
        assert page.url.endswith("?q=mue")
        assert complaints == []

    def test_starts_from_any_page_with_one_key(self, browse_as, team, clinician):
        PatientFactory(team=team)
        page = browse_as(clinician, "/tasks/")

        press(page, "/")
        page.keyboard.type("okafor")
        press(page, "Enter")

        expect(page.get_by_role("link", name="Okafor, Daniel")).to_be_visible()


class TestLesions:
    def test_are_added_by_the_map_and_taken_back_with_a_reason(self, browse_as, team, clinician, complaints):
        patient = PatientFactory(team=team)
        page = browse_as(clinician, f"/patients/{patient.pk}/lesions/")
        page.get_by_role("link", name="Add a lesion").click()
        page.locator("#seg-6").click()
        expect(page.get_by_label("S6")).to_be_checked()
        page.get_by_label("Longest diameter").fill("27")
        page.get_by_label("Measured on").fill(timezone.localdate().isoformat())
        page.get_by_role("button", name="Add the lesion").click()

        expect(page.get_by_role("cell", name="27 mm")).to_be_visible()
        page.get_by_role("link", name="Take back L1").click()
        page.get_by_label("Reason").fill("A vessel")
        page.get_by_role("button", name="Take back").click()

        expect(page.get_by_text("A vessel")).to_be_visible()
        assert Lesion.objects.get().retracted_because == "A vessel"
        assert complaints == []

    def test_are_measured_with_the_keyboard(self, browse_as, patient, clinician):
        page = browse_as(clinician, f"/patients/{patient.pk}/lesions/")
        page.get_by_role("link", name="Measure L1").focus()
        press(page, "Enter")
        page.get_by_label("Longest diameter").focus()
        page.keyboard.type("18")
        press(page, "Tab")
        page.keyboard.type("0")
        page.get_by_label("Measured on").fill(timezone.localdate().isoformat())
        press(page, "Enter")

        expect(page.get_by_text("L1: 18 mm added.")).to_be_visible()
        expect(page.locator("#lesions .lesion-gone").first).to_be_visible()


class TestTasks:
    def test_are_closed_from_the_list_and_the_list_comes_back(self, browse_as, patient, clinician):
        page = browse_as(clinician, "/tasks/")
        expect(page.get_by_text("2 days late")).to_be_visible()

        page.get_by_role("link", name="Close Repeat platelets").click()
        page.get_by_role("button", name="Close the task").click()

        expect(page.get_by_text("Nothing waits here")).to_be_visible()
        assert Task.objects.filter(closed_at=None).count() == 0


class TestEveryPage:
    PAGES = (
        "/patients/",
        "/patients/?q=zzz",
        "/patients/register/",
        "/tasks/",
        "/patients/{id}/record/",
        "/patients/{id}/record/who/",
        "/patients/{id}/record/end/",
        "/patients/{id}/record/diagnosis/",
        "/patients/{id}/record/risks/",
        "/patients/{id}/record/treatments/add/",
        "/patients/{id}/record/allergies/add/",
        "/patients/{id}/lesions/",
        "/patients/{id}/lesions/add/",
        "/patients/{id}/tasks/",
        "/patients/{id}/tasks/add/",
        "/patients/{id}/history/",
    )

    @pytest.mark.parametrize("address", PAGES)
    def test_has_nothing_that_axe_or_the_browser_objects_to(
        self, browse_as, patient, clinician, complaints, address
    ):
        page = browse_as(clinician, address.format(id=patient.pk))

        for width, theme in product(WIDTHS, ["light", "dark"]):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            violations = Axe().run(page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"][:200], width, theme) for v in violations] == []
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert complaints == []
