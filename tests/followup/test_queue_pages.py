"""The pages of the queue: the list, the row that is open, each act, what is told to the second person, the files."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership
from followup.actions import imaging, pauses
from followup.models import Contact, ImagingReview, ReviewEvent, SavedView
from patients.models import Patient, YesNo
from tests import asked as asked_of
from tests.factories import followup as factory
from tests.factories.patients import AllergyFactory, PatientFactory

HTMX = {"HTTP_HX_REQUEST": "true"}
BACKGROUND = {**HTMX, "HTTP_X_BACKGROUND": "yes"}
LIST = "/queue/"


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def review(team, coordinator, today):
    """Overdue by three days, owned by the coordinator."""
    return factory.ImagingReviewFactory(
        patient=PatientFactory(team=team, family_name="Halvorsen", given_name="Ingrid", phone="+47 555"),
        counts_from=today - timedelta(days=45),
        owner=coordinator,
        opened_by=coordinator,
        after_procedure__signed_at=timezone.now(),
        after_procedure__signed_by=coordinator,
    )


@pytest.fixture
def client_of(signed_in, coordinator):
    return signed_in(coordinator)


def act_url(review, act, query="") -> str:
    return reverse("followup:queue_act", args=[review.pk, act]) + query


def row_url(review) -> str:
    return reverse("followup:queue_row", args=[review.pk])


def post(client, review, act, *, revision=None, query="", headers=None, **data):
    sent = {"revision": review.revision if revision is None else revision, **data}
    return client.post(act_url(review, act, query), sent, **(headers or {}))


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


class TestList:
    def test_shows_the_row_with_its_reason_and_its_days(self, client_of, review):
        page = text_of(client_of.get(LIST))

        assert "HALVORSEN, Ingrid" in page
        assert "not booked" in page
        assert "3 days" in page
        assert "1 of 1 is late" in page

    def test_says_what_to_do_where_nobody_waits(self, client_of):
        assert "Nobody waits for imaging" in text_of(client_of.get(LIST))

    def test_says_so_where_nobody_fits_the_filters(self, client_of, review):
        assert "Nobody fits these filters" in text_of(client_of.get(LIST, {"booked": "yes"}))

    def test_says_so_where_a_stage_is_empty(self, client_of, review):
        assert "Upcoming: nobody" in text_of(client_of.get(LIST, {"stage": "upcoming"}))

    def test_leads_back_from_a_page_beyond_its_end(self, client_of, review):
        page = text_of(client_of.get(LIST, {"after": "9999-12-31.1", "stage": "overdue"}))

        assert 'href="/queue/?stage=overdue"' in page
        assert "The list ends before this page" in page

    def test_offers_an_observer_nothing_to_do(self, signed_in, observer, review):
        page = text_of(signed_in(observer).get(LIST))

        assert "HALVORSEN, Ingrid" in page
        assert f"{row_url(review)}contact/" not in page
        assert "queue-tick" not in page

    def test_costs_no_more_for_forty_rows_than_for_one(self, client_of, team, coordinator, review, today):
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                client_of.get(LIST)
            return len(asked_of.by_the_page(captured))

        client_of.get(LIST)
        few = queries()
        for number in range(39):
            factory.ImagingReviewFactory(
                patient=PatientFactory(team=team),
                counts_from=today - timedelta(days=number),
                owner=coordinator,
            )

        assert queries() == few
        assert few <= 12

    def test_gives_htmx_the_list_and_the_counts_with_their_address(self, client_of, review):
        answer = client_of.get(LIST, {"stage": "overdue", "booked": "", "q": " halv "}, **HTMX)

        page = text_of(answer)
        assert "<html" not in page
        assert 'id="queue-tabs" hx-swap-oob="true"' in page
        assert answer["HX-Push-Url"] == "/queue/?stage=overdue&q=halv"

    def test_keeps_the_ticks_when_it_asks_by_itself(self, client_of, review):
        page = text_of(client_of.get(LIST, {"row": f"{review.pk}.0"}, **BACKGROUND))

        assert f'value="{review.pk}.0" form="queue-here" checked' in page

    def test_tells_of_a_change_of_the_row_that_is_open(self, client_of, review, clinician):
        booking = imaging.Booking(booked_for=timezone.localdate(), booked_modality="ct")
        imaging.book(review=review, booking=booking, by=clinician, at=timezone.now())

        page = text_of(client_of.get(LIST, {"live": f"{review.pk}.{review.revision}"}, **BACKGROUND))

        assert "Changed meanwhile: Dr S. Lindqvist" in page
        assert "Booked: CT" in page

    def test_tells_nothing_of_a_row_that_nobody_changed(self, client_of, review):
        page = text_of(client_of.get(LIST, {"live": f"{review.pk}.{review.revision}"}, **BACKGROUND))

        assert "Changed meanwhile" not in page

    def test_is_recorded_with_the_patients_that_it_showed(self, client_of, review, coordinator):
        client_of.get(LIST)

        entry = AuditEntry.objects.get(what="followup:queue", by=coordinator)
        assert (entry.kind, entry.listed_ids) == ("list", [review.patient_id])

    def test_that_asks_by_itself_is_recorded_for_somebody_new_only(self, client_of, review, team):
        client_of.get(LIST)
        client_of.get(LIST, **BACKGROUND)
        once = AuditEntry.objects.filter(what="followup:queue").count()
        factory.ImagingReviewFactory(patient=PatientFactory(team=team))
        client_of.get(LIST, **BACKGROUND)

        assert (once, AuditEntry.objects.filter(what="followup:queue").count()) == (1, 2)


class TestRow:
    def test_opens_with_who_why_and_how_to_reach(self, client_of, review):
        AllergyFactory(patient=review.patient, substance="Iodine")
        factory.ContactFactory(review=review, note="Try the daughter")

        page = text_of(client_of.get(row_url(review)))

        for words in (
            "Overdue by 3 days",
            "the first imaging is due 4 to 6 weeks after it",
            "Iodine",
            "+47 555",
        ):
            assert words in page
        assert "Try the daughter" in page
        assert "Nothing is booked, done or reported elsewhere." in page

    def test_opens_alone_for_htmx(self, client_of, review):
        page = text_of(client_of.get(row_url(review), **HTMX))

        assert "<html" not in page
        assert f'data-open="{review.pk}"' in page

    def test_keeps_the_list_and_the_page_that_it_was_opened_from(self, client_of, review):
        page = text_of(client_of.get(row_url(review) + "?stage=overdue&after=2020-01-01.5"))

        assert f"{act_url(review, 'book')}?stage=overdue&amp;after=2020-01-01.5" in page

    def test_of_another_team_is_not_there(self, signed_in, stranger, review):
        assert signed_in(stranger).get(row_url(review)).status_code == 404

    def test_that_is_closed_or_of_an_ended_course_opens_without_acts(self, client_of, review):
        Patient.objects.filter(pk=review.patient_id).update(
            ended_on=timezone.localdate(), ended_because="died"
        )

        page = text_of(client_of.get(row_url(review)))

        assert "Died" in page
        assert "data-act=" not in page

    @pytest.mark.parametrize("late_by", [1, 400, 4000])
    def test_can_be_worked_however_late(self, client_of, team, coordinator, today, late_by):
        review = factory.ImagingReviewFactory(
            patient=PatientFactory(team=team),
            counts_from=today - timedelta(days=42 + late_by),
            owner=coordinator,
        )

        answer = post(client_of, review, "done", done_on=today.isoformat(), done_dynamic="yes")

        assert answer.status_code == 302
        review.refresh_from_db()
        assert review.done_on == today

    def test_leads_a_clinician_to_the_reading_and_nobody_else(
        self, client_of, signed_in, clinician, review, today
    ):
        imaging.record_done(
            review=review, imaged=imaging.Imaged(done_on=today), by=clinician, at=timezone.now()
        )
        address = reverse("followup:review_readings", args=[review.patient_id, review.pk])

        assert address in text_of(signed_in(clinician).get(row_url(review)))
        assert address not in text_of(client_of.get(row_url(review)))


class TestActs:
    def test_book_keeps_day_time_imaging_and_place(self, client_of, review, today):
        day = today + timedelta(days=2)

        answer = post(
            client_of, review, "book", booked_for=day.isoformat(), booked_at_time="10:30", booked_modality="mri",
            booked_dynamic="yes", booked_place="North",
        )  # fmt: skip

        assert answer["Location"] == row_url(review)
        review.refresh_from_db()
        assert (review.booked_for, review.booked_modality, review.booked_place) == (day, "mri", "North")

    def test_book_says_when_the_day_is_outside_the_window(self, client_of, review, today):
        answer = post(
            client_of, review, "book", booked_for=today.isoformat(), booked_dynamic="yes", headers=HTMX
        )

        assert "This is after the window." in text_of(answer)

    def test_done_is_filled_in_from_the_booking(self, client_of, review, coordinator, today):
        booking = imaging.Booking(
            booked_for=today, booked_modality="mri", booked_dynamic=YesNo.NO, booked_place="N"
        )
        imaging.book(review=review, booking=booking, by=coordinator, at=timezone.now())

        form = client_of.get(act_url(review, "done")).context["form"]

        initial = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
        assert initial["done_on"] == today
        assert (initial["done_modality"], initial["done_dynamic"], initial["done_place"]) == (
            "mri",
            "no",
            "N",
        )

    def test_done_that_nobody_booked_is_not_known_to_be_dynamic(self, client_of, review):
        form = client_of.get(act_url(review, "done")).context["form"]

        assert form.get_initial_for_field(form.fields["done_dynamic"], "done_dynamic") == "not_known"

    @pytest.mark.parametrize(("days", "is_early"), [(-1, True), (0, False), (1, False)])
    def test_done_says_when_the_day_is_before_the_window(self, client_of, review, days, is_early):
        day = (review.due_from + timedelta(days=days)).isoformat()

        answer = post(client_of, review, "done", done_on=day, done_dynamic="yes", headers=HTMX)

        assert ("This is before the window" in text_of(answer)) == is_early

    def test_elsewhere_asks_where_and_for_the_report(self, client_of, review, today):
        answer = post(client_of, review, "elsewhere", done_on=today.isoformat(), done_dynamic="not_known")

        assert answer.status_code == 422
        assert "Paste the report, or say that it is still to come." in text_of(answer)

    def test_elsewhere_keeps_the_report(self, client_of, review, today):
        post(
            client_of, review, "elsewhere", done_on=today.isoformat(), done_dynamic="not_known", done_place="South",
            outside_report="No viable tumour.",
        )  # fmt: skip

        review.refresh_from_db()
        assert (review.is_elsewhere, review.outside_report) == (True, "No viable tumour.")

    def test_call_is_tried_again_on_the_next_working_day(self, client_of, review, today):
        post(client_of, review, "contact", outcome="no_answer", channel="phone")

        contact = Contact.objects.get()
        assert contact.next_try_on > today
        assert contact.next_try_on.weekday() < 5

    def test_call_that_reached_needs_no_next_try(self, client_of, review):
        post(client_of, review, "contact", outcome="reached", channel="phone")

        assert Contact.objects.get().next_try_on is None

    def test_call_sent_twice_is_logged_once(self, client_of, review):
        key = "6b1f6a2e-0000-4000-8000-000000000001"
        for _again in range(2):
            post(client_of, review, "contact", outcome="reached", channel="phone", form_key=key)

        assert Contact.objects.count() == 1

    @pytest.mark.parametrize(
        ("days", "words"),
        [(0, "Choose a day after today."), (1, None), (28, None), (29, "The team allows a snooze")],
    )
    def test_snooze_ends_within_what_the_team_allows(self, client_of, review, today, days, words):
        until = (today + timedelta(days=days)).isoformat()

        answer = post(client_of, review, "snooze", until=until, reason="working")

        assert review.pauses.count() == (0 if words else 1)
        assert words is None or words in text_of(answer)

    def test_snooze_for_another_reason_asks_which(self, client_of, review, today):
        until = (today + timedelta(days=1)).isoformat()

        answer = post(client_of, review, "snooze", until=until, reason="other")

        assert "Say which other reason." in text_of(answer)

    def test_assign_gives_an_owner_and_takes_it_away(self, client_of, review, clinician):
        post(client_of, review, "assign", owner=clinician.pk)
        review.refresh_from_db()
        owner = review.owner
        post(client_of, review, "assign", owner="")
        review.refresh_from_db()

        assert (owner, review.owner) == (clinician, None)

    def test_missed_sends_it_back_to_be_booked(self, client_of, review, coordinator, today):
        booking = imaging.Booking(booked_for=today)
        imaging.book(review=review, booking=booking, by=coordinator, at=timezone.now())
        review.refresh_from_db()

        post(client_of, review, "missed", reason="forgot")

        review.refresh_from_db()
        assert review.booked_for is None
        assert review.events.filter(kind="missed", reason="forgot").exists()

    def test_move_refuses_a_window_that_is_not_in_order(self, client_of, review, today):
        answer = post(
            client_of, review, "reschedule", due_from=today.isoformat(), reason="patient",
            due_to=(today - timedelta(days=1)).isoformat(),
        )  # fmt: skip

        assert "The last day is before the first." in text_of(answer)

    def test_move_beyond_the_clause_asks_for_words(self, client_of, review, today):
        beyond = {"due_from": today.isoformat(), "due_to": (today + timedelta(days=60)).isoformat()}

        refused = post(client_of, review, "reschedule", reason="patient", **beyond)
        post(client_of, review, "reschedule", reason="patient", note="At sea until then", **beyond)

        assert "Write why it may be later." in text_of(refused)
        review.refresh_from_db()
        assert review.due_to == today + timedelta(days=60)

    def test_take_back_puts_the_imaging_to_do_again(self, client_of, review, coordinator, today):
        imaged = imaging.Imaged(done_on=today)
        review = imaging.record_done(review=review, imaged=imaged, by=coordinator, at=timezone.now())

        post(client_of, review, "take-back", reason="wrong_day")

        review.refresh_from_db()
        assert review.done_on is None

    def test_end_of_the_course_leaves_lost_and_declined_to_clinicians(
        self, client_of, signed_in, clinician, review
    ):
        def offered(client) -> set[str]:
            return {
                value
                for value, _label in client.get(act_url(review, "end"))
                .context["form"]["because"]
                .field.choices
            }

        assert offered(signed_in(clinician)) - offered(client_of) == {"lost", "declined"}

    def test_end_of_the_course_takes_the_patient_out_of_the_queue(self, client_of, review, today):
        post(client_of, review, "end", because="died", ended_on=today.isoformat())

        assert "Nobody waits for imaging" in text_of(client_of.get(LIST))

    def test_answers_htmx_with_the_row_the_list_and_the_counts(self, client_of, review, today):
        answer = post(
            client_of,
            review,
            "done",
            done_on=today.isoformat(),
            done_dynamic="yes",
            query="?stage=overdue",
            headers=HTMX,
        )

        page = text_of(answer)
        assert "data-done" in page
        assert 'id="queue-list" hx-swap-oob="innerHTML"' in page
        assert "Overdue: nobody" in page

    def test_of_no_such_name_is_not_there(self, client_of, review):
        assert client_of.get(act_url(review, "explode")).status_code == 404

    def test_is_refused_with_its_words_where_it_does_not_fit(self, client_of, review):
        answer = post(client_of, review, "unbook", reason="scanner")

        assert answer.status_code == 422
        assert "Nothing is booked any more." in text_of(answer)

    def test_on_a_course_that_has_ended_is_refused(self, client_of, review, today):
        Patient.objects.filter(pk=review.patient_id).update(ended_on=today, ended_because="died")

        answer = post(client_of, review, "assign", owner="")

        assert "The patient’s course has ended. Nothing was changed." in text_of(answer)


class TestSecondPerson:
    def test_is_told_who_changed_what_and_keeps_what_was_typed(self, client_of, review, clinician, today):
        booking = imaging.Booking(booked_for=today, booked_modality="ct")
        imaging.book(review=review, booking=booking, by=clinician, at=timezone.now())

        day = (today + timedelta(days=5)).isoformat()
        answer = post(
            client_of, review, "book", booked_for=day, booked_dynamic="yes", booked_place="My place"
        )

        page = text_of(answer)
        assert answer.status_code == 422
        assert "Somebody changed this while you had it open. Dr S. Lindqvist" in page
        assert "Booked: CT" in page
        assert f'value="{day}"' in page
        assert 'value="My place"' in page

    def test_may_send_again_after_that(self, client_of, review, clinician, today):
        booking = imaging.Booking(booked_for=today, booked_modality="ct")
        imaging.book(review=review, booking=booking, by=clinician, at=timezone.now())
        day = today + timedelta(days=5)
        told = post(client_of, review, "book", booked_for=day.isoformat(), booked_dynamic="yes")

        seen = told.context["review"].revision
        post(client_of, review, "book", revision=seen, booked_for=day.isoformat(), booked_dynamic="yes")

        review.refresh_from_db()
        assert review.booked_for == day

    @pytest.mark.parametrize("revision", ["", "x", "-1", "٣", "9" * 40])
    def test_is_anybody_whose_revision_is_no_number(self, client_of, review, revision):
        answer = post(client_of, review, "assign", revision=revision, owner="")

        assert answer.status_code == 422


class TestUndo:
    def undo(self, client, review, event):
        return client.post(reverse("followup:undo_event", args=[review.pk, event.pk]))

    def test_puts_back_what_the_last_act_changed(self, client_of, review, today):
        post(client_of, review, "book", booked_for=today.isoformat(), booked_dynamic="yes")

        self.undo(client_of, review, ReviewEvent.objects.get(kind="booked"))

        review.refresh_from_db()
        assert review.booked_for is None

    def test_is_refused_after_somebody_changed_it(self, client_of, review, today):
        post(client_of, review, "book", booked_for=today.isoformat(), booked_dynamic="yes")
        review.refresh_from_db()
        day = today + timedelta(days=1)
        post(client_of, review, "book", booked_for=day.isoformat(), booked_dynamic="yes")

        self.undo(client_of, review, ReviewEvent.objects.filter(kind="booked").first())

        review.refresh_from_db()
        assert review.booked_for == day

    def test_of_an_event_of_another_review_is_not_there(self, client_of, review, team):
        event = factory.ReviewEventFactory(
            review=factory.ImagingReviewFactory(patient=PatientFactory(team=team))
        )

        assert self.undo(client_of, review, event).status_code == 404

    def test_wakes_what_was_snoozed(self, client_of, review, coordinator, today):
        until = today + timedelta(days=3)
        pauses.pause(review=review, until=until, reason="working", by=coordinator, at=timezone.now())

        client_of.post(reverse("followup:wake", args=[review.pk]))

        assert pauses.standing_pause(review, on=today) is None


class TestFiles:
    def test_export_gives_the_whole_list_and_is_recorded(self, client_of, review):
        answer = client_of.get("/queue/export/?stage=overdue")

        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[1][:5] == [review.patient.mrn, "Halvorsen", "Ingrid", "Overdue", "3"]
        assert AuditEntry.objects.get(what="followup:export_queue").listed_ids == [review.patient_id]

    def test_export_holds_no_formula(self, client_of, review):
        Patient.objects.filter(pk=review.patient_id).update(family_name="=1+1")

        assert "'=1+1" in client_of.get("/queue/export/").content.decode()

    def test_print_names_the_list_with_telephone_numbers(self, client_of, review):
        page = text_of(client_of.get("/queue/print/?stage=overdue"))

        assert "Follow-up queue: Overdue" in page
        assert "+47 555" in page

    def test_print_of_an_empty_list_says_so(self, client_of):
        assert "Nobody is in this list" in text_of(client_of.get("/queue/print/"))


class TestSavedView:
    def test_keeps_the_filters_without_the_search(self, client_of, coordinator):
        client_of.post("/queue/views/?stage=overdue&q=halvorsen", {"name": "Late ones"})

        view = SavedView.objects.get(owner=coordinator)
        assert (view.name, view.query) == ("Late ones", "?stage=overdue")
        assert "Late ones" in text_of(client_of.get(LIST))

    def test_of_the_same_name_holds_the_new_filters(self, client_of):
        client_of.post("/queue/views/?stage=overdue", {"name": "Mine"})
        client_of.post("/queue/views/?stage=imaged", {"name": "Mine"})

        assert SavedView.objects.get().query == "?stage=imaged"

    def test_without_a_name_is_refused(self, client_of):
        answer = client_of.post("/queue/views/", {"name": " "}, follow=True)

        assert "Give the view a name." in text_of(answer)

    def test_goes_when_its_owner_takes_it_away_and_by_nobody_else(
        self, client_of, signed_in, clinician, coordinator, team
    ):
        view = factory.SavedViewFactory(team=team, owner=coordinator)
        address = reverse("followup:delete_view", args=[view.pk])

        assert signed_in(clinician).post(address).status_code == 404
        client_of.post(address)
        assert not SavedView.objects.exists()


class TestDeputy:
    def test_is_named_in_the_list_with_whom_and_until_when(
        self, client_of, team, clinician, coordinator, review, today
    ):
        deputy = Membership.objects.get(user=coordinator)
        Membership.objects.filter(user=clinician).update(away_from=today, away_until=today, deputy=deputy)
        ImagingReview.objects.filter(pk=review.pk).update(owner=clinician)

        page = text_of(client_of.get(LIST))

        assert "for Dr S. Lindqvist, away until" in page
