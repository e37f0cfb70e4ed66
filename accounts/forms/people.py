"""Inviting people, their role and absence, and the settings of a team."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.actions import Place
from accounts.models import Membership, Team, User
from accounts.roles import LEADING_ROLES, Role

ROLE_HELP = _(
    "Clinician: assesses, treats, signs. Coordinator: registers, enters labs, works the queue. "
    "Admin of people: people only, no patients. Observer: reads, no export."
)


class PlaceForm(forms.Form):
    """A role and the lead."""

    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, widget=forms.RadioSelect, help_text=ROLE_HELP
    )
    is_lead = forms.BooleanField(
        label=_("Leads the team"),
        required=False,
        help_text=_("A lead is a clinician or a coordinator, and also manages the team's people."),
    )

    def clean(self) -> dict:
        answers = super().clean()
        if answers.get("is_lead") and answers.get("role") and answers["role"] not in LEADING_ROLES:
            self.add_error("is_lead", _("Only a clinician or a coordinator can lead the team."))
        return answers

    def place(self) -> Place:
        return Place(role=Role(self.cleaned_data["role"]), is_lead=self.cleaned_data["is_lead"])


class InviteForm(PlaceForm):
    email = forms.EmailField(
        label=_("Work e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("As shown to colleagues: Dr S. Lindqvist."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["email", "name", "role", "is_lead"]

    def __init__(self, *args, team: Team, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.team = team

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        member = Membership.objects.filter(team=self.team, user__email__iexact=email).first()
        if member and member.is_active:
            raise ValidationError(_("%(person)s is already in this team."), params={"person": member.user})
        if member:
            raise ValidationError(
                _("%(person)s was in this team before: use “Let back in” in the list."),
                params={"person": member.user},
            )
        if User.objects.filter(email__iexact=email, is_active=False).exists():
            raise ValidationError(_("This account is closed. A site admin can open it again."))
        return email


class AbsenceForm(forms.Form):
    away_from = forms.DateField(
        label=_("Away from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    away_until = forms.DateField(
        label=_("Until, this day included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    deputy = forms.ModelChoiceField(
        label=_("Deputy"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Is shown, and gets the reminders, while the person is away."),
    )
    prefix = "absence"

    def __init__(self, *args, membership: Membership, **kwargs) -> None:
        stored = {name: getattr(membership, name) for name in ("away_from", "away_until", "deputy")}
        super().__init__(*args, initial=stored, **kwargs)
        colleagues = Membership.objects.filter(team=membership.team).active().exclude(pk=membership.pk)
        self.fields["deputy"].queryset = colleagues.select_related("user")
        self.fields["deputy"].label_from_instance = lambda colleague: str(colleague.user)

    def clean(self) -> dict:
        answers = super().clean()
        if self.errors:
            return answers
        start, end = answers["away_from"], answers["away_until"]
        if end and not start:
            self.add_error("away_from", _("Say from which day."))
        elif start and not end:
            self.add_error("away_until", _("Say until which day. It can be changed later."))
        elif start and end < start:
            self.add_error("away_until", _("The last day is before the first."))
        return answers


class TeamForm(forms.ModelForm):
    """The settings of a team."""

    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Each person may choose their own.")
    )

    class Meta:
        model = Team
        fields = ["name", "time_zone", "language", "requires_second_factor"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [(zone, zone) for zone in _zones()]
        self.fields["name"].error_messages["unique"] = _("There is a team of this name already.")

    def clean_name(self) -> str:
        """Names that differ only in case would be taken for one another."""
        name = self.cleaned_data["name"].strip()
        if Team.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a team of this name already."))
        return name


class NewTeamForm(TeamForm):
    class Meta(TeamForm.Meta):
        fields = [*TeamForm.Meta.fields, "is_research"]


def _zones() -> list[str]:
    """Names with a place in them, and UTC; the rest are old spellings."""
    return [
        "UTC",
        *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
    ]
