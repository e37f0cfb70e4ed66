"""A run that forbids skips fails on one that nobody expected, and on no other."""

import pytest

from tests import skips

pytest_plugins = ["pytester"]


@pytest.fixture
def suite(pytester):
    """A suite of one test that skips itself for a reason."""

    def run(reason: str, *options: str) -> pytest.RunResult:
        pytester.makeconftest("from tests.skips import *")
        pytester.makepyfile(f"import pytest\n\ndef test_something():\n    pytest.skip({reason!r})\n")
        return pytester.runpytest_inprocess(
            "-p", "no:django", "-p", "no:playwright", "-p", "no:cacheprovider", *options
        )

    return run


class TestForbidSkips:
    def test_fails_on_a_missing_program(self, suite):
        result = suite("Redis is not installed (Debian: redis-server)", "--forbid-skips")

        assert result.ret == pytest.ExitCode.TESTS_FAILED
        result.stdout.fnmatch_lines(["Unexpected skip: *Redis is not installed*"])

    def test_accepts_that_the_cohort_is_not_there(self, suite):
        assert suite(f"the cohort {skips.EXPECTED[0]}", "--forbid-skips").ret == pytest.ExitCode.OK

    def test_leaves_a_person_alone(self, suite):
        assert suite("Redis is not installed").ret == pytest.ExitCode.OK
