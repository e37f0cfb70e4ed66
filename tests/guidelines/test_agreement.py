"""Cohen's kappa: worked examples, what is undefined, and what no pair of readers can break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines import agreement

IN_ORDER = ("CR", "PR", "SD", "PD")
readings = st.lists(st.tuples(st.sampled_from(IN_ORDER), st.sampled_from(IN_ORDER)), min_size=1, max_size=30)


def pairs(**times: int) -> list[tuple[str, str]]:
    return [(name[0], name[1]) for name, count in times.items() for _ in range(count)]


class TestKappa:
    def test_follows_the_worked_example(self) -> None:
        # 50 pairs, 20 and 15 agree: observed 0.7, expected 0.5.
        found = agreement.kappa(pairs(yy=20, yn=5, ny=10, nn=15))

        assert found.n == 50
        assert (found.observed, found.expected) == (0.7, 0.5)
        assert found.kappa == pytest.approx(0.4)

    def test_of_nothing_is_not_defined(self) -> None:
        found = agreement.kappa([])

        assert (found.n, found.observed, found.expected, found.kappa) == (0, None, None, None)

    def test_of_one_category_only_is_not_defined(self) -> None:
        found = agreement.kappa(pairs(yy=9))

        assert (found.observed, found.expected, found.kappa) == (1, 1, None)

    def test_is_below_zero_where_readers_agree_less_than_by_chance(self) -> None:
        assert agreement.kappa(pairs(yn=5, ny=5)).kappa == -1

    @given(readings)
    def test_is_never_above_one_and_does_not_care_who_read_first(self, given: list[tuple[str, str]]) -> None:
        found = agreement.kappa(given)
        turned = agreement.kappa([(other, one) for one, other in given])

        assert found.kappa is None or -1 <= found.kappa <= 1
        assert found.kappa == turned.kappa


class TestWeightedKappa:
    def test_weighs_by_distance(self) -> None:
        # Weights 1, 1/2, 0. Observed (4 + 2 × ½) / 6; expected by the margins 2/6 each: 20/36.
        given = [("a", "a"), ("b", "b"), ("c", "c"), ("a", "a"), ("b", "c"), ("c", "b")]
        found = agreement.weighted_kappa(given, ("a", "b", "c"))

        assert found.observed == pytest.approx(5 / 6)
        assert found.expected == pytest.approx(20 / 36)
        assert found.kappa == pytest.approx((5 / 6 - 20 / 36) / (1 - 20 / 36))

    def test_of_two_categories_is_the_plain_one(self) -> None:
        given = pairs(yy=20, yn=5, ny=10, nn=15)

        assert agreement.weighted_kappa(given, ("y", "n")).kappa == agreement.kappa(given).kappa

    def test_names_the_publication(self) -> None:
        assert agreement.kappa([]).source == "cohen-1960"
        assert agreement.weighted_kappa([], IN_ORDER).source == "cohen-1968"

    @pytest.mark.parametrize("in_order", [("y",), ("y", "x"), ()])
    def test_refuses_categories_that_have_no_order(self, in_order: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="not ordered"):
            agreement.weighted_kappa(pairs(yn=1), in_order)

    def test_refuses_a_single_category(self) -> None:
        with pytest.raises(ValueError, match="fewer than two"):
            agreement.weighted_kappa(pairs(yy=1), ("y",))

    @given(readings)
    def test_gives_near_misses_their_part(self, given: list[tuple[str, str]]) -> None:
        observed = agreement.weighted_kappa(given, IN_ORDER).observed

        assert observed is not None
        assert observed >= (agreement.kappa(given).observed or 0)
