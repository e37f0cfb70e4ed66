"""Stages and criteria of tumour burden on what is known: the one answer that is possible, or what is missing for it."""

import functools
import math
from typing import Any

from guidelines import facts
from guidelines.diagram import Forest, Memory, Possible, Variable
from guidelines.liver import Liver
from guidelines.possible import Entries, Group, Invasion, Single, at_least, at_most, bits, names
from guidelines.scores import burden, prognosis, stage
from guidelines.tumour import Tumour, spans

BITS = bits(facts.ALL)
ORDER = tuple(facts.ALL)
Result = dict[str, Any]

LIST = "lesion_diameters_mm"
SIZE_FACTS = ("lesion_count", "largest_lesion_mm")


class Total:
    """Whether the diameters together fit UCSF; open as long as they are not listed."""

    def __init__(self) -> None:
        fits, exceeds = burden.UCSF_TOTAL_UP_TO_MM, burden.UCSF_TOTAL_UP_TO_MM + 1
        self.variable = Variable("total", ("total_diameter_mm",), ((fits,), (exceeds,)))
        self._open = Possible((0, 1), ((BITS[LIST], ((0, 1),)),))

    def narrow(self, entries: Entries) -> Possible:
        """Fits, exceeds, or either."""
        listed = entries.get(LIST)
        if listed is None or listed.diameters is None:
            return self._open
        return Possible((int(math.fsum(listed.diameters) > burden.UCSF_TOTAL_UP_TO_MM),))


class Criteria:
    """A forest of scores with the groups of facts that they look at."""

    def __init__(self, *groups: Group, **judges: Any) -> None:
        self._groups = groups
        self._forest = Forest([group.variable for group in groups])
        for name, judge in judges.items():
            self._forest.add(name, functools.partial(_without_others, judge=judge))

    def only(self, name: str, entries: Entries) -> Any:
        """The one possible result, or None."""
        return self._ask(name, entries, suppose_lesion=False)[0]

    def within(self, name: str, entries: Entries) -> Result:
        """Within or not, or null with what is missing; supposes that there is a lesion."""
        known, missing = self._ask(name, entries, suppose_lesion=True)
        return {
            "within": known,
            "missing": [] if known is not None else _size_before_list(names(missing, ORDER)),
        }

    def _ask(self, name: str, entries: Entries, suppose_lesion: bool) -> tuple[Any, int]:
        possible = [group.narrow(entries) for group in self._groups]
        if suppose_lesion:
            possible = [
                _with_lesion(one) if isinstance(group, Tumour) else one
                for group, one in zip(self._groups, possible, strict=True)
            ]
        narrowed = self._forest.narrow(name, possible, Memory())
        known = self._forest.is_answer(narrowed.node)
        return (self._forest.answer(narrowed.node) if known else None), narrowed.missing


def _without_others(case: Any, others: object, judge: Any) -> object:
    return judge(case)


def _with_lesion(possible: Possible) -> Possible:
    """What is left where there is a lesion: index 0 stands for none."""
    moves = tuple((bit, tuple(pair for pair in pairs if 0 not in pair)) for bit, pairs in possible.moves)
    return Possible(tuple(index for index in possible.indexes if index), moves)


def _size_before_list(missing: list[str]) -> list[str]:
    """Number and largest are asked for; the list only where they are known and do not settle it."""
    if any(name in missing for name in SIZE_FACTS):
        return [name for name in missing if name != LIST]
    return missing


@functools.cache
def _stages() -> Criteria:
    return Criteria(
        Liver(BITS),
        Single(facts.ALL["ecog"], BITS["ecog"], [at_most(0), at_most(stage.ECOG_OF_THE_GATE)]),
        Invasion(BITS),
        Single(facts.ALL["extrahepatic_spread"], BITS["extrahepatic_spread"]),
        Tumour(
            facts.ALL,
            BITS,
            counts=[at_most(1), at_most(stage.FEW_LESIONS)],
            sizes=[
                at_most(stage.VERY_EARLY_UP_TO_MM),
                at_most(stage.FEW_LESIONS_UP_TO_MM),
                at_most(burden.MILAN_SINGLE_UP_TO_MM),
            ],
            fractions=[at_most(prognosis.CLIP_FRACTION_UP_TO_PCT)],
        ),
        Single(
            facts.ALL["afp_ng_per_ml"], BITS["afp_ng_per_ml"], [at_least(prognosis.CLIP_AFP_FROM_NG_PER_ML)]
        ),
        bclc=stage.bclc,
        cnlc=stage.cnlc,
        milan=burden.milan,
        clip=prognosis.clip,
    )


@functools.cache
def _ucsf() -> Criteria:
    few = range(1, burden.FEW_LESIONS + 1)
    surely_fit = [burden.UCSF_TOTAL_UP_TO_MM / count for count in few if count > 1]
    limits = (*surely_fit, burden.UCSF_FEW_UP_TO_MM, burden.UCSF_SINGLE_UP_TO_MM)
    return Criteria(
        Invasion(BITS),
        Single(facts.ALL["extrahepatic_spread"], BITS["extrahepatic_spread"]),
        Tumour(facts.ALL, BITS, [at_most(count) for count in few], [at_most(limit) for limit in limits], []),
        Total(),
        ucsf=burden.ucsf,
    )


@functools.cache
def _seven() -> Criteria:
    counts = range(1, burden.UP_TO_SEVEN_MM // burden.MM_PER_CM)
    limits = [burden.UP_TO_SEVEN_MM - burden.MM_PER_CM * count for count in counts]
    return Criteria(
        Invasion(BITS),
        Tumour(
            facts.ALL, BITS, [at_most(count) for count in counts], [at_most(limit) for limit in limits], []
        ),
        up_to_seven=burden.up_to_seven,
    )


def bclc(entries: Entries) -> Result | None:
    """BCLC of 2022 where only one stage is possible."""
    found = _stages().only("bclc", entries)
    return None if found is None else {"stage": found, "edition": stage.BCLC_EDITION}


def cnlc(entries: Entries) -> Result | None:
    """CNLC where only one stage is possible."""
    found = _stages().only("cnlc", entries)
    return None if found is None else {"stage": found}


def clip(entries: Entries) -> Result | None:
    """CLIP where only one sum is possible."""
    found = _stages().only("clip", entries)
    return None if found is None else {"points": found}


def _has_any(entries: Entries, *more: str) -> bool:
    """Whether any fact of tumour burden is known, and a lesion is possible."""
    if spans(entries)[0][1] == 0:
        return False
    pvtt = entries.get("pvtt")
    invades = pvtt is not None and "vp0" not in pvtt.options
    return invades or any(name in entries for name in (*SIZE_FACTS, LIST, "macrovascular_invasion", *more))


def milan(entries: Entries) -> Result | None:
    """The Milan criteria."""
    return _stages().within("milan", entries) if _has_any(entries, "extrahepatic_spread") else None


def ucsf(entries: Entries) -> Result | None:
    """The UCSF criteria."""
    return _ucsf().within("ucsf", entries) if _has_any(entries, "extrahepatic_spread") else None


def up_to_seven(entries: Entries) -> Result | None:
    """Up-to-seven."""
    return _seven().within("up_to_seven", entries) if _has_any(entries) else None
