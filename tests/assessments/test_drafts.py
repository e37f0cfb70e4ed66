"""Drafts: begun from the record, saved without overwriting anybody, settled, discarded."""

from datetime import date, timedelta

import pytest

from accounts.models import AuditEntry
from accounts.roles import Role
from assessments import answers, entries
from assessments.actions import drafts, signing
from assessments.models import Assessment
from assessments.views import pages
from tests.factories import accounts as account_factories
from tests.factories import assessments as factory
from tests.factories import patients as patient_factories

TODAY = date(2026, 3, 2)
NOW = patient_factories.NOW


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def colleague(team):
    return account_factories.member(team, Role.CLINICIAN, name="Dr T. Adeyemi")


def save(draft, given, *, base=None, by, at=NOW):
    shown = answers.answers_of(draft) if base is None else base
    return drafts.save_draft(assessment=draft, given=shown | given, base=shown, by=by, on=TODAY, at=at)


def sign(draft, by, **fields):
    for name, value in ({"decision": "proceed"} | fields).items():
        setattr(draft, name, value)
    draft.save()
    return signing.sign_assessment(assessment=draft, by=by, on=TODAY, at=NOW)


class TestStartDraft:
    def test_fills_in_the_newest_laboratory_value_with_its_date(self, patient, clinician):
        patient_factories.LabResultFactory(
            patient=patient, value=30, taken_on=TODAY - timedelta(days=9), entered_at=NOW
        )
        patient_factories.LabResultFactory(
            patient=patient, value=19, taken_on=TODAY - timedelta(days=4), entered_at=NOW
        )

        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

        bilirubin = draft.facts["bilirubin_umol_per_l"]
        assert bilirubin["value"] == 19
        assert bilirubin["on"] == "2026-02-26"

    def test_opens_the_draft_that_is_there(self, patient, clinician, colleague):
        first = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

        second = drafts.start_draft(patient=patient, by=colleague, on=TODAY, at=NOW)

        assert second == first

    def test_carries_over_what_rarely_changes_with_its_date(self, patient, clinician):
        sign(factory.draft(patient, clinician, on=TODAY), clinician)
        later = TODAY + timedelta(days=60)

        draft = drafts.start_draft(patient=patient, by=clinician, on=later, at=NOW)

        assert draft.facts["resectability"]["value"] == "unresectable"
        assert draft.facts["resectability"]["on"] == TODAY.isoformat()
        assert draft.facts["resectability"]["source"] == entries.CARRIED_OVER
        assert "ecog" not in draft.facts

    def test_refuses_a_course_that_has_ended(self, patient, clinician):
        patient.ended_because = "research_case"
        patient.save()

        with pytest.raises(drafts.UnableToStart):
            drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

    def test_is_one_row_in_the_audit_trail(self, patient, clinician):
        drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

        assert AuditEntry.objects.filter(patient_id=patient.pk, what="assessments.start_draft").count() == 1


