"""What the clauses of sections 1, 5 and 6 say of a procedure's record."""

import itertools
from typing import Any

import pytest

from guidelines import clauses, procedure_parts, technique
from guidelines.procedure_record import Record
from guidelines.settings import Settings
from tests.guidelines.procedures import agent, lesion, material, oil, record, steps, target

KEPT, NOT_KEPT, OUT, OPEN = "kept", "not_kept", "does_not_apply", "unknown"


def finding(clause: str, given: dict[str, Any], **more: Any) -> dict[str, Any]:
    return next(one for one in technique.findings(given, **more) if one["clause"] == clause)


def verdict(clause: str, **changes: Any) -> str:
    return str(finding(clause, record(**changes))["verdict"])


def missing(clause: str, **changes: Any) -> list[str]:
    found: list[str] = finding(clause, record(**changes))["missing"]
    return found


class TestFindings:
    def test_come_one_a_clause_in_the_order_of_the_source(self) -> None:
        found = [one["clause"] for one in technique.findings(record())]

        assert found == [*clauses.PRINCIPLES, *clauses.PROCEDURE]
        assert found[:4] == ["1.1", "1.2", "1.3", "5.0.1"]
        assert found[-4:] == ["6.1", "6.2", "6.3", "6.4"]

    def test_have_the_shape_of_the_contract(self) -> None:
        for one in technique.findings(record()):
            assert list(one) == ["clause", "kind", "verdict", "facts", "missing", "settings", "says"]
            assert one["says"].endswith(".")
            assert one["kind"] == clauses.ALL[one["clause"]].kind

    def test_of_a_whole_record_leave_nothing_open_and_nothing_against(self) -> None:
        found = technique.findings(record())

        assert {one["verdict"] for one in found} == {"kept", "applies", "does_not_apply"}
        assert all(one["missing"] == [] for one in found)

    def test_of_an_empty_record_take_nothing_for_a_no(self) -> None:
        found = technique.findings({})

        assert {one["verdict"] for one in found} == {"unknown", "applies"}
        assert all(bool(one["missing"]) == (one["verdict"] == "unknown") for one in found)

    @pytest.mark.parametrize(
        "junk",
        [
            {"steps": {"dsa": "yes"}},
            {"steps": {"dsa": {"answer": "perhaps"}}},
            {"modality": "TARE"},
            {"fistula": []},
        ],
    )
    def test_read_what_they_do_not_know_as_unknown(self, junk: dict[str, Any]) -> None:
        assert finding("1.1", junk)["verdict"] == OPEN
        assert finding("5.2.1", junk)["verdict"] == OPEN
        assert finding("5.2.5", junk)["verdict"] == OPEN

    def test_show_the_reason_of_a_departure(self) -> None:
        answers = {**steps(), "dsa": {"answer": "no", "because": "machine down"}}

        assert finding("1.1", record(steps=answers))["facts"] == {
            "steps.dsa": "no",
            "steps.dsa.because": "machine down",
        }

    @pytest.mark.parametrize(
        "clause_id", ["5.3.2", "5.3.6", "5.3.14", "5.3.15", "5.3.16", "6.1", "6.2", "6.3", "6.4", "1.3"]
    )
    def test_that_explain_always_apply(self, clause_id: str) -> None:
        for given in ({}, record()):
            assert finding(clause_id, given)["verdict"] == "applies"


