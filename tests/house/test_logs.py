"""Logs name no patient: not in the address, not in a traceback, not in what an exception says."""

import io
import logging

import pytest
from django.db import IntegrityError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from tace_site import logs, urls


def broken_view(request):
    name = request.GET["q"]
    raise IntegrityError(f"Key (mrn)=({name}) already exists.")


urlpatterns = [
    path("patients/<int:patient_id>/", lambda request, patient_id: HttpResponse("well")),
    path("broken/", broken_view),
    *urls.urlpatterns,
]


@pytest.fixture(params=[True, False], ids=["json", "words"])
def log(request):
    """What the product's own formatter writes meanwhile."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Formatter(as_json=request.param))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.urls(__name__)
@pytest.mark.django_db
class TestRequestLog:
    def test_names_an_address_by_its_pattern(self, client, log):
        client.get("/patients/4711/", {"q": "Okafor"})

        assert "GET /patients/<int:patient_id>/" in log.getvalue()
        assert "Okafor" not in log.getvalue()
        assert "4711" not in log.getvalue()

    def test_does_not_repeat_an_address_that_is_none(self, client, log):
        client.get("/okafor-daniel/", {"q": "Okafor"})

        assert "no such page" in log.getvalue()
        assert "kafor" not in log.getvalue()

    def test_shows_where_a_page_broke_and_not_with_what(self, client, log):
        client.raise_request_exception = False

        client.get("/broken/", {"q": "Okafor"})

        assert "broken_view" in log.getvalue()
        assert "IntegrityError" in log.getvalue()
        assert "Okafor" not in log.getvalue()

    def test_writes_no_line_for_a_question_about_health(self, log):
        middleware = logs.RequestLogMiddleware(lambda request: HttpResponse("well"))

        middleware(RequestFactory().get("/healthz"))

        assert log.getvalue() == ""


class TestTraceback:
    def raised(self, error: Exception, cause: Exception | None = None) -> str:
        try:
            raise error from cause
        except Exception as caught:
            return logs.without_values(caught)

    def test_says_what_the_database_server_said_of_itself(self):
        assert "OperationalError: connection refused" in self.raised(OperationalError("connection refused"))

    def test_follows_the_cause(self):
        name, number = "Okafor", 4711

        said = self.raised(KeyError(name), cause=ValueError(f"MRN {number}"))

        assert "KeyError" in said
        assert "ValueError" in said
        assert "Okafor" not in said
        assert "4711" not in said

    def test_is_written_for_a_task_without_its_exception(self, log):
        number = 4711
        try:
            raise ValueError(f"MRN {number}")
        except ValueError as error:
            data = {"name": "pathway.tasks.tick", "exc": repr(error)}
            logging.getLogger("celery.app.trace").error(
                "Task %(name)s raised: %(exc)s", data, exc_info=True, extra={"data": data}
            )

        assert "Task pathway.tasks.tick failed" in log.getvalue()
        assert "4711" not in log.getvalue()
