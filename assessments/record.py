"""An assessment as it is read: the answers section by section, and what one version changed of the one before."""

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments import entries, guidance, panel, sections, words
from assessments.models import Assessment, SignedVersion

FREE_LABELS = {
    "decision": _("Decision"),
    "reason_against_finding": _("Reason for going against the finding"),
    "why_not_surgery": _("Why not surgery"),
    "individual_plan": _("Individual plan"),
    "meeting_owner": _("Who takes it to the meeting"),
    "meeting_on": _("Meeting on"),
}


@dataclass
class Row:
    name: str
    label: str
    value: str
    day: str
    age: str
    source: str
    is_stale: bool
    clauses: tuple[str, ...]


@dataclass
class Part:
    title: str
    rows: list[Row]
    unknown: list[str]


@dataclass
class Difference:
    label: str
    before: str
    after: str


def parts_of(held: entries.Entries, *, on: date | None, lab_age_limit_days: int) -> list[Part]:
    """Return what is known, section by section, and the names of what is not."""
    parts = []
    for section in sections.SECTIONS:
        known = [name for name in section.all_facts if name in held]
        unknown = [name for name in section.facts if name not in held and sections.is_asked(name, held)]
        rows = [_row(name, held[name], on=on, limit=lab_age_limit_days) for name in known]
        parts.append(Part(str(section.title), rows, [words.label_of(name) for name in unknown]))
    return parts


def _row(name: str, entry: entries.Entry, *, on: date | None, limit: int) -> Row:
    fact = guidance.fact_of(name)
    age = entries.age_days(entry, on=on) if on else None
    source = words.source_of(entry)
    if entry.get("by") and entry.get("source") in (entries.TYPED, entries.NONE_OF_THESE):
        source = gettext("%(source)s by %(person)s") % {"source": source, "person": entry["by"]}
    return Row(
        name=name,
        label=words.label_of(name),
        value=words.value_of(name, entries.contract_value(entry)),
        day=words.day_of(entry),
        age=words.age_before(age),
        source=source,
        is_stale=fact.group == "laboratory" and age is not None and age > limit,
        clauses=fact.clauses,
    )


def panel_of(assessment: Assessment, version: SignedVersion | None) -> panel.Panel:
    """Return the findings as they were signed; of a row without a signature, as the engine weighs it now."""
    settings, on = assessment.edition_settings, assessment.made_on
    if version is None:
        answer = guidance.weigh(assessment.facts, settings)
        return panel.build(answer, assessment.facts, settings, on=on, age=words.age_before)
    signed = version.record
    answer, held = guidance.Answer(signed["answer"]), signed["facts"]
    return panel.build(answer, held, settings, on=on, age=words.age_before, scores=signed["scores"])


def latest_version(assessment: Assessment) -> SignedVersion | None:
    return assessment.versions.select_related("signed_by").order_by("-number").first()


def versions_with_differences(assessment: Assessment) -> list[tuple[SignedVersion, list[Difference]]]:
    """Return the versions, the newest first, each with what it changed of the one before."""
    versions = list(assessment.versions.select_related("signed_by").order_by("number"))
    told: list[tuple[SignedVersion, list[Difference]]] = [(version, []) for version in versions[:1]]
    for before, after in itertools.pairwise(versions):
        told.append((after, differences(before.record, after.record)))
    return told[::-1]


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return what differs between two signed records: facts, verdict, decision and reasons."""
    found = [
        Difference(words.label_of(name), _fact_words(name, before), _fact_words(name, after))
        for name in sections.IN_ORDER
        if _value(name, before) != _value(name, after)
    ]
    if before["answer"]["verdict"] != after["answer"]["verdict"]:
        verdicts = (str(words.VERDICTS[record["answer"]["verdict"]]) for record in (before, after))
        found.append(Difference(gettext("Verdict"), *verdicts))
    for name, label in FREE_LABELS.items():
        if before[name] != after[name]:
            found.append(
                Difference(str(label), free_words(name, before[name]), free_words(name, after[name]))
            )
    return found


def _value(name: str, record: dict[str, Any]) -> Any:
    entry = record["facts"].get(name)
    return entries.contract_value(entry) if entry else None


def _fact_words(name: str, record: dict[str, Any]) -> str:
    value = _value(name, record)
    return gettext("Not known") if value is None else words.value_of(name, value)


def free_words(name: str, value: Any) -> str:
    """Say a free field of a record in words; nothing is a dash."""
    if not value:
        return "–"
    if name == "decision":
        return str(Assessment.Choice(value).label)
    return date_format(date.fromisoformat(value), "j M Y") if name == "meeting_on" else str(value)
