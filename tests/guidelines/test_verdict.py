"""`eligibility`: verdicts in their order, conditions, modality, what would change it, and contradictions."""

import json
from typing import Any

import pytest

import guidelines
from guidelines import edition, facts, improvement, verdict
from guidelines.settings import Settings
from tests.guidelines.patients import Facts, patient

CLASS_C = {
    "bilirubin_umol_per_l": 60,
    "albumin_g_per_l": 25,
    "ascites": "slight",
    "encephalopathy": "grade_1_2",
}
CLASS_B = {"ascites": "moderate_to_severe"}
BLEED = {"tumour_rupture_bleeding": True}
OPERABLE = {"resectability": "resectable", "surgery": "suitable"}
NO_COMPONENTS = {
    "bilirubin_umol_per_l": None,
    "albumin_g_per_l": None,
    "inr": None,
    "ascites": None,
    "encephalopathy": None,
}
NO_LESION = {"lesion_count": 0, "largest_lesion_mm": None, "tumour_fraction_pct": None}


def ask(**changes: Any) -> dict[str, Any]:
    return guidelines.eligibility(patient(**changes))


def finding(result: dict[str, Any], clause_id: str) -> dict[str, Any]:
    return next(one for one in result["findings"] if one["clause"] == clause_id)


class TestAnswer:
    def test_has_every_key_in_the_order_of_the_contract(self) -> None:
        result = ask(id="7041")

        assert list(result) == [
            "id",
            "edition",
            "verdict",
            "modality",
            "urgent",
            "recoverable",
            "override",
            "conditions",
            "missing",
            "would_change",
            "findings",
            "scores",
        ]
        assert (result["id"], result["edition"]) == ("7041", "cn-2011")
        assert list(result["scores"]) == ["child_pugh", "albi", "bclc"]

    def test_has_the_same_keys_where_nothing_is_known(self) -> None:
        assert list(guidelines.eligibility({})) == list(ask())

    def test_passes_the_note_through(self) -> None:
        assert ask(note={"by": "ward 3"})["note"] == {"by": "ward 3"}

    def test_is_json_and_shares_nothing_with_the_next(self) -> None:
        first = ask()
        first["findings"][0]["settings"].append("spoilt")
        finding(first, "3.1")["settings"].clear()

        assert json.loads(json.dumps(ask())) == ask()
        assert finding(ask(), "3.1")["settings"] == ["serious_renal_egfr_below_ml_per_min_1_73m2"]

    def test_shows_the_facts_of_a_finding_in_canonical_units(self) -> None:
        result = ask(tumour_fraction_pct=72, platelets_10e9_per_l={"value": 59999, "unit": "/uL"})

        assert finding(result, "4.7") == {
            "clause": "4.7",
            "kind": "contraindication",
            "verdict": "present",
            "facts": {"tumour_fraction_pct": 72.0},
            "missing": [],
            "settings": [],
            "says": "Tumour takes up 70 % of the liver or more.",
        }
        assert finding(result, "4.8b")["facts"] == {"platelets_10e9_per_l": 59.999}

    def test_shows_ranges_and_choices_as_they_are_left(self) -> None:
        result = ask(
            tumour_fraction_pct={"min": 25, "max": 50},
            portal_trunk=["partial", "patent"],
            ecog={"min": 1, "max": 2},
            lesion_diameters_mm=[60, 20, 10],
        )

        assert finding(result, "4.7")["facts"] == {"tumour_fraction_pct": {"min": 25.0, "max": 50.0}}
        assert finding(result, "4.3")["facts"]["portal_trunk"] == ["patent", "partial"]
        assert finding(result, "3.1.5")["facts"]["ecog"] == {"min": 1, "max": 2}
        assert finding(result, "3.1.2")["facts"] == {
            "lesion_count": 3,
            "lesion_diameters_mm": [60.0, 20.0, 10.0],
        }


