"""Sign a procedure: once, with nothing open, word for word; amend it with a reason."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import AuditEntry
from procedures import answers as told
from procedures import weighing, working
from procedures.actions import record, signing
from procedures.models import Administration, SignedVersion
from procedures.views import screen
from tests.factories import patients as patient_factories
from tests.factories import procedures as factory
from tests.factories.patients import NOW
from tests.procedures.performed import add_target, performed


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def procedure(patient, clinician):
    return performed(patient, clinician)


def sign(procedure, by, **changed):
    procedure.refresh_from_db()
    return signing.sign_procedure(
        **{"procedure": procedure, "revision": procedure.revision, "by": by, "at": NOW, **changed}
    )


def open_words(procedure):
    return [gap.words for gap in weighing.gaps_of(weighing.weigh(procedure.patient, procedure))]


class TestSign:
    def test_keeps_the_whole_record_word_for_word(self, procedure, clinician):
        version = sign(procedure, clinician)

        assert (version.number, version.signed_by, version.reason) == (1, clinician, "")
        target = version.record["targets"][0]
        assert (target["artery"], target["lesions"], target["line"][0]) == ("a8", ["L1"], "right-anterior")
        assert target["administrations"][0]["dose_mg"] == 30
        assert [one["material"] for one in target["embolisations"]] == ["ethiodised-oil", "gelatin-sponge"]
        assert version.record["steps"]["venous_phase"]["because"] == "Breath not held"
        assert version.record["exposure"]["air_kerma_mgy"] == 2410

    def test_keeps_what_the_guideline_and_the_ceilings_said(self, procedure, clinician):
        record_kept = sign(procedure, clinician).record

        verdicts = {one["clause"]: one["verdict"] for one in record_kept["findings"]}
        meters = {one["key"]: one["amount"] for one in record_kept["meters"]}
        assert verdicts["5.0.1"] == "kept"
        assert meters["ethiodised-oil.volume"] == 12
        assert record_kept["engine_version"]

    def test_says_who_and_when_and_writes_the_trail(self, procedure, clinician):
        sign(procedure, clinician)

        procedure.refresh_from_db()
        assert (procedure.signed_by, procedure.signed_at) == (clinician, NOW)
        assert AuditEntry.objects.filter(what="procedures.sign", patient_id=procedure.patient_id).count() == 1

    def test_is_done_once(self, procedure, clinician):
        sign(procedure, clinician)

        with pytest.raises(record.UnableToSave):
            sign(procedure, clinician)
        assert SignedVersion.objects.count() == 1

    def test_is_refused_when_the_record_changed_since_it_was_read(self, procedure, clinician):
        with pytest.raises(signing.UnableToSign) as refused:
            sign(procedure, clinician, revision=procedure.revision + 1)

        assert refused.value.gaps == []
        assert not SignedVersion.objects.exists()

    def test_is_refused_before_it_began(self, patient, clinician):
        with pytest.raises(record.UnableToSave):
            sign(factory.ProcedureFactory(patient=patient), clinician)

    def test_is_never_changed_in_the_database(self, procedure, clinician):
        version = sign(procedure, clinician)

        with pytest.raises(DatabaseError), transaction.atomic():
            SignedVersion.objects.filter(pk=version.pk).update(reason="else")


class TestOpenBeforeSigning:
    def test_is_nothing_of_a_whole_record(self, procedure):
        assert open_words(procedure) == []

    def test_is_the_end_and_the_modality(self, procedure):
        procedure.ended_at, procedure.modality = None, ""

        assert open_words(procedure)[:2] == ["When it ended", "The modality that was done"]

    def test_is_a_required_step_without_an_answer(self, procedure):
        del procedure.steps["proper_hepatic_artery_open"]

        assert open_words(procedure) == ["Answer: Proper hepatic artery still open"]

    def test_is_a_departure_without_its_reason(self, procedure):
        procedure.steps["venous_phase"] = {"answer": "no"}

        assert open_words(procedure) == ["Not done, because: Venous phase"]

    def test_is_an_unconfirmed_target(self, procedure):
        procedure.targets.filter(number=2).update(is_confirmed=False)

        assert open_words(procedure) == ["Target 2 is a copy of last time: confirm it or discard it"]

    def test_is_a_lot_that_the_material_requires(self, procedure):
        add_target(procedure, 3, "a6", lot="")

        assert open_words(procedure) == [
            "Lot of Ethiodised oil at target 3",
            "Lot of Gelatin sponge at target 3",
        ]

    def test_is_a_dose_that_nobody_entered(self, procedure):
        Administration.objects.filter(target__procedure=procedure, target__number=2).update(dose_mg=None)

        assert open_words(procedure) == ["Dose of Doxorubicin at target 2"]

    def test_is_a_passed_ceiling_without_its_reason(self, procedure):
        add_target(procedure, 3, "a6", dose_mg=100)
        assert open_words(procedure) == ["Why a ceiling was passed: Doxorubicin, Most in one procedure"]

        procedure.ceiling_reasons = {"doxorubicin.per_procedure": "Two lobes, team decision"}
        assert open_words(procedure) == []

    def test_is_not_a_dose_at_the_ceiling(self, procedure):
        add_target(procedure, 3, "a6", dose_mg=90)

        assert open_words(procedure) == []

    def test_is_an_answer_that_could_not_be_read(self, procedure):
        procedure.typed = {"contrast": {"raw": ["16O", "mL"]}}

        assert [gap.name for gap in weighing.gaps_of(weighing.weigh(procedure.patient, procedure))] == [
            "contrast"
        ]

    def test_is_a_target_or_the_reason_why_there_is_none(self, procedure):
        for target in procedure.targets.all():
            target.discarded_at = NOW
            target.save()
        assert open_words(procedure) == ["A target, or in the narrative why nothing was treated"]

        procedure.narrative = "Coeliac trunk occluded"
        assert open_words(procedure) == []

    def test_refuses_the_signature(self, procedure, clinician):
        procedure.steps = {}
        procedure.save()

        with pytest.raises(signing.UnableToSign) as refused:
            sign(procedure, clinician)
        assert [gap.name for gap in refused.value.gaps] == ["step-proper_hepatic_artery_open"]


class TestAmend:
    def test_opens_the_record_and_keeps_the_version(self, procedure, clinician):
        version = sign(procedure, clinician)

        signing.open_amendment(procedure=procedure, by=clinician, at=NOW)

        procedure.refresh_from_db()
        assert procedure.signed_at is None
        assert list(procedure.versions.all()) == [version]

    def test_signs_the_next_version_with_its_reason(self, procedure, clinician):
        first = sign(procedure, clinician)
        signing.open_amendment(procedure=procedure, by=clinician, at=NOW)
        procedure.refresh_from_db()
        procedure.narrative = "A8 was A7"
        procedure.save()

        second = sign(procedure, clinician, reason="Artery corrected")

        first.refresh_from_db()
        assert (second.number, second.reason) == (2, "Artery corrected")
        assert (first.record["narrative"], second.record["narrative"]) == ("", "A8 was A7")

    def test_is_refused_without_a_reason(self, procedure, clinician):
        sign(procedure, clinician)
        signing.open_amendment(procedure=procedure, by=clinician, at=NOW)

        with pytest.raises(signing.UnableToSign):
            sign(procedure, clinician)

    def test_opens_nothing_that_is_not_signed(self, procedure, clinician):
        with pytest.raises(signing.UnableToAmend):
            signing.open_amendment(procedure=procedure, by=clinician, at=NOW)


class TestPages:
    def address(self, procedure, name):
        return reverse(f"procedures:{name}", args=[procedure.patient_id, procedure.pk])

    def test_show_what_is_open_with_a_way_there(self, procedure, clinician, signed_in):
        procedure.steps = {}
        procedure.save()

        page = signed_in(clinician).get(self.address(procedure, "sign")).content.decode()

        assert "1 thing is open before you can sign" in page
        assert "#id_step-proper_hepatic_artery_open_label" in page
        assert "Sign record" not in page

    def test_sign_what_was_read(self, procedure, clinician, signed_in):
        client = signed_in(clinician)
        sent = {"revision": procedure.revision}

        answer = client.post(self.address(procedure, "sign"), sent)
        again = client.post(self.address(procedure, "sign"), sent)

        assert answer.url == self.address(procedure, "detail")
        assert again.status_code == 302
        assert SignedVersion.objects.count() == 1

    def test_refuse_a_record_that_changed_meanwhile(self, procedure, clinician, signed_in):
        answer = signed_in(clinician).post(
            self.address(procedure, "sign"), {"revision": procedure.revision + 1}
        )

        assert answer.status_code == 409
        assert "changed since you read it" in answer.content.decode()

    def test_ask_for_the_reason_of_an_amendment_at_its_field(self, procedure, clinician, signed_in):
        sign(procedure, clinician)
        client = signed_in(clinician)
        client.post(self.address(procedure, "amend"))
        procedure.refresh_from_db()

        answer = client.post(self.address(procedure, "sign"), {"revision": procedure.revision, "reason": ""})

        assert answer.status_code == 422
        assert "Write why the signed record is amended." in answer.content.decode()

    def test_save_what_stands_on_the_screen_before_the_review(self, patient, clinician, signed_in):
        procedure = factory.ProcedureFactory(patient=patient, started_at=NOW)
        shown = told.answers_of(working.load(patient, procedure))
        sent = {"base": screen.base_of(shown), "started_at": shown["started_at"]["value"]}

        answer = signed_in(clinician).post(
            self.address(procedure, "sign"), sent | {"narrative": "Typed a moment ago"}
        )

        procedure.refresh_from_db()
        assert answer.url == self.address(procedure, "sign")
        assert procedure.narrative == "Typed a moment ago"
        assert not SignedVersion.objects.exists()

    def test_are_closed_to_who_may_not_treat(self, procedure, coordinator, signed_in):
        client = signed_in(coordinator)

        assert client.get(self.address(procedure, "sign")).status_code == 403
        assert client.post(self.address(procedure, "amend")).status_code == 403
        assert client.get(self.address(procedure, "detail")).status_code == 200
