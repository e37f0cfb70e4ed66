"""One row of the queue, opened beside the list or as a page of its own, and what is done to it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Capability
from followup import access, event_words, queue, queue_page, queue_rows, review_page, row_words
from followup.actions import held, pauses, reviews
from followup.models import ImagingReview
from followup.views import queue_acts
from followup.views.queue import record_list


@login_required
@require_GET
def queue_row(request: HttpRequest, review_id: int) -> HttpResponse:
    """Open a row: htmx gets it alone, anybody else the queue with it."""
    review = access.get_review_for(request, review_id)
    return show(request, review)


@login_required
@require_http_methods(["GET", "POST"])
def queue_act(request: HttpRequest, review_id: int, act: str) -> HttpResponse:
    """Show the form of an act, and do it."""
    chosen = queue_acts.ACTS.get(act)
    if chosen is None:
        raise Http404
    review = access.get_review_for(request, review_id, may=chosen.may)
    form = chosen.form(_asking(request, review))
    if request.method == "POST" and form.is_valid():
        told = _do(request, review, chosen, form)
        if told is not None:
            return done(request, review, told)
        review = access.get_review_for(request, review_id, may=chosen.may)
    return show(request, review, act=act, form=form, status=422 if form.is_bound else 200)


def _asking(request: HttpRequest, review: ImagingReview) -> queue_acts.Asking:
    return queue_acts.Asking(
        review=review,
        membership=request.membership,
        by=request.user,
        now=timezone.now(),
        today=timezone.localdate(),
        data=request.POST if request.method == "POST" else None,
    )


def _do(request: HttpRequest, review: ImagingReview, act: queue_acts.Act, form: forms.Form) -> str | None:
    """Do it and return what is said of it; None where it was refused, with the reason at the form."""
    how = {"by": request.user, "at": timezone.now(), "revision": seen_revision(request)}
    try:
        return act.run(_asking(request, review), form, how)
    except held.ChangedMeanwhile as refused:
        form.add_error(None, _meanwhile(refused.review, seen_revision(request)))
    except queue_acts.REFUSED as refused:
        form.add_error(None, queue_acts.refusal(refused))
    return None


def _meanwhile(review: ImagingReview, revision: int) -> str:
    """Say who changed what since the person opened the row; sending once more is then a choice."""
    changes = "; ".join(event_words.changed_since(review, revision))
    return _("Somebody changed this while you had it open. %(changes)s. Compare, then send again.") % {
        "changes": changes
    }


def seen_revision(request: HttpRequest) -> int:
    """Return the revision that the person saw; what is no number is older than any."""
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else -1


@login_required
@require_POST
def wake(request: HttpRequest, review_id: int) -> HttpResponse:
    """End a snooze before its day."""
    review = access.get_review_for(request, review_id, may=Capability.WORK_QUEUE)
    try:
        pauses.lift_pause(review=review, by=request.user, at=timezone.now())
    except held.UnableToWork as refused:
        return done(request, review, queue_acts.refusal(refused), is_refused=True)
    return done(request, review, _("Awake again: it is back in its list."))


@login_required
@require_POST
def undo(request: HttpRequest, review_id: int, review_event_id: int) -> HttpResponse:
    """Put back what the last event changed."""
    review = access.get_review_for(request, review_id, may=Capability.WORK_QUEUE)
    event = get_object_or_404(review.events, pk=review_event_id)
    event.review = review
    try:
        reviews.undo(event=event, by=request.user, at=timezone.now())
    except held.UnableToWork as refused:
        return done(request, review, queue_acts.refusal(refused), is_refused=True)
    return done(request, review, _("Undone."))


def done(request: HttpRequest, review: ImagingReview, told: str, *, is_refused: bool = False) -> HttpResponse:
    """Answer what was done: htmx gets the row and the list as they are now, anybody else goes to the row."""
    if not request.htmx:
        (messages.error if is_refused else messages.success)(request, told)
        query = queue_page.address_query(request.GET)
        return redirect(reverse("followup:queue_row", args=[review.pk]) + query)
    review = access.get_review_for(request, review.pk)
    return show(request, review, told=told, is_refused=is_refused, with_list=True)


def show(
    request: HttpRequest, review: ImagingReview, *, status: int = 200, with_list: bool = False, **more: Any
) -> HttpResponse:
    """Render a row, opened: alone, or with the list beside it."""
    question = queue_page.question_of(request.membership, request.GET, on=timezone.localdate())
    context = _opened(request, review, question) | more
    context["chosen"] = queue_acts.ACTS.get(more.get("act", ""))
    if context["chosen"]:
        # One thing on the screen is to be pressed: then it is the form's own button.
        context["primary"] = ""
    if request.htmx and not with_list:
        return render(request, "followup/_queue_open.html", context, status=status)
    context |= queue_page.live(question, request.GET)
    record_list(request, (row.review.patient_id for row in context["page"].rows))
    if request.htmx:
        return render(request, "followup/_queue_done.html", context, status=status)
    context |= queue_page.frame(question) | {"aside": "followup/_queue_open.html"}
    return render(request, "followup/queue.html", context, status=status)


def _opened(request: HttpRequest, review: ImagingReview, question: queue.Question) -> dict[str, Any]:
    rows = queue_rows.rows_of(question.scope, [review.pk])
    return {
        **review_page.context_of(review, request.membership, on=question.on),
        "row": rows[0],
        "primary": rows[0].next.act,
        "judge": row_words.judge(review, rows[0].stage) if review.is_open else None,
        "acts": queue_acts.offered(review, request.membership, on=question.on),
        "query": queue_page.address_query(request.GET),
        "open_id": review.pk,
    }
