"""Radiation: units, the levels of Stecker 2009, six months together, the skin check."""

from datetime import date, timedelta

import pytest

from guidelines import radiation, units
from guidelines.meter import Meter

TODAY = date(2026, 3, 2)


def ask(*earlier: radiation.Exposure, **today: float) -> dict[str, Meter]:
    found = radiation.levels(radiation.Exposure(on=TODAY, **today), earlier)
    return {meter.key: meter for meter in found}


def exposure(days_ago: int, air_kerma_mgy: float | None) -> radiation.Exposure:
    return radiation.Exposure(on=TODAY - timedelta(days=days_ago), air_kerma_mgy=air_kerma_mgy)


class TestUnits:
    @pytest.mark.parametrize(
        ("table", "unit", "entered", "canonical"),
        [
            (radiation.DOSE_AREA_PRODUCT, "Gy·cm²", 318, 318),
            (radiation.DOSE_AREA_PRODUCT, "cGy*cm2", 31800, 318),
            (radiation.DOSE_AREA_PRODUCT, "uGy*m2", 31800, 318),
            (radiation.DOSE_AREA_PRODUCT, "µGy·m²", 31800, 318),
            (radiation.DOSE_AREA_PRODUCT, "mGy·cm²", 318000, 318),
            (radiation.AIR_KERMA, "Gy", 2.1, 2100),
            (radiation.AIR_KERMA, "mGy", 2100, 2100),
            (radiation.AIR_KERMA, "cGy", 210, 2100),
            (radiation.FLUOROSCOPY, "s", 1800, 30),
            (radiation.FLUOROSCOPY, "min", 30, 30),
            (radiation.CONTRAST, "mL", 120, 120),
        ],
    )
    def test_convert_exactly(
        self, table: tuple[units.Unit, ...], unit: str, entered: float, canonical: float
    ) -> None:
        found = units.find(table, unit)

        assert found is not None
        assert found.to_canonical(entered) == canonical


class TestLevels:
    @pytest.mark.parametrize(
        ("key", "fact", "notify", "substantial"),
        [
            ("radiation.air_kerma", "air_kerma_mgy", 3000, 5000),
            ("radiation.dose_area_product", "dose_area_product_gy_cm2", 300, 500),
            ("radiation.fluoroscopy", "fluoroscopy_min", 30, 60),
            ("radiation.peak_skin_dose", "peak_skin_dose_mgy", 2000, 3000),
        ],
    )
    def test_are_reached_at_their_number(
        self, key: str, fact: str, notify: float, substantial: float
    ) -> None:
        verdicts = [
            ask(**{fact: amount})[key].verdict
            for amount in (notify - 1, notify, notify + 1, substantial - 1, substantial, substantial + 1)
        ]

        assert verdicts == ["within", "watch", "watch", "watch", "over", "over"]

    @pytest.mark.parametrize(("kerma", "verdict"), [(14_999, "over"), (15_000, "over"), (15_001, "sentinel")])
    def test_over_15_gy_ask_for_a_review(self, kerma: float, verdict: str) -> None:
        assert ask(air_kerma_mgy=kerma)["radiation.air_kerma"].verdict == verdict

    def test_of_a_large_area_are_no_sentinel(self) -> None:
        assert ask(dose_area_product_gy_cm2=16_000)["radiation.dose_area_product"].verdict == "over"

    def test_that_nobody_wrote_down_are_not_known(self) -> None:
        found = ask()

        assert {meter.verdict for meter in found.values()} == {"not_known"}
        assert "radiation.peak_skin_dose" not in found
        assert found["radiation.air_kerma"].missing == ("air_kerma_mgy",)
        assert found["radiation.air_kerma"].sentence == "Not all dose reports say it."

    def test_say_what_is_reached(self) -> None:
        assert ask(fluoroscopy_min=60)["radiation.fluoroscopy"].sentence == (
            "Substantial level, 60 min, is reached: skin check after 10 to 14 days."
        )


class TestSixMonths:
    @pytest.mark.parametrize(("before", "verdict"), [(2999, "watch"), (3000, "over"), (3001, "over")])
    def test_count_together(self, before: float, verdict: str) -> None:
        meter = ask(exposure(40, before), air_kerma_mgy=2000)["radiation.air_kerma_six_months"]

        assert (meter.verdict, meter.amount, meter.before) == (verdict, before + 2000, before)

    @pytest.mark.parametrize(
        ("on", "is_counted"),
        [
            (date(2025, 9, 1), False),
            (date(2025, 9, 2), True),
            (date(2025, 9, 3), True),
            (date(2026, 3, 3), False),
        ],
    )
    def test_begin_on_the_same_day_six_months_before(self, on: date, is_counted: bool) -> None:
        earlier = radiation.Exposure(on=on, air_kerma_mgy=1000)
        meter = ask(earlier, air_kerma_mgy=500)["radiation.air_kerma_six_months"]

        assert meter.before == (1000 if is_counted else 0)

    def test_of_a_day_that_the_month_lacks_begin_on_its_last(self) -> None:
        assert radiation.months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
        assert radiation.months_before(date(2026, 1, 15), 6) == date(2025, 7, 15)

    @pytest.mark.parametrize(("today", "verdict"), [(1000.0, "not_known"), (5000.0, "over")])
    def test_with_an_unknown_dose_are_a_lower_end(self, today: float, verdict: str) -> None:
        meter = ask(exposure(10, None), air_kerma_mgy=today)["radiation.air_kerma_six_months"]

        assert (meter.verdict, meter.is_lower_end, meter.missing) == (verdict, True, ("air_kerma_mgy",))

    def test_before_today_is_written_down_show_what_was_given(self) -> None:
        meter = ask(exposure(10, 2000))["radiation.air_kerma_six_months"]

        assert (meter.verdict, meter.amount, meter.before) == ("not_known", 2000, 2000)


class TestSkinCheck:
    @pytest.mark.parametrize(("kerma", "is_needed"), [(4999, False), (5000, True), (15_001, True)])
    def test_is_needed_from_a_substantial_level(self, kerma: float, is_needed: bool) -> None:
        found = list(ask(air_kerma_mgy=kerma).values())

        assert radiation.needs_skin_check(found) is is_needed

    def test_is_due_after_10_to_14_days(self) -> None:
        assert radiation.skin_check_window(TODAY) == (date(2026, 3, 12), date(2026, 3, 16))
