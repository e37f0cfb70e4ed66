"""The decision in words: what the guideline recommends, the options, the facts, and what would settle an open one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments import entries
from followup.models import Decision, Reading
from guidelines import review_facts

INSUFFICIENT = "insufficient_data"
RECOMMENDED: Mapping[str, Any] = {**dict(Decision.Choice.choices), INSUFFICIENT: _("Not enough known")}
# What each decision means for the patient.
MEANS: Mapping[str, Any] = {
    Decision.Choice.HOLD: _("No further intervention for the time being. Imaging goes on."),
    Decision.Choice.REPEAT: _(
        "Tumour is viable or has progressed: another intervention is to be considered."
    ),
    Decision.Choice.PROLONG: _("Several interventions and no progression: leave the liver more time."),
    Decision.Choice.SWITCH: _(
        "Progression again and again: change to another treatment, or combine with it."
    ),
    Decision.Choice.REVIEW_AGAIN: _("Nothing viable is seen, but it is not certain: image again."),
    INSUFFICIENT: _("What is known allows more than one decision. See what would settle it."),
}
# The colours and the silhouette that each decision borrows from the verdicts, and an icon of its own.
LOOKS: Mapping[str, tuple[str, str]] = {
    Decision.Choice.HOLD: ("eligible", "check-circle-fill"),
    Decision.Choice.REPEAT: ("eligible_with_conditions", "arrow-repeat"),
    Decision.Choice.PROLONG: ("not_indicated", "hourglass-split"),
    Decision.Choice.SWITCH: ("needs_mdt", "signpost-split-fill"),
    Decision.Choice.REVIEW_AGAIN: ("surgery_preferred", "eye"),
    INSUFFICIENT: ("insufficient_data", "question-circle"),
}
OPTIONS: Mapping[str, Any] = {
    "repeat": _("Assess for another intervention now"),
    "wait_for_liver_recovery": _("First let the liver recover"),
    "repeat_later": _("Treat again later"),
    "surgery": _("Surgery"),
    "ablation": _("Ablation"),
    "systemic_therapy": _("Systemic therapy"),
    "combine": _("Together with further arterial treatment"),
}
SWITCHES = ("surgery", "ablation", "systemic_therapy", "combine")
# What would settle an open fact.
SETTLED_BY: Mapping[str, Any] = {
    "interventions_done": _("Ask whether there was treatment elsewhere, and record it."),
    "lipiodol_deposition": _("Answer it in the reading."),
    "necrosis": _("Answer it in the reading."),
    "viable_tumour": _("Dynamic enhanced CT or MRI shows it (7.7); answer it in the reading."),
    "enlargement": _("Answer it in the reading."),
    "new_lesions": _("Answer it in the reading."),
    "progression": _("Measure the target lesions on a dynamic enhanced scan, against the baseline."),
    "liver_function_recovered": _("Measure bilirubin, albumin and INR; look for ascites and encephalopathy."),
    "earlier_progressions": _("Complete the readings of the reviews before this one."),
}


FINDINGS: Mapping[str, Any] = {
    "met": _("met"),
    "not_met": _("not met"),
    "applies": _("applies"),
    "does_not_apply": _("does not apply"),
    "unknown": _("not known"),
}


def finding_words(verdict: str) -> str:
    return str(FINDINGS[verdict])


def label_of(name: str) -> str:
    """Name a fact of the next step."""
    return gettext(review_facts.NEXT_STEP[name].label)


def value_of(name: str, value: Any) -> str:
    """Say a value of the contract's shape; not known, where there is none."""
    if value is None:
        return gettext("Not known")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, dict):
        return _range(value)
    choices = review_facts.NEXT_STEP[name].choices
    return gettext(choices[value]) if choices is not None else str(value)


def _range(value: dict[str, Any]) -> str:
    if value.get("max") is None:
        return gettext("at least %(low)s") % {"low": value["min"]}
    return gettext("%(low)s to %(high)s") % {"low": value["min"], "high": value["max"]}


def options_in_words(options: Iterable[str]) -> str:
    return ", ".join(str(OPTIONS.get(option, option)) for option in options)


def referral_title(options: Iterable[str]) -> str:
    """Name the task of a switch: Another treatment: surgery, ablation."""
    said = options_in_words(options)
    if not said:
        return gettext("Decide on another treatment: surgery, ablation or systemic therapy")
    return gettext("Decide on another treatment: %(what)s") % {"what": said.lower()}


def facts_for_assessment(reading: Reading) -> dict[str, entries.Entry]:
    """Return what a reading says of an assessment's questions; the sizes of lesions come from the record."""
    told: dict[str, Any] = {}
    if reading.thrombus:
        told["pvtt"] = reading.thrombus
    if reading.thrombus and reading.thrombus != Reading.Thrombus.VP0:
        told["macrovascular_invasion"] = True
    if reading.spread:
        told["extrahepatic_spread"] = reading.spread
    return {
        name: entries.entry_of(value, on=reading.imaged_on, source=entries.RECORD)
        for name, value in told.items()
    }
