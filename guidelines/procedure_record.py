"""A procedure's record as plain JSON, read without ever taking "not known" for "no": places, answers, and parts.

A part is what a clause looks at: everything that it may still be, the places that tell it, and those that would.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from guidelines import steps

OIL = "ethiodised_oil"
BEADS = "drug_eluting_beads"
GRANULAR = ("gelatin_sponge", "permanent_particles", "microspheres")
# What closes a fistula or a side branch; the other materials embolise the tumour.
CLOSING = ("coil", "liquid")

RIGHT_SEGMENTS, LEFT_SEGMENTS = ("5", "6", "7", "8"), ("2", "3", "4a", "4b")
EXTRAHEPATIC = "extrahepatic"

Item = Mapping[str, Any]


class Part(NamedTuple):
    """Everything that it may be: one value where it is known. `facts` and `missing` name places in the record."""

    possible: tuple[Any, ...]
    facts: Mapping[str, Any]
    missing: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What one place says: None is unknown."""

    place: str
    holds: bool | None
    given: Any


def known(value: Any, facts: Mapping[str, Any]) -> Part:
    """A part that the record tells."""
    return Part((value,), facts)


def unknown(*missing: str) -> Part:
    """A yes or no that the record leaves open."""
    return Part((False, True), {}, tuple(dict.fromkeys(missing)))


def yes_no(raw: object) -> bool | None:
    """True and "yes", False and "no"; anything else is unknown."""
    if raw in (True, "yes"):
        return True
    return False if raw in (False, "no") else None


def every(answers: Iterable[Answer]) -> Part:
    """Whether all hold: one that does not decides, one unknown leaves it open, and so does having none."""
    listed = list(answers)
    against = {one.place: one.given for one in listed if one.holds is False}
    if against:
        return known(False, against)
    open_places = [one.place for one in listed if one.holds is None]
    if open_places or not listed:
        return unknown(*(open_places or ["targets"]))
    return known(True, {one.place: one.given for one in listed})


class Record:
    """One record; what is missing, None, "" or "not_known" is unknown."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self.steps: Mapping[str, Any] = given.get("steps") or {}
        self.targets: Sequence[Item] = given.get("targets") or ()
        self.lesions: Sequence[Item] = given.get("lesions") or ()
        self.angiography: Sequence[Item] = given.get("angiography") or ()
        # While it goes on, what is not entered may still come.
        self.is_ended = given.get("is_ended") is True

    def choice(self, place: str, choices: Sequence[str]) -> Part:
        """One of the choices, a list of the possible ones, or unknown."""
        raw = self._given.get(place)
        listed = [one for one in choices if one in raw] if isinstance(raw, list) else [raw]
        possible = tuple(one for one in listed if one in choices)
        if not possible:
            return Part(tuple(choices), {}, (place,))
        return Part(possible, {place: raw}, (place,) if len(possible) > 1 else ())

    def flag(self, place: str) -> Part:
        """A yes or no of the whole record."""
        holds = yes_no(self._given.get(place))
        return unknown(place) if holds is None else known(holds, {place: holds})

    def step(self, key: str) -> str:
        """The answer of a step; empty where it is unknown."""
        return steps.answer_of(self.steps, key)

    def step_facts(self, key: str) -> dict[str, Any]:
        """A step as a finding shows it, with the reason of a departure."""
        reason = steps.reason_of(self.steps, key)
        because = {f"steps.{key}.because": reason} if reason else {}
        return {f"steps.{key}": self.step(key), **because}

    def step_is(self, key: str, wanted: str = "yes") -> Part | None:
        """Whether a step was answered so; None where it was not answered."""
        answer = self.step(key)
        return known(answer == wanted, self.step_facts(key)) if answer else None

    def numbered(self) -> Iterator[tuple[str, Item]]:
        """The targets with their places."""
        for place, target in enumerate(self.targets, start=1):
            yield f"targets.{target.get('number') or place}", target

    def each(
        self, name: str, yes: Sequence[object], no: Sequence[object], only: Sequence[str] = ()
    ) -> Iterator[Answer]:
        """One question of every target (of those places `only`, where given)."""
        for place, target in self.numbered():
            if only and place not in only:
                continue
            raw = target.get(name)
            holds = True if raw in yes else False if raw in no else None
            yield Answer(f"{place}.{name}", holds, raw)

    def unentered(self, name: str) -> Part:
        """Nothing of that name is in any target: a "no" once the procedure has ended and a target is there."""
        places = [f"{place}.{name}" for place, _target in self.numbered()] or ["targets"]
        if self.is_ended and self.targets:
            return known(False, {})
        return unknown(*places)

    def lesions_of(self, target: Item) -> list[Item]:
        """The lesions that a target supplies."""
        labels = target.get("lesions") or ()
        return [lesion for lesion in self.lesions if lesion.get("label") in labels]


def administrations(target: Item) -> Sequence[Item]:
    """What was infused there."""
    return target.get("administrations") or ()


def embolisations(target: Item, *kinds: str) -> list[Item]:
    """What was embolised with there, of those kinds; all without any."""
    return [one for one in target.get("embolisations") or () if not kinds or one.get("kind") in kinds]


def is_extrahepatic(target: Item) -> bool:
    """A feeder from outside the liver."""
    return EXTRAHEPATIC in (target.get("kind"), target.get("level"))


def sides_of(segments: Iterable[str]) -> set[str]:
    """The sides that those segments belong to; the caudate lobe counts to neither."""
    sides = {"right" for segment in segments if segment in RIGHT_SEGMENTS}
    return sides | {"left" for segment in segments if segment in LEFT_SEGMENTS}
