"""The audit page: who may read it, what it can be narrowed to, and what it never shows."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from accounts.roles import Role
from tests.factories import accounts as account_factories
from tests.factories import patients as patient_factories

AUDIT = "/audit/"


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team, mrn="7041 2296", family_name="Okafor")


@pytest.fixture
def lead(team):
    return account_factories.member(team, Role.COORDINATOR, is_lead=True, name="L. Lead")


@pytest.fixture
def as_lead(signed_in, lead):
    return signed_in(lead)


def read(person, team, patient_id, what="patients:record", *, days_ago=0):
    at = timezone.now() - timedelta(days=days_ago)
    audit.record_read(by=person, team=team, patient_id=patient_id, what=what, at=at)


def whats(answer) -> list[str]:
    return [entry.what for entry in answer.context["page"].object_list]


class TestAuditPage:
    def test_shows_the_last_seven_days_newest_first(self, as_lead, clinician, team):
        read(clinician, team, 1, "patients:labs", days_ago=1)
        read(clinician, team, 1, "patients:record")
        read(clinician, team, 1, "patients:tasks", days_ago=8)

        assert whats(as_lead.get(AUDIT)) == ["patients:record", "patients:labs"]

    def test_holds_no_name_and_no_record_number(self, as_lead, clinician, team, patient):
        read(clinician, team, patient.pk)

        page = as_lead.get(AUDIT).content.decode()

        assert f"patient no. {patient.pk}" in page
        assert patient.mrn not in page
        assert patient.family_name not in page

    def test_narrows_to_a_person_whether_acting_or_concerned(
        self, as_lead, clinician, coordinator, lead, team
    ):
        read(clinician, team, 1, "patients:labs")
        read(coordinator, team, 1, "patients:record")
        audit.record_team_change(
            by=lead, team=team, person=clinician, what="accounts.change_place", at=timezone.now()
        )

        assert set(whats(as_lead.get(AUDIT, {"person": clinician.pk}))) == {
            "patients:labs", "accounts.change_place",
        }  # fmt: skip

    @pytest.mark.parametrize(("days_ago", "found"), [(3, 0), (2, 1), (1, 1), (0, 0)])
    def test_narrows_to_days_both_included(self, as_lead, clinician, team, days_ago, found):
        read(clinician, team, 1, days_ago=days_ago)
        today = timezone.localdate()
        asked = {"day_from": today - timedelta(days=2), "day_to": today - timedelta(days=1)}

        assert len(whats(as_lead.get(AUDIT, asked))) == found

    def test_narrows_to_a_kind(self, as_lead, clinician, team):
        read(clinician, team, 1)
        audit.record_refused_sign_in(by=clinician, what="password", at=timezone.now())

        answer = as_lead.get(AUDIT, {"kind": "refused"})

        assert whats(answer) == ["password"]
        assert "1 refused sign-in among these" in answer.content.decode()

    def test_finds_a_patient_by_the_exact_record_number_with_the_lists_that_showed_them(
        self, as_lead, clinician, team, patient
    ):
        read(clinician, team, patient.pk)
        read(clinician, team, patient.pk + 1)
        for ids in ([patient.pk, 99], [99], [patient.pk * 10]):
            audit.record_list(
                by=clinician, team=team, patient_ids=ids, what="patients:find", at=timezone.now()
            )

        assert whats(as_lead.get(AUDIT, {"mrn": patient.mrn})) == ["patients:find", "patients:record"]
        assert whats(as_lead.get(AUDIT, {"mrn": f" {patient.mrn} "})) == ["patients:find", "patients:record"]
        for near in ("7041", "70412296", "7041 229"):
            assert whats(as_lead.get(AUDIT, {"mrn": near})) == []

    def test_knows_no_record_number_of_another_team(self, as_lead, stranger, other_team, clinician, team):
        theirs = patient_factories.PatientFactory(team=other_team, mrn="T1")
        read(stranger, other_team, theirs.pk)
        read(clinician, team, theirs.pk)

        assert whats(as_lead.get(AUDIT, {"mrn": "T1"})) == []

    def test_shows_nothing_of_another_team(self, as_lead, stranger, other_team):
        read(stranger, other_team, 1)

        page = as_lead.get(AUDIT)

        assert whats(page) == []
        assert stranger.name not in page.content.decode()

    def test_is_itself_recorded(self, as_lead, lead):
        as_lead.get(AUDIT)

        assert AuditEntry.objects.get().what == "patients:audit"

    def test_is_paged(self, as_lead, clinician, team):
        for number in range(51):
            read(clinician, team, number)

        assert len(whats(as_lead.get(AUDIT))) == 50
        # The first look stands in the trail by now.
        assert len(whats(as_lead.get(AUDIT, {"page": 2}))) == 2

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"day_from": "2026-03-02", "day_to": "2026-03-01"}, "The last day is before the first."),
            ({"day_from": "yesterday"}, "Enter a valid date."),
            ({"person": "x"}, "Select a valid choice"),
            ({"kind": "theft"}, "Select a valid choice"),
        ],
    )
    def test_says_at_the_field_what_is_wrong(self, as_lead, asked, message):
        answer = as_lead.get(AUDIT, asked)

        assert answer.status_code == 200
        assert message in answer.content.decode()


class TestWhoMayReadTheAudit:
    @pytest.mark.parametrize(
        ("role", "is_lead", "status"),
        [
            (Role.ADMIN, False, 200),
            (Role.CLINICIAN, True, 200),
            (Role.COORDINATOR, True, 200),
            (Role.CLINICIAN, False, 403),
            (Role.COORDINATOR, False, 403),
            (Role.OBSERVER, False, 403),
        ],
    )
    def test_depends_on_who_manages_people(self, signed_in, team, role, is_lead, status):
        client = signed_in(account_factories.member(team, role, is_lead=is_lead))

        assert client.get(AUDIT).status_code == status
        assert client.get(reverse("patients:export_audit")).status_code == status

    def test_lets_a_site_admin_read_every_team_or_one(self, signed_in, clinician, team, stranger, other_team):
        read(clinician, team, 1, "patients:labs")
        read(stranger, other_team, 2, "patients:record")
        client = signed_in(account_factories.UserFactory(is_site_admin=True))

        assert set(whats(client.get(AUDIT, {"team": "all"}))) == {"patients:labs", "patients:record"}
        assert whats(client.get(AUDIT, {"team": other_team.pk})) == ["patients:record"]

    @pytest.mark.parametrize("team", ["9" * 40, "x", "²", "-1"])
    def test_knows_no_team_that_is_not_there(self, signed_in, db, team):
        client = signed_in(account_factories.UserFactory(is_site_admin=True))

        assert client.get(AUDIT, {"team": team}).status_code == 404

    def test_does_not_let_a_lead_ask_for_another_team(self, as_lead, stranger, other_team):
        read(stranger, other_team, 1)

        assert whats(as_lead.get(AUDIT, {"team": other_team.pk})) == []


class TestAuditFile:
    def test_holds_the_same_entries_and_no_formula(self, as_lead, team, lead):
        person = account_factories.member(team, Role.OBSERVER, name="=HYPERLINK(1)")
        read(person, team, 7)

        answer = as_lead.get(reverse("patients:export_audit"))
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

        assert rows[-1][1:6] == ["Northfield", "'=HYPERLINK(1)", "Read", "patients:record", "7"]
        assert AuditEntry.objects.get(kind="export").what == "patients:export_audit"
