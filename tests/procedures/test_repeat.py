"""Same as last time: the targets of the last procedure, greyed until each is confirmed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from procedures import kept_record, record_words, weighing
from procedures.actions import record, repeat, targets
from procedures.models import Embolisation
from tests.factories import patients as patient_factories
from tests.factories import procedures as factory
from tests.factories.patients import NOW
from tests.procedures.performed import add_target, performed

LATER = NOW + timedelta(days=60)


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def last(patient, clinician):
    return performed(patient, clinician, michels_type="III")


@pytest.fixture
def procedure(patient, last):
    return factory.ProcedureFactory(
        patient=patient, started_at=LATER, modality="TACE", planned_on=LATER.date()
    )


def repeated(procedure, by):
    return repeat.repeat_last(procedure=procedure, by=by, at=LATER)


class TestRepeat:
    def test_copies_artery_level_lesions_and_doses(self, procedure, clinician):
        first, second = repeated(procedure, clinician)

        assert (first.number, first.artery.code, first.level) == (1, "a8", "segmental")
        assert [str(lesion) for lesion in first.lesions.all()] == ["L1"]
        assert [given.dose_mg for given in first.administrations.all()] == [30]
        assert [one.volume_ml for one in second.embolisations.all()] == [6, 2]

    def test_copies_no_lot_and_no_end_point(self, procedure, clinician):
        first, _second = repeated(procedure, clinician)

        assert first.end_point == ""
        assert {one.lot for one in [*first.administrations.all(), *first.embolisations.all()]} == {""}

    def test_copies_the_anatomy_and_no_step(self, procedure, clinician):
        repeated(procedure, clinician)

        procedure.refresh_from_db()
        assert (procedure.michels_type, procedure.technique, procedure.steps) == ("III", "conventional", {})

    def test_leaves_what_the_record_says_already(self, procedure, clinician):
        procedure.access = "radial"
        procedure.save()

        repeated(procedure, clinician)

        procedure.refresh_from_db()
        assert procedure.access == "radial"

    def test_leaves_out_what_was_discarded_and_what_nobody_confirmed_last_time(
        self, last, procedure, clinician
    ):
        add_target(last, 3, "a6", is_confirmed=False)
        gone = last.targets.get(number=1)
        gone.discarded_at = NOW
        gone.save()

        assert [copy.artery.code for copy in repeated(procedure, clinician)] == ["a5"]

    def test_leaves_out_a_lesion_that_was_taken_back(self, patient, procedure, clinician):
        lesion = patient.lesions.get(number=1)
        lesion.retracted_at, lesion.retracted_because, lesion.retracted_by = NOW, "A vessel", clinician
        lesion.save()

        first, _second = repeated(procedure, clinician)

        assert list(first.lesions.all()) == []

    def test_takes_the_newest_procedure_before_this_one(self, patient, procedure, clinician):
        newer = factory.ProcedureFactory(
            patient=patient, started_at=NOW + timedelta(days=30), modality="TACE"
        )
        add_target(newer, 1, "a2")
        after = factory.ProcedureFactory(
            patient=patient, started_at=LATER + timedelta(days=9), modality="TACE"
        )
        add_target(after, 1, "a3")

        assert [copy.artery.code for copy in repeated(procedure, clinician)] == ["a2"]

    def test_is_done_once(self, procedure, clinician):
        repeated(procedure, clinician)

        with pytest.raises(repeat.NothingToRepeat):
            repeated(procedure, clinician)
        assert procedure.targets.count() == 2

    def test_finds_nothing_of_another_patient(self, team, last, clinician):
        other = factory.ProcedureFactory(
            patient=patient_factories.PatientFactory(team=team), started_at=LATER, modality="TACE"
        )

        with pytest.raises(repeat.NothingToRepeat):
            repeated(other, clinician)

    def test_is_refused_where_the_record_is_not_open(self, patient, last, clinician):
        with pytest.raises(record.UnableToSave):
            repeated(factory.ProcedureFactory(patient=patient), clinician)


class TestUnconfirmed:
    def test_counts_in_no_sum_and_no_ceiling(self, procedure, clinician):
        repeated(procedure, clinician)

        weighed = weighing.weigh(procedure.patient, procedure)
        assert record_words.totals(kept_record.record_of(procedure)) == []
        assert not [meter for meter in weighed.meters if meter.key.startswith("ethiodised-oil")]

    def test_counts_once_it_is_confirmed(self, procedure, clinician):
        first, _second = repeated(procedure, clinician)
        targets.confirm_target(target=first, by=clinician, at=LATER)

        meters = {meter.key: meter.amount for meter in weighing.weigh(procedure.patient, procedure).meters}
        assert meters["ethiodised-oil.volume"] == 6

    def test_stands_between_the_record_and_its_signature(self, procedure, clinician):
        first, _second = repeated(procedure, clinician)
        targets.confirm_target(target=first, by=clinician, at=LATER)

        words = [gap.words for gap in weighing.gaps_of(weighing.weigh(procedure.patient, procedure))]
        assert "Target 2 is a copy of last time: confirm it or discard it" in words
        assert "Lot of Ethiodised oil at target 1" in words
        assert "Lot of Ethiodised oil at target 2" not in words

    def test_is_no_dose_of_the_past_for_the_next_procedure(self, patient, procedure, clinician):
        repeated(procedure, clinician)
        third = factory.ProcedureFactory(
            patient=patient, started_at=LATER + timedelta(days=60), modality="TACE"
        )
        add_target(third, 1, "a8", dose_mg=1)

        third.height_cm, third.weight_kg = 180, 80
        third.save()
        lifetime = next(
            meter for meter in weighing.weigh(patient, third).meters if meter.key == "doxorubicin.lifetime"
        )
        assert lifetime.before == pytest.approx(60 / 2, abs=1)


class TestPage:
    def test_saves_the_screen_and_goes_back_to_the_record(self, procedure, clinician, signed_in):
        address = reverse("procedures:repeat_last", args=[procedure.patient_id, procedure.pk])

        answer = signed_in(clinician).post(address, {"base": "{}", "narrative": "Typed before"}, follow=True)

        procedure.refresh_from_db()
        assert procedure.narrative == "Typed before"
        assert "2 targets copied. Each counts once you confirm it" in answer.content.decode()
        assert Embolisation.objects.filter(target__procedure=procedure).count() == 4

    def test_says_when_there_is_nothing_to_copy(self, last, clinician, signed_in):
        address = reverse("procedures:repeat_last", args=[last.patient_id, last.pk])

        answer = signed_in(clinician).post(address, follow=True)

        assert "Nothing was copied" in answer.content.decode()

    def test_is_closed_to_who_may_not_treat(self, procedure, coordinator, signed_in):
        address = reverse("procedures:repeat_last", args=[procedure.patient_id, procedure.pk])

        assert signed_in(coordinator).post(address).status_code == 403
