"""The days after: expected, to be watched, or red; what was not asked or measured stays unknown."""

from typing import Any

import pytest

from guidelines import clauses, settings
from guidelines import embolisation_syndrome as syndrome
from guidelines.embolisation_syndrome import Entry, Judgement, Reason, Value

CALM: dict[str, Any] = {"temperature_c": 36.8, "pain": 0, "nausea": False, "vomiting": False}
NO_SIGNS: dict[str, bool | None] = dict.fromkeys(syndrome.SIGNS, False)


def entry(day: int, **changes: Any) -> Entry:
    return Entry(day=day, **{**CALM, "signs": NO_SIGNS, **changes})


def labs(analyte: str, *values: tuple[int, float]) -> list[Value]:
    return [Value(analyte=analyte, day=day, value=value) for day, value in values]


def ask(*entries: Entry, today: int = 5, values: Any = ()) -> Judgement:
    return syndrome.judge(today=today, entries=entries, values=list(values))


def reason(judged: Judgement, key: str) -> Reason:
    return next(one for one in judged.reasons if one.key == key)


class TestSyndrome:
    @pytest.mark.parametrize(
        ("symptom", "changes"),
        [
            ("fever", {"temperature_c": 38.0}),
            ("pain", {"pain": 1}),
            ("nausea", {"nausea": True}),
            ("vomiting", {"vomiting": True}),
        ],
    )
    @pytest.mark.parametrize(("day", "verdict"), [(6, "expected"), (7, "expected"), (8, "red")])
    def test_is_expected_up_to_day_7(
        self, symptom: str, changes: dict[str, Any], day: int, verdict: str
    ) -> None:
        judged = ask(entry(1, **changes), entry(day, **changes), today=day)

        assert judged.verdict == verdict
        assert reason(judged, symptom).values["day"] == day
        assert bool(reason(judged, symptom).look_for) == (verdict == "red")
        assert reason(judged, symptom).clause == ("6.4" if verdict == "red" else "6.1")

    @pytest.mark.parametrize(
        ("temperature", "verdict"), [(37.9, "nothing"), (38.0, "expected"), (38.1, "expected")]
    )
    def test_counts_fever_from_38(self, temperature: float, verdict: str) -> None:
        assert ask(entry(2, temperature_c=temperature)).verdict == verdict

    def test_that_has_passed_is_over(self) -> None:
        assert ask(entry(2, pain=6), entry(9), today=9).verdict == "nothing"

    def test_that_nobody_asked_about_again_is_to_be_asked(self) -> None:
        judged = ask(entry(5, pain=4), today=8)

        assert judged.verdict == "watch"
        assert reason(judged, "pain").sentence == "Pain on day 5, not asked since."

    @pytest.mark.parametrize(("first_day", "verdict"), [(2, "watch"), (3, "watch"), (4, "expected")])
    def test_begins_within_three_days(self, first_day: int, verdict: str) -> None:
        """Free of fever on a day up to the third, and feverish later: late. Asked first on day 4: nobody knows."""
        judged = ask(entry(first_day), entry(5, temperature_c=38.4))

        assert judged.verdict == verdict

    def test_that_began_early_is_not_late(self) -> None:
        assert ask(entry(1), entry(3, pain=3), entry(5, pain=2)).verdict == "expected"

    def test_leaves_out_what_lies_ahead_or_before(self) -> None:
        judged = ask(entry(-1, pain=8), entry(9, pain=8), entry(2))

        assert judged.verdict == "nothing"

    def test_reads_the_entries_by_day(self) -> None:
        assert ask(entry(4), entry(1, pain=5)).verdict == "nothing"


