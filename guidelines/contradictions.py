"""Facts that cannot be true together. Each error names the first of its facts in the order of the table."""

from collections.abc import Iterator

from guidelines import case, tumour
from guidelines.entry import FactError
from guidelines.possible import Entries, known_kind
from guidelines.scores import child_pugh


def find(entries: Entries) -> Iterator[FactError]:
    """Every contradiction among the facts given."""
    yield from _class_against_components(entries)
    yield from _list_against_count_and_largest(entries)
    yield from _no_lesion_against_its_size(entries)
    yield from _no_fistula_against_its_kind(entries)
    yield from _thrombus_against_invasion(entries)


def _error(entries: Entries, names: tuple[str, ...], why: str) -> FactError:
    given = [name for name in names if name in entries]
    return FactError(given[0], f"{' and '.join(given)} contradict each other: {why}.")


def _class_against_components(entries: Entries) -> Iterator[FactError]:
    stated = entries.get("child_pugh_class")
    if stated is not None and child_pugh.score(entries) is None:
        totals = child_pugh.sums(child_pugh.bands(entries)[0])
        classes = " or ".join(sorted({child_pugh.class_of(total) for total in totals}))
        given = " or ".join(str(option) for option in stated.options)
        yield _error(entries, case.LIVER_FACTS, f"class {given} is given, the components make {classes}")


def _list_against_count_and_largest(entries: Entries) -> Iterator[FactError]:
    listed = entries.get("lesion_diameters_mm")
    if listed is None or listed.diameters is None:
        return
    count, largest = entries.get("lesion_count"), entries.get("largest_lesion_mm")
    number, longest = len(listed.diameters), max(listed.diameters, default=0.0)
    if count is not None and not count.low <= number <= count.high:
        yield _error(entries, ("lesion_count", "lesion_diameters_mm"), f"the list has {number}")
    if largest is not None and not largest.low <= longest <= largest.high:
        why = f"the largest of the list is {longest:g} mm"
        yield _error(entries, ("largest_lesion_mm", "lesion_diameters_mm"), why)


def _no_lesion_against_its_size(entries: Entries) -> Iterator[FactError]:
    count, largest, fraction = tumour.spans(entries)
    if tumour.may_be_none(count, largest, fraction) or tumour.may_be_some(count, largest):
        return
    number = ("lesion_count", "lesion_diameters_mm")
    size, share = "largest_lesion_mm", "tumour_fraction_pct"
    if count[1] == 0 and largest[0] > 0 and size in entries:
        yield _error(entries, (number[0], size, number[1]), "no lesion has no size")
    elif count[1] == 0:
        yield _error(entries, (*number, share), "no lesion has no share of the liver")
    elif count[0] > 0:
        yield _error(entries, (number[0], size, number[1]), "a lesion has a size over 0")
    else:
        yield _error(
            entries,
            (size, number[1], share),
            "a largest lesion of 0 is no lesion, without a share of the liver",
        )


def _no_fistula_against_its_kind(entries: Entries) -> Iterator[FactError]:
    fistula = entries.get("fistula")
    if (
        fistula is not None
        and fistula.value == "none"
        and known_kind(entries.get("fistula_kind")) is not None
    ):
        yield _error(entries, ("fistula", "fistula_kind"), "no fistula has no kind")


def _thrombus_against_invasion(entries: Entries) -> Iterator[FactError]:
    invasion, pvtt = entries.get("macrovascular_invasion"), entries.get("pvtt")
    if invasion is None or pvtt is None or invasion.value or "vp0" in pvtt.options:
        return
    names = ("macrovascular_invasion", "pvtt")
    yield _error(entries, names, "portal tumour thrombus of vp1 or more is macrovascular invasion")