class TestVerdict:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, "eligible"),
            (CLASS_B, "eligible_with_conditions"),
            (CLASS_C, "not_eligible"),
            (BLEED | CLASS_C, "needs_mdt"),
            (BLEED | {"ecog": 3}, "needs_mdt"),
            (BLEED | {"platelets_10e9_per_l": 40}, "needs_mdt"),
            (BLEED | OPERABLE, "eligible"),
            (OPERABLE, "surgery_preferred"),
            (OPERABLE | {"platelets_10e9_per_l": 40}, "not_eligible"),
            (OPERABLE | {"purpose": "after_resection"}, "eligible"),
            ({"ecog": 3}, "not_indicated"),
            (NO_LESION, "not_indicated"),
            (NO_LESION | OPERABLE, "not_indicated"),
        ],
    )
    def test_is_the_first_that_fits(self, changes: Facts, expected: str) -> None:
        assert ask(**changes)["verdict"] == expected

    @pytest.mark.parametrize(
        ("changes", "modality", "urgent"),
        [
            ({}, "TACE", False),
            ({"fistula": "severe", "fistula_kind": "arterioportal"}, "TAI", False),
            (BLEED, "TAE", True),
            (BLEED | {"fistula": "severe", "fistula_kind": "arteriovenous"}, "TAE", True),
            (BLEED | CLASS_C, None, True),
            (CLASS_C, None, False),
        ],
    )
    def test_goes_with_its_modality(self, changes: Facts, modality: str | None, urgent: bool) -> None:
        result = ask(**changes)

        assert (result["modality"], result["urgent"]) == (modality, urgent)

    @pytest.mark.parametrize(
        ("changes", "recoverable", "override"),
        [
            ({"infection": "active_untreatable"}, True, None),
            ({"leukocytes_10e9_per_l": 2, "platelets_10e9_per_l": 50}, True, None),
            ({"platelets_10e9_per_l": 50, "cachexia": True}, False, None),
            ({"platelets_10e9_per_l": 50, "cachexia": None}, None, None),
            ({"portal_trunk": "complete"}, False, "F.9x"),
            ({"portal_trunk": "complete", "tumour_fraction_pct": 80}, False, "F.9x"),
            ({"portal_trunk": "complete", "cachexia": True}, False, None),
            ({"portal_trunk": "complete"} | CLASS_B, False, None),
            ({}, None, None),
            (BLEED | {"portal_trunk": "complete"}, None, None),
        ],
    )
    def test_says_whether_a_refusal_may_be_undone(
        self, changes: Facts, recoverable: bool | None, override: str | None
    ) -> None:
        result = ask(**changes)

        assert (result["recoverable"], result["override"]) == (recoverable, override)

    @pytest.mark.parametrize(
        ("changes", "conditions"),
        [
            ({"tumour_fraction_pct": 70}, ["staged_small_volume"]),
            ({"leukocytes_10e9_per_l": 2.9, "hypersplenism": True}, ["leukopenia_from_hypersplenism"]),
            (CLASS_B, ["superselective_reduced"]),
            ({"portal_trunk": "complete", "portal_collaterals": "formed"}, ["superselective_reduced"]),
            ({"coagulation": "impaired_correctable"}, ["correct_coagulation_first"]),
            ({"fistula": "moderate", "fistula_kind": "arteriovenous"}, ["embolise_fistula_first"]),
            ({"fistula": "severe", "fistula_kind": "arteriovenous"}, []),
            (BLEED | {"fistula": "severe", "fistula_kind": "arteriovenous"}, ["embolise_fistula_first"]),
            ({"infection": "active_treatable"}, ["treat_infection_at_the_same_time"]),
            ({"extrahepatic_spread": "limited"}, ["combine_with_systemic_therapy"]),
            ({"purpose": "before_resection"}, ["reassess_for_resection"]),
            ({"ecog": 3, "local_pain": True}, ["outside_main_gate"]),
            ({"on_dialysis": True, "local_pain": True}, ["outside_main_gate"]),
            ({"portal_hypertensive_bleeding": True}, ["control_bleeding_first"]),
            (
                {"purpose": "before_resection", "tumour_fraction_pct": 70, "infection": "active_treatable"},
                ["staged_small_volume", "treat_infection_at_the_same_time", "reassess_for_resection"],
            ),
        ],
    )
    def test_lists_its_conditions_in_order(self, changes: Facts, conditions: list[str]) -> None:
        assert ask(**changes)["conditions"] == conditions

    def test_lists_only_conditions_that_hold_in_every_case(self) -> None:
        result = ask(leukocytes_10e9_per_l=None, hypersplenism=True, infection="active_treatable")

        assert result["verdict"] == "eligible_with_conditions"
        assert result["conditions"] == ["treat_infection_at_the_same_time"]


