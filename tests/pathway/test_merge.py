"""Two records of one person become one, and two again: what goes over, what is chosen, what stands in the way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry
from assessments.models import Assessment, SignedVersion
from followup.models import Contact, ImagingReview, Message, Reminder
from pathway.actions import merge, unmerge
from pathway.merge import covered, preview, questions, undoing
from pathway.merge.questions import BOTH, KEPT, OTHER
from pathway.merge.rows import MergeRecord
from patients import history, search
from patients.actions import register
from patients.models import LabResult, Lesion, Patient, Task
from tests.factories import followup as followup_factories
from tests.factories import meetings as meeting_factories
from tests.factories import patients as patient_factories
from tests.factories.patients import NOW, TODAY
from tests.followup import courses
from tests.pathway import merging
from tests.pathway.merging import LATER

pytestmark = pytest.mark.django_db
REASON = "Same person: identity card seen"


@pytest.fixture
def two(team, clinician):
    """Two records of one person; the first is kept."""
    return merging.record(team, clinician, mrn="7041 2296"), merging.record(team, clinician, mrn="9915 0001")


def merged(kept, other, by, whose=KEPT, **chosen) -> MergeRecord:
    said = merging.choose(kept, other, whose) | chosen
    made = merge.merge_records(kept=kept, duplicate=other, chosen=said, reason=REASON, by=by, at=LATER)
    kept.refresh_from_db()
    other.refresh_from_db()
    return made


def undone(record, by) -> MergeRecord:
    return unmerge.undo_merge(record=record, because="Two sisters", by=by, at=LATER + timedelta(days=1))


class TestMerge:
    def test_moves_every_row_to_the_record_that_is_kept(self, team, clinician):
        every = set(merging.FURNISHINGS) - {"ended"}
        kept, other = (merging.record(team, clinician, every) for _number in range(2))

        merged(kept, other, clinician)

        for label in set(covered.MOVES) - {"followup.Message"}:
            assert not covered.model_of(label)._default_manager.filter(patient=other).exists(), label
        assert Lesion.objects.filter(patient=kept).count() == 4
        assert LabResult.objects.filter(patient=kept).count() == 4

    def test_leaves_a_record_that_leads_to_the_kept_one_and_is_in_no_list(self, two, clinician, signed_in):
        kept, other = two

        merged(kept, other, clinician)

        assert (other.merged_into, other.ended_because, other.ended_on) == (kept, "merged", LATER.date())
        page = signed_in(clinician).get("/patients/?show=all").content.decode()
        assert kept.mrn in page
        assert other.mrn not in page

    @pytest.mark.parametrize("number", ["7041 2296", "9915 0001", "99150001"])
    def test_lets_both_numbers_lead_to_one_record(self, two, clinician, number):
        kept, other = two

        merged(kept, other, clinician)

        assert search.find_ids(team=kept.team, text=number).patient_ids == [kept.pk]
        assert register.with_mrn(team=kept.team, mrn=number) == kept

    def test_keeps_the_number_taken_so_that_nobody_registers_it_again(self, two, clinician):
        kept, other = two
        merged(kept, other, clinician)

        with pytest.raises(register.MrnTaken) as taken:
            register.register_patient(
                team=kept.team, by=clinician, at=LATER, who={"mrn": other.mrn, "family_name": "Else"}
            )

        assert taken.value.patient == kept

    def test_keeps_the_number_with_the_record_that_had_it(self, two, clinician):
        kept, other = two
        merged(kept, other, clinician)

        for number in (other.mrn, search.squeezed(other.mrn)):
            with pytest.raises(register.MrnTaken):
                register.edit_patient(patient=kept, by=clinician, at=LATER, who={"mrn": number})

    def test_renumbers_lesions_and_says_what_they_were(self, team, clinician):
        kept, other = (merging.record(team, clinician, ["lesions"]) for _number in range(2))

        merged(kept, other, clinician)

        numbers = dict(Lesion.objects.filter(patient=kept).values_list("number", "note"))
        assert list(numbers) == [1, 2, 3, 4]
        assert numbers[3] == f"L1 of record {other.mrn}. Near the dome"

    def test_keeps_the_numbers_of_lesions_where_the_kept_record_has_none(self, two, clinician):
        kept, other = two
        patient_factories.LesionFactory(patient=other, number=5)

        merged(kept, other, clinician)

        assert kept.lesions.get().number == 5

    def test_is_written_in_the_trail_of_both(self, two, clinician):
        kept, other = two

        merged(kept, other, clinician)

        trail = AuditEntry.objects.filter(what="pathway.merge_records")
        assert set(trail.values_list("patient_id", flat=True)) == {kept.pk, other.pk}

    def test_never_touches_what_was_signed(self, two, clinician):
        kept, other = two
        signed = courses.sign(other, clinician)
        before = SignedVersion.objects.values().get(assessment=signed)

        merged(kept, other, clinician)

        assert SignedVersion.objects.values().get(assessment__patient=kept) == before

    def test_tells_the_history_of_rows_that_came_over(self, two, clinician):
        kept, other = two
        result = patient_factories.LabResultFactory(patient=other)
        LabResult.history.filter(id=result.pk).update(history_type="+")

        merged(kept, other, clinician)

        assert "Laboratory value" in {event.kind for event in history.events_of(kept)}

    def test_tells_the_patient_of_a_rung_once(self, team, clinician):
        kept, other = (merging.record(team, clinician, ["told"]) for _number in range(2))

        merged(kept, other, clinician)

        keys = Reminder.objects.filter(patient=kept).values_list("key", flat=True)
        assert len(keys) == 2
        assert all(key.endswith(f"/patient:{kept.pk}") for key in keys)
        assert Message.objects.filter(patient=kept).count() == 1

    def test_keeps_both_reminders_where_each_record_was_told_of_one_rung_between_two_merges(
        self, team, clinician
    ):
        kept, other = merging.record(team, clinician), merging.record(team, clinician, ["told"])
        theirs = Reminder.objects.get(patient=other)
        ours = theirs.key.replace(f"patient:{other.pk}", f"patient:{kept.pk}")
        Reminder.objects.create(
            team=team, task=theirs.task, rung="task", rung_on=TODAY, patient=kept, made_at=NOW, key=ours
        )

        merged(kept, other, clinician)

        assert Reminder.objects.filter(patient=kept).count() == 2

    def test_leaves_a_second_merge_nothing_to_do(self, two, clinician):
        kept, other = two
        merged(kept, other, clinician)

        with pytest.raises(merge.UnableToMerge):
            merge.merge_records(kept=kept, duplicate=other, chosen={}, reason=REASON, by=clinician, at=LATER)
        with pytest.raises(merge.UnableToMerge):
            merge.merge_records(kept=other, duplicate=kept, chosen={}, reason=REASON, by=clinician, at=LATER)


class TestAnswers:
    def test_that_only_the_other_knows_are_taken_over(self, team, clinician):
        kept = merging.record(team, clinician, phone="", language="")
        other = merging.record(team, clinician, phone="0700 1", language="en")

        merged(kept, other, clinician)

        assert (kept.phone, kept.language) == ("0700 1", "en")

    @pytest.mark.parametrize(("whose", "name"), [(KEPT, "Okafor"), (OTHER, "Müller")])
    def test_that_differ_are_as_chosen(self, team, clinician, whose, name):
        kept = merging.record(team, clinician, family_name="Okafor")
        other = merging.record(team, clinician, family_name="Müller")

        merged(kept, other, clinician, whose)

        assert (kept.family_name, kept.search_name) == (name, search.sort_name(name, "Daniel"))
        assert search.find_ids(team=team, text=name).patient_ids == [kept.pk]

    def test_that_differ_are_never_chosen_for_a_person(self, team, clinician):
        kept = merging.record(team, clinician, phone="1")
        other = merging.record(team, clinician, phone="2")

        with pytest.raises(merge.UnableToMerge):
            merge.merge_records(kept=kept, duplicate=other, chosen={}, reason=REASON, by=clinician, at=LATER)

    def test_in_free_text_may_both_stand(self, team, clinician):
        kept, other = (merging.record(team, clinician, ["disease"]) for _number in range(2))

        merged(kept, other, clinician, pathology=BOTH)

        assert kept.diagnosis.pathology == f"Report {kept.pk}\nReport {other.pk}"

    def test_of_the_disease_come_over_whole_where_the_kept_record_has_none(self, team, clinician):
        kept, other = merging.record(team, clinician), merging.record(team, clinician, ["disease", "risks"])

        merged(kept, other, clinician)

        assert Patient.objects.get(pk=kept.pk).diagnosis.pathology == f"Report {other.pk}"

    def test_say_the_later_day_on_which_somebody_asked(self, two, clinician):
        for patient, days in zip(two, (9, 2), strict=True):
            patient_factories.StandingRisksFactory(
                patient=patient, allergies_asked_on=TODAY - timedelta(days=days)
            )

        merged(*two, clinician)

        assert two[0].standing_risks.allergies_asked_on == TODAY - timedelta(days=2)

    @pytest.mark.parametrize(
        ("whose", "because", "is_open"), [(KEPT, "", True), (OTHER, "discharged", False)]
    )
    def test_of_one_course_that_ended_and_one_that_goes_on_are_asked(
        self, team, clinician, whose, because, is_open
    ):
        kept = merging.record(team, clinician, ["tasks", "procedure"])
        other = merging.record(team, clinician, ["ended"])

        merged(kept, other, clinician, whose)

        assert kept.ended_because == because
        assert kept.tasks.filter(closed_at=None).exists() is is_open
        assert kept.reviews.get().in_care is is_open


class TestOpenWork:
    def test_of_two_reviews_goes_on_with_the_one_due_earlier(self, team, clinician):
        kept, other = (merging.record(team, clinician, ["procedure"]) for _number in range(2))
        earlier = min(kept.reviews.get(), other.reviews.get(), key=lambda review: review.due_to)

        merged(kept, other, clinician)

        assert kept.reviews.get(closed_at=None) == earlier
        assert kept.reviews.exclude(pk=earlier.pk).get().closed_because == "replaced"

    def test_of_two_reviews_never_closes_images_that_wait_to_be_read(self, team, clinician):
        kept = merging.record(team, clinician)
        other = merging.record(team, clinician)
        followup_factories.ImagingReviewFactory(patient=kept, counts_from=TODAY - timedelta(days=40))
        imaged = followup_factories.ImagingReviewFactory(
            patient=other, done=True, counts_from=TODAY - timedelta(35)
        )

        merged(kept, other, clinician)

        assert kept.reviews.get(closed_at=None) == imaged

    def test_stops_the_merge_where_both_have_images_to_decide_on(self, team, clinician):
        kept, other = (merging.record(team, clinician) for _number in range(2))
        for patient in (kept, other):
            followup_factories.ImagingReviewFactory(patient=patient, done=True)

        with pytest.raises(merge.UnableToMerge) as refused:
            merged(kept, other, clinician)

        assert "decide on one of them first" in refused.value.blocks[0]
        assert other.reviews.get(closed_at=None)

    def test_takes_the_owner_of_the_closed_review_where_the_other_has_none(self, team, clinician):
        kept, other = (merging.record(team, clinician) for _number in range(2))
        followup_factories.ImagingReviewFactory(
            patient=kept, counts_from=TODAY - timedelta(days=40), owner=None
        )
        followup_factories.ImagingReviewFactory(patient=other, owner=clinician)

        merged(kept, other, clinician)

        assert kept.reviews.get(closed_at=None).owner == clinician

    @pytest.mark.parametrize("whose", [KEPT, OTHER])
    def test_of_two_drafts_goes_on_with_the_one_chosen(self, team, clinician, whose):
        kept, other = (merging.record(team, clinician, ["draft"]) for _number in range(2))
        chosen = {KEPT: kept, OTHER: other}[whose].assessments.get()

        merged(kept, other, clinician, whose)

        assert kept.assessments.get(status=Assessment.Status.DRAFT) == chosen
        assert kept.assessments.get(status=Assessment.Status.DISCARDED).discarded_because


class TestRefusal:
    def test_keeps_research_cases_apart_from_patients_of_the_clinic(self, team, clinician):
        kept = merging.record(team, clinician)
        other = merging.record(team, clinician, ended_because="research_case")

        blocks = preview.preview_of(kept, other).blocks

        assert any("research case" in block for block in blocks)

    def test_is_said_where_each_has_what_a_person_has_once(self, team, clinician):
        kept, other = merging.record(team, clinician), merging.record(team, clinician)
        meeting = covered.model_of("pathway.Meeting").objects.create(
            team=team, held_on=TODAY, created_at=NOW, created_by=clinician
        )
        for number, patient in enumerate((kept, other)):
            covered.model_of("followup.ImportedOutcome").objects.create(patient=patient, imported_at=NOW)
            covered.model_of("pathway.LetterDraft").objects.create(
                patient=patient, kind="patient", language="en", started_at=NOW, started_by=clinician, saved_at=NOW,
                saved_by=clinician,
            )  # fmt: skip
            covered.model_of("pathway.Discussion").objects.create(
                meeting=meeting, patient=patient, question="Which?", why="by_hand", position=number, added_at=NOW,
                added_by=clinician,
            )  # fmt: skip

        blocks = preview.preview_of(kept, other).blocks

        assert len(blocks) == 3
        with pytest.raises(merge.UnableToMerge) as refused:
            merged(kept, other, clinician)
        assert refused.value.blocks == blocks

    @pytest.mark.parametrize(
        ("decided", "is_refused"), [((), True), ((0,), True), ((1,), True), ((0, 1), False)]
    )
    def test_is_over_where_a_meeting_decided_on_both_and_neither_leaves_its_list(
        self, two, clinician, decided, is_refused
    ):
        meeting = meeting_factories.MeetingFactory(team=two[0].team)
        listed = [
            meeting_factories.DiscussionFactory(
                patient=patient, meeting=meeting,
                **({"decided_at": NOW, "decided_by": clinician, "task": patient_factories.TaskFactory(patient=patient)}
                   if number in decided else {}),
            )
            for number, patient in enumerate(two)
        ]  # fmt: skip
        before = merging.everything()

        if is_refused:
            with pytest.raises(merge.UnableToMerge):
                merged(*two, clinician)
            return
        record = merged(*two, clinician)
        for patient, row in zip(two, listed, strict=True):
            row.refresh_from_db()
            assert row.patient == patient
        undone(record, clinician)
        assert merging.everything() == before

    def test_says_that_somebody_found_them_to_be_two_people(self, two, clinician):
        merge.say_distinct(patient=two[1], other=two[0], by=clinician, at=NOW)
        merge.say_distinct(patient=two[0], other=two[1], by=clinician, at=LATER)

        assert "two people" in preview.preview_of(*two).warnings[0]

    def test_warns_of_an_appointment_of_the_review_that_is_closed(self, team, clinician):
        kept, other = (merging.record(team, clinician) for _number in range(2))
        followup_factories.ImagingReviewFactory(patient=kept, counts_from=TODAY - timedelta(days=40))
        followup_factories.ImagingReviewFactory(patient=other, booked_for=TODAY + timedelta(days=9))

        assert "appointment" in preview.preview_of(kept, other).warnings[0]


class TestGuard:
    def test_keeps_every_row_from_being_hung_on_a_merged_record(self, two, team, clinician):
        merged(*two, clinician)
        third = merging.record(team, clinician, set(merging.FURNISHINGS) - {"ended"})
        tried = []

        for label in (*covered.MOVES, *covered.ONCE):
            rows = covered.model_of(label)._default_manager.filter(patient=third)
            if rows.exists():
                tried.append(label)
                with pytest.raises(IntegrityError), transaction.atomic():
                    rows.update(patient=two[1])

        assert len(tried) >= 12

    def test_keeps_a_new_row_from_a_merged_record(self, two, clinician):
        merged(*two, clinician)

        with pytest.raises(IntegrityError), transaction.atomic():
            patient_factories.LabResultFactory(patient=two[1])

    def test_keeps_what_a_merged_record_says_from_being_changed(self, team, clinician):
        kept, other = (merging.record(team, clinician, ["disease", "risks"]) for _number in range(2))
        merged(kept, other, clinician)

        for label in covered.ONCE:
            with pytest.raises(IntegrityError), transaction.atomic():
                questions.row_of(other, covered.model_of(label)).save()

    def test_keeps_a_record_from_being_called_merged_without_saying_into_which(self, two):
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=two[0].pk).update(ended_because="merged", ended_on=TODAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=two[0].pk).update(merged_into=two[1])


class TestUndo:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        ours=st.sets(st.sampled_from(sorted(merging.FURNISHINGS))),
        theirs=st.sets(st.sampled_from(sorted(merging.FURNISHINGS))),
        whose=st.sampled_from([KEPT, OTHER]),
    )
    def test_gives_back_exactly_what_each_record_held(self, team, clinician, ours, theirs, whose):
        with transaction.atomic():
            kept = merging.record(team, clinician, ours, phone="1")
            other = merging.record(team, clinician, theirs, phone="2", email="a@example.org")
            before = merging.everything()

            record = merged(kept, other, clinician, whose)
            between = merging.everything()
            undone(record, clinician)

            assert merging.everything() == before
            assert between != before
            transaction.set_rollback(True)

    @pytest.mark.parametrize(("ours", "theirs"), [((1,), (1, 2)), ((1, 2), (1, 2, 3, 4)), ((3,), (1, 4, 7))])
    def test_gives_lesions_their_numbers_back_where_one_had_another_s_number(
        self, two, clinician, ours, theirs
    ):
        for patient, numbers in zip(two, (ours, theirs), strict=True):
            for number in numbers:
                patient_factories.LesionFactory(patient=patient, number=number)
        before = merging.everything()

        undone(merged(*two, clinician), clinician)

        assert merging.everything() == before

    def test_keeps_who_did_it_when_and_why(self, two, clinician):
        record = undone(merged(*two, clinician), clinician)

        assert (record.undone_by, record.undone_because) == (clinician, "Two sisters")
        assert AuditEntry.objects.filter(what="pathway.undo_merge").count() == 2

    def test_lets_the_two_be_merged_again(self, two, clinician):
        undone(merged(*two, clinician), clinician)
        for patient in two:
            patient.refresh_from_db()

        merged(*two, clinician)

        assert two[1].merged_into == two[0]

    def test_leaves_with_the_kept_record_what_was_recorded_since_and_says_so(self, two, clinician):
        record = merged(*two, clinician)
        patient_factories.LabResultFactory(patient=two[0])

        assert undoing.recorded_since(record) == [("Laboratory values", 1)]
        undone(record, clinician)
        assert two[0].lab_results.count() == 1

    def test_takes_along_a_contact_about_a_review_that_goes_back(self, two, clinician):
        review = followup_factories.ImagingReviewFactory(patient=two[1])
        record = merged(*two, clinician)
        followup_factories.ContactFactory(patient=two[0], review=review, by=clinician)

        assert undoing.recorded_since(record) == []
        undone(record, clinician)

        assert Contact.objects.get(review=review).patient == two[1]


class TestWhatBlocksUndo:
    def test_is_an_answer_changed_since(self, two, clinician):
        Patient.objects.filter(pk=two[1].pk).update(phone="0700 1")
        two[1].refresh_from_db()
        record = merged(*two, clinician)
        Patient.objects.filter(pk=two[0].pk).update(phone="0700 2")

        with pytest.raises(unmerge.UnableToUndo) as refused:
            undone(record, clinician)

        assert refused.value.blocks == ["Record 7041 2296 was changed since the merge: phone."]

    def test_is_work_that_rests_on_both(self, two, clinician):
        signed = courses.sign(two[1], clinician, "proceed")
        record = merged(*two, clinician)
        courses.planned(two[0], clinician, signed)

        assert any("rests on both records" in block for block in undoing.blocks(record))

    def test_is_a_new_review_where_an_old_one_would_open_again(self, team, clinician):
        kept, other = (merging.record(team, clinician, ["procedure"]) for _number in range(2))
        record = merged(kept, other, clinician)
        ImagingReview.objects.filter(patient=kept, closed_at=None).update(
            closed_at=LATER, closed_because="replaced"
        )
        followup_factories.ImagingReviewFactory(patient=kept, after_procedure=kept.procedures.first())

        assert "Another imaging review was opened since." in undoing.blocks(record)

    def test_is_a_later_merge_of_the_same_record(self, two, team, clinician):
        record = merged(*two, clinician)
        third = merging.record(team, clinician, mrn="5")
        later = merged(third, two[0], clinician)

        assert undoing.blocks(record) == ["Take back the later merge first: 7041 2296 into 5."]
        assert search.find_ids(team=team, text=two[1].mrn).patient_ids == [third.pk]
        undone(later, clinician)
        assert undoing.blocks(record) == []

    def test_is_that_it_was_taken_back_already(self, two, clinician):
        record = undone(merged(*two, clinician), clinician)

        with pytest.raises(unmerge.UnableToUndo):
            undone(record, clinician)

    def test_is_no_task_that_was_done_since(self, team, clinician):
        kept, other = merging.record(team, clinician), merging.record(team, clinician, ["tasks"])
        record = merged(kept, other, clinician)
        Task.objects.filter(patient=kept, closed_at=None).update(
            closed_at=LATER, outcome="done", closed_by=clinician
        )

        assert undoing.blocks(record) == []
