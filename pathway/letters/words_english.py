"""The letter to a patient in English: short words, short sentences; nobody needs to know medicine to read it."""

from collections.abc import Sequence
from datetime import date, time

from django.utils import translation
from django.utils.formats import date_format

LANGUAGE = "en"
TITLE = "Your treatment and what comes next"
DONE, FEEL, NEXT, PLEASE, CALL = (
    "What was done",
    "What you may feel",
    "What comes next",
    "What you can do",
    "Call us at once if",
)
WHOM = "How to reach us"
CLOSING = "With kind regards,"
NOT_TREATED = "You have not had a treatment with us so far."
ENDED = "Your treatment with us has ended."
NOTHING_FIXED = "Your next date is not fixed yet. We will tell you as soon as it is."
KEEP_DATES = "Please keep these dates. If you cannot come, call us. We will find another day."
BRING = "Bring this letter with you each time you come, and a list of the medicines you take."
EMERGENCY = "If you feel very ill, do not wait: call an ambulance or go to the nearest emergency department."
NO_PHONE = "Our phone number is not known yet."
AND = " and "

SITES = {"femoral": "in your groin", "radial": "at your wrist", "brachial": "in your arm"}
SCANS = {"ct": "CT", "mri": "MRI", "both": "CT and MRI"}
# In plain words, what `guidelines.embolisation_syndrome` asks about as signs of something else than the usual days.
SIGNS = {
    "jaundice": "your skin or your eyes turn yellow",
    "breathing": "you have trouble breathing, a new cough, or pain in your chest",
    "mental_state": "you are confused or very sleepy, or one side of your body is weak",
    "chills": "you shake with cold",
    "bleeding": "you vomit blood, or your stools are black",
    "skin": "the skin of your belly or chest is red, sore or blistered",
    "access_limb": "the leg or arm where the tube went in is cold, pale, numb or painful",
    "access_site": "there is bleeding or swelling where the tube went in",
    "urination": "you have trouble passing water, or pass none",
}


def day(value: date) -> str:
    """Say a day: 24 March 2026."""
    with translation.override(LANGUAGE):
        return date_format(value, "j F Y")


def weekday(value: date) -> str:
    """Say a day with its name: Tuesday 24 March 2026."""
    with translation.override(LANGUAGE):
        return date_format(value, "l j F Y")


def greeting(name: str) -> str:
    return f"Dear {name}," if name else "Dear patient,"


def about(name: str, born: str, number: str) -> str:
    return " · ".join(
        part for part in (name, f"born {born}" if born else "", f"record number {number}") if part
    )


def done(on: date, site: str, agents: Sequence[str], count: int, *, has_closed: bool) -> list[str]:
    """Say what was done; what is not on record is left out."""
    tube = f"A thin tube was put into a blood vessel{' ' + site if site else ''} and moved up to your liver."
    how = ""
    if agents:
        how = f"Through it we gave a medicine against the tumour ({AND.join(agents)}), right where the tumour is."
    if has_closed:
        how += " Then we closed" if agents else "Through it we closed"
        how += f" the small vessels that feed {'it' if agents else 'the tumour'}."
    so_far = f"You have now had {count} treatments of this kind with us." if count > 1 else ""
    return [f"On {day(on)} you had a treatment of the liver. {tube} {how}".strip(), so_far]


def feelings(from_days: int, to_days: int) -> str:
    return (
        "In the first days many people have a fever, pain in the belly, or feel sick. This is expected."
        f" It mostly goes away in {from_days} to {to_days} days."
    )


def booked(scan: str, on: date, at: time | None, place: str) -> str:
    """Say an appointment for a scan."""
    named = f"Your next scan ({scan})" if scan else "Your next scan"
    clock = f" at {at:%H:%M}" if at else ""
    return f"{named} is on {weekday(on)}{clock}{', ' + place if place else ''}."


def due(first: date, last: date) -> str:
    return (
        f"Your next scan should be between {day(first)} and {day(last)}. It has no fixed day yet."
        f" If you have not heard from us by {day(first)}, please call us."
    )


def due_now(last: date, *, is_late: bool) -> str:
    should = "should have been" if is_late else "should be"
    return f"Your next scan {should} by {day(last)}, and it has no fixed day yet. Please call us now."


def imaged(on: date) -> str:
    return f"You had a scan on {day(on)}. Your doctors look at it, and then they tell you what comes next."


def planned(on: date) -> str:
    return f"Your next treatment is planned for {weekday(on)}."


def usual_days_exceeded(over_c: float, to_days: int) -> list[str]:
    """Say where fever, pain and vomiting are more than expected. That of strong pain is not in source."""
    return [
        f"you have a fever over {over_c:g} °C",
        "your pain is very strong, or suddenly grows stronger",
        f"you have a fever, pain or vomiting for more than {to_days} days",
    ]


def phones(phone: str, urgent_phone: str) -> list[str]:
    """Say whom to call, and when."""
    said = [f"Phone, on working days: {phone}" if phone else NO_PHONE]
    return said + ([f"Phone, at night and on other days: {urgent_phone}"] if urgent_phone else [])