class TestSteps:
    @pytest.mark.parametrize(
        ("clause_id", "step"),
        [
            ("1.1", "dsa"),
            ("5.0.2", "coeliac_or_common_hepatic_run"),
            ("5.0.3", "arterial_phase"),
            ("5.0.3", "parenchymal_phase"),
            ("5.0.3", "venous_phase"),
            ("5.0.4", "superior_mesenteric_run"),
            ("5.0.4", "collaterals_sought"),
            ("5.1.1", "tumour_analysed"),
            ("5.3.3", "tumour_analysed"),
            ("5.3.8", "emulsion_fully_mixed"),
            ("5.3.9", "slow_injection"),
            ("5.3.10", "non_target_avoided"),
            ("5.3.13", "proper_hepatic_artery_open"),
        ],
    )
    def test_answered_yes_are_kept_and_no_are_not(self, clause_id: str, step: str) -> None:
        assert verdict(clause_id, steps=steps(**{step: "yes"})) == KEPT
        assert verdict(clause_id, steps=steps(**{step: "no"})) == NOT_KEPT

    @pytest.mark.parametrize(
        ("clause_id", "step"),
        [
            ("1.1", "dsa"),
            ("5.0.2", "coeliac_or_common_hepatic_run"),
            ("5.0.3", "venous_phase"),
            ("5.0.4", "collaterals_sought"),
            ("5.3.8", "emulsion_fully_mixed"),
            ("5.3.10", "non_target_avoided"),
            ("5.3.12", "residual_supply"),
            ("5.3.13", "proper_hepatic_artery_open"),
        ],
    )
    @pytest.mark.parametrize("answer", [None, "", "not_known"])
    def test_not_answered_are_unknown(self, clause_id: str, step: str, answer: str | None) -> None:
        answers = steps(**{step: answer})

        assert verdict(clause_id, steps=answers) == OPEN
        assert missing(clause_id, steps=answers) == [f"steps.{step}"]

    def test_of_one_clause_decide_even_while_another_is_open(self) -> None:
        answers = steps(arterial_phase="no", venous_phase=None)

        assert verdict("5.0.3", steps=answers) == NOT_KEPT


class TestDecision:
    @pytest.mark.parametrize(
        ("decided", "emergency", "expected"),
        [
            (True, False, KEPT),
            (True, None, KEPT),
            (False, True, KEPT),
            (None, True, KEPT),
            (False, False, NOT_KEPT),
            (None, False, OPEN),
            (False, None, OPEN),
        ],
    )
    def test_comes_before_the_procedure(
        self, decided: bool | None, emergency: bool | None, expected: str
    ) -> None:
        assert verdict("1.2", has_decision_to_proceed=decided, is_emergency=emergency) == expected


class TestAccess:
    @pytest.mark.parametrize(
        ("access", "expected"),
        [("femoral", KEPT), ("radial", KEPT), ("brachial", KEPT), ("other", NOT_KEPT), ("", OPEN)],
    )
    def test_is_percutaneous(self, access: str, expected: str) -> None:
        assert verdict("5.0.1", access=access) == expected


class TestPhases:
    @pytest.mark.parametrize(
        ("venous", "expected"),
        [
            ([True], KEPT),
            ([False, True], KEPT),
            ([None, True], KEPT),
            ([False], NOT_KEPT),
            ([False, None], OPEN),
            ([], OPEN),
        ],
    )
    def test_may_be_told_by_the_vessels_that_were_run(self, venous: list[bool | None], expected: str) -> None:
        rows = [
            {"artery": f"x{number}", "arterial": True, "parenchymal": True, "venous": one}
            for number, one in enumerate(venous)
        ]

        assert verdict("5.0.3", steps=steps(venous_phase=None), angiography=rows) == expected

    def test_are_told_by_the_step_first(self) -> None:
        rows = [{"artery": "proper-hepatic", "venous": True}]

        assert verdict("5.0.3", steps=steps(venous_phase="no"), angiography=rows) == NOT_KEPT


class TestTumour:
    def test_is_clear_where_each_lesion_has_size_vascularity_and_feeder(self) -> None:
        assert verdict("5.1.1") == KEPT

    @pytest.mark.parametrize(
        ("changes", "place"),
        [
            ({"lesions": [lesion(longest_mm=None)]}, "lesions.L1.longest_mm"),
            ({"lesions": [lesion(vascularity="not_known")]}, "lesions.L1.vascularity"),
            ({"targets": [target(lesions=[])]}, "lesions.L1.feeder"),
            ({"lesions": [lesion(), lesion("L2")]}, "lesions.L2.feeder"),
            ({"lesions": []}, "steps.tumour_analysed"),
        ],
    )
    def test_is_asked_for_where_something_is_open(self, changes: dict[str, Any], place: str) -> None:
        assert verdict("5.1.1", **changes) == OPEN
        assert place in missing("5.1.1", **changes)


