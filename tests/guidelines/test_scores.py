"""The published scores: tables worked by hand, every cut from three sides, and grades that divide the line."""

import math
from typing import Any

import pytest

import guidelines
from guidelines import facts
from guidelines.scores import albi, body, burden, child_pugh, kidney, meld, prognosis
from tests.guidelines.patients import patient


def score(name: str, **given: Any) -> Any:
    return guidelines.scores(given)["scores"].get(name)


def in_unit(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit}


class TestChildPugh:
    @pytest.mark.parametrize(
        ("name", "raw", "points"),
        [
            ("bilirubin_umol_per_l", 33.9, 1),
            ("bilirubin_umol_per_l", 34, 2),
            ("bilirubin_umol_per_l", 51, 2),
            ("bilirubin_umol_per_l", 51.1, 3),
            ("bilirubin_umol_per_l", in_unit(1.99, "mg/dL"), 1),
            ("bilirubin_umol_per_l", in_unit(2.0, "mg/dL"), 2),
            ("bilirubin_umol_per_l", in_unit(3.0, "mg/dL"), 2),
            ("bilirubin_umol_per_l", in_unit(3.01, "mg/dL"), 3),
            # 34.1 µmol/L is 1.994 mg/dL: each unit has its own printed cut.
            ("bilirubin_umol_per_l", 34.1, 2),
            ("bilirubin_umol_per_l", in_unit(1.994, "mg/dL"), 1),
            ("albumin_g_per_l", 35.1, 1),
            ("albumin_g_per_l", 35, 2),
            ("albumin_g_per_l", 28, 2),
            ("albumin_g_per_l", 27.9, 3),
            ("albumin_g_per_l", in_unit(3.51, "g/dL"), 1),
            ("albumin_g_per_l", in_unit(3.5, "g/dL"), 2),
            ("albumin_g_per_l", in_unit(2.8, "g/dL"), 2),
            ("albumin_g_per_l", in_unit(2.79, "g/dL"), 3),
            ("inr", 1.69, 1),
            ("inr", 1.7, 2),
            ("inr", 2.3, 2),
            ("inr", 2.31, 3),
            ("ascites", "none", 1),
            ("ascites", "slight", 2),
            ("ascites", "moderate_to_severe", 3),
            ("encephalopathy", "none", 1),
            ("encephalopathy", "grade_1_2", 2),
            ("encephalopathy", "grade_3_4", 3),
        ],
    )
    def test_counts_points_by_component(self, name: str, raw: Any, points: int) -> None:
        result = score("child_pugh", **patient(**{name: raw}))

        assert result["points"] == 4 + points

    @pytest.mark.parametrize(("seconds", "points"), [(3.9, 1), (4, 2), (6, 2), (6.1, 3), (-5, 1)])
    def test_counts_prothrombin_time_where_inr_is_unknown(self, seconds: float, points: int) -> None:
        result = score("child_pugh", **patient(inr=None, pt_prolongation_s=seconds))

        assert result["points"] == 4 + points
        assert result["warnings"] == []

    @pytest.mark.parametrize(
        ("points", "child_class"), [(5, "A"), (6, "A"), (7, "B"), (9, "B"), (10, "C"), (15, "C")]
    )
    def test_divides_the_points_into_classes(self, points: int, child_class: str) -> None:
        assert child_pugh.class_of(points) == child_class

    def test_warns_where_inr_and_prothrombin_time_disagree(self) -> None:
        result = score("child_pugh", **patient(inr=1.1, pt_prolongation_s=7))

        assert result["points"] == 5
        assert result["warnings"] == ["INR scores 1 point and prothrombin time 3 points; INR is used."]

    def test_uses_prothrombin_time_where_inr_fixes_no_band(self) -> None:
        result = score("child_pugh", **patient(inr={"min": 1.5, "max": 2}, pt_prolongation_s=7))

        assert result["points"] == 7
        assert result["warnings"] == [
            "INR scores 1 or 2 points and prothrombin time 3 points; prothrombin time is used."
        ]

    def test_gives_a_range_where_components_are_unknown(self) -> None:
        result = score("child_pugh", **patient(ascites=None, albumin_g_per_l={"min": 25, "max": 30}))

        assert result == {
            "points": None,
            "min_points": 6,
            "max_points": 9,
            "class": None,
            "classes": ["A", "B"],
            "warnings": [],
        }

    def test_takes_the_class_where_components_are_unknown(self) -> None:
        result = score("child_pugh", child_pugh_class="B", ascites="slight")

        assert (result["min_points"], result["max_points"], result["class"]) == (7, 9, "B")

    def test_is_left_out_where_nothing_of_it_is_known(self) -> None:
        assert score("child_pugh", age_years=60) is None


