"""Sections: every fact is asked exactly once, and the names are those of the engine."""

from collections import Counter

import pytest

from assessments import answers, entries, sections
from assessments.actions import imported
from assessments.models import Assessment
from guidelines import facts as declared
from tests.factories import assessments as factory
from tests.factories import patients as patient_factories

NOW = patient_factories.NOW


class TestSections:
    def test_ask_every_fact_once(self):
        assert Counter(sections.IN_ORDER) == Counter(list(declared.ALL))

    def test_know_the_facts_that_they_name(self):
        named = {*sections.LASTING, *sections.OFTEN_SEVERAL}
        named |= {name for name in sections.ASKED_WHEN if name not in answers.FREE_FIELDS}

        assert named <= declared.ALL.keys()

    def test_ask_under_answers_that_exist(self):
        for decides, when in sections.ASKED_WHEN.values():
            if decides == "decision":
                assert set(when) <= set(Assessment.Choice.values)
            elif when != ("",):
                assert set(when) <= set(declared.ALL[decides].choice_values)

    @pytest.mark.parametrize(
        ("trunk", "is_asked"),
        [
            ("patent", False),
            ("partial", False),
            ("complete", True),
            (["partial", "complete"], True),
            (None, False),
        ],
    )
    def test_ask_for_collaterals_when_the_trunk_may_be_blocked(self, trunk, is_asked):
        held = factory.entries_of(portal_trunk=trunk)

        assert sections.is_asked("portal_collaterals", held) is is_asked

    @pytest.mark.parametrize(("trunk", "is_told"), [(None, True), ("patent", False), ("complete", True)])
    def test_tell_the_engine_collaterals_that_nothing_rules_out(self, trunk, is_told):
        held = factory.entries_of(portal_trunk=trunk, portal_collaterals="formed")

        assert ("portal_collaterals" in sections.asked(held)) is is_told

    @pytest.mark.parametrize(("diameters", "is_asked"), [([44], False), (None, True)])
    def test_ask_for_the_count_only_without_diameters(self, diameters, is_asked):
        held = factory.entries_of(lesion_diameters_mm=diameters)

        assert sections.is_asked("lesion_count", held) is is_asked

    def test_show_two_clauses_of_the_body_at_most(self):
        for name in declared.ALL:
            clauses = sections.clauses_beside(name)
            assert len(clauses) <= 2
            assert not any(clause.startswith("F.") for clause in clauses)


class TestEntries:
    @pytest.mark.parametrize(
        ("name", "value", "kept"),
        [
            ("age_years", 65, {"value": 65, "unit": "years"}),
            ("age_years", {"min": 64, "max": 65}, {"min": 64, "max": 65, "unit": "years"}),
            ("bilirubin_umol_per_l", {"value": 19, "unit": "umol/l"}, {"value": 19, "unit": "µmol/L"}),
            ("lesion_count", {"value": 3}, 3),
            ("ecog", {"min": 0, "max": 1}, {"min": 0, "max": 1}),
            ("ascites", ["slight"], "slight"),
            ("ascites", ("none", "slight"), ["none", "slight"]),
            ("cachexia", False, False),
        ],
    )
    def test_write_a_value_in_one_way(self, name, value, kept):
        assert entries.normal(name, value) == kept
        assert entries.normal(name, kept) == kept


class TestImportedAssessment:
    @pytest.fixture
    def patient(self, team):
        return patient_factories.PatientFactory(team=team)

    def test_is_weighed_and_signed_by_nobody(self, patient):
        row = imported.record_imported_assessment(
            patient=patient, facts=factory.facts(ecog={"min": 1, "max": 2}), by=None, at=NOW
        )

        assert row.status == Assessment.Status.IMPORTED
        assert row.verdict == "eligible"
        assert row.child_pugh_class == "A"
        assert row.signed_by is None
        assert row.versions.count() == 0

    def test_invents_no_date(self, patient):
        row = imported.record_imported_assessment(patient=patient, facts=factory.facts(), by=None, at=NOW)

        assert row.made_on is None
        assert not any("on" in entry for entry in row.facts.values())

    def test_reads_like_any_other(self, patient, clinician, signed_in):
        row = imported.record_imported_assessment(
            patient=patient, facts=factory.facts(capsule=None), by=None, at=NOW
        )

        response = signed_in(clinician).get(f"/patients/{patient.pk}/assessments/{row.pk}/")

        assert response.status_code == 200
        assert "Came with an imported cohort" in response.content.decode()
