"""Signing: once, with the whole record; amendments with a reason; nothing signed is ever changed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from assessments import answers, guidance
from assessments.actions import drafts, signing
from assessments.models import Assessment, EditionSettings, SignedVersion, decision_goes_against
from patients.actions import register
from patients.models import Task
from tests.factories import assessments as factory
from tests.factories import patients as patient_factories

TODAY = date(2026, 3, 2)
NOW = patient_factories.NOW


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def draft(patient, clinician):
    row = factory.draft(patient, clinician)
    row.decision = "proceed"
    row.why_not_surgery = "Age 84"
    row.save()
    return row


def sign(row, by):
    return signing.sign_assessment(assessment=row, by=by, on=TODAY, at=NOW)


def amend(row, by, *, reason="Typed for another patient", revision=None, **changed):
    return signing.amend_assessment(
        assessment=row,
        given=answers.answers_of(row) | changed,
        revision=row.revision if revision is None else revision,
        reason=reason,
        by=by,
        on=TODAY,
        at=NOW + timedelta(days=1),
    )


class TestSign:
    def test_keeps_the_whole_record(self, draft, clinician):
        version = sign(draft, clinician)

        draft.refresh_from_db()
        record = version.record
        assert record["facts"]["bilirubin_umol_per_l"] == {
            "value": 19, "unit": "µmol/L", "on": "2026-03-02", "source": "laboratory",
        }  # fmt: skip
        assert record["answer"] == guidance.weigh(draft.facts, draft.edition_settings).says
        assert record["edition"] == "cn-2011"
        assert record["settings_version"] == 1
        assert record["engine_version"] == guidance.ENGINE_VERSION
        assert record["decision"] == "proceed"
        assert record["why_not_surgery"] == "Age 84"

    def test_says_who_and_when(self, draft, clinician):
        sign(draft, clinician)

        draft.refresh_from_db()
        assert draft.status == Assessment.Status.SIGNED
        assert draft.signed_by == clinician
        assert draft.signed_at == NOW

    def test_happens_once(self, draft, clinician):
        sign(draft, clinician)

        with pytest.raises(drafts.UnableToSave):
            sign(draft, clinician)

        assert draft.versions.count() == 1

    def test_leaves_out_what_was_not_asked(self, draft, clinician):
        draft.facts["portal_collaterals"] = {"value": "few", "source": "typed"}
        draft.save()

        version = sign(draft, clinician)

        assert "portal_collaterals" not in version.record["facts"]

    def test_waits_for_an_answer_that_cannot_be_read(self, draft, clinician):
        draft.typed = {"inr": ["1,1,1", "ratio"]}
        draft.save()

        with pytest.raises(signing.UnableToSign):
            sign(draft, clinician)

    def test_does_not_wait_for_what_is_said_not_to_be_known(self, draft, clinician):
        draft.typed = {"hypersplenism": answers.NOT_KNOWN}
        draft.save()

        assert sign(draft, clinician).number == 1

    def test_makes_a_referral_a_task_with_owner_and_date(self, draft, clinician, coordinator):
        draft.decision = "refer"
        draft.meeting_owner, draft.meeting_on = coordinator, TODAY + timedelta(days=6)
        draft.save()

        sign(draft, clinician)

        task = Task.objects.get(patient=draft.patient)
        assert task.kind == Task.Kind.MULTIDISCIPLINARY_MEETING
        assert task.owner == coordinator
        assert task.due_to == TODAY + timedelta(days=6)

    def test_waits_until_an_ended_course_is_open_again(self, draft, clinician):
        register.end_course(patient=draft.patient, by=clinician, at=NOW, because="declined", on=TODAY)

        with pytest.raises(signing.UnableToSign, match="course has ended"):
            sign(draft, clinician)

        draft.refresh_from_db()
        assert draft.is_draft

    def test_writes_nothing_when_a_referral_has_no_owner(self, draft, clinician):
        draft.decision = "refer"
        draft.save()

        with pytest.raises(IntegrityError), transaction.atomic():
            sign(draft, clinician)

        draft.refresh_from_db()
        assert draft.status == Assessment.Status.DRAFT


class TestAgainstTheFinding:
    @pytest.mark.parametrize(
        ("decision", "verdict", "is_against"),
        [
            ("proceed", "eligible", False),
            ("proceed", "eligible_with_conditions", False),
            ("proceed", "not_eligible", True),
            ("proceed", "not_indicated", True),
            ("proceed", "surgery_preferred", True),
            ("proceed", "needs_mdt", True),
            ("proceed", "insufficient_data", True),
            ("do_not_proceed", "eligible", True),
            ("do_not_proceed", "eligible_with_conditions", True),
            ("do_not_proceed", "not_eligible", False),
            ("do_not_proceed", "insufficient_data", False),
            ("refer", "eligible", False),
            ("refer", "not_eligible", False),
            ("", "not_eligible", False),
        ],
    )
    def test_is_to_proceed_without_or_to_refrain_with_eligibility(self, decision, verdict, is_against):
        assert decision_goes_against(decision, verdict) is is_against

    @pytest.mark.parametrize(("decision", "platelets"), [("proceed", 59), ("do_not_proceed", 60)])
    def test_is_refused_by_the_database_without_a_reason(self, draft, clinician, decision, platelets):
        draft.facts["platelets_10e9_per_l"]["value"] = platelets
        draft.decision = decision
        draft.save()

        with pytest.raises(IntegrityError), transaction.atomic():
            sign(draft, clinician)

    def test_is_signed_with_a_reason(self, draft, clinician):
        draft.facts["platelets_10e9_per_l"]["value"] = 59
        draft.reason_against_finding = "Platelets are given before"
        draft.save()

        version = sign(draft, clinician)

        assert version.record["reason_against_finding"] == "Platelets are given before"
        draft.refresh_from_db()
        assert draft.goes_against_finding


class TestAmend:
    def test_adds_a_version_and_leaves_the_first(self, draft, clinician):
        first = sign(draft, clinician)
        draft.refresh_from_db()

        second = amend(draft, clinician, ecog={"value": 2})

        first.refresh_from_db()
        assert second.number == 2
        assert second.reason == "Typed for another patient"
        assert first.record["facts"]["ecog"]["value"] == 1
        assert second.record["facts"]["ecog"]["value"] == 2
        draft.refresh_from_db()
        assert draft.status == Assessment.Status.AMENDED

    def test_refuses_a_page_that_is_out_of_date(self, draft, clinician):
        sign(draft, clinician)
        draft.refresh_from_db()
        old = draft.revision
        amend(draft, clinician, ecog={"value": 2})
        draft.refresh_from_db()

        with pytest.raises(signing.UnableToAmend):
            amend(draft, clinician, revision=old, ecog={"value": 3})

    def test_refuses_a_draft(self, draft, clinician):
        with pytest.raises(signing.UnableToAmend):
            amend(draft, clinician, ecog={"value": 2})

    def test_needs_a_reason(self, draft, clinician):
        sign(draft, clinician)
        draft.refresh_from_db()

        with pytest.raises(IntegrityError), transaction.atomic():
            amend(draft, clinician, reason="", ecog={"value": 2})

    def test_makes_the_task_of_a_new_referral(self, draft, clinician, coordinator):
        sign(draft, clinician)
        draft.refresh_from_db()
        meeting_on = TODAY + timedelta(days=9)

        amend(
            draft,
            clinician,
            decision={"value": "refer"},
            meeting_owner={"value": coordinator.pk},
            meeting_on={"value": meeting_on.isoformat()},
        )

        assert Task.objects.get(patient=draft.patient).due_to == meeting_on

    def refer(self, draft, clinician, to, meeting_on):
        draft.decision, draft.meeting_owner, draft.meeting_on = "refer", to, meeting_on
        draft.save()
        sign(draft, clinician)
        draft.refresh_from_db()

    def test_moves_the_task_with_the_day_of_the_meeting(self, draft, clinician, coordinator):
        self.refer(draft, clinician, coordinator, TODAY + timedelta(days=6))
        later = TODAY + timedelta(days=13)

        amend(draft, clinician, meeting_on={"value": later.isoformat()})

        first, second = Task.objects.filter(patient=draft.patient).order_by("pk")
        assert first.outcome == Task.Outcome.NOT_NEEDED
        assert (second.due_to, second.owner, second.closed_at) == (later, coordinator, None)

    def test_closes_the_task_of_a_referral_that_is_taken_back(self, draft, clinician, coordinator):
        self.refer(draft, clinician, coordinator, TODAY + timedelta(days=6))

        amend(draft, clinician, decision={"value": "proceed"})

        assert not Task.objects.filter(patient=draft.patient, closed_at=None).exists()

    def test_leaves_the_task_of_a_referral_that_stands(self, draft, clinician, coordinator):
        self.refer(draft, clinician, coordinator, TODAY + timedelta(days=6))

        amend(draft, clinician, ecog={"value": 2})

        assert Task.objects.get(patient=draft.patient).closed_at is None

    def test_makes_no_task_once_the_course_has_ended(self, draft, clinician, coordinator):
        sign(draft, clinician)
        register.end_course(patient=draft.patient, by=clinician, at=NOW, because="died", on=TODAY)
        draft.refresh_from_db()

        amend(
            draft,
            clinician,
            decision={"value": "refer"},
            meeting_owner={"value": coordinator.pk},
            meeting_on={"value": TODAY.isoformat()},
        )

        assert not Task.objects.filter(patient=draft.patient).exists()


class TestSeals:
    def test_keep_a_signed_version_from_every_update(self, draft, clinician):
        version = sign(draft, clinician)
        version.record = {}

        with pytest.raises(DatabaseError), transaction.atomic():
            version.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            SignedVersion.objects.filter(pk=version.pk).update(reason="other")

        version.refresh_from_db()
        assert version.record["decision"] == "proceed"

    def test_keep_published_settings_from_every_update(self, draft):
        published = draft.edition_settings

        with pytest.raises(DatabaseError), transaction.atomic():
            EditionSettings.objects.filter(pk=published.pk).update(values={"small_lesion_up_to_mm": 50})

    def test_leave_a_settings_draft_open(self, db, clinician):
        row = EditionSettings.objects.create(version=2, reason="Later", drafted_by=clinician, drafted_at=NOW)

        row.reason = "Later still"
        row.save()

        row.refresh_from_db()
        assert row.reason == "Later still"

    def test_a_draft_is_the_only_one_of_its_patient(self, draft):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assessment.objects.create(
                patient=draft.patient,
                edition_settings=draft.edition_settings,
                created_at=NOW,
                saved_at=NOW,
            )