class TestUnknown:
    def test_is_said_before_anybody_asked(self) -> None:
        judged = ask()

        assert judged.verdict == "not_known"
        assert judged.missing[:4] == ("fever", "pain", "nausea", "vomiting")
        assert judged.missing[-4:] == (
            "leukocytes_10e9_per_l",
            "platelets_10e9_per_l",
            "creatinine_umol_per_l",
            "bilirubin_umol_per_l",
        )

    def test_is_said_where_one_symptom_was_not_asked(self) -> None:
        judged = ask(Entry(day=2, temperature_c=36.8, pain=0, nausea=False))

        assert judged.verdict == "not_known"
        assert "vomiting" in judged.missing
        assert "jaundice" in judged.missing

    def test_asks_for_nothing_when_all_is_known(self) -> None:
        values = [
            *labs("leukocytes_10e9_per_l", (0, 5), (2, 5)),
            *labs("platelets_10e9_per_l", (0, 150), (2, 150)),
            *labs("creatinine_umol_per_l", (0, 80), (2, 80)),
            *labs("bilirubin_umol_per_l", (0, 20), (2, 20)),
        ]

        assert ask(entry(2), values=values).missing == ()

    def test_keeps_what_an_earlier_entry_said(self) -> None:
        judged = ask(entry(1, pain=5), Entry(day=2, temperature_c=36.8))

        assert judged.verdict == "expected"
        assert reason(judged, "pain").values["day"] == 1


class TestSigns:
    @pytest.mark.parametrize("sign", list(syndrome.SIGNS))
    def test_are_never_part_of_the_syndrome(self, sign: str) -> None:
        judged = ask(entry(2, signs={**NO_SIGNS, sign: True}))

        assert judged.verdict == syndrome.SIGNS[sign].verdict
        assert reason(judged, sign).look_for
        assert reason(judged, sign).sentence.endswith("on day 2.")

    def test_that_have_passed_are_over(self) -> None:
        judged = ask(entry(1, signs={**NO_SIGNS, "urination": True}), entry(3))

        assert judged.verdict == "nothing"

    def test_of_the_puncture_and_of_water_are_watched(self) -> None:
        watched = {key for key, sign in syndrome.SIGNS.items() if sign.verdict == "watch"}

        assert watched == {"access_site", "urination"}


class TestInfection:
    @pytest.mark.parametrize(
        ("temperature", "verdict"), [(38.4, "expected"), (38.5, "expected"), (38.6, "red")]
    )
    @pytest.mark.parametrize("analyte", ["leukocytes_10e9_per_l", "procalcitonin_ng_per_ml"])
    def test_is_looked_for_with_high_fever_and_a_rise(
        self, temperature: float, verdict: str, analyte: str
    ) -> None:
        judged = ask(entry(3, temperature_c=temperature), values=labs(analyte, (0, 5.0), (3, 5.1)))

        assert judged.verdict == verdict
        if verdict == "red":
            assert any("abscess" in sentence for sentence in reason(judged, "infection").look_for)

    @pytest.mark.parametrize(("value", "verdict"), [(4.9, "expected"), (5.0, "expected"), (5.1, "red")])
    def test_needs_a_rise(self, value: float, verdict: str) -> None:
        values = [
            *labs("leukocytes_10e9_per_l", (3, value), (1, 5.0)),
            *labs("procalcitonin_ng_per_ml", (1, 0.3), (3, 0.2)),
        ]

        assert ask(entry(3, temperature_c=39), values=values).verdict == verdict

    @pytest.mark.parametrize(
        "values", [[], labs("leukocytes_10e9_per_l", (3, 9)), labs("leukocytes_10e9_per_l", (-3, 5), (0, 9))]
    )
    def test_without_two_values_is_watched(self, values: list[Value]) -> None:
        judged = ask(entry(3, temperature_c=39), values=values)

        assert judged.verdict == "watch"
        assert "measure leukocytes" in reason(judged, "infection").sentence

    def test_is_not_looked_for_when_the_fever_is_over(self) -> None:
        values = labs("leukocytes_10e9_per_l", (0, 5), (3, 9))

        assert ask(entry(2, temperature_c=39), entry(4), values=values).verdict == "nothing"


