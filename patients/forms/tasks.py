"""Forms of tasks: what is to be done, by whom, by when, and how it came out."""

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from accounts.roles import Role
from patients.forms import dated
from patients.forms.register import helper
from patients.models import Task

# A task further away than this is a slip of the year.
FURTHEST_YEARS = 5


class OwnerField(forms.ModelChoiceField):
    """Somebody of the team, or nobody yet."""

    def __init__(self, *, team: Team) -> None:
        people = User.objects.filter(
            memberships__team=team,
            memberships__is_active=True,
            memberships__role__in=[Role.CLINICIAN, Role.COORDINATOR],
            is_active=True,
        )
        super().__init__(
            queryset=people.distinct(),
            required=False,
            label=gettext_lazy("Owner"),
            empty_label=gettext_lazy("Nobody yet"),
        )

    def label_from_instance(self, person: User) -> str:
        return str(person)


class TaskForm(dated.DatedForm):
    """A dated next step that is not imaging."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Task.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the kind.")},
    )
    title = dated.text(
        gettext_lazy("What is to be done"),
        required=True,
        help_text=gettext_lazy("Repeat platelets, call the family …"),
    )
    due_from = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: from today."),
    )
    due_to = forms.DateField(
        label=gettext_lazy("By"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, team: Team, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.fields["owner"] = OwnerField(team=team)
        self.helper = helper(
            Fieldset(_("Task"), "kind", "title", "due_from", "due_to", "owner", css_id="task")
        )

    def clean_due_to(self):
        due_to = self.cleaned_data["due_to"]
        if due_to < self.on:
            raise forms.ValidationError(_("This day has passed."))
        if due_to.year > self.on.year + FURTHEST_YEARS:
            raise forms.ValidationError(
                _("This is more than %(years)d years away.") % {"years": FURTHEST_YEARS}
            )
        return due_to

    def clean(self) -> dict:
        known = super().clean()
        due_to = known.get("due_to")
        if "due_from" in known and known["due_from"] is None and due_to:
            known["due_from"] = min(self.on, due_to)
        if known.get("due_from") and due_to and known["due_from"] > due_to:
            self.add_error("due_from", _("The first day is after the last day."))
        return known

    def what(self) -> dict:
        """Return the arguments of `add_task`."""
        return {name: self.cleaned_data[name] for name in ("kind", "title", "due_from", "due_to", "owner")}


class CloseTaskForm(forms.Form):
    """How the task came out."""

    marks_optional = True

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=Task.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the outcome.")},
    )
    note = dated.text(gettext_lazy("Note"), most=300)

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.helper = helper(Fieldset(_("Outcome"), "outcome", "note", css_id="outcome"))

    def clean(self) -> dict:
        known = super().clean()
        if known.get("outcome") == Task.Outcome.NOT_POSSIBLE and not known.get("note"):
            self.add_error("note", _("Say why it could not be done."))
        return known


class AssignTaskForm(forms.Form):
    def __init__(self, *args, team: Team, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.fields["owner"] = OwnerField(team=team)
        self.helper = helper(Fieldset(_("Owner"), "owner", css_id="owner"))
