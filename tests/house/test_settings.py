"""Settings: production refuses to start half configured, and what it starts with is as strict as it can be."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings

from tace_site.middleware import LoopbackOnlyMiddleware
from tests.house import processes

COMPLETE = {
    "SECRET_KEY": "k7Qw-3vZp9sLxN2mTr8yBd5fGh1jKc4uWe6iOa0zXq-RsVtYnMbP",
    "ALLOWED_HOSTS": "tace.example.org",
    "DATABASE_URL": "sqlite:////nowhere/tace.sqlite3",
}


def check(*arguments: str, without: str | None = None, **more: str | None) -> subprocess.CompletedProcess:
    """Run `manage.py check` with production settings, one of them left out."""
    given = processes.environment("") | {"TACE_ENVIRONMENT": "production"} | COMPLETE | more
    environment = {k: v for k, v in given.items() if k != without and v is not None}
    command = [sys.executable, "manage.py", "check", *arguments]
    return subprocess.run(command, cwd=processes.ROOT, env=environment, capture_output=True, text=True)


class TestProduction:
    @pytest.mark.parametrize("name", COMPLETE)
    def test_refuses_to_start_without(self, name):
        done = check(without=name)

        assert done.returncode != 0
        assert name in done.stderr.strip().splitlines()[-1]
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
    def test_refuses_to_start_with_an_empty(self, name):
        done = check(**{name: ""})

        assert done.returncode != 0
        assert f"Set the {name} environment variable" in done.stderr

    def test_is_what_starts_when_nothing_is_said(self):
        done = check(without="SECRET_KEY", TACE_ENVIRONMENT=None)

        assert "Set the SECRET_KEY environment variable" in done.stderr

    def test_knows_three_environments_only(self):
        done = check(TACE_ENVIRONMENT="staging")

        assert "must be production, demonstration or test" in done.stderr

    def test_passes_the_deployment_check_silently(self):
        done = check("--deploy", "--fail-level", "INFO")

        assert done.returncode == 0, done.stderr
        assert "no issues (0 silenced)" in done.stdout + done.stderr

    def test_makes_no_demonstration_team(self):
        environment = processes.environment("") | COMPLETE | {"TACE_ENVIRONMENT": "production"}

        for command in ("make_demonstration", "prepare_demonstration"):
            assert "production" in processes.manage(command, env=environment, code=1)


class TestContentSecurityPolicy:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    def test_allows_nothing_unsafe_and_nobody_else(self):
        sources = {str(source) for values in self.directives.values() for source in values}

        assert not {source for source in sources if "unsafe" in source or "*" in source or ":" in source} - {
            "data:"
        }

    def test_starts_from_nothing(self):
        assert self.directives["default-src"] == ["'none'"]
        assert self.directives["frame-ancestors"] == ["'none'"]
        assert self.directives["base-uri"] == ["'none'"]

    def test_is_sent_with_a_page(self, client, db):
        policy = client.get("/sign-in/").headers["Content-Security-Policy"]

        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


class TestLoopbackOnly:
    def answer(self, **meta) -> int:
        with override_settings(IS_DEMONSTRATION=True):
            middleware = LoopbackOnlyMiddleware(lambda request: type("Answer", (), {"status_code": 200}))
            return middleware(RequestFactory().get("/", **meta)).status_code

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
    def test_lets_this_machine_in(self, address):
        assert self.answer(REMOTE_ADDR=address) == 200

    @pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "", "127.0.0.1.example.org"])
    def test_keeps_others_out(self, address):
        assert self.answer(REMOTE_ADDR=address) == 403

    @pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"])
    def test_keeps_out_what_a_proxy_forwards(self, header):
        assert self.answer(REMOTE_ADDR="127.0.0.1", **{header: "127.0.0.1"}) == 403
