"""A site may replace three printed numbers: every answer then follows the local one, and says that it is local."""

import re
from typing import Any

import hypothesis
import pytest

import guidelines
from guidelines import clauses, settings
from guidelines.settings import DEFAULT, Settings
from tests.guidelines.oracle import patients as strategies
from tests.guidelines.patients import COMPLETE

PLATELETS, LEUKOCYTES, FRACTION = settings.DEVIATIONS
# How far each cut is moved, and for which fact: a patient moved as far gets the same answer.
MOVED = {
    "platelets_10e9_per_l": (Settings(local_platelets_under_10e9_per_l=50), 10),
    "leukocytes_10e9_per_l": (Settings(local_leukocytes_under_10e9_per_l=2.5), 0.5),
}
ANSWERED = ("verdict", "modality", "urgent", "recoverable", "override", "conditions", "missing")


def verdict(chosen: Settings, **changed: Any) -> str:
    return guidelines.eligibility({**COMPLETE, **changed}, settings=chosen)["verdict"]


def finding(result: dict[str, Any], clause: str) -> dict[str, Any]:
    return next(one for one in result["findings"] if one["clause"] == clause)


class TestCuts:
    @pytest.mark.parametrize(
        ("name", "local", "fact", "below", "at", "above"),
        [
            (PLATELETS, 50, "platelets_10e9_per_l", 49, 50, 51),
            (PLATELETS, 75, "platelets_10e9_per_l", 74, 75, 76),
            (LEUKOCYTES, 2.5, "leukocytes_10e9_per_l", 2.4, 2.5, 2.6),
        ],
    )
    def test_of_blood_cells_are_the_local_ones(self, name, local, fact, below, at, above):
        chosen = Settings(**{name: local})

        told = [verdict(chosen, **{fact: value}) for value in (below, at, above)]

        assert told == ["not_eligible", "eligible", "eligible"]

    def test_of_the_share_of_the_liver_is_the_local_one(self):
        chosen = Settings(**{FRACTION: 60})
        # Child-Pugh B: 4.7x does not lift.
        ill = {"bilirubin_umol_per_l": 40, "albumin_g_per_l": 30}

        told = [verdict(chosen, tumour_fraction_pct=value, **ill) for value in (59, 60, 61)]

        assert told == ["eligible_with_conditions", "not_eligible", "not_eligible"]

    def test_of_the_share_moves_every_clause_that_prints_it(self):
        given = {**COMPLETE, "tumour_fraction_pct": 65, "largest_lesion_mm": 120}
        changed = guidelines.eligibility(given, settings=Settings(**{FRACTION: 60}))
        printed = guidelines.eligibility(given)

        flipped = {
            one["clause"]
            for one, other in zip(printed["findings"], changed["findings"], strict=True)
            if one["verdict"] != other["verdict"]
        }

        assert flipped == {"3.1.1", "4.7", "4.7x", "F.2", "F.13"}


class TestAnswers:
    @pytest.mark.parametrize("fact", list(MOVED))
    @hypothesis.settings(max_examples=60, derandomize=True, deadline=None, database=None)
    @hypothesis.given(raw=strategies.incomplete())
    def test_are_those_of_a_patient_as_far_from_the_printed_number(self, fact, raw):
        chosen, by = MOVED[fact]
        value = raw.get(fact)
        hypothesis.assume(value is None or (isinstance(value, int | float) and value + by <= 2000))
        moved = raw if value is None else {**raw, fact: round(value + by, 4)}

        local = guidelines.eligibility(raw, would_change=False, settings=chosen)
        printed = guidelines.eligibility(moved, would_change=False)

        assert [local[key] for key in ANSWERED] == [printed[key] for key in ANSWERED]
        assert [one["verdict"] for one in local["findings"]] == [
            one["verdict"] for one in printed["findings"]
        ]

    def test_name_the_local_number_as_what_would_change_them(self):
        given = {**COMPLETE, "platelets_10e9_per_l": 42}

        result = guidelines.eligibility(given, settings=Settings(**{PLATELETS: 50}))

        assert [(one["fact"], one["to"]) for one in result["would_change"]] == [("platelets_10e9_per_l", 50)]

    def test_stay_as_they_were_where_the_local_number_is_the_printed_one(self):
        same = Settings(**{name: settings.DECLARED[name].metadata["printed"] for name in settings.DEVIATIONS})
        given = {**COMPLETE, "platelets_10e9_per_l": 59}

        result, printed = guidelines.eligibility(given, settings=same), guidelines.eligibility(given)

        assert [one["verdict"] for one in result["findings"]] == [
            one["verdict"] for one in printed["findings"]
        ]


class TestLabels:
    def test_stand_in_the_sentence_and_beside_it(self):
        result = guidelines.eligibility(COMPLETE, settings=Settings(**{PLATELETS: 50}))

        told = finding(result, "4.8b")

        assert told["says"] == (
            "Platelets are under 50 × 10⁹/L. Local deviation from the source, which prints 60."
        )
        assert told["settings"] == [PLATELETS]

    def test_are_absent_where_nobody_deviates(self):
        result = guidelines.eligibility(COMPLETE)

        assert all(PLATELETS not in one["settings"] for one in result["findings"])
        assert "deviation" not in " ".join(one["says"] for one in result["findings"])
        assert settings.deviations_of(DEFAULT) == ()

    @pytest.mark.parametrize("name", settings.DEVIATIONS)
    def test_print_the_number_that_the_clause_prints(self, name):
        declared = settings.DECLARED[name].metadata
        printed = {
            clause.values[key]
            for clause in clauses.ALL.values()
            for key, local in clause.local.items()
            if local == name
        }

        assert printed == {declared["printed"]}
        assert float(re.findall(r"prints (\d+(?:\.\d+)?)", declared["note"])[0]) == declared["printed"]
        assert declared["low"] <= declared["printed"] <= declared["high"]
