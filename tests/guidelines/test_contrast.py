"""Contrast medium against kidney function."""

from typing import Any

import pytest

from guidelines import contrast
from guidelines.sitting import Patient

HEALTHY: dict[str, Any] = {"weight_kg": 60.0, "creatinine_umol_per_l": 88.4, "egfr_ml_per_min_1_73m2": 80.0}


def patient(**changes: Any) -> Patient:
    return Patient(**{**HEALTHY, **changes})


class TestByWeightAndCreatinine:
    @pytest.mark.parametrize(("contrast_ml", "verdict"), [(99.9, "within"), (100, "within"), (100.1, "over")])
    def test_ends_at_five_times_weight_over_creatinine(self, contrast_ml: float, verdict: str) -> None:
        meter = contrast.by_weight_and_creatinine(contrast_ml, patient(creatinine_umol_per_l=3 * 88.4))

        assert (meter.verdict, meter.limit) == (verdict, 100)
        assert meter.sentence == "At most 100 mL."

    @pytest.mark.parametrize(("weight_kg", "limit"), [(59.8, 299), (60, 300), (90, 300)])
    def test_never_passes_300(self, weight_kg: float, limit: float) -> None:
        assert contrast.by_weight_and_creatinine(1, patient(weight_kg=weight_kg)).limit == pytest.approx(
            limit
        )

    def test_says_its_limit_before_anything_is_given(self) -> None:
        meter = contrast.by_weight_and_creatinine(None, patient())

        assert (meter.verdict, meter.limit, meter.missing) == ("not_known", 300, ("contrast_ml",))

    def test_asks_for_what_it_needs(self) -> None:
        meter = contrast.by_weight_and_creatinine(120, Patient())

        assert (meter.verdict, meter.missing) == ("not_known", ("weight_kg", "creatinine_umol_per_l"))


class TestByFiltration:
    @pytest.mark.parametrize(
        ("contrast_ml", "verdict"),
        [(160, "within"), (160.1, "watch"), (296, "watch"), (296.1, "over")],
    )
    def test_is_watched_over_twice_and_ends_at_3_7_times(self, contrast_ml: float, verdict: str) -> None:
        meter = contrast.by_filtration(contrast_ml, patient())

        assert (meter.verdict, meter.warn_from, meter.limit) == (verdict, 160, 296)

    def test_works_egfr_out_for_an_adult(self) -> None:
        whole = patient(egfr_ml_per_min_1_73m2=None, age_years=50.0, sex="female")

        assert contrast.by_filtration(100, whole).limit == pytest.approx(3.7 * 68.5, abs=5)

    @pytest.mark.parametrize(
        ("changes", "missing"),
        [
            ({"age_years": 50.0}, ("sex",)),
            ({"age_years": 17.0, "sex": "male"}, ("egfr_ml_per_min_1_73m2",)),
            ({"age_years": 50.0, "sex": "male", "creatinine_umol_per_l": None}, ("creatinine_umol_per_l",)),
        ],
    )
    def test_asks_for_what_gives_egfr(self, changes: dict[str, Any], missing: tuple[str, ...]) -> None:
        meter = contrast.by_filtration(100, patient(egfr_ml_per_min_1_73m2=None, **changes))

        assert (meter.verdict, meter.limit, meter.missing) == ("not_known", None, missing)


class TestKidney:
    @pytest.mark.parametrize(("egfr", "verdict"), [(29.9, "watch"), (30, "within"), (30.1, "within")])
    def test_under_30_asks_for_prophylaxis(self, egfr: float, verdict: str) -> None:
        meter = contrast.kidney(patient(egfr_ml_per_min_1_73m2=egfr))

        assert (meter.verdict, meter.amount) == (verdict, egfr)

    def test_that_is_unknown_is_said(self) -> None:
        assert contrast.kidney(Patient()).missing == ("creatinine_umol_per_l", "age_years", "sex")


class TestClearance:
    @pytest.mark.parametrize("unknown", ["creatinine_umol_per_l", "age_years", "sex", "weight_kg"])
    def test_is_not_worked_out_while_a_fact_is_unknown(self, unknown: str) -> None:
        known: dict[str, Any] = {**HEALTHY, "age_years": 60.0, "sex": "male"}

        assert Patient(**known).creatinine_clearance_ml_per_min == pytest.approx(80 * 60 / 72)
        assert Patient(**{**known, unknown: None}).creatinine_clearance_ml_per_min is None
