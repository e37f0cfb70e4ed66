"""What was planned and seen: modality, fistula, access, the runs, the tumour, what still fills at the end."""

from collections.abc import Callable

from guidelines import procedure_record
from guidelines.procedure_record import Part, Record, known, unknown

MODALITIES = ("TACE", "TAE", "TAI")
FISTULAS = ("none", "mild", "moderate", "severe")
VASCULARITIES = ("high", "moderate", "low")
PERCUTANEOUS = ("femoral", "radial", "brachial")


def step(key: str, wanted: str = "yes") -> Callable[[Record], Part]:
    def read(record: Record) -> Part:
        return record.step_is(key, wanted) or unknown(f"steps.{key}")

    return read


def modality(record: Record) -> Part:
    """TACE, TAE or TAI."""
    return record.choice("modality", MODALITIES)


def fistula(record: Record) -> Part:
    """As angiography showed it; before that as the assessment said."""
    seen = record.step("fistula_seen")
    if seen:
        return known(seen, record.step_facts("fistula_seen"))
    return record.choice("fistula", FISTULAS)


def is_urgent(record: Record) -> Part:
    """3.1.6 is met."""
    return record.flag("is_urgent")


def may_be_done(record: Record) -> Part:
    """A signed decision to proceed, or an emergency with its written reason."""
    decided, emergency = record.flag("has_decision_to_proceed"), record.flag("is_emergency")
    for part in (decided, emergency):
        if part.possible == (True,):
            return part
    if decided.missing or emergency.missing:
        return unknown(*decided.missing, *emergency.missing)
    return known(False, {**decided.facts, **emergency.facts})


def access_is_percutaneous(record: Record) -> Part:
    """Through an artery punctured by the Seldinger technique."""
    part = record.choice("access", (*PERCUTANEOUS, "other"))
    if part.missing:
        return unknown(*part.missing)
    return known(part.possible[0] in PERCUTANEOUS, part.facts)


def phase(name: str) -> Callable[[Record], Part]:
    """By its step, else by the vessels that were run."""
    key = f"{name}_phase"

    def read(record: Record) -> Part:
        answered = record.step_is(key)
        if answered is not None:
            return answered
        rows = {
            f"angiography.{row.get('artery')}.{name}": procedure_record.yes_no(row.get(name))
            for row in record.angiography
        }
        shown = {place: holds for place, holds in rows.items() if holds}
        if shown:
            return known(True, shown)
        if not rows or None in rows.values():
            return unknown(f"steps.{key}")
        return known(False, rows)

    return read


def tumour_is_clear(record: Record) -> Part:
    """Its step, else size, vascularity and a feeder of every lesion."""
    answered = record.step_is("tumour_analysed")
    if answered is not None:
        return answered
    fed = {label for target in record.targets for label in target.get("lesions") or ()}
    missing = [
        f"lesions.{lesion.get('label')}.longest_mm"
        for lesion in record.lesions
        if not lesion.get("longest_mm")
    ]
    missing += [
        f"lesions.{lesion.get('label')}.vascularity"
        for lesion in record.lesions
        if lesion.get("vascularity") not in VASCULARITIES
    ]
    missing += [
        f"lesions.{lesion.get('label')}.feeder" for lesion in record.lesions if lesion.get("label") not in fed
    ]
    if missing or not record.lesions:
        return unknown("steps.tumour_analysed", *missing)
    return known(True, {f"lesions.{one['label']}.longest_mm": one["longest_mm"] for one in record.lesions})


def no_residual_supply(record: Record) -> Part:
    """A residual blush anywhere speaks against it; else the step."""
    blush = {
        f"{place}.end_point": "residual_blush"
        for place, target in record.numbered()
        if target.get("end_point") == "residual_blush"
    }
    if blush:
        return known(False, blush)
    return record.step_is("residual_supply", "no") or unknown("steps.residual_supply")
