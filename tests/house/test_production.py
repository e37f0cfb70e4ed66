"""The hospital set-up as docs/hospital-setup.md tells it: PostgreSQL, Redis, gunicorn, a forking worker, beat."""

import gzip
import http.client
import http.cookies
import re
import sys
import urllib.parse

import pytest

from tests import servers
from tests.house import processes

HOST = "tace.example.org"
PASSWORD = "a long enough sentence"
PYTHON = sys.executable


class Browser:
    """Speaks to gunicorn as the proxy in front of it does, and keeps cookies."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, http.cookies.SimpleCookie()

    def ask(self, method: str, path: str, form: dict | None = None, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        always = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.7",
            "Cookie": cookie,
        }
        always |= {"Referer": f"https://{HOST}/"} | headers
        body = urllib.parse.urlencode(form) if form else None
        if form:
            always["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, always)
        answer = connection.getresponse()
        answer.text = self._text(answer)
        for value in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(value)
        connection.close()
        return answer

    @staticmethod
    def _text(answer) -> str:
        data = answer.read()
        return (gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data).decode()

    def sign_in(self, email: str):
        page = self.ask("GET", "/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        form = {"csrfmiddlewaretoken": token, "login": email, "password": PASSWORD}
        return self.ask("POST", "/sign-in/", form)


@pytest.fixture(scope="module")
def hospital(postgresql_url, redis_url, tmp_path_factory):
    """A migrated hospital with its first site admin; yields the environment of its programs."""
    environment = processes.environment(
        _new_database(postgresql_url),
        TACE_ENVIRONMENT="production",
        SECRET_KEY="k7Qw-3vZp9sLxN2mTr8yBd5fGh1jKc4uWe6iOa0zXq-RsVtYnMbP",
        ALLOWED_HOSTS=HOST,
        REDIS_URL=redis_url,
        STATIC_ROOT=str(tmp_path_factory.mktemp("static")),
        LOG_LEVEL="INFO",
    )
    for command in ("migrate", "collectstatic"):
        processes.manage(command, "-v0", "--noinput", env=environment)
    first = ["createsuperuser", "--noinput", "--email", "first@example.org", "--name", "First Admin"]
    processes.manage(*first, env=environment | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD})
    return environment


def _new_database(url: str) -> str:
    import psycopg

    with psycopg.connect(url.replace("postgres:", "postgresql:", 1), autocommit=True) as connection:
        connection.execute("CREATE DATABASE hospital")
    return url.removesuffix("/postgres") + "/hospital"


@pytest.fixture(scope="module")
def running(hospital):
    """Everything of the hospital running; yields the port of its application server."""
    port = servers.free_port()
    celery = [PYTHON, "-m", "celery", "--quiet", "--app", "tace_site"]
    web = [
        PYTHON,
        "-m",
        "gunicorn",
        "tace_site.wsgi",
        "--config",
        "tace_site/gunicorn.py",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    worker = [*celery, "worker", "--concurrency", "2", "--queues", "celery,jobs", "--loglevel", "WARNING"]
    beat = [*celery, "beat", "--loglevel", "WARNING"]
    with (
        processes.started(web, hospital),
        processes.started(worker, hospital),
        processes.started(beat, hospital),
    ):
        processes.wait_for(lambda: servers.accepts(port), "gunicorn")
        processes.wait_for(lambda: Browser(port).ask("GET", "/healthz").status == 200, "the first tick")
        yield port


@pytest.fixture
def visitor(running):
    """Somebody who was not here before, seen from where the proxy stands."""
    return Browser(running)


class TestHospital:
    def test_is_healthy_with_a_worker_that_forks(self, visitor):
        answer = visitor.ask("GET", "/healthz")

        assert answer.text == '{"database": "up", "broker": "up", "timetable": "ticking", "sweep": "on time"}'

    def test_answers_a_health_probe_that_speaks_no_tls(self, visitor):
        assert visitor.ask("GET", "/healthz", **{"X-Forwarded-Proto": "http"}).status == 200

    def test_sends_everything_else_to_tls(self, visitor):
        answer = visitor.ask("GET", "/sign-in/", **{"X-Forwarded-Proto": "http"})

        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/sign-in/")

    def test_refuses_a_host_that_is_not_ours(self, visitor):
        assert visitor.ask("GET", "/sign-in/", Host="evil.example.org").status == 400

    def test_lets_the_first_site_admin_in(self, visitor):
        answer = visitor.sign_in("first@example.org")

        assert answer.status == 302
        assert {visitor.ask("GET", page).status for page in ("/site-admin/", "/teams/")} == {200}

    def test_protects_its_cookies(self, visitor):
        visitor.sign_in("first@example.org")

        session = visitor.cookies["sessionid"]
        assert (session["secure"], session["httponly"], session["samesite"]) == (True, True, "Lax")
        assert visitor.cookies["csrftoken"]["secure"] is True

    def test_sends_strict_headers(self, visitor):
        headers = visitor.ask("GET", "/sign-in/").headers

        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"

    def test_compresses_pages(self, visitor):
        answer = visitor.ask("GET", "/sign-in/", **{"Accept-Encoding": "gzip"})

        assert answer.headers["Content-Encoding"] == "gzip"
        assert "csrfmiddlewaretoken" in answer.text

    def test_serves_static_files_for_ever_under_a_name_with_a_digest(self, visitor):
        page = visitor.ask("GET", "/sign-in/").text
        names = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)

        assert names
        for name in names:
            answer = visitor.ask("HEAD", name)
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
            assert (answer.status, "immutable" in answer.headers["Cache-Control"]) == (200, True), name

    def test_serves_the_fonts_that_its_style_sheets_name(self, visitor):
        page = visitor.ask("GET", "/sign-in/").text
        sheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
        fonts = {
            urllib.parse.urljoin(sheet, font)
            for sheet in sheets
            for font in re.findall(r"""url\(["']?([^"')]+\.woff2)""", visitor.ask("GET", sheet).text)
        }

        assert fonts
        assert {visitor.ask("HEAD", font).status for font in fonts} == {200}

    def test_shows_its_own_page_for_an_address_that_is_none(self, visitor):
        answer = visitor.ask("GET", "/nothing-here/")

        assert answer.status == 404
        assert "<html" in answer.text


class TestThrottle:
    def test_counts_bad_passwords_over_all_processes(self, visitor):
        """The count lies in Redis: two processes of gunicorn share it."""
        page = visitor.ask("GET", "/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        form = {"csrfmiddlewaretoken": token, "login": "someone@example.org", "password": "wrong"}

        answers = [visitor.ask("POST", "/sign-in/", form).text for _ in range(8)]

        assert "Too many" in answers[-1]
        assert "Too many" not in answers[0]
