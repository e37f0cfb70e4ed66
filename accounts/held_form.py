"""A form that was sent after the sign-in had ended: its answers wait on the page that asks for the password.

The page sends them again, to where they were going, together with the password; nothing typed is lost. Files cannot
be kept: the page says so.
"""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import session_lock
from accounts.forms.sign_in import SignInAgainForm

MARK = "held-form"


def hold_form(request: HttpRequest, form: SignInAgainForm | None = None) -> HttpResponse:
    """Ask for the password on a page that keeps what was sent."""
    form = form or SignInAgainForm(person=session_lock.person_of_page(request), request=request)
    names = [name for name in request.POST if not _is_ours(name)]
    answers = [(name, value) for name in names for value in request.POST.getlist(name)]
    files = [getattr(upload, "name", "") for upload in request.FILES.values()]
    context = {"form": form, "answers": answers, "mark": MARK, "files": files}
    return render(request, "accounts/sign_in_again.html", context, status=401)


def hold_form_of_somebody_else(request: HttpRequest) -> HttpResponse:
    """Ask for the password of the person for whom the page was made, who is not the one signed in."""
    if session_lock.person_of_page(request) is None:
        return redirect("pathway:home")
    return _refusal_of_token(request) or hold_form(request)


def go_on_with_held_form(request: HttpRequest) -> HttpResponse | None:
    """With the right password sign the person in and let the request go on; with a wrong one ask again."""
    if request.method != "POST" or MARK not in request.POST:
        return None
    if request.user.is_authenticated and not session_lock.is_page_of_somebody_else(request):
        return None
    refused = _refusal_of_token(request)
    if refused is not None:
        return refused
    form = SignInAgainForm(request.POST, person=session_lock.person_of_page(request), request=request)
    if not form.is_valid() or form.signed_in is None:
        return hold_form(request, form)
    session_lock.unlock(request, form.signed_in, at=timezone.now())
    _forget_password(request)
    return None


def _refusal_of_token(request: HttpRequest) -> HttpResponse | None:
    """Check the form token before anything else: another site must not sign anybody in, nor place words here."""
    return CsrfViewMiddleware(lambda _request: HttpResponse()).process_view(request, hold_form, (), {})


def _forget_password(request: HttpRequest) -> None:
    """What goes on to the view holds no password."""
    answers = request.POST.copy()
    for name in list(answers):
        if name != "csrfmiddlewaretoken" and _is_ours(name):
            del answers[name]
    request.POST = answers  # type: ignore[assignment]


def _is_ours(name: str) -> bool:
    return name in {MARK, "csrfmiddlewaretoken"} or name.startswith(f"{SignInAgainForm.prefix}-")
