"""What a merge of two records would do: what is to be chosen, what goes over, what stands in the way."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment
from followup.models import ImagingReview, ImportedOutcome
from pathway.merge import covered, questions
from pathway.merge.questions import KEPT, OTHER, Comparison
from pathway.merge.rows import DistinctPair
from patients.models import Patient

COURSE, DRAFT = "course", "draft"


@dataclass(frozen=True)
class Choice:
    """Something of which both records have their own, and of which one can stand: said with the words of each."""

    key: str
    label: Any
    kept_words: str
    other_words: str


@dataclass(frozen=True)
class Reviews:
    """Two open reviews: the one that goes on, and the one that is closed as replaced by it."""

    goes_on: ImagingReview
    is_closed: ImagingReview


@dataclass(frozen=True)
class Preview:
    kept: Patient
    other: Patient
    comparisons: list[Comparison]
    choices: list[Choice]
    moving: dict[str, list[int]]
    reviews: Reviews | None
    blocks: list[str]
    warnings: list[str]

    @property
    def counts(self) -> list[tuple[Any, int]]:
        """What goes over, in words, and how much of it."""
        return [(covered.MOVES[label], len(keys)) for label, keys in self.moving.items() if keys]

    @property
    def moves_lesions(self) -> bool:
        return bool(self.moving["patients.Lesion"])

    @property
    def to_choose(self) -> list[str]:
        """The names of everything that has to be chosen."""
        return [one.question.key for one in self.comparisons if one.differs] + [c.key for c in self.choices]

    @property
    def digest(self) -> str:
        """A print of all that the page shows, so that nobody merges what they have not seen."""
        answers = [(one.question.key, one.kept_words, one.other_words) for one in self.comparisons]
        choices = [(one.key, one.kept_words, one.other_words) for one in self.choices]
        shown = [self.kept.mrn, self.other.mrn, answers, choices, self.moving, self.blocks]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def preview_of(kept: Patient, other: Patient) -> Preview:
    """Look at both records as they are now."""
    reviews, both_imaged = _reviews(kept, other)
    return Preview(
        kept=kept,
        other=other,
        comparisons=questions.compare(kept, other),
        choices=[*_course(kept, other), *_drafts(kept, other)],
        moving={label: covered.rows_to_move(label, kept=kept, duplicate=other) for label in covered.MOVES},
        reviews=reviews,
        blocks=[*_blocks(kept, other), *both_imaged],
        warnings=_warnings(kept, other, reviews),
    )


def _course(kept: Patient, other: Patient) -> list[Choice]:
    """Nobody but a person knows whether a course goes on that one record ended and the other did not."""
    if (kept.ended_because, kept.ended_on) == (other.ended_because, other.ended_on):
        return []
    label = gettext_lazy("The course")
    return [Choice(COURSE, label, _course_in_words(kept), _course_in_words(other))]


def _course_in_words(patient: Patient) -> str:
    if not patient.ended_because:
        return _("Goes on")
    ended = date_format(patient.ended_on, "j M Y") if patient.ended_on else ""
    return ", ".join(filter(None, [patient.get_ended_because_display(), ended]))


def draft_of(patient: Patient) -> Assessment | None:
    return patient.assessments.filter(status=Assessment.Status.DRAFT).select_related("saved_by").first()


def _drafts(kept: Patient, other: Patient) -> list[Choice]:
    """A patient has one draft: the other is discarded, with the merge as its reason."""
    drafts = draft_of(kept), draft_of(other)
    if None in drafts:
        return []
    words = [_draft_in_words(draft) for draft in drafts if draft]
    return [Choice(DRAFT, gettext_lazy("The draft of an assessment that goes on"), *words)]


def _draft_in_words(draft: Assessment) -> str:
    said = {"when": date_format(draft.saved_at, "j M Y, H:i"), "who": draft.saved_by or _("nobody")}
    return _("Last kept on %(when)s by %(who)s") % said


def _reviews(kept: Patient, other: Patient) -> tuple[Reviews | None, list[str]]:
    """One open review a patient: images that wait to be read come first, then what is due earlier."""
    ours, theirs = (
        one.reviews.filter(closed_at=None).select_related("owner").first() for one in (kept, other)
    )
    if ours is None or theirs is None:
        return None, []
    if ours.done_on and theirs.done_on:
        return None, [
            _("Both records have images that wait for their decision: decide on one of them first.")
        ]
    is_ours_first = (ours.done_on is None, ours.due_to) <= (theirs.done_on is None, theirs.due_to)
    return (Reviews(ours, theirs) if is_ours_first else Reviews(theirs, ours)), []


def _blocks(kept: Patient, other: Patient) -> list[str]:
    blocks = []
    if any(one.merged_into_id for one in (kept, other)):
        blocks.append(_("One of them was merged into another record already."))
    research = [one.ended_because == Patient.EndedBecause.RESEARCH_CASE for one in (kept, other)]
    if kept.team.is_research != other.team.is_research or research[0] != research[1]:
        blocks.append(_("A closed research case is never merged with a patient of the clinic."))
    if ImportedOutcome.objects.filter(patient__in=(kept, other)).count() > 1:
        blocks.append(_("Each has an outcome that was imported with a cohort, and a patient has one."))
    if _open_letters(kept) & _open_letters(other):
        blocks.append(_("Both have a letter of one kind in work: issue one of them, or give it up, first."))
    ours, theirs = (_meetings(one, decided_at=None) for one in (kept, other))
    if ours & _meetings(other) or theirs & _meetings(kept):
        blocks.append(_("Both stand on the list of one meeting: take one of them off first."))
    return blocks


def _open_letters(patient: Patient) -> set[str]:
    drafts = covered.model_of("pathway.LetterDraft")._default_manager
    return set(drafts.filter(patient=patient, closed_at=None).values_list("kind", flat=True))


def _meetings(patient: Patient, **which: None) -> set[int]:
    """Return the meetings on whose list the patient stands; who was decided on cannot be taken off it any more."""
    discussions = covered.model_of("pathway.Discussion")._default_manager
    rows = discussions.filter(patient=patient, taken_off_at=None, **which)
    return set(rows.values_list("meeting_id", flat=True))


def _warnings(kept: Patient, other: Patient, reviews: Reviews | None) -> list[str]:
    warnings = []
    pair = sorted([kept.pk, other.pk])
    said = DistinctPair.objects.filter(first=pair[0], second=pair[1]).select_related("said_by").first()
    if said:
        told = {"who": said.said_by, "when": date_format(said.said_at, "j M Y")}
        warnings.append(_("%(who)s found on %(when)s that these are two people.") % told)
    if reviews and reviews.is_closed.booked_for and not reviews.is_closed.done_on:
        told = {"when": date_format(reviews.is_closed.booked_for, "j M Y")}
        warnings.append(
            _("The review that is closed is booked for %(when)s: move or cancel this appointment.") % told
        )
    return warnings


def course_after(preview: Preview, chosen: str) -> tuple[Any, str]:
    """Return when and why the course ended, as chosen; the kept record's where both say the same."""
    whose = {KEPT: preview.kept, OTHER: preview.other}[chosen or KEPT]
    return whose.ended_on, whose.ended_because
