"""The days after an embolisation: the expected post-embolisation syndrome (6.1-6.4), or something else (red).

Fever, pain, nausea and vomiting are expected, begin within about three days and last 5 to 7 days (6.4). What is still
there after day 7, or comes with the signs below, is not that syndrome and says what to look for. What was not asked or
measured is unknown, never "no".
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from guidelines import ctcae
from guidelines.clauses import adverse_effects

EXPECTED, WATCH, RED, NOTHING, NOT_KNOWN = "expected", "watch", "red", "nothing", "not_known"
GRAVEST_FIRST = (RED, WATCH, EXPECTED)

USUAL_FROM_DAYS, USUAL_TO_DAYS = adverse_effects.REACTION_FROM_DAYS, adverse_effects.REACTION_TO_DAYS
# Not in source: the syndrome begins within about 72 hours.
ONSET_WITHIN_DAYS = 3
# Not in source: fever over this with rising leukocytes or procalcitonin is looked into.
HIGH_FEVER_OVER_C = 38.5
# KDIGO 2012, acute kidney injury: 1.5 times the baseline, or 26.5 µmol/L more within 48 hours.
CREATININE_TIMES_BASELINE = 1.5
CREATININE_RISE_UMOL_PER_L, CREATININE_RISE_DAYS = 26.5, 2
# The 4Ts score (Lo 2006, J Thromb Haemost 4:759): a fall by 30 % counts, by half counts double.
PLATELETS_WATCH_FALL_PCT, PLATELETS_RED_FALL_PCT = 30, 50
# Child-Pugh's third band (Pugh 1973): jaundice is read as bilirubin over 51 µmol/L, risen from a lower baseline.
JAUNDICE_OVER_UMOL_PER_L = 51

LEUKOCYTES, PROCALCITONIN = "leukocytes_10e9_per_l", "procalcitonin_ng_per_ml"
PLATELETS, CREATININE, BILIRUBIN = "platelets_10e9_per_l", "creatinine_umol_per_l", "bilirubin_umol_per_l"
# What it reads: names and units of `guidelines.facts`, and procalcitonin.
ANALYTES = (LEUKOCYTES, PROCALCITONIN, PLATELETS, CREATININE, BILIRUBIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How the patient is on one day after the procedure (its day is 0); None is not asked.

    `signs` are those of non-target embolisation or of another complication, as keys of SIGNS: True, False or None.
    """

    day: int
    temperature_c: float | None = None
    pain: int | None = None
    nausea: bool | None = None
    vomiting: bool | None = None
    signs: Mapping[str, bool | None] = field(default_factory=dict)

    def has(self, symptom: str) -> bool | None:
        """Whether a symptom of SYMPTOMS, or a sign, is there."""
        if symptom == "fever":
            return None if self.temperature_c is None else self.temperature_c >= ctcae.FEVER_FROM_C
        if symptom == "pain":
            return None if self.pain is None else self.pain > 0
        if symptom == "nausea":
            return self.nausea
        return self.vomiting if symptom == "vomiting" else self.signs.get(symptom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One laboratory value in its canonical unit; day 0 or less is the baseline."""

    analyte: str
    day: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why it is judged so. `says` is a template that `values` fill; `look_for` are sentences."""

    key: str
    verdict: str
    says: str
    values: Mapping[str, Any] = field(default_factory=dict)
    look_for: tuple[str, ...] = ()
    clause: str = ""

    @property
    def sentence(self) -> str:
        """What it says, in English, filled."""
        return self.says.format(**self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The gravest of the reasons; `missing` names what was not asked or measured and would tell more.

    `verdict`: red, watch, expected, nothing (asked, and free of symptoms), not_known.
    """

    verdict: str
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ("6.1", "6.2", "6.4")


class Symptom(NamedTuple):
    """One symptom of the syndrome, with what is said of it in each case."""

    expected: str
    still: str
    ask_again: str
    late: str


SYMPTOMS: Mapping[str, Symptom] = {
    "fever": Symptom(
        "Fever on day {day}: expected up to day {to}.",
        "Fever on day {day}, after day {to}.",
        "Fever on day {day}, not asked since.",
        "Fever began on day {day}, after the first {within} days.",
    ),
    "pain": Symptom(
        "Pain on day {day}: expected up to day {to}.",
        "Pain on day {day}, after day {to}.",
        "Pain on day {day}, not asked since.",
        "Pain began on day {day}, after the first {within} days.",
    ),
    "nausea": Symptom(
        "Nausea on day {day}: expected up to day {to}.",
        "Nausea on day {day}, after day {to}.",
        "Nausea on day {day}, not asked since.",
        "Nausea began on day {day}, after the first {within} days.",
    ),
    "vomiting": Symptom(
        "Vomiting on day {day}: expected up to day {to}.",
        "Vomiting on day {day}, after day {to}.",
        "Vomiting on day {day}, not asked since.",
        "Vomiting began on day {day}, after the first {within} days.",
    ),
}
INFECTION = (
    "Liver abscess: CT or ultrasound, blood cultures",
    "Infarction of liver or gallbladder, cholecystitis",
)
LOOK_FOR: Mapping[str, tuple[str, ...]] = {
    "fever": INFECTION,
    "pain": (
        "Cholecystitis, infarction of the gallbladder or of the liver",
        "Ulcer, pancreatitis or another non-target embolisation",
        "Rupture of the tumour: blood count, ultrasound",
    ),
    "nausea": ("Ulcer or pancreatitis from non-target embolisation", "Liver failure"),
    "vomiting": ("Ulcer or pancreatitis from non-target embolisation", "Liver failure"),
}


class Sign(NamedTuple):
    """One sign that is no part of the syndrome: its question, how grave it is, what to look for, its clause."""

    question: str
    says: str
    verdict: str
    look_for: tuple[str, ...]
    clause: str = ""


SIGNS: Mapping[str, Sign] = {
    "jaundice": Sign(
        "Yellow eyes or skin",
        "Yellow eyes or skin, on day {day}.",
        RED,
        ("Bile duct injury or biloma", "Liver failure: bilirubin, INR"),
    ),
    "breathing": Sign(
        "Short of breath, new cough or chest pain",
        "Short of breath, new cough or chest pain, on day {day}.",
        RED,
        ("Embolism of the lung by oil or particles: oxygen saturation, chest CT",),
        "5.2.5",
    ),
    "mental_state": Sign(
        "Confused, drowsy, or weak on one side",
        "Confused, drowsy, or weak on one side, on day {day}.",
        RED,
        ("Encephalopathy: ammonia, infection, bleeding", "Embolism of the brain by oil: CT or MRI"),
    ),
    "chills": Sign("Shivering fits", "Shivering fits, on day {day}.", RED, INFECTION),
    "bleeding": Sign(
        "Vomits blood, or black stools",
        "Vomits blood, or black stools, on day {day}.",
        RED,
        ("Ulcer from non-target embolisation, varices: endoscopy", "Rupture of the tumour"),
        "5.3.10",
    ),
    "skin": Sign(
        "Skin of belly or chest red, painful or blistered",
        "Skin of belly or chest red, painful or blistered, on day {day}.",
        RED,
        ("Non-target embolisation through a skin branch", "Radiation injury of the skin"),
        "5.3.10",
    ),
    "access_limb": Sign(
        "The limb of the puncture cold, pale, numb or painful",
        "The limb of the puncture cold, pale, numb or painful, on day {day}.",
        RED,
        ("Occlusion of the access artery: pulses, duplex ultrasound",),
    ),
    "access_site": Sign(
        "Bleeding or swelling at the puncture",
        "Bleeding or swelling at the puncture, on day {day}.",
        WATCH,
        ("Haematoma or false aneurysm: duplex ultrasound",),
        "6.3",
    ),
    "urination": Sign(
        "Difficult to pass water, or none",
        "Difficult to pass water, or none, on day {day}.",
        WATCH,
        ("Urinary retention: bladder scan",),
        "6.3",
    ),
}


def judge(*, today: int, entries: Sequence[Entry], values: Sequence[Value]) -> Judgement:
    """Judge the course up to day `today` after the procedure."""
    asked = sorted((one for one in entries if 0 <= one.day <= today), key=lambda one: one.day)
    measured = {
        analyte: sorted((one for one in values if one.analyte == analyte and one.day <= today), key=_day)
        for analyte in ANALYTES
    }
    reasons = [
        *_symptoms(asked, today),
        *_signs(asked),
        *_high_fever(asked, measured),
        *_creatinine(measured[CREATININE]),
        *_platelets(measured[PLATELETS]),
        *_bilirubin(measured[BILIRUBIN]),
    ]
    reasons.sort(key=lambda one: GRAVEST_FIRST.index(one.verdict))
    missing = _missing(asked, measured)
    return Judgement(verdict=_verdict(reasons, asked), reasons=tuple(reasons), missing=missing)


def _day(value: Value) -> int:
    return value.day


def _verdict(reasons: Sequence[Reason], asked: Sequence[Entry]) -> str:
    if reasons:
        return reasons[0].verdict
    is_all_asked = all(_last(asked, symptom) is not None for symptom in SYMPTOMS)
    return NOTHING if is_all_asked else NOT_KNOWN


def _last(asked: Sequence[Entry], symptom: str) -> Entry | None:
    """The last entry in which it was asked."""
    return next((one for one in reversed(asked) if one.has(symptom) is not None), None)


def _symptoms(asked: Sequence[Entry], today: int) -> Iterator[Reason]:
    for key, symptom in SYMPTOMS.items():
        last = _last(asked, key)
        if last is None or not last.has(key):
            continue
        values = {"day": last.day, "to": USUAL_TO_DAYS, "within": ONSET_WITHIN_DAYS}
        if last.day > USUAL_TO_DAYS:
            yield Reason(
                key=key, verdict=RED, says=symptom.still, values=values, look_for=LOOK_FOR[key], clause="6.4"
            )
        elif today > USUAL_TO_DAYS:
            yield Reason(key=key, verdict=WATCH, says=symptom.ask_again, values=values, clause="6.4")
        elif _began_late(asked, key):
            yield Reason(
                key=key, verdict=WATCH, says=symptom.late, values=values, look_for=LOOK_FOR[key], clause="6.1"
            )
        else:
            yield Reason(key=key, verdict=EXPECTED, says=symptom.expected, values=values, clause="6.1")


def _began_late(asked: Sequence[Entry], symptom: str) -> bool:
    """Asked and absent on every one of the first days, there afterwards."""
    first_days = [one.has(symptom) for one in asked if one.day <= ONSET_WITHIN_DAYS]
    answers = [answer for answer in first_days if answer is not None]
    return bool(answers) and not any(answers)


def _signs(asked: Sequence[Entry]) -> Iterator[Reason]:
    for key, sign in SIGNS.items():
        last = _last(asked, key)
        if last is not None and last.has(key):
            yield Reason(
                key=key,
                verdict=sign.verdict,
                says=sign.says,
                values={"day": last.day},
                look_for=sign.look_for,
                clause=sign.clause,
            )


def _high_fever(asked: Sequence[Entry], measured: Mapping[str, Sequence[Value]]) -> Iterator[Reason]:
    last = _last(asked, "fever")
    if last is None or (last.temperature_c or 0) <= HIGH_FEVER_OVER_C:
        return
    values = {"temperature": last.temperature_c, "day": last.day}
    rising = [is_rising(measured[analyte]) for analyte in (LEUKOCYTES, PROCALCITONIN)]
    if True in rising:
        says = "{temperature} °C on day {day} with rising leukocytes or procalcitonin."
        yield Reason(key="infection", verdict=RED, says=says, values=values, look_for=INFECTION)
    elif None in rising:
        says = "{temperature} °C on day {day}: measure leukocytes and procalcitonin again."
        yield Reason(key="infection", verdict=WATCH, says=says, values=values)


def is_rising(values: Sequence[Value]) -> bool | None:
    """Whether the last value after the procedure is over the one before it; None without two to compare."""
    if len(values) < 2 or values[-1].day < 1:
        return None
    return values[-1].value > values[-2].value


def baseline_and_last(values: Sequence[Value]) -> tuple[float, Value] | None:
    """The last value up to the day of the procedure, and the last after it."""
    before = [one for one in values if one.day <= 0]
    after = [one for one in values if one.day > 0]
    return (before[-1].value, after[-1]) if before and after else None


def _creatinine(values: Sequence[Value]) -> Iterator[Reason]:
    pair = baseline_and_last(values)
    is_over = pair is not None and pair[1].value >= CREATININE_TIMES_BASELINE * pair[0]
    if is_over or has_jumped(values):
        last = values[-1]
        yield Reason(
            key="creatinine",
            verdict=RED,
            says="Creatinine has risen to {value} µmol/L on day {day}.",
            values={"value": last.value, "day": last.day},
            look_for=("Acute kidney injury: fluids, contrast, tumour lysis, urine output",),
            clause="6.3",
        )


def has_jumped(values: Sequence[Value]) -> bool:
    """KDIGO: 26.5 µmol/L more within 48 hours, the later after the procedure, and not fallen back since."""
    pairs = itertools.combinations(values, 2)
    return any(
        one.value - earlier.value >= CREATININE_RISE_UMOL_PER_L
        and one.day - earlier.day <= CREATININE_RISE_DAYS
        for earlier, one in pairs
        if one.day > 0 and one is values[-1]
    )


def _platelets(values: Sequence[Value]) -> Iterator[Reason]:
    pair = baseline_and_last(values)
    if pair is None:
        return
    baseline, last = pair
    fall_pct = (baseline - last.value) * 100 / baseline if baseline else 0
    if fall_pct >= PLATELETS_WATCH_FALL_PCT:
        yield Reason(
            key="platelets",
            verdict=RED if fall_pct >= PLATELETS_RED_FALL_PCT else WATCH,
            says="Platelets have fallen by {fall} % to {value} × 10⁹/L on day {day}.",
            values={"fall": round(fall_pct), "value": last.value, "day": last.day},
            look_for=(
                "Bleeding, infection, heparin, chemotherapy",
                "Tumour lysis, consumption: INR, fibrinogen",
            ),
        )


def _bilirubin(values: Sequence[Value]) -> Iterator[Reason]:
    pair = baseline_and_last(values)
    if pair is None:
        return
    baseline, last = pair
    if baseline <= JAUNDICE_OVER_UMOL_PER_L < last.value:
        yield Reason(
            key="bilirubin",
            verdict=RED,
            says="Bilirubin has risen from {baseline} to {value} µmol/L on day {day}.",
            values={"baseline": baseline, "value": last.value, "day": last.day},
            look_for=SIGNS["jaundice"].look_for,
            clause="6.3",
        )


def _missing(asked: Sequence[Entry], measured: Mapping[str, Sequence[Value]]) -> tuple[str, ...]:
    """Symptoms and signs that the last entry leaves open, then the values without a comparison."""
    last = asked[-1] if asked else Entry(day=0)
    open_questions = [key for key in (*SYMPTOMS, *SIGNS) if last.has(key) is None]
    comparable = {
        LEUKOCYTES: is_rising(measured[LEUKOCYTES]) is not None,
        PLATELETS: baseline_and_last(measured[PLATELETS]) is not None,
        CREATININE: baseline_and_last(measured[CREATININE]) is not None,
        BILIRUBIN: baseline_and_last(measured[BILIRUBIN]) is not None,
    }
    return (*open_questions, *(analyte for analyte, is_there in comparable.items() if not is_there))
