"""The order in which a clinician thinks: which fact stands in which section, and when it is asked at all.

Names only: what each fact is (label, unit, range, choices) is declared once, in `guidelines.facts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments import entries
from guidelines import facts as declared


@dataclass(frozen=True)
class Section:
    """A part of the form. `more` is folded: values that only a score reads, or that stand in for another."""

    key: str
    title: Promise
    short_title: Promise
    facts: tuple[str, ...]
    more: tuple[str, ...] = ()

    @property
    def all_facts(self) -> tuple[str, ...]:
        return self.facts + self.more


SECTIONS = (
    Section(
        "liver",
        _("Liver function and blood"),
        _("Liver function"),
        (
            "bilirubin_umol_per_l", "albumin_g_per_l", "inr", "ascites", "encephalopathy",
            "creatinine_umol_per_l", "on_dialysis", "platelets_10e9_per_l", "leukocytes_10e9_per_l",
            "hypersplenism", "recent_chemotherapy", "coagulation",
        ),
        (
            "pt_prolongation_s", "child_pugh_class", "egfr_ml_per_min_1_73m2", "sodium_mmol_per_l",
            "alt_u_per_l", "ast_u_per_l", "crp_mg_per_l",
        ),
    ),
    Section(
        "tumour",
        _("Tumour"),
        _("Tumour"),
        (
            "lesion_diameters_mm", "lesion_count", "largest_lesion_mm", "tumour_fraction_pct", "afp_ng_per_ml",
            "capsule", "margin", "extrahepatic_spread", "expected_survival_months",
        ),
    ),
    Section(
        "vessels",
        _("Vessels"),
        _("Vessels"),
        ("portal_trunk", "portal_collaterals", "pvtt", "macrovascular_invasion", "fistula", "fistula_kind"),
    ),
    Section(
        "condition",
        _("Condition"),
        _("Condition"),
        ("ecog", "infection", "cachexia", "multi_organ_failure", "age_years", "sex"),
        ("height_cm", "weight_kg"),
    ),
    Section(
        "purpose",
        _("Purpose and history"),
        _("Purpose"),
        (
            "purpose", "resectability", "surgery", "ablation", "prior_surgery", "recurrence_after_transplant",
            "local_pain", "tumour_rupture_bleeding", "portal_hypertensive_bleeding",
        ),
    ),
)  # fmt: skip
BY_KEY: Mapping[str, Section] = {section.key: section for section in SECTIONS}
IN_ORDER: tuple[str, ...] = tuple(name for section in SECTIONS for name in section.all_facts)
SECTION_OF: Mapping[str, str] = {name: section.key for section in SECTIONS for name in section.all_facts}

# fact → (the fact that decides whether it is asked, the answers with which it is; "" is no answer). The engine is not
# told what was not asked: a kind of no fistula would be a contradiction. What was typed there stays in the draft.
# A value that is there while the deciding fact is open counts and is shown: nothing rules it out.
ASKED_WHEN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "lesion_count": ("lesion_diameters_mm", ("",)),
    "largest_lesion_mm": ("lesion_diameters_mm", ("",)),
    "portal_collaterals": ("portal_trunk", ("complete",)),
    "fistula_kind": ("fistula", ("mild", "moderate", "severe")),
    "why_not_surgery": ("surgery", ("unsuitable", "declined")),
    "meeting_owner": ("decision", ("refer",)),
    "meeting_on": ("decision", ("refer",)),
}

# A free text that belongs to an answer and stands after it.
FOLLOWED_BY: Mapping[str, str] = {"surgery": "why_not_surgery"}

IN_PAGE_ORDER: tuple[str, ...] = tuple(
    each for name in IN_ORDER for each in (name, FOLLOWED_BY.get(name)) if each
)

# What rarely changes between two assessments: carried over from the last signed one, with its date.
LASTING = (
    "height_cm", "weight_kg", "on_dialysis", "hypersplenism", "capsule", "margin", "resectability", "surgery",
    "ablation", "prior_surgery", "recurrence_after_transplant",
)  # fmt: skip

# The answers that say no: "None of these" writes them where nothing else was answered.
NEGATIVE_CHOICES = ("none", "normal", "vp0")


# An answer that a letter often leaves open: "ECOG 0 or 1". Others may be several only where they already are.
OFTEN_SEVERAL = ("ecog", "child_pugh_class", "pvtt")


def clauses_beside(name: str) -> tuple[str, ...]:
    """Return the clauses to show beside a field: the weightiest two of the body. The panel leads to all of them."""
    body = [clause for clause in declared.ALL[name].clauses if not clause.startswith("F.")]
    return tuple(sorted(body, key=lambda clause: "432".index(clause[0]) if clause[0] in "432" else 3)[:2])


def negative_answer(name: str) -> Any:
    """Return the answer that says no to this fact; None for a fact without one."""
    fact = declared.ALL[name]
    if fact.kind == "bool":
        return False
    return next((choice for choice in fact.choice_values if choice in NEGATIVE_CHOICES), None)


def open_noes(section: Section, answered: entries.Entries) -> dict[str, Any]:
    """Return the noes that "None of these" would write: asked, not answered, and with an answer that says no."""
    return {
        name: negative_answer(name)
        for name in section.all_facts
        if name not in answered and negative_answer(name) is not None and is_asked(name, answered)
    }


def is_asked(name: str, answered: entries.Entries) -> bool:
    """Say whether a fact has a meaning beside the other answers."""
    if name not in ASKED_WHEN:
        return True
    decides, answers = ASKED_WHEN[name]
    if decides not in answered:
        return "" in answers or name in answered
    value = entries.contract_value(answered[decides])
    possible = value if isinstance(value, list) else [value]
    return any(answer in answers for answer in possible)


def asked(answered: entries.Entries) -> dict[str, entries.Entry]:
    """Return the entries that have a meaning: what the engine is told, and what is signed."""
    return {name: entry for name, entry in answered.items() if is_asked(name, answered)}