class TestAlbi:
    @pytest.mark.parametrize(
        ("value", "grade", "malbi"),
        [
            (-2.61, "1", "1"),
            (-2.60, "1", "1"),
            (-2.5999, "2", "2a"),
            (-2.28, "2", "2a"),
            (-2.27, "2", "2a"),
            (-2.2699, "2", "2b"),
            (-1.40, "2", "2b"),
            (-1.39, "2", "2b"),
            (-1.3899, "3", "3"),
        ],
    )
    def test_grades_on_each_side_of_a_cut(self, value: float, grade: str, malbi: str) -> None:
        assert albi.grades(value) == (grade, malbi)

    def test_is_graded_before_it_is_rounded(self) -> None:
        result = score("albi", bilirubin_umol_per_l=10, albumin_g_per_l=38.3525)

        assert result == {"value": -2.6, "grade": "2", "malbi": "2a"}

    def test_follows_the_published_formula(self) -> None:
        assert score("albi", bilirubin_umol_per_l=15, albumin_g_per_l=40)["value"] == pytest.approx(-2.6238)

    @pytest.mark.parametrize("bilirubin", [None, {"min": 10, "max": 20}])
    def test_is_left_out_where_a_fact_is_open(self, bilirubin: Any) -> None:
        assert score("albi", bilirubin_umol_per_l=bilirubin, albumin_g_per_l=40) is None


class TestMeld:
    def test_has_its_floor(self) -> None:
        assert meld.meld(10, 0.8, 50, False) == 6
        assert meld.meld_3(10, 0.8, 50, False, 140, 40, "male") == 6
        assert meld.meld_3(10, 0.8, 50, False, 140, 40, "female") == 7

    def test_has_its_cap(self) -> None:
        assert meld.meld(1000, 10, 1000, True) == 40
        assert meld.meld_na(1000, 10, 1000, True, 120) == 40
        assert meld.meld_3(1000, 10, 1000, True, 120, 15, "male") == 40

    @pytest.mark.parametrize(("cap", "formula"), [(4.0, meld.meld)])
    def test_counts_dialysis_as_creatinine_at_its_cap(self, cap: float, formula: Any) -> None:
        assert formula(50, 1.5, 80, True) == formula(50, 1.5, cap * 88.4, False)

    def test_counts_sodium_only_over_eleven(self) -> None:
        # MELD 6 with sodium 125 stays 6; a published set of examples expects 20.
        assert meld.meld_na(17.1, 1.0, 88.4, False, 125) == 6

    def test_worked_example_with_sodium(self) -> None:
        # Creatinine 2.0, bilirubin 3.0, INR 1.5: 0.957 ln 2 + 0.378 ln 3 + 1.12 ln 1.5 + 0.643 = 2.1758, so 22;
        # with sodium 130: 22 + 1.32 × 7 − 0.033 × 22 × 7 = 26.158.
        facts_of_case = {
            "creatinine_umol_per_l": in_unit(2, "mg/dL"),
            "bilirubin_umol_per_l": in_unit(3, "mg/dL"),
            "inr": 1.5,
            "sodium_mmol_per_l": 130,
            "on_dialysis": False,
        }

        assert score("meld", **facts_of_case) == {"value": 22}
        assert score("meld_na", **facts_of_case) == {"value": 26}

    def test_worked_example_of_meld_3(self) -> None:
        # Kim 2021, a woman with bilirubin 3.0, sodium 130, INR 1.5, creatinine 2.0 mg/dL and albumin 3.0 g/dL.
        value = 1.33 + (4.56 - 0.24 * 7) * math.log(3) + 0.82 * 7 + 9.09 * math.log(1.5)
        value += (11.14 - 1.83 * 0.5) * math.log(2) + 1.85 * 0.5 + 6

        assert meld.meld_3(51.3, 1.5, 176.8, False, 130, 30, "female") == meld.half_up(value) == 28

    @pytest.mark.parametrize(("half", "whole"), [(6.5, 7), (7.5, 8), (7.49, 7)])
    def test_rounds_halves_up(self, half: float, whole: int) -> None:
        assert meld.half_up(half) == whole

    def test_needs_dialysis_known(self) -> None:
        given = {"bilirubin_umol_per_l": 30, "inr": 1.5, "creatinine_umol_per_l": 150}

        assert score("meld", **given) is None
        assert score("meld", **given, on_dialysis=False) is not None

    def test_takes_dialysis_as_settled_by_egfr(self) -> None:
        given = {"bilirubin_umol_per_l": 30, "inr": 1.5, "creatinine_umol_per_l": 80}

        assert score("meld", **given, age_years=60, sex="male") is not None
        assert score("meld", **given, egfr_ml_per_min_1_73m2=30) is not None
        assert score("meld", **given, egfr_ml_per_min_1_73m2=29) is None

    def test_does_not_ask_for_dialysis_at_the_cap_of_creatinine(self) -> None:
        given = {"bilirubin_umol_per_l": 30, "inr": 1.5, "creatinine_umol_per_l": 400}

        assert score("meld", **given) is not None


