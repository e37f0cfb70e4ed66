"""The engine's words in plain clinical ones, translated; and a value as it is read aloud, with its unit."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assessments import entries
from guidelines import facts as declared
from guidelines import procedure_parts
from patients import written_numbers

VERDICTS = {
    "eligible": _("Eligible"),
    "eligible_with_conditions": _("Eligible with conditions"),
    "not_eligible": _("Not eligible"),
    "surgery_preferred": _("Surgery preferred"),
    "not_indicated": _("Not indicated"),
    "needs_mdt": _("Needs the multidisciplinary meeting"),
    "insufficient_data": _("Not enough known"),
}
MODALITIES = {
    "TACE": _("TACE: chemotherapy and embolisation"),
    "TAE": _("TAE: embolisation without chemotherapy"),
    "TAI": _("TAI: infusion only, no embolisation"),
}
# condition → its words, the clause that it rests on, and whether the source asks for it.
CONDITIONS = {
    "staged_small_volume": (_("Small volume of oil emulsion, in stages"), "4.7x", True),
    "leukopenia_from_hypersplenism": (
        _("Low leukocytes from hypersplenism: watch them, no absolute bar"), "4.8a-x", True,
    ),
    "superselective_reduced": (_("Superselective, with a reduced dose"), "", False),
    "correct_coagulation_first": (_("Correct the coagulation first"), "4.2", True),
    "embolise_fistula_first": (_("Close the fistula first, then the tumour"), "5.2.5", True),
    "treat_infection_at_the_same_time": (_("Treat the infection at the same time"), "4.4", True),
    "combine_with_systemic_therapy": (_("Combine with systemic therapy"), "", True),
    "reassess_for_resection": (_("Reassess for resection afterwards"), "3.2", True),
    "outside_main_gate": (_("Outside the main indication: ask the multidisciplinary meeting"), "3.1", False),
    "control_bleeding_first": (_("Control the bleeding first"), "", False),
}  # fmt: skip
KINDS = {
    "applicability": _("Who it is for"),
    "indication": _("Indication"),
    "contraindication": _("Contraindication"),
    "exception": _("Exception"),
    "principle": _("Principle"),
    "prognostic": _("What the result depends on"),
    "follow_up": _("Follow-up"),
    "next_step": _("Next treatment"),
    "technique": _("Technique"),
    "caution": _("Caution"),
    "adverse_effect": _("Adverse effect"),
    "limitation": _("Limitation"),
}
FINDINGS = {
    "met": _("met"),
    "not_met": _("not met"),
    "present": _("present"),
    "absent": _("absent"),
    "applies": _("applies"),
    "does_not_apply": _("does not apply"),
    "kept": _("kept"),
    "not_kept": _("not kept"),
    "unknown": _("not known"),
}
SECTIONS = {
    "1": _("Basic principles"),
    "2": _("Who it is for"),
    "3": _("Indications"),
    "4": _("Contraindications"),
    "5": _("Technique"),
    "6": _("Adverse effects"),
    "7": _("Follow-up and next treatment"),
    "F": _("The figure: an older list printed beside the text"),
}
SOURCES = {
    entries.TYPED: _("Typed"),
    entries.NONE_OF_THESE: _("“None of these”"),
    entries.LABORATORY: _("Laboratory"),
    entries.RECORD: _("Record"),
    entries.CARRIED_OVER: _("Last assessment"),
    entries.IMPORTED: _("Imported"),
}
# What a clause reads that is worked out from facts.
WORKED_OUT = {
    **{name: _(label) for name, label in procedure_parts.LABELS.items()},
    "child_pugh_class": _("Child-Pugh class"),
    "has_serious_renal_dysfunction": _("Kidney function: eGFR, or creatinine with age and sex, or dialysis"),
    "progression": _("Progression"),
    "enlargement": _("Enlargement"),
    "new_lesions": _("New lesions"),
    "viable_tumour": _("Viable tumour"),
    "necrosis": _("Necrosis"),
    "lipiodol_deposition": _("Lipiodol deposition"),
    "interventions_done": _("Interventions done"),
    "earlier_progressions": _("Earlier progressions in a row"),
}

# How far a catheter went, as a setting names it.
LEVELS = {
    "lobar": _("lobar branch"),
    "sectoral": _("sectoral branch"),
    "segmental": _("segmental branch"),
    "subsegmental": _("subsegmental branch"),
    "extrahepatic": _("feeder from outside the liver"),
}


def label_of(name: str) -> str:
    return gettext(declared.ALL[name].label)


def source_of(entry: entries.Entry) -> str:
    """Say where a value comes from; a source that is no code of ours is already in words."""
    source = entry.get("source", "")
    return str(SOURCES.get(source, source))


def day_of(entry: entries.Entry) -> str:
    taken_on = entries.date_of(entry)
    return date_format(taken_on, "j M Y") if taken_on else ""


def age_of(days: int | None) -> str:
    """Say an age in days: today, 1 day old, 42 days old; empty when nobody knows it."""
    if days is None:
        return ""
    if days <= 0:
        return gettext("today")
    return ngettext("%(days)d day old", "%(days)d days old", days) % {"days": days}


def age_before(days: int | None) -> str:
    """Say the same of a record, which is read on other days: 4 days before; nothing for the record's own day."""
    if not days or days < 0:
        return ""
    return ngettext("%(days)d day before", "%(days)d days before", days) % {"days": days}


