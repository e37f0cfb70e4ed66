"""Two site admins at the same moment, on a real PostgreSQL server: one draft, and one end to it."""

import pytest

from tests.house import processes

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def outcomes(postgresql_url):
    return processes.races_of("tests.assessments.at_once", postgresql_url=postgresql_url)


@pytest.mark.parametrize(
    ("race", "expected"),
    [
        ("approve_the_same", [{"came": ["UnableToApprove", "done"], "published": True}]),
        ("approve_and_discard", [{"done": 1, "one": True}]),
        ("approve_and_change", [{"is_fine": True}]),
        ("begin_two", [{"came": ["UnableToDraft", "done"], "drafts": 1}]),
    ],
)
def test_comes_to_the_same_every_time(outcomes, race, expected):
    assert outcomes[race] == expected
