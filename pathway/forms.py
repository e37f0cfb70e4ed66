"""The forms of a cohort import: the file, and what its columns mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pathway.cohort_import import guesses, mapping, targets
from pathway.cohort_import.mapping import Meaning, Rule
from patients.table import Table

# What a person writes for a value that is to be left out.
SAYS_NOTHING = "?"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV or XLSX file"),
        help_text=_(
            "First line: column names. UTF-8. At most 10 MB and 20,000 rows. Nothing is imported yet."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


@dataclass
class MeaningField:
    """What one value of a column stands for: ticked choices, or text for a number."""

    value: str
    ticked: list[str] = field(default_factory=list)
    text: str = ""
    error: str = ""


@dataclass
class RuleRow:
    """One line of the columns form: a use of a column."""

    number: int
    column: str
    samples: list[str]
    target: targets.Target | None = None
    unit: str = ""
    meanings: list[MeaningField] = field(default_factory=list)
    error: str = ""

    @property
    def is_valid(self) -> bool:
        return not self.error and not any(meaning.error for meaning in self.meanings)

    def as_rule(self) -> Rule | None:
        if self.target is None:
            return None
        means = {m.value: _meaning(self.target, m) for m in self.meanings if self._counts(m)}
        return Rule(self.column, self.target.name, unit=self.unit, means=means)

    def _counts(self, meaning: MeaningField) -> bool:
        """A number without a group of its own is read as it stands."""
        return self.target.translates or bool(meaning.text)


class ColumnsForm:
    """All columns of a cohort with what each means; keeps what was said when something of it is wrong."""

    def __init__(
        self, table: Table, rows: Iterable[RuleRow], *, without: frozenset[str] = frozenset()
    ) -> None:
        self.rows = list(rows)
        self.error = ""
        self.target_groups = _grouped(without)
        self._table = table

    @classmethod
    def from_rules(cls, table: Table, rules: list[Rule], *, without: frozenset[str]) -> "ColumnsForm":
        """Show stored rules; a column without one is shown as not used."""
        used = {rule.column for rule in rules}
        rules_in_order = [
            rule
            for column in table.columns
            for rule in ([r for r in rules if r.column == column] if column in used else [None])
        ]
        columns = [
            column
            for column in table.columns
            for _rule in ([r for r in rules if r.column == column] or [None])
        ]
        rows = [
            row_for(table, number, column, rule)
            for number, (column, rule) in enumerate(zip(columns, rules_in_order, strict=True))
        ]
        return cls(table, rows, without=without)

    @classmethod
    def from_post(cls, table: Table, data: QueryDict, *, without: frozenset[str]) -> "ColumnsForm":
        numbers = [n for n in range(len(table.columns) * 3) if f"row-{n}-column" in data]
        rows = [posted_row(table, number, data) for number in numbers]
        return cls(table, [row for row in rows if row is not None], without=without)

    def is_valid(self) -> bool:
        chosen = [row.target.name for row in self.rows if row.target]
        if "mrn" not in chosen:
            self.error = gettext("Say which column holds the record number.")
        elif chosen.count("mrn") > 1:
            self.error = gettext("Only one column can hold the record number.")
        return not self.error and all(row.is_valid for row in self.rows)

    def rules(self) -> list[Rule]:
        return [rule for row in self.rows if (rule := row.as_rule())]


def _grouped(without: frozenset[str]) -> list[tuple[str, list[targets.Target]]]:
    groups: dict[str, list[targets.Target]] = {}
    for target in targets.ALL.values():
        if target.name not in without:
            groups.setdefault(str(target.group), []).append(target)
    return list(groups.items())


def row_for(table: Table, number: int, column: str, rule: Rule | None) -> RuleRow:
    """Return the line that shows a rule, with a field for each value that needs or has a meaning."""
    row = RuleRow(number, column, table.samples(column))
    if rule is None:
        return row
    row.target, row.unit = targets.ALL[rule.target], rule.unit
    values = table.distinct(column, guesses.MOST_MEANINGS)
    if values is None and row.target.translates:
        row.error = gettext("has too many different values for this use")
    if row.target.translates or rule.means or _may_be_groups(row.target, values):
        row.meanings = [_shown(value, rule) for value in sorted(values or _said_to_be_nothing(rule))]
    return row


def _said_to_be_nothing(rule: Rule) -> list[str]:
    """Of a measured column with too many values to list: those that a rule explains."""
    return [] if targets.ALL[rule.target].translates else list(rule.means)


def _may_be_groups(target: targets.Target, values: list[str] | None) -> bool:
    return target.kind == "number" and values is not None and len(values) <= guesses.MOST_MEANINGS


def _shown(value: str, rule: Rule) -> MeaningField:
    meaning = rule.means.get(value)
    if meaning is None and value in rule.means and not targets.ALL[rule.target].translates:
        return MeaningField(value, text=SAYS_NOTHING)
    if meaning is None:
        return MeaningField(value)
    if isinstance(meaning, dict | int | float) and not isinstance(meaning, bool):
        return MeaningField(value, text=_number_text(meaning))
    several = meaning if isinstance(meaning, list) else [meaning]
    return MeaningField(
        value, ticked=[str(one).lower() if isinstance(one, bool) else str(one) for one in several]
    )


def _number_text(meaning: Meaning) -> str:
    if not isinstance(meaning, dict):
        return f"{meaning:g}"
    low, high = meaning.get("min"), meaning.get("max")
    if low is None:
        return f"≤{high:g}"
    return f"≥{low:g}" if high is None else f"{low:g}–{high:g}"


def posted_row(table: Table, number: int, data: QueryDict) -> RuleRow | None:
    """Return one line as it was posted, or None where the column is not of this file."""
    column = data.get(f"row-{number}-column", "")
    if column not in table.columns:
        return None
    target = targets.ALL.get(data.get(f"row-{number}-target", ""))
    row = RuleRow(number, column, table.samples(column), target)
    if target is None:
        return row
    unit = data.get(f"row-{number}-unit", "")
    row.unit = unit if unit in target.units else (target.units[0] if target.units else "")
    if target.translates and table.distinct(column, guesses.MOST_MEANINGS) is None:
        row.error = gettext("has too many different values for this use")
    row.meanings = [_posted_meaning(target, number, k, data) for k in range(guesses.MOST_MEANINGS)
                    if f"row-{number}-value-{k}" in data]  # fmt: skip
    return row


def _posted_meaning(target: targets.Target, number: int, k: int, data: QueryDict) -> MeaningField:
    meaning = MeaningField(
        data[f"row-{number}-value-{k}"],
        ticked=[c for c in data.getlist(f"row-{number}-means-{k}") if c in (target.choices or {})],
        text=data.get(f"row-{number}-text-{k}", "").strip(),
    )
    try:
        _meaning(target, meaning)
    except ValueError as error:
        meaning.error = str(error)
    return meaning


def _meaning(target: targets.Target, shown: MeaningField) -> Meaning:
    """Return the meaning in the contract's shape. Raises ValueError where text is no number or range."""
    if not target.translates:
        return _measured(target, shown.text)
    ticked = [_stored(target, choice) for choice in shown.ticked]
    if len(ticked) == len(target.choices or {}) or not ticked:
        return None  # each is possible: that says nothing
    return ticked[0] if len(ticked) == 1 else ticked


def _measured(target: targets.Target, text: str) -> Meaning:
    if text.casefold() in mapping.NOTHING_SAID:
        return None
    return mapping.amount(text, target.most) if target.kind == "amount" else mapping.number_or_range(text)


def _stored(target: targets.Target, choice: str) -> Meaning:
    return {"true": True, "false": False}[choice] if target.fact and target.fact.kind == "bool" else choice
