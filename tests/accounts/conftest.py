"""People with a password, and a clean slate for the throttle."""

import pytest
from django.core.cache import cache

from accounts.roles import Role
from tests.factories import accounts as account_factories

PASSWORD = "three-calm-words-7"


@pytest.fixture(autouse=True)
def fresh_throttle():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def with_password(team):
    """Return a function that makes a member who can sign in with PASSWORD."""

    def make(role=Role.CLINICIAN, *, email="s.lindqvist@example.org", **fields):
        person = account_factories.member(team, role, email=email, **fields)
        person.set_password(PASSWORD)
        person.save()
        return person

    return make


@pytest.fixture
def person(with_password):
    return with_password(name="Dr S. Lindqvist")
