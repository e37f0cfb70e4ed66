"""The form of a record: times, people, access, steps, runs, exposure, narrative, and the open target."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms.assessment import people_of
from guidelines import reference
from procedures import answers as told
from procedures import questions
from procedures.forms import boxes
from procedures.models import Artery, Modality, Procedure, ReferenceRow
from procedures.vocabulary import Vocabulary

PHASE_WORDS = {
    "arterial": gettext_lazy("Arterial"),
    "parenchymal": gettext_lazy("Parenchymal"),
    "venous": gettext_lazy("Venous"),
}


def choice(label: Any, choices: Iterable[tuple[str, Any]], *, unknown: Any = None) -> forms.ChoiceField:
    """A choice as radios; a wrong press can be taken back with the dashed one."""
    last = [("", unknown or gettext_lazy("Not known"))]
    listed = [*choices, *last]
    return forms.ChoiceField(label=label, choices=listed, required=False, widget=forms.RadioSelect)


class RecordForm(boxes.AnswersForm):
    """Everything of the record but its targets. Without `people` it does not ask who operated (the live panel)."""

    started_at = boxes.MomentField(label=gettext_lazy("Started"), required=True)
    ended_at = boxes.MomentField(label=gettext_lazy("Ended"), required=False)
    modality = choice(gettext_lazy("Modality"), [(value, value) for value in Modality.values])
    technique = choice(gettext_lazy("Technique"), Procedure.Technique.choices)
    access = choice(gettext_lazy("Access"), Procedure.Access.choices)
    access_note = boxes.PlainText(label=gettext_lazy("Access, closure"), max_length=200, required=False)
    variant_note = boxes.PlainText(label=gettext_lazy("Variant anatomy"), max_length=300, required=False)
    narrative = boxes.PlainText(
        label=gettext_lazy("Narrative"),
        max_length=boxes.LONGEST_NARRATIVE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, data: Any, *, procedure: Procedure, known: Vocabulary, reason_keys: Iterable[str], run_count: int,
        on: date, with_people: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(data)
        self.run_count = run_count
        for name in ("started_at", "ended_at"):
            self.fields[name].latest = on
        self._add_steps()
        self._add_runs(known, run_count)
        for name, fact in (*questions.BODY.items(), *questions.EXPOSURE.items()):
            self.fields[name] = boxes.ExactField(fact)
        types = [(key, f"{key}: {_(words)}") for key, words in reference.MICHELS_TYPES.items()]
        self.fields["michels_type"] = forms.ChoiceField(
            label=_("Michels type"),
            choices=[("", _("Not known")), *types],
            required=False,
            widget=boxes.Select,
        )
        if with_people:
            people = [(str(key), name) for key, name in people_of(procedure.patient.team)]
            self.fields["operators"] = boxes.SeveralField(
                label=_("Operators"), choices=people, required=False
            )
        self.reason_keys = list(reason_keys)
        for key in self.reason_keys:
            self.fields[questions.REASON + key] = boxes.PlainText(max_length=300, required=False)

    def _add_steps(self) -> None:
        for key, step in questions.steps().items():
            answers = [(value, _(label)) for value, label in step.answers.items()]
            self.fields[questions.STEP + key] = choice(_(step.label), answers)
            self.fields[questions.BECAUSE + key] = boxes.PlainText(
                label=_("Not done because") if "no" in step.departures else _("Because"),
                max_length=300,
                required=False,
            )

    def _add_runs(self, known: Vocabulary, run_count: int) -> None:
        arteries = artery_choices(known.arteries, _("Vessel"))
        for line in range(1, run_count + 1):
            self.fields[questions.of_run(line, "artery")] = forms.ChoiceField(
                label=_("Vessel"), choices=arteries, required=False
            )
            self.fields[questions.of_run(line, "phases")] = boxes.SeveralField(
                label=_("Phases"), choices=list(PHASE_WORDS.items()), required=False
            )

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        started, ended = known.get("started_at"), known.get("ended_at")
        if started and ended and ended < started:
            self.add_error("ended_at", _("The end is before the start."))
        return known


def artery_choices(arteries: Mapping[str, Artery], first: Any) -> list[tuple[str, Any]]:
    """The tree in its order, by kind; a retired row stays, for the record that chose it."""
    kinds = dict(Artery.Kind.choices)
    groups: dict[str, list[tuple[str, Any]]] = {}
    for row in arteries.values():
        groups.setdefault(str(kinds.get(row.kind, row.kind)), []).append((row.code, name_of(row)))
    return [("", first), *groups.items()]


def name_of(row: ReferenceRow) -> str:
    return _("%(name)s (retired)") % {"name": row.name} if row.is_retired else row.name


def run_count_of(answers: Mapping[str, told.Answer]) -> int:
    """The lines of imaged vessels: the filled ones and a spare one."""
    filled = [
        line
        for line in range(1, questions.MOST_RUNS + 1)
        if any(
            told.is_told(answers.get(questions.of_run(line, name), told.NONE))
            for name in ("artery", "phases")
        )
    ]
    return min(max(filled, default=0) + questions.SPARE_LINES, questions.MOST_RUNS)
