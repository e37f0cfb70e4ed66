"""Ceilings: doses, bead loads and volumes against the hospital's limits, three cases a threshold."""

from typing import Any

import pytest

from guidelines import agent_meters, doses, reference
from guidelines.meter import Meter

AGENTS = {row["code"]: row for row in reference.AGENTS}
MATERIALS = {row["code"]: row for row in reference.MATERIALS}
# Mosteller: √(200 × 72 / 3600) = 2.0 m².
TWO_M2 = {"height_cm": 200.0, "weight_kg": 72.0}
ADULT = {**TWO_M2, "age_years": 60.0, "sex": "male"}


def ask(
    *given: doses.Dose,
    patient: dict[str, Any] = ADULT,
    earlier: tuple[doses.EarlierDose, ...] = (),
    are_doses_elsewhere_known: bool = True,
    volumes: tuple[doses.Volume, ...] = (),
    agents: Any = AGENTS,
    materials: Any = MATERIALS,
) -> dict[str, Meter]:
    meters = doses.ceilings(
        patient=doses.Patient(**patient),
        given=given,
        earlier=earlier,
        are_doses_elsewhere_known=are_doses_elsewhere_known,
        volumes=volumes,
        contrast_ml=None,
        agents=agents,
        materials=materials,
    )
    return {meter.key: meter for meter in meters}


def dose(agent: str, dose_mg: float, material: str = "") -> doses.Dose:
    return doses.Dose(agent=agent, dose_mg=dose_mg, material=material)


class TestUsualDose:
    @pytest.mark.parametrize(
        ("dose_mg", "verdict", "word"),
        [
            (59.9, "within", "Below"),
            (60, "within", "Within"),
            (150, "within", "Within"),
            (150.2, "watch", "Above"),
        ],
    )
    def test_per_m2_is_compared_with_the_body_surface_of_that_day(
        self, dose_mg: float, verdict: str, word: str
    ) -> None:
        meter = ask(dose("doxorubicin", dose_mg))["doxorubicin.dose"]

        assert (meter.verdict, meter.unit) == (verdict, "mg/m²")
        assert meter.amount == pytest.approx(dose_mg / 2)
        assert meter.sentence == f"{word} the usual 30 to 75 mg/m²."
        assert meter.values["formula"] == "Mosteller"
        assert meter.values["body_surface_m2"] == pytest.approx(2.0)

    @pytest.mark.parametrize(
        ("dose_mg", "verdict"), [(499, "within"), (500, "within"), (1000, "within"), (1001, "watch")]
    )
    def test_flat_needs_no_body_surface(self, dose_mg: float, verdict: str) -> None:
        meter = ask(dose("fluorouracil", dose_mg), patient={})["fluorouracil.dose"]

        assert (meter.verdict, meter.unit, meter.amount) == (verdict, "mg", dose_mg)
        assert meter.values["dose_mg_per_m2"] is None

    @pytest.mark.parametrize(
        ("patient", "missing"),
        [
            ({}, ("height_cm", "weight_kg")),
            ({"height_cm": 170.0}, ("weight_kg",)),
            ({"weight_kg": 70.0}, ("height_cm",)),
        ],
    )
    def test_is_not_known_without_a_body_surface(
        self, patient: dict[str, float], missing: tuple[str, ...]
    ) -> None:
        meter = ask(dose("doxorubicin", 50), patient=patient)["doxorubicin.dose"]

        assert (meter.verdict, meter.amount, meter.missing) == ("not_known", None, missing)
        assert meter.usual == (30.0, 75.0)

    def test_of_an_agent_without_a_range_is_not_known(self) -> None:
        own = {"name": "Idarubicin", "impossible_above_mg": 200}
        meter = ask(dose("idarubicin", 10), agents={"idarubicin": own})["idarubicin.dose"]

        assert (meter.verdict, meter.amount) == ("not_known", 10)
        assert meter.sentence == "No usual range is kept for this agent."

    def test_reads_an_open_lower_end_as_nothing(self) -> None:
        own = {"name": "X", "usual_high": 20, "usual_basis": "flat"}
        meter = ask(dose("x", 1), agents={"x": own})["x.dose"]

        assert (meter.verdict, meter.sentence) == ("within", "Within the usual 0 to 20 mg.")

    def test_adds_up_what_several_targets_got(self) -> None:
        found = ask(dose("doxorubicin", 0.1), dose("doxorubicin", 0.2))

        assert found["doxorubicin.per_procedure"].amount == 0.3


