"""Two people at the same moment, on a real PostgreSQL server: one open review a patient, and nothing done twice."""

import pytest

from tests.house import processes

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def outcomes(postgresql_url):
    return processes.races_of("tests.followup.at_once", postgresql_url=postgresql_url)


@pytest.mark.parametrize(
    ("race", "expected"),
    [
        ("begin_the_same", [{"came": ["done", "done"], "reviews": 1, "open": 1}]),
        ("begin_two", [{"came": ["done", "done"], "reviews": 2, "open": 1}]),
        ("book", [{"came": ["ChangedMeanwhile", "done"], "booked": 1}]),
        ("record_the_same_imaging", [{"came": ["done", "done"], "done": 1}]),
        ("heal_everybody", [{"came": ["done", "done"], "reviews": 5}]),
        ("begin_and_end", [{"ended": "died", "agrees": True}]),
        ("move_and_close", [{"is_fine": True}]),
        ("decide_the_same", [{"came": ["DecidedAlready", "done"], "made": 1, "next": 1}]),
        ("decide_and_treat", [{"is_fine": True, "after": True}]),
        ("sign_the_same_sheet", [{"came": ["SignedAlready", "done"], "sheets": 1}]),
        ("make_the_same_feed", [{"came": ["UnableToMake", "done"], "feeds": 1}]),
        ("withdraw_the_same", [{"came": ["UnableToWithdraw", "done"], "open": 1}]),
    ],
)
def test_comes_to_the_same_every_time(outcomes, race, expected):
    assert outcomes[race] == expected
