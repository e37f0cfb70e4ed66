"""Who may be one person registered twice: the same birth date and a name much alike.

The whole of a team would be every pair of a day of birth; the newest registrations are looked at against everybody,
a stretch at a time, so that a page costs the same with a hundred patients and with a hundred thousand.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Team
from pathway.merge.rows import DistinctPair
from patients.actions import register
from patients.models import Patient, SearchWord

# Registrations that one page looks at.
STRETCH = 500
# Of one day of birth no more are compared: a day that stands for "not known" is no sign of one person.
MOST_OF_A_DAY = 100
FIRST_WORD_OF_BIRTH, AFTER_WORDS_OF_BIRTH = b"@", b"A"


@dataclass(frozen=True)
class Pair:
    """Two records, the older registration first: it is kept unless somebody says otherwise."""

    older: Patient
    newer: Patient


@dataclass(frozen=True)
class Stretch:
    """The pairs among some registrations; `before` leads to the older ones, None where there are none."""

    pairs: list[Pair]
    looked_at: int
    before: int | None


def of_team(team: Team, *, before: int | None = None) -> Stretch:
    """Return likely pairs of which one is among the newest registrations, those before a key where it is given."""
    registered = Patient.objects.filter(team=team, merged_into=None)
    if before is not None:
        registered = registered.filter(pk__lt=before)
    newest = list(registered.order_by("-pk").values_list("pk", flat=True)[: STRETCH + 1])
    looked_at = newest[:STRETCH]
    keys = sorted(_alike(_born_alike(team, looked_at)), reverse=True)
    patients = Patient.objects.in_bulk({pk for pair in keys for pk in pair})
    return Stretch(
        pairs=[Pair(older=patients[older], newer=patients[newer]) for newer, older in keys],
        looked_at=len(looked_at),
        before=looked_at[-1] if len(newest) > STRETCH else None,
    )


def of_patient(patient: Patient) -> list[Patient]:
    """Return who of the team may be the same person."""
    who = {name: getattr(patient, name) for name in ("family_name", "given_name", "birth_date", "birth_year")}
    found = register.likely_duplicates(team=patient.team, **who)
    return [other for other in found if other != patient and other.merged_into_id is None]


def _born_alike(team: Team, keys: list[int]) -> set[tuple[int, int]]:
    """Return pairs (newer, older) of one birth word of which the newer is among `keys`."""
    words = SearchWord.objects.filter(team=team, word__gte=FIRST_WORD_OF_BIRTH, word__lt=AFTER_WORDS_OF_BIRTH)
    wanted = set(words.filter(patient__in=keys).values_list("word", flat=True))
    by_word: dict[bytes, list[int]] = defaultdict(list)
    for word, patient_id in words.filter(word__in=wanted).values_list("word", "patient"):
        by_word[bytes(word)].append(patient_id)
    looked_at = set(keys)
    return {
        (newer, older)
        for born in by_word.values()
        if len(born) <= MOST_OF_A_DAY
        for newer in looked_at.intersection(born)
        for older in born
        if older < newer
    }


def _alike(pairs: set[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Leave those whose names are much alike and of whom nobody said that they are two people."""
    keys = {pk for pair in pairs for pk in pair}
    names = dict(Patient.objects.filter(pk__in=keys).values_list("pk", "search_name"))
    alike = {pair for pair in pairs if register.alike(names[pair[0]], names[pair[1]])}
    firsts = {older for _newer, older in alike}
    told_apart = DistinctPair.objects.filter(first__in=firsts).values_list("second", "first")
    return alike - set(told_apart)
