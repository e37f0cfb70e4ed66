"""One act on many rows of the queue, and its undo: what somebody changed meanwhile is left alone and named."""

from datetime import timedelta

import pytest
from django.urls import reverse

from followup.actions import bulk, pauses, reviews
from followup.models import BulkChange, ImagingReview
from tests.factories import followup as factory
from tests.factories.patients import NOW, TODAY, PatientFactory

UNTIL = TODAY + timedelta(days=5)


@pytest.fixture
def three(team, coordinator):
    """Three overdue reviews of three patients, all owned by the coordinator."""
    return [
        factory.ImagingReviewFactory(
            patient=PatientFactory(team=team, family_name=name),
            counts_from=TODAY - timedelta(days=60),
            owner=coordinator,
        )
        for name in ("First", "Second", "Third")
    ]


def chosen(reviews_) -> list[tuple[int, int]]:
    return [(review.pk, review.revision) for review in reviews_]


def owners_of(reviews_) -> list:
    return [ImagingReview.objects.get(pk=review.pk).owner for review in reviews_]


class TestAssigningMany:
    def test_gives_all_of_them_an_owner(self, team, three, clinician, coordinator):
        worked = bulk.assign_many(team=team, chosen=chosen(three), owner=clinician, by=coordinator, at=NOW)

        assert owners_of(three) == [clinician] * 3
        assert worked.left == []

    def test_leaves_what_somebody_changed_meanwhile(self, team, three, clinician, coordinator):
        seen = chosen(three)
        reviews.assign(review=three[1], owner=None, by=clinician, at=NOW)

        worked = bulk.assign_many(team=team, chosen=seen, owner=clinician, by=coordinator, at=NOW)

        assert owners_of(three) == [clinician, None, clinician]
        assert worked.left == [three[1]]
        assert len(worked.change.rows) == 2

    def test_leaves_the_reviews_of_another_team(self, team, other_team, clinician, coordinator):
        other = factory.ImagingReviewFactory(patient=PatientFactory(team=other_team))

        worked = bulk.assign_many(team=team, chosen=chosen([other]), owner=clinician, by=coordinator, at=NOW)

        assert owners_of([other]) == [None]
        assert worked.change is None

    def test_keeps_nothing_to_undo_where_nothing_changed(self, team, three, coordinator):
        worked = bulk.assign_many(team=team, chosen=chosen(three), owner=coordinator, by=coordinator, at=NOW)

        assert worked.change is None


class TestSnoozingMany:
    def test_snoozes_all_of_them(self, team, three, coordinator):
        bulk.snooze_many(
            team=team, chosen=chosen(three), until=UNTIL, reason="working", note="", by=coordinator, at=NOW
        )

        assert [pauses.standing_pause(review, on=TODAY).until for review in three] == [UNTIL] * 3

    def test_leaves_them_where_the_team_does_not_allow_the_day(self, team, three, coordinator):
        far = TODAY + timedelta(days=29)

        worked = bulk.snooze_many(
            team=team, chosen=chosen(three), until=far, reason="working", note="", by=coordinator, at=NOW
        )

        assert worked.change is None
        assert len(worked.left) == 3


