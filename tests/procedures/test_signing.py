"""Sign a procedure: once, with nothing open, word for word; amend it with a reason."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import AuditEntry
from assessments.actions import edition
from followup import current_step
from procedures import answers as told
from procedures import kept_record, stages, versions, weighing, working
from procedures.actions import record, signing
from procedures.models import Administration, Procedure, SignedVersion
from procedures.views import screen
from tests.factories import patients as patient_factories
from tests.factories import procedures as factory
from tests.factories.patients import NOW, TODAY
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

    def test_keeps_under_which_settings_that_was_said(self, procedure, clinician):
        in_force = edition.settings_shown(on=TODAY)

        kept = sign(procedure, clinician).record

        assert (kept["edition"], kept["settings_version"]) == (in_force.edition, in_force.version)
        assert kept["settings"] == in_force.values

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


class TestGiveUp:
    """Rows that were changed, added, discarded and renumbered since come back as they were signed."""

    def amend(self, procedure, by):
        sign(procedure, by)
        signing.open_amendment(procedure=procedure, by=by, at=NOW)
        procedure.refresh_from_db()

    def change_much(self, procedure):
        procedure.narrative, procedure.started_at = "A8 was A7", procedure.started_at + timedelta(minutes=5)
        procedure.save()
        procedure.operators.clear()
        first, second = procedure.targets.order_by("number")
        first.discarded_at = NOW
        first.save()
        second.number, second.end_point = 1, "near_stasis"
        second.save()
        second.lesions.clear()
        second.administrations.update(dose_mg=75)
        add_target(procedure, 2, "a7", dose_mg=10)
        procedure.exposure.contrast_ml = 1
        procedure.exposure.save()

    def give_up(self, procedure, by, because="Opened by mistake", at=NOW):
        return signing.give_up_amendment(procedure=procedure, because=because, by=by, at=at)

    def test_brings_every_row_back_as_it_was_signed(self, procedure, clinician):
        self.amend(procedure, clinician)
        signed = procedure.versions.get().record
        self.change_much(procedure)

        self.give_up(procedure, clinician)

        procedure = Procedure.objects.get(pk=procedure.pk)
        assert kept_record.record_of(procedure).items() <= signed.items()
        assert (procedure.signed_at, procedure.signed_by) == (NOW, clinician)
        assert stages.stage_of(procedure) == stages.SIGNED

    def test_keeps_who_opened_it_who_gave_it_up_why_and_what_stood_in_it(
        self, procedure, clinician, coordinator
    ):
        self.amend(procedure, clinician)
        self.change_much(procedure)

        amendment = self.give_up(procedure, coordinator, at=NOW + timedelta(hours=1))

        told = versions.told_of(procedure)[0]
        assert (amendment.opened_by, amendment.given_up_by) == (clinician, coordinator)
        assert (told.number, told.reason) == (None, "Opened by mistake")
        changed = {one.label: (one.before, one.after) for one in told.differences}
        assert changed["Narrative"] == ("–", "A8 was A7")
        assert changed["Target 1: artery"] == ("A8", "A5")
        assert changed["Contrast"] == ("165 mL", "1 mL")
        assert AuditEntry.objects.filter(what="procedures.give_up_amendment").count() == 1

    def test_makes_a_page_that_is_still_open_save_nothing(self, procedure, clinician):
        self.amend(procedure, clinician)
        revision = procedure.revision
        self.give_up(procedure, clinician)

        with pytest.raises(record.UnableToSave):
            record.save_record(procedure=procedure, given={}, base={}, by=clinician, at=NOW)
        procedure.refresh_from_db()
        assert procedure.revision > revision

    def test_is_refused_where_nothing_is_open(self, procedure, clinician):
        sign(procedure, clinician)

        with pytest.raises(signing.UnableToGiveUp):
            self.give_up(procedure, clinician)

    def test_is_refused_where_the_rows_were_not_kept(self, procedure, clinician):
        self.amend(procedure, clinician)
        amendment = procedure.amendments.get()
        amendment.signed_rows = []
        amendment.save()

        assert not signing.may_give_up(procedure)
        with pytest.raises(signing.UnableToGiveUp):
            self.give_up(procedure, clinician)

    def test_can_be_amended_again_afterwards(self, procedure, clinician):
        self.amend(procedure, clinician)
        self.give_up(procedure, clinician)
        signing.open_amendment(procedure=procedure, by=clinician, at=NOW)

        version = sign(procedure, clinician, reason="Now for good")

        assert version.number == 2
        assert [one.version for one in procedure.amendments.all()] == [None, version]


class TestVersions:
    def test_say_what_changed_from_what_to_what_in_words(self, procedure, clinician):
        sign(procedure, clinician)
        signing.open_amendment(procedure=procedure, by=clinician, at=NOW)
        procedure.refresh_from_db()
        procedure.steps["venous_phase"] = {"answer": "yes"}
        procedure.ended_at = NOW + timedelta(hours=2)
        procedure.save()
        procedure.targets.get(number=2).administrations.update(dose_mg=40)

        sign(procedure, clinician, reason="Read again")

        second, first = versions.told_of(procedure)
        assert (second.number, second.reason, second.opened_by) == (2, "Read again", clinician)
        assert [(one.label, one.before, one.after) for one in second.differences] == [
            ("Ended", "2 Mar 2026, 10:30", "2 Mar 2026, 11:30"),
            ("Venous phase", "No, because Breath not held", "Yes"),
            (
                "Target 2: agents",
                "Doxorubicin 30 mg (Emulsion with oil, lot D77)",
                "Doxorubicin 40 mg (Emulsion with oil, lot D77)",
            ),
        ]
        assert first.differences == []


class TestPages:
    def test_say_that_it_is_being_amended_and_never_that_it_is_not_signed(
        self, procedure, clinician, signed_in
    ):
        sign(procedure, clinician)
        client = signed_in(clinician)
        client.post(self.address(procedure, "amend"))

        for page in (
            reverse("procedures:list", args=[procedure.patient_id]),
            "/",
            f"/patients/{procedure.patient_id}/",
        ):
            text = client.get(page).content.decode().lower()
            assert "being amended" in text
            assert "performed, not signed" not in text

    def test_give_an_amendment_up_with_a_reason(self, procedure, clinician, signed_in):
        sign(procedure, clinician)
        client = signed_in(clinician)
        client.post(self.address(procedure, "amend"))

        offered = [
            client.get(self.address(procedure, name)).content.decode()
            for name in ("detail", "record", "sign")
        ]
        empty = client.post(self.address(procedure, "give_up_amendment"), {"reason": " "})
        answer = client.post(self.address(procedure, "give_up_amendment"), {"reason": "Wrong patient"})
        again = client.post(self.address(procedure, "give_up_amendment"), {"reason": "Wrong patient"})

        assert all(self.address(procedure, "give_up_amendment") in page for page in offered)
        assert empty.status_code == 422
        assert answer.url == again.url == self.address(procedure, "detail")
        page = client.get(self.address(procedure, "detail")).content.decode()
        assert "Amendment given up, Dr S. Lindqvist" in page
        assert "Wrong patient" in page

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

    def test_name_the_amendment_as_the_next_step_with_its_own_day(self, procedure, clinician):
        sign(procedure, clinician)
        signing.open_amendment(procedure=procedure, by=clinician, at=NOW + timedelta(days=30))

        step = current_step.current_step(procedure.patient, on=(NOW + timedelta(days=31)).date())

        assert "amendment" in step.title
        assert step.due_on == (NOW + timedelta(days=32)).date()
