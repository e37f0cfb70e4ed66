"""What was given: agents, embolic materials, and the oil against the size of what it went to."""

import math
from collections.abc import Mapping
from typing import Any

from guidelines.procedure_parts import imaging
from guidelines.procedure_record import (
    BEADS,
    CLOSING,
    OIL,
    Answer,
    Item,
    Part,
    Record,
    administrations,
    embolisations,
    every,
    known,
    unknown,
)

# 5.1.3, "commonly used": ADM, EADM, PDD, 5-Fu, HCPT, MMC.
NAMED_AGENTS = (
    "doxorubicin",
    "epirubicin",
    "cisplatin",
    "fluorouracil",
    "hydroxycamptothecin",
    "mitomycin",
)
WANTED = {"conventional": OIL, "beads": BEADS}
MM_PER_CM = 10
DECIMALS = 6


def infused(record: Record) -> Part:
    """Any agent was given."""
    given = _agents(record)
    return known(True, given) if given else record.unentered("administrations")


def _agents(record: Record) -> dict[str, Any]:
    return {
        f"{place}.administrations.{number}.agent": one.get("agent")
        for place, target in record.numbered()
        for number, one in enumerate(administrations(target), start=1)
    }


def agents_are_named(record: Record) -> Part:
    """Every agent is one of those that 5.1.3 names."""
    return every(Answer(place, agent in NAMED_AGENTS, agent) for place, agent in _agents(record).items())


def embolised(record: Record) -> Part:
    """ "tumour", "closing" where only a fistula or a branch was closed (coil, plug, liquid), or "nothing"."""
    kinds = {
        f"{place}.embolisations.{number}.kind": one.get("kind")
        for place, target in record.numbered()
        for number, one in enumerate(embolisations(target), start=1)
    }
    of_tumour = {place: kind for place, kind in kinds.items() if kind and kind not in CLOSING}
    if of_tumour:
        return known("tumour", of_tumour)
    unentered = record.unentered("embolisations")
    missing = (*(place for place, kind in kinds.items() if not kind), *unentered.missing)
    if kinds:
        return Part(("closing", "tumour") if missing else ("closing",), kinds, missing)
    return Part(("nothing", "closing", "tumour") if missing else ("nothing",), {}, missing)


def oil_meets_beads(record: Record) -> Part:
    """Oil and drug-eluting beads in one target."""
    mixed = {
        f"{place}.embolisations": [OIL, BEADS]
        for place, target in record.numbered()
        if embolisations(target, OIL) and embolisations(target, BEADS)
    }
    return known(bool(mixed), mixed)


def material_fits_technique(record: Record) -> Part:
    """Oil for the conventional technique, drug-eluting beads for that with beads."""
    technique = record.choice("technique", tuple(WANTED))
    parts = [_has(record, WANTED[choice]) for choice in technique.possible]
    possible = tuple({value: None for part in parts for value in part.possible})
    if len(possible) == 1:
        return Part(possible, {place: value for part in parts for place, value in part.facts.items()})
    return Part(possible, {}, technique.missing or parts[0].missing)


def _has(record: Record, *kinds: str) -> Part:
    """Any embolisation of those kinds."""
    found = {
        f"{place}.embolisations": kinds[0]
        for place, target in record.numbered()
        if embolisations(target, *kinds)
    }
    return known(True, found) if found else record.unentered("embolisations")


def oil_given(record: Record) -> Part:
    """Ethiodised oil was given anywhere."""
    return _has(record, OIL)


def oil_and_drug(record: Record) -> Part:
    """Oil and an agent in one target, neither on beads."""
    both = {
        f"{place}.administrations": OIL
        for place, target in record.numbered()
        if embolisations(target, OIL) and administrations(target)
    }
    return known(True, both) if both else record.unentered("embolisations")


def targets_with_oil(record: Record) -> list[tuple[str, Item]]:
    return [(place, target) for place, target in record.numbered() if embolisations(target, OIL)]


def _lesions_with_oil(record: Record) -> tuple[list[Item], list[str]]:
    """The lesions that got oil, each once, and the targets that do not say which they supply."""
    targets = targets_with_oil(record)
    lesions = {
        lesion.get("label"): lesion for _place, target in targets for lesion in record.lesions_of(target)
    }
    return list(lesions.values()), [
        f"{place}.lesions" for place, target in targets if not record.lesions_of(target)
    ]


def oil_ml_per_cm(record: Record) -> Part:
    """All oil over the summed diameters of the lesions that got it; without oil nothing to measure."""
    volumes = {
        f"{place}.embolisations.{number}.volume_ml": one.get("volume_ml")
        for place, target in targets_with_oil(record)
        for number, one in enumerate(embolisations(target), start=1)
        if one.get("kind") == OIL
    }
    if not volumes:
        return known(0.0, {})
    lesions, unnamed = _lesions_with_oil(record)
    sizes = {f"lesions.{lesion.get('label')}.longest_mm": lesion.get("longest_mm") for lesion in lesions}
    unsized = [*unnamed, *(place for place, size in sizes.items() if not size)]
    missing = (*(place for place, volume in volumes.items() if not volume), *unsized)
    told = {place: value for place, value in {**volumes, **sizes}.items() if value}
    # An unknown size may be any; an unknown volume can only add.
    at_least = 0.0 if unsized else round(_sum(volumes) * MM_PER_CM / _sum(sizes), DECIMALS)
    return Part((at_least, math.inf) if missing else (at_least,), told, missing)


def _sum(values: Mapping[str, Any]) -> float:
    return sum(float(value) for value in values.values() if value)


def supply_is_known(record: Record) -> Part:
    """Vascularity of every lesion that got oil; how many feeders each has is the number of its targets."""
    lesions, missing = _lesions_with_oil(record)
    answers = [
        Answer(
            f"lesions.{lesion.get('label')}.vascularity",
            True if lesion.get("vascularity") in imaging.VASCULARITIES else None,
            lesion.get("vascularity"),
        )
        for lesion in lesions
    ]
    part = every(answers)
    return unknown(*missing, *part.missing) if missing or part.missing else part
