"""A session that was left alone: locked, opened again by its person only, with nothing typed lost."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import session_lock
from accounts.models import AuditEntry
from tests.accounts import codes
from tests.accounts.conftest import PASSWORD
from tests.factories import accounts as account_factories

AGAIN = "/account/sign-in-again/"
HTMX = {"HX-Request": "true"}


def leave_alone(client, seconds: float) -> None:
    """Make the session look as if nobody had been there for so long."""
    session = client.session
    session[session_lock.ACTIVE_AT] = time.time() - seconds
    session.save()


@pytest.fixture
def at_work(client, person):
    client.post("/sign-in/", {"login": person.email, "password": PASSWORD})
    return client


@pytest.fixture
def left_alone(at_work, settings):
    leave_alone(at_work, settings.IDLE_SECONDS + 1)
    return at_work


class TestIdleTime:
    @pytest.mark.parametrize(("past", "status"), [(-5, 200), (0, 302), (5, 302)])
    def test_locks_when_it_has_passed(self, at_work, settings, past, status):
        leave_alone(at_work, settings.IDLE_SECONDS + past)

        assert at_work.get(reverse("accounts:account")).status_code == status

    def test_begins_anew_with_each_request(self, at_work, settings):
        leave_alone(at_work, settings.IDLE_SECONDS - 5)
        at_work.get(reverse("accounts:account"))

        assert time.time() - at_work.session[session_lock.ACTIVE_AT] < 5

    def test_is_not_kept_up_by_a_page_that_asks_by_itself(self, at_work, settings):
        leave_alone(at_work, settings.IDLE_SECONDS - 5)
        at_work.get(reverse("accounts:account"), headers={"X-Background": "yes"})

        assert time.time() - at_work.session[session_lock.ACTIVE_AT] > settings.IDLE_SECONDS - 10

    def test_writes_the_session_only_now_and_then(self, at_work, django_assert_num_queries):
        before = at_work.session[session_lock.ACTIVE_AT]
        at_work.get(reverse("accounts:account"))

        assert at_work.session[session_lock.ACTIVE_AT] == before


class TestLockedSession:
    def test_leads_a_page_to_the_sign_in_page_and_back(self, left_alone, person):
        answer = left_alone.get("/account/?tab=1")
        page = left_alone.get(answer["Location"]).content.decode()

        assert answer["Location"] == "/sign-in/?next=/account/%3Ftab%3D1"
        assert "You were away" in page
        assert person.email in page
        again = left_alone.post(
            "/sign-in/", {"login": person.email, "password": PASSWORD, "next": "/account/?tab=1"}
        )
        assert again["Location"] == "/account/?tab=1"
        assert left_alone.get("/account/").status_code == 200

    def test_answers_a_fragment_so_that_the_page_can_ask_for_the_password(self, left_alone):
        answer = left_alone.get("/account/", headers=HTMX)

        assert answer.status_code == 401
        assert answer["HX-Trigger"] == "sign-in-again"
        assert answer["X-Session"] == "expired"

    def test_answers_a_fragment_alike_when_the_session_has_wholly_ended(self, at_work):
        at_work.session.flush()

        assert at_work.get("/account/", headers=HTMX).status_code == 401

    def test_changes_nothing_meanwhile(self, left_alone, person):
        left_alone.post("/account/theme/", {"theme": "dark"})

        person.refresh_from_db()
        assert person.theme == "auto"


class TestSignInAgain:
    def test_says_nothing_to_do_while_the_sign_in_holds(self, at_work):
        assert at_work.get(AGAIN).status_code == 204

    def test_asks_for_the_password_of_the_same_person(self, left_alone, person):
        page = left_alone.get(AGAIN).content.decode()

        assert person.name in page
        assert 'name="again-password"' in page
        assert 'name="again-email"' not in page
        assert 'name="again-code"' not in page

    def test_opens_the_same_session_again(self, left_alone):
        key = left_alone.session.session_key

        assert left_alone.post(AGAIN, {"again-password": PASSWORD}).status_code == 204
        assert left_alone.session.session_key == key
        assert left_alone.get("/account/").status_code == 200

    def test_answers_a_wrong_password_with_the_form_and_its_error(self, left_alone):
        answer = left_alone.post(AGAIN, {"again-password": "wrong"})

        assert answer.status_code == 200
        assert "This password is not right" in answer.content.decode()
        assert left_alone.get("/account/").status_code == 302

    def test_refuses_another_person_s_password(self, left_alone, with_password):
        other = with_password(email="other@example.org")
        other.set_password("quite-another-one")
        other.save()

        answer = left_alone.post(AGAIN, {"again-email": other.email, "again-password": "quite-another-one"})

        assert answer.status_code == 200
        assert left_alone.get("/account/").status_code == 302

    def test_is_throttled_like_the_sign_in_page(self, left_alone):
        for _try in range(5):
            left_alone.post(AGAIN, {"again-password": "wrong"})

        sixth = left_alone.post(AGAIN, {"again-password": "wrong"}).content.decode()
        right = left_alone.post(AGAIN, {"again-password": PASSWORD})

        assert "Too many tries" in sixth
        assert sixth.count("This password is not right") == 0
        assert right.status_code == 200

    def test_asks_for_the_code_too_where_one_is_set_up(self, left_alone, person):
        codes.set_up(person)

        without = left_alone.post(AGAIN, {"again-password": PASSWORD})
        wrong = left_alone.post(AGAIN, {"again-password": PASSWORD, "again-code": codes.wrong_code()})
        right = left_alone.post(AGAIN, {"again-password": PASSWORD, "again-code": codes.code_now()})

        assert 'name="again-code"' in without.content.decode()
        assert "This code is not right" in wrong.content.decode()
        assert right.status_code == 204

    def test_opens_a_new_session_for_the_page_s_person_when_the_old_one_has_ended(self, at_work, person):
        at_work.session.flush()
        of_page = {"X-Page-Of": person.page_key}

        form = at_work.get(AGAIN, headers=of_page).content.decode()
        answer = at_work.post(AGAIN, {"again-password": PASSWORD}, headers=of_page)

        assert person.name in form
        assert answer.status_code == 204
        assert at_work.get("/account/").status_code == 200

    def test_knows_no_page_of_a_key_that_is_not_ours(self, client, person):
        assert client.get(f"{AGAIN}?page_of={person.pk}:forged").status_code == 404

    def test_stands_in_the_audit_trail(self, left_alone, person):
        left_alone.post(AGAIN, {"again-password": PASSWORD})

        assert AuditEntry.objects.filter(by=person, kind="sign_in", what="sign-in again").count() == 1


class TestPageOfSomebodyElse:
    """Two people at one computer: the page of the one must not act in the name of the other."""

    @pytest.fixture
    def other(self, with_password):
        return with_password(email="m.osei@example.org", name="M. Osei")

    def test_is_refused_until_its_own_person_signs_in(self, at_work, person, other):
        at_work.post("/sign-in/out/")
        at_work.post("/sign-in/", {"login": other.email, "password": PASSWORD})
        of_page = {"X-Page-Of": person.page_key, **HTMX}

        refused = at_work.post("/account/theme/", {"theme": "dark"}, headers=of_page)
        asked = at_work.get(AGAIN, headers=of_page).content.decode()
        at_work.post(AGAIN, {"again-password": PASSWORD}, headers=of_page)
        done = at_work.post("/account/theme/", {"theme": "dark"}, headers=of_page)

        assert refused.status_code == 401
        assert person.name in asked
        assert done.status_code == 302
        person.refresh_from_db()
        other.refresh_from_db()
        assert (person.theme, other.theme) == ("dark", "auto")

    def test_holds_an_ordinary_form_until_its_own_person_signs_in(self, at_work, person, other):
        at_work.post("/sign-in/out/")
        at_work.post("/sign-in/", {"login": other.email, "password": PASSWORD})
        answers = {"theme": "dark", "page_of": person.page_key}

        held = at_work.post("/account/theme/", answers)
        wrong = at_work.post(
            "/account/theme/", {**answers, "held-form": "yes", "again-password": "not-the-one"}
        )
        done = at_work.post("/account/theme/", {**answers, "held-form": "yes", "again-password": PASSWORD})

        assert (held.status_code, wrong.status_code, done.status_code) == (401, 401, 302)
        assert person.name in held.content.decode()
        person.refresh_from_db()
        other.refresh_from_db()
        assert (person.theme, other.theme) == ("dark", "auto")

    def test_is_not_taken_over_with_a_key_that_is_not_ours(self, at_work, person):
        answer = at_work.post("/account/theme/", {"theme": "dark", "page_of": f"{person.pk}:forged"})

        person.refresh_from_db()
        assert answer.status_code == 302
        assert person.theme == "auto"

    def test_may_always_be_left(self, at_work, other):
        at_work.post("/sign-in/out/", {"page_of": other.page_key})

        assert at_work.get("/account/").status_code == 302


class TestHeldForm:
    """A form sent after the sign-in has ended waits on the page that asks for the password."""

    ANSWERS = {"theme": ["dark"], "note": ["<b>first</b>", "second"]}

    def test_keeps_everything_that_was_typed(self, left_alone):
        answer = left_alone.post("/account/theme/?x=1", self.ANSWERS)
        page = answer.content.decode()

        assert answer.status_code == 401
        assert 'action="/account/theme/?x=1"' in page
        assert '<input type="hidden" name="note" value="&lt;b&gt;first&lt;/b&gt;">' in page
        assert '<input type="hidden" name="note" value="second">' in page

    def test_goes_on_with_the_password(self, left_alone, person):
        left_alone.post("/account/theme/", self.ANSWERS)
        answer = left_alone.post(
            "/account/theme/", {**self.ANSWERS, "held-form": "yes", "again-password": PASSWORD}
        )

        person.refresh_from_db()
        assert answer.status_code == 302
        assert person.theme == "dark"

    def test_still_waits_after_a_wrong_password(self, left_alone, person):
        answer = left_alone.post(
            "/account/theme/", {**self.ANSWERS, "held-form": "yes", "again-password": "not-the-one"}
        )

        assert answer.status_code == 401
        assert "This password is not right" in answer.content.decode()
        assert 'name="note" value="second"' in answer.content.decode()
        assert "not-the-one" not in answer.content.decode()
        person.refresh_from_db()
        assert person.theme == "auto"

    def test_asks_for_the_e_mail_too_when_the_session_has_wholly_ended(self, person):
        client = Client()
        page = client.post("/account/theme/", self.ANSWERS).content.decode()
        answer = client.post(
            "/account/theme/",
            {**self.ANSWERS, "held-form": "yes", "again-email": person.email, "again-password": PASSWORD},
        )

        assert 'name="again-email"' in page
        assert answer.status_code == 302
        person.refresh_from_db()
        assert person.theme == "dark"

    def test_names_a_file_that_could_not_be_kept(self, left_alone):

        upload = SimpleUploadedFile("cohort.csv", b"a,b\n1,2\n")
        page = left_alone.post("/account/theme/", {"theme": "dark", "file": upload}).content.decode()

        assert "cohort.csv" in page

    def test_needs_the_form_token_like_any_form(self, person, settings):
        client = Client(enforce_csrf_checks=True)

        answer = client.post(
            "/account/theme/",
            {"theme": "dark", "held-form": "yes", "again-email": person.email, "again-password": PASSWORD},
        )

        person.refresh_from_db()
        assert answer.status_code == 403
        assert person.theme == "auto"
        assert client.get("/account/").status_code == 302


class TestClosedAccount:
    def test_ends_what_the_person_has_open(self, at_work, person):
        person.is_active = False
        person.save()

        assert at_work.get("/account/").status_code == 302

    def test_cannot_be_opened_again_from_the_page(self, left_alone, person):
        person.is_active = False
        person.save()

        answer = left_alone.post(AGAIN, {"again-password": PASSWORD}, headers={"X-Page-Of": person.page_key})

        assert answer.status_code != 204


class TestPageKey:
    def test_belongs_to_one_person(self, person, db):
        other = account_factories.UserFactory()

        assert person.page_key != other.page_key
        assert type(person).pk_of_page_key(person.page_key) == person.pk
        assert type(person).pk_of_page_key("1:forged") is None
        assert type(person).pk_of_page_key("") is None
