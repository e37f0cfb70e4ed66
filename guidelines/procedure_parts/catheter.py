"""Where the catheter was: how selective, on which sides, beyond which branches, how slowly it injected."""

from typing import Any

from guidelines.procedure_record import (
    EXTRAHEPATIC,
    Item,
    Part,
    Record,
    administrations,
    every,
    is_extrahepatic,
    known,
    sides_of,
    unknown,
)

# The least selective first.
LEVELS = ("lobar", "sectoral", "segmental", "subsegmental", "extrahepatic")
BEYOND = ("beyond_cystic", "beyond_right_gastric", "beyond_gastroepiploic")


def lowest_level(record: Record) -> Part:
    """The least selective level of all targets; an unknown one may lie below those that are known."""
    given = {f"{place}.level": _level(target) for place, target in record.numbered()}
    told = {place: level for place, level in given.items() if level in LEVELS}
    missing = tuple(place for place in given if place not in told)
    if not told:
        return Part(LEVELS, {}, missing or ("targets",))
    lowest = min(LEVELS.index(str(level)) for level in told.values())
    if missing and lowest > 0:
        return Part(LEVELS[: lowest + 1], told, missing)
    return known(LEVELS[lowest], {place: level for place, level in told.items() if level == LEVELS[lowest]})


def _level(target: Item) -> Any:
    """As recorded; in a feeder from outside the liver there is one level only."""
    return target.get("level") or (EXTRAHEPATIC if is_extrahepatic(target) else None)


def both_sides_feed(record: Record) -> Part:
    """The step, else the sides of the targets, else the segments of the lesions."""
    step = "right_and_left_infused_separately"
    answer = record.step(step)
    if answer:
        return known(answer != "does_not_apply", record.step_facts(step))
    targeted = {
        f"{place}.side": target.get("side") for place, target in record.numbered() if target.get("side")
    }
    if {"right", "left"} <= set(targeted.values()):
        return known(True, targeted)
    sides = [sides_of(lesion.get("segments") or ()) for lesion in record.lesions]
    if not sides or not all(sides):
        return unknown(f"steps.{step}")
    facts = {f"lesions.{one['label']}.segments": one["segments"] for one in record.lesions if "label" in one}
    return known(len(set().union(*sides)) > 1, facts)


def infused_separately(record: Record) -> Part:
    """The step, else an infusion on either side."""
    step = "right_and_left_infused_separately"
    answered = record.step_is(step)
    if answered is not None:
        return answered
    sides = {
        f"{place}.side": target.get("side")
        for place, target in record.numbered()
        if target.get("side") and administrations(target)
    }
    if {"right", "left"} <= set(sides.values()):
        return known(True, sides)
    return unknown(f"steps.{step}")


def passes_side_branches(record: Record) -> Part:
    """Any target on the way of the hepatic artery; a feeder from outside the liver passes none of the three."""
    hepatic = {
        f"{place}.artery": one.get("artery") for place, one in record.numbered() if not is_extrahepatic(one)
    }
    if hepatic:
        return known(True, hepatic)
    return known(False, {}) if record.targets else unknown("targets")


def tip_is_beyond(record: Record) -> Part:
    """Beyond cystic, right gastric and gastroepiploic (gastroduodenal) in every target of the hepatic artery."""
    places = [place for place, target in record.numbered() if not is_extrahepatic(target)]
    if not places:
        return unknown("targets")
    return every(
        answer for name in BEYOND for answer in record.each(name, ("yes", True), ("no", False), places)
    )


def every_microcatheter(record: Record) -> Part:
    """A microcatheter in every target."""
    return every(record.each("microcatheter", ("yes", True), ("no", False)))


def is_slow(record: Record) -> Part:
    """The step, else the speed of every target."""
    return record.step_is("slow_injection") or every(record.each("speed", ("slow",), ("fast",)))