class TestLevel:
    @pytest.mark.parametrize(
        ("levels", "expected"),
        [
            (["lobar"], NOT_KEPT),
            (["sectoral"], NOT_KEPT),
            (["segmental"], KEPT),
            (["subsegmental"], KEPT),
            (["extrahepatic"], KEPT),
            (["segmental", "lobar"], NOT_KEPT),
            (["segmental", ""], OPEN),
            (["sectoral", ""], NOT_KEPT),
            (["lobar", ""], NOT_KEPT),
            ([""], OPEN),
            ([], OPEN),
        ],
    )
    @pytest.mark.parametrize("clause_id", ["5.1.2", "5.2.1"])
    def test_of_every_target_is_segmental_or_beyond(
        self, levels: list[str], expected: str, clause_id: str
    ) -> None:
        targets = [target(number, level=level) for number, level in enumerate(levels, start=1)]

        assert verdict(clause_id, targets=targets) == expected

    def test_of_a_feeder_from_outside_needs_no_answer(self) -> None:
        assert verdict("5.2.1", targets=[target(kind="extrahepatic", level="")]) == KEPT

    def test_names_the_target_that_is_not(self) -> None:
        targets = [target(1), target(2, level="lobar")]

        assert finding("5.2.1", record(targets=targets))["facts"] == {
            "modality": "TACE",
            "targets.2.level": "lobar",
        }

    def test_follows_the_settings(self) -> None:
        given = record(targets=[target(level="sectoral")])
        wider = Settings(superselective_levels=("sectoral", "segmental"))

        assert finding("5.2.1", given, settings=wider)["verdict"] == KEPT
        assert finding("5.2.1", given)["settings"] == ["superselective_levels"]

    @pytest.mark.parametrize(
        ("modality", "infusion", "embolisation"),
        [("TAI", KEPT, OUT), ("TAE", OUT, KEPT), ("TACE", KEPT, KEPT)],
    )
    def test_belongs_to_the_modality(self, modality: str, infusion: str, embolisation: str) -> None:
        assert verdict("5.1.2", modality=modality) == infusion
        assert verdict("5.2.1", modality=modality) == embolisation


class TestAgents:
    @pytest.mark.parametrize(
        ("codes", "expected"),
        [
            (["doxorubicin"], "applies"),
            (["epirubicin", "cisplatin", "fluorouracil", "hydroxycamptothecin", "mitomycin"], "applies"),
            (["doxorubicin", "idarubicin"], OUT),
            ([], OUT),
        ],
    )
    def test_are_those_that_the_guideline_names(self, codes: list[str], expected: str) -> None:
        targets = [target(administrations=[agent(code=code) for code in codes])]

        assert verdict("5.1.3", targets=targets) == expected


class TestMaterial:
    @pytest.mark.parametrize(
        ("modality", "choice", "kinds", "expected"),
        [
            ("TACE", "conventional", ["ethiodised_oil"], KEPT),
            ("TACE", "conventional", ["ethiodised_oil", "gelatin_sponge"], KEPT),
            ("TACE", "conventional", ["microspheres"], NOT_KEPT),
            ("TACE", "beads", ["drug_eluting_beads"], KEPT),
            ("TACE", "beads", ["microspheres"], NOT_KEPT),
            ("TACE", "beads", ["drug_eluting_beads", "ethiodised_oil"], NOT_KEPT),
            ("TACE", "", ["microspheres"], NOT_KEPT),
            ("TACE", "", ["ethiodised_oil"], OPEN),
            ("TAE", "", ["gelatin_sponge"], KEPT),
            ("TAE", "", ["coil"], OUT),
            ("TAI", "", [], OUT),
            (None, "conventional", ["ethiodised_oil"], KEPT),
            (None, "conventional", ["microspheres"], OPEN),
        ],
    )
    def test_suits_modality_and_technique(
        self, modality: str | None, choice: str, kinds: list[str], expected: str
    ) -> None:
        targets = [target(embolisations=[material(kind) for kind in kinds])]

        assert verdict("5.2.2", modality=modality, technique=choice, targets=targets) == expected

    def test_may_still_come_while_the_procedure_goes_on(self) -> None:
        targets = [target(embolisations=[material("microspheres")])]

        assert verdict("5.2.2", targets=targets, is_ended=False) == OPEN


