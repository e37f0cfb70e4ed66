"""The direct path of complete facts gives what the diagrams give."""

from typing import Any

import pytest

import guidelines
from guidelines import complete

COMPLETE: dict[str, Any] = {
    "age_years": 60, "sex": "male", "child_pugh_class": "A", "creatinine_umol_per_l": 80, "on_dialysis": False,
    "leukocytes_10e9_per_l": 5.6, "platelets_10e9_per_l": 164, "afp_ng_per_ml": 152, "ecog": 0,
    "hypersplenism": False, "recent_chemotherapy": False, "cachexia": False, "multi_organ_failure": False,
    "coagulation": "normal", "infection": "none", "lesion_diameters_mm": [52, 31], "tumour_fraction_pct": 12,
    "capsule": "intact", "margin": "clear", "extrahepatic_spread": "none", "macrovascular_invasion": False,
    "expected_survival_months": 24, "portal_trunk": "patent", "pvtt": "vp0", "fistula": "none",
    "resectability": "unresectable", "surgery": "unsuitable", "ablation": "unsuitable",
    "purpose": "tumour_control", "prior_surgery": "none", "recurrence_after_transplant": False,
    "local_pain": False, "tumour_rupture_bleeding": False, "portal_hypertensive_bleeding": False,
}  # fmt: skip


def by_diagram(facts: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    with monkeypatch.context() as patched:
        patched.setattr(complete, "case", lambda *_given: None)
        return guidelines.eligibility(facts)


class TestTheDirectPath:
    @pytest.mark.parametrize("trunk", ["patent", "partial", ["patent", "partial"], "complete", None])
    @pytest.mark.parametrize("collaterals", [None, "none", "few", "formed"])
    def test_agrees_with_the_diagrams_on_trunk_and_collaterals(
        self, trunk: object, collaterals: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        facts = COMPLETE | {"portal_trunk": trunk, "portal_collaterals": collaterals}

        assert guidelines.eligibility(facts) == by_diagram(facts, monkeypatch)

    @pytest.mark.parametrize("platelets", [52, 59.9, 60])
    def test_agrees_with_the_diagrams_on_a_refusal(
        self, platelets: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        facts = COMPLETE | {"platelets_10e9_per_l": platelets}

        assert guidelines.eligibility(facts) == by_diagram(facts, monkeypatch)
