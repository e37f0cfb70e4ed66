"""The direct path: a case of which everything is known, without any diagram."""

from typing import Any

from guidelines import tumour
from guidelines.case import Case
from guidelines.edition import BY_THEMSELVES_AFTER, BY_THEMSELVES_BEFORE, BY_THEMSELVES_BETWEEN
from guidelines.entry import Entry
from guidelines.liver import Kidney
from guidelines.possible import Entries
from guidelines.scores import child_pugh

PLAIN = (
    *BY_THEMSELVES_BEFORE,
    *BY_THEMSELVES_BETWEEN,
    *BY_THEMSELVES_AFTER,
    "macrovascular_invasion",
    "pvtt",
    "fistula",
)


def case(entries: Entries, liver: child_pugh.ChildPugh | None, kidney: Kidney) -> Case | None:
    """The case with every part known, or None."""
    if liver is None or len(liver.classes) != 1:
        return None
    parts: dict[str, Any] = {}
    for name in PLAIN:
        entry = entries.get(name, _without_meaning(name, entries))
        if entry is None:
            return None
        options = entry.options
        if len(options) == 1:
            parts[name] = options[0]
        elif entry.low == entry.high:
            parts[name] = entry.low
        else:
            return None
    parts["child_pugh_class"] = liver.classes[0]
    if not (_add_tumour(parts, entries) and _add_fistula_kind(parts, entries)):
        return None
    serious = kidney.narrow(entries).indexes
    parts["has_serious_renal_dysfunction"] = serious == (1,)
    return Case(parts) if len(serious) == 1 else None


# Collaterals round a trunk that is not blocked: no clause asks for them, so any answer is the same.
_ANY_COLLATERALS = Entry("portal_collaterals", options=("none",))


def _without_meaning(name: str, entries: Entries) -> Entry | None:
    """An answer that changes nothing, for a question without a meaning beside the other answers."""
    trunk = entries.get("portal_trunk")
    if name == "portal_collaterals" and trunk is not None and "complete" not in trunk.options:
        return _ANY_COLLATERALS
    return None


def _add_tumour(parts: dict[str, Any], entries: Entries) -> bool:
    count, largest, fraction = tumour.spans(entries)
    if count == (0, 0):
        largest = fraction = (0, 0)
    parts["lesion_count"], parts["largest_lesion_mm"], parts["tumour_fraction_pct"] = (
        count[0],
        largest[0],
        fraction[0],
    )
    return count[0] == count[1] and largest[0] == largest[1] and fraction[0] == fraction[1]


def _add_fistula_kind(parts: dict[str, Any], entries: Entries) -> bool:
    kind = entries.get("fistula_kind")
    parts["fistula_kind"] = kind.value if kind is not None and parts["fistula"] != "none" else None
    return parts["fistula"] == "none" or parts["fistula_kind"] is not None
