"""The coded reasons of what is done to a review: what `ReviewEvent.reason` holds, kind by kind."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from followup.models import ImagingReview, Pause, ReviewEvent


class Rescheduled(TextChoices):
    CLINICAL = "clinical", _("Clinical judgement")
    SCANNER = "scanner", _("Scanner or holidays")
    PATIENT = "patient", _("The patient’s wish")
    UNWELL = "unwell", _("In hospital or too ill")
    PROCEDURE_MOVED = "procedure_moved", _("The procedure’s date was corrected")
    OTHER = "other", _("Other")


class BookingCancelled(TextChoices):
    PATIENT = "patient", _("The patient asked for another day")
    UNWELL = "unwell", _("In hospital or too ill")
    SCANNER = "scanner", _("No scanner")
    HOSPITAL = "hospital", _("Cancelled by the hospital")
    MISTAKE = "mistake", _("Booked by mistake")
    OTHER = "other", _("Other")


class Missed(TextChoices):
    FORGOT = "forgot", _("Forgot")
    UNWELL = "unwell", _("In hospital or too ill")
    TRANSPORT = "transport", _("Could not get there")
    NOT_TOLD = "not_told", _("Was not told")
    DID_NOT_WANT = "did_not_want", _("Did not want it")
    NOT_KNOWN = "not_known", _("Not known")
    OTHER = "other", _("Other")


class TakenBack(TextChoices):
    WRONG_DAY = "wrong_day", _("Wrong day")
    WRONG_PATIENT = "wrong_patient", _("Wrong patient")
    NOT_DONE = "not_done", _("It was not done")
    OTHER = "other", _("Other")


class Reopened(TextChoices):
    MISTAKE = "mistake", _("Closed by mistake")
    DECISION_WITHDRAWN = "undecided", _("The decision was withdrawn")
    OTHER = "other", _("Other")


# What each kind of event may give as its reason; a kind that is not here has none.
OF_KIND: dict[str, type[TextChoices]] = {
    ReviewEvent.Kind.RESCHEDULED: Rescheduled,
    ReviewEvent.Kind.BOOKING_CANCELLED: BookingCancelled,
    ReviewEvent.Kind.DID_NOT_ATTEND: Missed,
    ReviewEvent.Kind.DONE_TAKEN_BACK: TakenBack,
    ReviewEvent.Kind.PAUSED: Pause.Reason,
    ReviewEvent.Kind.CLOSED: ImagingReview.ClosedBecause,
    ReviewEvent.Kind.REOPENED: Reopened,
}


def words_for(event: ReviewEvent) -> str:
    """Return the reason in words; empty where there is none."""
    choices = OF_KIND.get(event.kind)
    found = dict(choices.choices).get(event.reason) if choices else None
    return str(found) if found else event.reason