class TestUnknown:
    def test_albumin_and_ascites_decide_between_a_and_b(self) -> None:
        result = ask(albumin_g_per_l=None, ascites=None)

        assert result["verdict"] == "insufficient_data"
        assert result["missing"] == ["albumin_g_per_l", "ascites"]
        assert finding(result, "4.1") | {"facts": {}} == finding(ask(), "4.1") | {"facts": {}}

    def test_resectability_does_not_matter_where_surgery_is_unsuitable(self) -> None:
        result = ask(resectability=None)

        assert result["missing"] == []
        assert finding(result, "2.1")["missing"] == finding(result, "2.2")["missing"] == ["resectability"]
        assert finding(result, "3.1")["verdict"] == "met"

    def test_urgent_is_given_where_all_agree(self) -> None:
        assert ask(platelets_10e9_per_l=None)["urgent"] is False
        assert ask(platelets_10e9_per_l=None, tumour_rupture_bleeding=None)["urgent"] is None

    def test_diagrams_agree_with_the_direct_path(self) -> None:
        ready = edition.ready(Settings())
        entries = verdict.reading.read_all(patient(), verdict.facts.ALL, lambda _: [])

        by_diagram = verdict.of_outlook(ready, entries)

        case = verdict.complete.case(entries, verdict.child_pugh.score(entries), ready.kidney)
        assert case is not None
        assert by_diagram.holds == verdict.of_case(ready, case).holds

    @pytest.mark.parametrize(
        "name", ["fistula_kind", "largest_lesion_mm", "on_dialysis", "ecog", "tumour_fraction_pct"]
    )
    def test_one_open_fact_is_enough_to_leave_the_direct_path(self, name: str) -> None:
        opened = {
            "fistula": "mild",
            "fistula_kind": "arterioportal",
            "egfr_ml_per_min_1_73m2": 20,
            "creatinine_umol_per_l": None,
        }

        with_it, without = ask(**opened, ablation="suitable"), ask(**{**opened, name: None})

        assert len(with_it["findings"]) == len(without["findings"])


class TestSettings:
    def test_others_move_the_cut(self) -> None:
        facts = patient(ecog=3, ablation="declined", largest_lesion_mm=30)

        assert guidelines.eligibility(facts)["verdict"] == "eligible_with_conditions"
        assert (
            guidelines.eligibility(facts, settings=Settings(small_lesion_up_to_mm=20))["verdict"]
            == "not_indicated"
        )

    def test_conditions_that_are_not_in_source_can_be_switched_off(self) -> None:
        none = Settings(superselective_reduced=False, outside_main_gate=False, control_bleeding_first=False)
        facts = patient(**CLASS_B, portal_hypertensive_bleeding=True, ecog=3, local_pain=True)

        assert len(guidelines.eligibility(facts)["conditions"]) == 3
        assert guidelines.eligibility(facts, settings=none)["verdict"] == "eligible"

    def test_a_wider_reading_of_a_normal_liver_lifts_more(self) -> None:
        facts = patient(**CLASS_B, tumour_fraction_pct=80)
        wide = Settings(basically_normal_liver_classes=("A", "B"))

        assert guidelines.eligibility(facts)["verdict"] == "not_eligible"
        result = guidelines.eligibility(facts, settings=wide)
        assert result["conditions"] == ["staged_small_volume", "superselective_reduced"]
        assert "Child-Pugh A, B" in finding(result, "4.7x")["says"]


def changes_of(**changes: Any) -> dict[str, Any]:
    return {one["fact"]: one["to"] for one in ask(**changes)["would_change"]}


