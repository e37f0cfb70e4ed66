"""What stands between a letter in work and the post."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Team
from pathway.letters.rows import Kind, LetterDraft, Letterhead
from patients.models import Patient
from procedures.models import AdverseEvent

# Death in each of the gradings. It may be on record before somebody has ended the course.
FATAL = Q(ctcae_grade=5) | Q(cirse_grade=6) | Q(sir_class="death")


def has_phone(team: Team) -> bool:
    """Whether somebody has said which number stands on the team's letters."""
    return Letterhead.objects.filter(team=team).exists()


def has_died(patient: Patient) -> bool:
    """Whether the record says that the patient has died: the course ended so, or an adverse event was fatal."""
    fatal = AdverseEvent.objects.filter(FATAL, procedure__patient=patient, retracted_at=None)
    return patient.ended_because == Patient.EndedBecause.DIED or fatal.exists()


def why_not(draft: LetterDraft) -> str:
    """Say why a letter cannot go out yet; nothing where it can."""
    if draft.patient.ended_because == Patient.EndedBecause.RESEARCH_CASE:
        return _("A closed research case gets no letters. Give this one up.")
    if draft.kind == Kind.PATIENT and has_died(draft.patient):
        return _("The patient has died: no letter goes to the patient. Give this one up.")
    if not has_phone(draft.patient.team):
        return _("Nobody has said yet which phone number stands on the team’s letters.")
    if draft.kind == Kind.REFERRER and not draft.recipient.strip():
        return _("Say to whom the letter goes.")
    return ""
