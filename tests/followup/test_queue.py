"""Which reviews the queue shows for what is asked, how many, in which order, and what their rows say."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership
from accounts.roles import Role
from followup import owners, queue, queue_rows, staff, stages
from followup.actions import imaging, pauses, reviews
from followup.models import ImagingReview
from patients.models import Patient
from tests.factories import accounts as account_factories
from tests.factories import followup as factory
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.factories.procedures import ProcedureFactory

NEVER_FAILS_FOR_SLOWNESS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def me(team, coordinator):
    return coordinator.memberships.select_related("team").get(team=team)


@pytest.fixture
def review_of(team, coordinator):
    """Return a function that makes a signed patient's review whose window ends so many days ago."""

    def make(name: str = "Okafor", *, late_by: int = 0, **columns) -> ImagingReview:
        patient = PatientFactory(team=team, family_name=name)
        counts_from = TODAY - timedelta(days=42 + late_by)
        procedure = ProcedureFactory(
            patient=patient,
            started_at=factory.began_at(counts_from),
            modality="TACE",
            signed_at=NOW,
            signed_by=coordinator,
        )
        columns.setdefault("owner", coordinator)
        return factory.ImagingReviewFactory(
            patient=patient,
            after_procedure=procedure,
            counts_from=counts_from,
            opened_by=coordinator,
            **columns,
        )

    return make


def question(membership, **asked) -> queue.Question:
    return queue.question_of(queue.scope_of(membership, on=TODAY), queue.Asked(**asked))


def names(membership, **asked) -> list[str]:
    page = queue_rows.page_of(question(membership, **asked))
    return [row.review.patient.family_name for row in page.rows]


class TestTabs:
    def test_hold_the_reviews_of_their_stage_and_no_others(self, me, review_of):
        review_of("Late", late_by=3)
        review_of("Inside", late_by=-1)
        review_of("Early", late_by=-20)
        review_of("Imaged", late_by=5, done_on=TODAY, done_recorded_at=NOW)
        review_of("Read", late_by=5, done_on=TODAY, done_recorded_at=NOW, read_at=NOW)

        found = {tab: names(me, stage=tab) for tab in queue.STAGES}

        assert found == {
            "overdue": ["Late"], "imaged": ["Imaged"], "read": ["Read"], "in_window": ["Inside"], "upcoming": ["Early"],
        }  # fmt: skip

    @NEVER_FAILS_FOR_SLOWNESS
    @given(late_by=st.integers(-60, 60), done=st.booleans(), read=st.booleans(), is_closed=st.booleans())
    def test_agree_with_the_stage_on_every_day(self, me, review_of, late_by, done, read, is_closed):
        columns = {"done_on": TODAY, "done_recorded_at": NOW} if done or read else {}
        columns |= {"read_at": NOW} if read else {}
        columns |= {"closed_at": NOW, "closed_because": "replaced"} if is_closed else {}
        review = review_of(late_by=late_by, **columns)

        holding = [tab for tab in queue.STAGES if queue.listed(question(me, stage=tab)).filter(pk=review.pk)]

        stage = stages.stage_of(review, on=TODAY)
        assert holding == ([] if stage == stages.CLOSED else [stage])

    def test_are_counted_as_they_are_listed(self, me, review_of, team):
        for late_by in (9, 3, -1, -20):
            review_of(late_by=late_by)
        review_of(late_by=1, owner=None, booked_for=TODAY)
        snoozed = review_of(late_by=30)
        pauses.pause(review=snoozed, until=TODAY + timedelta(days=3), reason="working", by=me.user, at=NOW)

        counted = queue.counts(question(me))

        assert {tab: count.number for tab, count in counted.items()} == {
            tab: queue.listed(question(me, stage=tab)).count() for tab in queue.TABS
        }
        assert not any(count.is_more for count in counted.values())

    def test_are_counted_within_the_filters(self, me, review_of, clinician):
        review_of(late_by=3)
        review_of(late_by=3, owner=clinician)

        counted = queue.counts(question(me, owner=str(clinician.pk)))

        assert (counted["overdue"].number, counted["all"].number) == (1, 1)

    def test_of_what_is_late_are_whole_where_a_longer_queue_is_cut(self, me, review_of, monkeypatch):
        monkeypatch.setattr(queue, "MOST_COUNTED", 3)
        for late_by in (9, 3, -1, -2, -3):
            review_of(late_by=late_by)

        counted = queue.counts(question(me))

        assert counted["overdue"] == queue.Counted(2)
        assert counted["in_window"].is_more
        assert counted["all"] == queue.Counted(3, is_more=True)

    def test_say_more_of_all_where_too_many_are_late(self, me, review_of, monkeypatch):
        monkeypatch.setattr(queue, "MOST_COUNTED", 1)
        for late_by in (9, 3):
            review_of(late_by=late_by)

        assert queue.counts(question(me))["overdue"] == queue.Counted(1, is_more=True)


