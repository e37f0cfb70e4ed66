"""Bad input is answered, never broken upon: every address of ours, asked and sent nonsense by somebody who may."""

import re

import pytest
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from tests.house.access_world import Caller, World, every_address

ROOMS = {"accounts", "patients", "assessments", "procedures", "followup", "pathway"}
OURS = [a for a in every_address() if a.name.split(":")[0] in ROOMS]
FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*?\bname="([^"]+)"')
NONSENSE = (
    "",
    " ",
    "\x00",
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "1,5",
    "٣",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "<script>alert(1)</script>",
    "=1+1",
    "\u202e\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "x" * 5_000,
    "' OR 1=1 --",
    "{{ 7*7 }}",
    '{"a": [1e999]}',
)


@pytest.fixture
def world(db):
    return World("Northfield")


@pytest.fixture
def lead(world):
    return Caller("lead clinician", Role.CLINICIAN, is_lead=True).client(world.team)


def path_of(address, world) -> str:
    return reverse(address.name, kwargs={name: world.argument(name) for name in address.arguments})


def statuses(ask, sends: list[dict]) -> dict[int, dict]:
    """Return each status with something that brought it; what was written is undone."""
    found: dict[int, dict] = {}
    for data in sends:
        with transaction.atomic():
            found.setdefault(ask(data).status_code, data)
            if not connection.needs_rollback:
                transaction.set_rollback(True)
    return found


def broken(found: dict[int, dict]) -> dict[int, str]:
    return {status: repr(data)[:200] for status, data in found.items() if status >= 500}


@pytest.mark.parametrize("address", OURS, ids=lambda address: address.name)
class TestEveryAddress:
    def test_answers_nonsense_after_the_question_mark(self, address, world, lead):
        path = path_of(address, world)
        names = ("q", "page", "on", "from", "to", "person", "mrn", "tab", "next", "since")

        found = statuses(
            lambda data: lead.get(path, data), [dict.fromkeys(names, text) for text in NONSENSE[2:10]]
        )

        assert broken(found) == {}

    def test_answers_a_form_full_of_nonsense(self, address, world, lead):
        path = path_of(address, world)
        names = set(FIELD.findall(b"".join(lead.get(path)).decode(errors="replace"))) - {
            "csrfmiddlewaretoken"
        }

        found = statuses(
            lambda data: lead.post(path, data), [dict.fromkeys(names, text) for text in NONSENSE]
        )

        assert broken(found) == {}

    def test_answers_bytes_that_are_no_form(self, address, world, lead):
        path = path_of(address, world)

        def send(data):
            return lead.post(path, data["body"], content_type=data["type"])

        kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json")
        bodies = (b"\xff\xfe\x00=%zz&%", b"--x\r\nContent-Disposition: form-data; name=", b"")
        found = statuses(send, [{"type": kind, "body": body} for kind in kinds for body in bodies])

        assert broken(found) == {}


WITH_FORMS = ("patients:register", "patients:paste_labs", "patients:add_task", "patients:add_lesion")


class TestForms:
    @pytest.mark.parametrize("name", WITH_FORMS)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_answer_any_text_in_any_field(self, name, data, world, lead):
        address = next(address for address in OURS if address.name == name)
        path = path_of(address, world)
        names = sorted(set(FIELD.findall(b"".join(lead.get(path)).decode())) - {"csrfmiddlewaretoken"})
        sent = {field: data.draw(st.text(max_size=60), label=field) for field in names}

        assert broken(statuses(lambda form: lead.post(path, form), [sent])) == {}

    def test_refuse_a_paste_of_five_megabytes_with_a_page(self, world, lead):
        path = reverse("patients:paste_labs", args=[world.patient.pk])

        answer = lead.post(path, {"text": "ALT 40 U/L\n" * 500_000})

        assert answer.status_code < 500
        assert b"<html" in answer.content or answer.status_code in {302, 422}