class TestOil:
    @pytest.mark.parametrize(("volume_ml", "expected"), [(5.9, KEPT), (6, KEPT), (6.1, NOT_KEPT)])
    def test_is_up_to_1_5_ml_a_centimetre(self, volume_ml: float, expected: str) -> None:
        targets = [
            target(1, embolisations=[oil(2)]),
            target(2, embolisations=[oil(volume_ml - 2), material("gelatin_sponge")]),
        ]

        assert verdict("5.2.3", targets=targets) == expected

    def test_counts_a_lesion_with_two_feeders_once(self) -> None:
        two = [target(1, embolisations=[oil(4)]), target(2, embolisations=[oil(4)])]
        apart = [two[0], {**two[1], "lesions": ["L2"]}]

        assert verdict("5.2.3", targets=two) == NOT_KEPT
        assert verdict("5.2.3", targets=apart, lesions=[lesion(), lesion("L2")]) == KEPT

    @pytest.mark.parametrize(
        ("changes", "place"),
        [
            ({"targets": [target(embolisations=[oil(None)])]}, "targets.1.embolisations.1.volume_ml"),
            ({"lesions": [lesion(longest_mm=None)]}, "lesions.L1.longest_mm"),
            ({"lesions": [lesion(vascularity="not_known")]}, "lesions.L1.vascularity"),
            ({"targets": [target(lesions=[])]}, "targets.1.lesions"),
        ],
    )
    def test_needs_volume_size_vascularity_and_feeder(self, changes: dict[str, Any], place: str) -> None:
        assert verdict("5.2.3", **changes) == OPEN
        assert place in missing("5.2.3", **changes)

    def test_over_already_is_over_whatever_another_volume_was(self) -> None:
        targets = [target(1, embolisations=[oil(7)]), target(2, embolisations=[oil(None)])]

        assert verdict("5.2.3", targets=targets) == NOT_KEPT

    @pytest.mark.parametrize(("is_ended", "expected"), [(True, OUT), (False, OPEN)])
    def test_that_was_not_given_is_not_judged_at_the_end(self, is_ended: bool, expected: str) -> None:
        targets = [target(embolisations=[material("microspheres")])]

        assert verdict("5.2.3", targets=targets, is_ended=is_ended) == expected

    def test_follows_the_settings(self) -> None:
        given = record(targets=[target(embolisations=[oil(8)])])

        assert finding("5.2.3", given)["verdict"] == NOT_KEPT
        assert finding("5.2.3", given, settings=Settings(oil_up_to_ml_per_cm=2))["verdict"] == KEPT


class TestFistula:
    @pytest.mark.parametrize(
        ("seen", "assessed", "closed", "expected"),
        [
            ("none", "severe", "yes", OUT),
            ("mild", "none", "yes", KEPT),
            ("moderate", "none", "no", NOT_KEPT),
            ("mild", "none", None, OPEN),
            (None, "mild", "yes", KEPT),
            (None, "none", None, OUT),
            (None, None, "yes", OPEN),
            (None, None, None, OPEN),
            (None, ["mild", "moderate"], "yes", KEPT),
            (None, ["none", "mild"], "yes", OPEN),
        ],
    )
    def test_is_closed_before_the_tumour(
        self, seen: str | None, assessed: Any, closed: str | None, expected: str
    ) -> None:
        answers = steps(fistula_seen=seen, fistula_closed_first=closed)

        assert verdict("5.2.5", steps=answers, fistula=assessed) == expected

    def test_does_not_matter_under_infusion(self) -> None:
        assert verdict("5.2.5", modality="TAI", steps=steps(fistula_seen="moderate")) == OUT

    @pytest.mark.parametrize(
        ("seen", "modality", "kinds", "is_urgent", "expected"),
        [
            ("severe", "TAI", [], False, KEPT),
            ("severe", "TAI", ["coil"], False, KEPT),
            ("severe", "TAI", ["gelatin_sponge"], False, NOT_KEPT),
            ("severe", "TACE", [], False, NOT_KEPT),
            ("severe", "TAE", ["coil"], True, OUT),
            ("severe", "TACE", [], None, OPEN),
            ("moderate", "TACE", ["ethiodised_oil"], False, OUT),
        ],
    )
    def test_that_is_severe_is_infused_only(
        self, seen: str, modality: str, kinds: list[str], is_urgent: bool | None, expected: str
    ) -> None:
        targets = [target(embolisations=[material(kind) for kind in kinds])]
        changes = {"modality": modality, "targets": targets, "is_urgent": is_urgent}

        assert verdict("5.2.6", steps=steps(fistula_seen=seen), **changes) == expected

    def test_stops_the_plan_of_an_embolisation(self) -> None:
        planned = {"modality": "TACE", "fistula": "severe", "is_urgent": False}

        assert finding("5.2.6", planned)["verdict"] == NOT_KEPT
        assert finding("5.2.6", {**planned, "modality": "TAI"})["verdict"] == OPEN


