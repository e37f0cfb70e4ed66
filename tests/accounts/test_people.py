"""The people of a team: invited, given a role, away, taken out; and the teams themselves."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import actions
from accounts.models import AuditEntry, Membership, Team, User
from accounts.roles import Role
from tests.accounts import codes
from tests.accounts.conftest import PASSWORD
from tests.factories import accounts as account_factories

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
def lead(team):
    return account_factories.member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Lead")


@pytest.fixture
def as_lead(signed_in, lead):
    return signed_in(lead)


def membership_of(person, team) -> Membership:
    return Membership.objects.get(user=person, team=team)


def invite(client, team, **answers):
    answers = {"email": "new@example.org", "name": "Dr N. New", "role": "clinician", **answers}
    return client.post(reverse("accounts:invite", args=[team.pk]), answers)


class TestInvite:
    def test_makes_a_member_without_password_and_sends_a_link_to_choose_one(
        self, as_lead, client, team, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = invite(as_lead, team)

        person = User.objects.get(email="new@example.org")
        assert answer["Location"] == reverse("accounts:team_people", args=[team.pk])
        assert not person.has_usable_password()
        assert membership_of(person, team).role == Role.CLINICIAN
        assert mail.outbox[0].to == ["new@example.org"]
        link = re.search(r"http://testserver(/sign-in/password/reset/\S+)", mail.outbox[0].body).group(1)
        form = client.get(link, follow=True)
        assert "Choose your password" in form.content.decode()

    def test_stands_in_the_audit_trail_with_whom_it_concerned(self, as_lead, lead, team):
        invite(as_lead, team)

        entry = AuditEntry.objects.get(what="accounts.invite_person")
        assert (entry.by, entry.team, entry.person.email) == (lead, team, "new@example.org")

    def test_adds_a_person_of_another_team_who_keeps_name_and_password(
        self, as_lead, team, stranger, django_capture_on_commit_callbacks
    ):
        stranger.set_password("their-own-password")
        stranger.save()
        with django_capture_on_commit_callbacks(execute=True):
            invite(as_lead, team, email=stranger.email.upper(), name="Somebody Else")

        stranger.refresh_from_db()
        assert stranger.name == "Dr T. Adeyemi"
        assert stranger.check_password("their-own-password")
        assert stranger.memberships.count() == 2
        assert "password/reset" not in mail.outbox[0].body

    @pytest.mark.parametrize(
        ("answers", "message"),
        [
            ({"email": "not an address"}, "valid email address"),
            ({"email": ""}, "This field is required"),
            ({"name": ""}, "This field is required"),
            ({"role": "surgeon"}, "not one of the available choices"),
            ({"role": "observer", "is_lead": "on"}, "Only a clinician or a coordinator can lead"),
        ],
    )
    def test_says_at_the_field_what_is_wrong_and_keeps_the_rest(self, as_lead, team, answers, message):
        answer = invite(as_lead, team, **answers)

        assert answer.status_code == 200
        assert message in answer.content.decode()
        assert Membership.objects.filter(team=team).count() == 1

    def test_says_who_is_in_the_team_already(self, as_lead, team, clinician):
        page = invite(as_lead, team, email=clinician.email).content.decode()

        assert f"{clinician} is already in this team." in page

    def test_twice_makes_one_member(self, as_lead, team):
        invite(as_lead, team)
        invite(as_lead, team)

        assert Membership.objects.filter(user__email="new@example.org").count() == 1

    def test_can_be_sent_again(self, as_lead, team, django_capture_on_commit_callbacks):
        invite(as_lead, team)
        member = Membership.objects.get(user__email="new@example.org")
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            as_lead.post(reverse("accounts:send_invitation", args=[member.pk]))

        assert mail.outbox[0].to == ["new@example.org"]


class TestPlace:
    def test_is_given_by_the_lead(self, as_lead, team, observer):
        member = membership_of(observer, team)

        as_lead.post(
            reverse("accounts:change_place", args=[member.pk]), {"role": "coordinator", "is_lead": "on"}
        )

        member.refresh_from_db()
        assert (member.role, member.is_lead) == (Role.COORDINATOR, True)
        assert AuditEntry.objects.get(what="accounts.change_place").person == observer

    def test_is_never_given_to_oneself(self, signed_in, people_admin, team):
        member = membership_of(people_admin, team)

        page = signed_in(people_admin).post(
            reverse("accounts:change_place", args=[member.pk]), {"role": "clinician"}
        )

        member.refresh_from_db()
        assert member.role == Role.ADMIN
        assert "somebody else who manages people" in page.content.decode()

    def test_keeps_somebody_who_manages_people(self, lead, team):
        site_admin = account_factories.UserFactory(is_site_admin=True)

        with pytest.raises(actions.UnableToChangeMembership, match="Nobody would be left"):
            actions.change_place(
                membership=membership_of(lead, team),
                place=actions.Place(Role.CLINICIAN),
                by=site_admin,
                at=NOW,
            )
        assert membership_of(lead, team).is_lead

    def test_may_leave_the_lead_to_another(self, lead, people_admin, team):
        actions.change_place(
            membership=membership_of(lead, team), place=actions.Place(Role.CLINICIAN), by=people_admin, at=NOW
        )

        assert not membership_of(lead, team).is_lead


class TestActive:
    def test_takes_a_member_out_at_once_and_lets_them_back_in(self, as_lead, signed_in, team, clinician):
        member, theirs = membership_of(clinician, team), signed_in(clinician)
        address = reverse("accounts:set_active", args=[member.pk])

        as_lead.post(address, {"is_active": "no"})
        assert "You are in no team" in theirs.get(reverse("accounts:account")).content.decode()
        as_lead.post(address, {"is_active": "yes"})
        assert "You are in no team" not in theirs.get(reverse("accounts:account")).content.decode()

    def test_keeps_somebody_who_manages_people(self, team, lead):
        site_admin = account_factories.UserFactory(is_site_admin=True)

        with pytest.raises(actions.UnableToChangeMembership):
            actions.set_active(membership=membership_of(lead, team), is_active=False, by=site_admin, at=NOW)
        assert membership_of(lead, team).is_active

    def test_counts_a_closed_account_for_nobody(self, team, lead, people_admin):
        people_admin.is_active = False
        people_admin.save()

        with pytest.raises(actions.UnableToChangeMembership):
            actions.set_active(
                membership=membership_of(lead, team),
                is_active=False,
                by=account_factories.UserFactory(),
                at=NOW,
            )

    def test_is_refused_for_oneself_with_a_message(self, as_lead, lead, team, people_admin):
        address = reverse("accounts:set_active", args=[membership_of(lead, team).pk])

        page = as_lead.post(address, {"is_active": "no"}, follow=True).content.decode()

        assert "Your own role is changed by somebody else" in page
        assert membership_of(lead, team).is_active


class TestAbsence:
    def answers(self, start, end, deputy=""):
        return {"absence-away_from": start, "absence-away_until": end, "absence-deputy": deputy}

    def test_names_a_deputy_of_the_same_team(self, as_lead, team, clinician, coordinator):
        member, deputy = membership_of(clinician, team), membership_of(coordinator, team)

        as_lead.post(
            reverse("accounts:set_absence", args=[member.pk]),
            self.answers("2026-03-02", "2026-03-09", deputy.pk),
        )

        member.refresh_from_db()
        assert (member.away_from, member.away_until, member.deputy) == (TODAY, date(2026, 3, 9), deputy)

    @pytest.mark.parametrize(
        ("start", "end", "message"),
        [
            ("2026-03-09", "2026-03-02", "The last day is before the first."),
            ("2026-03-09", "", "Say until which day."),
            ("", "2026-03-09", "Say from which day."),
            ("soon", "later", "Enter a valid date."),
        ],
    )
    def test_says_at_the_field_what_is_wrong(self, as_lead, team, clinician, start, end, message):
        member = membership_of(clinician, team)

        page = as_lead.post(reverse("accounts:set_absence", args=[member.pk]), self.answers(start, end))

        assert page.status_code == 200
        assert message in page.content.decode()

    def test_takes_no_deputy_of_another_team(self, as_lead, team, clinician, stranger, other_team):
        foreign = membership_of(stranger, other_team)

        page = as_lead.post(
            reverse("accounts:set_absence", args=[membership_of(clinician, team).pk]),
            self.answers("2026-03-02", "2026-03-09", foreign.pk),
        )

        assert "not one of the available choices" in page.content.decode()

    def test_may_be_noted_by_oneself(self, signed_in, team, observer):
        signed_in(observer).post(
            reverse("accounts:set_own_absence"), self.answers("2026-03-02", "2026-03-02")
        )

        assert membership_of(observer, team).is_away(TODAY)

    @pytest.mark.parametrize(("days", "away"), [(-1, False), (0, True), (7, True), (8, False)])
    def test_holds_from_the_first_day_to_the_last(self, days, away):
        member = Membership(away_from=TODAY, away_until=TODAY + timedelta(days=7))

        assert member.is_away(TODAY + timedelta(days=days)) is away

    def test_hands_the_work_to_the_deputy_only_meanwhile(self):
        deputy = Membership(pk=2)
        member = Membership(pk=1, away_from=TODAY, away_until=TODAY, deputy=deputy)

        assert member.stands_in(TODAY) == deputy
        assert member.stands_in(TODAY + timedelta(days=1)) == member
        deputy.is_active = False
        assert member.stands_in(TODAY) == member

    @pytest.mark.parametrize(
        "fields",
        [{"away_from": TODAY}, {"away_until": TODAY}, {"away_from": TODAY, "away_until": date(2026, 3, 1)}],
    )
    def test_is_refused_by_the_database_when_half_or_backwards(self, clinician, team, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(user=clinician).update(**fields)

    def test_makes_nobody_their_own_deputy(self, clinician, team):
        member = membership_of(clinician, team)

        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=member.pk).update(deputy=member)


class TestPeoplePage:
    def test_shows_role_state_and_second_factor(self, as_lead, team, clinician):
        codes.set_up(clinician)
        account_factories.member(team, Role.OBSERVER, name="Not Yet")

        page = as_lead.get(reverse("accounts:people")).content.decode()

        assert "invited, has not signed in" in page
        assert "leads the team" in page
        assert page.count("set up") > page.count("not set up") > 0

    def test_shows_only_the_own_team(self, as_lead, stranger):
        assert stranger.name not in as_lead.get(reverse("accounts:people")).content.decode()


class TestTeams:
    @pytest.fixture
    def as_site_admin(self, signed_in, db):
        return signed_in(account_factories.UserFactory(is_site_admin=True))

    def test_are_made_by_a_site_admin_who_then_invites_the_lead(self, as_site_admin):
        answer = as_site_admin.post(
            reverse("accounts:make_team"), {"name": "Westend", "time_zone": "Asia/Shanghai", "language": "en"}
        )

        team = Team.objects.get(name="Westend")
        assert answer["Location"] == reverse("accounts:invite", args=[team.pk])
        assert invite(as_site_admin, team, role="clinician", is_lead="on").status_code == 302
        assert Membership.objects.get(team=team).is_lead

    def test_have_one_name_each_in_any_case(self, as_site_admin, team):
        page = as_site_admin.post(
            reverse("accounts:make_team"), {"name": "northfield", "time_zone": "UTC", "language": "en"}
        )

        assert "There is a team of this name already." in page.content.decode()

    def test_have_settings_that_their_lead_changes(self, as_lead, team):
        as_lead.post(
            reverse("accounts:team_settings", args=[team.pk]),
            {
                "name": "Northfield",
                "time_zone": "Europe/Stockholm",
                "language": "en",
                "requires_second_factor": "on",
            },
        )

        team.refresh_from_db()
        assert (team.time_zone, team.requires_second_factor) == ("Europe/Stockholm", True)

    def test_refuse_a_time_zone_that_does_not_exist(self, as_lead, team):
        page = as_lead.post(
            reverse("accounts:team_settings", args=[team.pk]),
            {"name": "Northfield", "time_zone": "Mars/Olympus", "language": "en"},
        )

        assert "not one of the available choices" in page.content.decode()


class TestOwnAccount:
    def test_keeps_theme_and_language(self, signed_in, clinician):
        client = signed_in(clinician)

        client.post(reverse("accounts:preferences"), {"name": "Dr S. L.", "theme": "dark", "language": "en"})

        clinician.refresh_from_db()
        assert (clinician.name, clinician.theme, clinician.language) == ("Dr S. L.", "dark", "en")
        page = client.get(reverse("accounts:account")).content.decode()
        assert '<html lang="en" data-bs-theme="dark">' in page

    def test_offers_only_a_language_whose_catalogue_is_there(self, signed_in, clinician):
        client = signed_in(clinician)

        client.post(reverse("accounts:preferences"), {"name": "Dr S. L.", "theme": "dark", "language": "xx"})

        clinician.refresh_from_db()
        assert clinician.language == ""
        assert {code for code, _name in settings.LANGUAGES} <= {
            code for code, _name in settings.PATIENT_LANGUAGES
        }

    def test_goes_back_to_where_the_theme_was_chosen(self, signed_in, clinician):
        answer = signed_in(clinician).post(
            reverse("accounts:set_theme"), {"theme": "dark", "next": "/people/?a=1"}
        )

        assert answer["Location"] == "/people/?a=1"

    def test_never_leads_to_another_site(self, signed_in, clinician):
        answer = signed_in(clinician).post(
            reverse("accounts:set_theme"), {"theme": "dark", "next": "//evil.example/"}
        )

        assert answer["Location"] == "/"

    def test_takes_no_theme_that_does_not_exist(self, signed_in, clinician):
        signed_in(clinician).post(reverse("accounts:set_theme"), {"theme": "pink"})

        clinician.refresh_from_db()
        assert clinician.theme == "auto"

    def test_goes_to_another_team_of_the_person_only(self, signed_in, clinician, team, other_team):
        account_factories.MembershipFactory(user=clinician, team=other_team, role=Role.OBSERVER)
        client = signed_in(clinician)

        client.post(reverse("accounts:choose_team"), {"team": other_team.pk})
        page = client.get(reverse("accounts:choose_team")).content.decode()

        assert "Go to Northfield" in page
        assert "Go to Southgate" not in page
        third = account_factories.TeamFactory()
        assert client.post(reverse("accounts:choose_team"), {"team": third.pk}).status_code == 404
        assert client.post(reverse("accounts:choose_team"), {"team": "x"}).status_code == 404


class TestSiteAdminPages:
    @pytest.fixture
    def site_admin(self, db):
        return account_factories.UserFactory(is_site_admin=True, name="S. Admin")

    def test_close_an_account_and_record_it(self, signed_in, site_admin, clinician, team):
        answer = signed_in(site_admin).post(
            reverse("admin:accounts_user_change", args=[clinician.pk]), {"name": clinician.name}
        )

        clinician.refresh_from_db()
        assert answer.status_code == 302
        assert not clinician.is_active
        assert AuditEntry.objects.get(what="accounts.change_user").person == clinician

    def test_remove_a_lost_second_factor_and_end_the_sessions(self, signed_in, site_admin, clinician):
        codes.set_up(clinician)

        signed_in(site_admin).post(
            reverse("admin:accounts_user_changelist"),
            {"action": "remove_second_factor", "_selected_action": [clinician.pk]},
        )

        assert not clinician.authenticator_set.exists()
        assert AuditEntry.objects.get(what="accounts.remove_second_factor").by == site_admin

    def test_delete_nobody(self, signed_in, site_admin, clinician):
        client = signed_in(site_admin)

        assert client.get(reverse("admin:accounts_user_delete", args=[clinician.pk])).status_code == 403
        client.post(
            reverse("admin:accounts_user_changelist"),
            {"action": "delete_selected", "_selected_action": [clinician.pk]},
        )
        assert User.objects.filter(pk=clinician.pk).exists()

    def test_are_closed_to_everybody_else(self, signed_in, client, clinician):
        assert signed_in(clinician).get(reverse("admin:index"), follow=True).status_code == 403
        assert client.get(reverse("admin:index"), follow=True).request["PATH_INFO"] == "/sign-in/"


class TestUser:
    def test_is_once_in_any_case(self, clinician):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(email=clinician.email.upper(), name="Twin")

    def test_needs_an_e_mail(self, db):
        with pytest.raises(ValueError, match="e-mail"):
            User.objects.create_user(email="")

    def test_of_the_first_command_is_a_site_admin(self, db):
        first = User.objects.create_superuser(
            email="first@example.org", password="three-calm-words", name="First"
        )

        assert first.is_staff
        assert first.has_perm("accounts.change_user")
        assert first.has_module_perms("accounts")


class TestInvitedPerson:
    def test_chooses_a_password_signs_in_and_sets_up_the_code_that_the_team_requires(
        self, as_lead, client, team, django_capture_on_commit_callbacks
    ):
        team.requires_second_factor = True
        team.save()
        codes.set_up(Membership.objects.get(team=team, is_lead=True).user)
        with django_capture_on_commit_callbacks(execute=True):
            invite(as_lead, team)
        link = re.search(r"http://testserver(/sign-in/password/reset/\S+)", mail.outbox[0].body).group(1)

        form = client.get(link, follow=True)
        client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
        client.post("/sign-in/", {"login": "new@example.org", "password": PASSWORD})
        page = client.get("/account/", follow=True)
        secret = re.search(r'id="totp-secret">([A-Z2-7]+)<', page.content.decode()).group(1)
        client.post(reverse("mfa_activate_totp"), {"code": codes.code_now(secret)})

        assert client.get("/account/").status_code == 200
