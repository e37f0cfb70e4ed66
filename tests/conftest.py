"""What every test may use: people of two teams, clients signed in as them, and the system's browser."""

import os
import shutil

import pytest
from django.test import Client

from accounts.roles import Role
from tests.factories import accounts as account_factories

# Playwright's synchronous interface runs an event loop in the test's thread; the ORM is used beside it, not in it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


pytest_plugins = ["tests.reference_rows", "tests.servers", "tests.skips"]


@pytest.fixture
def team(db):
    return account_factories.TeamFactory(name="Northfield")


@pytest.fixture
def other_team(db):
    return account_factories.TeamFactory(name="Southgate")


@pytest.fixture
def clinician(team):
    return account_factories.member(team, Role.CLINICIAN, name="Dr S. Lindqvist")


@pytest.fixture
def coordinator(team):
    return account_factories.member(team, Role.COORDINATOR, name="M. Osei")


@pytest.fixture
def people_admin(team):
    return account_factories.member(team, Role.ADMIN, name="A. Novak")


@pytest.fixture
def observer(team):
    return account_factories.member(team, Role.OBSERVER, name="O. Brandt")


@pytest.fixture
def stranger(other_team):
    """A clinician of another team."""
    return account_factories.member(other_team, Role.CLINICIAN, name="Dr T. Adeyemi")


@pytest.fixture
def signed_in():
    """Return a function that gives a test client signed in as a person."""

    def client_for(user) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return client_for


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Start the system's Chromium; as root it needs --no-sandbox."""
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def browse_as(page, context, live_server):
    """Return a function that signs a person in and opens a path in a real browser page."""

    def open_page(user, path: str = "/"):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page.goto(live_server.url + path)
        return page

    return open_page
