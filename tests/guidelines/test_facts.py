"""The table of facts and how raw values are read: units, ranges, choices, and errors that name what is wrong."""

import math
from typing import Any

import pytest

from guidelines import facts, reading, review_facts
from guidelines.reading import Repeating

OUTSIDE_AND_INSIDE = [
    (name, fact.low, fact.high)
    for table in (facts.ALL, review_facts.RESPONSE, review_facts.NEXT_STEP)
    for name, fact in table.items()
    if fact.kind == "number"
]
TABLES = {**review_facts.RESPONSE, **review_facts.NEXT_STEP, **facts.ALL}


def read(name: str, raw: Any) -> Any:
    return reading.read(TABLES[name], raw)


class TestRanges:
    @pytest.mark.parametrize(("name", "low", "high"), OUTSIDE_AND_INSIDE)
    def test_are_inclusive(self, name: str, low: float, high: float) -> None:
        assert read(name, low).value == low
        assert read(name, high).value == high

    @pytest.mark.parametrize(("name", "low", "high"), OUTSIDE_AND_INSIDE)
    def test_refuse_what_is_outside(self, name: str, low: float, high: float) -> None:
        for outside in (low - 1, high + 1, math.nan, math.inf, -math.inf, 10**400):
            with pytest.raises(facts.FactError) as error:
                read(name, outside)
            assert error.value.key == name

    @pytest.mark.parametrize(("share", "is_accepted"), [(0, True), (0.01, False), (0.72, False), (1, True)])
    def test_refuse_a_fraction_as_a_percentage(self, share: float, is_accepted: bool) -> None:
        if is_accepted:
            assert read("tumour_fraction_pct", share).value == share
        else:
            with pytest.raises(facts.FactError, match="0, or 1 to 100 %"):
                read("tumour_fraction_pct", share)


class TestUnits:
    @pytest.mark.parametrize(
        ("name", "value", "unit", "canonical"),
        [
            ("bilirubin_umol_per_l", 2, "mg/dL", 34.2),
            ("bilirubin_umol_per_l", 34, "umol/L", 34),
            ("bilirubin_umol_per_l", 34, "µmol/L", 34),
            ("bilirubin_umol_per_l", 34, "μmol/l", 34),
            ("creatinine_umol_per_l", 1, "MG/DL", 88.4),
            ("albumin_g_per_l", 3.5, "g/dl", 35),
            ("leukocytes_10e9_per_l", 3000, "/uL", 3),
            ("leukocytes_10e9_per_l", 3.1, "10^3/uL", 3.1),
            ("platelets_10e9_per_l", 59999, "/µL", 59.999),
            ("platelets_10e9_per_l", 60, "x10^9/L", 60),
            ("platelets_10e9_per_l", 60, "10⁹/L", 60),
            ("afp_ng_per_ml", 400, "ug/L", 400),
            ("crp_mg_per_l", 1, "mg/dL", 10),
            ("largest_lesion_mm", 3.3, "cm", 33),
            ("largest_lesion_mm", 0.7, "cm", 7),
            ("sodium_mmol_per_l", 140, "mEq/L", 140),
        ],
    )
    def test_convert_exactly(self, name: str, value: float, unit: str, canonical: float) -> None:
        entry = read(name, {"value": value, "unit": unit})

        assert entry.value == canonical
        assert entry.entered_low == value

    def test_are_the_canonical_one_where_none_is_given(self) -> None:
        assert read("bilirubin_umol_per_l", {"value": 34}).value == 34

    @pytest.mark.parametrize("unit", ["mmol/L", "", 3, None])
    def test_refuse_an_unknown_one(self, unit: Any) -> None:
        with pytest.raises(facts.FactError, match="accepted: µmol/L, mg/dL") as error:
            read("bilirubin_umol_per_l", {"value": 2, "unit": unit})
        assert error.value.key == "bilirubin_umol_per_l"

    def test_convert_back_for_display(self) -> None:
        assert facts.convert("bilirubin_umol_per_l", 34.2, "mg/dL") == 2
        assert facts.convert("largest_lesion_mm", 33, "mm") == 33

    def test_range_is_checked_after_conversion(self) -> None:
        with pytest.raises(facts.FactError, match="100 mg/dL"):
            read("bilirubin_umol_per_l", {"value": 100, "unit": "mg/dL"})


class TestPartialKnowledge:
    def test_reads_a_range_in_its_unit(self) -> None:
        entry = read("albumin_g_per_l", {"min": 2.8, "max": 3.5, "unit": "g/dL"})

        assert (entry.low, entry.high) == (28, 35)
        assert not entry.is_exact
        assert entry.value is None

    @pytest.mark.parametrize(("raw", "span"), [({"min": 60}, (60, 4000)), ({"max": 59}, (0, 59))])
    def test_fills_an_open_end_with_the_limit(self, raw: Any, span: tuple[float, float]) -> None:
        entry = read("platelets_10e9_per_l", raw)

        assert (entry.low, entry.high) == span

    def test_reads_a_list_of_choices_in_the_order_of_the_table(self) -> None:
        entry = read("fistula", ["severe", "none"])

        assert entry.options == ("none", "severe")
        assert entry.value is None

    def test_reads_one_choice_in_a_list_as_known(self) -> None:
        assert read("fistula", ["severe"]).value == "severe"

    def test_reads_null_as_unknown(self) -> None:
        assert read("fistula", None) is None
        assert facts.read("ecog", None) is None

    @pytest.mark.parametrize(
        "raw",
        [
            {},
            {"unit": "mm"},
            {"min": 5, "max": 4},
            {"min": None},
            {"value": None},
            {"value": 5, "min": 4},
            {"valeu": 5},
            {"min": -1},
            Repeating([("value", 5), ("value", 6)]),
        ],
    )
    def test_refuses_what_is_no_measure(self, raw: Any) -> None:
        with pytest.raises(facts.FactError) as error:
            read("largest_lesion_mm", raw)
        assert error.value.key == "largest_lesion_mm"


