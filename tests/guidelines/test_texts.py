"""What the guideline says reaches the catalogues, though it knows no gettext."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from guidelines import (
    clauses,
    facts,
    failure_definitions,
    interval,
    lesions,
    lirads_response,
    response_reasons,
    review_facts,
    settings,
    steps,
    target_lesions,
)

ROOT = Path(__file__).resolve().parents[2]
# The same in every language.
NAMES = {
    "INR",
    "ALT",
    "AST",
    "AFP",
    "ECOG",
    "mRECIST",
    "RECIST 1.1",
    "A",
    "B",
    "C",
    "Vp0",
    "Vp1",
    "Vp2",
    "Vp3",
    "Vp4",
}


@pytest.fixture(scope="module")
def collector() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guideline_texts", ROOT / "run" / "guideline_texts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def of_declarations() -> Iterator[str]:
    for clause in clauses.ALL.values():
        yield from (clause.says, clause.locator, clause.note)
    for table in (facts.ALL, review_facts.RESPONSE, review_facts.NEXT_STEP, review_facts.SCHEDULE):
        for fact in table.values():
            yield from (fact.label, fact.help, *(fact.choices or {}).values())
    for step in steps.ALL.values():
        yield from (step.label, step.help, *step.answers.values())


def of_follow_up() -> Iterator[str]:
    for says in (interval.SAYS, response_reasons.SAYS, target_lesions.SAYS, lirads_response.SAYS):
        yield from says.values()
    for edition in lirads_response.EDITIONS.values():
        for question in edition.questions:
            yield from (question.label, *question.answers.values())
    for definition in failure_definitions.definitions():
        for criterion in definition.criteria:
            yield from (criterion.note, *criterion.says.values())
    yield from (
        *lesions.STATUSES.values(),
        *settings.NOTES.values(),
        *settings.LABELS.values(),
        *facts.GROUPS.values(),
    )


class TestTexts:
    def test_hold_everything_that_is_declared_for_a_page(self, collector: ModuleType) -> None:
        found = set(collector.texts(ROOT / "guidelines"))

        assert sorted({*of_declarations(), *of_follow_up()} - found - NAMES - {""}) == []

    def test_hold_no_docstring_no_name_and_no_half_message(self, collector: ModuleType) -> None:
        source = '"""A module."""\nKEY = "some_name"\nSAYS = "Dose of {mg} mg."\nERROR = f"Give {KEY} or Nothing."\n'

        assert list(collector.of_module(source)) == ["Dose of {mg} mg."]

    def test_are_said_in_a_module_that_can_be_collected(self, collector: ModuleType) -> None:
        said = collector.module_saying(["A “quoted” text.", 'With "two" kinds.'])

        assert said.count("gettext_noop(") == 2
        compile(said, "collected", "exec")
