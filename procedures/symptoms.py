"""The call script: what is asked in the days after a procedure, in the order of asking; declared once.

The signs are those of `guidelines.embolisation_syndrome`; temperature and pain have columns of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from guidelines import embolisation_syndrome, facts
from guidelines.fact import Fact


@dataclass(frozen=True, slots=True)
class Question:
    """One question with the answers yes and no; open is not asked. `clause` is the guideline's own."""

    key: str
    asks: str
    clause: str = ""


def _sign(key: str) -> Question:
    sign = embolisation_syndrome.SIGNS[key]
    return Question(key, sign.question, sign.clause)


QUESTIONS: tuple[Question, ...] = (
    Question("nausea", "Nausea, or no appetite", "6.1"),
    Question("vomiting", "Vomiting", "6.1"),
    _sign("access_site"),
    _sign("access_limb"),
    _sign("urination"),
    _sign("jaundice"),
    _sign("breathing"),
    _sign("mental_state"),
    _sign("chills"),
    _sign("bleeding"),
    _sign("skin"),
)
BY_KEY: Mapping[str, Question] = {question.key: question for question in QUESTIONS}

# What Child-Pugh needs beside the laboratory; kept among the answers as the contract says it, open is not asked.
LIVER_SIGNS: Mapping[str, Fact] = {name: facts.ALL[name] for name in ("ascites", "encephalopathy")}

# Not in source: the days on which the patient is called, with the days by which each call is made at the latest.
CALLS: Mapping[int, int] = {1: 2, 3: 4, 7: 8, 14: 16}
# Not in source: so long after a procedure what happens is looked at as its course.
WATCHED_FOR_DAYS = 30
# Not in source: an older value says nothing of how the patient came to the procedure.
BASELINE_WITHIN_DAYS = 90


def answer_of(answers: Mapping[str, str], key: str) -> bool | None:
    """Whether it is there; None where nobody asked."""
    return {"yes": True, "no": False}.get(answers.get(key, ""))
