"""After each signature: which reading stands, so that the review is read, waits for a second reader, or is disputed."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from followup import settings_of, standing
from followup.actions import held, look_again, pauses, sizes
from followup.models import ImagingReview, ReviewEvent

Kind = ReviewEvent.Kind
ABOUT_READING = (Kind.READ, Kind.DISPUTED, Kind.UNDONE)


def settle(*, review: ImagingReview, because: str = "", by: User, at: datetime) -> ImagingReview:
    """Set or clear `read_at` of a held review, and let the lesions' history follow the reading that stands.

    `because` is why a reading was corrected or taken back. A review that was decided on stays read: its decision
    rests on it, and who decided is asked to look again where the reading says something else now.
    """
    if review.closed_at is not None and not review.is_to_read:
        stands = standing.standing_reading(review)
        sizes.follow(review=review, stands=stands, because=because or _does_not_stand(), by=by, at=at)
        look_again.ask_to_look_again(review=review, by=by, at=at)
        return review
    signed = standing.signed_readings(review)
    asks_two = settings_of.settings_of(review.patient.team).asks_two_readers
    state = standing.state_of(signed, asks_two=asks_two)
    _keep(review, state, because=because, by=by, at=at)
    stands = standing.standing_reading(review)
    reason = because or (_disagree() if state == standing.DISPUTED else _does_not_stand())
    sizes.follow(review=review, stands=stands, because=reason, by=by, at=at)
    return review


def _keep(review: ImagingReview, state: str, *, because: str, by: User, at: datetime) -> None:
    """Change `read_at` where the state asks for it, with the event that says why."""
    if state == standing.STANDS and review.read_at is None:
        pauses.lift_all(review, by=by, at=at)
        held.keep(review, Kind.READ, changes={"read_at": at}, by=by, at=at)
    elif state == standing.DISPUTED:
        pauses.lift_all(review, by=by, at=at)
        if review.read_at is not None:
            held.keep(review, Kind.DISPUTED, changes={"read_at": None}, by=by, at=at)
        elif _last_event(review) != Kind.DISPUTED:
            held.keep(review, Kind.DISPUTED, changes={}, by=by, at=at)
    elif state != standing.STANDS and review.read_at is not None:
        pauses.lift_all(review, by=by, at=at)
        changes = {"read_at": None}
        held.keep(review, Kind.UNDONE, changes=changes, by=by, at=at, reason=Kind.READ, note=because)


def _last_event(review: ImagingReview) -> str | None:
    events = review.events.filter(kind__in=ABOUT_READING).order_by("-at", "-pk")
    return events.values_list("kind", flat=True).first()


def _disagree() -> str:
    return _("The readers disagree about this imaging")


def _does_not_stand() -> str:
    return _("Another reading of the same images stands")
