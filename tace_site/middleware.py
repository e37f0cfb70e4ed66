"""What the building asks of each request before any room sees it."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

LOOPBACK = frozenset({"127.0.0.1", "::1"})
# A proxy says for whom it asks: whoever that is, the request did not begin on this machine.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class LoopbackOnlyMiddleware:
    """Keeps the demonstration, whose passwords are printed, to the machine that it runs on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.IS_DEMONSTRATION:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR") in LOOPBACK and not any(
            name in request.META for name in FORWARDED
        ):
            return self.get_response(request)
        return HttpResponseForbidden(
            "The demonstration answers only on the machine that it runs on.", content_type="text/plain"
        )
