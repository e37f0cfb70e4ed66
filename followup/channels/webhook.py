"""Messages to a text message gateway: one signed POST each.

Headers, which never change their names:
  X-Tace-Timestamp   seconds since 1970 as decimal digits
  X-Tace-Signature   "sha256=" and the HMAC-SHA256, in hex, of timestamp + "." + body, under the team's secret
  Idempotency-Key    the message's id: the same on every attempt, so that the gateway sends it once
The body is JSON in UTF-8: {"id", "to", "text", "language"}.
"""

import hashlib
import hmac
import http.client
import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

from accounts import vault
from followup.channels import outcome
from followup.models import FollowUpSettings, Message

PATIENCE_SECONDS = 10
TIMESTAMP, SIGNATURE, IDEMPOTENCY_KEY = "X-Tace-Timestamp", "X-Tace-Signature", "Idempotency-Key"
# Other answers in the 400s say that the message is wrong; these, that it came at a wrong moment.
WORTH_ANOTHER_ATTEMPT = {408, 409, 425, 429}
CLIENT_ERRORS = range(400, 500)


class WebhookChannel:
    """Posts to the address of the team's gateway; a redirect is not followed."""

    def send(self, message: Message, *, numbers: FollowUpSettings, at: datetime) -> None:
        """Send one message. Raises NotSent."""
        request = signed_request(message, numbers=numbers, at=at)
        try:
            with _opener().open(request, timeout=PATIENCE_SECONDS):
                return
        except urllib.error.HTTPError as answer:
            answer.close()
            raise _refusal(answer.code) from answer
        except urllib.error.URLError as closed:
            if isinstance(closed.reason, TimeoutError):
                raise outcome.Unsure("TimeoutError") from closed
            raise outcome.ChannelDown(type(closed.reason).__name__) from closed
        except (OSError, http.client.HTTPException) as broken:
            raise outcome.Unsure(type(broken).__name__) from broken

    def close(self) -> None:
        """Nothing stays open."""


def signed_request(message: Message, *, numbers: FollowUpSettings, at: datetime) -> urllib.request.Request:
    """Return the request with its signature. Raises Refused where the address is none, NotSent without the secret."""
    if not numbers.webhook_url.startswith(("https://", "http://")) or not numbers.webhook_secret:
        raise outcome.Refused("No address or no secret")
    secret = vault.opened(numbers.webhook_secret)
    if secret is None:
        raise outcome.NotSent("No key opens the gateway's secret: make a new one")
    body = json.dumps(
        {
            "id": message.message_id,
            "to": message.patient.phone if message.patient else "",
            "text": message.body,
            "language": message.language,
        },
        ensure_ascii=False,
    ).encode()
    timestamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        TIMESTAMP: timestamp,
        SIGNATURE: signature(secret, timestamp, body),
        IDEMPOTENCY_KEY: message.message_id,
    }
    return urllib.request.Request(numbers.webhook_url, data=body, headers=headers, method="POST")  # noqa: S310


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what the gateway works out too, to know that the message is ours and not an old one sent again."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect)


def _refusal(code: int) -> outcome.NotSent:
    words = f"HTTP {code}"
    if code in CLIENT_ERRORS and code not in WORTH_ANOTHER_ATTEMPT:
        return outcome.Refused(words)
    return outcome.NotSent(words)
