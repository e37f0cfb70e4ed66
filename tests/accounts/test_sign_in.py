"""Signing in and out: password, throttle, second factor, reset by mail."""

import re

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import AuditEntry, User
from tests.accounts import codes
from tests.accounts.conftest import PASSWORD
from tests.factories import accounts as account_factories

SIGN_IN = "/sign-in/"


def sign_in(client, email="s.lindqvist@example.org", password=PASSWORD, **fields):
    return client.post(SIGN_IN, {"login": email, "password": password, **fields})


def is_signed_in(client) -> bool:
    return client.get(reverse("accounts:account")).status_code == 200


class TestSignIn:
    def test_takes_the_e_mail_in_any_case_and_leads_on(self, client, person):
        answer = sign_in(client, email="S.Lindqvist@Example.org", next="/account/")

        assert (answer.status_code, answer["Location"]) == (302, "/account/")
        assert is_signed_in(client)

    def test_never_leads_to_another_site(self, client, person):
        answer = sign_in(client, next="https://evil.example/")

        assert answer["Location"] == "/"

    def test_says_of_a_wrong_password_and_of_an_unknown_person_the_same(self, client, person):
        wrong = sign_in(client, password="not-it")
        unknown = sign_in(client, email="nobody@example.org")

        for answer in (wrong, unknown):
            assert "do not belong together" in answer.content.decode()
        assert not is_signed_in(client)

    def test_keeps_the_typed_e_mail_but_not_the_password(self, client, person):
        page = sign_in(client, password="not-it-at-all").content.decode()

        assert "s.lindqvist@example.org" in page
        assert "not-it-at-all" not in page

    def test_refuses_the_sixth_wrong_password_and_then_the_right_one_too(self, client, person):
        for _try in range(5):
            assert "do not belong together" in sign_in(client, password="wrong").content.decode()

        sixth = sign_in(client, password="wrong")
        right = sign_in(client)

        assert "Too many tries" in sixth.content.decode()
        assert "Too many tries" in right.content.decode()
        assert not is_signed_in(client)

    def test_lets_somebody_else_in_meanwhile(self, client, person, with_password):
        with_password(email="m.osei@example.org")
        for _try in range(6):
            sign_in(client, password="wrong")

        sign_in(client, email="m.osei@example.org")

        assert is_signed_in(client)

    def test_tells_a_person_whose_account_is_closed(self, client, person):
        person.is_active = False
        person.save()

        answer = sign_in(client)

        assert answer["Location"] == reverse("account_inactive")
        assert "This account is closed" in client.get(answer["Location"]).content.decode()

    @override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
    def test_keeps_passwords_as_argon2(self, client, with_password):
        person = with_password(email="argon@example.org")

        sign_in(client, email="argon@example.org")

        assert person.password.startswith("argon2$argon2id$")
        assert is_signed_in(client)

    def test_stands_in_the_audit_trail_with_each_refusal(self, client, person, team):
        sign_in(client, password="wrong-secret")
        sign_in(client)

        rows = AuditEntry.objects.order_by("at").values_list("kind", "by", "team", "what")
        assert list(rows) == [
            ("refused", person.pk, team.pk, "password"), ("sign_in", person.pk, team.pk, "sign-in"),
        ]  # fmt: skip

    def test_out_ends_the_session_and_needs_a_post(self, client, person):
        sign_in(client)

        client.get(reverse("account_logout"))
        assert is_signed_in(client)
        client.post(reverse("account_logout"))
        assert not is_signed_in(client)


class TestSecondFactor:
    @pytest.fixture
    def recovery_codes(self, person):
        return codes.set_up(person)

    def test_asks_for_the_code_after_the_password(self, client, person, recovery_codes):
        answer = sign_in(client)

        assert answer["Location"] == reverse("mfa_authenticate")
        assert not is_signed_in(client)

    def test_lets_in_with_the_present_code(self, client, recovery_codes):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": codes.code_now()})

        assert is_signed_in(client)

    def test_takes_a_recovery_code_once(self, client, recovery_codes):
        code = recovery_codes.get_unused_codes()[0]

        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(client)
        client.post(reverse("account_logout"))
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert not is_signed_in(client)

    def test_refuses_the_sixth_wrong_code_and_then_the_right_one_too(self, client, recovery_codes):
        sign_in(client)
        for _try in range(5):
            page = client.post(reverse("mfa_authenticate"), {"code": codes.wrong_code()}).content.decode()
            assert "This code is not right" in page

        sixth = client.post(reverse("mfa_authenticate"), {"code": codes.wrong_code()})
        right = client.post(reverse("mfa_authenticate"), {"code": codes.code_now()})

        assert "Too many tries" in sixth.content.decode()
        assert "Too many tries" in right.content.decode()
        assert not is_signed_in(client)

    def test_writes_a_refused_code_into_the_audit_trail(self, client, person, recovery_codes):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": codes.wrong_code()})

        entry = AuditEntry.objects.get(kind=AuditEntry.Kind.REFUSED)
        assert (entry.by, entry.what) == (person, "code")

    def test_is_set_up_with_the_code_of_the_shown_secret_and_gives_recovery_codes(self, client, person):
        sign_in(client)
        page = client.get(reverse("mfa_activate_totp")).content.decode()
        secret = re.search(r'id="totp-secret">([A-Z2-7]+)<', page).group(1)

        answer = client.post(reverse("mfa_activate_totp"), {"code": codes.code_now(secret)}, follow=True)

        assert answer.request["PATH_INFO"] == reverse("mfa_view_recovery_codes")
        assert "10 codes left" in answer.content.decode()

    def test_asks_for_the_password_again_when_it_was_typed_long_ago(self, client, person, settings):
        sign_in(client)
        settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1

        answer = client.get(reverse("mfa_activate_totp"))

        assert answer["Location"].startswith(reverse("account_reauthenticate"))

    def test_is_switched_off_only_after_the_password(self, client, person, recovery_codes, settings):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": codes.code_now()})
        settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1

        answer = client.get(reverse("mfa_deactivate_totp"))
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        client.post(answer["Location"], {"password": PASSWORD})
        settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
        client.post(reverse("mfa_deactivate_totp"))
        assert not person.authenticator_set.exists()

    def test_stays_on_where_the_team_requires_it(self, client, person, recovery_codes, team):
        team.requires_second_factor = True
        team.save()
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": codes.code_now()})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        page = client.post(reverse("mfa_deactivate_totp")).content.decode()

        assert "Your team requires a code" in page
        assert person.authenticator_set.exists()


class TestTeamThatRequiresASecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, team):
        team.requires_second_factor = True
        team.save()

    @pytest.mark.parametrize("name", ["pathway:home", "accounts:account", "usersessions_list", "mfa_index"])
    def test_leads_a_member_without_one_to_set_it_up_before_anything_else(self, client, person, name):
        sign_in(client)

        answer = client.get(reverse(name))

        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_activate_totp"))

    def test_leads_a_fragment_there_too(self, client, person):
        sign_in(client)

        answer = client.get("/", headers={"HX-Request": "true"})

        assert answer["HX-Redirect"] == reverse("mfa_activate_totp")

    def test_lets_a_member_out(self, client, person):
        sign_in(client)

        assert client.post(reverse("account_logout"))["Location"] == "/"

    def test_opens_everything_once_it_is_set_up(self, client, person):
        codes.set_up(person)
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": codes.code_now()})

        assert is_signed_in(client)

    def test_asks_nothing_of_another_team(self, client, other_team):
        stranger = account_factories.member(other_team, "clinician", email="t@example.org")
        client.force_login(stranger)

        assert is_signed_in(client)


class TestPasswordReset:
    def link(self) -> str:
        return re.search(r"http://testserver(/sign-in/password/reset/\S+)", mail.outbox[-1].body).group(1)

    def test_sends_a_link_that_works_once(self, client, person):
        client.post(reverse("account_reset_password"), {"email": "s.lindqvist@example.org"})
        link = self.link()

        form = client.get(link, follow=True)
        client.post(
            form.request["PATH_INFO"],
            {"password1": "four-other-calm-words", "password2": "four-other-calm-words"},
        )

        assert "does not work any more" in client.get(link, follow=True).content.decode()
        sign_in(client, password="four-other-calm-words")
        assert is_signed_in(client)

    def test_refuses_a_short_password_at_its_field(self, client, person):
        client.post(reverse("account_reset_password"), {"email": person.email})
        form = client.get(self.link(), follow=True)

        page = client.post(
            form.request["PATH_INFO"], {"password1": "short", "password2": "short"}
        ).content.decode()

        assert "at least 12 characters" in page
        assert "id_password1" in page

    def test_sends_a_stranger_nothing_and_says_the_same(self, client, person):
        known = client.post(reverse("account_reset_password"), {"email": person.email}, follow=True)
        unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)

        assert len(mail.outbox) == 1
        assert "Look into your mail" in known.content.decode()
        assert "Look into your mail" in unknown.content.decode()

    def test_ends_the_person_s_other_sessions(self, client, signed_in, person):
        elsewhere = signed_in(person)
        person.set_password("four-other-calm-words")
        person.save()

        assert not is_signed_in(elsewhere)


class TestSessionsPage:
    def test_signs_out_everywhere_else(self, client, signed_in, person):
        sign_in(client)

        other = Client()
        sign_in(other)

        page = client.get(reverse("usersessions_list")).content.decode()
        client.post(reverse("usersessions_list"))

        assert "Sign out everywhere else" in page
        assert is_signed_in(client)
        assert not is_signed_in(other)


class TestSignUp:
    def test_is_closed(self, client, db):
        page = client.get(reverse("account_signup"))
        client.post(
            reverse("account_signup"),
            {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD},
        )

        assert "People are invited" in page.content.decode()
        assert not User.objects.exists()


class TestPasswordChange:
    def test_asks_for_the_present_one_and_signs_out(self, client, person):
        sign_in(client)

        wrong = client.post(
            reverse("account_change_password"),
            {"oldpassword": "no", "password1": "four-other-calm-words", "password2": "four-other-calm-words"},
        )
        assert "not your present password" in wrong.content.decode()
        client.post(
            reverse("account_change_password"),
            {
                "oldpassword": PASSWORD,
                "password1": "four-other-calm-words",
                "password2": "four-other-calm-words",
            },
        )
        assert not is_signed_in(client)
        assert mail.outbox[-1].subject == "Your password was changed"
