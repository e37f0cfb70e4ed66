"""The record: disease, risks, allergies, earlier treatments; each changes in place and nothing is deleted."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from patients import meanwhile
from patients.actions import record, rows
from patients.forms.record import DoseFormSet, TreatmentForm
from patients.models import Allergy, Diagnosis, PriorTreatment, StandingRisks
from patients.views import treatments
from tests.factories.patients import (
    NOW,
    TODAY,
    AllergyFactory,
    DiagnosisFactory,
    PatientFactory,
    PriorTreatmentFactory,
    StandingRisksFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def url(name, patient, *more):
    return reverse(f"patients:{name}", args=[patient.pk, *more])


def treatment_sent(**changed) -> dict:
    return {
        "kind": "arterial_intervention",
        "treated": "May 2024",
        "outcome": "not_known",
        "doses-TOTAL_FORMS": "2",
        "doses-INITIAL_FORMS": "0",
        "doses-0-agent": "doxorubicin",
        "doses-0-dose": "50",
        "doses-0-per": "total",
        "doses-1-agent": "",
        **changed,
    }


class TestAllergies:
    def test_were_not_asked_until_somebody_asked(self, patient, clinician, signed_in):
        client = signed_in(clinician)

        assert "Allergies not asked" in client.get(url("record", patient)).content.decode()
        client.post(url("confirm_allergies", patient))
        assert "No known allergies" in client.get(url("record", patient)).content.decode()

    def test_stand_in_the_banner(self, patient, clinician, signed_in):
        client = signed_in(clinician)

        client.post(
            url("add_allergy", patient),
            {"substance": "Iodinated contrast", "reaction": "rash", "since_year": "2019"},
        )

        page = client.get(url("history", patient)).content.decode()
        assert "Iodinated contrast (rash, 2019)" in page

    def test_are_added_once(self, patient, clinician):
        for substance in ("Latex", "latex"):
            record.add_allergy(
                patient=patient, by=clinician, at=NOW, on=TODAY, known={"substance": substance}
            )

        assert patient.allergies.count() == 1

    def test_were_not_asked_again_when_the_only_one_was_wrong(self, patient, clinician):
        allergy = record.add_allergy(
            patient=patient, by=clinician, at=NOW, on=TODAY, known={"substance": "Latex"}
        )

        record.retract_allergy(allergy=allergy, by=clinician, at=NOW, because="Another patient")

        assert StandingRisks.objects.get(patient=patient).allergies_asked_on is None
        assert Allergy.objects.get().retracted_because == "Another patient"

    @pytest.mark.parametrize(("year", "status"), [(-1, 422), (0, 302), (1, 422)])
    def test_began_this_year_or_before(self, patient, clinician, signed_in, year, status):
        this_year = timezone.localdate().year
        since = {-1: 1899, 0: this_year, 1: this_year + 1}[year]

        answer = signed_in(clinician).post(
            url("add_allergy", patient), {"substance": "Latex", "since_year": since}
        )

        assert answer.status_code == status

    def test_of_another_patient_cannot_be_taken_back_here(self, patient, clinician, signed_in):
        allergy = AllergyFactory()

        answer = signed_in(clinician).post(url("retract_allergy", patient, allergy.pk), {"reason": "x"})

        assert answer.status_code == 404

    def test_are_taken_back_once_and_with_a_reason(self, patient, clinician, signed_in):
        allergy, client = AllergyFactory(patient=patient), signed_in(clinician)
        address = url("retract_allergy", patient, allergy.pk)

        assert client.post(address, {"reason": " "}).status_code == 422
        assert client.post(address, {"reason": "Another patient"}).status_code == 302
        assert client.post(address, {"reason": "Again"}).status_code == 404


class TestDiagnosis:
    def sent(self, **changed) -> dict:
        names = (
            "basis",
            "hepatitis_b",
            "hepatitis_c",
            "alcohol",
            "steatotic",
            "cirrhosis",
            "diabetes",
            "grade",
        )
        return dict.fromkeys(names, "not_known") | changed

    def test_changes_and_says_who_changed_what(self, patient, clinician, signed_in):
        DiagnosisFactory(patient=patient)
        client = signed_in(clinician)

        answer = client.post(url("edit_diagnosis", patient), self.sent(cirrhosis="decompensated"))

        assert answer.status_code == 302
        page = client.get(url("history", patient)).content.decode()
        assert "Decompensated" in page
        assert "Dr S. Lindqvist" in page

    def test_is_made_where_an_import_left_none(self, patient, clinician, signed_in):
        signed_in(clinician).post(url("edit_diagnosis", patient), self.sent(hepatitis_b="yes"))

        assert Diagnosis.objects.get(patient=patient).hepatitis_b == "yes"

    @pytest.mark.parametrize(
        "changed",
        [
            {"diagnosed_on": "1961-03-13"},
            {"diagnosed_on": "2999-01-01"},
            {"pathology": "x" * 4001},
            {"other_aetiology": "x" * 201},
            {"grade": "g5"},
            {"cirrhosis": ""},
        ],
    )
    def test_refuses_what_cannot_be(self, patient, clinician, signed_in, changed):
        answer = signed_in(clinician).post(url("edit_diagnosis", patient), self.sent(**changed))

        assert answer.status_code == 422
        assert not Diagnosis.objects.exists()


class TestTwoOnOneForm:
    """Both open the form; the second to save is told what the first has changed, with nothing typed lost."""

    @pytest.fixture
    def opened(self, patient, clinician, signed_in):
        DiagnosisFactory(patient=patient)
        client = signed_in(clinician)
        page = client.get(url("edit_diagnosis", patient))
        sent = TestDiagnosis().sent(cirrhosis="compensated", hepatitis_b="yes")
        return client, sent | {"seen": page.context["seen"]}

    def change(self, patient, by, **known):
        record.edit_diagnosis(patient=patient, by=by, at=timezone.now(), known=known)

    def test_are_told_what_changed_and_save_by_choice(self, patient, coordinator, opened):
        client, sent = opened
        self.change(patient, coordinator, diabetes="yes")

        told = client.post(url("edit_diagnosis", patient), sent)
        stood = Diagnosis.objects.get(patient=patient).hepatitis_b
        again = client.post(url("edit_diagnosis", patient), sent | {"seen": told.context["seen"]})

        assert told.status_code == 422
        assert "M. Osei changed this" in told.content.decode()
        assert "diabetes: Not known → Yes" in told.content.decode()
        assert told.context["form"]["hepatitis_b"].value() == "yes"
        assert stood == "not_known"
        assert again.status_code == 302
        assert Diagnosis.objects.get(patient=patient).hepatitis_b == "yes"

    def test_are_told_in_two_windows_of_one_person(self, patient, clinician, opened):
        client, sent = opened
        earlier = timezone.now() - meanwhile.SENT_TWICE
        record.edit_diagnosis(patient=patient, by=clinician, at=earlier, known={"diabetes": "yes"})

        assert client.post(url("edit_diagnosis", patient), sent).status_code == 422

    def test_are_not_told_of_a_form_sent_twice(self, patient, opened):
        client, sent = opened

        answers = [client.post(url("edit_diagnosis", patient), sent).status_code for _ in range(2)]

        assert answers == [302, 302]

    def test_are_not_told_of_what_the_form_does_not_ask(self, patient, coordinator, opened):
        client, sent = opened
        self.change(patient, coordinator, earlier_treatments_asked_on=TODAY)

        assert client.post(url("edit_diagnosis", patient), sent).status_code == 302

    @pytest.mark.parametrize("seen", ["", "x", "9" * 5000, "-1"])
    def test_survive_a_spoilt_version(self, patient, coordinator, opened, seen):
        client, sent = opened
        self.change(patient, coordinator, diabetes="yes")

        assert client.post(url("edit_diagnosis", patient), sent | {"seen": seen}).status_code == 302

    @pytest.mark.parametrize("name", ["edit", "edit_diagnosis", "edit_risks"])
    def test_see_the_version_in_each_form_of_a_whole_row(self, patient, clinician, signed_in, name):
        DiagnosisFactory(patient=patient)
        StandingRisksFactory(patient=patient)

        page = signed_in(clinician).get(url(name, patient))

        assert f'name="seen" value="{page.context["seen"]}"' in page.content.decode()
        assert page.context["seen"]


class TestRisks:
    def sent(self, **changed) -> dict:
        names = ("antithrombotics", "bilioenteric_anastomosis", "thyroid_disease", "pregnancy_possible")
        return dict.fromkeys(names, "not_known") | changed

    def test_change_and_leave_the_day_of_asking_alone(self, patient, clinician, signed_in):
        StandingRisksFactory(patient=patient, allergies_asked_on=TODAY)

        signed_in(clinician).post(url("edit_risks", patient), self.sent(bilioenteric_anastomosis="yes"))

        risks = StandingRisks.objects.get(patient=patient)
        assert (risks.bilioenteric_anastomosis, risks.allergies_asked_on) == ("yes", TODAY)

    def test_do_not_take_a_named_medicine_for_no(self, patient, clinician, signed_in):
        sent = self.sent(antithrombotics="no", antithrombotics_which="aspirin")

        assert signed_in(clinician).post(url("edit_risks", patient), sent).status_code == 422


class TestTreatments:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("2024", (2024, None, None)),
            ("May 2024", (2024, 5, None)),
            ("2024-05", (2024, 5, None)),
            ("05/2024", (2024, 5, None)),
            ("17 May 2024", (2024, 5, 17)),
            ("2024-05-17", (2024, 5, 17)),
            ("", (None, None, None)),
        ],
    )
    def test_are_dated_as_exactly_as_known(self, written, expected):
        form = TreatmentForm({"kind": "resection", "treated": written, "outcome": "not_known"}, on=TODAY)

        assert form.is_valid(), form.errors
        treated = form.cleaned_data["treated"]
        assert (treated.year, treated.month, treated.day) == expected

    @pytest.mark.parametrize(
        "written",
        ["2026-04", "2027", "2026-03-03", "2024-13", "Foo 2024", "3/4/2024", "1960", "0000", "soon"],
    )
    def test_are_not_dated_in_the_future_before_birth_or_by_guess(self, patient, written):
        sent = {"kind": "resection", "treated": written, "outcome": "not_known"}
        form = TreatmentForm(sent, on=TODAY, birth_date=patient.birth_date)

        assert list(form.errors) == ["treated"]

    @pytest.mark.parametrize("written", ["2026", "Mar 2026", "2026-03-02", "1961"])
    def test_may_fall_into_this_month_or_the_year_of_birth(self, patient, written):
        sent = {"kind": "resection", "treated": written, "outcome": "not_known"}

        assert not TreatmentForm(sent, on=TODAY, birth_date=patient.birth_date).errors

    def test_keep_their_doses_and_what_is_not_known_of_them(self, patient, clinician, signed_in):
        sent = treatment_sent(**{"doses-1-agent": "lipiodol", "doses-1-per": "total"})

        answer = signed_in(clinician).post(url("add_treatment", patient), sent)

        assert answer.status_code == 302
        assert PriorTreatment.objects.get().doses == [
            {"agent": "doxorubicin", "dose": "50", "per": "total"},
            {"agent": "lipiodol", "dose": None, "per": "total"},
        ]

    @pytest.mark.parametrize(
        ("dose", "is_taken"),
        [
            ("0", False),
            ("0.01", True),
            ("20000", True),
            ("20000.01", False),
            ("-5", False),
            ("NaN", False),
            ("50,5", True),
            ("1e3", True),
            ("much", False),
        ],
    )
    def test_refuse_an_impossible_dose_at_its_row(self, dose, is_taken):
        rows = DoseFormSet(treatment_sent(**{"doses-0-dose": dose}), prefix="doses")

        assert rows.is_valid() is is_taken

    def test_ask_for_the_agent_of_a_dose(self, patient, clinician, signed_in):
        answer = signed_in(clinician).post(
            url("add_treatment", patient), treatment_sent(**{"doses-0-agent": ""})
        )

        assert answer.status_code == 422
        assert "Name the agent." in answer.content.decode()

    def test_get_another_row_without_losing_what_was_typed(self, patient, clinician, signed_in):
        answer = signed_in(clinician).post(
            url("add_treatment", patient), treatment_sent(add_row="1", kind="")
        )

        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'name="doses-2-agent"' in page
        assert 'value="doxorubicin"' in page
        assert not PriorTreatment.objects.exists()

    @pytest.mark.parametrize("sent", ["", "x", "-1", "99999999"])
    def test_survive_a_spoilt_number_of_rows(self, patient, clinician, signed_in, sent):
        client = signed_in(clinician)

        for more in ({}, {"add_row": "1"}):
            answer = client.post(
                url("add_treatment", patient), treatment_sent(**{"doses-TOTAL_FORMS": sent}, **more)
            )
            assert answer.status_code in (200, 302, 422)

    def test_are_added_once(self, patient, clinician, signed_in):
        client = signed_in(clinician)

        for _each in range(2):
            client.post(url("add_treatment", patient), treatment_sent())

        assert PriorTreatment.objects.count() == 1

    def test_are_changed_in_place_with_what_was_there(self, patient, clinician, signed_in):
        treatment = PriorTreatmentFactory(
            patient=patient, treated_year=2024, doses=[{"agent": "cisplatin", "dose": "60", "per": "per_m2"}]
        )
        client, address = signed_in(clinician), url("edit_treatment", patient, treatment.pk)

        assert 'value="cisplatin"' in client.get(address).content.decode()
        client.post(address, treatment_sent(kind="resection", outcome="recurrence"))

        treatment.refresh_from_db()
        assert (treatment.outcome, treatment.treated_month) == ("recurrence", 5)

    def test_tell_who_changed_one_while_it_was_open_and_save_by_choice(
        self, patient, clinician, coordinator, signed_in
    ):
        treatment = record.add_treatment(
            patient=patient, by=clinician, at=NOW, known={"kind": "resection", "treated_year": 2024}
        )
        client, address = signed_in(clinician), url("edit_treatment", patient, treatment.pk)
        seen = client.get(address).context["seen"]
        record.edit_treatment(
            treatment=treatment, by=coordinator, at=timezone.now(), known={"outcome": "recurrence"}
        )

        told = client.post(address, treatment_sent(outcome="failed", seen=seen))
        stood = PriorTreatment.objects.get().outcome
        more = client.post(address, treatment_sent(seen=told.context["seen"], add_row="1"))
        again = client.post(address, treatment_sent(seen=more.context["seen"]))

        assert (told.status_code, stood) == (422, "recurrence")
        assert "M. Osei changed this" in told.content.decode()
        assert 'value="doxorubicin"' in told.content.decode()
        assert (more.status_code, again.status_code) == (200, 302)

    def test_are_not_brought_back_by_a_change_that_came_too_late(self, patient, clinician):
        treatment = PriorTreatmentFactory(patient=patient)
        stale = PriorTreatment.objects.get(pk=treatment.pk)
        record.retract_treatment(treatment=treatment, by=clinician, at=NOW, because="Another patient")

        with pytest.raises(rows.UnableToChange):
            record.edit_treatment(treatment=stale, by=clinician, at=NOW, known={"outcome": "recurrence"})

        treatment.refresh_from_db()
        assert (treatment.retracted_because, treatment.retracted_by) == ("Another patient", clinician)

    def test_are_taken_back_once_and_the_second_is_told(
        self, patient, clinician, coordinator, monkeypatch, signed_in
    ):
        treatment = PriorTreatmentFactory(patient=patient)
        stale = PriorTreatment.objects.get(pk=treatment.pk)
        record.retract_treatment(treatment=treatment, by=coordinator, at=NOW, because="Another patient")
        monkeypatch.setattr(treatments, "get_object_or_404", lambda *_, **__: stale)

        answer = signed_in(clinician).post(
            url("retract_treatment", patient, treatment.pk), {"reason": "Twice entered"}
        )

        assert answer.status_code == 422
        assert "Somebody has taken this back already" in answer.content.decode()
        assert PriorTreatment.objects.get().retracted_because == "Another patient"

    def test_are_taken_back_with_a_reason_and_stay_to_be_seen(self, patient, clinician, signed_in):
        treatment, client = PriorTreatmentFactory(patient=patient), signed_in(clinician)

        client.post(url("retract_treatment", patient, treatment.pk), {"reason": "Another patient"})

        assert "Another patient" in client.get(url("record", patient)).content.decode()
        assert client.get(url("edit_treatment", patient, treatment.pk)).status_code == 404

    def test_were_none_only_when_somebody_asked(self, patient, clinician, signed_in):
        client = signed_in(clinician)

        assert "Not asked" in client.get(url("record", patient)).content.decode()
        client.post(url("confirm_no_treatments", patient))
        assert "None, asked on" in client.get(url("record", patient)).content.decode()


class TestRecordPage:
    def test_offers_an_observer_nothing_to_change(self, patient, observer, signed_in):
        page = signed_in(observer).get(url("record", patient)).content.decode()

        assert url("edit", patient) not in page
        assert url("add_allergy", patient) not in page
        assert url("end_course", patient) not in page

    def test_writes_text_as_text(self, patient, clinician, signed_in):
        DiagnosisFactory(patient=patient, pathology="<script>alert(1)</script>")

        page = signed_in(clinician).get(url("record", patient)).content.decode()

        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;" in page

    def test_leaves_a_reading_in_the_audit_trail(self, patient, clinician, signed_in):
        signed_in(clinician).get(url("record", patient))

        entry = AuditEntry.objects.get(patient_id=patient.pk)
        assert (entry.by, entry.kind, entry.what) == (clinician, "read", "patients:record")
