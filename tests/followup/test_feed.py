"""The calendar feed: numbers without names, right for any calendar (RFC 5545), open to its token alone."""

import re
from datetime import date, timedelta

import icalendar
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.exceptions import RedisError

from accounts.models import AuditEntry, Membership
from accounts.roles import Role
from followup import feed, queue, throttle
from followup.actions import feeds as actions
from followup.models import CalendarFeed
from followup.views import feed as views
from tace_site import logs
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories import patients as patient_factories
from tests.factories.patients import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_throttle():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def membership(coordinator):
    return Membership.objects.select_related("team", "user").get(user=coordinator)


@pytest.fixture
def scope(membership):
    return queue.scope_of(membership, on=TODAY)


@pytest.fixture
def token(membership):
    _feed, token = actions.make_feed(membership=membership, replaces=None, at=NOW)
    return token


def address(token):
    return reverse("followup:feed", args=[token])


def owned(person, **columns):
    team = person.memberships.get().team
    return factories.ImagingReviewFactory(patient__team=team, owner=person, **columns)


def events_in(written: bytes):
    return list(icalendar.Calendar.from_ical(written).walk("VEVENT"))


def summaries(written: bytes):
    return [(event["dtstart"].dt, str(event["summary"])) for event in events_in(written)]


class TestWritten:
    def test_counts_what_is_due_on_a_day(self, scope, coordinator):
        first = owned(coordinator)
        owned(coordinator)

        assert (first.due_to, "Imaging due: 2") in summaries(feed.written(scope, at=NOW))

    def test_holds_only_what_is_ones_own(self, scope, clinician):
        owned(clinician)

        assert events_in(feed.written(scope, at=NOW)) == []

    def test_puts_on_today_what_waits_too_long(self, scope, coordinator):
        owned(coordinator, counts_from=TODAY - timedelta(days=90))
        owned(coordinator, done=True)

        found = summaries(feed.written(scope, at=NOW))

        assert (TODAY, "Overdue: 1") in found
        assert (TODAY, "Imaged, not read: 1") in found

    def test_names_no_patient(self, scope, coordinator):
        review = owned(coordinator, booked_for=TODAY, booked_place="Radiology North", interval_note="Okafor")
        patient_factories.TaskFactory(
            patient=review.patient, owner=coordinator, title="Call Daniel", due_from=TODAY, due_to=TODAY
        )
        factories.ContactFactory(review=review, by=coordinator, note="Daniel", next_try_on=TODAY)

        written = feed.written(scope, at=NOW).decode()

        assert "Imaging booked: 1" in written
        assert "Task: 1" in written
        assert "Call: 1" in written
        for word in ("Okafor", "Daniel", review.patient.mrn, "Radiology"):
            assert word not in written

    def test_is_of_whole_days_whose_end_is_not_included(self, scope, coordinator):
        review = owned(coordinator)

        event = next(e for e in events_in(feed.written(scope, at=NOW)) if "due" in str(e["summary"]))

        assert event["dtstart"].dt == review.due_to
        assert type(event["dtstart"].dt) is date
        assert event["dtend"].dt == review.due_to + timedelta(days=1)

    def test_has_what_the_standard_asks_of_a_calendar_and_of_an_event(self, scope, coordinator):
        owned(coordinator)

        written = feed.written(scope, at=NOW)

        calendar = icalendar.Calendar.from_ical(written)
        assert str(calendar["version"]) == "2.0"
        assert calendar["prodid"]
        for event in events_in(written):
            assert event["uid"]
            assert event["dtstamp"].dt == NOW
        assert written.startswith(b"BEGIN:VCALENDAR\r\n")
        assert written.endswith(b"END:VCALENDAR\r\n")

    def test_breaks_its_lines_with_cr_and_lf_after_at_most_75_octets(self, scope, coordinator):
        scope.team.name = "Interventionelle Radiologie für Leberkrebs, Universitätsklinikum Süd; Haus 3" * 2
        owned(coordinator)

        written = feed.written(scope, at=NOW)

        assert b"\n" not in written.replace(b"\r\n", b"")
        assert max(len(line) for line in written.split(b"\r\n")) <= 75

    @settings(max_examples=25, deadline=None)
    @given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120))
    def test_carries_any_name_of_a_team(self, name):
        person = account_factories.member(account_factories.TeamFactory(), Role.COORDINATOR)
        owned(person)
        scope = queue.scope_of(Membership.objects.select_related("team").get(user=person), on=TODAY)
        scope.team.name = name

        calendar = icalendar.Calendar.from_ical(feed.written(scope, at=NOW))

        # The library reads no escapes where the standard knows no type.
        told = re.sub(r"\\([,;\\])", r"\1", str(calendar["x-wr-calname"]))
        assert told == f"TACE pathway: {name}"
        assert name in str(calendar.walk("VEVENT")[0]["description"])

    def test_keeps_the_identity_of_a_day_when_its_number_changes(self, scope, coordinator):
        owned(coordinator)
        before = {event["uid"] for event in events_in(feed.written(scope, at=NOW))}
        owned(coordinator)

        events = events_in(feed.written(scope, at=NOW + timedelta(hours=1)))

        assert {event["uid"] for event in events} == before
        assert len(events) == len(before)

    def test_leads_to_the_day_here(self, scope, coordinator, settings):
        settings.SITE_URL = "https://tace.example.org/"
        review = owned(coordinator)

        event = next(e for e in events_in(feed.written(scope, at=NOW)) if "due" in str(e["summary"]))

        month = f"{review.due_to:%Y-%m}"
        expected = f"{reverse('followup:calendar')}?month={month}&owner=me&day={review.due_to.isoformat()}"
        assert str(event["url"]) == f"https://tace.example.org{expected}"


