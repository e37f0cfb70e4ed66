"""The invented colleagues of the demonstration team, one for each role."""

from dataclasses import dataclass

from accounts.roles import Role

TEAM_NAME = "Interventional radiology, demonstration"
# Everybody's, on a machine that answers itself only.
PASSWORD = "demonstration"  # noqa: S105  # nosec B105


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: Role
    is_lead: bool = False
    is_site_admin: bool = False


# Who is on leave, from how many days ago until how many days ahead, and who stands in.
ON_LEAVE, LEAVE_BEGAN_DAYS_AGO, LEAVE_ENDS_IN_DAYS, DEPUTY = "colleague", 5, 9, "coordinator"

PEOPLE = (
    Person("clinician@demo.example", "Dr S. Lindqvist", Role.CLINICIAN),
    Person("lead@demo.example", "Dr N. Amadi", Role.CLINICIAN, is_lead=True),
    Person("coordinator@demo.example", "M. Osei", Role.COORDINATOR),
    Person("colleague@demo.example", "J. Brannigan", Role.COORDINATOR),
    Person("admin@demo.example", "A. Novak", Role.ADMIN),
    Person("observer@demo.example", "O. Brandt", Role.OBSERVER),
    Person("siteadmin@demo.example", "T. Halloran", Role.CLINICIAN, is_site_admin=True),
    # Whoever drafts a version of the settings does not approve it.
    Person("second@demo.example", "R. Nyström", Role.ADMIN, is_site_admin=True),
)

# Numbers that Ofcom keeps for stories: nobody answers.
LETTERHEAD = {
    "phone": "020 7946 0100",
    "urgent_phone": "020 7946 0199",
    "address": "Northfield General Hospital\n1 Harbour Road, Northfield",
}