class TestOrder:
    def test_is_by_days_late_the_longest_first(self, me, review_of):
        for name, late_by in (("Seven", 7), ("Forty", 40), ("Soon", -3), ("One", 1)):
            review_of(name, late_by=late_by)
        review_of("Unread", late_by=60, done_on=TODAY - timedelta(days=20), done_recorded_at=NOW)

        assert names(me) == ["Forty", "Unread", "Seven", "One", "Soon"]

    def test_is_kept_over_pages_both_ways(self, me, review_of):
        for late_by in (5, 5, 5, 3, 3, 1, -4):
            review_of(late_by=late_by)
        whole = [row.review.pk for row in queue_rows.page_of(question(me)).rows]

        pages, cursor = [], None
        while True:
            page = queue_rows.page_of(question(me), cursor, size=2)
            pages.append([row.review.pk for row in page.rows])
            if not page.after:
                break
            cursor = queue_rows.Cursor.of({"after": page.after})
        back = queue_rows.page_of(question(me), queue_rows.Cursor.of({"before": page.before}), size=2)

        assert [key for keys in pages for key in keys] == whole
        assert [row.review.pk for row in back.rows] == pages[-2]
        assert back.after

    @pytest.mark.parametrize(
        "written", ["", "x", "2026-13-01.4", "2026-03-02", "2026-03-02.x", "2026-03-02.9" * 9]
    )
    def test_begins_at_the_first_page_for_a_cursor_that_is_none(self, written):
        assert queue_rows.Cursor.of({"after": written}) is None


class TestPatientsInCare:
    @pytest.mark.parametrize("because", ["died", "transferred", "lost"])
    def test_are_the_only_ones_however_the_course_ended(self, me, review_of, because):
        review = review_of(late_by=3)

        Patient.objects.filter(pk=review.patient_id).update(ended_on=TODAY, ended_because=because)

        assert names(me) == []
        assert queue.counts(question(me))["all"].number == 0

    def test_are_there_again_when_the_end_is_taken_back(self, me, review_of):
        review = review_of("Back", late_by=3)
        patient = Patient.objects.filter(pk=review.patient_id)
        patient.update(ended_on=TODAY, ended_because="transferred")

        patient.update(ended_on=None, ended_because="")

        assert names(me, stage="overdue") == ["Back"]

    def test_do_not_come_in_with_a_review_that_opens_after_the_end(self, me, team):
        patient = PatientFactory(team=team, ended_on=TODAY, ended_because="died")

        factory.ImagingReviewFactory(patient=patient)

        assert names(me) == []

    def test_of_another_team_are_never_listed(self, me, other_team):
        factory.ImagingReviewFactory(patient=PatientFactory(team=other_team))

        assert names(me) == []


