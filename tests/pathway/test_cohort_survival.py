"""Curves against a published example worked by hand, against scipy's own numbers, and at their edges."""

import numpy as np
import pytest
from scipy import stats

from pathway.cohort import masking, survival, survival_page, survival_plot
from pathway.cohort.endpoints import Span

# Remission in weeks under 6-mercaptopurine and placebo (Freireich et al., Blood 1963;21:699), minus: no longer watched.
MERCAPTOPURINE = [
    6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35,
]  # fmt: skip
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def spans(signed):
    return [Span(abs(weeks), weeks > 0) for weeks in signed]


def as_censored(found):
    return stats.CensoredData(
        uncensored=[s.weeks for s in found if s.happened], right=[s.weeks for s in found if not s.happened]
    )


class TestACurve:
    def test_is_that_of_the_textbook(self):
        curve = survival.curve_of("6-MP", spans(MERCAPTOPURINE))

        falls = {step.weeks: (step.at_risk, step.events, round(step.share, 3)) for step in curve.steps}
        assert {weeks: fall for weeks, fall in falls.items() if fall[1]} == {
            6: (21, 3, 0.857),
            7: (17, 1, 0.807),
            10: (15, 1, 0.753),
            13: (12, 1, 0.69),
            16: (11, 1, 0.627),
            22: (7, 1, 0.538),
            23: (6, 1, 0.448),
        }
        assert curve.median()[0] == 23
        assert (curve.count, curve.events) == (21, 9)

    def test_has_the_band_of_greenwoods_formula_on_the_log_log_scale(self):
        step = survival.curve_of("", spans(MERCAPTOPURINE)).steps[0]

        # S(6) = 18/21; the variance of log(-log S) is 3/(21·18) / (log S)².
        share, spread = 18 / 21, np.sqrt(3 / (21 * 18)) / abs(np.log(18 / 21))
        assert step.low == pytest.approx(share ** np.exp(1.959964 * spread), abs=1e-6)
        assert step.high == pytest.approx(share ** np.exp(-1.959964 * spread), abs=1e-6)

    def test_counts_who_leaves_at_the_time_of_an_event_as_still_at_risk(self):
        step = survival.curve_of("", spans([5, -5, -8])).steps[0]

        assert (step.at_risk, step.events, step.censored, step.share) == (3, 1, 1, pytest.approx(2 / 3))

    def test_of_nobody_has_no_step(self):
        curve = survival.curve_of("", [])

        assert (curve.steps, curve.median(), curve.count) == ((), (None, None, None), 0)

    @pytest.mark.parametrize("signed", [[4], [-4], [0], [-0.0], [3, 3], [-2, -9]])
    def test_of_one_or_two_patients_can_be_drawn(self, signed):
        curve = survival.curve_of("", [Span(abs(weeks), weeks > 0) for weeks in signed])

        plot = survival_plot.draw([curve], is_masked=False)
        assert plot.curves[0].line
        assert "nan" not in plot.curves[0].band


class TestTheLogRankTest:
    def test_is_that_of_the_textbook(self):
        found = survival.log_rank([spans(MERCAPTOPURINE), spans(PLACEBO)])

        assert round(found.statistic, 2) == 16.79
        assert found.freedom == 1

    def test_of_two_groups_is_scipys(self):
        ours = survival.log_rank([spans(MERCAPTOPURINE), spans(PLACEBO)])

        theirs = stats.logrank(as_censored(spans(MERCAPTOPURINE)), as_censored(spans(PLACEBO)))
        assert ours.statistic == pytest.approx(theirs.statistic**2)
        assert ours.p == pytest.approx(theirs.pvalue)

    def test_of_three_groups_has_two_degrees_of_freedom_and_does_not_ask_for_their_order(self):
        groups = [spans(MERCAPTOPURINE), spans(PLACEBO), spans([2, 9, -14, 20, 31])]

        found = survival.log_rank(groups)
        assert found.freedom == 2
        assert found.statistic == pytest.approx(survival.log_rank(groups[::-1]).statistic)

    @pytest.mark.parametrize("groups", [[], [[5]], [[-5], [-6]], [[3], []]])
    def test_says_nothing_where_there_is_nothing_to_compare(self, groups):
        assert survival.log_rank([spans(group) for group in groups]) is None


class TestSmallNumbers:
    def test_are_hidden_below_five(self):
        shown = [masking.number(count, is_masked=True) for count in (0, 1, 4, 5)]

        assert shown == ["0", "<5", "<5", "5"]
        assert masking.number(1, is_masked=False) == "1"

    def test_end_a_curve_where_fewer_than_five_are_watched(self):
        whole = survival.curve_of("", spans(MERCAPTOPURINE))

        assert whole.steps[-1].at_risk == 1
        assert min(step.at_risk for step in masking.curve(whole).steps) == 5


class TestTheReadingOfAProbability:
    @pytest.mark.parametrize(
        ("p", "words"), [(0.0009, "p < 0.001"), (0.001, "p = 0.001"), (0.0434, "p = 0.043")]
    )
    def test_has_three_places(self, p, words):
        assert survival_page._p(p) == words