class TestOneProcedure:
    @pytest.mark.parametrize(("dose_mg", "verdict"), [(149.9, "within"), (150, "within"), (150.1, "over")])
    def test_has_a_flat_ceiling(self, dose_mg: float, verdict: str) -> None:
        meter = ask(dose("doxorubicin", dose_mg), patient={})["doxorubicin.per_procedure"]

        assert (meter.verdict, meter.limit) == (verdict, 150)
        assert meter.sentence == "At most 150 mg in one procedure."

    @pytest.mark.parametrize(("dose_mg", "verdict"), [(99.9, "within"), (100, "within"), (100.1, "over")])
    def test_has_a_ceiling_per_m2(self, dose_mg: float, verdict: str) -> None:
        meter = ask(dose("epirubicin", dose_mg))["epirubicin.per_procedure_per_m2"]

        assert (meter.verdict, meter.limit, meter.unit) == (verdict, 50, "mg/m²")

    def test_per_m2_is_not_known_without_a_body_surface(self) -> None:
        meter = ask(dose("epirubicin", 100), patient={})["epirubicin.per_procedure_per_m2"]

        assert (meter.verdict, meter.limit, meter.missing) == ("not_known", 50, ("height_cm", "weight_kg"))


class TestLifetime:
    @pytest.mark.parametrize(
        ("before", "verdict"),
        [(424.9, "within"), (425, "within"), (425.1, "watch"), (525, "watch"), (525.1, "over")],
    )
    def test_adds_today_to_what_was_given_before(self, before: float, verdict: str) -> None:
        earlier = (doses.EarlierDose(agent="doxorubicin", dose_mg_per_m2=before),)
        meter = ask(dose("doxorubicin", 50), earlier=earlier)["doxorubicin.lifetime"]

        assert (meter.verdict, meter.before, meter.limit, meter.warn_from) == (verdict, before, 550, 450)
        assert meter.amount == pytest.approx(before + 25)
        assert not meter.is_lower_end

    def test_counts_milligrams_with_the_body_surface_of_their_day_else_of_today(self) -> None:
        earlier = (
            doses.EarlierDose(agent="doxorubicin", dose_mg=100, body_surface_m2=1.6),
            doses.EarlierDose(agent="doxorubicin", dose_mg=100),
            doses.EarlierDose(agent="epirubicin", dose_mg=1000),
        )
        meter = ask(dose("doxorubicin", 50), earlier=earlier)["doxorubicin.lifetime"]

        assert meter.before == pytest.approx(62.5 + 50)

    @pytest.mark.parametrize(
        ("earlier", "are_known", "missing"),
        [
            ((doses.EarlierDose(agent="doxorubicin"),), True, ("doses_elsewhere",)),
            ((), False, ("doses_elsewhere",)),
            ((doses.EarlierDose(agent="doxorubicin"),), False, ("doses_elsewhere",)),
        ],
    )
    def test_is_a_lower_end_where_a_dose_elsewhere_is_unknown(
        self, earlier: Any, are_known: bool, missing: tuple[str, ...]
    ) -> None:
        meter = ask(dose("doxorubicin", 50), earlier=earlier, are_doses_elsewhere_known=are_known)[
            "doxorubicin.lifetime"
        ]

        assert (meter.verdict, meter.amount, meter.missing) == ("not_known", 25, missing)
        assert meter.is_lower_end
        assert meter.sentence.startswith("At least 25 of 550")

    def test_that_is_over_already_is_over_whatever_is_unknown(self) -> None:
        earlier = (doses.EarlierDose(agent="doxorubicin", dose_mg_per_m2=551),)
        meter = ask(dose("doxorubicin", 50), patient={}, earlier=earlier, are_doses_elsewhere_known=False)[
            "doxorubicin.lifetime"
        ]

        assert (meter.verdict, meter.amount) == ("over", 551)

    def test_without_a_body_surface_asks_for_it_once(self) -> None:
        earlier = (doses.EarlierDose(agent="doxorubicin", dose_mg=100),)
        meter = ask(dose("doxorubicin", 50), patient={}, earlier=earlier)["doxorubicin.lifetime"]

        assert (meter.verdict, meter.missing) == ("not_known", ("height_cm", "weight_kg"))

    @pytest.mark.parametrize(("before", "verdict"), [(44, "within"), (46, "watch"), (56, "over")])
    def test_of_mitomycin_warns_from_50(self, before: float, verdict: str) -> None:
        earlier = (doses.EarlierDose(agent="mitomycin", dose_mg_per_m2=before),)

        assert ask(dose("mitomycin", 10), earlier=earlier)["mitomycin.lifetime"].verdict == verdict