def value_of(name: str, value: Any) -> str:
    """Say a value of the contract's shape: 52 × 10⁹/L, 25 to 50 %, Slight, Yes, None or slight."""
    fact = declared.ALL[name]
    if fact.kind == "numbers":
        return _diameters(value)
    if isinstance(value, list | tuple):
        return gettext(" or ").join(value_of(name, one) for one in value)
    if fact.kind == "bool":
        return gettext("Yes") if value else gettext("No")
    if fact.choices is not None:
        return gettext(fact.choices[value])
    return _measure(fact, value)


def _diameters(value: Any) -> str:
    sizes = [one["value"] if isinstance(one, dict) else one for one in value]
    unit = next((one["unit"] for one in value if isinstance(one, dict)), "mm")
    return ", ".join(number(size) for size in sizes) + f" {unit}"


def _measure(fact: declared.Fact, value: Any) -> str:
    measure = value if isinstance(value, dict) else {"value": value}
    unit = measure.get("unit", fact.unit.symbol)
    low: Any = measure.get("min")
    high: Any = measure.get("max")
    if "value" in measure:
        text = number(measure["value"])
    elif low is None:
        text = gettext("at most %s") % number(high)
    elif high is None:
        text = gettext("at least %s") % number(low)
    else:
        text = gettext("%(low)s to %(high)s") % {"low": number(low), "high": number(high)}
    return f"{text} {unit_of(unit)}".strip()


def unit_of(symbol: str) -> str:
    """Say a unit after its number: 52 × 10⁹/L; a ratio has none."""
    if symbol == "ratio":
        return ""
    return f"× {symbol}" if symbol.startswith("10") else symbol


def number(value: Any) -> str:
    return written_numbers.as_text(round(value, 4))


def setting_value(value: Any) -> str:
    """Say the value of a setting: a number, yes or no, a list; a local deviation that nobody made is as printed."""
    if value is None:
        return gettext("as printed")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list | tuple):
        return ", ".join(str(LEVELS.get(one, one)) for one in value)
    return number(value)


def change_of(name: str, start: Any, end: Any) -> str:
    """Say a change in words: Platelets 52 → 60 × 10⁹/L."""
    fact = declared.ALL[name]
    if fact.kind in ("bool", "choice"):
        return f"{label_of(name)}: {value_of(name, start)} → {value_of(name, end)}"
    return f"{label_of(name)} {_plain(start)} → {_plain(end)} {unit_of(fact.unit.symbol)}".strip()


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "–".join(number(value[end]) for end in ("min", "max") if value.get(end) is not None)
    return number(value)


def recheck_title(change: dict[str, Any], *, from_days: int, to_days: int) -> str:
    """Name the task: Platelets 52 → 60 × 10⁹/L: recheck in 1–2 weeks."""
    what = change_of(change["fact"], change["from"], change["to"])
    return gettext("%(what)s: recheck in %(when)s") % {"what": what, "when": _interval(from_days, to_days)}


def _interval(from_days: int, to_days: int) -> str:
    if from_days % 7 == 0 and to_days % 7 == 0:
        return gettext("%(from)d–%(to)d weeks") % {"from": from_days // 7, "to": to_days // 7}
    return gettext("%(from)d–%(to)d days") % {"from": from_days, "to": to_days}


def meeting_title() -> str:
    return gettext("Multidisciplinary meeting: arterial treatment, yes or no")