class TestFilters:
    def test_by_owner_find_mine_and_those_for_whom_i_stand_in(self, me, team, review_of, coordinator):
        away = account_factories.member(team, Role.COORDINATOR, name="A. Way")
        Membership.objects.filter(user=away).update(away_from=TODAY, away_until=TODAY, deputy=me)
        review_of("Mine", late_by=2)
        review_of("Deputised", late_by=1, owner=away)
        review_of("Other", owner=account_factories.member(team, Role.COORDINATOR))

        assert names(me, owner="me") == names(me, stage="mine") == ["Mine", "Deputised"]

    def test_by_owner_find_what_nobody_answers_for(self, me, team, review_of):
        gone = account_factories.member(team, Role.COORDINATOR)
        Membership.objects.filter(user=gone).update(is_active=False)
        alone = account_factories.member(team, Role.COORDINATOR)
        Membership.objects.filter(user=alone).update(away_from=TODAY, away_until=TODAY)
        for name, owner in (("None", None), ("Gone", gone), ("Alone", alone), ("Owned", me.user)):
            review_of(name, owner=owner)

        found = set(names(me, stage="nobody"))

        unowned = ImagingReview.objects.filter(owners.unowned(team, on=TODAY))
        assert found == {review.patient.family_name for review in unowned} == {"None", "Gone", "Alone"}

    def test_by_imaging_take_what_was_done_before_what_was_booked(self, me, review_of):
        booked = {"booked_for": TODAY, "booked_modality": "ct"}
        review_of("Booked", **booked)
        review_of("Done", done_on=TODAY, done_recorded_at=NOW, done_modality="mri", **booked)
        review_of("Neither")

        assert (names(me, imaging="ct"), names(me, imaging="mri")) == (["Booked"], ["Done"])
        assert names(me, imaging="not_known") == ["Neither"]

    def test_by_booking_and_by_place(self, me, review_of):
        review_of("Booked", booked_for=TODAY)
        review_of("Elsewhere", done_on=TODAY, done_recorded_at=NOW, is_elsewhere=True)

        assert names(me, booked="yes") == names(me, stage="booked") == ["Booked"]
        assert names(me, elsewhere="yes") == ["Elsewhere"]
        assert names(me, elsewhere="no") == ["Booked"]

    def test_by_text_find_by_name_and_number_and_through_a_snooze(self, me, review_of):
        snoozed = review_of("Halvorsen", late_by=5)
        review_of("Other")
        pauses.pause(review=snoozed, until=TODAY + timedelta(days=3), reason="working", by=me.user, at=NOW)

        assert names(me, text="halv") == names(me, text=snoozed.patient.mrn) == ["Halvorsen"]
        assert names(me, text="halv", stage="overdue") == ["Halvorsen"]

    def test_find_performed_and_not_signed_by_any_record_of_the_patient(self, me, review_of):
        review = review_of("Unsigned")
        review_of("Signed")
        ProcedureFactory(patient=review.patient, started_at=NOW, modality="TACE")

        assert names(me, stage="unsigned") == ["Unsigned"]

    def test_that_nobody_understands_are_not_asked(self):
        asked = queue.Asked.of(
            {"stage": "x", "owner": "٣", "imaging": "pet", "booked": "maybe", "q": "\x00 "}
        )

        assert asked == queue.Asked()

    def test_go_through_the_address_and_come_back(self):
        asked = queue.Asked("overdue", "me", "mri", "no", "yes", "a & b")

        again = dict(asked.pairs)

        assert queue.Asked.of(again) == asked
        assert asked.query(text="", stage="all") == "?owner=me&imaging=mri&booked=no&elsewhere=yes"


