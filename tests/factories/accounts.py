"""People and teams for tests."""

import factory

from accounts.models import Membership, Team, User
from accounts.roles import Role


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Dr Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)
    role = Role.CLINICIAN


def member(team: Team, role: Role, *, is_lead: bool = False, **user_fields) -> User:
    """Return a new person with `role` in `team`."""
    return MembershipFactory(team=team, role=role, is_lead=is_lead, user=UserFactory(**user_fields)).user
