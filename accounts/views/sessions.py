"""Signing in again on the page that was left alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import session_lock
from accounts.forms.sign_in import SignInAgainForm


@never_cache
@sensitive_post_parameters()
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """GET: 204 while the page's person is signed in, else the form. POST: 204 once signed in, else its errors."""
    person = session_lock.person_of_page(request)
    if person is None and "page_of" in request.GET:
        raise Http404
    if person is not None and request.user == person:
        return HttpResponse(status=204)
    if request.method != "POST":
        form = SignInAgainForm(person=person, request=request)
        return render(request, "accounts/_sign_in_again.html", {"form": form})
    form = SignInAgainForm(request.POST, person=person, request=request)
    if not form.is_valid() or form.signed_in is None:
        return render(request, "accounts/_sign_in_again.html", {"form": form})
    session_lock.unlock(request, form.signed_in, at=timezone.now())
    return HttpResponse(status=204)