class TestOwnerWhoOnlyLooksOn:
    def test_leaves_the_review_to_nobody(self, me, review_of, clinician):
        review_of("Left", owner=clinician)
        Membership.objects.filter(user=clinician).update(role=Role.OBSERVER)

        assert names(me, stage="nobody") == ["Left"]
        assert list(ImagingReview.objects.filter(owners.unowned(me.team, on=TODAY))) == list(
            ImagingReview.objects.all()
        )
        assert clinician.pk not in staff.of_team(me.team, on=TODAY).answering

    def test_is_no_deputy(self, me, review_of, clinician):
        review_of("Left", owner=clinician)
        deputy = account_factories.member(me.team, Role.OBSERVER)
        Membership.objects.filter(user=clinician).update(
            away_from=TODAY, away_until=TODAY, deputy=deputy.memberships.get()
        )

        assert names(me, stage="nobody") == ["Left"]
        assert owners.answering(me.team, clinician, on=TODAY) is None
        assert ImagingReview.objects.filter(owners.unowned(me.team, on=TODAY)).count() == 1


class TestSnooze:
    def test_takes_a_row_off_its_list_until_its_day(self, me, review_of):
        review = review_of("Snoozed", late_by=5)
        until = TODAY + timedelta(days=1)

        pauses.pause(review=review, until=until, reason="working", by=me.user, at=NOW)

        assert (names(me, stage="overdue"), names(me), names(me, stage="snoozed")) == ([], [], ["Snoozed"])
        tomorrow = queue.question_of(queue.scope_of(me, on=until), queue.Asked("overdue"))
        assert queue.listed(tomorrow).get() == review

    def test_from_before_the_imaging_does_not_hide_that_it_waits_to_be_read(self, me, review_of):
        review = review_of("Imaged", late_by=5)
        pauses.pause(review=review, until=TODAY + timedelta(days=28), reason="contacted", by=me.user, at=NOW)

        imaging.record_done(review=review, imaged=imaging.Imaged(done_on=TODAY), by=me.user, at=NOW)

        assert (names(me, stage="imaged"), names(me, stage="snoozed")) == (["Imaged"], [])

    def test_is_no_pause_of_what_was_imaged_and_taken_back(self, me, review_of):
        review = review_of("Back", late_by=5)
        pauses.pause(review=review, until=TODAY + timedelta(days=28), reason="contacted", by=me.user, at=NOW)
        imaging.record_done(review=review, imaged=imaging.Imaged(done_on=TODAY), by=me.user, at=NOW)

        imaging.take_back_done(review=review, reason="wrong_patient", by=me.user, at=NOW)

        assert names(me, stage="overdue") == ["Back"]

    def test_that_was_lifted_holds_no_more(self, me, review_of):
        review = review_of("Awake", late_by=5)
        pauses.pause(review=review, until=TODAY + timedelta(days=9), reason="working", by=me.user, at=NOW)

        pauses.lift_pause(review=review, by=me.user, at=NOW)

        assert names(me, stage="overdue") == ["Awake"]


