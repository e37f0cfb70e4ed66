"""The frame around every page, and the pages that say what went wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from followup.models import SweepRun
from pathway.models import TimetableTick
from tace_site import timetable
from tests.factories import accounts as account_factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMIT = timedelta(seconds=settings.TIMETABLE_SILENCE_SECONDS)
PERIOD = timedelta(seconds=settings.SWEEP_PERIOD_SECONDS)
STOPPED = "Background work has stopped"


@pytest.fixture
def lead(team):
    return account_factories.member(team, Role.CLINICIAN, is_lead=True)


def page(client) -> str:
    return client.get(reverse("accounts:account")).content.decode()


class TestNavigation:
    def test_offers_what_the_role_may_open(self, signed_in, coordinator, observer, people_admin):
        assert reverse("pathway:imports") in page(signed_in(coordinator))
        assert f'href="{reverse("pathway:imports")}"' not in page(signed_in(observer))
        assert f'href="{reverse("patients:find")}"' not in page(signed_in(people_admin))

    def test_marks_the_item_that_holds_the_page(self, signed_in, clinician):
        client = signed_in(clinician)

        found = client.get(reverse("patients:find")).content.decode()
        below = client.get(reverse("patients:register")).content.decode()

        assert f'href="{reverse("patients:find")}" aria-current="page"' in found
        assert f'href="{reverse("patients:find")}" aria-current="true"' in below
        assert f'href="{reverse("pathway:home")}" aria-current' not in found

    def test_leaves_the_patient_search_out_for_those_who_see_no_patients(self, signed_in, people_admin):
        assert 'id="find-patient"' not in page(signed_in(people_admin))

    def test_offers_another_team_only_to_those_who_have_one(self, signed_in, clinician):
        assert "Change team" not in page(signed_in(clinician))

    def test_keeps_what_is_rarely_opened_under_more_when_the_bar_is_full(self, signed_in, lead, people_admin):
        told = page(signed_in(lead))

        more = told[told.index("more-menu") : told.index("topbar-end")]
        assert f'href="{reverse("assessments:guideline")}"' in more
        assert f'href="{reverse("followup:queue")}"' not in more
        assert "more-menu" not in page(signed_in(people_admin))


class TestTimetableState:
    def test_is_said_on_every_page_when_nothing_ticks(self, signed_in, clinician, monkeypatch):
        monkeypatch.setattr(timetable._Remembered, "asked_at", datetime.min.replace(tzinfo=UTC))

        assert STOPPED in page(signed_in(clinician))

    @pytest.mark.parametrize(
        ("silent_for", "said"),
        [
            (LIMIT - timedelta(seconds=1), "ticking"),
            (LIMIT, "silent"),
            (LIMIT + timedelta(seconds=1), "silent"),
        ],
    )
    def test_counts_as_silence_from_the_set_time_on(self, db, silent_for, said):
        TimetableTick.objects.create(entry="pulse", ticked_at=NOW - silent_for)

        assert timetable.state(at=NOW) == said


class TestSweepState:
    @pytest.mark.parametrize(
        ("finished_for", "said"),
        [
            (2 * PERIOD - timedelta(seconds=1), "on time"),
            (2 * PERIOD, "late"),
            (2 * PERIOD + timedelta(seconds=1), "late"),
        ],
    )
    def test_is_late_from_twice_the_period_on(self, db, finished_for, said):
        SweepRun.objects.create(started_at=NOW - finished_for, finished_at=NOW - finished_for)

        assert timetable.sweep_state(at=NOW) == said

    def test_does_not_count_a_sweep_that_did_not_end(self, db):
        SweepRun.objects.create(started_at=NOW - 3 * PERIOD, finished_at=NOW - 3 * PERIOD)
        SweepRun.objects.create(started_at=NOW)

        assert timetable.sweep_state(at=NOW) == "late"

    @pytest.mark.parametrize(
        ("installed_for", "said"), [(timedelta(minutes=1), "on time"), (3 * PERIOD, "late")]
    )
    def test_gives_an_installation_time_for_its_first(self, db, installed_for, said):
        MigrationRecorder.Migration.objects.filter(app="followup").update(applied=NOW - installed_for)

        assert timetable.sweep_state(at=NOW) == said

    def test_is_said_on_every_page_and_by_the_health_page(self, signed_in, clinician, monkeypatch):
        monkeypatch.setattr(timetable._Remembered, "asked_at", datetime.min.replace(tzinfo=UTC))
        long_ago = timezone.now() - 3 * PERIOD
        TimetableTick.objects.create(entry="pulse", ticked_at=timezone.now())
        SweepRun.objects.create(started_at=long_ago, finished_at=long_ago)

        health = Client().get(reverse("healthz"))

        assert "Reminders have stopped" in page(signed_in(clinician))
        assert health.status_code == 503
        assert health.json()["sweep"] == "late"

    def test_is_not_said_while_all_is_well(self, signed_in, clinician, monkeypatch):
        monkeypatch.setattr(timetable._Remembered, "asked_at", datetime.min.replace(tzinfo=UTC))
        TimetableTick.objects.create(entry="pulse", ticked_at=timezone.now())
        SweepRun.objects.create(started_at=timezone.now(), finished_at=timezone.now())

        health = Client().get(reverse("healthz"))

        assert "Reminders have stopped" not in page(signed_in(clinician))
        assert health.status_code == 200


class TestErrorPages:
    def test_say_what_happened_without_a_request_a_person_or_a_database(self):
        assert "Something went wrong on our side" in render_to_string("500.html")
        assert "The request could not be read" in render_to_string("400.html")

    def test_answer_an_unknown_address_in_the_same_house(self, signed_in, clinician):
        answer = signed_in(clinician).get("/no-such-page/")

        assert answer.status_code == 404
        assert "There is nothing here that you can open" in answer.content.decode()

    def test_say_that_a_form_was_too_old(self, clinician):
        client = Client(enforce_csrf_checks=True)
        client.force_login(clinician, backend="allauth.account.auth_backends.AuthenticationBackend")

        answer = client.post(reverse("accounts:set_theme"), {"theme": "dark"})

        assert answer.status_code == 403
        assert "This form was too old to be accepted" in answer.content.decode()
