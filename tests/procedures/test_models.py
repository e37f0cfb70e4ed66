"""What the database itself refuses, what it begins with, and what a row says of itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from guidelines import reference
from procedures.models import Agent, Artery, EmbolicMaterial, SignedVersion
from tests.factories import procedures as made
from tests.factories.accounts import UserFactory
from tests.factories.patients import NOW

LATER = NOW + timedelta(hours=1)

pytestmark = pytest.mark.django_db


def refused(save) -> bool:
    try:
        with transaction.atomic():
            save()
    except IntegrityError:
        return True
    return False


class TestProcedureConstraints:
    @pytest.mark.parametrize(
        "columns",
        [
            {"emergency_reason": ""},
            {"ended_at": NOW},
            {"started_at": LATER, "ended_at": NOW},
            {"cancelled_at": NOW, "cancelled_because": "Fever"},
            {"signed_at": NOW, "started_at": NOW},
        ],
    )
    def test_refuse_what_contradicts_itself(self, columns):
        assert refused(lambda: made.ProcedureFactory(**columns))

    def test_refuse_to_cancel_what_was_started(self):
        cancelled = {"cancelled_at": NOW, "cancelled_because": "Fever", "cancelled_by": UserFactory()}

        assert refused(lambda: made.ProcedureFactory(started_at=NOW, **cancelled))
        assert not refused(lambda: made.ProcedureFactory(**cancelled))

    def test_refuse_to_sign_what_never_began(self):
        signed = {"signed_at": LATER, "signed_by": UserFactory()}

        assert refused(lambda: made.ProcedureFactory(**signed))
        assert not refused(lambda: made.ProcedureFactory(started_at=NOW, ended_at=NOW, **signed))


class TestTargetConstraints:
    def test_let_the_number_of_a_discarded_target_be_used_again(self):
        first = made.TargetVesselFactory(number=1)

        assert refused(lambda: made.TargetVesselFactory(procedure=first.procedure, number=1))
        first.discarded_at = NOW
        first.save()
        assert not refused(lambda: made.TargetVesselFactory(procedure=first.procedure, number=1))

    @pytest.mark.parametrize("dose_mg", [0, -1])
    def test_refuse_a_dose_of_nothing(self, dose_mg):
        assert refused(lambda: made.AdministrationFactory(dose_mg=dose_mg))

    @pytest.mark.parametrize("columns", [{"volume_ml": 0}, {"size_low_um": 300, "size_high_um": 100}])
    def test_refuse_an_impossible_embolisation(self, columns):
        assert refused(lambda: made.EmbolisationFactory(**columns))

    def test_refuse_a_negative_exposure(self):
        assert refused(lambda: made.ExposureFactory(air_kerma_mgy=Decimal("-0.01")))
        assert not refused(lambda: made.ExposureFactory(air_kerma_mgy=0))


class TestDaysAfter:
    @pytest.mark.parametrize(
        ("temperature_c", "wrong"), [(29.9, True), (30, False), (45, False), (45.1, True)]
    )
    def test_take_a_temperature_that_a_patient_can_have(self, temperature_c, wrong):
        assert refused(lambda: made.SymptomEntryFactory(temperature_c=Decimal(str(temperature_c)))) == wrong

    @pytest.mark.parametrize(("pain", "wrong"), [(0, False), (10, False), (11, True)])
    def test_take_pain_from_0_to_10(self, pain, wrong):
        assert refused(lambda: made.SymptomEntryFactory(pain=pain)) == wrong

    @pytest.mark.parametrize(("grade", "wrong"), [(0, True), (1, False), (5, False), (6, True)])
    def test_take_a_grade_that_the_scheme_has(self, grade, wrong):
        assert refused(lambda: made.AdverseEventFactory(ctcae_grade=grade)) == wrong

    def test_say_who_graded_with_when(self):
        assert refused(lambda: made.AdverseEventFactory(graded_at=NOW))


class TestReferenceConstraints:
    @pytest.mark.parametrize(
        "columns",
        [
            {"usual_low": 20, "usual_high": 10},
            {"usual_low": -1},
            {"warn_lifetime_mg_per_m2": 551, "most_lifetime_mg_per_m2": 550},
            {"most_per_procedure_mg": 0},
            {"most_per_procedure_mg": 1501, "impossible_above_mg": 1500},
        ],
    )
    def test_refuse_numbers_out_of_order(self, columns):
        assert refused(lambda: made.AgentFactory(**columns))

    def test_refuse_sizes_and_volumes_out_of_order(self):
        assert refused(lambda: made.EmbolicMaterialFactory(size_low_um=300, size_high_um=100))
        assert refused(lambda: made.EmbolicMaterialFactory(warn_volume_ml=21, most_volume_ml=20))

    def test_refuse_an_artery_that_arises_from_itself(self):
        artery = made.ArteryFactory()
        artery.parent = artery

        assert refused(artery.save)


class TestSignedVersion:
    def test_is_never_changed(self):
        procedure = made.ProcedureFactory(started_at=NOW)
        version = SignedVersion.objects.create(
            procedure=procedure, number=1, record={}, signed_at=NOW, signed_by=UserFactory()
        )
        version.record = {"dose_mg": 5000}

        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            version.save()

    def test_needs_a_reason_when_it_amends(self):
        procedure = made.ProcedureFactory(started_at=NOW)
        signed = {"procedure": procedure, "record": {}, "signed_at": NOW, "signed_by": UserFactory()}

        assert refused(lambda: SignedVersion.objects.create(number=2, **signed))
        assert not refused(lambda: SignedVersion.objects.create(number=2, reason="Wrong lot", **signed))


class TestNewDatabase:
    def test_begins_with_every_cited_row(self):
        assert set(Agent.objects.values_list("code", flat=True)) == {row["code"] for row in reference.AGENTS}
        assert EmbolicMaterial.objects.count() == len(reference.MATERIALS)
        assert Artery.objects.count() == len(reference.ARTERIES)

    def test_knows_from_which_artery_each_arises(self):
        parents = {row["code"]: row["parent"] for row in reference.ARTERIES}

        assert dict(Artery.objects.values_list("code", "parent__code")) == parents

    def test_says_in_the_history_where_each_row_came_from(self):
        for row in (*Agent.objects.all(), *EmbolicMaterial.objects.all(), *Artery.objects.all()):
            first = row.history.get()
            assert (first.history_type, first.history_change_reason) == ("+", "Came with the product.")

    def test_holds_only_rows_that_the_site_itself_would_take(self):
        for row in (*Agent.objects.all(), *EmbolicMaterial.objects.all(), *Artery.objects.all()):
            row.full_clean()

    def test_signs_nothing_off_by_itself(self):
        assert not Agent.objects.filter(is_signed_off=True).exists()
        assert not EmbolicMaterial.objects.filter(is_signed_off=True).exists()


class TestReferenceRow:
    def test_that_is_retired_is_no_longer_offered(self):
        agent = made.AgentFactory(code="suramin", retired_on=NOW.date())

        assert agent.is_retired
        assert agent not in Agent.objects.in_use()

    def test_without_a_source_says_that_there_is_none(self):
        assert made.AgentFactory().source_in_words == "Not in source; local pharmacy sign-off needed"

    def test_that_the_pharmacy_signed_says_so(self):
        agent = made.AgentFactory(
            source="US label. Usual range: not in source; local pharmacy sign-off needed"
        )
        agent.is_signed_off = True

        assert (
            agent.source_in_words == "US label. Usual range: not in source; signed off by the local pharmacy"
        )
