"""The page of the decision: the card, the form, what is decided through it, and taking it back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from followup.models import Decision
from patients.actions import register
from tests import asked as asked_of
from tests.followup import deciding
from tests.followup.deciding import NOT_CERTAIN, PROGRESSED, VIABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


def address(reading):
    return reverse("followup:decide", args=[reading.review.patient_id, reading.review_id])


def sent(reading, choice, **more):
    return {
        "reading": reading.pk,
        "reading_revision": reading.revision,
        "choice": choice,
        "months": "2",
    } | more


def through_the_page(client, reading, choice, **more):
    """Post the form; return the decision that was made."""
    answer = client.post(address(reading), sent(reading, choice, **more))
    assert answer.status_code == 302, answer.context["form"].errors
    return Decision.objects.get(review=reading.review)


def course(team, reader, *answers_of_reviews):
    patient = deciding.treated_patient(team)
    reading = None
    for place, answers in enumerate(answers_of_reviews, start=1):
        behind = len(answers_of_reviews) - place
        imaged_on = deciding.TODAY - timedelta(days=60 * behind)
        procedure = deciding.treat(patient, imaged_on - timedelta(days=28), by=reader)
        reading = deciding.read_review(procedure, reader, imaged_on=imaged_on, is_open=behind == 0, **answers)
    return reading


class TestEveryBranch:
    """Each decision of the contract, followed as it is recommended."""

    def test_holds(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician)

        made = through_the_page(signed_in(clinician), reading, "hold")

        assert (made.choice, made.recommended, made.next_review.interval_months) == ("hold", "hold", 2)

    def test_repeats_and_goes_to_the_assessment(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician, **VIABLE)

        answer = signed_in(clinician).post(
            address(reading), sent(reading, "consider_repeat", repeat_how="repeat")
        )

        made = Decision.objects.get()
        assert answer.url == reverse("assessments:edit", args=[made.review.patient_id, made.assessment_id])

    def test_waits_for_the_liver(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician, **VIABLE)

        made = through_the_page(
            signed_in(clinician), reading, "consider_repeat", months="1",
            repeat_how="wait_for_liver_recovery",
        )  # fmt: skip

        assert made.options == ["wait_for_liver_recovery"]
        assert made.task is not None
        assert made.next_review is not None

    def test_prolongs(self, team, clinician, signed_in):
        reading = course(team, clinician, VIABLE, VIABLE, VIABLE, VIABLE)

        made = through_the_page(
            signed_in(clinician), reading, "prolong_interval", months="3", repeat_later="on"
        )

        assert (made.recommended, made.options, made.interval_months) == (
            "prolong_interval", ["repeat_later"], 3,
        )  # fmt: skip

    def test_switches(self, team, clinician, signed_in, today):
        reading = course(team, clinician, VIABLE, PROGRESSED, PROGRESSED)

        made = through_the_page(
            signed_in(clinician), reading, "switch_or_combine", months="1", switch_to=["systemic_therapy"],
            refer_kind="mdt", refer_owner=clinician.pk, refer_on=(today + timedelta(days=7)).isoformat(),
        )  # fmt: skip

        assert (made.recommended, made.options) == ("switch_or_combine", ["systemic_therapy"])
        assert (made.task.owner, made.task.due_to) == (clinician, today + timedelta(days=7))

    def test_images_again(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician, **NOT_CERTAIN)

        assert through_the_page(signed_in(clinician), reading, "review_again").recommended == "review_again"

    def test_decides_with_a_reason_where_not_enough_is_known(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician, dynamic_enhanced="no", mrecist="NE")
        client = signed_in(clinician)

        page = client.get(address(reading))
        made = through_the_page(client, reading, "review_again", months="1", against_because="technical")

        assert "Not enough known" in page.content.decode()
        assert "Dynamic enhanced CT or MRI shows it" in page.content.decode()
        assert made.recommended == "insufficient_data"


class TestRefusalAtTheField:
    def refused(self, client, reading, choice, **more):
        answer = client.post(address(reading), sent(reading, choice, **more))
        assert answer.status_code == 422
        assert not Decision.objects.exists()
        return answer.context["form"]

    @pytest.fixture
    def client(self, clinician, signed_in):
        return signed_in(clinician)

    @pytest.fixture
    def quiet(self, team, clinician):
        return deciding.ready_to_decide(team, clinician)

    def test_of_nothing_chosen(self, client, quiet):
        assert "choice" in self.refused(client, quiet, "").errors

    def test_of_what_is_no_choice(self, client, quiet):
        assert "choice" in self.refused(client, quiet, "operate").errors

    def test_of_no_reason_against_the_recommendation(self, client, quiet):
        assert "against_because" in self.refused(client, quiet, "review_again").errors

    def test_of_another_reason_without_words(self, client, quiet):
        form = self.refused(client, quiet, "review_again", against_because="other")

        assert list(form.errors) == ["note"]

    def test_of_no_interval(self, client, quiet):
        assert "months" in self.refused(client, quiet, "hold", months="").errors

    @pytest.mark.parametrize("months", ["0", "4", "two"])
    def test_of_an_interval_outside_of_the_clause(self, client, quiet, months):
        assert "months" in self.refused(client, quiet, "hold", months=months).errors

    def test_of_another_interval_without_a_reason(self, client, quiet):
        assert "interval_reason" in self.refused(client, quiet, "hold", months="1").errors

    def test_of_another_reason_for_it_without_words(self, client, quiet):
        form = self.refused(client, quiet, "hold", months="1", interval_reason="other")

        assert list(form.errors) == ["interval_note"]

    def test_of_a_switch_to_nothing_by_nobody(self, client, quiet):
        form = self.refused(
            client, quiet, "switch_or_combine", against_because="meeting", switch_to=["combine"], note="Typed"
        )

        assert {"switch_to", "refer_owner", "refer_on"} <= form.errors.keys()
        assert form["note"].value() == "Typed"

    @pytest.mark.parametrize(("days", "is_refused"), [(-1, True), (0, False), (90, False), (91, True)])
    def test_of_a_day_that_has_passed_or_is_far_away(self, client, quiet, clinician, today, days, is_refused):
        more = {
            "against_because": "meeting", "switch_to": ["surgery"], "refer_owner": clinician.pk,
            "refer_on": (today + timedelta(days=days)).isoformat(),
        }  # fmt: skip

        answer = client.post(address(quiet), sent(quiet, "switch_or_combine", **more))

        assert (answer.status_code == 422) is is_refused

    def test_of_an_owner_from_another_team(self, client, quiet, stranger):
        form = self.refused(
            client, quiet, "switch_or_combine", against_because="meeting", refer_owner=stranger.pk
        )

        assert "refer_owner" in form.errors

    def test_asks_for_no_interval_where_an_assessment_comes_first(self, client, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, **VIABLE)

        made = through_the_page(client, reading, "consider_repeat", months="", repeat_how="repeat")

        assert made.interval_months is None

    def test_keeps_the_reason_of_another_interval(self, client, quiet):
        made = through_the_page(
            client, quiet, "hold", months="3", interval_reason="other", interval_note="Abroad until June"
        )

        following = made.next_review
        assert (following.interval_months, following.interval_reason, following.interval_note) == (
            3, "other", "Abroad until June",
        )  # fmt: skip


class TestTwoPeople:
    def test_the_second_is_told_what_the_first_decided(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician)
        client = signed_in(clinician)
        first = through_the_page(client, reading, "hold")

        answer = client.post(
            address(reading), sent(reading, "review_again", against_because="patient"), follow=True
        )

        page = answer.content.decode()
        assert Decision.objects.get() == first
        assert "Your decision was not kept" in page
        assert "No treatment for now" in page

    def test_a_correction_since_is_shown_before_the_decision(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician)
        sent_before = sent(reading, "hold", note="Typed before")
        type(reading).objects.filter(pk=reading.pk).update(revision=2)
        client = signed_in(clinician)

        answer = client.post(address(reading), sent_before)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Another reading stands since" in page
        assert "Typed before" in page
        again = client.post(address(reading), sent_before | {"reading_revision": 2})
        assert again.status_code == 302

    def test_a_review_that_nobody_read_has_nothing_to_decide(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician)
        type(reading.review).objects.filter(pk=reading.review_id).update(read_at=None)

        answer = signed_in(clinician).get(address(reading), follow=True)

        assert "No reading stands yet" in answer.content.decode()


class TestCourseThatHasEnded:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_has_nothing_to_decide(self, team, clinician, signed_in, today, method):
        reading = deciding.ready_to_decide(team, clinician)
        patient = reading.review.patient
        register.end_course(patient=patient, by=clinician, at=deciding.AT, because="died", on=today)

        answer = getattr(signed_in(clinician), method)(address(reading), sent(reading, "hold"), follow=True)

        assert "The course has ended" in answer.content.decode()
        assert not Decision.objects.exists()


class TestCardOnThePage:
    def test_shows_the_facts_with_their_day_and_clause(self, team, clinician, signed_in):
        page = signed_in(clinician).get(address(deciding.ready_to_decide(team, clinician))).content.decode()

        for said in ("Lipiodol deposition", "Dense", "2 Mar 2026", "Reading of Dr S. Lindqvist", "7.4"):
            assert said in page

    def test_asks_few_queries_however_many_reviews(self, team, clinician, signed_in):
        client = signed_in(clinician)
        counts = []
        for reviews in ([VIABLE], [VIABLE, VIABLE, VIABLE]):
            reading = course(team, clinician, *reviews)
            # Once: a session notes its first use.
            client.get(reverse("followup:reviews", args=[reading.review.patient_id]))
            with CaptureQueriesContext(connection) as asked:
                client.get(address(reading))
            counts.append(len(asked_of.by_the_page(asked)))

        assert counts[0] <= 25
        assert counts[1] == counts[0]


class TestDecisionPage:
    @pytest.fixture
    def made(self, team, clinician, signed_in):
        return through_the_page(signed_in(clinician), deciding.ready_to_decide(team, clinician), "hold")

    def page_of(self, client, made):
        return client.get(reverse("followup:decision", args=[made.review.patient_id, made.pk]))

    def test_shows_the_facts_as_they_were_known(self, made, coordinator, signed_in):
        made.reading.necrosis = "none"
        made.reading.save()

        page = self.page_of(signed_in(coordinator), made).content.decode()

        assert "Complete" in page
        assert "Take it back" not in page

    def test_is_withdrawn_with_a_reason(self, made, clinician, signed_in):
        client = signed_in(clinician)
        address_of = reverse("followup:withdraw_decision", args=[made.review.patient_id, made.pk])

        without = client.post(address_of, {"reason": ""})
        client.post(address_of, {"reason": "Wrong patient"})

        made.refresh_from_db()
        assert without.status_code == 422
        assert (made.withdrawn_because, made.review.is_open) == ("Wrong patient", True)
        assert "Wrong patient" in self.page_of(client, made).content.decode()

    def test_says_what_stands_in_the_way(self, made, clinician, signed_in):
        type(made.next_review).objects.filter(pk=made.next_review_id).update(revision=1)
        client = signed_in(clinician)

        page = self.page_of(client, made).content.decode()
        answer = client.post(
            reverse("followup:withdraw_decision", args=[made.review.patient_id, made.pk]), {"reason": "Wrong"}
        )

        assert "was worked on since" in page
        assert answer.status_code == 422
        assert "was worked on since" in answer.content.decode()

    def test_of_another_patient_is_not_found(self, made, team, clinician, signed_in):
        other = deciding.treated_patient(team)

        answer = signed_in(clinician).get(reverse("followup:decision", args=[other.pk, made.pk]))

        assert answer.status_code == 404


class TestAssessmentThatADecisionOpened:
    def test_says_where_it_came_from(self, team, clinician, signed_in):
        client = signed_in(clinician)
        reading = deciding.ready_to_decide(team, clinician, **VIABLE)
        made = through_the_page(client, reading, "consider_repeat", repeat_how="repeat")
        patient_id = made.review.patient_id

        detail = client.get(reverse("assessments:detail", args=[patient_id, made.assessment_id]))
        overview = client.get(reverse("pathway:patient", args=[patient_id]))

        where = reverse("followup:decision", args=[patient_id, made.pk])
        assert where in detail.content.decode()
        assert where in overview.content.decode()
