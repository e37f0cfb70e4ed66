"""Forms of the imaging itself: book it, cancel, did not attend, done here or elsewhere, taken back."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from followup import reasons
from followup.actions import imaging
from followup.forms import act
from followup.models import ImagingReview
from followup.models.reviews import ImagingModality
from patients.forms import dated
from patients.models import YesNo

WITH_WHAT = [*ImagingModality.choices, ("", gettext_lazy("Not known"))]


def modality_field() -> forms.ChoiceField:
    return act.radios(gettext_lazy("Imaging"), WITH_WHAT, required=False)


def dynamic_field(label: Any) -> forms.ChoiceField:
    field = act.radios(label, YesNo.choices, initial=YesNo.YES)
    # Viability is judged on dynamic enhanced imaging.
    field.clauses = ["7.7"]
    return field


class BookForm(act.ActForm):
    """When, how and where the patient is imaged."""

    booked_for = act.day_field(
        gettext_lazy("Day"), error_messages={"required": gettext_lazy("Say for which day.")}
    )
    booked_at_time = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    booked_modality = modality_field()
    booked_dynamic = dynamic_field(gettext_lazy("Dynamic phases ordered"))
    booked_place = dated.text(gettext_lazy("Place"), most=120)

    def clean_booked_for(self) -> date | None:
        return self.refuse_far(self.refuse_before_it_counts(self.cleaned_data["booked_for"]))

    def booking(self) -> imaging.Booking:
        """Return what the form says."""
        names = ("booked_for", "booked_at_time", "booked_modality", "booked_dynamic", "booked_place")
        return imaging.Booking(**{name: self.cleaned_data[name] for name in names})


def booking_to_begin_with(review: ImagingReview) -> dict[str, Any]:
    """Return what stands in the boxes: what is booked, or what was done the time before."""
    if review.booked_for:
        return imaging_of(review, "booked_") | {
            "booked_for": review.booked_for,
            "booked_at_time": review.booked_at_time,
        }
    before = (
        ImagingReview.objects.filter(patient=review.patient_id, done_on__isnull=False, is_elsewhere=False)
        .order_by("-done_on", "-pk")
        .first()
    )
    if before is None:
        return {"booked_modality": "", "booked_dynamic": YesNo.YES}
    return {
        "booked_modality": before.done_modality,
        "booked_place": before.done_place,
        "booked_dynamic": YesNo.YES,
    }


def imaging_of(review: ImagingReview, prefix: str, to: str = "") -> dict[str, Any]:
    """Return how and where, as one set of columns has it, named as another."""
    return {
        f"{to or prefix}{name}": getattr(review, f"{prefix}{name}")
        for name in ("modality", "dynamic", "place")
    }


class CancelBookingForm(act.ActForm):
    """Why what was booked is cancelled."""

    reason = act.radios(gettext_lazy("Why"), reasons.BookingCancelled.choices)
    note = dated.text(gettext_lazy("In words"), most=300)

    def clean(self) -> dict:
        known = super().clean()
        self.ask_for_words(known)
        return known


class MissedForm(CancelBookingForm):
    """Why the patient did not come."""

    reason = act.radios(
        gettext_lazy("Why"),
        [*(one for one in reasons.Missed.choices if one[0] != reasons.Missed.NOT_KNOWN),
         (reasons.Missed.NOT_KNOWN, reasons.Missed.NOT_KNOWN.label)],
        initial=reasons.Missed.NOT_KNOWN,
    )  # fmt: skip


class DoneForm(act.ActForm):
    """That the patient was imaged: the day is filled in, so that Enter is enough as a rule."""

    done_on = dated.PastDateField(
        label=gettext_lazy("Day"), error_messages={"required": gettext_lazy("Say on which day.")}
    )
    done_modality = modality_field()
    done_dynamic = dynamic_field(gettext_lazy("Dynamic enhanced scan"))
    done_place = dated.text(gettext_lazy("Place"), most=120)

    is_elsewhere = False

    def clean_done_on(self) -> date | None:
        return self.refuse_before_it_counts(self.cleaned_data["done_on"])

    def imaged(self) -> imaging.Imaged:
        """Return what the form says."""
        names = ("done_on", "done_modality", "done_dynamic", "done_place")
        return imaging.Imaged(
            **{name: self.cleaned_data[name] for name in names},
            is_elsewhere=self.is_elsewhere,
            outside_report=self.cleaned_data.get("outside_report", ""),
        )


def done_to_begin_with(review: ImagingReview, *, on: date) -> dict[str, Any]:
    """Return what stands in the boxes: as it was booked, on the booked day or today; not known where nobody booked."""
    if review.booked_for is None:
        return {"done_on": on, "done_modality": "", "done_dynamic": YesNo.NOT_KNOWN}
    return imaging_of(review, "booked_", "done_") | {"done_on": min(review.booked_for, on)}


class ElsewhereForm(DoneForm):
    """That the patient was imaged in another place, with what its report says."""

    done_place = dated.text(
        gettext_lazy("Where"),
        most=120,
        required=True,
        error_messages={"required": gettext_lazy("Say in which hospital or practice.")},
    )
    outside_report = dated.text(
        gettext_lazy("What the report says"),
        most=dated.LONGEST_TEXT,
        rows=5,
        required=True,
        help_text=gettext_lazy("Paste it. Where it is still to come, say so: the reader waits for it then."),
        error_messages={"required": gettext_lazy("Paste the report, or say that it is still to come.")},
    )

    is_elsewhere = True


def elsewhere_to_begin_with(on: date) -> dict[str, Any]:
    """Return what stands in the boxes: nothing of another place is known, dynamic phases least of all."""
    return {"done_on": on, "done_modality": "", "done_dynamic": YesNo.NOT_KNOWN}


class TakeBackForm(CancelBookingForm):
    """Why it was wrong that imaging was done."""

    reason = act.radios(gettext_lazy("Why"), reasons.TakenBack.choices)
