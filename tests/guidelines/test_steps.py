"""The steps of a record: declared once, asked where they matter, never a "no" by silence."""

import pytest

from guidelines import clauses, procedure_parts, steps, technique
from guidelines.procedure_record import Record


class TestSteps:
    def test_cite_clauses_that_exist(self) -> None:
        assert {clause for step in steps.ALL.values() for clause in step.clauses} <= set(clauses.ALL)

    def test_stand_in_known_groups(self) -> None:
        assert {step.group for step in steps.ALL.values()} == set(steps.GROUPS)

    def test_depart_only_by_answers_that_they_have(self) -> None:
        for step in steps.ALL.values():
            assert set(step.departures) < set(step.answers)

    def test_require_the_proper_hepatic_artery(self) -> None:
        assert [key for key, step in steps.ALL.items() if step.is_required] == ["proper_hepatic_artery_open"]

    def test_are_those_of_technique(self) -> None:
        assert technique.STEPS is steps.ALL

    @pytest.mark.parametrize(
        "key", [key for key in steps.ALL if key not in {"collaterals_found", "fistula_seen"}]
    )
    def test_are_each_read_by_a_clause(self, key: str) -> None:
        """Answering a step by a departure changes what some clause looks at."""
        step = steps.ALL[key]
        record = Record({"steps": {key: {"answer": step.departures[0]}}})
        told = {
            name for name, read in procedure_parts.READERS.items() if f"steps.{key}" in read(record).facts
        }

        assert told


class TestIsAsked:
    @pytest.mark.parametrize(
        ("key", "modality", "choice", "is_asked"),
        [
            ("dsa", "TAI", "", True),
            ("slow_injection", "TAI", "", False),
            ("slow_injection", "TAE", "", True),
            ("slow_injection", "", "", True),
            ("emulsion_fully_mixed", "TACE", "conventional", True),
            ("emulsion_fully_mixed", "TACE", "beads", False),
            ("emulsion_fully_mixed", "TACE", "", True),
            ("emulsion_fully_mixed", "TAE", "conventional", False),
            ("right_and_left_infused_separately", "TAE", "", False),
            ("proper_hepatic_artery_open", "TAI", "", True),
        ],
    )
    def test_follows_modality_and_technique(
        self, key: str, modality: str, choice: str, is_asked: bool
    ) -> None:
        assert steps.ALL[key].is_asked(modality=modality, technique=choice) is is_asked

    @pytest.mark.parametrize(
        ("seen", "is_asked"),
        [("none", False), ("mild", True), ("moderate", True), ("severe", True), ("", True)],
    )
    def test_of_the_closing_follows_the_fistula(self, seen: str, is_asked: bool) -> None:
        answered = {"fistula_seen": {"answer": seen}}

        assert steps.ALL["fistula_closed_first"].is_asked(modality="TACE", steps=answered) is is_asked

    def test_of_a_record_keeps_the_order(self) -> None:
        asked = [step.key for step in technique.steps_for({"modality": "TAI"})]

        assert asked[0] == "dsa"
        assert asked[-1] == "proper_hepatic_artery_open"
        assert "slow_injection" not in asked
        assert [step.key for step in technique.steps_for({})] == list(steps.ALL)


class TestAnswer:
    @pytest.mark.parametrize(
        ("given", "answer"),
        [
            ({"dsa": {"answer": "yes"}}, "yes"),
            ({"dsa": {"answer": "not_known"}}, ""),
            ({"dsa": {"answer": None}}, ""),
            ({"dsa": {}}, ""),
            ({"dsa": "yes"}, ""),
            ({}, ""),
        ],
    )
    def test_is_empty_where_it_is_unknown(self, given: dict[str, object], answer: str) -> None:
        assert steps.answer_of(given, "dsa") == answer

    @pytest.mark.parametrize(
        ("given", "reason"),
        [({"dsa": {"because": " broken "}}, "broken"), ({"dsa": {}}, ""), ({"dsa": 1}, ""), ({}, "")],
    )
    def test_has_a_reason_or_none(self, given: dict[str, object], reason: str) -> None:
        assert steps.reason_of(given, "dsa") == reason

    def test_departs_where_the_guideline_asks_otherwise(self) -> None:
        assert steps.ALL["dsa"].needs_reason("no")
        assert not steps.ALL["dsa"].needs_reason("yes")
        assert not steps.ALL["collaterals_found"].needs_reason("no")
        assert steps.ALL["residual_supply"].needs_reason("yes")