class TestBilirubin:
    @pytest.mark.parametrize(
        ("mg_per_dl", "limit"),
        [
            (1.19, None),
            (1.2, 75),
            (3.0, 75),
            (3.05, 37.5),
            (3.1, 37.5),
            (5.0, 37.5),
            (5.01, 0),
            (5.1, 0),
            (20, 0),
        ],
    )
    def test_reduces_the_usual_dose(self, mg_per_dl: float, limit: float | None) -> None:
        patient = {**ADULT, "bilirubin_umol_per_l": mg_per_dl * 17.1}
        meter = ask(dose("doxorubicin", 10), patient=patient)["doxorubicin.bilirubin"]

        assert meter.limit == limit

    @pytest.mark.parametrize(("dose_mg", "verdict"), [(74.9, "within"), (75, "within"), (75.1, "over")])
    def test_is_over_the_reduced_share(self, dose_mg: float, verdict: str) -> None:
        patient = {**ADULT, "bilirubin_umol_per_l": 34.2}
        meter = ask(dose("doxorubicin", dose_mg), patient=patient)["doxorubicin.bilirubin"]

        assert meter.verdict == verdict
        assert meter.sentence == "Bilirubin 2 mg/dL: give 50 % of the usual dose, at most 75 mg."

    def test_over_the_last_band_forbids_any_dose(self) -> None:
        patient = {"bilirubin_umol_per_l": 120.0}
        meter = ask(dose("doxorubicin", 1), patient=patient)["doxorubicin.bilirubin"]

        assert (meter.verdict, meter.sentence) == ("over", "Bilirubin 7.02 mg/dL: avoid.")

    def test_that_is_unknown_is_asked_for(self) -> None:
        meter = ask(dose("doxorubicin", 50))["doxorubicin.bilirubin"]

        assert (meter.verdict, meter.missing) == ("not_known", ("bilirubin_umol_per_l",))

    def test_needs_the_body_surface_for_a_range_per_m2(self) -> None:
        patient = {"bilirubin_umol_per_l": 34.2, "weight_kg": 70.0}
        meter = ask(dose("doxorubicin", 50), patient=patient)["doxorubicin.bilirubin"]

        assert (meter.verdict, meter.missing) == ("not_known", ("height_cm",))

    @pytest.mark.parametrize(
        ("columns", "limit"),
        [({"usual_high": 40, "usual_basis": "flat"}, 20), ({"most_per_procedure_mg": 60}, 30)],
    )
    def test_takes_the_share_of_a_flat_range_or_ceiling(self, columns: dict[str, Any], limit: float) -> None:
        bands = [{"from_mg_per_dl": 1.2, "to_mg_per_dl": 3.0, "give_pct": 50}]
        own = {"name": "X", "bilirubin_reductions": bands, **columns}
        meter = ask(dose("x", 1), patient={"bilirubin_umol_per_l": 34.2}, agents={"x": own})["x.bilirubin"]

        assert meter.limit == limit

    def test_over_a_closed_last_band_belongs_to_it(self) -> None:
        bands = [{"from_mg_per_dl": 1.2, "to_mg_per_dl": 3.0, "give_pct": 50}]

        assert agent_meters.band_of_bilirubin(bands, 9.0) == bands[0]
        assert agent_meters.band_of_bilirubin([], 9.0) is None


