"""What the page of a decision shows: its facts as they were kept, what it set going, and where it came from."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from followup import decision_words
from followup.models import Decision, ImagingReview


def sentence_of(made: Decision) -> str:
    """Say what was decided and what follows, in one sentence."""
    said = {"choice": made.get_choice_display()}
    if made.next_review is None:
        return _("Decided: %(choice)s.") % said
    window = {"from": _day(made.next_review.due_from), "to": _day(made.next_review.due_to)}
    return _("Decided: %(choice)s. Next imaging %(from)s to %(to)s.") % (said | window)


def why_nothing(review: ImagingReview) -> str:
    """Say why there is nothing to decide on a review."""
    if review.patient.ended_because:
        return _("The course has ended. Open it again before you decide.")
    if not review.is_open:
        return _("This review is closed: %(because)s. Nothing was decided on it.") % {
            "because": review.get_closed_because_display()
        }
    if review.done_on is None:
        return _("The imaging of this review is not done yet.")
    return _("No reading stands yet: read the images first, or settle what the readers differ in.")


def context_of(made: Decision) -> dict[str, Any]:
    """Return what the page shows beside the patient."""
    return {
        "decision": made,
        "look": decision_words.LOOKS[made.choice],
        "choice_words": made.get_choice_display(),
        "options": decision_words.options_in_words(made.options),
        "recommended": str(decision_words.RECOMMENDED[made.recommended]),
        "goes_against": made.choice != made.recommended,
        "facts": [_fact(name, kept) for name, kept in made.facts.items()],
        "findings": [_finding(kept) for kept in made.findings],
    }


def _fact(name: str, kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": decision_words.label_of(name),
        "value": decision_words.value_of(name, kept["value"]),
        "is_known": kept["value"] is not None,
        "on": date.fromisoformat(kept["on"]) if kept["on"] else None,
        "source": kept["source"],
        "note": kept["note"],
    }


def _finding(kept: dict[str, Any]) -> dict[str, Any]:
    """As it was said then: a clause that reads otherwise today changes nothing of it."""
    return {
        "clause": kept["clause"],
        "says": kept["says"],
        "verdict_words": decision_words.finding_words(kept["verdict"]),
        "is_unknown": kept["verdict"] == "unknown",
    }


def _day(day: date) -> str:
    return date_format(day, "j M Y")
