"""Merges raced on a real PostgreSQL server: never a ring, nothing left behind, whoever is too late is told."""

import pytest

from tests.house import processes

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def outcomes(postgresql_url):
    return processes.races_of("tests.pathway.merging_at_once", postgresql_url=postgresql_url)


@pytest.mark.parametrize(
    ("race", "expected"),
    [
        ("each_into_the_other", {"agrees": True, "refused_in_words": True}),
        ("merge_and_sign", {"is_signed_once": True, "is_with_the_kept": True, "told": True}),
        ("merge_and_write", {"left_behind": 0}),
        ("take_back_twice", {"undone_once": True, "is_alone_again": True}),
    ],
)
def test_comes_to_the_same_every_time(outcomes, race, expected):
    assert outcomes[race] == [expected]
