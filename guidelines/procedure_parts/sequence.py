"""In which order it went in: infusion before embolisation, grains after oil in a thick feeder."""

from collections.abc import Iterable

from guidelines import procedure_record
from guidelines.procedure_parts.given import targets_with_oil
from guidelines.procedure_record import (
    CLOSING,
    GRANULAR,
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


def infused_and_embolised(record: Record) -> Part:
    """Any target with an infusion in solution, or one whose carrier is not known, and embolisation of the tumour."""
    both = {
        f"{place}.artery": one.get("artery")
        for place, one in record.numbered()
        if _solutions(one) and _tumour(one)
    }
    if both:
        return known(True, both)
    return record.unentered("embolisations")


def _solutions(target: Item) -> list[Item]:
    return [one for one in administrations(target) if one.get("carrier") not in ("oil_emulsion", "beads")]


def _tumour(target: Item) -> list[Item]:
    return [one for one in embolisations(target) if one.get("kind") not in CLOSING]


def infusion_came_first(record: Record) -> Part:
    """In every target that has both; the same place in the order, or none, leaves it open."""
    return every(_order(place, one) for place, one in record.numbered() if _solutions(one) and _tumour(one))


def _order(place: str, target: Item) -> Answer:
    infusions, embolic = _solutions(target), _tumour(target)
    orders, embolic_orders = _orders(infusions), _orders(embolic)
    if len(orders) < len(infusions) or len(embolic_orders) < len(embolic):
        return Answer(f"{place}.order", None, None)
    last, first = max(orders), min(embolic_orders)
    return Answer(f"{place}.order", None if last == first else last < first, [last, first])


def thick_feeder_with_oil(record: Record) -> Part:
    """A markedly thick feeder that got oil."""
    answers = [
        Answer(f"{place}.is_markedly_thick", procedure_record.yes_no(target.get("is_markedly_thick")), "yes")
        for place, target in targets_with_oil(record)
    ]
    thick = {one.place: one.given for one in answers if one.holds}
    if thick:
        return known(True, thick)
    missing = [one.place for one in answers if one.holds is None]
    if missing:
        return unknown(*missing)
    return known(False, {}) if answers else record.unentered("embolisations")


def granular_after_oil(record: Record) -> Part:
    """Gelatin sponge, particles or microspheres after the oil in every markedly thick feeder that got oil."""
    return every(
        answer
        for place, target in targets_with_oil(record)
        if procedure_record.yes_no(target.get("is_markedly_thick"))
        for answer in [_granular(place, target, is_ended=record.is_ended)]
    )


def _granular(place: str, target: Item, *, is_ended: bool) -> Answer:
    granular = embolisations(target, *GRANULAR)
    name = f"{place}.embolisations"
    if not granular:
        return Answer(name, False if is_ended else None, [OIL])
    oil_orders = _orders(embolisations(target, OIL))
    orders = _orders(granular)
    kinds = [one.get("kind") for one in granular]
    if not oil_orders or not orders or max(orders) == max(oil_orders):
        return Answer(f"{place}.order", None, kinds)
    return Answer(name, max(orders) > max(oil_orders), kinds)


def _orders(items: Iterable[Item]) -> list[float]:
    return [float(one["order"]) for one in items if one.get("order") is not None]