class TestKidney:
    # Cockcroft-Gault of a man of 60 with 72 kg: 80 × 72 / (72 × creatinine in mg/dL) = 80 / creatinine.
    @pytest.mark.parametrize(
        ("clearance", "verdict", "words"),
        [
            (60.1, "within", "no reduction"),
            (60, "within", "no reduction"),
            (59.9, "watch", "under 60: reduce"),
            (50, "watch", "under 60: reduce"),
            (49.9, "watch", "under 50: usually avoided"),
            (30, "watch", "under 50: usually avoided"),
            (29.9, "over", "under 30: avoid"),
        ],
    )
    def test_reduces_cisplatin(self, clearance: float, verdict: str, words: str) -> None:
        patient = {**ADULT, "creatinine_umol_per_l": 88.4 * 80 / clearance}
        meter = ask(dose("cisplatin", 100), patient=patient)["cisplatin.kidney"]

        assert meter.verdict == verdict
        assert meter.amount == pytest.approx(clearance)
        assert words in meter.sentence

    def test_of_a_woman_counts_85_per_cent(self) -> None:
        patient = {**ADULT, "sex": "female", "creatinine_umol_per_l": 88.4}
        meter = ask(dose("cisplatin", 100), patient=patient)["cisplatin.kidney"]

        assert meter.amount == pytest.approx(68)

    def test_that_is_unknown_is_asked_for(self) -> None:
        meter = ask(dose("cisplatin", 100), patient={"weight_kg": 70.0, "sex": "male"})["cisplatin.kidney"]

        assert (meter.verdict, meter.missing) == ("not_known", ("creatinine_umol_per_l", "age_years"))

    def test_reads_advice_of_its_own_making_as_a_reduction(self) -> None:
        own = {"name": "X", "renal_reductions": [{"below_ml_per_min": 90, "advice": "half"}]}
        patient = {**ADULT, "creatinine_umol_per_l": 88.4}

        assert ask(dose("x", 1), patient=patient, agents={"x": own})["x.kidney"].verdict == "watch"


class TestAnthracyclinesTogether:
    @pytest.mark.parametrize(
        ("epirubicin", "verdict"),
        [(399.9, "within"), (400, "within"), (400.1, "watch"), (490.9, "watch"), (490.91, "over")],
    )
    def test_are_one_fraction_of_their_ceilings(self, epirubicin: float, verdict: str) -> None:
        """Doxorubicin 250 mg/m² with today: 250/550 and 250/450 of it; epirubicin fills the rest of 900."""
        earlier = (
            doses.EarlierDose(agent="doxorubicin", dose_mg_per_m2=225),
            doses.EarlierDose(agent="epirubicin", dose_mg_per_m2=epirubicin),
        )
        meter = ask(dose("doxorubicin", 50), earlier=earlier)["anthracyclines.lifetime"]

        assert meter.verdict == verdict
        assert meter.amount == pytest.approx((250 / 550 + epirubicin / 900) * 100, abs=1e-4)
        assert meter.before == pytest.approx((225 / 550 + epirubicin / 900) * 100, abs=1e-4)
        assert meter.limit == 100

    def test_have_no_meter_where_none_is_given_today(self) -> None:
        earlier = (doses.EarlierDose(agent="doxorubicin", dose_mg_per_m2=500),)

        assert "anthracyclines.lifetime" not in ask(dose("cisplatin", 50), earlier=earlier)

    def test_have_no_meter_without_ceilings(self) -> None:
        own = {"name": "X", "is_anthracycline": True}

        assert "anthracyclines.lifetime" not in ask(dose("x", 5), agents={"x": own})

    def test_say_that_they_are_a_lower_end(self) -> None:
        meter = ask(dose("doxorubicin", 50), are_doses_elsewhere_known=False)["anthracyclines.lifetime"]

        assert (meter.verdict, meter.missing) == ("not_known", ("doses_elsewhere",))
        assert meter.sentence == "At least 4.5 % of the lifetime ceilings together."

    def test_do_not_ask_for_a_body_size_of_what_is_not_given(self) -> None:
        meter = ask(dose("doxorubicin", 50), patient={})["anthracyclines.lifetime"]

        assert (meter.verdict, meter.amount, meter.warn_from) == ("not_known", 0, None)
        assert meter.missing == ("height_cm", "weight_kg")