class TestAddress:
    def test_opens_without_signing_in(self, token):
        answer = Client().get(address(token))

        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies

    def test_opens_nothing_with_a_wrong_token(self, token):
        assert Client().get(address("x" + token[1:])).status_code == 404

    def test_opens_nothing_once_it_is_revoked(self, token, membership):
        actions.revoke_feed(membership=membership, at=NOW)

        assert Client().get(address(token)).status_code == 404

    def test_opens_nothing_once_it_is_renewed_but_the_new_one_does(self, token, membership):
        old = actions.feed_in_use(membership)
        _feed, renewed = actions.make_feed(membership=membership, replaces=old.pk, at=NOW)

        assert Client().get(address(token)).status_code == 404
        assert Client().get(address(renewed)).status_code == 200

    def test_opens_nothing_while_the_person_is_no_member(self, token, membership):
        membership.is_active = False
        membership.save()

        assert Client().get(address(token)).status_code == 404

    def test_opens_nothing_while_the_person_may_not_sign_in(self, token, coordinator):
        coordinator.is_active = False
        coordinator.save()

        assert Client().get(address(token)).status_code == 404

    def test_opens_nothing_to_a_role_that_sees_no_patients(self, token, membership):
        membership.role = Role.ADMIN
        membership.save()

        assert Client().get(address(token)).status_code == 404

    def test_is_of_the_teams_own_day_and_language(self, token, coordinator, team):
        team.time_zone = "Pacific/Kiritimati"
        team.save()
        owned(coordinator, counts_from=TODAY - timedelta(days=400))

        written = Client().get(address(token)).content

        there = timezone.now().astimezone(timezone.get_fixed_timezone(14 * 60)).date()
        assert (there, "Overdue: 1") in summaries(written)

    def test_is_logged_without_its_token(self, token):
        answer = Client().get(address(token))

        assert logs.RequestLogMiddleware.format_request(answer.wsgi_request) == "GET /feeds/<str:token>.ics"

    def test_notes_when_a_calendar_last_asked(self, token, membership):
        Client().get(address(token))

        assert actions.feed_in_use(membership).last_read_at is not None

    def test_answers_a_calendar_gone_wild_with_429(self, token, monkeypatch):
        monkeypatch.setattr(views, "MOST_READINGS_AN_HOUR", 2)

        assert [Client().get(address(token)).status_code for _ in range(3)] == [200, 200, 429]

    def test_answers_a_guesser_with_429_and_nobody_else(self, token, monkeypatch):
        monkeypatch.setattr(views, "MOST_REFUSED_AN_HOUR", 1)

        assert [Client().get(address(f"wrong{n}")).status_code for n in range(2)] == [404, 429]
        assert Client().get(address(token)).status_code == 200

    def test_opens_also_while_the_cache_is_away(self, token, monkeypatch):
        def away(*_arguments):
            raise RedisError

        monkeypatch.setattr(throttle.cache, "add", away)

        assert Client().get(address(token)).status_code == 200


class TestPage:
    def test_makes_the_feed_and_shows_its_address_this_once(self, coordinator, membership, signed_in):
        client = signed_in(coordinator)

        made = client.post(reverse("followup:make_feed"), {"replaces": ""})

        shown = re.search(r"/feeds/([\w-]+)\.ics", made.content.decode())
        assert Client().get(address(shown[1])).status_code == 200
        assert "no-store" in made["Cache-Control"]
        assert shown[1] not in client.get(reverse("followup:feed_settings")).content.decode()

    def test_keeps_a_digest_and_never_the_token(self, token):
        kept = CalendarFeed.objects.get()

        assert token not in "".join(str(value) for value in vars(kept).values())
        assert kept.token_digest == actions.digest_of(token)

    def test_makes_nothing_when_the_form_comes_twice(self, coordinator, membership, signed_in):
        client = signed_in(coordinator)
        client.post(reverse("followup:make_feed"), {"replaces": ""})

        again = client.post(reverse("followup:make_feed"), {"replaces": ""}, follow=True)

        assert "Nothing was made" in again.content.decode()
        assert CalendarFeed.objects.count() == 1

    def test_revokes_it(self, coordinator, token, signed_in):
        answer = signed_in(coordinator).post(reverse("followup:revoke_feed"), follow=True)

        assert "opens nothing any more" in answer.content.decode()
        assert Client().get(address(token)).status_code == 404

    def test_says_when_there_is_nothing_to_revoke(self, coordinator, signed_in):
        answer = signed_in(coordinator).post(reverse("followup:revoke_feed"), follow=True)

        assert "No feed was in use." in answer.content.decode()

    @pytest.mark.parametrize("nonsense", ["x", "-1", "9" * 30, "²", "\x00"])
    def test_refuses_nonsense_in_its_form(self, coordinator, token, signed_in, nonsense):
        answer = signed_in(coordinator).post(reverse("followup:make_feed"), {"replaces": nonsense})

        assert answer.status_code == 302
        assert CalendarFeed.objects.count() == 1

    def test_records_in_the_trail_who_made_and_revoked_it(self, membership, token):
        actions.revoke_feed(membership=membership, at=NOW)

        what = AuditEntry.objects.filter(person=membership.user).values_list("what", flat=True)
        assert set(what) == {"followup.feed_made", "followup.feed_revoked"}
