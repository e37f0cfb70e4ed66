"""The failsafe list: who is in care without a next step; its page, its monthly sheet, looking again for reviews."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership
from accounts.roles import Role
from followup import failsafe_list
from followup.actions import failsafe as actions
from followup.models import FailsafeSheet, ImagingReview
from tests import asked as asked_of
from tests.factories import accounts as account_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW, TODAY
from tests.followup import courses

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
LIST, SHEET, SIGN = "followup:failsafe", "followup:failsafe_sheet", "followup:sign_sheet"


@pytest.fixture
def lead(team):
    return account_factories.member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Moreau")


@pytest.fixture
def leading(lead):
    return Membership.objects.select_related("team", "user").get(user=lead)


def lost_patient(team, by, *, at=NOW, **names):
    """In care, assessed, and nothing planned."""
    patient = patient_factories.PatientFactory(team=team, registered_at=at, **names)
    courses.sign(patient, by, at=at)
    return patient


def sign(leading, *, seen=None, note="", at=NOW):
    mark = failsafe_list.digest_of(failsafe_list.ids_of(leading.team, on=TODAY)) if seen is None else seen
    return actions.sign_sheet(membership=leading, seen=mark, note=note, at=at)


class TestSigning:
    def test_keeps_who_signed_when_for_how_many(self, team, leading, lead):
        patient_factories.PatientFactory.create_batch(3, team=team)
        patient_factories.PatientFactory(team=team, ended_because="died", ended_on=TODAY)

        sheet = sign(leading)

        assert (sheet.month, sheet.patient_ids, sheet.in_care_count) == (MARCH, [], 3)
        assert (sheet.signed_by, sheet.signed_at) == (lead, NOW)

    def test_keeps_who_stood_on_the_list(self, team, leading, clinician):
        patient = lost_patient(team, clinician)

        assert sign(leading, note="I call him today").patient_ids == [patient.pk]

    def test_asks_what_is_done_while_somebody_stands_on_the_list(self, team, leading, clinician):
        lost_patient(team, clinician)

        with pytest.raises(actions.NeedsNote):
            sign(leading)

    def test_is_for_the_list_that_was_read_and_no_other(self, team, leading, clinician):
        seen = failsafe_list.digest_of(failsafe_list.ids_of(team, on=TODAY))
        lost_patient(team, clinician)

        with pytest.raises(actions.ListChanged):
            sign(leading, seen=seen, note="Nothing")

    def test_is_done_once_a_month(self, leading):
        first = sign(leading)

        with pytest.raises(actions.SignedAlready) as refused:
            sign(leading, at=NOW + timedelta(days=20))

        assert refused.value.sheet == first

    @pytest.mark.parametrize(
        ("at", "month"),
        [
            (datetime(2026, 3, 31, 9, 59, tzinfo=NOW.tzinfo), MARCH),
            (datetime(2026, 3, 31, 10, 0, tzinfo=NOW.tzinfo), date(2026, 4, 1)),
            (datetime(2026, 3, 31, 10, 1, tzinfo=NOW.tzinfo), date(2026, 4, 1)),
        ],
    )
    def test_is_for_the_month_where_the_team_works(self, team, leading, at, month):
        team.time_zone = "Pacific/Kiritimati"
        team.save()

        assert sign(leading, at=at).month == month

    def test_is_a_leads_alone(self, clinician):
        with pytest.raises(actions.UnableToSign):
            sign(Membership.objects.get(user=clinician))

    def test_is_in_the_trail(self, leading, lead):
        sign(leading)

        assert AuditEntry.objects.get(what="followup.failsafe_signed").by == lead


class TestDifference:
    def test_is_nothing_while_nothing_changed(self, team, leading, clinician):
        lost_patient(team, clinician)

        assert not failsafe_list.difference_of(sign(leading, note="Known"), on=TODAY)

    def test_names_who_came_and_who_went(self, team, leading, clinician):
        went = lost_patient(team, clinician)
        sheet = sign(leading, note="Known")
        came = lost_patient(team, clinician)
        patient_factories.TaskFactory(patient=went)

        found = failsafe_list.difference_of(sheet, on=TODAY)

        assert (found.added, found.gone) == ([came], [went])


class TestMonths:
    def test_go_back_to_the_first_patient(self, team, leading):
        patient_factories.PatientFactory(team=team, registered_at=NOW - timedelta(days=45))
        sheet = sign(leading)

        rows = failsafe_list.months_of(team, on=TODAY)

        assert [row.month for row in rows] == [MARCH, date(2026, 2, 1), date(2026, 1, 1)]
        assert [row.sheet for row in rows] == [sheet, None, None]
        assert [row.is_current for row in rows] == [True, False, False]

    def test_are_a_year_at_most(self, team):
        patient_factories.PatientFactory(team=team, registered_at=NOW - timedelta(days=2000))

        assert len(failsafe_list.months_of(team, on=TODAY)) == 12

    def test_are_this_one_for_a_team_without_patients(self, team):
        assert [row.month for row in failsafe_list.months_of(team, on=TODAY)] == [MARCH]


class TestListPage:
    def test_says_that_it_is_empty(self, team, coordinator, signed_in):
        patient_factories.PatientFactory(team=team)

        page = signed_in(coordinator).get(reverse(LIST)).content.decode()

        assert "Nobody is without a next step" in page
        assert "1 patient in care" in page

    def test_shows_whom_and_who_answers_for_it(self, team, clinician, coordinator, signed_in):
        patient = lost_patient(team, clinician)

        page = signed_in(coordinator).get(reverse(LIST)).content.decode()

        assert patient.full_name in page
        assert str(clinician) in page
        assert reverse("patients:add_task", args=[patient.pk]) in page
        assert AuditEntry.objects.get(what=LIST).listed_ids == [patient.pk]

    def test_shows_nobody_of_another_team(self, other_team, stranger, coordinator, signed_in):
        patient = lost_patient(other_team, stranger, family_name="Strange")

        assert patient.full_name not in signed_in(coordinator).get(reverse(LIST)).content.decode()

    def test_offers_to_look_again_to_a_lead_alone(self, lead, coordinator, signed_in):
        heal = reverse("followup:heal")

        assert heal in signed_in(lead).get(reverse(LIST)).content.decode()
        assert heal not in signed_in(coordinator).get(reverse(LIST)).content.decode()

    def test_asks_for_a_bounded_number_of_rows(self, team, clinician, coordinator, signed_in):
        lost_patient(team, clinician)
        client = signed_in(coordinator)
        client.get(reverse(LIST))

        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))

        assert len(asked_of.by_the_page(queries)) <= 32


class TestHealing:
    def test_opens_the_review_that_is_missing(self, team, lead, signed_in):
        patient = patient_factories.PatientFactory(team=team)
        procedure_factories.ProcedureFactory(patient=patient, started_at=timezone.now(), modality="TACE")

        answer = signed_in(lead).post(reverse("followup:heal"), follow=True)

        assert "1 review was opened or moved." in answer.content.decode()
        assert ImagingReview.objects.filter(patient=patient, closed_at=None).exists()

    def test_leaves_another_team_alone(self, other_team, lead, signed_in):
        patient = patient_factories.PatientFactory(team=other_team)
        procedure_factories.ProcedureFactory(patient=patient, started_at=timezone.now(), modality="TACE")

        answer = signed_in(lead).post(reverse("followup:heal"), follow=True)

        assert "no review was missing" in answer.content.decode()
        assert not ImagingReview.objects.exists()

    def test_is_a_leads_alone(self, coordinator, signed_in):
        assert signed_in(coordinator).post(reverse("followup:heal")).status_code == 403


class TestSheetPage:
    def sent(self, team, **more):
        return {"seen": failsafe_list.digest_of(failsafe_list.ids_of(team, on=TODAY)), "note": "", **more}

    def test_is_signed_by_a_lead(self, team, lead, signed_in):
        answer = signed_in(lead).post(reverse(SIGN), self.sent(team), follow=True)

        page = answer.content.decode()
        assert "As it was signed" in page
        assert "Dr L. Moreau" in page
        assert FailsafeSheet.objects.get().signed_by == lead

    def test_offers_no_signature_to_others(self, coordinator, signed_in):
        page = signed_in(coordinator).get(reverse(SHEET)).content.decode()

        assert "A lead of the team signs it" in page
        assert 'name="seen"' not in page

    def test_asks_at_the_field_what_is_done(self, team, clinician, lead, signed_in):
        lost_patient(team, clinician)

        answer = signed_in(lead).post(reverse(SIGN), self.sent(team))

        assert answer.status_code == 422
        assert "Say what is done about those on the list." in answer.content.decode()
        assert not FailsafeSheet.objects.exists()

    def test_shows_the_list_anew_when_it_changed_and_keeps_what_was_typed(
        self, team, clinician, lead, signed_in
    ):
        sent = self.sent(team, note="All is well")
        patient = lost_patient(team, clinician)
        client = signed_in(lead)

        answer = client.post(reverse(SIGN), sent)
        page = answer.content.decode()
        again = client.post(reverse(SIGN), self.sent(team, note="I call him"))

        assert answer.status_code == 422
        assert "The list changed" in page
        assert patient.full_name in page
        assert "All is well" in page
        assert failsafe_list.digest_of([patient.pk]) in page
        assert again.status_code == 302

    def test_tells_the_second_who_signed_first(self, team, lead, signed_in):
        other = account_factories.member(team, Role.COORDINATOR, is_lead=True)
        sent = self.sent(team)
        signed_in(lead).post(reverse(SIGN), sent)

        answer = signed_in(other).post(reverse(SIGN), sent, follow=True)

        assert "Dr L. Moreau signed this month" in answer.content.decode()
        assert FailsafeSheet.objects.count() == 1

    def test_shows_what_changed_since(self, team, clinician, lead, signed_in):
        client = signed_in(lead)
        client.post(reverse(SIGN), self.sent(team))
        patient = lost_patient(team, clinician, at=timezone.now())

        page = client.get(reverse(SHEET)).content.decode()

        assert "Changed since it was signed" in page
        assert patient.full_name in page

    def test_says_that_nobody_signed_a_month_that_has_passed(self, lead, signed_in):
        page = signed_in(lead).get(reverse(SHEET), {"month": "2020-01"}).content.decode()

        assert "Nobody signed this month" in page

    @pytest.mark.parametrize("asked", ["2099-01", "nonsense", ""])
    def test_takes_a_month_that_has_not_come_for_this_one(self, lead, signed_in, asked):
        answer = signed_in(lead).get(reverse(SHEET), {"month": asked})

        assert answer.context["month"] == timezone.localdate().replace(day=1)
