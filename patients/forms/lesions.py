"""Forms of lesions and their sizes."""

from crispy_forms.layout import Fieldset
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms import dated, parts
from patients.forms.register import helper
from patients.models import Lesion


class SizeFields(dated.DatedForm):
    """The size of a lesion on one day."""

    longest_mm = parts.MillimetreField(label=gettext_lazy("Longest diameter"))
    viable_mm = parts.MillimetreField(
        label=gettext_lazy("Viable diameter"),
        required=False,
        help_text=gettext_lazy("The part that enhances in the arterial phase (mRECIST); 0 when none does."),
    )
    measured_on = dated.PastDateField(label=gettext_lazy("Measured on"))
    source = dated.text(gettext_lazy("Imaging"), most=60, help_text=gettext_lazy("CT, MRI, outside report …"))

    SIZE = ("longest_mm", "viable_mm", "measured_on", "source")

    def clean(self) -> dict:
        known = super().clean()
        longest, viable = known.get("longest_mm"), known.get("viable_mm")
        if longest is not None and viable is not None and viable > longest:
            self.add_error("viable_mm", _("The viable part cannot be longer than the lesion."))
        return known

    def size(self) -> dict:
        """Return the columns of LesionMeasurement."""
        return {name: self.cleaned_data[name] for name in self.SIZE}


class MeasureForm(SizeFields):
    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.helper = helper(Fieldset(_("Size"), *self.SIZE, css_id="size"))


class SeenFields(dated.DatedForm):
    """Where the lesion is and what it looks like."""

    segments = parts.segments_field()
    first_seen_on = dated.PastDateField(label=gettext_lazy("First seen on"), required=False)
    capsule = dated.one_of(gettext_lazy("Capsule"), Lesion.Capsule)
    margin = dated.one_of(gettext_lazy("Margin"), Lesion.Margin)
    vascularity = dated.one_of(gettext_lazy("Vascularity"), Lesion.Vascularity)
    note = dated.text(gettext_lazy("Note"), most=300)

    SEEN = ("segments", "first_seen_on", "capsule", "margin", "vascularity", "note")

    def seen(self) -> dict:
        """Return the columns of Lesion."""
        return {name: self.cleaned_data[name] for name in self.SEEN}


class EditLesionForm(SeenFields):
    def __init__(self, *args, lesion: Lesion, **keywords) -> None:
        super().__init__(*args, initial={name: getattr(lesion, name) for name in self.SEEN}, **keywords)
        self.helper = helper(Fieldset(_("Lesion"), *self.SEEN, css_id="lesion"))


class AddLesionForm(dated.OnceForm, SeenFields, SizeFields):
    """A new lesion, with its first size where it was measured."""

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        for name in ("capsule", "margin", "vascularity"):
            self.fields[name].initial = "not_known"
        for name in ("longest_mm", "measured_on"):
            self.fields[name].required = False
        self.helper = helper(
            Fieldset(_("Lesion"), *self.SEEN, css_id="lesion"),
            Fieldset(_("First size"), *self.SIZE, css_id="size"),
        )

    def clean(self) -> dict:
        known = super().clean()
        if known.get("longest_mm") is not None and not known.get("measured_on"):
            self.add_error("measured_on", _("Say on which day the lesion was measured."))
        if known.get("longest_mm") is None and known.get("viable_mm") is not None:
            self.add_error("longest_mm", _("Give the longest diameter too."))
        return known

    def size(self) -> dict | None:
        return super().size() if self.cleaned_data["longest_mm"] is not None else None