class TestModality:
    @pytest.mark.parametrize(
        ("modality", "agents", "kinds", "expected"),
        [
            ("TACE", 1, ["ethiodised_oil"], KEPT),
            ("TACE", 1, [], NOT_KEPT),
            ("TACE", 0, ["ethiodised_oil"], NOT_KEPT),
            ("TAE", 0, ["microspheres"], KEPT),
            ("TAE", 0, ["coil"], KEPT),
            ("TAE", 1, ["microspheres"], NOT_KEPT),
            ("TAE", 0, [], NOT_KEPT),
            ("TAI", 1, [], KEPT),
            ("TAI", 1, ["coil"], KEPT),
            ("TAI", 1, ["gelatin_sponge"], NOT_KEPT),
            ("TAI", 0, [], NOT_KEPT),
            ("TACE", 1, [None], KEPT),
            ("TAI", 1, [None], OPEN),
            (None, 1, ["ethiodised_oil"], OPEN),
        ],
    )
    def test_matches_what_was_given(
        self, modality: str | None, agents: int, kinds: list[str | None], expected: str
    ) -> None:
        given = target(administrations=[agent()] * agents, embolisations=[material(kind) for kind in kinds])

        assert verdict("5.3.1", modality=modality, targets=[given]) == expected

    def test_is_open_while_the_procedure_goes_on(self) -> None:
        targets = [target(embolisations=[])]

        assert verdict("5.3.1", targets=targets, is_ended=False) == OPEN
        assert missing("5.3.1", targets=targets, is_ended=False) == ["targets.1.embolisations"]
        assert verdict("5.3.1", targets=[], is_ended=False) == OPEN


class TestBothSides:
    STEP = "right_and_left_infused_separately"

    @pytest.mark.parametrize(
        ("answer", "expected"), [("yes", KEPT), ("no", NOT_KEPT), ("does_not_apply", OUT)]
    )
    def test_are_told_by_the_step(self, answer: str, expected: str) -> None:
        assert verdict("5.3.4", steps=steps(**{self.STEP: answer})) == expected

    def test_infused_in_their_own_targets_are_separate(self) -> None:
        targets = [target(1), target(2, artery="a3", side="left")]

        assert verdict("5.3.4", targets=targets) == KEPT

    def test_of_which_one_was_not_infused_are_asked_about(self) -> None:
        targets = [target(1), target(2, side="left", administrations=[])]

        assert verdict("5.3.4", targets=targets) == OPEN
        assert missing("5.3.4", targets=targets) == [f"steps.{self.STEP}"]

    @pytest.mark.parametrize(
        ("segments", "expected"),
        [
            ([["8"]], OUT),
            ([["8"], ["5", "6"]], OUT),
            ([["8"], ["3"]], OPEN),
            ([["8"], []], OPEN),
            ([["1"]], OPEN),
            ([], OPEN),
        ],
    )
    def test_feed_where_lesions_lie_on_both(self, segments: list[list[str]], expected: str) -> None:
        lesions = [lesion(f"L{number}", segments=one) for number, one in enumerate(segments, start=1)]

        assert verdict("5.3.4", lesions=lesions) == expected

    def test_matter_for_infusions_only(self) -> None:
        assert verdict("5.3.4", modality="TAE", steps=steps(**{self.STEP: "no"})) == OUT


class TestTip:
    @pytest.mark.parametrize("branch", ["beyond_cystic", "beyond_right_gastric", "beyond_gastroepiploic"])
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [("yes", KEPT), (True, KEPT), ("no", NOT_KEPT), (False, NOT_KEPT), ("not_known", OPEN)],
    )
    def test_lies_beyond_each_branch(self, branch: str, answer: Any, expected: str) -> None:
        targets = [target(1), target(2, **{branch: answer})]

        assert verdict("5.3.5", targets=targets) == expected

    @pytest.mark.parametrize("changes", [{"kind": "extrahepatic"}, {"level": "extrahepatic"}])
    def test_of_a_feeder_from_outside_passes_none(self, changes: dict[str, Any]) -> None:
        outside = target(2, beyond_cystic="not_known", **changes)

        assert verdict("5.3.5", targets=[outside]) == OUT
        assert verdict("5.3.5", targets=[target(1), outside]) == KEPT

    def test_is_asked_for_before_there_is_a_target(self) -> None:
        assert missing("5.3.5", targets=[]) == ["targets"]