class TestSaveDraft:
    def test_writes_what_changed_with_person_and_day(self, patient, clinician, colleague):
        draft = factory.draft(patient, clinician)

        save(draft, {"ecog": {"value": 2}}, by=colleague)

        draft.refresh_from_db()
        assert draft.facts["ecog"] == {
            "value": 2, "on": TODAY.isoformat(), "source": entries.TYPED, "by": "Dr T. Adeyemi",
        }  # fmt: skip

    def test_leaves_the_provenance_of_what_did_not_change(self, patient, clinician):
        draft = factory.draft(patient, clinician)
        before = draft.facts["bilirubin_umol_per_l"]

        save(draft, {"ecog": {"value": 2}}, by=clinician)

        draft.refresh_from_db()
        assert draft.facts["bilirubin_umol_per_l"] == before

    def test_keeps_an_unreadable_answer_as_typed_and_no_fact(self, patient, clinician):
        draft = factory.draft(patient, clinician)

        save(draft, {"inr": {"raw": ["1,1,1", "ratio"]}}, by=clinician)

        draft.refresh_from_db()
        assert draft.typed == {"inr": ["1,1,1", "ratio"]}
        assert "inr" not in draft.facts

    def test_forgets_the_unreadable_answer_once_it_is_mended(self, patient, clinician):
        draft = factory.draft(patient, clinician)
        save(draft, {"inr": {"raw": ["1,1,1", "ratio"]}}, by=clinician)
        draft.refresh_from_db()

        save(draft, {"inr": {"value": {"value": 1.2, "unit": "ratio"}}}, by=clinician)

        draft.refresh_from_db()
        assert draft.typed == {}
        assert draft.facts["inr"]["value"] == 1.2

    def test_copies_the_verdict_for_the_lists(self, patient, clinician):
        draft = factory.draft(patient, clinician)

        save(draft, {"platelets_10e9_per_l": {"value": {"value": 59, "unit": "10⁹/L"}}}, by=clinician)

        draft.refresh_from_db()
        assert draft.verdict == "not_eligible"

    def test_does_nothing_when_nothing_changed(self, patient, clinician):
        draft = factory.draft(patient, clinician)

        save(draft, {}, by=clinician)

        draft.refresh_from_db()
        assert draft.revision == 0

    def test_refuses_what_is_signed(self, patient, clinician):
        draft = factory.draft(patient, clinician)
        sign(draft, clinician)

        with pytest.raises(drafts.UnableToSave):
            save(draft, {"ecog": {"value": 3}}, by=clinician)

    def test_writes_one_audit_row_a_sitting(self, patient, clinician):
        draft = factory.draft(patient, clinician)

        for number, minutes in enumerate((1, 2, 3)):
            save(draft, {"ecog": {"value": number}}, by=clinician, at=NOW + timedelta(minutes=minutes))
            draft.refresh_from_db()

        assert AuditEntry.objects.filter(patient_id=patient.pk, what="assessments.save_draft").count() == 1


class TestTwoEditors:
    @pytest.fixture
    def draft(self, patient, clinician):
        return factory.draft(patient, clinician)

    @pytest.fixture
    def base(self, draft):
        """What both have on their screens."""
        return answers.answers_of(draft)

    def test_keep_both_when_they_change_different_answers(self, draft, base, clinician, colleague):
        save(draft, {"ecog": {"value": 2}}, base=base, by=clinician)

        saved = save(draft, {"pvtt": {"value": "vp1"}}, base=base, by=colleague)

        assert saved.conflicts == frozenset()
        assert saved.assessment.facts["ecog"]["value"] == 2
        assert saved.assessment.facts["pvtt"]["value"] == "vp1"

    def test_agree_without_being_asked(self, draft, base, clinician, colleague):
        save(draft, {"ecog": {"value": 2}}, base=base, by=clinician)

        saved = save(draft, {"ecog": {"value": 2}}, base=base, by=colleague)

        assert saved.conflicts == frozenset()

    def test_see_both_values_where_they_differ(self, draft, base, clinician, colleague):
        save(draft, {"ecog": {"value": 2}}, base=base, by=clinician)

        saved = save(draft, {"ecog": {"value": 3}}, base=base, by=colleague)

        assert saved.conflicts == {"ecog"}
        assert saved.assessment.facts["ecog"]["value"] == 2
        assert saved.assessment.conflicts["ecog"]["answer"] == {"value": 3}
        assert saved.assessment.conflicts["ecog"]["by"] == "Dr T. Adeyemi"

    def test_see_both_when_one_blanked_what_the_other_changed(self, draft, base, clinician, colleague):
        save(draft, {"ecog": {"value": 2}}, base=base, by=clinician)
        blanked = {name: answer for name, answer in base.items() if name != "ecog"}

        saved = drafts.save_draft(assessment=draft, given=blanked, base=base, by=colleague, on=TODAY, at=NOW)

        assert saved.conflicts == {"ecog"}
        assert saved.assessment.facts["ecog"]["value"] == 2

    @pytest.mark.parametrize(("use_second", "kept"), [(True, 3), (False, 2)])
    def test_choose_one_of_the_two(self, draft, base, clinician, colleague, use_second, kept):
        save(draft, {"ecog": {"value": 2}}, base=base, by=clinician)
        save(draft, {"ecog": {"value": 3}}, base=base, by=colleague)

        row = drafts.settle_conflict(
            assessment=draft, name="ecog", use_second=use_second, by=clinician, on=TODAY, at=NOW
        )

        assert row.facts["ecog"]["value"] == kept
        assert row.conflicts == {}

    def test_settle_once_only(self, draft, base, clinician, colleague):
        save(draft, {"ecog": {"value": 2}}, base=base, by=clinician)
        save(draft, {"ecog": {"value": 3}}, base=base, by=colleague)
        drafts.settle_conflict(assessment=draft, name="ecog", use_second=True, by=clinician, on=TODAY, at=NOW)

        row = drafts.settle_conflict(
            assessment=draft, name="ecog", use_second=False, by=colleague, on=TODAY, at=NOW
        )

        assert row.facts["ecog"]["value"] == 3

    def test_cannot_sign_before_they_chose(self, draft, base, clinician, colleague):
        save(draft, {"ecog": {"value": 2}}, base=base, by=clinician)
        saved = save(draft, {"ecog": {"value": 3}}, base=base, by=colleague)

        with pytest.raises(signing.UnableToSign):
            sign(saved.assessment, clinician)


