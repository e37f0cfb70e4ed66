"""Names that point somewhere: addresses in code and templates, tasks in the timetable."""

import re

from celery import current_app
from django.urls import URLPattern, URLResolver, get_resolver

from tace_site.celery import app
from tests.house import sources

IN_TEMPLATE = re.compile(r"\{%\s*url\s+['\"]([\w:-]+)['\"]")
IN_CODE = re.compile(r"\b(?:reverse|reverse_lazy|redirect|resolve_url)\(\s*['\"]([a-z_]+:[\w-]+)['\"]")


def known_names(resolver: URLResolver | None = None, prefix: str = "") -> set[str]:
    names = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            names.add(f"{prefix}{entry.name}")
        else:
            names |= known_names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
    return names


class TestAddresses:
    def test_named_in_templates_exist(self):
        named = {
            (str(t.relative_to(sources.ROOT)), name)
            for t in sources.templates()
            for name in IN_TEMPLATE.findall(t.read_text(encoding="utf-8"))
        }

        assert {(path, name) for path, name in named if name not in known_names()} == set()

    def test_named_in_code_exist(self):
        named = {(s.path, name) for s in sources.product() for name in IN_CODE.findall(s.text)}

        assert {(path, name) for path, name in named if name not in known_names()} == set()


class TestTimetable:
    def test_names_tasks_that_exist(self):
        app.loader.import_default_modules()
        wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}

        assert wanted - set(current_app.tasks) == set()

    def test_lets_a_wake_up_expire_before_it_is_worthless(self):
        for name, entry in app.conf.beat_schedule.items():
            assert 0 < entry["options"]["expires"] <= max(2.0, float(entry["schedule"])), name

    def test_sends_only_to_queues_that_the_worker_reads(self):
        queues = {entry["options"]["queue"] for entry in app.conf.beat_schedule.values()}

        assert queues <= {"celery", "jobs"}
