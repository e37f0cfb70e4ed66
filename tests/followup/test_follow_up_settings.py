"""How a team follows up: its settings, who may change them, their history, and the secret that is shown once."""

from datetime import time

import pytest
from django.urls import reverse

from accounts import vault
from accounts.models import AuditEntry
from accounts.roles import Role
from followup import settings_of
from followup.actions import team_settings as actions
from followup.models import FollowUpSettings
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories.patients import NOW

pytestmark = pytest.mark.django_db

PRODUCT = {
    "soon_days": "7", "escalate_after_days": "7, 14, 28", "unread_working_days": "3",
    "undecided_working_days": "5", "unsigned_working_days": "2", "unstarted_working_days": "2",
    "longest_pause_days": "28",
    "quiet_from": "19:00", "quiet_until": "07:00", "sends_email": "on", "webhook_url": "",
}  # fmt: skip


@pytest.fixture
def lead(team):
    return account_factories.member(team, Role.COORDINATOR, is_lead=True, name="L. Amadi")


def address(team):
    return reverse("followup:team_settings", args=[team.pk])


def seen(team):
    return settings_of.settings_of(team).saved_at.isoformat()


def save(client, team, **changed):
    sent = PRODUCT | {"seen_at": seen(team)} | changed
    return client.post(address(team), {name: value for name, value in sent.items() if value is not None})


class TestSaving:
    def test_keeps_every_number(self, team, lead, signed_in):
        answer = save(
            signed_in(lead), team, soon_days="10", escalate_after_days="5,10", quiet_from="20:30",
            reminds_patients="on", asks_two_readers="on", images_early_after_each="on",
            webhook_url="https://sms.example.org/send",
        )  # fmt: skip

        kept = settings_of.settings_of(team)
        assert answer.status_code == 302
        assert (kept.soon_days, kept.escalate_after_days, kept.quiet_from) == (10, [5, 10], time(20, 30))
        assert (kept.reminds_patients, kept.asks_two_readers, kept.images_early_after_each) == (
            True, True, True,
        )  # fmt: skip
        assert (kept.webhook_url, kept.saved_by) == ("https://sms.example.org/send", lead)

    def test_is_open_to_who_manages_the_people(self, team, people_admin, signed_in):
        assert save(signed_in(people_admin), team, soon_days="10").status_code == 302

    def test_is_closed_to_a_clinician_without_the_lead(self, team, clinician, signed_in):
        assert save(signed_in(clinician), team, soon_days="10").status_code == 403
        assert not FollowUpSettings.objects.exists()

    def test_is_written_to_the_trail(self, team, lead, signed_in):
        save(signed_in(lead), team, soon_days="10")

        assert AuditEntry.objects.filter(team=team, by=lead, what="followup.change_settings").exists()

    def test_of_the_same_again_keeps_nothing(self, team, lead, signed_in):
        save(signed_in(lead), team, soon_days="10")
        first = settings_of.settings_of(team)

        save(signed_in(lead), team, soon_days="10")

        assert settings_of.settings_of(team).saved_at == first.saved_at
        assert FollowUpSettings.history.count() == 1

    def test_tells_of_what_somebody_else_saved_meanwhile(self, team, lead, people_admin, signed_in):
        opened = seen(team)
        save(signed_in(people_admin), team, soon_days="10")
        client = signed_in(lead)

        answer = save(client, team, soon_days="4", seen_at=opened)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "A. Novak saved these settings" in page
        assert "10" in page
        assert 'value="4"' in page
        assert settings_of.settings_of(team).soon_days == 10

    def test_once_more_is_then_a_choice(self, team, lead, people_admin, signed_in):
        save(signed_in(people_admin), team, soon_days="10")

        save(signed_in(lead), team, soon_days="4")

        assert settings_of.settings_of(team).soon_days == 4