class TestKidney:
    def test_follows_ckd_epi_2021(self) -> None:
        # Creatinine 1.0 mg/dL at 60: women 142 × (1/0.7)^−1.2 × 0.9938^60 × 1.012, men 142 × (1/0.9)^−1.2 × 0.9938^60.
        assert kidney.egfr_ml_per_min_1_73m2(88.4, 60, "female") == pytest.approx(64.5, abs=0.1)
        assert kidney.egfr_ml_per_min_1_73m2(88.4, 60, "male") == pytest.approx(86.2, abs=0.1)

    def test_is_for_adults(self) -> None:
        given = {"creatinine_umol_per_l": 80, "sex": "male"}

        assert score("egfr_ckd_epi_2021", **given, age_years=18) is not None
        assert score("egfr_ckd_epi_2021", **given, age_years=17.9) is None
        assert score("egfr_ckd_epi_2021", **given) is None

    def test_follows_cockcroft_gault(self) -> None:
        given = {"creatinine_umol_per_l": in_unit(1, "mg/dL"), "age_years": 60, "weight_kg": 72}

        assert score("creatinine_clearance", **given, sex="male") == {"ml_per_min": 80, "weight": "actual"}
        assert score("creatinine_clearance", **given, sex="female") == {"ml_per_min": 68, "weight": "actual"}
        assert score("creatinine_clearance", **given) is None


class TestBody:
    def test_names_both_formulas(self) -> None:
        result = score("bsa", height_cm=180, weight_kg=80)

        assert result == {"mosteller_m2": 2.0, "dubois_m2": 1.9964}

    def test_fib4(self) -> None:
        given = {"age_years": 60, "ast_u_per_l": 80, "alt_u_per_l": 64}

        assert score("fib4", **given, platelets_10e9_per_l=100) == {"value": 6.0}
        assert score("fib4", **given, platelets_10e9_per_l=0) is None
        assert body.fib4(50, 40, 25, 100) == 4


BASE = {
    "child_pugh_class": "A",
    "ecog": 0,
    "macrovascular_invasion": False,
    "extrahepatic_spread": "none",
    "tumour_fraction_pct": 20,
    "afp_ng_per_ml": 20,
    "pvtt": "vp0",
}


class TestStages:
    @pytest.mark.parametrize(
        ("changes", "bclc", "cnlc"),
        [
            ({"lesion_count": 1, "largest_lesion_mm": 20}, "0", "Ia"),
            ({"lesion_count": 1, "largest_lesion_mm": 20.1}, "A", "Ia"),
            ({"lesion_count": 1, "largest_lesion_mm": 50}, "A", "Ia"),
            ({"lesion_count": 1, "largest_lesion_mm": 50.1}, "A", "Ib"),
            ({"lesion_count": 3, "largest_lesion_mm": 30}, "A", "Ib"),
            ({"lesion_count": 3, "largest_lesion_mm": 30.1}, "B", "IIa"),
            ({"lesion_count": 4, "largest_lesion_mm": 30}, "B", "IIb"),
            ({"lesion_count": 4, "largest_lesion_mm": 30, "ecog": 1}, "C", "IIb"),
            ({"lesion_count": 4, "largest_lesion_mm": 30, "ecog": 2}, "C", "IIb"),
            ({"lesion_count": 4, "largest_lesion_mm": 30, "ecog": 3}, "D", "IV"),
            ({"lesion_count": 4, "largest_lesion_mm": 30, "child_pugh_class": "C"}, "D", "IV"),
            ({"lesion_count": 1, "largest_lesion_mm": 10, "extrahepatic_spread": "limited"}, "C", "IIIb"),
            ({"lesion_count": 1, "largest_lesion_mm": 10, "macrovascular_invasion": True}, "C", "IIIa"),
            ({"lesion_count": 0, "tumour_fraction_pct": 0}, None, None),
        ],
    )
    def test_follow_the_published_order(self, changes: Any, bclc: str | None, cnlc: str | None) -> None:
        scores = guidelines.scores({**BASE, **changes})["scores"]

        assert scores.get("bclc") == (None if bclc is None else {"stage": bclc, "edition": 2022})
        assert scores.get("cnlc") == (None if cnlc is None else {"stage": cnlc})

    def test_are_told_where_what_is_unknown_cannot_change_them(self) -> None:
        assert score("bclc", ecog={"min": 3, "max": 4}) == {"stage": "D", "edition": 2022}
        assert score("bclc", ecog={"min": 1, "max": 2}) is None


