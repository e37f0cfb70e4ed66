"""LI-RADS treatment response (LR-TR) of one lesion after embolisation, from what the reader saw, edition by edition.

`EDITIONS` declares the questions of each. Radiation has an algorithm of its own in the 2024 edition and is not here.

    judged = lirads_response.judge("v2024-nonradiation", {"is_evaluable": "yes", "enhancement": "mass_like"})
    judged.category == "viable"

v2018: ACR, CT/MRI LI-RADS v2018, treatment response (shown in Voizard 2019, Insights Imaging 10:121, PMC6920285).
v2024: ACR, CT/MRI LI-RADS v2024, treatment response without radiation.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guidelines.entry import FactError, nearest, quoted

NONEVALUABLE, NONVIABLE, EQUIVOCAL, VIABLE = "nonevaluable", "nonviable", "equivocal", "viable"
# Category → its name; in order of how likely tumour is viable, what cannot be evaluated apart.
CATEGORIES: Mapping[str, str] = {
    NONEVALUABLE: "LR-TR Nonevaluable",
    NONVIABLE: "LR-TR Nonviable",
    EQUIVOCAL: "LR-TR Equivocal",
    VIABLE: "LR-TR Viable",
}
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question to the reader, with its answers. An optional one that is not answered is left out."""

    key: str
    label: str
    answers: Mapping[str, str]
    is_optional: bool = False
    asked_when: tuple[str, ...] = ()  # the answers about enhancement to which it belongs; none: always asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The questions of one edition and what they come to, once all are answered."""

    key: str
    name: str
    source: str
    questions: tuple[Question, ...]
    decide: Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The category, or None with those still `possible` and the questions that can decide."""

    edition: str
    category: str | None
    possible: tuple[str, ...]
    missing: tuple[str, ...]
    says: str
    source: str


IS_EVALUABLE = Question(
    key="is_evaluable", label="Technique and image quality allow an answer", answers=YES_NO
)
TISSUE = ("tissue",)


def _decide_2018(answers: Mapping[str, str]) -> str:
    if answers["is_evaluable"] == "no":
        return NONEVALUABLE
    if answers["enhancement"] in ("none", "expected"):
        return NONVIABLE
    signs = ("arterial_hyperenhancement", "washout", "as_before_treatment")
    is_tissue = answers["enhancement"] == "tissue"
    return VIABLE if is_tissue and any(answers[sign] == "yes" for sign in signs) else EQUIVOCAL


def _decide_2024(answers: Mapping[str, str]) -> str:
    if answers["is_evaluable"] == "no":
        return NONEVALUABLE
    if answers["enhancement"] == "mass_like":
        return VIABLE
    if answers["enhancement"] != "uncertain":
        return NONVIABLE
    # Ancillary signs of MRI may raise an equivocal lesion, and never lower one.
    signs = ("restricted_diffusion", "t2_hyperintensity")
    return VIABLE if any(answers[sign] == "yes" for sign in signs) else EQUIVOCAL


V2018 = Edition(
    key="v2018",
    name="LI-RADS v2018",
    source="lirads-v2018",
    questions=(
        IS_EVALUABLE,
        Question(
            key="enhancement",
            label="Enhancement in or along the lesion",
            answers={
                "none": "None",
                "expected": "As expected after this treatment",
                "atypical": "Neither expected nor tissue",
                "tissue": "Nodular, mass-like or thick irregular tissue",
            },
        ),
        Question(
            key="arterial_hyperenhancement",
            label="Arterial phase hyperenhancement",
            answers=YES_NO,
            asked_when=TISSUE,
        ),
        Question(key="washout", label="Washout", answers=YES_NO, asked_when=TISSUE),
        Question(
            key="as_before_treatment",
            label="Enhancement as before treatment",
            answers=YES_NO,
            asked_when=TISSUE,
        ),
    ),
    decide=_decide_2018,
)
V2024 = Edition(
    key="v2024-nonradiation",
    name="LI-RADS v2024, not radiation",
    source="lirads-v2024",
    questions=(
        IS_EVALUABLE,
        Question(
            key="enhancement",
            label="Enhancement in or along the lesion",
            answers={
                "none": "None",
                "not_mass_like": "Thin rim or change of perfusion round it",
                "uncertain": "Perhaps mass-like",
                "mass_like": "Mass-like, of any degree, in any phase",
            },
        ),
        Question(
            key="restricted_diffusion",
            label="Restricted diffusion (MRI)",
            answers=YES_NO,
            is_optional=True,
            asked_when=("uncertain",),
        ),
        Question(
            key="t2_hyperintensity",
            label="Mild to moderate T2 hyperintensity (MRI)",
            answers=YES_NO,
            is_optional=True,
            asked_when=("uncertain",),
        ),
    ),
    decide=_decide_2024,
)
EDITIONS: Mapping[str, Edition] = {edition.key: edition for edition in (V2018, V2024)}
NEWEST = V2024.key

SAYS: Mapping[str | None, str] = {
    NONEVALUABLE: "The images do not allow an answer: repeat them.",
    NONVIABLE: "No enhancement, or only that which treatment leaves.",
    EQUIVOCAL: "Neither clearly viable nor clearly not: measure again at the next review.",
    VIABLE: "Viable tumour: its size is the longest enhancing part, not across what does not enhance.",
    None: "Not all that decides is known.",
}


def judge(edition: str, answers: Mapping[str, Any]) -> Judgement:
    """The category by that edition; a question without an answer, None or "" is unknown. Raises FactError."""
    asked = _edition(edition)
    _check(asked, answers)
    questions = [question.key for question in asked.questions]
    combinations = list(itertools.product(*(_possible(one, answers) for one in asked.questions)))
    outcomes = {values: asked.decide(dict(zip(questions, values, strict=True))) for values in combinations}
    found = set(outcomes.values())
    category = found.pop() if len(found) == 1 else None
    return Judgement(
        edition=asked.name,
        category=category,
        possible=tuple(name for name in CATEGORIES if name in outcomes.values()),
        missing=tuple(questions[place] for place in _deciding(outcomes)),
        says=SAYS[category],
        source=asked.source,
    )


def _edition(key: str) -> Edition:
    if key not in EDITIONS:
        raise FactError("edition", f"{quoted(key)} is no edition; known: {', '.join(EDITIONS)}.")
    return EDITIONS[key]


def _check(edition: Edition, answers: Mapping[str, Any]) -> None:
    known = {question.key: question for question in edition.questions}
    for key, given in answers.items():
        if key not in known:
            raise FactError(str(key), f"{quoted(key)} is not asked by {edition.name}.{nearest(key, known)}")
        if given not in (None, "", *known[key].answers):
            accepted = ", ".join(known[key].answers)
            raise FactError(key, f"{key}: {quoted(given)} is not accepted; give one of {accepted}.")


def _possible(question: Question, answers: Mapping[str, Any]) -> Sequence[str]:
    given = answers.get(question.key)
    if given:
        return (given,)
    return ("no",) if question.is_optional else tuple(question.answers)


def _deciding(outcomes: Mapping[tuple[str, ...], str]) -> Iterator[int]:
    """The questions in which two combinations differ alone and come to different categories."""
    places = range(len(next(iter(outcomes))))
    for place in places:
        lines: dict[tuple[str, ...], set[str]] = {}
        for values, category in outcomes.items():
            lines.setdefault(values[:place] + values[place + 1 :], set()).add(category)
        if any(len(categories) > 1 for categories in lines.values()):
            yield place
