"""What happens to laboratory values: recorded once, retracted with a reason, corrected, and given as facts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from guidelines import facts
from patients import analytes
from patients.actions import labs
from patients.models import LabResult
from tests.factories.patients import NOW, TODAY, LabResultFactory, PatientFactory

pytestmark = pytest.mark.django_db

BILIRUBIN, PLATELETS = "bilirubin_umol_per_l", "platelets_10e9_per_l"


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def entry(analyte=BILIRUBIN, value="19", unit="µmol/L", on=TODAY, **more):
    return labs.LabEntry(analyte, Decimal(value), unit, on, **more)


def record(patient, *entries, by=None):
    return labs.record_labs(patient=patient, entries=entries, by=by, at=NOW, source=LabResult.Source.TYPED)


class TestRecordLabs:
    def test_keeps_the_unit_of_entry_and_the_canonical_value(self, patient, clinician):
        (result,) = record(patient, entry(value="1.2", unit="mg/dL"), by=clinician).added

        result.refresh_from_db()
        assert (result.value, result.unit, result.canonical_value) == (
            Decimal("1.2"),
            "mg/dL",
            Decimal("20.52"),
        )
        assert (result.entered_by, result.entered_at) == (clinician, NOW)

    def test_records_a_value_only_once(self, patient):
        record(patient, entry())

        again = record(patient, entry(), entry(PLATELETS, "118", "10⁹/L"))

        assert [result.analyte for result in again.already_there] == [BILIRUBIN]
        assert [result.analyte for result in again.added] == [PLATELETS]
        assert patient.lab_results.count() == 2

    def test_knows_the_same_amount_in_another_unit(self, patient):
        record(patient, entry(PLATELETS, "193", "10⁹/L"))

        assert record(patient, entry(PLATELETS, "193000", "/µL")).added == []

    @pytest.mark.parametrize(
        "other",
        [entry(value="20"), entry(on=TODAY - timedelta(days=1)), entry(comparator="<")],
        ids=["another value", "another day", "another comparator"],
    )
    def test_records_what_differs(self, patient, other):
        record(patient, entry())

        assert len(record(patient, other).added) == 1

    def test_records_again_what_was_taken_back(self, patient, clinician):
        (result,) = record(patient, entry()).added
        labs.retract_lab(result=result, by=clinician, at=NOW, because="Wrong patient")

        assert len(record(patient, entry()).added) == 1

    def test_writes_one_audit_row_and_none_for_nothing(self, patient, clinician):
        record(patient, entry(), entry(PLATELETS, "118", "10⁹/L"), by=clinician)
        record(patient, entry(), by=clinician)

        assert AuditEntry.objects.filter(patient_id=patient.pk, what="patients.enter_labs").count() == 1

    def test_records_all_or_nothing(self, patient):
        # A control belongs to a prothrombin time: the database refuses the second value.
        with pytest.raises(IntegrityError), transaction.atomic():
            record(patient, entry(), entry(PLATELETS, "118", "10⁹/L", control=Decimal(12)))

        assert patient.lab_results.count() == 0


class TestRetractLab:
    def test_keeps_the_value_with_the_reason_and_the_person(self, patient, clinician):
        (result,) = record(patient, entry()).added

        labs.retract_lab(result=result, by=clinician, at=NOW, because="Wrong patient")

        result.refresh_from_db()
        assert (result.retracted_because, result.retracted_by, result.retracted_at) == (
            "Wrong patient",
            clinician,
            NOW,
        )
        assert result.history.first().history_user == clinician


class TestCorrectLab:
    def test_retracts_the_wrong_value_and_records_the_right_one(self, patient, clinician):
        wrong = LabResultFactory(patient=patient)

        right = labs.correct_lab(
            result=wrong, entry=entry(value="91"), by=clinician, at=NOW, because="Digits exchanged"
        )

        wrong.refresh_from_db()
        assert wrong.retracted_because == "Digits exchanged"
        assert (right.corrects, right.value, right.retracted_at) == (wrong, Decimal(91), None)

    def test_refuses_to_correct_what_somebody_else_has_just_corrected(self, patient, clinician):
        wrong = LabResultFactory(patient=patient)
        stale = LabResult.objects.get(pk=wrong.pk)
        labs.correct_lab(
            result=wrong, entry=entry(value="91"), by=clinician, at=NOW, because="Digits exchanged"
        )

        with pytest.raises(labs.UnableToChange):
            labs.correct_lab(result=stale, entry=entry(value="90"), by=clinician, at=NOW, because="Again")

        assert patient.lab_results.filter(retracted_at=None).count() == 1


class TestLatestFacts:
    def test_gives_the_newest_value_with_its_day_and_unit(self, patient):
        record(
            patient,
            entry(on=date(2026, 2, 1), value="27"),
            entry(on=date(2026, 2, 18), value="1.2", unit="mg/dL"),
        )

        assert labs.latest_facts(patient, on=TODAY) == {
            BILIRUBIN: {
                "value": 1.2, "unit": "mg/dL", "on": "2026-02-18", "source": "laboratory", "comparator": "",
            }
        }  # fmt: skip

    def test_does_not_look_into_the_future(self, patient):
        record(patient, entry(on=date(2026, 2, 1), value="27"), entry(on=TODAY, value="19"))

        assert labs.latest_facts(patient, on=date(2026, 2, 17))[BILIRUBIN]["value"] == 27
        assert labs.latest_facts(patient, on=date(2026, 1, 31)) == {}

    def test_takes_the_value_entered_last_of_one_day(self, patient):
        LabResultFactory(patient=patient, value=19, entered_at=NOW)
        LabResultFactory(patient=patient, value=21, entered_at=NOW + timedelta(minutes=1))

        assert labs.latest_facts(patient, on=TODAY)[BILIRUBIN]["value"] == 21

    def test_leaves_out_what_was_taken_back(self, patient, clinician):
        (result,) = record(patient, entry()).added
        labs.retract_lab(result=result, by=clinician, at=NOW, because="Wrong patient")

        assert labs.latest_facts(patient, on=TODAY) == {}

    @pytest.mark.parametrize(
        ("comparator", "shape"),
        [("<", {"max": 19}), ("≤", {"max": 19}), (">", {"min": 19}), ("≥", {"min": 19})],
    )
    def test_gives_a_range_where_the_laboratory_gave_one_end(self, patient, comparator, shape):
        record(patient, entry(comparator=comparator))

        found = labs.latest_facts(patient, on=TODAY)[BILIRUBIN]

        assert {key: found[key] for key in ("value", "min", "max") if key in found} == shape

    def test_does_not_take_the_seconds_of_a_prothrombin_time_for_the_time_over_control(self, patient):
        record(patient, entry("prothrombin_time_s", "15.2", "s"))

        assert labs.latest_facts(patient, on=TODAY) == {}

    def test_takes_the_difference_where_the_control_is_known(self, patient):
        record(patient, entry("prothrombin_time_s", "15.2", "s", control=Decimal("12.1")))

        assert labs.latest_facts(patient, on=TODAY)["pt_prolongation_s"]["value"] == 3.1

    def test_leaves_out_what_is_no_fact(self, patient):
        record(patient, entry("haemoglobin_g_per_l", "118", "g/L"))

        assert labs.latest_facts(patient, on=TODAY) == {}

    def test_gives_only_what_the_engine_accepts(self, patient):
        record(
            patient,
            entry(value="0.2", unit="mg/dL", comparator="<"),
            entry("afp_ng_per_ml", "60500", "ng/mL", comparator=">"),
            entry(PLATELETS, "118", "10³/µL"),
        )

        for name, found in labs.latest_facts(patient, on=TODAY).items():
            value = {key: found[key] for key in ("value", "min", "max", "unit") if key in found}
            assert facts.read(name, value) is not None


class TestUnits:
    def test_refuses_a_unit_that_the_analyte_does_not_have(self, patient):
        with pytest.raises(analytes.UnknownUnit):
            record(patient, entry(unit="mmol/L"))
