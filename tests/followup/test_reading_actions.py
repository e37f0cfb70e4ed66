"""Readings are begun, saved, signed, corrected, taken back and adjudicated, and nothing that was said is lost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.roles import Role
from followup import standing
from followup.actions import held, imaging, pauses, readings, reviews
from followup.models import LesionReading, Reading, ReviewEvent
from patients.models import LabResult, LesionMeasurement
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories.patients import NOW, TODAY
from tests.followup.reading_world import (
    BEFORE,
    PARTIAL,
    PROGRESSED,
    again,
    draft,
    imaged,
    lesion,
    lesions_of,
    next_review,
    sign,
    sizes,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def review(team):
    return imaged(team)


@pytest.fixture
def second(team):
    return account_factories.member(team, Role.CLINICIAN, name="Dr B. Varga")


@pytest.fixture
def third(team):
    return account_factories.member(team, Role.CLINICIAN, name="Dr C. Weiss")


def kinds(review):
    return list(review.events.order_by("pk").values_list("kind", flat=True))


def decided(reading, by):
    """Close the review of a reading with the decision that rests on it."""
    row = again(reading.review)
    row.closed_at, row.closed_because, row.decided_at = NOW, "decided", NOW
    row.save()
    return factories.DecisionFactory(review=row, reading=reading, decided_by=by, decided_at=NOW)


def standing_sizes(review):
    rows = LesionMeasurement.objects.filter(
        lesion__patient=review.patient, measured_on=review.done_on, retracted_at=None
    )
    return {str(row.lesion): (row.longest_mm, row.viable_mm) for row in rows.select_related("lesion")}


class TestStartReading:
    def test_begins_with_nothing_said(self, review, clinician):
        reading = readings.start_reading(review=review, by=clinician, at=NOW)

        assert (reading.imaged_on, reading.dynamic_enhanced, reading.necrosis) == (TODAY, "not_known", "")
        assert reading.lesions.count() == 0

    def test_gives_the_same_reading_when_asked_twice(self, review, clinician):
        first = readings.start_reading(review=review, by=clinician, at=NOW)

        assert readings.start_reading(review=review, by=clinician, at=LATER).pk == first.pk

    def test_gives_each_reader_a_reading_of_their_own(self, review, clinician, second):
        own = readings.start_reading(review=review, by=clinician, at=NOW)

        assert readings.start_reading(review=review, by=second, at=NOW).pk != own.pk

    def test_refuses_what_was_not_imaged(self, team, clinician):
        review = factories.ImagingReviewFactory(patient__team=team)

        with pytest.raises(imaging.NotImaged):
            readings.start_reading(review=review, by=clinician, at=NOW)

    def test_refuses_a_closed_review(self, team, clinician):
        review = factories.ImagingReviewFactory(patient__team=team, decided=True)

        with pytest.raises(held.ReviewClosed):
            readings.start_reading(review=review, by=clinician, at=NOW)

    def test_reads_what_was_imaged_before_the_patient_was_treated_again(self, review, clinician, second):
        reviews.close(review=review, because="treated_again", by=clinician, at=NOW)

        sign(review, clinician, sizes(review, *PARTIAL))
        assert again(review).read_at == NOW
        assert standing_sizes(review)["L1"] == (40, 20)

        sign(review, second, sizes(review, *PROGRESSED), at=LATER)
        assert again(review).read_at is None
        assert readings.start_adjudication(review=review, by=clinician, at=LATER).is_adjudication

    def test_refuses_one_that_was_never_imaged_and_treated_again(self, team, clinician):
        review = factories.ImagingReviewFactory(patient__team=team)
        reviews.close(review=review, because="treated_again", by=clinician, at=NOW)

        with pytest.raises(held.ReviewClosed):
            readings.start_reading(review=review, by=clinician, at=NOW)

    def test_refuses_a_patient_whose_course_ended(self, review, clinician):
        review.patient.ended_on, review.patient.ended_because = TODAY, "died"
        review.patient.save()

        with pytest.raises(held.CourseEnded):
            readings.start_reading(review=review, by=clinician, at=NOW)


class TestSaveReading:
    def test_keeps_what_could_not_be_read(self, review, clinician):
        row = lesions_of(review)[0]
        reading = draft(review, clinician, {f"l{row.pk}-longest": {"raw": "4O"}})

        assert again(reading).typed[f"l{row.pk}-longest"] == {"raw": "4O"}

    def test_changes_only_what_this_window_changed(self, review, clinician):
        reading = draft(review, clinician, {"necrosis": {"value": "partial"}})

        saved = readings.save_reading(
            reading=reading, given={"necrosis": {"value": None}, "spread": {"value": "none"}},
            base={"necrosis": {"value": None}}, by=clinician, at=LATER,
        )  # fmt: skip

        assert again(reading).typed["necrosis"] == {"value": "partial"}
        assert saved.changed_elsewhere == {"necrosis"}

    def test_refuses_another_person(self, review, clinician, second):
        reading = draft(review, clinician, {})

        with pytest.raises(readings.UnableToSave):
            readings.save_reading(reading=reading, given={}, base={}, by=second, at=LATER)

    def test_refuses_what_is_signed(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))

        with pytest.raises(readings.UnableToSave):
            readings.save_reading(reading=reading, given={}, base={}, by=clinician, at=LATER)


class TestSignReading:
    def test_works_out_both_responses_from_baseline(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))

        assert (reading.mrecist, reading.recist_1_1) == ("PR", "SD")
        assert (reading.viable_sum_mm, reading.longest_sum_mm) == (Decimal("30.0"), Decimal("70.0"))

    def test_keeps_the_whole_record_with_the_arithmetic(self, review, clinician):
        version = sign(review, clinician, sizes(review, *PARTIAL)).versions.get()

        targets = version.record["responses"]["mrecist"]["targets"]
        assert (targets["baseline_mm"], targets["current_mm"]) == (80, 30)
        assert targets["change_from_baseline_pct"] == -62.5
        assert [one["label"] for one in version.record["lesions"]] == ["L1", "L2"]
        assert version.record["engine_version"]

    def test_leaves_unknown_what_nobody_said(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))

        assert (reading.enlargement, reading.necrosis, reading.thrombus) == ("not_known", "", "")

    def test_takes_a_viable_part_for_viable_tumour(self, review, clinician):
        assert sign(review, clinician, sizes(review, *PARTIAL)).viable_tumour == "yes"

    def test_never_takes_no_viable_part_for_no_viable_tumour(self, review, clinician):
        assert sign(review, clinician, sizes(review, (40, 0), (30, 0))).viable_tumour == "not_known"

    def test_calls_mrecist_not_evaluable_without_dynamic_enhancement(self, review, clinician):
        answers = sizes(review, (40, None), (30, None), dynamic_enhanced="no")

        assert sign(review, clinician, answers).mrecist == "NE"

    def test_ends_a_snooze_of_the_reading(self, review, clinician):
        until = TODAY + timedelta(days=7)
        pauses.pause(review=review, until=until, reason="working", by=clinician, at=NOW)

        sign(review, clinician, sizes(review, *PARTIAL))

        assert pauses.standing_pause(review, on=TODAY) is None

    def test_marks_the_review_read(self, review, clinician):
        sign(review, clinician, sizes(review, *PARTIAL))

        assert again(review).read_at == NOW
        assert kinds(review) == ["read"]

    def test_lets_the_sizes_into_the_history_of_the_lesions(self, review, clinician):
        sign(review, clinician, sizes(review, *PARTIAL))

        assert standing_sizes(review) == {"L1": (40, 20), "L2": (30, 10)}
        size = LesionMeasurement.objects.get(lesion__number=1, measured_on=TODAY)
        assert size.source == "Reading of Dr S. Lindqvist"

    def test_writes_zero_for_a_lesion_that_is_gone(self, review, clinician):
        gone = lesions_of(review)[1]
        answers = sizes(review, (40, 20)) | {f"l{gone.pk}-state": {"value": "disappeared"}}
        sign(review, clinician, answers)

        assert standing_sizes(review)["L2"] == (0, 0)

    def test_writes_no_size_where_a_lesion_cannot_be_judged(self, review, clinician):
        hidden = lesions_of(review)[1]
        answers = sizes(review, (40, 20)) | {f"l{hidden.pk}-state": {"value": "not_evaluable"}}
        sign(review, clinician, answers)

        assert "L2" not in standing_sizes(review)

    def test_adds_the_afp_to_the_laboratory(self, review, clinician):
        afp = {"value": 420, "unit": "ng/mL", "comparator": ""}
        answers = sizes(review, *PARTIAL, afp=afp, afp_on="2026-02-27")
        sign(review, clinician, answers)

        result = LabResult.objects.get(patient=review.patient)
        assert (result.analyte, result.value, result.taken_on.isoformat()) == (
            "afp_ng_per_ml", 420, "2026-02-27",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("answers", "words"),
        [
            ({"state": None}, "L1: measure it"),
            ({"state": "measured"}, "L1: the longest diameter is missing"),
            ({"state": "merged"}, "L1: say which lesion"),
        ],
    )
    def test_refuses_a_lesion_that_is_left_open(self, review, clinician, answers, words):
        first, other = lesions_of(review)
        given = {f"l{first.pk}-{name}": {"value": value} for name, value in answers.items()}
        given |= {f"l{other.pk}-longest": {"value": 30}}
        reading = draft(review, clinician, given)

        with pytest.raises(readings.UnableToSign) as refused:
            readings.sign_reading(reading=reading, by=clinician, at=NOW)

        assert [gap.words for gap in refused.value.gaps if words in gap.words]
        assert again(reading).signed_at is None

    def test_refuses_what_contradicts_itself(self, review, clinician):
        reading = draft(review, clinician, sizes(review, *PARTIAL, viable_tumour="no"))

        with pytest.raises(readings.UnableToSign) as refused:
            readings.sign_reading(reading=reading, by=clinician, at=NOW)

        assert [gap.name for gap in refused.value.gaps] == ["viable_tumour"]

    def test_refuses_a_viable_part_on_a_plain_scan(self, review, clinician):
        reading = draft(review, clinician, sizes(review, *PARTIAL, dynamic_enhanced="no"))

        with pytest.raises(readings.UnableToSign) as refused:
            readings.sign_reading(reading=reading, by=clinician, at=NOW)

        assert [gap.name for gap in refused.value.gaps] == ["dynamic_enhanced"]

    def test_signs_once(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))

        with pytest.raises(readings.UnableToSave):
            readings.sign_reading(reading=reading, by=clinician, at=LATER)


class TestLesionsSeenFirst:
    def add(self, review, reader, **answers):
        reading = draft(review, reader, sizes(review, *PARTIAL, new_lesions=None))
        slot = readings.add_row(reading=reading, by=reader, at=NOW)
        said = {"longest": 14, "viable": 14, "segments": ["2"], **answers}
        given = {f"{slot}-{name}": {"value": value} for name, value in said.items()}
        return readings.save_reading(reading=reading, given=given, base={}, by=reader, at=NOW).reading

    def test_are_no_lesions_of_the_patient_before_the_signature(self, review, clinician):
        self.add(review, clinician)

        assert len(lesions_of(review)) == 2

    def test_become_lesions_and_progression_with_it(self, review, clinician):
        reading = self.add(review, clinician)
        readings.sign_reading(reading=reading, by=clinician, at=NOW)

        made = lesions_of(review)[2]
        assert (made.number, made.segments, made.first_seen_on) == (3, ["2"], TODAY)
        assert (again(reading).mrecist, again(reading).new_lesions) == ("PD", "yes")
        assert standing_sizes(review)["L3"] == (14, 14)

    def test_that_split_off_another_are_not_new(self, review, clinician):
        first = lesions_of(review)[0]
        reading = self.add(review, clinician, split_from=f"l{first.pk}")
        no = {"new_lesions": {"value": "no"}}
        readings.save_reading(reading=reading, given=no, base={}, by=clinician, at=NOW)
        readings.sign_reading(reading=reading, by=clinician, at=NOW)

        row = LesionReading.objects.get(reading=reading, lesion__number=3)
        assert (row.split_from, row.is_new) == (first, False)
        assert again(reading).mrecist == "PR"

    def test_cannot_be_denied_beside_the_table(self, review, clinician):
        reading = self.add(review, clinician)
        no = {"new_lesions": {"value": "no"}}
        readings.save_reading(reading=reading, given=no, base={}, by=clinician, at=NOW)

        with pytest.raises(readings.UnableToSign) as refused:
            readings.sign_reading(reading=reading, by=clinician, at=NOW)

        assert [gap.name for gap in refused.value.gaps] == ["new_lesions"]

    def test_are_taken_back_with_the_reading(self, review, clinician):
        reading = self.add(review, clinician)
        readings.sign_reading(reading=reading, by=clinician, at=NOW)
        readings.retract_reading(reading=reading, because="Wrong patient", by=clinician, at=LATER)

        made = lesions_of(review)[2]
        assert made.retracted_because == "Wrong patient"

    def test_keep_their_identity_in_a_correction(self, review, clinician):
        reading = self.add(review, clinician)
        readings.sign_reading(reading=reading, by=clinician, at=NOW)
        readings.open_correction(reading=reading, by=clinician, at=LATER)
        larger = {"n1-longest": {"value": 16}}
        readings.save_reading(reading=reading, given=larger, base={}, by=clinician, at=LATER)
        readings.sign_reading(reading=reading, by=clinician, at=LATER, reason="Measured again")

        assert len(lesions_of(review)) == 3
        assert standing_sizes(review)["L3"] == (16, 14)

    def test_can_be_taken_off_the_draft(self, review, clinician):
        reading = self.add(review, clinician)
        readings.drop_row(reading=reading, slot="n1", by=clinician, at=NOW)

        assert not [name for name in again(reading).typed if name.startswith("n1")]

    def test_are_nine_at_most(self, review, clinician):
        reading = draft(review, clinician, {})
        for _row in range(9):
            readings.add_row(reading=reading, by=clinician, at=NOW)

        with pytest.raises(readings.TooManyRows):
            readings.add_row(reading=reading, by=clinician, at=NOW)


class TestCorrectReading:
    def correct(self, reading, reader, answers, reason="Slice thickness"):
        readings.open_correction(reading=reading, by=reader, at=LATER)
        readings.save_reading(reading=reading, given=answers, base={}, by=reader, at=LATER)
        return readings.sign_reading(reading=reading, by=reader, at=LATER, reason=reason)

    def test_adds_a_version_and_keeps_the_first(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        self.correct(reading, clinician, sizes(review, *PROGRESSED))

        assert [version.record["mrecist"] for version in reading.versions.all()] == ["PR", "PD"]
        assert again(reading).mrecist == "PD"

    def test_needs_a_reason(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))

        with pytest.raises(readings.UnableToSign):
            self.correct(reading, clinician, {}, reason="")

    def test_leaves_the_signed_version_standing_until_it_is_signed(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        readings.open_correction(reading=reading, by=clinician, at=LATER)
        readings.save_reading(
            reading=reading, given=sizes(review, *PROGRESSED), base={}, by=clinician, at=LATER
        )

        assert (again(reading).mrecist, again(reading).revision) == ("PR", reading.revision)
        assert again(review).read_at == NOW

    @pytest.mark.parametrize(("sizes_now", "asks"), [(PROGRESSED, 1), (((40, 20), (30, 11)), 0)])
    def test_after_the_decision_asks_who_decided_to_look_again(
        self, review, clinician, second, sizes_now, asks
    ):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        decided(reading, second)

        for _time in range(2):
            self.correct(reading, clinician, sizes(review, *sizes_now))

        found = review.patient.tasks.filter(owner=second, closed_at=None)
        assert [task.due_to for task in found] == [TODAY] * asks
        assert again(review).decided_at == NOW

    def test_replaces_the_sizes_and_keeps_the_old_ones_to_be_seen(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        self.correct(reading, clinician, sizes(review, (42, 20), (30, 10)))

        assert standing_sizes(review)["L1"] == (42, 20)
        wrong = LesionMeasurement.objects.get(lesion__number=1, longest_mm=40)
        assert wrong.retracted_because == "Slice thickness"

    def test_is_for_the_reader_alone(self, review, clinician, second):
        reading = sign(review, clinician, sizes(review, *PARTIAL))

        with pytest.raises(readings.UnableToCorrect):
            readings.open_correction(reading=reading, by=second, at=LATER)

    def test_can_be_left(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        readings.open_correction(reading=reading, by=clinician, at=LATER)
        readings.drop_correction(reading=reading, by=clinician, at=LATER)

        assert again(reading).typed == {}


class TestSeveralReaders:
    def test_agree_and_the_first_stands(self, review, clinician, second):
        first = sign(review, clinician, sizes(review, *PARTIAL))
        sign(review, second, sizes(review, (41, 21), (30, 10)), at=LATER)

        assert standing.standing_reading(again(review)) == first
        assert standing_sizes(review)["L1"] == (40, 20)

    def test_who_differ_leave_the_review_unread(self, review, clinician, second):
        sign(review, clinician, sizes(review, *PARTIAL))
        sign(review, second, sizes(review, *PROGRESSED), at=LATER)

        assert again(review).read_at is None
        assert kinds(review) == ["read", "disputed"]
        assert standing_sizes(review) == {}

    def test_who_differ_after_the_decision_are_told_to_who_decided(self, review, clinician, second):
        begun = draft(review, second, sizes(review, *PROGRESSED))
        decided(sign(review, clinician, sizes(review, *PARTIAL)), clinician)

        readings.sign_reading(reading=begun, by=second, at=LATER)

        assert "look at the decision again" in review.patient.tasks.get(owner=clinician).title

    def test_who_differ_end_a_snooze_of_the_decision(self, review, clinician, second):
        sign(review, clinician, sizes(review, *PARTIAL))
        until = TODAY + timedelta(days=7)
        pauses.pause(review=review, until=until, reason="working", by=clinician, at=NOW)

        sign(review, second, sizes(review, *PROGRESSED), at=LATER)

        assert pauses.standing_pause(review, on=TODAY) is None

    def test_are_told_once_that_they_differ(self, review, clinician, second, third):
        for reader, each in ((clinician, PARTIAL), (second, PROGRESSED), (third, PARTIAL)):
            sign(review, reader, sizes(review, *each), at=LATER)

        assert kinds(review).count("disputed") == 1

    def test_are_both_waited_for_where_the_team_asks_for_two(self, review, clinician, second):
        factories.FollowUpSettingsFactory(team=review.team, asks_two_readers=True)
        sign(review, clinician, sizes(review, *PARTIAL))
        assert again(review).read_at is None

        sign(review, second, sizes(review, *PARTIAL), at=LATER)

        assert again(review).read_at == LATER

    def test_do_not_see_each_others_new_lesions(self, review, clinician, second):
        reading = TestLesionsSeenFirst().add(review, clinician)
        readings.sign_reading(reading=reading, by=clinician, at=NOW)
        other = sign(review, second, sizes(review, *PARTIAL), at=LATER)

        assert [one["label"] for one in other.versions.get().record["lesions"]] == ["L1", "L2"]

    def test_agree_again_after_a_correction(self, review, clinician, second):
        sign(review, clinician, sizes(review, *PARTIAL))
        other = sign(review, second, sizes(review, *PROGRESSED), at=LATER)
        TestCorrectReading().correct(other, second, sizes(review, *PARTIAL))

        assert again(review).read_at == LATER
        assert standing_sizes(review)["L1"] == (40, 20)


class TestAdjudicate:
    def dispute(self, review, clinician, second):
        sign(review, clinician, sizes(review, *PARTIAL))
        sign(review, second, sizes(review, *PROGRESSED), at=LATER)

    def test_needs_readers_who_disagree(self, review, clinician):
        sign(review, clinician, sizes(review, *PARTIAL))

        with pytest.raises(readings.NotDisputed):
            readings.start_adjudication(review=review, by=clinician, at=LATER)

    def test_settles_with_a_reason(self, review, clinician, second, third):
        self.dispute(review, clinician, second)
        reading = readings.start_adjudication(review=review, by=third, at=LATER)
        readings.save_reading(reading=reading, given=sizes(review, *PROGRESSED), base={}, by=third, at=LATER)
        with pytest.raises(readings.UnableToSign):
            readings.sign_reading(reading=reading, by=third, at=LATER)

        readings.sign_reading(reading=reading, by=third, at=LATER, because="Washout is clear")

        assert standing.standing_reading(again(review)) == reading
        assert kinds(review) == ["read", "disputed", "read"]
        assert standing_sizes(review)["L1"] == (60, 60)

    def test_keeps_every_size_that_was_ever_read(self, review, clinician, second, third):
        self.dispute(review, clinician, second)
        reading = readings.start_adjudication(review=review, by=third, at=LATER)
        answers = sizes(review, *PROGRESSED) | {"why": {"value": "Washout is clear"}}
        readings.save_reading(reading=reading, given=answers, base={}, by=third, at=LATER)
        readings.sign_reading(reading=reading, by=third, at=LATER)

        of_first = LesionMeasurement.objects.filter(lesion__number=1, measured_on=TODAY)
        assert [(size.longest_mm, size.retracted_at is None) for size in of_first] == [
            (40, False),
            (60, True),
        ]

    def test_is_taken_over_from_somebody_who_did_not_finish(self, review, clinician, second, third):
        self.dispute(review, clinician, second)
        left = readings.start_adjudication(review=review, by=third, at=LATER)
        own = readings.start_adjudication(review=review, by=clinician, at=LATER)

        assert own.pk != left.pk
        assert again(left).retracted_because == "Taken over by Dr S. Lindqvist"


class TestRetractReading:
    def test_lets_the_review_wait_again(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        readings.retract_reading(reading=reading, because="Wrong images", by=clinician, at=LATER)

        assert again(review).read_at is None
        assert standing_sizes(review) == {}
        event = ReviewEvent.objects.filter(review=review).latest("pk")
        assert (event.kind, event.reason, event.note) == ("undone", "read", "Wrong images")

    def test_lets_the_other_reading_stand(self, review, clinician, second):
        first = sign(review, clinician, sizes(review, *PARTIAL))
        other = sign(review, second, sizes(review, *PROGRESSED), at=LATER)
        readings.retract_reading(reading=first, because="Wrong images", by=clinician, at=LATER)

        assert standing.standing_reading(again(review)) == other
        assert standing_sizes(review)["L1"] == (60, 60)

    def test_lets_the_reader_read_anew(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        readings.retract_reading(reading=reading, because="Wrong images", by=clinician, at=LATER)

        assert readings.start_reading(review=review, by=clinician, at=LATER).pk != reading.pk

    def test_happens_once(self, review, clinician):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        readings.retract_reading(reading=reading, because="Wrong images", by=clinician, at=LATER)

        with pytest.raises(readings.UnableToRetract):
            readings.retract_reading(reading=reading, because="Again", by=clinician, at=LATER)


class TestNextReview:
    """The nadir is the smallest sum of what stood; the targets are those first chosen."""

    def test_compares_progression_with_the_nadir(self, review, clinician):
        sign(review, clinician, sizes(review, (40, 20), (30, 10)))
        later = next_review(review)
        reading = sign(later, clinician, sizes(later, (44, 30), (34, 10)), at=LATER)

        targets = reading.versions.get().record["responses"]["mrecist"]["targets"]
        assert (targets["baseline_mm"], targets["nadir_mm"], targets["current_mm"]) == (80, 30, 40)
        assert reading.mrecist == "PD"

    def test_keeps_the_targets_that_were_chosen_first(self, review, clinician):
        second_lesion = lesions_of(review)[1]
        answers = sizes(review, *PARTIAL) | {f"l{second_lesion.pk}-target": {"value": "no"}}
        sign(review, clinician, answers)
        later = next_review(review)
        reading = sign(later, clinician, sizes(later, *PARTIAL), at=LATER)

        assert list(reading.lesions.filter(is_target=True).values_list("lesion__number", flat=True)) == [1]

    def test_counts_a_lesion_of_the_reading_before_as_new_no_more(self, review, clinician):
        first = TestLesionsSeenFirst().add(review, clinician)
        readings.sign_reading(reading=first, by=clinician, at=NOW)
        later = next_review(review)
        reading = sign(later, clinician, sizes(later, *PARTIAL, (14, 14)), at=LATER)

        assert not reading.lesions.filter(is_new=True).exists()
        assert reading.mrecist == "PD"


def test_a_lesion_without_a_size_before_treatment_is_never_a_target(team, clinician):
    review = imaged(team)
    lesion(review.patient, 3, on=BEFORE)
    reading = sign(review, clinician, sizes(review, *PARTIAL, (20, 20), non_target="non_progressive"))

    assert not Reading.objects.get(pk=reading.pk).lesions.get(lesion__number=3).is_target