class TestOrder:
    @pytest.mark.parametrize(
        ("infusion", "embolisation", "expected"),
        [(1, 2, KEPT), (2, 2, OPEN), (3, 2, NOT_KEPT), (None, 2, OPEN), (1, None, OPEN)],
    )
    def test_is_infusion_then_embolisation(
        self, infusion: int | None, embolisation: int | None, expected: str
    ) -> None:
        given = target(administrations=[agent("solution", infusion)], embolisations=[oil(order=embolisation)])

        assert verdict("5.3.7", targets=[given]) == expected

    @pytest.mark.parametrize("carrier", ["oil_emulsion", "beads"])
    def test_is_not_asked_of_what_goes_in_together(self, carrier: str) -> None:
        assert verdict("5.3.7", targets=[target(administrations=[agent(carrier, 9)])]) == OUT

    def test_counts_the_material_for_the_tumour_only(self) -> None:
        closed_first = target(
            administrations=[agent("solution", 2)], embolisations=[material("coil", 1), oil(order=3)]
        )

        assert verdict("5.3.7", targets=[closed_first]) == KEPT

    def test_of_every_target_counts(self) -> None:
        good = target(1, administrations=[agent("solution", 1)])
        bad = target(2, administrations=[agent("solution", 3)])

        assert verdict("5.3.7", targets=[good, bad]) == NOT_KEPT

    def test_is_open_while_the_procedure_goes_on(self) -> None:
        given = target(administrations=[agent("solution")], embolisations=[])

        assert verdict("5.3.7", targets=[given], is_ended=False) == OPEN
        assert verdict("5.3.7", targets=[given]) == OUT


class TestEmulsion:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"administrations": []}, OUT),
            ({"embolisations": [material("gelatin_sponge")]}, OUT),
            ({}, KEPT),
        ],
    )
    def test_is_asked_of_oil_with_a_drug(self, changes: dict[str, Any], expected: str) -> None:
        assert verdict("5.3.8", targets=[target(**changes)]) == expected


class TestInjection:
    @pytest.mark.parametrize(
        ("microcatheter", "speed", "step", "expected"),
        [
            ("yes", "slow", None, KEPT),
            ("yes", "fast", None, NOT_KEPT),
            ("no", "slow", None, NOT_KEPT),
            ("no", "", None, NOT_KEPT),
            ("not_known", "slow", None, OPEN),
            ("yes", "", None, OPEN),
            ("yes", "", "yes", KEPT),
            ("yes", "slow", "no", NOT_KEPT),
        ],
    )
    def test_is_slow_and_through_a_microcatheter(
        self, microcatheter: str, speed: str, step: str | None, expected: str
    ) -> None:
        targets = [target(microcatheter=microcatheter, speed=speed)]

        assert verdict("5.3.9", targets=targets, steps=steps(slow_injection=step)) == expected


class TestThickFeeder:
    @pytest.mark.parametrize(
        ("thick", "embolisations", "is_ended", "expected"),
        [
            ("no", [oil()], True, OUT),
            ("yes", [oil(), material("gelatin_sponge")], True, KEPT),
            ("yes", [oil(), material("microspheres")], True, KEPT),
            ("yes", [oil(), material("permanent_particles")], True, KEPT),
            ("yes", [oil(), material("coil")], True, NOT_KEPT),
            ("yes", [oil()], True, NOT_KEPT),
            ("yes", [oil()], False, OPEN),
            ("yes", [oil(), material("microspheres", 1)], True, NOT_KEPT),
            ("yes", [oil(), material("microspheres", 2)], True, OPEN),
            ("yes", [oil(), material("microspheres", None)], True, OPEN),
            ("yes", [oil(order=None), material("microspheres")], True, OPEN),
            ("not_known", [oil()], True, OPEN),
            ("not_known", [oil(), material("microspheres")], True, OPEN),
            ("yes", [material("microspheres")], True, OUT),
            ("yes", [], False, OPEN),
        ],
    )
    def test_gets_grains_after_the_oil(
        self, thick: str, embolisations: list[dict[str, Any]], is_ended: bool, expected: str
    ) -> None:
        targets = [target(is_markedly_thick=thick, embolisations=embolisations)]

        assert verdict("5.3.11", targets=targets, is_ended=is_ended) == expected


