"""How the days after a procedure are judged, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidelines import embolisation_syndrome as syndrome
from patients import analytes
from procedures import symptoms

HEADINGS: dict[str, Promise] = {
    syndrome.RED: _("Not the expected course: look for a complication"),
    syndrome.WATCH: _("To be watched"),
    syndrome.EXPECTED: _("Expected course: post-embolisation syndrome"),
    syndrome.NOTHING: _("Free of symptoms"),
    syndrome.NOT_KNOWN: _("Not known: too little was asked"),
}
TEXTS: dict[str, Promise] = {
    syndrome.RED: _(
        "The syndrome usually settles within 5 to 7 days. What stands in red does not belong to it."
    ),
    syndrome.WATCH: _("No red flag, and not plainly the expected course either. Ask or measure again."),
    syndrome.EXPECTED: _(
        "Fever and pain come from the ischaemia, nausea and vomiting mainly from the drugs. They usually last "
        "5 to 7 days and settle with symptomatic care."
    ),
    syndrome.NOTHING: _("Fever, pain, nausea and vomiting were asked for last and are not there."),
    syndrome.NOT_KNOWN: _("What nobody asked is not known. Log how the patient is."),
}
ICONS = {
    syndrome.RED: "exclamation-circle-fill",
    syndrome.WATCH: "eye",
    syndrome.EXPECTED: "check-circle-fill",
    syndrome.NOTHING: "check-circle-fill",
    syndrome.NOT_KNOWN: "question-circle",
}
# The colours of the house are named after the engine's verdicts.
COLOURS = {
    syndrome.RED: "not_eligible",
    syndrome.WATCH: "eligible_with_conditions",
    syndrome.EXPECTED: "eligible",
    syndrome.NOTHING: "eligible",
    syndrome.NOT_KNOWN: "insufficient_data",
}
SYMPTOMS: dict[str, Promise] = {
    "fever": _("temperature"),
    "pain": _("pain"),
    "nausea": _("nausea"),
    "vomiting": _("vomiting"),
}


@dataclass(frozen=True)
class Said:
    """One reason in words."""

    verdict: str
    sentence: str
    look_for: list[str]
    clause: str

    @property
    def is_red(self) -> bool:
        return self.verdict == syndrome.RED


@dataclass(frozen=True)
class Judged:
    """The judgement in words."""

    verdict: str
    reasons: list[Said]
    missing: list[str]
    clauses: tuple[str, ...]

    @property
    def heading(self) -> Promise:
        return HEADINGS[self.verdict]

    @property
    def text(self) -> Promise:
        return TEXTS[self.verdict]

    @property
    def colour(self) -> str:
        return COLOURS[self.verdict]

    @property
    def icon(self) -> str:
        return ICONS[self.verdict]


def judged(judgement: syndrome.Judgement) -> Judged:
    """Say the judgement."""
    return Judged(
        judgement.verdict,
        reasons(judgement),
        missing_words(judgement.missing),
        judgement.clauses,
    )


def reasons(judgement: syndrome.Judgement) -> list[Said]:
    """Say why it was judged so."""
    return [_said(reason) for reason in judgement.reasons]


def _said(reason: syndrome.Reason) -> Said:
    values: dict[str, Any] = {
        name: f"{value:g}" if isinstance(value, float) else value for name, value in reason.values.items()
    }
    sentence = gettext(reason.says).format(**values)
    return Said(reason.verdict, sentence, [gettext(text) for text in reason.look_for], reason.clause)


def liver_signs(answers: Mapping[str, str]) -> list[str]:
    """Say which signs of the liver were looked for, and what was found: Ascites: slight."""
    return [
        f"{gettext(fact.label)}: {gettext((fact.choices or {}).get(answers[name], answers[name])).lower()}"
        for name, fact in symptoms.LIVER_SIGNS.items()
        if answers.get(name)
    ]


def missing_words(names: Iterable[str]) -> list[str]:
    """Name what was not asked or measured."""
    return [_missing(name) for name in names]


def _missing(name: str) -> str:
    if name in SYMPTOMS:
        return str(SYMPTOMS[name])
    if name in symptoms.BY_KEY:
        return gettext(symptoms.BY_KEY[name].asks)
    return gettext(analytes.ALL[name].label)