class TestWouldChange:
    def test_tells_the_whole_change(self) -> None:
        assert ask(platelets_10e9_per_l=52)["would_change"] == [
            {
                "fact": "platelets_10e9_per_l",
                "from": 52.0,
                "to": 60.0,
                "verdict": "eligible",
                "modality": "TACE",
            }
        ]

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"platelets_10e9_per_l": 52.5}, {"platelets_10e9_per_l": 60}),
            ({"leukocytes_10e9_per_l": 2.94}, {"leukocytes_10e9_per_l": 3.0}),
            ({"infection": "active_untreatable"}, {"infection": "none"}),
            ({"coagulation": "impaired_uncorrectable"}, {"coagulation": "normal"}),
            ({"ecog": 4}, {"ecog": 2}),
            ({"on_dialysis": True}, {"on_dialysis": False}),
            ({"egfr_ml_per_min_1_73m2": 12.5}, {"egfr_ml_per_min_1_73m2": 30}),
            (
                {"leukocytes_10e9_per_l": 2, "hypersplenism": True, "recent_chemotherapy": True},
                {"leukocytes_10e9_per_l": 3.0, "recent_chemotherapy": False},
            ),
            ({"platelets_10e9_per_l": 50, "leukocytes_10e9_per_l": 2}, {}),
            ({"tumour_fraction_pct": 80, "cachexia": True}, {}),
            ({"platelets_10e9_per_l": 50, "cachexia": None}, {}),
            (
                # Class C with 11 points; the largest single step is ascites or encephalopathy to one point less each.
                {"bilirubin_umol_per_l": 60, "albumin_g_per_l": 25, "ascites": "moderate_to_severe"},
                {},
            ),
        ],
    )
    def test_finds_the_nearest_value_of_each_single_fact(
        self, changes: Facts, expected: dict[str, Any]
    ) -> None:
        found = changes_of(**changes)

        if changes.get("ascites") is None:
            assert found == expected
        else:
            # 3 + 3 + 1 + 3 + 1 = 11: one component must give up two points.
            assert found == {"bilirubin_umol_per_l": 33, "albumin_g_per_l": 35.1, "ascites": "none"}

    def test_moves_child_pugh_on_the_safe_side_of_each_cut(self) -> None:
        # 3 + 2 + 3 + 1 + 1 = 10 points: one less makes class B.
        found = changes_of(bilirubin_umol_per_l=60, albumin_g_per_l=30, inr=2.6)

        assert found == {"bilirubin_umol_per_l": 51, "albumin_g_per_l": 35.1, "inr": 2.3}

    def test_moves_prothrombin_time_where_it_decides(self) -> None:
        found = changes_of(bilirubin_umol_per_l=60, albumin_g_per_l=30, inr=None, pt_prolongation_s=7)

        assert found["pt_prolongation_s"] == 6
        assert "inr" not in found

    def test_lets_a_given_class_follow_its_components(self) -> None:
        found = changes_of(**CLASS_C | {"child_pugh_class": "C"})

        assert found == {"bilirubin_umol_per_l": 33, "albumin_g_per_l": 35.1}

    def test_leaves_a_class_alone_whose_components_are_unknown(self) -> None:
        assert changes_of(**NO_COMPONENTS, child_pugh_class="C") == {}

    def test_finds_the_highest_whole_creatinine(self) -> None:
        found = ask(creatinine_umol_per_l=400)["would_change"]

        assert [(one["fact"], one["to"]) for one in found] == [("creatinine_umol_per_l", 212.0)]
        assert ask(creatinine_umol_per_l=212)["verdict"] == "eligible"
        assert ask(creatinine_umol_per_l=213)["verdict"] == "not_indicated"

    def test_does_not_move_creatinine_where_egfr_decides(self) -> None:
        assert changes_of(creatinine_umol_per_l=400, egfr_ml_per_min_1_73m2=20) == {
            "egfr_ml_per_min_1_73m2": 30
        }

    def test_starts_from_a_range_too(self) -> None:
        found = ask(platelets_10e9_per_l={"min": 40, "max": 55})["would_change"]

        assert found[0]["from"] == {"min": 40.0, "max": 55.0}
        assert found[0]["to"] == 60

    def test_works_while_other_facts_are_unknown(self) -> None:
        assert changes_of(platelets_10e9_per_l=50, capsule=None, ablation=None) == {
            "platelets_10e9_per_l": 60
        }

    def test_holds_for_a_bleed_that_is_refused(self) -> None:
        found = ask(**BLEED, ecog=3)["would_change"]

        assert [(one["fact"], one["to"], one["modality"]) for one in found] == [("ecog", 2, "TAE")]

    @pytest.mark.parametrize("changes", [{}, OPERABLE, {"albumin_g_per_l": None, "ascites": None}])
    def test_is_empty_where_nothing_is_refused(self, changes: Facts) -> None:
        assert ask(**changes)["would_change"] == []

    def test_can_be_left_out(self) -> None:
        result = guidelines.eligibility(patient(platelets_10e9_per_l=52), would_change=False)

        assert result["would_change"] == []

    def test_stays_inside_the_range_of_a_fact(self) -> None:
        assert list(improvement._beside(0, facts.ALL["platelets_10e9_per_l"])) == [0, 1]

    def test_promises_what_the_change_brings(self) -> None:
        for changes in (
            CLASS_C,
            {"platelets_10e9_per_l": 52},
            {"creatinine_umol_per_l": 300},
            BLEED | {"ecog": 4},
        ):
            for one in ask(**changes)["would_change"]:
                after = ask(**{**changes, one["fact"]: one["to"]})
                assert (after["verdict"], after["modality"]) == (one["verdict"], one["modality"])


