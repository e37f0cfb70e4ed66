"""The form of one target: where the catheter stood, and what was given there, line by line in its order."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines import doses
from patients import measure_fields
from patients.models import Lesion, YesNo
from patients.written_numbers import as_text
from procedures import answers as told
from procedures import questions
from procedures.forms import boxes, record
from procedures.models import Administration, TargetVessel
from procedures.vocabulary import Vocabulary

YES_NO = [(YesNo.YES.value, YesNo.YES.label), (YesNo.NO.value, YesNo.NO.label)]
YES_NO_LABELS = {
    "microcatheter": gettext_lazy("Microcatheter"),
    "is_markedly_thick": gettext_lazy("Markedly thick feeder"),
    "beyond_cystic": gettext_lazy("Tip beyond the cystic artery"),
    "beyond_right_gastric": gettext_lazy("Beyond the right gastric artery"),
    "beyond_gastroepiploic": gettext_lazy("Beyond the gastroepiploic artery"),
}
OF_AGENTS, OF_MATERIALS = ("dose", "carrier"), ("volume", "size", "udi")


class TargetForm(boxes.AnswersForm):
    """One target; the prefix is its key on the page."""

    level = forms.ChoiceField(
        label=gettext_lazy("Level reached"),
        choices=[("", gettext_lazy("Not known")), *TargetVessel.Level.choices],
        required=False,
        widget=boxes.Select,
    )
    speed = record.choice(gettext_lazy("Injected"), TargetVessel.Speed.choices)
    end_point = forms.ChoiceField(
        label=gettext_lazy("End-point"),
        choices=[("", gettext_lazy("Not known")), *TargetVessel.EndPoint.choices],
        required=False,
        widget=boxes.Select,
    )
    note = boxes.PlainText(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(
        self, data: Any, *, key: int, known: Vocabulary, lesions: Iterable[Lesion], line_count: int
    ) -> None:
        super().__init__(data, prefix=f"t{key}")
        self.known, self.line_count, self.key = known, line_count, key
        arteries = record.artery_choices(known.arteries, _("Choose the artery"))
        self.fields["artery"] = forms.ChoiceField(label=_("Artery"), choices=arteries, widget=boxes.Select)
        for name, label in YES_NO_LABELS.items():
            self.fields[name] = record.choice(label, YES_NO)
        self.fields["calibre_mm"] = boxes.ExactField(questions.CALIBRE)
        named = [(str(lesion.pk), str(lesion)) for lesion in lesions]
        self.fields["lesions"] = boxes.SeveralField(
            label=_("Lesions supplied"), choices=named, required=False
        )
        what = what_choices(known)
        for line in range(1, line_count + 1):
            self._add_line(line, what)

    def _add_line(self, line: int, what: list[tuple[str, Any]]) -> None:
        fields = {
            "what": forms.ChoiceField(label=_("What"), choices=what, required=False),
            "dose": boxes.ExactField(questions.DOSE),
            "carrier": forms.ChoiceField(
                label=_("Carrier"),
                choices=[("", _("Not known")), *Administration.Carrier.choices],
                required=False,
            ),
            "volume": boxes.ExactField(questions.VOLUME),
            "size": measure_fields.MeasureField(questions.SIZE),
            "lot": boxes.PlainText(label=_("Lot"), max_length=40, required=False),
            "udi": boxes.PlainText(label=_("UDI"), max_length=120, required=False),
        }
        for name, field in fields.items():
            self.fields[f"g{line}-{name}"] = field

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines for the page: their bound fields by name, and what they are about."""
        return [
            {
                "number": line,
                "kind": self._kind(line),
                **{name: self[f"g{line}-{name}"] for name in questions.GIVEN},
            }
            for line in range(1, self.line_count + 1)
        ]

    def _kind(self, line: int) -> str:
        chosen = self[f"g{line}-what"].value() or ""
        return chosen.partition(":")[0]

    def clean(self) -> dict[str, Any]:
        """Empty what does not belong to the kind of a line; refuse a dose that nobody gives."""
        known = super().clean()
        for line in range(1, self.line_count + 1):
            kind, _colon, code = (known.get(f"g{line}-what") or "").partition(":")
            foreign = {questions.AGENT: OF_MATERIALS, questions.MATERIAL: OF_AGENTS}.get(kind, ())
            for name in foreign:
                self.errors.pop(f"g{line}-{name}", None)
                known[f"g{line}-{name}"] = None
            dose = known.get(f"g{line}-dose")
            if kind == questions.AGENT and dose and code in self.known.agents:
                self._check_dose(f"g{line}-dose", code, float(dose["value"]))
        return known

    def _check_dose(self, name: str, code: str, dose_mg: float) -> None:
        agent = vars(self.known.agents[code])
        if not doses.is_impossible(agent, dose_mg):
            return
        said = {
            "agent": agent["name"],
            "most": as_text(agent["impossible_above_mg"]),
            "dose": as_text(dose_mg),
        }
        message = _("%(agent)s: nobody gives %(dose)s mg; above %(most)s mg is a slip.") % said
        meant = doses.likely_meant_mg(agent, dose_mg)
        if meant:
            message += " " + _("Did you mean %s mg?") % as_text(meant)
        self.add_error(name, message)


def what_choices(known: Vocabulary) -> list[tuple[str, Any]]:
    """Agents and embolic materials in one list."""
    agents = [(f"{questions.AGENT}:{row.code}", record.name_of(row)) for row in known.agents.values()]
    materials = [
        (f"{questions.MATERIAL}:{row.code}", record.name_of(row)) for row in known.materials.values()
    ]
    return [("", _("Nothing")), (_("Agents"), agents), (_("Embolic materials"), materials)]


def line_count_of(answers: Mapping[str, told.Answer], key: int) -> int:
    """The lines of what was given: the filled ones and two spare ones, three at least."""
    filled = [
        line
        for line in range(1, questions.MOST_GIVEN + 1)
        if any(
            told.is_told(answers.get(questions.of_given(key, line, name), told.NONE))
            for name in questions.GIVEN
        )
    ]
    return min(max(filled, default=1) + questions.SPARE_LINES, questions.MOST_GIVEN)
