"""The sum of a scan: what counts for each target where lesions are gone, too small, merged, split or not measured."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidelines import lesion_sums, lesions
from guidelines.entry import FactError
from guidelines.lesion_sums import ScanSum
from guidelines.lesions import DISAPPEARED, MERGED, NEW, NOT_EVALUABLE, SPLIT, SPLIT_FROM, TOO_SMALL, Seen
from tests.guidelines.lesions import lesion, scan, there

FIRST = {"L1": there(40), "L2": there(20)}
TARGETS = [lesion("L1"), lesion("L2")]


def summed(*seen: dict[str, Seen], criterion: str = "mrecist") -> ScanSum:
    return lesion_sums.of_scan(criterion, TARGETS, [scan(place, one) for place, one in enumerate(seen)])


def rows(found: ScanSum) -> list[tuple[str, Any]]:
    return [(line.how, line.mm) for line in found.lines]


def into(other: str) -> Seen:
    return Seen(status=MERGED, other=other)


def part_of(other: str, viable_mm: float | None) -> Seen:
    return Seen(status=SPLIT_FROM, other=other, longest_mm=viable_mm, viable_mm=viable_mm)


class TestSum:
    def test_adds_viable_parts_for_mrecist_and_whole_lesions_for_recist(self) -> None:
        seen = {"L1": there(12, longest_mm=40), "L2": there(0, longest_mm=18)}

        assert summed(seen).total == 12
        assert summed(seen, criterion="recist_1_1").total == 58

    def test_keeps_decimals_as_they_were_written(self) -> None:
        seen = {"L1": Seen(viable_mm=Decimal("10.1")), "L2": there(0.2, longest_mm=9)}

        assert summed(seen).total == Fraction("10.3")

    def test_counts_what_is_gone_as_nothing(self) -> None:
        found = summed({"L1": there(30), "L2": Seen(status=DISAPPEARED)})

        assert rows(found) == [("measured", 30), ("gone", 0)]

    def test_counts_what_is_too_small_to_measure_as_5_mm(self) -> None:
        found = summed({"L1": there(30), "L2": Seen(status=TOO_SMALL)})

        assert (rows(found)[1], found.total) == (("too_small", 5), 35)

    def test_takes_the_diameter_of_a_small_lesion_where_there_is_one(self) -> None:
        assert rows(summed({"L1": there(30), "L2": Seen(status=TOO_SMALL, viable_mm=3)}))[1] == (
            "measured",
            3,
        )

    @pytest.mark.parametrize(
        ("second", "how"),
        [
            ({}, "unknown"),
            ({"L2": Seen()}, "unknown"),
            ({"L2": Seen(longest_mm=20)}, "unknown"),
            ({"L2": Seen(status=NOT_EVALUABLE)}, "not_evaluable"),
        ],
    )
    def test_takes_nothing_that_was_not_measured_for_zero(self, second: dict[str, Seen], how: str) -> None:
        found = summed({"L1": there(30), **second})

        assert (rows(found)[1], found.total, found.at_least) == ((how, None), None, 30)
        assert found.lesions_that_are(how) == ("L2",)


class TestMerging:
    def test_counts_the_merged_lesion_once_by_its_longest_diameter(self) -> None:
        found = summed(FIRST, {"L1": there(55), "L2": into("L1")})

        assert rows(found) == [("merged", 55), ("merged", 0)]
        assert found.total == 55

    def test_counts_it_in_the_first_line_whichever_name_it_keeps(self) -> None:
        assert rows(summed(FIRST, {"L2": there(55), "L1": into("L2")})) == [("merged", 55), ("merged", 0)]

    def test_counts_a_lesion_that_was_no_target_once_a_target_merged_into_it(self) -> None:
        found = summed({**FIRST, "L9": there(15)}, {"L1": there(40), "L2": into("L9"), "L9": there(35)})

        assert rows(found) == [("measured", 40), ("merged", 35)]
        assert found.line_of("L2").pieces[0].lesion == "L9"

    def test_lasts_until_somebody_measures_it_apart(self) -> None:
        merged = {"L1": there(55), "L2": into("L1")}

        assert summed(FIRST, merged, {"L1": there(50)}).total == 50
        assert summed(FIRST, merged, {"L1": there(30), "L2": there(10)}).total == 40

    def test_leaves_the_sum_open_where_the_merged_lesion_was_not_measured(self) -> None:
        found = summed(FIRST, {"L2": into("L1")})

        assert (found.total, rows(found)) == (None, [("unknown", None), ("merged", 0)])


class TestSplitting:
    def test_adds_the_parts(self) -> None:
        found = summed(
            FIRST,
            {"L1": Seen(status=SPLIT), "L1a": part_of("L1", 14), "L1b": part_of("L1", 9), "L2": there(20)},
        )

        assert rows(found)[0] == ("split", 23)
        assert [piece.lesion for piece in found.line_of("L1").pieces] == ["L1a", "L1b"]

    def test_adds_a_part_to_what_is_left_of_the_lesion(self) -> None:
        assert summed(FIRST, {"L1": there(25), "L1a": part_of("L1", 9), "L2": there(20)}).total == 54

    def test_lasts_in_later_scans(self) -> None:
        split = {"L1": Seen(status=SPLIT), "L1a": part_of("L1", 14), "L2": there(20)}

        assert summed(FIRST, split, {"L1a": there(10), "L2": there(20)}).total == 30
        assert summed(FIRST, split, {"L2": there(20)}).total is None

    def test_may_happen_to_a_part(self) -> None:
        found = summed(
            FIRST,
            {"L1": Seen(status=SPLIT), "L1a": part_of("L1", 14), "L2": there(20)},
            {"L1a": Seen(status=SPLIT), "L1b": part_of("L1a", 5), "L1c": part_of("L1a", 4), "L2": there(20)},
        )

        assert found.total == 29

    def test_without_parts_is_unknown(self) -> None:
        assert rows(summed(FIRST, {"L1": Seen(status=SPLIT), "L2": there(20)}))[0] == ("unknown", None)

    def test_may_give_a_part_to_another_lesion(self) -> None:
        found = summed(
            FIRST,
            {"L1": there(25), "L1a": part_of("L1", 9), "L2": there(20)},
            {"L1": there(25), "L1a": into("L2"), "L2": there(28)},
        )

        assert found.total == 53

    def test_counts_a_part_once_that_is_a_target_too(self) -> None:
        found = summed({"L1": there(40), "L2": there(9)}, {"L1": there(25), "L2": part_of("L1", 9)})

        assert (rows(found), found.total) == ([("split", 34), ("split", 0)], 34)


class TestEverySum:
    @settings(max_examples=60)
    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    key: st.one_of(
                        st.floats(0, 100).map(lambda mm: there(round(mm, 1))),
                        st.sampled_from([Seen(status=one) for one in (DISAPPEARED, SPLIT, NOT_EVALUABLE)]),
                        st.sampled_from([other for other in ("L1", "L2", "L3") if other != key]).map(into),
                        st.sampled_from([other for other in ("L1", "L2", "L3") if other != key]).map(
                            lambda other: part_of(other, 7)
                        ),
                    )
                    for key in ("L1", "L2", "L3")
                }
            ),
            min_size=1,
            max_size=4,
        )
    )
    def test_is_that_of_lesions_measured_now_each_once(self, drawn: list[dict[str, Seen]]) -> None:
        scans = [scan(place, seen) for place, seen in enumerate(drawn)]
        try:
            lesions.check([*TARGETS, lesion("L3")], scans)
        except FactError:
            return
        found = lesion_sums.of_scan("mrecist", [*TARGETS, lesion("L3")], scans)
        counted = [piece.lesion for piece in found.pieces]

        assert counted
        assert len(counted) == len(set(counted))
        for piece in found.pieces:
            seen = drawn[-1][piece.lesion]
            assert piece.mm is None or piece.mm == Fraction(str(seen.viable_mm or 0))


class TestCheck:
    @pytest.mark.parametrize(
        ("seen", "key"),
        [
            ({"L9": there(10)}, "L9"),
            ({"L1": Seen(status="shrunk")}, "L1"),
            ({"L1": Seen(status=MERGED)}, "L1"),
            ({"L1": into("L1")}, "L1"),
            ({"L1": into("L9")}, "L1"),
            ({"L1": Seen(other="L2")}, "L1"),
            ({"L1": Seen(longest_mm=500.1)}, "L1"),
            ({"L1": Seen(longest_mm=-0.1)}, "L1"),
            ({"L1": Seen(longest_mm=float("nan"))}, "L1"),
            ({"L1": Seen(longest_mm=20, viable_mm=20.1)}, "L1"),
            ({"L1": Seen(status=DISAPPEARED, longest_mm=3)}, "L1"),
            ({"L1": into("L2"), "L2": into("L1")}, "L1"),
        ],
    )
    def test_refuses_what_cannot_be(self, seen: dict[str, Seen], key: str) -> None:
        with pytest.raises(FactError) as error:
            lesions.check(TARGETS, [scan(0, FIRST), scan(1, seen)])
        assert error.value.key == key

    @pytest.mark.parametrize(
        "seen",
        [
            {"L1": Seen(longest_mm=500, viable_mm=500)},
            {"L1": Seen(longest_mm=0)},
            {"L1": Seen(status=DISAPPEARED, longest_mm=0, viable_mm=0)},
            {"L1": Seen(status=NEW, viable_mm=4)},
            {},
        ],
    )
    def test_lets_the_possible_pass(self, seen: dict[str, Seen]) -> None:
        lesions.check(TARGETS, [scan(0, seen)])

    def test_refuses_a_circle_over_two_scans(self) -> None:
        with pytest.raises(FactError, match="itself"):
            lesions.check(TARGETS, [scan(0, FIRST), scan(1, {"L1": into("L2")}), scan(2, {"L2": into("L1")})])

    def test_wants_the_oldest_scan_first(self) -> None:
        with pytest.raises(FactError) as error:
            lesions.check(TARGETS, [scan(1, FIRST), scan(0, FIRST)])
        assert error.value.key == "scans"

    def test_wants_a_scan(self) -> None:
        with pytest.raises(FactError, match="at least one"):
            lesions.check(TARGETS, [])
