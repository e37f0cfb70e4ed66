"""What stands between a letter in work and the post."""

from django.utils.translation import gettext as _

from accounts.models import Team
from pathway.letters.rows import Kind, LetterDraft, Letterhead
from patients.models import Patient


def has_phone(team: Team) -> bool:
    """Whether somebody has said which number stands on the team's letters."""
    return Letterhead.objects.filter(team=team).exists()


def is_to_the_dead(draft: LetterDraft) -> bool:
    """Whether it would go to a patient who has died."""
    return draft.kind == Kind.PATIENT and draft.patient.ended_because == Patient.EndedBecause.DIED


def why_not(draft: LetterDraft) -> str:
    """Say why a letter cannot go out yet; nothing where it can."""
    if draft.patient.ended_because == Patient.EndedBecause.RESEARCH_CASE:
        return _("A closed research case gets no letters. Give this one up.")
    if is_to_the_dead(draft):
        return _("The patient has died: no letter goes to the patient. Give this one up.")
    if not has_phone(draft.patient.team):
        return _("Nobody has said yet which phone number stands on the team’s letters.")
    if draft.kind == Kind.REFERRER and not draft.recipient.strip():
        return _("Say to whom the letter goes.")
    return ""
