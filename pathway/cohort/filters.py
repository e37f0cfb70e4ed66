"""Who of the cohort is looked at, and by what the groups are made: a form whose answers live in the address."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from pathway.cohort.endpoints import ENDPOINTS
from pathway.cohort.people import AETIOLOGIES, Person
from patients.models import Diagnosis
from procedures.models import Agent, Modality

NOT_KNOWN = "not_known"
STAGES = [(stage, stage) for stage in "0ABCD"]
CHILD_PUGH = [(letter, letter) for letter in "ABC"]
VIRAL = {
    "b": _("Hepatitis B"),
    "c": _("Hepatitis C"),
    "b_and_c": _("Hepatitis B and C"),
    "neither": _("Neither B nor C"),
}


def viral(person: Person) -> str:
    """Which hepatitis; unknown unless both were answered, or one is there and the other is not known to be."""
    known = person.aetiologies
    b, c = known.get("hepatitis_b", NOT_KNOWN), known.get("hepatitis_c", NOT_KNOWN)
    words = {("yes", "yes"): "b_and_c", ("yes", "no"): "b", ("no", "yes"): "c", ("no", "no"): "neither"}
    return words.get((b, c), "")


# By what groups may be made: each patient is in one of them, or it is not known in which.
FACTORS: Mapping[str, tuple[Any, Callable[[Person], str], Mapping[str, Any]]] = {
    "stage": (_("BCLC stage"), lambda person: person.stage, dict(STAGES)),
    "child_pugh": (_("Child-Pugh class"), lambda person: person.child_pugh, dict(CHILD_PUGH)),
    "modality": (_("First modality"), lambda person: person.modality, dict(Modality.choices)),
    "viral": (_("Viral hepatitis"), viral, VIRAL),
}


def _any(choices: Iterable[tuple[str, Any]], *, or_unknown: bool = True) -> list[tuple[str, Any]]:
    return [("", _("Any")), *choices, *([(NOT_KNOWN, _("Not known"))] if or_unknown else [])]


def _word_of(name: str) -> str:
    field: Any = Diagnosis._meta.get_field(name)
    word = str(field.verbose_name)
    return word[:1].upper() + word[1:]


class CohortForm(forms.Form):
    """Read from the address of the page: a link to a cohort shows the same cohort."""

    endpoint = forms.ChoiceField(label=_("Curve of"), required=False)
    group_by = forms.ChoiceField(label=_("Compare by"), required=False)
    since = forms.DateField(label=_("First procedure from"), required=False)
    until = forms.DateField(label=_("First procedure to"), required=False)
    stage = forms.ChoiceField(label=_("BCLC stage"), required=False, choices=_any(STAGES))
    child_pugh = forms.ChoiceField(label=_("Child-Pugh class"), required=False, choices=_any(CHILD_PUGH))
    modality = forms.ChoiceField(label=_("First modality"), required=False, choices=_any(Modality.choices))
    aetiology = forms.ChoiceField(label=_("Aetiology"), required=False)
    agent = forms.ChoiceField(label=_("Agent given"), required=False)
    operator = forms.ChoiceField(label=_("Operator"), required=False)

    def __init__(self, data: Mapping[str, str], *, team: Team, has_curves: bool = True) -> None:
        super().__init__(data)
        causes = [(name, _word_of(name)) for name in AETIOLOGIES]
        agents = Agent.objects.order_by("name").values_list("code", "name")
        people = User.objects.filter(memberships__team=team).distinct().order_by("name", "pk")
        self._choose(
            "endpoint", [("", _("First with data")), *((e.key, e.label) for e in ENDPOINTS.values())]
        )
        self._choose(
            "group_by", [("", _("Nothing")), *((key, label) for key, (label, *_rest) in FACTORS.items())]
        )
        for name in ("stage", "child_pugh", "modality"):
            self.fields[name].widget.attrs["class"] = "form-select"
        self._choose("aetiology", _any(causes, or_unknown=False))
        self._choose("agent", _any(agents, or_unknown=False))
        self._choose("operator", _any(((str(person.pk), str(person)) for person in people), or_unknown=False))
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(
                attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"
            )
        if not has_curves:
            # They stay in the address, for the way back.
            for name in ("endpoint", "group_by"):
                self.fields[name].widget = forms.HiddenInput()

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices
        self.fields[name].widget.attrs["class"] = "form-select"

    @property
    def filters(self) -> list[forms.BoundField]:
        """The fields that take patients out, in the order of the page."""
        return [self[name] for name in self.fields if name not in {"endpoint", "group_by"}]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The last day lies before the first."))
        return cleaned

    @property
    def asks_what_was_given(self) -> bool:
        """Whether agents or operators decide: only then they are looked up."""
        return bool(self.data.get("agent") or self.data.get("operator"))

    @property
    def set_count(self) -> int:
        """How many of the visible fields are set, for the summary of the folded form."""
        return sum(bool(self.data.get(field.name)) for field in self.visible_fields())

    @property
    def is_filtered(self) -> bool:
        return self.is_valid() and any(self.cleaned_data[field.name] for field in self.filters)


def kept(people: Iterable[Person], asked: Mapping[str, Any]) -> list[Person]:
    """Return those whom the answers leave in. Who has no date is in no span of dates."""
    return [person for person in people if _is_kept(person, asked)]


def _is_kept(person: Person, asked: Mapping[str, Any]) -> bool:
    since, until = asked.get("since"), asked.get("until")
    if (since or until) and person.first_on is None:
        return False
    return (
        (not since or person.first_on >= since)
        and (not until or person.first_on <= until)
        and _matches(asked.get("stage"), person.stage)
        and _matches(asked.get("child_pugh"), person.child_pugh)
        and _matches(asked.get("modality"), person.modality)
        and (not asked.get("aetiology") or person.aetiologies.get(asked["aetiology"]) == "yes")
        and (not asked.get("agent") or asked["agent"] in person.agents)
        and (not asked.get("operator") or int(asked["operator"]) in person.operators)
    )


def _matches(asked: str | None, value: str) -> bool:
    if not asked:
        return True
    return not value if asked == NOT_KNOWN else value == asked


def groups_of(people: Iterable[Person], group_by: str) -> list[tuple[str, list[Person]]]:
    """Return the groups that have somebody, in the order of their factor, the unknown last."""
    if group_by not in FACTORS:
        return [(gettext("All patients"), list(people))]
    _label, value_of, words = FACTORS[group_by]
    found: dict[str, list[Person]] = {}
    for person in people:
        found.setdefault(value_of(person), []).append(person)
    named = [(str(word), found[value]) for value, word in words.items() if value in found]
    unknown = [one for value in found if value not in words for one in found[value]]
    return [*named, *([(gettext("Not known"), unknown)] if unknown else [])]
