"""House rules over all clauses: unique, cited, honest about what they read and about numbers that are ours."""

import dataclasses
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from guidelines import case, clauses, facts, procedure_parts, settings, sources
from guidelines.clause import VERDICTS, Clause
from guidelines.clauses import (
    adverse_effects,
    angiography,
    applicability,
    contraindications,
    figure,
    follow_up,
    indications,
    technique,
)
from guidelines.technique_clause import TechniqueClause
from tests.guidelines.patients import VALUES

SECTIONS = (
    angiography.principles,
    applicability.section,
    indications.section,
    contraindications.section,
    figure.section,
    angiography.section,
    technique.section,
    adverse_effects.section,
    follow_up.section,
)
EVERY_CLAUSE = [clause for section in (*SECTIONS, follow_up.schedule) for clause in section.clauses]
PARTS: dict[str, list[Any]] = VALUES | {
    "child_pugh_class": ["A", "B", "C"],
    "has_serious_renal_dysfunction": [False, True],
    "interventions_done": [1, 3, 4],
    "lipiodol_deposition": ["dense", "none"],
    "necrosis": ["complete", "none"],
    "viable_tumour": [False, True],
    "enlargement": [False, True],
    "new_lesions": [False, True],
    "progression": [False, True],
    "earlier_progressions": [0, 1],
    **{name: [False, True] for name in procedure_parts.READERS},
    "modality": ["TACE", "TAE", "TAI"],
    "fistula": ["none", "mild", "severe"],
    "lowest_level": ["lobar", "segmental"],
    "embolised": ["nothing", "closing", "tumour"],
    "oil_ml_per_cm": [0.5, 2.0],
}


class Recorder:
    """Answers any part of a case by chance and remembers which were asked."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.asked: set[str] = set()

    def __getattr__(self, part: str) -> Any:
        self.asked.add(part)
        return self._chance.choice(PARTS[part])


class RecordingHolds(Mapping[str, bool]):
    """The same for what other clauses came to."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.asked: set[str] = set()

    def __getitem__(self, clause_id: str) -> bool:
        self.asked.add(clause_id)
        return self._chance.choice([False, True])

    def __iter__(self) -> Iterator[str]:
        return iter(self.asked)

    def __len__(self) -> int:
        return len(self.asked)


class RecordingSettings:
    """The defaults, remembering which were asked."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.asked.add(name)
        return getattr(settings.DEFAULT, name)


@pytest.mark.parametrize("clause", EVERY_CLAUSE, ids=lambda clause: clause.id)
class TestEachClause:
    def test_reads_what_it_declares_and_nothing_else(self, clause: Clause) -> None:
        chance = random.Random(clause.id)
        parts, holds, chosen = Recorder(chance), RecordingHolds(chance), RecordingSettings()

        for _ in range(400):
            clause.judge(parts, holds, chosen)  # type: ignore[arg-type]
            if isinstance(clause, TechniqueClause):
                clause.applies(parts, holds, chosen)  # type: ignore[arg-type]

        assert parts.asked == set(clause.needs)
        assert holds.asked == set(clause.rests_on)
        assert chosen.asked <= {*clause.settings, *clause.local.values()}

    def test_cites_a_known_source_and_place(self, clause: Clause) -> None:
        assert clause.source in sources.ALL
        assert clause.locator

    def test_has_a_kind_that_has_words(self, clause: Clause) -> None:
        assert clause.kind in VERDICTS
        assert clause.verdict(True) != clause.verdict(False)

    def test_says_a_sentence_that_its_values_fill(self, clause: Clause) -> None:
        sentence = clause.says_under(settings.DEFAULT)

        assert sentence.endswith(".")
        assert "{" not in sentence

    def test_prints_no_number_that_is_not_a_value_or_the_name_of_a_thing(self, clause: Clause) -> None:
        names = r"\{\w+\}|ECOG 0 to 2|10⁹|\d+\.\d+\.\d+|4\.8[ab]|4\.3|4 to 6 weeks"
        words = re.sub(names, "", clause.says)

        assert not re.search(r"\d", words), words

    def test_labels_its_settings_as_not_in_source(self, clause: Clause) -> None:
        assert set(clause.settings) <= set(settings.NOTES)

    def test_is_not_said_to_be_reviewed_by_anybody(self, clause: Clause) -> None:
        assert clause.reviewed_by == clause.reviewed_on == ""


class TestAllClauses:
    def test_have_ids_of_their_own(self) -> None:
        assert len(clauses.ALL) == len(EVERY_CLAUSE)

    def test_stand_in_the_order_of_the_source(self) -> None:
        assert list(clauses.ALL)[:5] == ["1.1", "1.2", "1.3", "2.1", "2.2"]
        assert list(clauses.ELIGIBILITY)[:2] == ["2.1", "2.2"]
        assert list(clauses.ALL)[-2:] == ["7.7", "7.8"]

    def test_rest_on_clauses_that_exist(self) -> None:
        for clause in EVERY_CLAUSE:
            assert set(clause.rests_on) <= set(clauses.ALL)

    def test_are_named_by_the_facts_that_they_read(self) -> None:
        reading: dict[str, list[str]] = {name: [] for name in facts.ALL}
        for clause in clauses.ELIGIBILITY.values():
            for part in clause.needs:
                for name in case.facts_behind(part):
                    if clause.id not in reading[name]:
                        reading[name].append(clause.id)

        assert {name: list(fact.clauses) for name, fact in facts.ALL.items()} == reading

    def test_exceptions_lift_only_what_the_contract_says(self) -> None:
        assert contraindications.LIFTED_BY == {"4.7": "4.7x", "4.8a": "4.8a-x"}
        assert set(contraindications.RECOVERABLE) < set(contraindications.DECIDING)


class TestSettings:
    def test_each_says_why_it_is_ours(self) -> None:
        assert all(settings.NOTES.values())
        assert set(settings.NOTES) == {declared.name for declared in dataclasses.fields(settings.Settings)}

    def test_are_frozen(self) -> None:
        with pytest.raises(dataclasses.FrozenInstanceError):
            settings.DEFAULT.small_lesion_up_to_mm = 20  # type: ignore[misc]