class TestRefusal:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("soon_days", "61"),
            ("soon_days", "-1"),
            ("unread_working_days", "0"),
            ("longest_pause_days", "181"),
            ("escalate_after_days", ""),
            ("escalate_after_days", "7, x"),
            ("escalate_after_days", "14, 7"),
            ("escalate_after_days", "0, 7"),
            ("escalate_after_days", "7, 181"),
            ("escalate_after_days", "1,2,3,4,5,6,7"),
            ("quiet_from", "25:00"),
            ("webhook_url", "http://sms.example.org/send"),
            ("webhook_url", "javascript:alert(1)"),
            ("webhook_url", "not an address"),
            ("webhook_url", "https://localhost/send"),
            ("webhook_url", "https://127.0.0.1:8443/send"),
            ("webhook_url", "https://169.254.169.254/latest"),
            ("webhook_url", "https://[::1]/send"),
            ("webhook_url", "https://[::ffff:127.0.0.1]/send"),
        ],
    )
    def test_says_it_at_the_field_and_keeps_what_was_typed(self, team, lead, signed_in, name, value):
        answer = save(signed_in(lead), team, **{name: value})

        form = answer.context["form"]
        assert answer.status_code == 422
        assert form.errors[name]
        assert form[name].value() == value
        assert not FollowUpSettings.objects.exists()

    @pytest.mark.parametrize(
        ("value", "kept"), [("7, 180", [7, 180]), ("1", [1]), ("1,2,3,4,5,6", [1, 2, 3, 4, 5, 6])]
    )
    def test_lets_the_ends_pass(self, team, lead, signed_in, value, kept):
        save(signed_in(lead), team, escalate_after_days=value)

        assert settings_of.settings_of(team).escalate_after_days == kept

    @pytest.mark.parametrize(
        ("address", "is_said"),
        [
            ("https://sms.example.org/send", False),
            ("https://10.20.0.8/send", True),
            ("https://sms.hospital.local/send", True),
        ],
    )
    def test_takes_a_gateway_in_the_hospital_and_says_from_where_it_is_reached(
        self, team, lead, signed_in, address, is_said
    ):
        client = signed_in(lead)

        answer = save(client, team, webhook_url=address)

        assert settings_of.settings_of(team).webhook_url == address
        page = client.get(answer.url).content.decode()
        assert ("inside a private network" in page) == is_said

    def test_of_patients_reminded_by_no_way_at_all(self, team, lead, signed_in):
        answer = save(signed_in(lead), team, reminds_patients="on", sends_email=None)

        assert "reminds_patients" in answer.context["form"].errors


class TestSecret:
    def make(self, client, team):
        return client.post(reverse("followup:make_secret", args=[team.pk]))

    def test_is_shown_once_and_never_again(self, team, lead, signed_in):
        client = signed_in(lead)

        shown = self.make(client, team)
        again = client.get(address(team))

        secret = shown.context["secret"]
        assert len(secret) >= 43
        assert secret in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert secret not in again.content.decode()
        assert "A secret is set" in again.content.decode()

    def test_is_kept_encrypted_in_the_history_too(self, team, lead):
        secret = actions.make_secret(team=team, by=lead, at=NOW)

        kept = settings_of.settings_of(team).webhook_secret
        assert secret not in kept
        assert vault.opened(kept) == secret
        assert set(FollowUpSettings.history.values_list("webhook_secret", flat=True)) == {kept}

    def test_is_another_one_each_time(self, team, lead):
        first = actions.make_secret(team=team, by=lead, at=NOW)

        assert actions.make_secret(team=team, by=lead, at=NOW) != first

    def test_survives_a_change_of_the_settings(self, team, lead, signed_in):
        client = signed_in(lead)
        self.make(client, team)
        secret = settings_of.settings_of(team).webhook_secret

        save(client, team, soon_days="10")

        assert settings_of.settings_of(team).webhook_secret == secret

    def test_is_in_no_line_of_the_history(self, team, lead, signed_in):
        client = signed_in(lead)
        secret = self.make(client, team).context["secret"]

        page = client.get(address(team)).content.decode()

        assert "a new one" in page
        assert secret not in page
        assert settings_of.settings_of(team).webhook_secret not in page


class TestHistory:
    def test_says_who_changed_what_from_what_to_what(self, team, lead, signed_in):
        client = signed_in(lead)
        save(client, team, soon_days="10")
        save(client, team, soon_days="10", asks_two_readers="on", escalate_after_days="3, 9")

        page = client.get(address(team)).content.decode()

        assert "L. Amadi" in page
        assert "<s>7</s>" in page
        assert "<s>7, 14, 28</s>" in page

    def test_of_another_team_is_not_there(self, team, other_team, lead, signed_in):
        factories.FollowUpSettingsFactory(team=other_team, soon_days=21)

        assert signed_in(lead).get(address(other_team)).status_code == 404