class TestTypes:
    @pytest.mark.parametrize(
        ("name", "raw"),
        [
            ("ecog", "1"),
            ("ecog", True),
            ("ecog", 1.5),
            ("ecog", [1, 2]),
            ("ecog", {"min": 0.5}),
            ("fistula", 1),
            ("fistula", {}),
            ("fistula", []),
            ("fistula", ["none", 3]),
            ("fistula", "None"),
            ("child_pugh_class", "a"),
            ("cachexia", 1),
            ("cachexia", "yes"),
            ("cachexia", [True]),
            ("lesion_diameters_mm", 30),
            ("lesion_diameters_mm", [0]),
            ("lesion_diameters_mm", ["30"]),
            ("lesion_diameters_mm", [501]),
            ("lesion_diameters_mm", [{"min": 3, "max": 4}]),
            ("lesion_diameters_mm", [1] * 1001),
        ],
    )
    def test_wrong_ones_are_refused(self, name: str, raw: Any) -> None:
        with pytest.raises(facts.FactError) as error:
            read(name, raw)
        assert error.value.key == name

    def test_right_ones_are_kept(self) -> None:
        assert read("cachexia", True).value is True
        assert read("ecog", 2.0).value == 2

    def test_diameters_may_carry_a_unit(self) -> None:
        assert read("lesion_diameters_mm", [30, {"value": 3.3, "unit": "cm"}]).value == (30, 33)


class TestMessages:
    @pytest.mark.parametrize(
        ("name", "raw", "hint"),
        [
            ("fistula", "sever", "one of none, mild, moderate, severe. Did you mean severe?"),
            ("ecog", 7, "7 is not accepted; give a whole number, 0 to 4"),
            ("cachexia", "no", "true or false"),
            ("bilirubin_umol_per_l", -3, "a number, 1 to 1 500 µmol/L"),
            ("lesion_diameters_mm", [0], "a list of numbers, each over 0 to 500 mm"),
            ("inr", 99, "0.5 to 30 ratio"),
        ],
    )
    def test_say_what_was_given_and_what_is_accepted(self, name: str, raw: Any, hint: str) -> None:
        with pytest.raises(facts.FactError) as error:
            read(name, raw)
        assert hint in str(error.value)

    def test_stay_short(self) -> None:
        with pytest.raises(facts.FactError) as error:
            read("fistula", "x" * 10_000)
        assert len(str(error.value)) < 200

    def test_speak_of_what_python_cannot_print(self) -> None:
        with pytest.raises(facts.FactError, match="a value of type int is not accepted"):
            read("fistula", 10**5000)

    def test_suggest_the_nearest_name(self) -> None:
        with pytest.raises(facts.FactError, match=r"Did you mean bilirubin_umol_per_l\?"):
            facts.read("bilirubin", 3)

    @pytest.mark.parametrize(
        ("given", "name"),
        [
            ("afp", "afp_ng_per_ml"),
            ("eGFR", "egfr_ml_per_min_1_73m2"),
            ("platelet_10e9_per_l", "platelets_10e9_per_l"),
        ],
    )
    def test_suggest_by_beginning_or_by_likeness(self, given: str, name: str) -> None:
        with pytest.raises(facts.FactError, match=rf"Did you mean {name}\?"):
            facts.read(given, 3)

    def test_suggest_nothing_where_nothing_is_near(self) -> None:
        with pytest.raises(facts.FactError) as error:
            facts.read("colour", 3)
        assert "Did you mean" not in str(error.value)


class TestTable:
    def test_has_every_group_in_order(self) -> None:
        groups = list(dict.fromkeys(fact.group for fact in facts.ALL.values()))

        assert groups == list(facts.GROUPS)
        assert [fact.name for group in groups for fact in facts.in_group(group)] == list(facts.ALL)

    def test_labels_each_fact_and_each_choice(self) -> None:
        for fact in (*facts.ALL.values(), *review_facts.SCHEDULE.values(), *TABLES.values()):
            assert fact.label
            assert all((fact.choices or {}).values())
            assert fact.accepted

    def test_names_the_canonical_unit_first(self) -> None:
        assert facts.ALL["bilirubin_umol_per_l"].unit.symbol == "µmol/L"
        assert [unit.symbol for unit in facts.ALL["albumin_g_per_l"].units] == ["g/L", "g/dL"]

    def test_marks_what_treatment_can_change(self) -> None:
        changeable = {fact.name for fact in facts.ALL.values() if fact.changeable}

        assert {"platelets_10e9_per_l", "ascites", "ecog", "recent_chemotherapy"} <= changeable
        assert changeable.isdisjoint(
            {"tumour_fraction_pct", "expected_survival_months", "purpose", "hypersplenism"}
        )