class TestContradictions:
    @pytest.mark.parametrize(
        ("facts", "key"),
        [
            (
                {"child_pugh_class": "A", "bilirubin_umol_per_l": 60, "ascites": "moderate_to_severe"},
                "bilirubin_umol_per_l",
            ),
            (
                {"child_pugh_class": "A", "inr": 3, "ascites": "moderate_to_severe", "albumin_g_per_l": 20},
                "albumin_g_per_l",
            ),
            ({"lesion_count": 2, "lesion_diameters_mm": [30]}, "lesion_count"),
            ({"lesion_count": {"min": 2}, "lesion_diameters_mm": [30]}, "lesion_count"),
            ({"largest_lesion_mm": 20, "lesion_diameters_mm": [30]}, "largest_lesion_mm"),
            ({"largest_lesion_mm": 20, "lesion_diameters_mm": []}, "largest_lesion_mm"),
            ({"lesion_count": 0, "largest_lesion_mm": 20}, "lesion_count"),
            ({"lesion_count": 0, "tumour_fraction_pct": 20}, "lesion_count"),
            ({"lesion_diameters_mm": [], "tumour_fraction_pct": 20}, "lesion_diameters_mm"),
            ({"lesion_count": 2, "largest_lesion_mm": 0}, "lesion_count"),
            ({"lesion_count": {"min": 1}, "largest_lesion_mm": 0}, "lesion_count"),
            ({"largest_lesion_mm": 0, "tumour_fraction_pct": 20}, "largest_lesion_mm"),
            ({"fistula": "none", "fistula_kind": "arterioportal"}, "fistula"),
            ({"macrovascular_invasion": False, "pvtt": "vp1"}, "macrovascular_invasion"),
            ({"macrovascular_invasion": False, "pvtt": ["vp2", "vp3"]}, "macrovascular_invasion"),
        ],
    )
    def test_name_the_first_of_their_keys(self, facts: Facts, key: str) -> None:
        with pytest.raises(guidelines.FactError, match="contradict each other") as error:
            guidelines.eligibility(facts)
        assert error.value.key == key

    @pytest.mark.parametrize(
        "given",
        [
            {"child_pugh_class": ["A", "B"], "bilirubin_umol_per_l": 60, "ascites": "moderate_to_severe"},
            {"lesion_count": {"max": 2}, "largest_lesion_mm": {"max": 20}, "lesion_diameters_mm": [20]},
            {"lesion_count": 0, "largest_lesion_mm": 0, "tumour_fraction_pct": 0},
            {"lesion_count": {"max": 3}, "largest_lesion_mm": 0},
            {"lesion_count": 2, "tumour_fraction_pct": 0},
            {"fistula": ["none", "mild"], "fistula_kind": "arterioportal"},
            {"fistula": "none", "fistula_kind": ["arterioportal", "arteriovenous"]},
            {"macrovascular_invasion": False, "pvtt": ["vp0", "vp3"]},
            {"macrovascular_invasion": True, "pvtt": "vp0"},
        ],
    )
    def test_are_not_seen_where_one_combination_is_possible(self, given: Facts) -> None:
        assert guidelines.eligibility(given)["verdict"] == "insufficient_data"

    def test_leave_out_what_they_exclude(self) -> None:
        result = guidelines.eligibility({"fistula": ["none", "mild"], "fistula_kind": "arterioportal"})
        thrombus = guidelines.eligibility({"macrovascular_invasion": False})

        assert finding(result, "3.4")["verdict"] == "met"
        assert finding(thrombus, "2.6.c")["verdict"] == "does_not_apply"


class TestErrors:
    @pytest.mark.parametrize(
        ("facts", "key"),
        [
            ({"colour": 1, "ecog": 9, "age_years": 130}, "age_years"),
            ({"colour": 1, "ecog": 9}, "ecog"),
            ({"colour": 1, "size": 2}, "colour"),
            ({"fistula_kind": "x", "lesion_count": 0, "largest_lesion_mm": 5}, "lesion_count"),
            ({"sodium_mmol_per_l": 1, "lesion_count": 0, "largest_lesion_mm": 5}, "sodium_mmol_per_l"),
            ({"colour": None}, "colour"),
            ({"id": float("nan"), "colour": 1}, "id"),
            ({"note": [{"a": float("inf")}]}, "note"),
            ({"id": float("nan"), "platelets_10e9_per_l": -1}, "platelets_10e9_per_l"),
            ({7: 1}, "7"),
        ],
    )
    def test_come_in_the_order_of_the_table_with_unknown_keys_last(self, facts: Facts, key: str) -> None:
        with pytest.raises(guidelines.FactError) as error:
            guidelines.eligibility(facts)
        assert error.value.key == key

    @pytest.mark.parametrize("given", [None, 5, "x", [1]])
    def test_refuse_what_is_no_object(self, given: Any) -> None:
        with pytest.raises(guidelines.FactError) as error:
            guidelines.eligibility(given)
        assert error.value.key is None
