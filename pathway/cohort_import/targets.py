"""What a column of a cohort may be: an identity, a piece of the diagnosis, a date, or a fact of the guideline.

Facts, their units and their choices come from `guidelines.facts`; nothing of them is written here again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from followup.models import ImportedOutcome
from guidelines import facts
from patients.models import Diagnosis, Patient, YesNo

Kind = Literal["text", "date", "year", "choice", "yes_no", "number", "amount"]


# A hundred years; ten lesions of half a metre.
MOST_WEEKS, MOST_MM = 5200, 5000

OUTCOME_TARGETS = (
    "weeks_to_first_imaging", "weeks_to_progression", "progressed", "weeks_to_death", "died",
    "viable_sum_before_mm", "viable_sum_after_mm", "mrecist",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One thing that a column can say. `choices` maps the stored value to its label."""

    name: str
    label: Any  # translated when it is shown, like the group and the choices
    group: Any
    kind: Kind
    choices: Mapping[str, Any] | None = None
    fact: facts.Fact | None = None
    longest: int = 0
    # Of an amount: what is more is a slip of the pen.
    most: float = 0

    @property
    def units(self) -> list[str]:
        """The units that the column may be in, the canonical one first."""
        return [unit.symbol for unit in self.fact.units if unit.symbol] if self.fact else []

    @property
    def translates(self) -> bool:
        """Whether each different value of the column needs a meaning of its own."""
        return self.kind in {"choice", "yes_no"}


def _text(name: str, model_field: str) -> Target:
    field: Any = Patient._meta.get_field(model_field)
    return Target(name, field.verbose_name, _("Patient"), "text", longest=field.max_length)


def _of_diagnosis(name: str, choices: type[TextChoices]) -> Target:
    kind: Kind = "yes_no" if choices is YesNo else "choice"
    known = {value: label for value, label in choices.choices if value != "not_known"}
    field: Any = Diagnosis._meta.get_field(name)
    return Target(name, field.verbose_name, _("Diagnosis"), kind, choices=known)


def _of_outcome(name: str) -> Target:
    field: Any = ImportedOutcome._meta.get_field(name)
    if field.choices is None:
        most = MOST_WEEKS if name.startswith("weeks") else MOST_MM
        return Target(name, field.verbose_name, _("Outcome"), "amount", most=most)
    known = {value: label for value, label in field.choices if value != "not_known"}
    kind: Kind = "yes_no" if "yes" in known else "choice"
    return Target(name, field.verbose_name, _("Outcome"), kind, choices=known)


def _of_fact(fact: facts.Fact) -> Target:
    kinds: dict[str, Kind] = {"number": "number", "choice": "choice", "bool": "yes_no"}
    choices: Mapping[str, Any] | None = fact.choices or (
        {"true": _("Yes"), "false": _("No")} if fact.kind == "bool" else None
    )
    group = format_lazy("{group}", group=_(facts.GROUPS[fact.group]))
    return Target(fact.name, _(fact.label), group, kinds[fact.kind], choices=choices, fact=fact)


ALL: Mapping[str, Target] = {
    target.name: target
    for target in (
        _text("mrn", "mrn"),
        _text("family_name", "family_name"),
        _text("given_name", "given_name"),
        Target("birth_date", _("date of birth"), _("Patient"), "date"),
        Target("birth_year", _("year of birth"), _("Patient"), "year"),
        Target("assessed_on", _("date of the assessment"), _("Patient"), "date"),
        Target("laboratory_taken_on", _("date of the laboratory values"), _("Patient"), "date"),
        _of_diagnosis("hepatitis_b", YesNo),
        _of_diagnosis("hepatitis_c", YesNo),
        _of_diagnosis("alcohol", YesNo),
        _of_diagnosis("steatotic", YesNo),
        _of_diagnosis("diabetes", YesNo),
        _of_diagnosis("cirrhosis", Diagnosis.Degree),
        _of_diagnosis("basis", Diagnosis.Basis),
        _of_diagnosis("grade", Diagnosis.Grade),
        *(_of_outcome(name) for name in OUTCOME_TARGETS),
        *(_of_fact(fact) for fact in facts.ALL.values() if fact.kind != "numbers"),
    )
}

DIAGNOSIS_TARGETS = (
    "hepatitis_b", "hepatitis_c", "alcohol", "steatotic", "diabetes", "cirrhosis", "basis", "grade",
)  # fmt: skip
