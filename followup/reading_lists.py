"""Which images wait for this person to read them, or to adjudicate between readers who disagree."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Team, User
from followup import stages
from followup.models import ImagingReview, Reading


def to_read(team: Team, person: User) -> QuerySet[ImagingReview]:
    """Return the team's imaged reviews that this person can bring on, the longest waiting first.

    `own_draft` is the key of a reading that they began, `signed` how many readings are signed: two or more in a review
    that is not read disagree. One that waits for a second reader is not for the first.
    """
    own = Reading.objects.filter(
        review=OuterRef("pk"), reader=person, is_adjudication=False, retracted_at=None
    )
    signed = Reading.objects.filter(review=OuterRef("pk"), signed_at__isnull=False, retracted_at=None)
    counted = signed.order_by().values("review").annotate(n=Count("pk")).values("n")
    waiting = stages.reviews_in_care(team).filter(done_on__isnull=False, read_at=None)
    return (
        waiting.annotate(
            own_draft=Subquery(own.filter(signed_at=None).values("pk")[:1]),
            has_read=Exists(own.filter(signed_at__isnull=False)),
            signed=Coalesce(Subquery(counted), 0),
        )
        .filter(Q(has_read=False) | Q(signed__gte=2))
        .select_related("patient", "owner")
        .order_by("done_on", "pk")
    )