class TestTumourBurden:
    @pytest.mark.parametrize(
        ("count", "largest", "milan", "ucsf", "seven"),
        [
            (1, 50, True, True, True),
            (1, 50.1, False, True, True),
            (1, 60, False, True, True),
            (1, 60.1, False, True, False),
            (1, 65, False, True, False),
            (1, 65.1, False, False, False),
            (2, 30, True, True, True),
            (3, 30, True, None, True),
            (3, 26, True, True, True),
            (2, 30.1, False, True, True),
            (2, 40, False, True, True),
            (2, 45, False, None, True),
            (2, 45.1, False, False, True),
            (4, 20, False, False, True),
            (4, 30, False, False, True),
            (4, 30.1, False, False, False),
            (7, 1, False, False, False),
        ],
    )
    def test_criteria_on_each_side_of_a_cut(
        self, count: int, largest: float, milan: bool, ucsf: bool | None, seven: bool
    ) -> None:
        scores = guidelines.scores({**BASE, "lesion_count": count, "largest_lesion_mm": largest})["scores"]

        assert scores["milan"] == {"within": milan, "missing": []}
        assert scores["ucsf"] == {
            "within": ucsf,
            "missing": [] if ucsf is not None else ["lesion_diameters_mm"],
        }
        assert scores["up_to_seven"]["within"] is seven
        assert scores["up_to_seven"]["value"] == pytest.approx(largest / 10 + count)

    @pytest.mark.parametrize(("diameters", "within"), [([40, 20, 20], True), ([40, 20, 20.1], False)])
    def test_ucsf_adds_the_diameters(self, diameters: list[float], within: bool) -> None:
        assert score("ucsf", **BASE, lesion_diameters_mm=diameters) == {"within": within, "missing": []}

    @pytest.mark.parametrize("name", ["milan", "ucsf", "up_to_seven"])
    def test_criteria_need_no_macrovascular_invasion(self, name: str) -> None:
        given = BASE | {
            "lesion_count": 1,
            "largest_lesion_mm": 10,
            "pvtt": "vp1",
            "macrovascular_invasion": True,
        }

        assert score(name, **given)["within"] is False

    def test_criteria_say_what_is_missing(self) -> None:
        assert score("milan", lesion_count=2) == {
            "within": None,
            "missing": ["largest_lesion_mm", "extrahepatic_spread", "macrovascular_invasion"],
        }
        assert score("up_to_seven", largest_lesion_mm=30) == {
            "value": None,
            "within": None,
            "missing": ["lesion_count", "macrovascular_invasion"],
        }
        assert score("ucsf", macrovascular_invasion=False, extrahepatic_spread="none") == {
            "within": None,
            "missing": ["lesion_count", "largest_lesion_mm"],
        }

    def test_criteria_are_settled_by_what_is_known(self) -> None:
        assert score("milan", lesion_count=4) == {"within": False, "missing": []}
        assert score("milan", pvtt="vp3") == {"within": False, "missing": []}

    @pytest.mark.parametrize("name", ["milan", "ucsf", "up_to_seven", "six_and_twelve", "hap", "clip"])
    def test_are_left_out_where_nothing_is_known_or_there_is_no_lesion(self, name: str) -> None:
        no_lesion = BASE | {
            "lesion_count": 0,
            "tumour_fraction_pct": 0,
            "bilirubin_umol_per_l": 10,
            "albumin_g_per_l": 40,
        }
        del no_lesion["child_pugh_class"]

        assert score(name, age_years=60) is None
        assert score(name, **no_lesion) is None

    @pytest.mark.parametrize(("largest", "group"), [(30, "1"), (30.1, "2"), (90, "2"), (90.1, "3")])
    def test_six_and_twelve_divides_the_line(self, largest: float, group: str) -> None:
        assert burden.six_and_twelve(3, largest).group == group

    @pytest.mark.parametrize(
        ("largest", "group"), [(32, "low"), (32.1, "medium"), (137.03, "medium"), (137.1, "high")]
    )
    def test_tumour_burden_score_divides_the_line(self, largest: float, group: str) -> None:
        assert burden.tumour_burden_score(1, largest).group == group

    def test_sums_are_shown_with_their_group(self) -> None:
        assert score("six_and_twelve", lesion_count=3, largest_lesion_mm=40) == {"value": 7.0, "group": "2"}
        assert score("tumour_burden_score", lesion_diameters_mm=[40, 30, 20]) == {
            "value": 5.0,
            "group": "medium",
        }


