"""The letter to a patient: which sentence follows from which row. The words are those of `words_…`, one a language.

What the images showed is not told here: that is for a conversation. Nor are the team's own tasks.
"""

import unicodedata
from types import ModuleType

from guidelines import embolisation_syndrome as syndrome
from pathway.letters.content import Content, Part, part
from pathway.letters.known import Known, Treatment
from patients.models import Patient
from procedures import kept_record, symptoms
from procedures.models import Modality

GIVES_MEDICINE = frozenset({Modality.TACE, Modality.TAI})
CLOSES_VESSELS = frozenset({Modality.TACE, Modality.TAE})
# Where the tube went in heals within the days that are watched; nobody needs to look for it months later.
OF_THE_FIRST_DAYS = frozenset({"access_limb", "access_site", "urination"})


def letter(known: Known, words: ModuleType) -> Content:
    """Return the letter in the language of these words."""
    patient = known.patient
    name = spoken_name(patient)
    born = words.day(patient.birth_date) if patient.birth_date else ""
    return {
        "language": words.LANGUAGE,
        "title": words.TITLE,
        "footer": words.about(name, "", patient.mrn),
        "head": [*_address(known)],
        "date": words.day(known.on),
        "about": words.about(name, born, patient.mrn),
        "greeting": words.greeting(name),
        "parts": [
            part(words.DONE, _done(known.treatment, words)),
            *_feelings(known, words),
            part(words.NEXT, _next(known, words)),
            *_please(known, words),
            *_call(known, words),
        ],
        "closing": words.CLOSING,
    }


def spoken_name(patient: Patient) -> str:
    """Return the name as one is spoken to: Daniel Okafor; 王小明, the family name first and together."""
    names = [patient.given_name, patient.family_name]
    if any("CJK" in unicodedata.name(sign, "") for sign in "".join(names)):
        return f"{patient.family_name}{patient.given_name}"
    return " ".join(name for name in names if name)


def _address(known: Known) -> list[str]:
    """The head of the paper: the team, and where it is."""
    lines = known.head.address.splitlines() if known.head else []
    return [known.patient.team.name, *(line.strip() for line in lines if line.strip())]


def _done(treatment: Treatment | None, words: ModuleType) -> list[str]:
    if treatment is None:
        return [words.NOT_TREATED]
    kept = treatment.kept
    targets, modality = kept_record.confirmed(kept["targets"]), kept["modality"]
    given = [one["agent_name"] for target in targets for one in target["administrations"]]
    # One that was broken off gave nothing: the name of the treatment alone is no record that it was given.
    agents = list(dict.fromkeys(given)) if modality in GIVES_MEDICINE else []
    has_closed = modality in CLOSES_VESSELS and any(target["embolisations"] for target in targets)
    site = words.SITES.get(kept["access"], "")
    return words.done(treatment.on, site, agents, treatment.count, has_closed=has_closed)


def _is_watched(known: Known) -> bool:
    treatment = known.treatment
    return treatment is not None and (known.on - treatment.on).days <= symptoms.WATCHED_FOR_DAYS


def _feelings(known: Known, words: ModuleType) -> list[Part]:
    if not _is_watched(known):
        return []
    said = words.feelings(syndrome.USUAL_FROM_DAYS, syndrome.USUAL_TO_DAYS)
    return [part(words.FEEL, [said])]


def _next(known: Known, words: ModuleType) -> list[str]:
    """Every date that is fixed or due; that there is none is said."""
    if known.patient.ended_because:
        return [words.ENDED]
    said = [words.planned(known.planned.planned_on)] if known.planned else []
    return said + _imaging(known, words) or [words.NOTHING_FIXED]


def _imaging(known: Known, words: ModuleType) -> list[str]:
    review = known.review
    if review is None:
        return []
    if review.done_on:
        return [words.imaged(review.done_on)]
    if review.booked_for and review.booked_for >= known.on:
        scan = words.SCANS.get(review.booked_modality, "")
        return [words.booked(scan, review.booked_for, review.booked_at_time, review.booked_place)]
    if review.due_from <= known.on:
        return [words.due_now(review.due_to, is_late=review.due_to < known.on)]
    return [words.due(review.due_from, review.due_to)]


def _please(known: Known, words: ModuleType) -> list[Part]:
    """Ask to keep dates where a day is fixed, and for nothing where the treatment has ended."""
    if known.patient.ended_because:
        return []
    review = known.review
    is_booked = bool(review and not review.done_on and review.booked_for and review.booked_for >= known.on)
    keep = [words.KEEP_DATES] if known.planned or is_booked else []
    return [part(words.PLEASE, items=[*keep, words.BRING])]


def _call(known: Known, words: ModuleType) -> list[Part]:
    """When to call, and whom."""
    head, signs = known.head, _signs(known, words)
    phones = words.phones(head.phone if head else "", head.urgent_phone if head else "")
    when = [part(words.CALL, items=signs)] if signs else []
    return [*when, part(words.WHOM, [*phones, words.EMERGENCY], is_loud=True)]


def _signs(known: Known, words: ModuleType) -> list[str]:
    """What is no part of the usual days after; nobody who was not treated has to look for it."""
    if known.treatment is None:
        return []
    is_early = _is_watched(known)
    signs = [said for key, said in words.SIGNS.items() if is_early or key not in OF_THE_FIRST_DAYS]
    return words.usual_days_exceeded(syndrome.HIGH_FEVER_OVER_C, syndrome.USUAL_TO_DAYS) + signs