class TestNoneOfThese:
    def answer(self, draft, section_key, by):
        return drafts.answer_none_of_these(assessment=draft, section_key=section_key, by=by, on=TODAY, at=NOW)

    def test_writes_explicit_noes_with_date_and_person(self, patient, clinician):
        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

        row = self.answer(draft, "condition", clinician)

        assert row.facts["cachexia"] == {
            "value": False, "on": TODAY.isoformat(), "source": entries.NONE_OF_THESE, "by": "Dr S. Lindqvist",
        }  # fmt: skip
        assert row.facts["infection"]["value"] == "none"

    def test_leaves_what_is_answered(self, patient, clinician):
        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)
        save(draft, {"cachexia": {"value": True}}, by=clinician)

        row = self.answer(draft, "condition", clinician)

        assert row.facts["cachexia"]["value"] is True

    def test_leaves_what_somebody_said_is_not_known(self, patient, clinician):
        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)
        save(draft, {"cachexia": {"raw": answers.NOT_KNOWN}}, by=clinician)

        row = self.answer(draft, "condition", clinician)

        assert "cachexia" not in row.facts

    def test_answers_nothing_that_has_no_no(self, patient, clinician):
        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

        row = self.answer(draft, "vessels", clinician)

        assert "portal_trunk" not in row.facts
        assert row.facts["pvtt"]["value"] == "vp0"
        assert row.facts["fistula"]["value"] == "none"
        assert "fistula_kind" not in row.facts


class TestNewerValues:
    def test_are_offered_when_the_record_got_a_later_result(self, patient, clinician):
        patient_factories.LabResultFactory(
            patient=patient, value=19, taken_on=TODAY - timedelta(days=4), entered_at=NOW
        )
        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)
        patient_factories.LabResultFactory(patient=patient, value=25, taken_on=TODAY, entered_at=NOW)

        newer = drafts.newer_in_record(draft, on=TODAY)

        assert newer["bilirubin_umol_per_l"]["value"] == 25
        assert pages.newer_values(draft, on=TODAY) == ["Bilirubin 19 µmol/L → 25 µmol/L"]

    def test_are_taken_over_on_request(self, patient, clinician):
        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)
        patient_factories.LabResultFactory(patient=patient, value=25, taken_on=TODAY, entered_at=NOW)

        row = drafts.take_newer_values(assessment=draft, by=clinician, on=TODAY, at=NOW)

        assert row.facts["bilirubin_umol_per_l"]["value"] == 25
        assert drafts.newer_in_record(row, on=TODAY) == {}

    def test_leave_a_value_that_was_typed_later(self, patient, clinician):
        patient_factories.LabResultFactory(
            patient=patient, value=19, taken_on=TODAY - timedelta(days=4), entered_at=NOW
        )
        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)
        typed = {"bilirubin_umol_per_l": {"value": {"value": 40, "unit": "µmol/L"}}}

        saved = save(draft, typed, by=clinician)

        assert "bilirubin_umol_per_l" not in drafts.newer_in_record(saved.assessment, on=TODAY)


class TestDiscard:
    def test_keeps_the_row_with_the_reason(self, patient, clinician):
        draft = factory.draft(patient, clinician)

        row = drafts.discard_draft(assessment=draft, because="Wrong patient", by=clinician, at=NOW)

        assert row.status == Assessment.Status.DISCARDED
        assert row.discarded_because == "Wrong patient"

    def test_makes_room_for_a_new_draft(self, patient, clinician):
        draft = factory.draft(patient, clinician)
        drafts.discard_draft(assessment=draft, because="Wrong patient", by=clinician, at=NOW)

        new = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

        assert new != draft
