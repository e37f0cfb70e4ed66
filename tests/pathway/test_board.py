"""The loop board: one line a patient, red where nobody owns the next step, as many queries for many as for few."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from followup.models import ImagingReview
from pathway import board
from tests import asked as asked_of
from tests.factories import followup as factories
from tests.factories.patients import PatientFactory
from tests.factories.procedures import ProcedureFactory

TODAY = date(2026, 3, 2)


def of(team, owner, *, days_ago=35, **fields):
    """A review whose window of 28 to 42 days counts from some days ago."""
    counts_from = timezone.localdate() - timedelta(days=days_ago)
    if fields.get("done") or fields.get("read"):
        fields["done_on"] = timezone.localdate() - timedelta(days=2)
    patient = PatientFactory(team=team)
    return factories.ImagingReviewFactory(patient=patient, owner=owner, counts_from=counts_from, **fields)


def shown(client, **query):
    return client.get(reverse("pathway:board"), query).context["lines"]


class TestTheDayOfTheWindow:
    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            (1, 15, "opens in 1 day"),
            (0, 14, "day 1 of 15"),
            (-14, 0, "day 15 of 15"),
            (-15, -1, "closed 1 day ago"),
        ],
    )
    def test_is_said(self, first, last, words):
        review = ImagingReview(due_from=TODAY + timedelta(days=first), due_to=TODAY + timedelta(days=last))

        assert board.window_days(review, on=TODAY) == words

    def test_is_not_said_once_the_images_are_there(self):
        review = ImagingReview(due_from=TODAY, due_to=TODAY, done_on=TODAY)

        assert board.window_days(review, on=TODAY) == ""


class TestALine:
    def test_counts_the_procedures_and_names_the_last(self, signed_in, team, clinician):
        review = of(team, clinician)
        ProcedureFactory(
            patient=review.patient, started_at=timezone.now() - timedelta(days=200), modality="TAI"
        )

        line = shown(signed_in(clinician))[0]

        assert (line.number, line.procedure) == (2, review.after_procedure)

    def test_tells_the_step_at_which_each_stands(self, signed_in, team, clinician):
        for fields in ({}, {"done": True}, {"read": True}):
            of(team, clinician, **fields)

        assert sorted(line.at for line in shown(signed_in(clinician))) == ["decided", "read", "window"]

    def test_is_red_where_nobody_owns_the_step(self, signed_in, team, clinician):
        of(team, None)

        response = signed_in(clinician).get(reverse("pathway:board"))

        assert response.context["lines"][0].is_unowned
        assert "Nobody owns it" in response.content.decode().split("<tbody>")[1]

    def test_says_what_was_decided_before(self, signed_in, team, clinician):
        review = of(team, clinician)
        before = of(team, clinician, days_ago=90, decided=True, done_on=TODAY)
        reading = factories.ReadingFactory(review=before, reader=clinician)
        factories.DecisionFactory(reading=reading, next_review=review)

        lines = shown(signed_in(clinician))

        assert [line.decided for line in lines] == ["No treatment for now"]


class TestTheBoard:
    def test_shows_those_whom_nobody_owns(self, signed_in, team, clinician):
        of(team, clinician)
        lost = of(team, None)

        lines = shown(signed_in(clinician), owner="nobody")

        assert [line.row.review for line in lines] == [lost]

    def test_shows_nobody_of_another_team_and_nobody_whose_course_has_ended(
        self, signed_in, team, stranger, clinician
    ):
        ended = of(team, clinician)
        ended.patient.ended_because, ended.patient.ended_on = "died", timezone.localdate()
        ended.patient.save()
        of(team, clinician)

        assert len(shown(signed_in(clinician))) == 1
        assert shown(signed_in(stranger)) == []

    def test_records_the_patients_shown(self, signed_in, team, clinician):
        review = of(team, clinician)

        shown(signed_in(clinician))

        assert AuditEntry.objects.get(what="pathway:board").listed_ids == [review.patient_id]

    def test_costs_no_more_for_more_lines_and_has_pages(self, signed_in, team, clinician):
        of(team, clinician)
        client, address = signed_in(clinician), reverse("pathway:board")
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        few_queries = len(asked_of.by_the_page(few))
        for _number in range(41):
            of(team, clinician)

        with CaptureQueriesContext(connection) as many:
            response = client.get(address)

        assert len(asked_of.by_the_page(many)) == few_queries
        assert len(response.context["lines"]) == 40
        following = client.get(address + response.context["after_query"])
        assert len(following.context["lines"]) == 2
        assert len(client.get(address, {"paper": "1"}).context["lines"]) == 42

    def test_understands_no_nonsense_and_still_answers(self, signed_in, team, clinician):
        query = {"stage": "x", "owner": "0x", "after": "z", "q": "\x00"}

        assert signed_in(clinician).get(reverse("pathway:board"), query).status_code == 200
