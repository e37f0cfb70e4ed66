"""A reading that is changed after the decision: nothing is decided by itself, but who decided is to look again."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from followup import standing
from followup.actions import held
from followup.models import Decision, ImagingReview
from patients.actions import tasks
from patients.models import Task


def ask_to_look_again(*, review: ImagingReview, by: User, at: datetime) -> Task | None:
    """Add a task for who decided on a held review, where its readings now say something else; once while it is open."""
    decision = review.decisions.filter(withdrawn_at=None).select_related("reading", "decided_by").first()
    if decision is None or not _is_otherwise(review, decision):
        return None
    day = {"day": date_format(decision.reading.imaged_on, "j M Y")}
    title = _("The reading of %(day)s was changed after the decision: look at the decision again") % day
    if review.patient.tasks.filter(closed_at=None, title=title).exists():
        return None
    today = held.today_of(review, at)
    return tasks.add_task(
        patient=review.patient, kind=Task.Kind.OTHER, title=title, due_from=today, due_to=today,
        owner=decision.decided_by, by=by, at=at,
    )  # fmt: skip


def _is_otherwise(review: ImagingReview, decision: Decision) -> bool:
    """Whether what stands is not what was decided on, or another reader came to something else since."""
    versions = decision.reading.versions.filter(signed_at__lte=decision.decided_at)
    then = versions.order_by("-number").first()
    signed = standing.signed_readings(review)
    stands = standing.first_or_adjudication(signed)
    if then is None or stands is None:
        return True
    is_same = (stands.mrecist, stands.recist_1_1) == (then.record["mrecist"], then.record["recist_1_1"])
    return not is_same or (not stands.is_adjudication and standing.do_differ(signed))
