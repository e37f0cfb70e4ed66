"""The form as the page shows it: sections with their counts, each answer with where it comes from and who differs."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext

from assessments import answers, entries, guidance, sections, words
from assessments.forms.assessment import AssessmentForm
from assessments.models import Assessment
from guidelines import facts as declared
from patients import fields as fact_fields
from patients import measured


@dataclass
class Item:
    """One question: its field, when it is asked, and the second value where two people differ."""

    name: str
    field: forms.BoundField
    is_asked: bool
    shown_when: str = ""
    conflict: dict[str, Any] | None = None


@dataclass
class SectionPart:
    section: sections.Section
    number: int
    items: list[Item]
    more: list[Item]
    noes: list[str] = field(default_factory=list)

    @property
    def asked_items(self) -> list[Item]:
        return [item for item in self.items if item.is_asked and item.name in self.section.facts]

    @property
    def asked_count(self) -> int:
        return len(self.asked_items)

    @property
    def answered_count(self) -> int:
        return sum(is_answered(item.field) for item in self.asked_items)

    @property
    def error_count(self) -> int:
        return sum(bool(item.field.errors) for item in [*self.items, *self.more] if item.is_asked)

    @property
    def opens_more(self) -> bool:
        """Open what is folded when something stands in it."""
        return any(is_answered(item.field) or item.field.errors for item in self.more)


def is_answered(bound: forms.BoundField) -> bool:
    """Say whether somebody answered: "Not known", chosen, is an answer, and so is one that cannot be read."""
    return bound.name in bound.form.given


def lay_out(form: AssessmentForm, assessment: Assessment, *, on: date) -> list[SectionPart]:
    """Return the sections of the form, each value with where it comes from."""
    form.full_clean_once()
    _attach_provenance(form, assessment, on=on)
    _say_filtration(form)
    return parts_of(form, assessment)


def parts_of(form: AssessmentForm, assessment: Assessment) -> list[SectionPart]:
    """Return the sections with their counts; the form is cleaned first, so that counts and errors are there."""
    form.full_clean_once()
    given = form.held
    parts = []
    for number, section in enumerate(sections.SECTIONS, start=1):
        noes = sections.open_noes(section, given)
        parts.append(
            SectionPart(
                section=section,
                number=number,
                items=[item_of(form, assessment, name) for name in with_texts(section.facts)],
                more=[item_of(form, assessment, name) for name in section.more],
                noes=[words.label_of(name) for name in noes],
            )
        )
    return parts


def with_texts(names: Iterable[str]) -> Iterator[str]:
    """Return the names, each followed by the text that belongs to it."""
    for name in names:
        yield name
        if name in sections.FOLLOWED_BY:
            yield sections.FOLLOWED_BY[name]


def item_of(form: AssessmentForm, assessment: Assessment, name: str) -> Item:
    """Return one question of the form, the decision's too."""
    decides, when = sections.ASKED_WHEN.get(name, ("", ()))
    return Item(
        name=name,
        field=form[name],
        is_asked=is_asked(form, name),
        shown_when=f"{decides} {' '.join(when)}" if decides else "",
        conflict=_conflict_of(form, assessment, name),
    )


def is_asked(form: AssessmentForm, name: str) -> bool:
    if name == "reason_against_finding":
        return form.goes_against_finding or bool(form.errors.get(name))
    if name in ("meeting_owner", "meeting_on"):
        return form.cleaned_data.get("decision") == Assessment.Choice.REFER
    return sections.is_asked(name, form.held)


def _conflict_of(form: AssessmentForm, assessment: Assessment, name: str) -> dict[str, Any] | None:
    conflict = assessment.conflicts.get(name)
    if conflict is None:
        return None
    address = reverse("assessments:settle", args=[assessment.patient_id, assessment.pk, name])
    return {
        "words": answer_words(form, name, conflict["answer"]),
        "by": conflict["by"],
        "at": datetime.fromisoformat(conflict["at"]),
        "url": address,
    }


def answer_words(form: AssessmentForm, name: str, answer: answers.Answer | None) -> str:
    """Say an answer of either shape in words: as understood, or as it was typed."""
    if answer is None:
        return gettext("Not known")
    if "raw" in answer:
        raw = answer["raw"]
        return " ".join(str(part) for part in raw if part) if isinstance(raw, list) else str(raw)
    if name in declared.ALL:
        return words.value_of(name, answer["value"])
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(answer["value"], answer["value"]))


def with_provenance(form: AssessmentForm, assessment: Assessment) -> dict[str, entries.Entry]:
    """Return the facts on the screen; one that is as it is stored has its date and source, one just typed has none."""
    stored = assessment.facts
    return {
        name: stored[name] if name in stored and _says_the_same(stored[name], entry) else entry
        for name, entry in form.held.items()
    }


def _says_the_same(one: entries.Entry, other: entries.Entry) -> bool:
    return entries.contract_value(one) == entries.contract_value(other)


def _attach_provenance(form: AssessmentForm, assessment: Assessment, *, on: date) -> None:
    for name, entry in with_provenance(form, assessment).items():
        if entry is assessment.facts.get(name):
            _say_where_from(form.fields[name], declared.ALL[name], entry, assessment, on=on)


def _say_filtration(form: AssessmentForm) -> None:
    """Say beside creatinine what is worked out from it."""
    filtration = guidance.all_scores(form.held).get("egfr_ckd_epi_2021")
    if filtration:
        form.fields["creatinine_umol_per_l"].remark = gettext("eGFR %.0f, CKD-EPI 2021") % filtration["value"]


def _say_where_from(
    field: forms.Field, fact: declared.Fact, entry: entries.Entry, assessment: Assessment, *, on: date
) -> None:
    limit = assessment.edition_settings.lab_age_limit_days if fact.group == "laboratory" else None
    source = words.source_of(entry)
    if entry.get("by") and entry["source"] in (entries.TYPED, entries.NONE_OF_THESE):
        source = gettext("%(source)s by %(person)s") % {"source": source, "person": entry["by"]}
    fact_fields.attach_provenance(
        field,
        today=on,
        on=entries.date_of(entry),
        source=source,
        stale_after_days=limit,
        equivalent=measured.equivalent_of(fact, entries.contract_value(entry))
        if fact.kind == "number"
        else "",
    )


def base_of(assessment: Assessment) -> str:
    """Return what the page shows now, for the next save to be compared with."""
    return json.dumps(answers.answers_of(assessment), separators=(",", ":"), sort_keys=True)


def differing(form: AssessmentForm, assessment: Assessment) -> list[str]:
    """Return the names whose answer on the screen is not the one that is stored: they are shown anew."""
    given, stored = form.given, answers.answers_of(assessment)
    shown = {*form.fields} & {*answers.ALL_FIELDS}
    return [name for name in answers.ALL_FIELDS if name in shown and given.get(name) != stored.get(name)]
