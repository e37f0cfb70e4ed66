"""What the guideline says of these facts: the only module of this room that speaks to the engine.

Everything above gets the engine's answer as the contract prints it, and the texts of its clauses apart from their
values, so that a page can translate first and fill then.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

import guidelines
from assessments import entries, sections, words
from assessments.models import Assessment, EditionSettings
from guidelines import clause, clauses, facts, settings, sources
from guidelines.scores import child_pugh

EDITION = settings.EDITION
EDITION_YEAR = settings.EDITION_YEAR


def _engine_version() -> str:
    """Return a digest of the engine's own source: the same version always means the same answers."""
    digest = hashlib.sha256()
    root = Path(guidelines.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


ENGINE_VERSION = _engine_version()


@dataclass(frozen=True)
class Answer:
    """The engine's answer, and the facts that it could not use because they contradict others (name → why)."""

    says: dict[str, Any]
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        return self.says["verdict"]


def weigh(held: entries.Entries, edition_settings: EditionSettings, *, would_change: bool = True) -> Answer:
    """Ask the engine; a fact that contradicts another is left out and reported, never guessed and never a crash."""
    told = entries.contract_facts(sections.asked(held))
    chosen = engine_settings(edition_settings)
    left_out: dict[str, str] = {}
    while True:
        try:
            says = guidelines.eligibility(told, would_change=would_change, settings=chosen)
        except guidelines.FactError as error:
            if error.key not in told:
                raise
            left_out[error.key] = error.message
            told.pop(error.key)
        else:
            return Answer(says, left_out)


def all_scores(held: entries.Entries) -> dict[str, Any]:
    """Return every score that the facts allow; none where they contradict one another."""
    try:
        return guidelines.scores(entries.contract_facts(sections.asked(held)))["scores"]
    except guidelines.FactError:
        return {}


def child_pugh_parts(held: entries.Entries) -> dict[str, tuple[int, ...]]:
    """Return the points that each of the five components may score: one where it is known."""
    told = entries.contract_facts(sections.asked(held))
    read = {name: entry for name, raw in told.items() if (entry := facts.read(name, raw)) is not None}
    bands, _warnings = child_pugh.bands(read)
    return dict(zip(child_pugh.COMPONENTS, bands, strict=True))


def engine_settings(edition_settings: EditionSettings) -> settings.Settings:
    """Return the engine's settings under this version; JSON has lists where the engine has tuples."""
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in edition_settings.values.items()
    }
    return dataclasses.replace(settings.DEFAULT, **chosen)


def settings_table(edition_settings: EditionSettings) -> list[tuple[str, Any, str]]:
    """Return each number that is not in source: its name, its value in this version, and why it is ours.

    A note tells the default: where this version has another value, it says so. A local deviation is listed where there
    is one.
    """
    chosen = dataclasses.asdict(engine_settings(edition_settings))
    return [
        (name, chosen[name], _note_under(name, note, chosen[name]))
        for name, note in settings.NOTES.items()
        if chosen[name] is not None
    ]


def _note_under(name: str, note: str, value: Any) -> str:
    """A deviation's note tells the printed number, which no version changes."""
    if name in settings.DEVIATIONS or value == getattr(settings.DEFAULT, name):
        return note
    set_to = gettext("Set to %(value)s in this version.") % {"value": words.setting_value(value)}
    return " ".join((gettext(note), set_to))


def deviations_of(edition_settings: EditionSettings) -> list[tuple[str, Any, str]]:
    """Return the local deviations of this version: what replaces a printed number, its value, and its note."""
    return [row for row in settings_table(edition_settings) if row[0] in settings.DEVIATIONS]


def sentence_of(each: clause.Clause, chosen: settings.Settings) -> str:
    """Say a clause in the language of the page: translated, then filled; a local number says that it is local."""
    said = gettext(each.says).format(**each.values_under(chosen))
    local = [gettext(settings.DEVIATES).format(**values) for values in each.deviations_under(chosen)]
    return " ".join((said, *local))


def settings_declared() -> Mapping[str, Mapping[str, Any]]:
    """Return what may be set: the label, the default, and what bounds it, by name."""
    return {
        name: {**declared.metadata, "default": declared.default}
        for name, declared in settings.DECLARED.items()
    }


def clauses_reading(name: str) -> list[str]:
    """Return the clauses that a setting, or a local deviation, speaks in."""
    return [each.id for each in clauses.ALL.values() if name in (*each.settings, *each.local.values())]


def clause_of(clause_id: str) -> clause.Clause | None:
    """Return the clause, None where the engine has none of that id (yet)."""
    return clauses.ALL.get(clause_id)


def clauses_by_section() -> Mapping[str, list[clause.Clause]]:
    """Return all clauses in the order of the edition, section by section."""
    grouped: dict[str, list[clause.Clause]] = {}
    for each in clauses.ALL.values():
        grouped.setdefault(each.section, []).append(each)
    return grouped


def source_of(each: clause.Clause) -> sources.Source:
    return sources.ALL[each.source]


def copy_to_columns(assessment: Assessment) -> Answer:
    """Weigh the facts of the row and copy what lists show to its columns (unsaved)."""
    answer = weigh(assessment.facts, assessment.edition_settings)
    says, scores = answer.says, answer.says["scores"]
    assessment.verdict = says["verdict"]
    assessment.modality = says["modality"] or ""
    assessment.is_urgent = says["urgent"]
    assessment.child_pugh_class = scores.get("child_pugh", {}).get("class") or ""
    albi = scores.get("albi", {})
    assessment.albi, assessment.albi_grade = albi.get("value"), albi.get("grade") or ""
    assessment.bclc_stage = scores.get("bclc", {}).get("stage") or ""
    return answer


def fact_of(name: str) -> facts.Fact:
    return facts.ALL[name]


def find_fact(name: str) -> facts.Fact | None:
    """Return the fact of that name; None for what the engine works out itself."""
    return facts.ALL.get(name)


def edition_source() -> sources.Source:
    return sources.ALL[settings.EDITION]