class TestUndo:
    def test_gives_each_its_owner_back(self, team, three, clinician, coordinator):
        reviews.assign(review=three[2], owner=None, by=coordinator, at=NOW)
        three[2].refresh_from_db()
        worked = bulk.assign_many(team=team, chosen=chosen(three), owner=clinician, by=coordinator, at=NOW)

        bulk.undo_bulk(change=worked.change, by=coordinator, at=NOW)

        assert owners_of(three) == [coordinator, coordinator, None]

    def test_leaves_alone_what_somebody_changed_since(self, team, three, clinician, coordinator):
        worked = bulk.assign_many(team=team, chosen=chosen(three), owner=clinician, by=coordinator, at=NOW)
        reviews.assign(review=three[0], owner=None, by=clinician, at=NOW)

        undone = bulk.undo_bulk(change=worked.change, by=coordinator, at=NOW)

        assert owners_of(three) == [None, coordinator, coordinator]
        assert undone.left == [three[0]]

    def test_wakes_what_was_snoozed(self, team, three, coordinator):
        worked = bulk.snooze_many(
            team=team, chosen=chosen(three), until=UNTIL, reason="working", note="", by=coordinator, at=NOW
        )

        bulk.undo_bulk(change=worked.change, by=coordinator, at=NOW)

        assert [pauses.standing_pause(review, on=TODAY) for review in three] == [None] * 3

    def test_puts_an_earlier_snooze_back(self, team, three, coordinator):
        before = TODAY + timedelta(days=2)
        pauses.pause(review=three[0], until=before, reason="hospital", by=coordinator, at=NOW)
        three[0].refresh_from_db()
        worked = bulk.snooze_many(
            team=team, chosen=chosen(three), until=UNTIL, reason="working", note="", by=coordinator, at=NOW
        )

        bulk.undo_bulk(change=worked.change, by=coordinator, at=NOW)

        there = pauses.standing_pause(three[0], on=TODAY)
        assert (there.until, there.reason) == (before, "hospital")

    def test_leaves_a_course_that_has_ended_since(self, team, three, clinician, coordinator):
        worked = bulk.assign_many(team=team, chosen=chosen(three), owner=clinician, by=coordinator, at=NOW)
        three[1].patient.ended_on, three[1].patient.ended_because = TODAY, "died"
        three[1].patient.save()

        undone = bulk.undo_bulk(change=worked.change, by=coordinator, at=NOW)

        assert undone.left == [three[1]]

    def test_is_done_once(self, team, three, clinician, coordinator):
        worked = bulk.assign_many(team=team, chosen=chosen(three), owner=clinician, by=coordinator, at=NOW)
        bulk.undo_bulk(change=worked.change, by=coordinator, at=NOW)

        with pytest.raises(bulk.UnableToUndoAll):
            bulk.undo_bulk(change=worked.change, by=coordinator, at=NOW)


class TestPages:
    @pytest.fixture
    def client_of(self, signed_in, coordinator):
        return signed_in(coordinator)

    def rows(self, three) -> list[str]:
        return [f"{review.pk}.{review.revision}" for review in three]

    def test_name_whom_it_concerns_before_it_is_done(self, client_of, three):
        page = client_of.get("/queue/bulk/assign/", {"row": self.rows(three)}).content.decode()

        assert all(name in page for name in ("FIRST", "SECOND", "THIRD"))

    def test_show_what_was_done_with_its_undo(self, client_of, three, clinician):
        sent = {"row": self.rows(three), "owner": clinician.pk}

        page = client_of.post("/queue/bulk/assign/?stage=overdue", sent, follow=True)

        change = BulkChange.objects.get()
        assert page.redirect_chain[0][0] == f"/queue/changes/{change.pk}/?stage=overdue"
        assert "Undo for all of them" in page.content.decode()

    def test_undo_and_name_what_was_left(self, client_of, three, clinician):
        client_of.post("/queue/bulk/assign/", {"row": self.rows(three), "owner": clinician.pk})
        reviews.assign(review=three[0], owner=None, by=clinician, at=NOW)
        change = BulkChange.objects.get()

        page = client_of.post(reverse("followup:bulk_undo", args=[change.pk]), follow=True).content.decode()

        assert "Undone for 2 rows." in page
        assert "1 row was changed by somebody meanwhile and is left as it is: FIRST, Daniel." in page

    def test_say_at_the_field_what_is_missing_and_keep_the_rows(self, client_of, three):
        answer = client_of.post(
            "/queue/bulk/snooze/", {"row": self.rows(three), "until": "", "reason": "working"}
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Say until which day." in page
        assert all(f'name="row" value="{row}"' in page for row in self.rows(three))

    def test_say_so_where_no_row_is_ticked(self, client_of, three):
        answer = client_of.get("/queue/bulk/assign/", {"row": ["x", "1", "1.x", ".", "9" * 30 + ".1"]})

        assert "No row is ticked." in answer.content.decode()

    def test_know_two_acts_only(self, client_of, three):
        assert client_of.get("/queue/bulk/end/").status_code == 404
