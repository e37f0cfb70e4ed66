"""`would_change`: which single fact, that treatment or waiting can change, would turn a refusal."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from guidelines import case, facts
from guidelines.edition import ELIGIBLE, Answer, Edition
from guidelines.entry import Entry
from guidelines.fact import Fact
from guidelines.finding import rounded, shown
from guidelines.possible import Entries
from guidelines.scores import child_pugh

# To these values only; ascites and encephalopathy may move to any of theirs.
ONLY_TO: Mapping[str, tuple[str | bool, ...]] = {
    "coagulation": ("normal",),
    "infection": ("none",),
    "on_dialysis": (False,),
    "recent_chemotherapy": (False,),
}
# Where the meaning of a number changes, in its canonical unit.
CHILD_PUGH_CUTS: Mapping[str, tuple[float, float]] = {
    "bilirubin_umol_per_l": child_pugh.BILIRUBIN_CUTS["µmol/L"],
    "albumin_g_per_l": child_pugh.ALBUMIN_CUTS["g/L"],
    "inr": child_pugh.INR_CUTS,
    "pt_prolongation_s": child_pugh.PT_CUTS,
}
CHANGEABLE = {name: fact for name, fact in facts.ALL.items() if fact.changeable}
CREATININE = "creatinine_umol_per_l"


def find(ready: Edition, entries: Entries) -> list[dict[str, Any]]:
    """One change for each fact that is given and would do it, in the order of the table."""
    search = _Search(ready, entries)
    given = (fact for name, fact in CHANGEABLE.items() if name in entries)
    return [change for fact in given if (change := search.change(fact)) is not None]


class _Search:
    """The patient's possible values, in which one group at a time is replaced."""

    def __init__(self, ready: Edition, entries: Entries) -> None:
        self._ready = ready
        self._entries = entries
        self._outlook = ready.narrow(entries)
        self._asked: dict[tuple[int, tuple[int, ...]], Answer | None] = {}
        self._helpful: dict[int, bool] = {}

    def change(self, fact: Fact) -> dict[str, Any] | None:
        """The nearest value of the fact that makes the verdict eligible."""
        level = self._ready.level_of.get(fact.name)
        if level is None or not self._can_help(level):
            return None
        entry = self._entries[fact.name]
        for value in sorted(self._candidates(fact, level), key=lambda value: _distance(entry, fact, value)):
            answer = self._with(fact, level, value)
            if answer is not None:
                return {
                    "fact": fact.name,
                    "from": shown(entry, fact),
                    "to": int(value) if fact.whole else rounded(value),
                    "verdict": answer.verdict,
                    "modality": answer.modality,
                }
        return None

    def _can_help(self, level: int) -> bool:
        """Whether any value of the fact's group would do; spares the search where none does."""
        if level not in self._helpful:
            now = self._outlook.possible[level].indexes
            others = range(len(self._ready.groups[level].variable.values))
            self._helpful[level] = any(
                self._eligible(level, (index,)) is not None for index in others if (index,) != now
            )
        return self._helpful[level]

    def _eligible(self, level: int, indexes: tuple[int, ...]) -> Answer | None:
        """The answer where the group is narrowed to these values, if it is an eligible one."""
        key = (level, indexes)
        if key not in self._asked:
            answer = self._outlook.replace(level, indexes)
            self._asked[key] = answer if answer is not None and answer.verdict in ELIGIBLE else None
        return self._asked[key]

    def _with(self, fact: Fact, level: int, value: float | str | bool) -> Answer | None:
        return self._eligible(level, self._ready.groups[level].narrow(self._changed(fact, value)).indexes)

    def _changed(self, fact: Fact, value: float | str | bool) -> Entries:
        """The entries with another value; the class follows its components."""
        changed = dict(self._entries)
        if fact.name in case.LIVER_FACTS:
            changed.pop("child_pugh_class", None)
        if fact.choices is not None or isinstance(value, str | bool):
            changed[fact.name] = Entry(fact.name, options=(value,))  # type: ignore[arg-type]
        else:
            changed[fact.name] = Entry(fact.name, value, value, fact.unit, value, value)
        return changed

    def _candidates(self, fact: Fact, level: int) -> Iterable[float | str | bool]:
        if fact.name in ONLY_TO:
            return ONLY_TO[fact.name]
        if fact.choices is not None:
            return fact.choice_values
        if fact.name == CREATININE:
            return self._highest_good_creatinine(fact, level)
        cuts = self._ready.cuts_of(fact.name) or CHILD_PUGH_CUTS[fact.name]
        return {value for cut in cuts for value in _beside(cut, fact)}

    def _highest_good_creatinine(self, fact: Fact, level: int) -> Iterator[float]:
        """eGFR falls with creatinine: halve the distance until the last good whole number is found."""
        bad, good = math.ceil(self._entries[fact.name].high), math.ceil(fact.low)
        if self._with(fact, level, float(good)) is None:
            return
        while bad - good > 1:
            middle = (bad + good) // 2
            if self._with(fact, level, float(middle)) is None:
                bad = middle
            else:
                good = middle
        yield float(good)


def _beside(cut: float, fact: Fact) -> Iterator[float]:
    """The steps at a cut and on either side of it, inside the fact's range."""
    nearest = round(cut / fact.step)
    for steps in (nearest - 1, nearest, nearest + 1):
        value = rounded(float(steps * fact.step))
        if fact.low <= value <= fact.high:
            yield value


def _distance(entry: Entry, fact: Fact, value: float | str | bool) -> float:
    """How far a value is from what is given; for a choice, how many places."""
    if entry.options:
        places = fact.possible_choices
        return min(abs(places.index(value) - places.index(option)) for option in entry.options)
    return max(entry.low - float(value), float(value) - entry.high, 0)