LOW_RISK = {"albumin_g_per_l": 36, "bilirubin_umol_per_l": 17, "afp_ng_per_ml": 400, "largest_lesion_mm": 70}


class TestPrognosis:
    @pytest.mark.parametrize(
        ("changes", "points", "grade"),
        [
            ({}, 0, "A"),
            ({"albumin_g_per_l": 35.9}, 1, "B"),
            ({"bilirubin_umol_per_l": 17.1}, 1, "B"),
            ({"bilirubin_umol_per_l": in_unit(1.0, "mg/dL")}, 0, "A"),
            ({"bilirubin_umol_per_l": in_unit(1.01, "mg/dL")}, 1, "B"),
            ({"afp_ng_per_ml": 400.1}, 1, "B"),
            ({"largest_lesion_mm": 70.1}, 1, "B"),
            ({"afp_ng_per_ml": 500, "largest_lesion_mm": 80}, 2, "C"),
            ({"afp_ng_per_ml": 500, "largest_lesion_mm": 80, "albumin_g_per_l": 30}, 3, "D"),
        ],
    )
    def test_hap(self, changes: Any, points: int, grade: str) -> None:
        assert score("hap", **(LOW_RISK | changes)) == {"points": points, "grade": grade}

    def test_hap_takes_a_range_on_one_side_of_its_cut(self) -> None:
        assert score("hap", **(LOW_RISK | {"afp_ng_per_ml": {"min": 500, "max": 900}})) == {
            "points": 1,
            "grade": "B",
        }
        assert score("hap", **(LOW_RISK | {"afp_ng_per_ml": {"min": 300, "max": 900}})) is None
        assert score("hap", **(LOW_RISK | {"albumin_g_per_l": {"min": 30, "max": 40}})) is None

    def test_hap_grades_every_sum(self) -> None:
        assert [prognosis.hap_grade(points) for points in range(5)] == ["A", "B", "C", "D", "D"]

    @pytest.mark.parametrize(
        ("changes", "points"),
        [
            ({"lesion_count": 1}, 0),
            ({"lesion_count": 2}, 1),
            ({"lesion_count": 1, "tumour_fraction_pct": 50}, 0),
            ({"lesion_count": 1, "tumour_fraction_pct": 50.1}, 2),
            ({"lesion_count": 1, "child_pugh_class": "B"}, 1),
            ({"lesion_count": 1, "child_pugh_class": "C"}, 2),
            ({"lesion_count": 1, "afp_ng_per_ml": 399}, 0),
            ({"lesion_count": 1, "afp_ng_per_ml": 400}, 1),
            ({"lesion_count": 1, "pvtt": "vp1", "macrovascular_invasion": True}, 1),
        ],
    )
    def test_clip(self, changes: Any, points: int) -> None:
        assert score("clip", **(BASE | changes)) == {"points": points}


class TestAllScores:
    def test_stand_in_the_order_of_the_contract(self) -> None:
        everything = patient(
            height_cm=170, weight_kg=70, alt_u_per_l=30, ast_u_per_l=40, lesion_diameters_mm=[60, 20, 10]
        )

        assert list(guidelines.scores(everything)["scores"]) == [
            "child_pugh",
            "albi",
            "meld",
            "meld_na",
            "meld_3",
            "egfr_ckd_epi_2021",
            "creatinine_clearance",
            "bsa",
            "fib4",
            "bclc",
            "cnlc",
            "milan",
            "ucsf",
            "up_to_seven",
            "six_and_twelve",
            "tumour_burden_score",
            "hap",
            "clip",
        ]

    def test_are_none_where_nothing_is_known(self) -> None:
        assert guidelines.scores({}) == {"id": None, "scores": {}}

    def test_refuse_facts_that_contradict_one_another(self) -> None:
        with pytest.raises(facts.FactError):
            guidelines.scores(
                {"child_pugh_class": "A", "bilirubin_umol_per_l": 60, "ascites": "moderate_to_severe"}
            )
