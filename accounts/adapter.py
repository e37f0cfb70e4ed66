"""How allauth behaves here: nobody signs up; each sign-in and each refusal stands in the audit trail."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows import login as login_flow
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit, second_factor, vault
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        "incorrect_password": _("This password is not right."),
        "enter_current_password": _("This is not your present password."),
        "too_many_login_attempts": _("Too many tries. Wait 15 minutes, then try again."),
        "rate_limited": _("Too many tries. Wait 15 minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse:
        audit.record_sign_in(by=user, what="sign-in", at=timezone.now())
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        person = User.objects.filter(email__iexact=credentials.get("email") or "").first()
        audit.record_refused_sign_in(by=person, what="password", at=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Ask for the password again before a change of the second factor, unless it was typed a moment ago."""
        required = super().is_reauthentication_required(app=app, **kwargs)
        return required and not _typed_a_password_lately(self.request)


def _typed_a_password_lately(request: HttpRequest) -> bool:
    records = login_flow.get_authentication_records(request, request.user)
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(record["method"] == "password" and record["at"] > since for record in records)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your team requires a code at sign-in, so it cannot be switched off."
        ),
        "incorrect_code": _("This code is not right. Codes change every 30 seconds; try the present one."),
    }

    def encrypt(self, text: str) -> str:
        return vault.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return vault.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not second_factor.is_required_of(authenticator.user)
