"""The pack of a meeting: its list first, then one or two pages a patient, in the team's language and time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import edition
from pathway.models import Discussion, Meeting
from pathway.papers import dossier, typesetting

TEMPLATE = "pack.typ"
# Told one patient at a time: how many are done more.
Step = Callable[[int], None]


@dataclass(frozen=True)
class Made:
    """The pages, and whom they show."""

    pages: bytes
    patient_ids: list[int]


def not_allowed() -> str:
    """Say why the worker makes no pack."""
    return _("Whoever asked for this pack may not take patients of the team out of the system.")


def make(
    meeting: Meeting, discussions: Sequence[Discussion], *, by: User, on: date, at: datetime, step: Step
) -> Made:
    """Set the pages of a meeting. Raises typesetting.FontMissing."""
    team = meeting.team
    with translation.override(team.language), timezone.override(ZoneInfo(team.time_zone)):
        patients: list[dict[str, Any]] = []
        drawings: dict[str, bytes] = {}
        for number, discussion in enumerate(discussions, start=1):
            one = dossier.dossier_of(discussion, number, on=on)
            patients.append(one.facts)
            drawings |= one.drawings
            step(1)
        facts = _facts(meeting, discussions, by=by, on=on, at=at) | {"patients": patients}
        pages = typesetting.typeset(TEMPLATE, facts, drawings, at=at)
    return Made(pages, [one.patient_id for one in discussions])


def _facts(
    meeting: Meeting, discussions: Sequence[Discussion], *, by: User, on: date, at: datetime
) -> dict[str, Any]:
    day = date_format(meeting.held_on, "j M Y")
    in_force = edition.settings_in_force(on=on, at=at)
    made = {"at": date_format(timezone.localtime(at), "j M Y, H:i"), "person": str(by)}
    said = {"team": meeting.team.name, "day": day}
    return {
        "language": meeting.team.language,
        "title": _("Multidisciplinary meeting, %(day)s") % {"day": date_format(meeting.held_on, "D j M Y")},
        "team": meeting.team.name,
        "attended": meeting.attended,
        "list": [_line(number, one, on=on) for number, one in enumerate(discussions, start=1)],
        "footer": " · ".join(
            [
                _("%(team)s, meeting of %(day)s") % said,
                str(in_force),
                _("made at %(at)s by %(person)s") % made,
            ]
        ),
        "words": _words(),
    }


def _line(number: int, one: Discussion, *, on: date) -> list[str]:
    age = dossier.age_on(one.patient, on)
    return [str(number), one.patient.full_name, one.patient.mrn, age, one.question]


def _words() -> dict[str, str]:
    """What the template says itself."""
    return {
        "number": _("No."),
        "patient": _("Patient"),
        "mrn": _("Record number"),
        "age": _("Age"),
        "question": _("Question"),
        "attended": _("Attended"),
        "course": _("Course"),
        "course_key": _(
            "Diamond: procedure. Triangle: adverse event. Square: decision."
            " Bar: window for imaging, or how long an event lasted."
        ),
        "map": _("Last vessel map"),
        "sessions": _("What was done"),
        "nothing_done": _("Nothing was done here yet."),
        "earlier": _("Earlier procedures are not listed here:"),
        "where": _("Arteries"),
        "given": _("Given"),
        "events": _("Adverse events"),
        "not_signed": _("record not signed"),
        "responses": _("Response"),
        "no_responses": _("No reading stands yet."),
        "lesions_left_out": _("More lesions are in the record:"),
        "lesion_key": _("Each lesion: longest / viable diameter."),
        "scores": _("Scores"),
        "value": _("Value"),
        "day": _("Of"),
        "source": _("Source"),
        "what": _("What"),
        "findings": _("Findings"),
        "verdict": _("The guideline says"),
        "against": _("Speaks against"),
        "for": _("Speaks for"),
        "conditions": _("Conditions"),
        "missing": _("Missing"),
        "not_assessed": _("No assessment is signed yet."),
        "next": _("After the last reading, not decided yet"),
        "suggests": _("The guideline suggests"),
        "failures": _("Failure of embolisation, by definition (information only)"),
        "decision": _("Decision of the meeting"),
        "who": _("Who does it, by when"),
        "map_seen": _("Seen from the front; R is the patient’s right."),
    }  # fmt: skip
