"""The small charts: inside their frame, in the right order, with a band and an axis that fit."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients import lab_chart

DAY = date(2026, 2, 18)


def drawn(*amounts, limits=(None, None)):
    return lab_chart.draw(
        [lab_chart.Dated(DAY + timedelta(days=10 * at), amount, "") for at, amount in enumerate(amounts)],
        limits,
    )


class TestChart:
    def test_draws_more_above_less_and_later_right_of_earlier(self):
        low, high = drawn(19, 27).points

        assert high.y < low.y
        assert low.x < high.x

    # Six digits behind the point are as many as the column holds.
    @given(
        st.lists(st.just(0) | st.floats(1e-6, 1e8), min_size=1, max_size=8),
        st.floats(0, 1e4),
        st.floats(1, 1e4),
    )
    def test_keeps_everything_inside_the_frame(self, amounts, low, width):
        chart = drawn(*amounts, limits=(low, low + width))

        heights = [point.y for point in chart.points] + [tick.at for tick in chart.ticks] + list(chart.band)
        assert all(lab_chart.TOP <= y <= lab_chart.HEIGHT - lab_chart.BOTTOM for y in heights)
        assert all(lab_chart.LEFT <= point.x <= lab_chart.WIDTH - lab_chart.RIGHT for point in chart.points)
        assert chart.band_height >= 0

    @pytest.mark.parametrize(("largest", "is_logarithmic"), [(49.9, False), (50, True), (50.1, True)])
    def test_turns_logarithmic_when_the_span_is_wide(self, largest, is_logarithmic):
        assert drawn(1, largest).is_logarithmic is is_logarithmic

    def test_has_at_least_two_ticks(self):
        assert len(drawn(0.95).ticks) >= 2
        assert len(drawn(19, 27).ticks) >= 2

    def test_lets_an_open_band_reach_the_frame(self):
        upper, lower = drawn(52, 60, limits=(None, 55)).band

        assert lower == lab_chart.HEIGHT - lab_chart.BOTTOM
        assert upper < lower

    def test_names_one_day_once(self):
        assert len(drawn(19).days) == 1
        assert len(drawn(19, 27).days) == 2
