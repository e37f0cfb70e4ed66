"""Who may see whom, and that a reading is recorded."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Membership
from accounts.roles import Role
from tests.factories import accounts as account_factories
from tests.factories import patients as patient_factories


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


def record_of(patient) -> str:
    return reverse("patients:record", args=[patient.pk])


class TestPatient:
    @pytest.mark.parametrize("role", [Role.CLINICIAN, Role.COORDINATOR, Role.OBSERVER])
    def test_is_seen_by_those_of_the_team_who_see_patients(self, signed_in, team, patient, role):
        person = account_factories.member(team, role)

        assert signed_in(person).get(record_of(patient)).status_code == 200

    def test_is_forbidden_to_an_admin_of_people(self, signed_in, people_admin, patient):
        assert signed_in(people_admin).get(record_of(patient)).status_code == 403

    def test_is_unknown_to_another_team(self, signed_in, stranger, patient):
        assert signed_in(stranger).get(record_of(patient)).status_code == 404

    def test_is_unknown_to_a_site_admin_of_no_team(self, signed_in, patient):
        site_admin = account_factories.UserFactory(is_site_admin=True)

        assert signed_in(site_admin).get(record_of(patient)).status_code == 404

    def test_is_unknown_to_a_former_member(self, signed_in, clinician, team, patient):
        Membership.objects.filter(user=clinician, team=team).update(is_active=False)

        assert signed_in(clinician).get(record_of(patient)).status_code == 404

    def test_is_unknown_when_there_is_no_such_number(self, signed_in, clinician):
        assert signed_in(clinician).get(reverse("patients:record", args=[999999])).status_code == 404

    def test_may_be_read_but_not_changed_by_an_observer(self, signed_in, observer, patient):
        assert signed_in(observer).get(reverse("patients:edit", args=[patient.pk])).status_code == 403

    def test_brings_its_own_team_along_for_a_person_of_two(self, signed_in, clinician, team, other_team):
        account_factories.MembershipFactory(user=clinician, team=other_team, role=Role.OBSERVER)
        theirs = patient_factories.PatientFactory(team=other_team)

        page = signed_in(clinician).get(record_of(theirs))

        assert page.context["team"] == other_team
        assert signed_in(clinician).get(reverse("patients:edit", args=[theirs.pk])).status_code == 403


class TestReading:
    def test_is_recorded_with_page_and_person(self, signed_in, clinician, team, patient):
        signed_in(clinician).get(record_of(patient))

        entry = AuditEntry.objects.get()
        assert (entry.by, entry.team, entry.patient_id, entry.what, entry.kind) == (
            clinician, team, patient.pk, "patients:record", "read",
        )  # fmt: skip

    def test_is_recorded_once_for_a_page_and_its_fragments(self, signed_in, clinician, patient):
        client = signed_in(clinician)
        client.get(record_of(patient))
        client.get(record_of(patient), headers={"HX-Request": "true"})

        assert AuditEntry.objects.count() == 1

    def test_is_recorded_for_a_fragment_that_comes_alone(self, signed_in, clinician, patient):
        signed_in(clinician).get(record_of(patient), headers={"HX-Request": "true"})

        assert AuditEntry.objects.count() == 1

    def test_is_not_recorded_when_it_was_refused(self, signed_in, stranger, people_admin, patient):
        signed_in(stranger).get(record_of(patient))
        signed_in(people_admin).get(record_of(patient))

        assert not AuditEntry.objects.exists()
