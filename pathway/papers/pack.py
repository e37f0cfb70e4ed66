"""The pack of a meeting: its list first, then one or two pages a patient, in the team's language and time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessments.actions import edition
from pathway.models import Discussion, Meeting
from pathway.papers import dossier, typesetting

TEMPLATE = "pack.typ"
# What the template says itself.
WORDS = {
    "number": gettext_lazy("No."),
    "patient": gettext_lazy("Patient"),
    "mrn": gettext_lazy("Record number"),
    "age": gettext_lazy("Age"),
    "question": gettext_lazy("Question"),
    "attended": gettext_lazy("Attended"),
    "course": gettext_lazy("Course"),
    "course_key": gettext_lazy(
        "Diamond: procedure. Triangle: adverse event. Square: decision."
        " Bar: window for imaging, or how long an event lasted."
    ),
    "map": gettext_lazy("Last vessel map"),
    "sessions": gettext_lazy("What was done"),
    "nothing_done": gettext_lazy("Nothing was done here yet."),
    "earlier": gettext_lazy("Earlier procedures are not listed here:"),
    "where": gettext_lazy("Arteries"),
    "given": gettext_lazy("Given"),
    "events": gettext_lazy("Adverse events"),
    "not_signed": gettext_lazy("record not signed"),
    "responses": gettext_lazy("Response"),
    "no_responses": gettext_lazy("No reading stands yet."),
    "lesions_left_out": gettext_lazy("More lesions are in the record:"),
    "lesion_key": gettext_lazy("Each lesion: longest / viable diameter."),
    "scores": gettext_lazy("Scores"),
    "value": gettext_lazy("Value"),
    "day": gettext_lazy("Of"),
    "source": gettext_lazy("Source"),
    "what": gettext_lazy("What"),
    "findings": gettext_lazy("Findings"),
    "verdict": gettext_lazy("The guideline says"),
    "against": gettext_lazy("Speaks against"),
    "for": gettext_lazy("Speaks for"),
    "conditions": gettext_lazy("Conditions"),
    "missing": gettext_lazy("Missing"),
    "not_assessed": gettext_lazy("No assessment is signed yet."),
    "next": gettext_lazy("After the last reading, not decided yet"),
    "suggests": gettext_lazy("The guideline suggests"),
    "failures": gettext_lazy("Failure of embolisation, by definition (information only)"),
    "decision": gettext_lazy("Decision of the meeting"),
    "who": gettext_lazy("Who does it, by when"),
    "map_seen": gettext_lazy("Seen from the front; R is the patient’s right."),
}
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
    made = {
        "at": date_format(at.astimezone(ZoneInfo(meeting.team.time_zone)), "j M Y, H:i"),
        "person": str(by),
    }
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
        "words": {name: str(words) for name, words in WORDS.items()},
    }


def _line(number: int, one: Discussion, *, on: date) -> list[str]:
    age = dossier.age_on(one.patient, on)
    return [str(number), one.patient.full_name, one.patient.mrn, age, one.question]