class TestCreatinine:
    @pytest.mark.parametrize(("value", "is_red"), [(149, False), (150, True), (151, True)])
    def test_is_red_from_half_over_the_baseline(self, value: float, is_red: bool) -> None:
        judged = ask(entry(5), values=labs("creatinine_umol_per_l", (-2, 100), (5, value)))

        assert (judged.verdict == "red") is is_red

    @pytest.mark.parametrize(
        ("day", "value", "is_red"), [(2, 126.4, False), (2, 126.5, True), (2, 126.6, True), (3, 126.5, False)]
    )
    def test_is_red_from_a_jump_within_two_days(self, day: int, value: float, is_red: bool) -> None:
        judged = ask(entry(5), values=labs("creatinine_umol_per_l", (0, 100), (day, value)))

        assert (judged.verdict == "red") is is_red

    def test_that_fell_back_is_no_jump(self) -> None:
        values = labs("creatinine_umol_per_l", (0, 100), (1, 130), (2, 110))

        assert ask(entry(5), values=values).verdict == "nothing"

    def test_of_before_the_procedure_is_no_jump(self) -> None:
        assert ask(entry(5), values=labs("creatinine_umol_per_l", (-2, 100), (0, 140))).verdict == "nothing"


class TestPlatelets:
    @pytest.mark.parametrize(
        ("value", "verdict"),
        [(141, "nothing"), (140, "watch"), (139, "watch"), (101, "watch"), (100, "red"), (99, "red")],
    )
    def test_are_watched_at_30_and_red_at_50_per_cent_less(self, value: float, verdict: str) -> None:
        judged = ask(entry(5), values=labs("platelets_10e9_per_l", (0, 200), (4, value)))

        assert judged.verdict == verdict

    def test_cannot_fall_from_nothing(self) -> None:
        assert ask(entry(5), values=labs("platelets_10e9_per_l", (0, 0), (4, 0))).verdict == "nothing"

    def test_without_a_baseline_are_missing(self) -> None:
        judged = ask(entry(5), values=labs("platelets_10e9_per_l", (4, 20)))

        assert judged.verdict == "nothing"
        assert "platelets_10e9_per_l" in judged.missing


class TestBilirubin:
    @pytest.mark.parametrize(
        ("baseline", "value", "verdict"),
        [(20, 50, "nothing"), (20, 51, "nothing"), (20, 51.1, "red"), (51, 60, "red"), (51.1, 60, "nothing")],
    )
    def test_is_red_when_it_rises_over_51(self, baseline: float, value: float, verdict: str) -> None:
        judged = ask(entry(5), values=labs("bilirubin_umol_per_l", (0, baseline), (4, value)))

        assert judged.verdict == verdict


class TestJudgement:
    def test_puts_the_gravest_reason_first(self) -> None:
        judged = ask(
            entry(3, pain=3, signs={**NO_SIGNS, "urination": True, "jaundice": True}),
            values=labs("platelets_10e9_per_l", (0, 200), (3, 120)),
        )

        assert [one.verdict for one in judged.reasons] == ["red", "watch", "watch", "expected"]
        assert judged.verdict == "red"

    def test_reads_nothing_of_a_day_to_come(self) -> None:
        judged = ask(entry(2), today=2, values=labs("bilirubin_umol_per_l", (0, 20), (9, 200)))

        assert judged.verdict == "nothing"

    def test_cites_the_clauses_that_it_rests_on(self) -> None:

        judged = ask(entry(2, pain=3))

        assert set(judged.clauses) <= set(clauses.ALL)
        assert {sign.clause for sign in syndrome.SIGNS.values() if sign.clause} <= set(clauses.ALL)

    def test_takes_its_days_from_the_clause(self) -> None:

        assert "5 to 7 days" in clauses.ALL["6.4"].says_under(settings.DEFAULT)
        assert (syndrome.USUAL_FROM_DAYS, syndrome.USUAL_TO_DAYS) == (5, 7)