class TestBeads:
    @pytest.mark.parametrize(("dose_mg", "verdict"), [(149.9, "within"), (150, "within"), (150.1, "over")])
    def test_carry_at_most_their_load(self, dose_mg: float, verdict: str) -> None:
        found = ask(dose("doxorubicin", dose_mg - 50, "dc-bead"), dose("doxorubicin", 50, "dc-bead"))

        assert found["dc-bead.load"].verdict == verdict
        assert found["dc-bead.load"].of == "DC Bead"

    def test_without_a_limit_have_no_meter(self) -> None:
        assert "callispheres.load" not in ask(dose("doxorubicin", 500, "callispheres"))


class TestVolume:
    @pytest.mark.parametrize(
        ("volume_ml", "verdict"),
        [(14.9, "within"), (15, "within"), (15.1, "watch"), (20, "watch"), (20.1, "over")],
    )
    def test_of_oil_is_watched_over_15_and_ends_at_20(self, volume_ml: float, verdict: str) -> None:
        volumes = (
            doses.Volume(material="ethiodised-oil", volume_ml=5),
            doses.Volume(material="ethiodised-oil", volume_ml=volume_ml - 5),
        )
        meter = ask(volumes=volumes)["ethiodised-oil.volume"]

        assert (meter.verdict, meter.warn_from, meter.limit) == (verdict, 15, 20)

    @pytest.mark.parametrize(("volume_ml", "verdict"), [(5, "not_known"), (16, "not_known"), (20.5, "over")])
    def test_that_nobody_wrote_down_leaves_a_lower_end(self, volume_ml: float, verdict: str) -> None:
        volumes = (
            doses.Volume(material="ethiodised-oil", volume_ml=volume_ml),
            doses.Volume(material="ethiodised-oil", volume_ml=None),
        )
        meter = ask(volumes=volumes)["ethiodised-oil.volume"]

        assert (meter.verdict, meter.is_lower_end, meter.missing) == (verdict, True, ("volume_ml",))

    def test_of_a_material_without_limits_has_no_meter(self) -> None:
        volumes = (doses.Volume(material="gelatin-sponge", volume_ml=3),)

        assert "gelatin-sponge.volume" not in ask(volumes=volumes)

    def test_with_a_warning_only_says_so(self) -> None:
        own = {"x": {"name": "X", "warn_volume_ml": 4}}
        meter = ask(volumes=(doses.Volume(material="x", volume_ml=5),), materials=own)["x.volume"]

        assert (meter.verdict, meter.sentence) == ("watch", "5 mL; watched from 4 mL.")


class TestSlip:
    @pytest.mark.parametrize(("dose_mg", "is_slip"), [(1499.9, False), (1500, False), (1500.1, True)])
    def test_is_what_nobody_gives(self, dose_mg: float, is_slip: bool) -> None:
        assert doses.is_impossible(AGENTS["doxorubicin"], dose_mg) is is_slip

    def test_of_a_thousand_is_likely_meant_a_thousandth(self) -> None:
        assert doses.likely_meant_mg(AGENTS["doxorubicin"], 50_000) == 50
        assert doses.likely_meant_mg(AGENTS["doxorubicin"], 5_000_000) is None


class TestOrder:
    def test_is_that_of_the_agents_given(self) -> None:
        found = list(ask(dose("mitomycin", 10), dose("cisplatin", 80)))

        assert found[0] == "mitomycin.dose"
        assert found.index("mitomycin.dose") < found.index("cisplatin.dose")
        assert found[-3:] == ["contrast.cigarroa", "contrast.egfr", "contrast.kidney"]

    def test_names_every_meter_once(self) -> None:
        meters = ask(*(dose(code, 10) for code in AGENTS))

        assert all(meter.source for meter in meters.values())
        assert all(meter.sentence.endswith(".") for meter in meters.values())
