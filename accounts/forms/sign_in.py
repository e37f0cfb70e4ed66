"""Signing in, and signing in again on a page that was left alone: allauth's checks, our words."""

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit, second_factor
from accounts.models import User

PASSWORD_ATTRIBUTES = {"autocomplete": "current-password"}
CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class SignInForm(account_forms.LoginForm):
    """The sign-in page; a locked session already knows whose it is."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Work e-mail")
        locked = getattr(self.request, "locked_user", None)
        if locked is not None:
            self.initial.setdefault("login", locked.email)
        self._name_widgets()

    def _name_widgets(self) -> None:
        self.fields["login"].widget.attrs = {"autocomplete": "username", "spellcheck": "false"}
        self.fields["password"].widget.attrs = dict(PASSWORD_ATTRIBUTES)
        self.fields["password"].help_text = ""
        first = "password" if self.initial.get("login") else "login"
        self.fields[first].widget.attrs["autofocus"] = True


class ResetPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Work e-mail")
        self.fields["email"].widget.attrs = {"autocomplete": "username", "autofocus": True}


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    """Choose a password through the link of an invitation or of a reset."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        name_new_password(self)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["oldpassword"].widget.attrs = dict(PASSWORD_ATTRIBUTES)
        self.fields["oldpassword"].help_text = ""
        name_new_password(self)


class FirstPasswordForm(account_forms.SetPasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        name_new_password(self)


class ConfirmPasswordForm(account_forms.ReauthenticateForm):
    """Before a change of the second factor."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs = {**PASSWORD_ATTRIBUTES, "autofocus": True}
        self.fields["password"].help_text = ""


def name_new_password(form: forms.Form) -> None:
    """Say once, at the first of the two fields, what a password needs."""
    first, second = form.fields["password1"], form.fields["password2"]
    first.label, second.label = _("New password"), _("New password, once more")
    first.help_text, second.help_text = _("At least 12 characters. Three or four words make a good one."), ""
    for field in (first, second):
        field.widget.attrs = {"autocomplete": "new-password"}


class RecordsRefusal(code_forms.BaseAuthenticateForm):
    """A wrong code stands in the audit trail, as a wrong password does."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].help_text = _(
            "Six digits from your authenticator app, or one of your recovery codes."
        )
        self.fields["code"].widget.attrs = {**CODE_ATTRIBUTES, "autofocus": True}

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except ValidationError:
            audit.record_refused_sign_in(by=self.user, what="code", at=timezone.now())
            raise


class CodeForm(RecordsRefusal, code_forms.AuthenticateForm):
    """The second step of signing in."""


class ConfirmCodeForm(RecordsRefusal, code_forms.ReauthenticateForm):
    """The second factor again, before a change of it or after a pause."""


class SetUpCodeForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code that the app shows")
        self.fields["code"].widget.attrs = dict(CODE_ATTRIBUTES)


class SignInAgainForm(forms.Form):
    """The password again, and the code where one is set up; for the same person only.

    Without a person (the session has ended, and the page does not say for whom it was made) the e-mail is asked too.
    """

    prefix = "again"
    email = forms.EmailField(
        label=_("Work e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs=dict(PASSWORD_ATTRIBUTES))
    )
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=32,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs=dict(CODE_ATTRIBUTES)),
    )

    def __init__(self, *args, person: User | None, request: HttpRequest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.request = person, request
        self.signed_in: User | None = None
        if person is None:
            self.fields["code"].label = _("Code, if you use one")
            return
        del self.fields["email"]
        if not second_factor.is_set_up(person):
            del self.fields["code"]

    def clean(self) -> dict:
        answers = super().clean()
        if self.errors:
            return answers
        person = self._person_with_password(answers)
        if person is None:
            self.add_error("password", self._wrong_password())
        elif self._code_is_right(person, answers.get("code", "")):
            self.signed_in = person
        return answers

    def _person_with_password(self, answers: dict) -> User | None:
        email = self.person.email if self.person else answers["email"]
        try:
            found = get_adapter().authenticate(self.request, email=email, password=answers["password"])
        except ValidationError as refusal:
            self.add_error("password", refusal)
            return None
        belongs = found is not None and found.is_active and self.person in {None, found}
        return found if belongs else None

    def _wrong_password(self) -> list:
        """A refusal because of too many tries stands there already."""
        if self.has_error("password"):
            return []
        return [
            get_adapter().validation_error("incorrect_password" if self.person else "email_password_mismatch")
        ]

    def _code_is_right(self, person: User, code: str) -> bool:
        if not second_factor.is_set_up(person):
            return True
        check = ConfirmCodeForm({"code": code}, user=person)
        if check.is_valid():
            return True
        self.add_error("code", check.errors.as_data()["code"])
        return False