class TestRow:
    def row(self, me, review) -> queue_rows.Row:
        return queue_rows.rows_of(queue.scope_of(me, on=TODAY), [review.pk])[0]

    def test_says_after_what_and_how_far_it_came(self, me, review_of):
        said = {
            "After TACE of 17 Jan, not booked": review_of(late_by=2),
            "After TACE of 20 Jan, not booked, 1 day left": review_of(late_by=-1),
            "After TACE of 19 Jan, not booked, last day": review_of(late_by=0),
            "After TACE of 8 Feb, opens in 6 days": review_of(late_by=-20),
            "After TACE of 17 Jan, CT booked for 3 Mar": review_of(
                late_by=2, booked_for=TODAY + timedelta(days=1), booked_modality="ct"
            ),
            "After TACE of 17 Jan, imaging was booked for 1 Mar": review_of(
                late_by=2, booked_for=TODAY - timedelta(days=1)
            ),
            "After TACE of 17 Jan, MRI elsewhere 2 Mar, waits for a reading": review_of(
                late_by=2, done_on=TODAY, done_recorded_at=NOW, done_modality="mri", is_elsewhere=True
            ),
        }

        assert [self.row(me, review).why for review in said.values()] == list(said)

    def test_tells_readers_who_disagree_from_one_who_waits(self, me, review_of):
        review = review_of(late_by=2, done_on=TODAY, done_recorded_at=NOW, done_modality="ct")
        factory.ReadingFactory(review=review, mrecist="PR")

        one = self.row(me, review).why
        factory.ReadingFactory(review=review, mrecist="PD")

        assert one.endswith("waits for the second reader")
        assert self.row(me, review).why.endswith("the readers disagree")

    def test_tells_what_was_read(self, me, review_of):
        review = review_of(late_by=2, done_on=TODAY, done_recorded_at=NOW, read_at=NOW)
        factory.ReadingFactory(review=review, mrecist="PR")

        assert self.row(me, review).why == "After TACE of 17 Jan, read: partial response"

    @pytest.mark.parametrize(
        ("columns", "words", "act"),
        [
            ({"owner": None}, "Assign", "assign"),
            ({"late_by": 2}, "Call", "contact"),
            ({"late_by": -2}, "Book", "book"),
            ({"late_by": -30}, "Nothing today", ""),
            ({"booked_for": TODAY}, "Record", "done"),
            ({"booked_for": TODAY + timedelta(days=1)}, "Nothing today", ""),
            ({"done_on": TODAY, "done_recorded_at": NOW}, "Read", ""),
            ({"done_on": TODAY, "done_recorded_at": NOW, "read_at": NOW}, "Decide", ""),
        ],
    )
    def test_names_the_next_action(self, me, review_of, columns, words, act):
        found = self.row(me, review_of(**columns)).next

        assert (found.words, found.act) == (words, act)

    def test_waits_for_the_day_of_the_next_call(self, me, review_of):
        review = review_of(late_by=4)
        tomorrow = TODAY + timedelta(days=1)
        contact = factory.ContactFactory(review=review, outcome="no_answer", next_try_on=tomorrow)

        later = self.row(me, review).next
        contact.next_try_on = TODAY
        contact.save()

        assert (later.words, later.act) == ("Call again 3 Mar", "")
        assert self.row(me, review).next.act == "contact"

    def test_counts_tries_since_somebody_last_answered(self, me, review_of):
        review = review_of(late_by=4)
        for days, outcome in ((1, "no_answer"), (2, "left_message"), (3, "reached"), (4, "no_answer")):
            factory.ContactFactory(review=review, outcome=outcome, at=NOW - timedelta(days=days))

        assert self.row(me, review).contact == "2 tries, no answer"

    def test_names_the_deputy_and_until_when(self, me, team, review_of):
        away = account_factories.member(team, Role.CLINICIAN, name="Dr L. Away")
        Membership.objects.filter(user=away).update(away_from=TODAY, away_until=TODAY, deputy=me)

        row = self.row(me, review_of(owner=away))

        assert (row.owner, row.stands_in_for, row.away_until) == (me.user, away, TODAY)

    def test_names_an_owner_who_left_and_is_red(self, me, team, review_of):
        gone = account_factories.member(team, Role.COORDINATOR, name="P. Gone")
        Membership.objects.filter(user=gone).update(is_active=False)

        row = self.row(me, review_of(late_by=-30, owner=gone))

        assert (row.owner, row.lost_owner, row.is_red) == (None, gone, True)

    def test_shows_a_window_that_somebody_moved(self, me, review_of):
        review = review_of(late_by=60)
        due_from, due_to = TODAY + timedelta(days=2), TODAY + timedelta(days=5)

        reviews.reschedule(
            review=review, due_from=due_from, due_to=due_to, reason="scanner", note="Late", by=me.user, at=NOW
        )

        row = self.row(me, review)
        assert (row.window, row.days_late) == ("4 to 7 Mar", 0)
        assert row.bar.words == "Window 4 to 7 Mar. It opens in 2 days."
