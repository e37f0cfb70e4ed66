"""What the columns of a cohort mean, and how a row is put together."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.cohort_import import guesses, mapping
from pathway.cohort_import.mapping import Rule
from pathway.forms import row_for
from patients import table

TODAY = date(2026, 3, 2)


def read(rules, **cells):
    return mapping.read_row(rules, cells, TODAY)


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "meaning"),
        [
            ("12", 12), ("12,5", 12.5), ("-2.5", -2.5), ("1e3", 1000), ("<0.2", {"max": 0.2}),
            (">60500", {"min": 60500}), ("≥ 3", {"min": 3}), ("25-50", {"min": 25, "max": 50}),
            ("25 – 50", {"min": 25, "max": 50}), ("0,500", 0.5),
        ],
    )  # fmt: skip
    def test_reads_a_number_a_bound_and_a_span(self, cell, meaning):
        assert mapping.number_or_range(cell) == meaning

    @pytest.mark.parametrize("cell", ["1,234", "abc", "12 mg", "50-25", "<", "--", "1.2.3"])
    def test_refuses_what_it_would_have_to_guess(self, cell):
        with pytest.raises(ValueError, match="“"):
            mapping.number_or_range(cell)

    @given(st.text(max_size=20))
    def test_never_fails_otherwise_than_with_words(self, cell):
        assert isinstance(meaning_or_words(cell), float | dict | str)


def meaning_or_words(cell):
    try:
        return mapping.number_or_range(cell)
    except ValueError as error:
        return str(error)


class TestReadingARow:
    def test_keeps_an_empty_cell_unknown(self):
        reading = read([Rule("asc", "ascites")], asc="")

        assert reading.values == {}
        assert reading.errors == []

    def test_gives_the_value_the_unit_of_its_column(self):
        reading = read([Rule("bili", "bilirubin_umol_per_l", unit="mg/dL")], bili="2,1")

        assert reading.values == {"bilirubin_umol_per_l": {"value": 2.1, "unit": "mg/dL"}}

    def test_translates_a_group_into_a_range(self):
        rules = [Rule("ps", "ecog", means={"1": {"min": 1, "max": 2}})]

        assert read(rules, ps="1").values == {"ecog": {"min": 1, "max": 2}}

    def test_says_which_column_has_a_value_without_a_meaning(self):
        reading = read([Rule("asc", "ascites")], asc="much")

        assert reading.errors[0][0] == "asc"
        assert "much" in reading.errors[0][1]

    def test_takes_the_one_column_that_speaks_of_several_for_one_choice(self):
        rules = [
            Rule("A", "child_pugh_class", means={"1": "A", "0": None}),
            Rule("B", "child_pugh_class", means={"1": "B", "0": None}),
        ]

        assert read(rules, A="0", B="1").values == {"child_pugh_class": "B"}
        assert read(rules, A="0", B="0").values == {}
        assert read(rules, A="1", B="1").errors[0][0] == "B"

    @pytest.mark.parametrize(
        ("first", "second", "answer"),
        [
            ("1", "0", "yes"),
            ("0", "1", "yes"),
            ("0", "0", "no"),
            ("0", "", None),
            ("", "1", "yes"),
            ("", "", None),
        ],
    )
    def test_needs_every_column_to_say_no_before_it_is_no(self, first, second, answer):
        means = {"1": "yes", "0": "no"}
        rules = [Rule("only", "hepatitis_b", means=means), Rule("both", "hepatitis_b", means=means)]

        assert read(rules, only=first, both=second).values.get("hepatitis_b") == answer

    @pytest.mark.parametrize("cell", ["2026-03-03", "3/2/26", "yesterday", "2026-13-01"])
    def test_refuses_a_future_or_unclear_date(self, cell):
        assert read([Rule("born", "birth_date")], born=cell).errors

    def test_reads_yes_and_no_in_english_and_chinese(self):
        rules = [Rule("pain", "local_pain")]

        assert read(rules, pain="Yes").values == {"local_pain": True}
        assert read(rules, pain="否").values == {"local_pain": False}


class TestOutcomes:
    @pytest.mark.parametrize(("cell", "weeks"), [("0", 0), ("20,5", 20.5), ("5200", 5200)])
    def test_read_weeks_as_one_number(self, cell, weeks):
        assert read([Rule("ttp", "weeks_to_progression")], ttp=cell).values == {"weeks_to_progression": weeks}

    @pytest.mark.parametrize("cell", ["-0.1", "5200.1", "<5", "3-8", "soon", "1e999"])
    def test_refuse_what_no_curve_can_be_drawn_from(self, cell):
        assert read([Rule("ttp", "weeks_to_progression")], ttp=cell).errors[0][0] == "ttp"

    def test_keep_on_the_form_that_one_value_says_nothing(self):
        lines = table.Table(["w"], [[str(week)] for week in range(-1, 20)])
        rule = Rule("w", "weeks_to_first_imaging", means={"-1": None})

        row = row_for(lines, 0, "w", rule)

        assert [(meaning.value, meaning.text) for meaning in row.meanings] == [("-1", "?")]
        assert row.as_rule() == rule


class TestGuessing:
    def test_knows_a_cohort_by_its_columns(self):
        columns = sorted({rule.column for rule in guesses.PRESETS["hcc_tace_seg"]})
        read_table = table.Table([*columns, "TTP"], [["1"] * (len(columns) + 1)])

        *baseline, follow_up = guesses.guess(read_table)

        assert baseline == guesses.PRESETS["hcc_tace_seg"]
        assert (follow_up.column, follow_up.target) == ("TTP", "weeks_to_progression")

    def test_knows_columns_by_label_name_and_synonym_and_takes_the_unit_from_the_name(self):
        read_table = table.read("c.csv", b"Patient ID,Bilirubin (mg/dL),PLT,WBC,shoe size\nA1,1.2,120,4,42\n")

        rules = {rule.column: rule for rule in guesses.guess(read_table)}

        assert rules["Patient ID"].target == "mrn"
        assert (rules["Bilirubin (mg/dL)"].target, rules["Bilirubin (mg/dL)"].unit) == (
            "bilirubin_umol_per_l", "mg/dL",
        )  # fmt: skip
        assert rules["PLT"].target == "platelets_10e9_per_l"
        assert "shoe size" not in rules

    def test_proposes_the_meanings_that_are_plain_and_leaves_the_others_open(self):
        read_table = table.read("c.csv", b"id,sex\nA,female\nB,2\n")

        rule = guesses.propose(read_table, "sex", "sex")

        assert rule.means == {"female": "female", "2": None}