class TestResidualSupply:
    @pytest.mark.parametrize(
        ("answer", "end_point", "expected"),
        [
            ("no", "stasis", KEPT),
            ("yes", "stasis", NOT_KEPT),
            ("no", "residual_blush", NOT_KEPT),
            (None, "residual_blush", NOT_KEPT),
            (None, "stasis", OPEN),
        ],
    )
    def test_is_told_by_the_step_and_by_every_end_point(
        self, answer: str | None, end_point: str, expected: str
    ) -> None:
        targets = [target(end_point=end_point)]

        assert verdict("5.3.12", targets=targets, steps=steps(residual_supply=answer)) == expected

    def test_is_not_judged_of_an_infusion(self) -> None:
        assert verdict("5.3.12", modality="TAI", steps=steps(residual_supply="yes")) == OUT


class TestUnknown:
    # Facts that stand alone in the record, with all that they may be.
    VALUES: dict[str, list[Any]] = {
        "modality": ["TACE", "TAE", "TAI"],
        "fistula": ["none", "mild", "severe"],
        "is_urgent": [False, True],
    }

    @pytest.mark.parametrize(
        "opened", [*itertools.combinations(VALUES, 1), *itertools.combinations(VALUES, 2), tuple(VALUES)]
    )
    @pytest.mark.parametrize("closed", ["yes", "no"])
    def test_agrees_with_every_completion(self, opened: tuple[str, ...], closed: str) -> None:
        """The contract's rule: known exactly where all completions agree, missing exactly what can change it."""
        answers = steps(fistula_seen=None, fistula_closed_first=closed)
        rest = [name for name in self.VALUES if name not in opened]
        for values in itertools.product(*(self.VALUES[name] for name in rest)):
            given = record(steps=answers, **dict(zip(rest, values, strict=True)))
            whole = {
                combination: technique.findings({**given, **dict(zip(opened, combination, strict=True))})
                for combination in itertools.product(*(self.VALUES[name] for name in opened))
            }
            for place, found in enumerate(technique.findings({**given, **dict.fromkeys(opened)})):
                seen = {combination: one[place]["verdict"] for combination, one in whole.items()}
                agreed = set(seen.values())
                assert found["verdict"] == (agreed.pop() if len(agreed) == 1 else OPEN), found["clause"]
                assert set(found["missing"]) == {
                    name for index, name in enumerate(opened) if _changes(seen, index)
                }, found["clause"]


def _changes(seen: dict[tuple[Any, ...], str], index: int) -> bool:
    """Whether two combinations that differ only at that place come to different verdicts."""
    return any(
        seen[one] != seen[other]
        for one, other in itertools.combinations(seen, 2)
        if [*one[:index], *one[index + 1 :]] == [*other[:index], *other[index + 1 :]]
    )


class TestParts:
    def test_are_each_read_by_a_clause_and_have_a_label(self) -> None:
        read = {name for clause in technique.CLAUSES for name in clause.needs}

        assert read == set(procedure_parts.READERS) == set(procedure_parts.LABELS)

    @pytest.mark.parametrize("name", list(procedure_parts.READERS))
    def test_of_an_empty_record_are_open_and_say_what_is_missing(self, name: str) -> None:
        part = procedure_parts.READERS[name](Record({}))

        assert len(part.possible) > 1 or name in {"oil_ml_per_cm", "oil_meets_beads"}
        assert bool(part.missing) == (len(part.possible) > 1)

    @pytest.mark.parametrize("name", list(procedure_parts.READERS))
    def test_of_a_whole_record_are_one_or_never_asked(self, name: str) -> None:
        part = procedure_parts.READERS[name](Record(record()))

        assert len(part.possible) == 1 or name in {
            "infusion_came_first",
            "granular_after_oil",
            "infused_separately",
        }


class TestBeforeSigning:
    def test_needs_the_required_steps(self) -> None:
        assert technique.before_signing(record()) == []
        assert technique.before_signing(record(steps={})) == [("proper_hepatic_artery_open", "answer")]

    def test_needs_a_reason_for_each_departure(self) -> None:
        answers = {
            **steps(residual_supply="yes", venous_phase="no"),
            "dsa": {"answer": "no", "because": "  "},
            "collaterals_sought": {"answer": "no", "because": "no time"},
        }

        gaps = technique.before_signing(record(steps=answers))

        assert [(gap.step, gap.needs) for gap in gaps] == [
            ("dsa", "reason"),
            ("venous_phase", "reason"),
            ("residual_supply", "reason"),
        ]

    def test_leaves_out_what_is_not_asked(self) -> None:
        answers = steps(non_target_avoided="no", fistula_closed_first="no")

        assert technique.before_signing(record(modality="TAI", steps=answers)) == []
