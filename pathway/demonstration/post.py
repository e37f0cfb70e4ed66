"""What the demonstration team has written: a letter to a patient that went out by post, and one to a referrer."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import Team, User
from pathway.actions import letters
from pathway.demonstration import people
from pathway.letters import content, writing
from pathway.letters.rows import Kind, Letter
from patients.models import Patient

TO_THE_PATIENT, TO_THE_REFERRER = "Haugen", "Solberg"
REFERRER = "Dr A. Smith\nMill Lane Practice\nNorthfield"


def write_letters(team: Team, colleagues: Mapping[str, User], at: datetime) -> None:
    """Give the team its letterhead, issue the two letters, and note how the first was sent."""
    letters.save_letterhead(team=team, known=people.LETTERHEAD, by=colleagues["lead"], at=at)
    patients = Patient.objects.filter(team=team).select_related("team")
    by = colleagues["clinician"]
    to_patient = _issue(patients.get(family_name=TO_THE_PATIENT), Kind.PATIENT, by, at)
    letters.record_sending(
        letter=to_patient, way="post", sent_on=at.date(), form_key=None, by=colleagues["coordinator"], at=at
    )
    _issue(patients.get(family_name=TO_THE_REFERRER), Kind.REFERRER, by, at)


def _issue(patient: Patient, kind: str, by: User, at: datetime) -> Letter:
    draft = letters.start_letter(patient=patient, kind=kind, by=by, at=at)
    if kind == Kind.REFERRER:
        written = {"language": draft.language, "recipient": REFERRER, "added": ""}
        draft = letters.save_letter(draft=draft, written=written, revision=draft.revision, by=by, at=at)
    seen = content.digest_of(writing.content_of(draft, by=by, on=at.date()))
    return letters.issue_letter(draft=draft, seen=seen, by=by, on=at.date(), at=at)
