"""The edition as pages show it: each clause with its sentence, its place in the source, its needs and its settings."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from assessments import guidance, words
from assessments.models import EditionSettings
from guidelines import clause as clauses


@dataclass
class Setting:
    """A number that is ours, with its value in this version and the reason why it is ours."""

    name: str
    value: str
    note: str


@dataclass
class ClauseText:
    id: str
    kind: str
    kind_words: str
    says: str
    locator: str
    note: str
    source: str
    doi: str
    reads: list[str]
    rests_on: tuple[str, ...]
    settings: list[Setting]
    reviewed_by: str
    reviewed_on: str


def edition_of(edition_settings: EditionSettings) -> dict[str, Any]:
    """Return the whole edition for one page."""
    sections = [
        {
            "number": number,
            "title": words.SECTIONS.get(number, number),
            "clauses": [clause_text(each, edition_settings) for each in listed],
        }
        for number, listed in guidance.clauses_by_section().items()
    ]
    return {
        "sections": sections,
        "settings": settings_of(edition_settings),
        "edition_settings": edition_settings,
        "edition_year": guidance.EDITION_YEAR,
        "source": guidance.edition_source(),
    }


def clause_text(each: clauses.Clause, edition_settings: EditionSettings) -> ClauseText:
    """Return one clause in words."""
    source, chosen = guidance.source_of(each), guidance.engine_settings(edition_settings)
    return ClauseText(
        id=each.id,
        kind=each.kind,
        kind_words=str(words.KINDS[each.kind]),
        says=guidance.sentence_of(each, chosen),
        locator=gettext(each.locator),
        note=gettext(each.note) if each.note else "",
        source=source.citation,
        doi=source.doi,
        reads=[reading_label(name) for name in each.needs],
        rests_on=each.rests_on,
        settings=[one for one in settings_of(edition_settings) if one.name in each.settings_under(chosen)],
        reviewed_by=each.reviewed_by,
        reviewed_on=each.reviewed_on,
    )


def reading_label(name: str) -> str:
    """Name what a clause reads: a fact by its label, something worked out by its own words."""
    fact = guidance.find_fact(name)
    return gettext(fact.label) if fact else str(words.WORKED_OUT.get(name, name))


def settings_of(edition_settings: EditionSettings) -> list[Setting]:
    """Return every number and rule that is not in source, with its value in this version."""
    return [
        Setting(name, words.setting_value(value), gettext(note))
        for name, value, note in guidance.settings_table(edition_settings)
    ]


def neighbours(clause_id: str) -> dict[str, str]:
    """Return the clauses before and after this one, for reading on."""
    ids = [each.id for listed in guidance.clauses_by_section().values() for each in listed]
    place = ids.index(clause_id)
    return {
        "before": ids[place - 1] if place else "",
        "after": ids[place + 1] if place + 1 < len(ids) else "",
    }
