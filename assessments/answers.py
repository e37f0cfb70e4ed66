"""The answers of the form, one shape for all: `{"value": …}` as understood, `{"raw": …}` as typed; absent: no answer.

"Not known", chosen, is kept as typed: it is no fact, and not the same as a question that nobody looked at.
A fact's value is the contract's; a free field's is its text, its choice, the id of a person or an ISO date.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.models import User
from assessments import entries, sections
from assessments.models import Assessment
from patients import choice_fields

NOT_KNOWN = choice_fields.NOT_KNOWN

Answer = dict[str, Any]
Answers = Mapping[str, Answer]

FREE_FIELDS = (
    "why_not_surgery", "individual_plan", "decision", "meeting_owner", "meeting_on", "reason_against_finding",
)  # fmt: skip
ALL_FIELDS = (*sections.IN_ORDER, *FREE_FIELDS)


def answers_of(assessment: Assessment) -> dict[str, Answer]:
    """Return every answer that the row holds; what could not be read is there as it was typed."""
    answers: dict[str, Answer] = {
        name: {"value": entries.contract_value(entry)} for name, entry in assessment.facts.items()
    }
    answers |= {name: {"value": value} for name in FREE_FIELDS if (value := _free_value(assessment, name))}
    return answers | {name: {"raw": raw} for name, raw in assessment.typed.items()}


def _free_value(assessment: Assessment, name: str) -> Any:
    if name == "meeting_owner":
        return assessment.meeting_owner_id
    if name == "meeting_on":
        return assessment.meeting_on.isoformat() if assessment.meeting_on else None
    return getattr(assessment, name)


def unreadable(assessment: Assessment) -> set[str]:
    """Return the questions whose answer could not be read."""
    return {name for name, raw in assessment.typed.items() if raw != NOT_KNOWN}


def write(assessment: Assessment, changed: Mapping[str, Answer | None], *, by: User, on: date) -> None:
    """Put the changed answers on the row (unsaved): a new fact is from today, from this person."""
    for name, answer in changed.items():
        assessment.typed.pop(name, None)
        if answer and "raw" in answer:
            assessment.typed[name] = answer["raw"]
        value = answer.get("value") if answer else None
        if name in FREE_FIELDS:
            _write_free(assessment, name, value)
        else:
            _write_fact(assessment, name, value, by=by, on=on)


def _write_fact(assessment: Assessment, name: str, value: Any, *, by: User, on: date) -> None:
    if value is None:
        assessment.facts.pop(name, None)
        return
    assessment.facts[name] = entries.entry_of(value, on=on, source=entries.TYPED, by=str(by))


def _write_free(assessment: Assessment, name: str, value: Any) -> None:
    if name == "meeting_owner":
        assessment.meeting_owner_id = value
    elif name == "meeting_on":
        assessment.meeting_on = date.fromisoformat(value) if value else None
    else:
        setattr(assessment, name, value or "")


def changed_from(base: Answers, answers: Answers) -> dict[str, Answer | None]:
    """Return the answers that differ from those that the person was shown; None where one was taken away."""
    return {name: answers.get(name) for name in ALL_FIELDS if answers.get(name) != base.get(name)}
