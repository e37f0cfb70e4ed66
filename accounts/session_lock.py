"""When a session has been idle too long it is locked: nobody is signed in until its person gives the password again.

The session itself stays, so that the person goes on where they were. The middleware in `accounts.middleware` asks
this module; the dialog on the page and the page that holds a form's answers both unlock through `unlock`.
"""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import audit
from accounts.models import User

ACTIVE_AT = "active_at"
# Under this name a form of a page carries the page's key.
PAGE_OF = "page_of"
OPEN_TO_ANY_PAGE = ("accounts:reauthenticate", "account_logout")
# A session row is not written on every request: only when this much of the idle time has passed, at most this long.
WRITE_SHARE = 0.25
WRITE_AFTER_SECONDS = 30


def is_idle(session, *, at: datetime) -> bool:
    """Say whether nobody has been there for the idle time. A session that never noted anything is new."""
    active_at = session.get(ACTIVE_AT)
    return active_at is not None and at.timestamp() - active_at >= settings.IDLE_SECONDS


def note_activity(session, *, at: datetime) -> None:
    """Note that the person is there; written only now and then."""
    active_at = session.get(ACTIVE_AT)
    write_after = min(WRITE_AFTER_SECONDS, settings.IDLE_SECONDS * WRITE_SHARE)
    if active_at is not None and at.timestamp() - active_at < write_after:
        return
    session[ACTIVE_AT] = at.timestamp()
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at)


def page_key(request: HttpRequest) -> str:
    """Return the key by which the page that sends this says for whom it was made; empty when it does not say."""
    sent = request.headers.get("X-Page-Of") or request.GET.get(PAGE_OF)
    return sent or (request.POST.get(PAGE_OF, "") if request.method == "POST" else "")


def is_page_of_somebody_else(request: HttpRequest) -> bool:
    """Somebody else has signed in in this browser since the page was made: it must not act in their name."""
    if not request.user.is_authenticated or request.path in {reverse(name) for name in OPEN_TO_ANY_PAGE}:
        return False
    key = page_key(request)
    return bool(key) and User.pk_of_page_key(key) != request.user.pk


def person_of_page(request: HttpRequest) -> User | None:
    """Return for whom the page was made that sends this request, or whose session is locked; None when neither."""
    key = page_key(request)
    if key:
        return User.objects.filter(pk=User.pk_of_page_key(key) or 0, is_active=True).first()
    return request.locked_user or (request.user if request.user.is_authenticated else None)


def unlock(request: HttpRequest, person: User, *, at: datetime) -> None:
    """Let the person go on: in the same session when it is theirs, in a new one when it has ended."""
    if request.locked_user == person:
        request.user = person
    else:
        get_adapter().login(request, person)
        UserSession.objects.create_from_request(request)
    reauthentication.reauthenticate_by_password(request)
    request.locked_user = None
    request.session[ACTIVE_AT] = at.timestamp()
    audit.record_sign_in(by=person, what="sign-in again", at=at)
