"""What a membership allows."""

from accounts.models import Membership
from accounts.roles import Capability, Role


class TestMembership:
    def test_lets_a_clinician_treat_and_a_coordinator_only_register(self):
        clinician, coordinator = Membership(role=Role.CLINICIAN), Membership(role=Role.COORDINATOR)

        assert clinician.may(Capability.TREAT_PATIENTS)
        assert not coordinator.may(Capability.TREAT_PATIENTS)
        assert coordinator.may(Capability.REGISTER_PATIENTS)

    def test_lets_a_lead_manage_people(self):
        assert Membership(role=Role.COORDINATOR, is_lead=True).may(Capability.MANAGE_PEOPLE)
        assert not Membership(role=Role.COORDINATOR).may(Capability.MANAGE_PEOPLE)

    def test_shows_an_admin_of_people_no_patient(self):
        assert not Membership(role=Role.ADMIN).may(Capability.SEE_PATIENTS)
