"""Form fields for facts: a measured value with its unit, a choice with "Not known" apart, yes-no-not known.

Made from `guidelines.facts` (and, for laboratory values, `patients.analytes`, which has the same attributes):

    for_fact(facts.ALL["bilirubin_umol_per_l"])           → the right field for any fact
    for_fact(fact, estimate=True)                         → with a second box: from – to
    for_fact(fact, several=True)                          → a choice that may be one of several
    attach_provenance(form.fields["x"], on=…, today=…, source=…, stale_after_days=28)

`cleaned_data` holds the contract's shape: {"value": 2.1, "unit": "mg/dL"}, {"min": 25, "max": 50, "unit": "%"},
"slight", ["none", "slight"], True, [44, 27], or None where it is not known. `initial` takes the same shapes.
What was typed stays in the box, whatever it is. Names in the POST: `x` and `x_unit` (`x_to` for the second box,
`x_possible` for the boxes of a choice among several).
"""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import ngettext

from patients import choice_fields, measure_fields

# The eye can only estimate these: two boxes, from and to.
ESTIMATED = frozenset({"tumour_fraction_pct", "expected_survival_months"})
FEW_CHOICES = 10


def for_fact(
    fact: Any,
    *,
    estimate: bool | None = None,
    several: bool = False,
    unit: str | None = None,
    **keywords: Any,
) -> forms.Field:
    """The form field of a fact of `guidelines.facts`, or of an analyte."""
    kind = getattr(fact, "kind", "number")
    if kind == "choice":
        return choice_fields.KnownChoiceField(fact, several=several, **keywords)
    if kind == "bool":
        return choice_fields.KnownYesNoField(fact, **keywords)
    if kind == "numbers":
        return measure_fields.DiametersField(fact, unit=unit, **keywords)
    if fact.whole and fact.high - fact.low < FEW_CHOICES:
        return choice_fields.KnownNumberField(fact, several=several, **keywords)
    two_boxes = fact.name in ESTIMATED if estimate is None else estimate
    return measure_fields.MeasureField(fact, estimate=two_boxes, unit=unit, **keywords)


def attach_provenance(
    field: forms.Field, *, today: date, on: date | None = None, source: str = "",
    stale_after_days: int | None = None, equivalent: str = "",
) -> None:  # fmt: skip
    """Say beside the field where its value comes from, how old it is, and whether that is too old."""
    age_days = (today - on).days if on else None
    is_stale = age_days is not None and stale_after_days is not None and age_days > stale_after_days
    note = _stale_note(stale_after_days) if is_stale and stale_after_days is not None else ""
    # Read by templates/bootstrap5/field.html.
    field.provenance = {
        "on": on,
        "age_days": age_days,
        "source": source,
        "equivalent": equivalent,
        "is_stale": is_stale,
        "stale_note": note,
    }


def _stale_note(days: int) -> str:
    return ngettext(
        "Older than the %(days)d day that the team allows. It still counts; repeat it before the procedure.",
        "Older than the %(days)d days that the team allows. It still counts; repeat it before the procedure.",
        days,
    ) % {"days": days}
