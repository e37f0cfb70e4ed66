"""What the guideline is asked about a record: under the settings of its day, and that day is the team's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from procedures import answers as told
from procedures import guidance, kept_record, record, working
from tests.factories import accounts as account_factories
from tests.factories import assessments as assessment_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as factories
from tests.factories.patients import NOW, TODAY

pytestmark = pytest.mark.django_db

# In Vancouver both lie on 2 March.
MORNING = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)


@pytest.fixture
def patient(db):
    return patient_factories.PatientFactory(team=account_factories.TeamFactory(time_zone="America/Vancouver"))


def kerma_six_months(procedure):
    work = working.load(procedure.patient, procedure)
    given = told.answers_of(work)
    meters = guidance.meters(work, given, record.of_answers(work, given))
    return next(meter for meter in meters if meter.key == "radiation.air_kerma_six_months")


class TestDay:
    def test_of_another_procedure_is_the_one_where_the_team_works(self, patient):
        """At UTC that evening is the next day, and would be left out."""
        this = factories.ProcedureFactory(patient=patient, started_at=MORNING)
        factories.ExposureFactory(procedure=this, air_kerma_mgy=1000)
        other = factories.ProcedureFactory(patient=patient, started_at=EVENING)
        factories.ExposureFactory(procedure=other, air_kerma_mgy=3000)

        assert kerma_six_months(this).before == 3000

    def test_of_the_sizes_kept_with_a_record_is_the_one_where_the_team_works(self, patient):
        lesion = patient_factories.LesionFactory(patient=patient)
        for day, longest_mm in ((2, 47), (3, 12)):
            patient_factories.LesionMeasurementFactory(
                lesion=lesion, measured_on=date(2026, 3, day), longest_mm=longest_mm, viable_mm=None
            )

        [kept] = kept_record.record_of(factories.ProcedureFactory(patient=patient, started_at=EVENING))[
            "lesions"
        ]

        assert kept["longest_mm"] == 47


class TestSettings:
    @pytest.fixture
    def lobar(self, team):
        """A record of one lobar target, by microcatheter."""
        procedure = factories.ProcedureFactory(
            patient=patient_factories.PatientFactory(team=team), started_at=NOW, ended_at=NOW, modality="TACE"
        )
        target = factories.TargetVesselFactory(procedure=procedure, level="lobar", microcatheter="yes")
        factories.EmbolisationFactory(target=target)
        return procedure

    def verdict(self, procedure, clause="5.2.1"):
        work = working.load(procedure.patient, procedure)
        as_read = record.of_answers(work, told.answers_of(work))
        found = guidance.findings(as_read, on=guidance.day_of(work))
        return next(one["verdict"] for one in found if one["clause"] == clause)

    def test_are_the_defaults_where_none_are_published(self, lobar):
        assert self.verdict(lobar) == "not_kept"

    @pytest.mark.parametrize(
        ("days", "verdict"), [(-1, "kept"), (0, "kept"), (1, "not_kept")], ids=["before", "on", "after"]
    )
    def test_are_those_in_force_on_the_day_of_the_procedure(self, lobar, days, verdict):
        assessment_factories.published_edition(
            values={"superselective_levels": ["lobar"]}, effective_from=TODAY + timedelta(days=days)
        )

        assert self.verdict(lobar) == verdict
