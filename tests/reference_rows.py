"""The rows that every database begins with, brought back after a test that emptied it.

A test in a real browser commits, and its database is emptied after it. The next test that only rolls back would then
miss what a migration put there. In such a test itself: `tests.factories.procedures.reference_rows()`.
"""

import pytest

FLUSHED = pytest.StashKey[bool]()
EMPTY_THE_DATABASE = {"transactional_db", "live_server", "django_db_reset_sequences"}


def _empties_the_database(item: pytest.Item | None) -> bool:
    marker = item.get_closest_marker("django_db") if item else None
    is_marked = bool(marker and marker.kwargs.get("transaction"))
    return is_marked or bool(EMPTY_THE_DATABASE & set(getattr(item, "fixturenames", ())))


@pytest.fixture(autouse=True)
def _says_that_the_database_will_be_emptied(request):
    """Only a test whose fixtures are set up had a database."""
    request.node.stash[FLUSHED] = _empties_the_database(request.node)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None):
    answer = yield
    if item.stash.get(FLUSHED, False) and nextitem is not None and not _empties_the_database(nextitem):
        from pytest_django.plugin import blocking_manager_key

        from tests.factories.procedures import reference_rows

        with item.config.stash[blocking_manager_key].unblock():
            reference_rows()
    return answer
