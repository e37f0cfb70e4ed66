"""Forms round messages: the words of one, the filter of what was sent, and answering for what waits."""

from datetime import date, timedelta

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from followup import message_words
from followup.models import Pause
from followup.models.reminders import Channel
from patients.forms.register import helper

LONGEST_TEXT, DAYS = 2000, 30
# What is proposed; one may give any day up to the team's longest.
USUAL_DAYS = 7
PERIODS = [(7, gettext_lazy("7 days")), (30, gettext_lazy("30 days")), (365, gettext_lazy("a year"))]


class TemplateForm(forms.Form):
    """The subject and the text of one message in one language."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=150)
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, *args, key: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.key = key
        self.helper = helper(Fieldset(_("Words"), "subject", "body"))

    def clean_subject(self) -> str:
        return self._checked(" ".join(self.cleaned_data["subject"].split()))

    def clean_body(self) -> str:
        return self._checked(self.cleaned_data["body"].replace("\r\n", "\n"))

    def _checked(self, text: str) -> str:
        wrong = list(dict.fromkeys(message_words.wrong_placeholders(self.key, text)))
        if wrong:
            known = ", ".join(f"{{{name}}}" for name in message_words.PLACEHOLDERS[self.key])
            message = ngettext(
                "%(wrong)s means nothing here. This message knows %(known)s.",
                "%(wrong)s mean nothing here. This message knows %(known)s.",
                len(wrong),
            )
            raise forms.ValidationError(message, params={"wrong": ", ".join(wrong), "known": known})
        return text


class SentFilterForm(forms.Form):
    """Which of the messages are shown."""

    channel = forms.ChoiceField(
        label=gettext_lazy("By"), required=False, choices=[("", gettext_lazy("Any way")), *Channel.choices]
    )
    period = forms.ChoiceField(
        label=gettext_lazy("Of the last"), required=False, choices=PERIODS, initial=DAYS
    )

    def way(self) -> str:
        """Return the way asked for; empty for any."""
        return self._asked("channel")

    def days(self) -> int:
        """Return how many days back; thirty where nothing sensible was asked."""
        return int(self._asked("period") or DAYS)

    def _asked(self, name: str) -> str:
        self.full_clean()
        return self.cleaned_data.get(name, "")


class AcknowledgeForm(forms.Form):
    """Who says this answers for it until a day."""

    until = forms.DateField(
        label=gettext_lazy("Remind again on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=Pause.Reason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args, on: date, longest_days: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.on, self.latest = on, on + timedelta(days=longest_days)
        self.initial.setdefault("until", on + timedelta(days=min(longest_days, USUAL_DAYS)))
        until = self.fields["until"]
        until.widget.attrs |= {"min": (on + timedelta(days=1)).isoformat(), "max": self.latest.isoformat()}
        until.help_text = ngettext(
            "At most %(n)s day from today.", "At most %(n)s days from today.", longest_days
        ) % {"n": longest_days}
        self.helper = helper(Fieldset(_("I look after it"), "until", "reason", "note"))

    def clean_until(self) -> date:
        until = self.cleaned_data["until"]
        if until <= self.on:
            raise forms.ValidationError(_("Choose a day after today."))
        if until > self.latest:
            raise forms.ValidationError(
                _("This is too far away: the last day is %(day)s."),
                params={"day": self.latest.strftime("%Y-%m-%d")},
            )
        return until
