"""What every change of reference data asks: why, on which version; and the file of an import."""

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms import register
from procedures.models import ReferenceRow

IN_THE_HISTORY = gettext_lazy("Stays in the history of the row.")


def reason_field(label, help_text=IN_THE_HISTORY) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, help_text=help_text)


def seen_field(row: ReferenceRow) -> forms.CharField:
    """Return the hidden version of the row that the person looks at."""
    return forms.CharField(widget=forms.HiddenInput, required=False, initial=version_of(row))


def version_of(row: ReferenceRow) -> str:
    """Return the number of the newest version; empty for a new row."""
    newest = _newest(row) if row.pk else None
    return str(newest.history_id) if newest else ""


def checked_version(row: ReferenceRow, seen: str) -> str:
    """Return the version if nobody changed the row since. Raises ValidationError that says who did."""
    newest = _newest(row) if row.pk else None
    if newest is None or seen == version_of(row):
        return seen
    raise forms.ValidationError(
        _("%(person)s changed this row on %(at)s. Open it again, so that nothing of that is lost.")
        % {
            "person": newest.history_user or _("The system"),
            "at": date_format(localtime(newest.history_date), "j M Y, H:i"),
        }
    )


def _newest(row: ReferenceRow):
    return row.history.select_related("history_user").order_by("-history_id").first()


class ReasonForm(forms.Form):
    """Why a row is retired, brought back or signed off."""

    def __init__(self, *args, row: ReferenceRow, label, title, help_text=IN_THE_HISTORY, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.row = row
        self.fields["reason"] = reason_field(label, help_text)
        self.fields["seen"] = seen_field(row)
        self.helper = register.helper(Fieldset(title, "reason", "seen", css_id="reason"))

    def clean_seen(self) -> str:
        return checked_version(self.row, self.cleaned_data["seen"])


class ReferenceFileForm(forms.Form):
    """The file of an import."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        help_text=gettext_lazy(
            "As exported here: the first line names the columns. "
            "Columns and rows that the file does not hold stay as they are."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.helper = register.helper(Fieldset(_("File"), "file", css_id="file"))


class ImportReasonForm(forms.Form):
    """What was read from the file, sealed, and why it is taken in."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    reason = reason_field(gettext_lazy("Why"), gettext_lazy("Stays in the history of each row that changes."))

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.helper = register.helper(Fieldset(_("Change"), "reason", "sealed", css_id="change"))
