"""The outbox: one message for a recipient, channel and hour; claimed, looked at once more, sent, marked."""

import hashlib
import hmac
import json
import smtplib
import threading
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail

from accounts import vault
from accounts.models import Membership
from accounts.roles import Role
from followup.actions import gathering, outbox, sweep
from followup.channels import webhook
from followup.models import FollowUpSettings, ImagingReview, Message, Reminder
from tests.factories import accounts, followup, patients
from tests.factories.patients import NOW, TODAY

A_DAY, AN_HOUR, A_MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EVENING = NOW.replace(hour=20)


@pytest.fixture
def settings_of_team(team):
    return followup.FollowUpSettingsFactory(team=team)


@pytest.fixture
def lead(team):
    return accounts.member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Ekman")


def review_of(team, owner) -> ImagingReview:
    """A review whose window opens on TODAY; its procedure is signed, so that nobody is told of that."""
    review = followup.ImagingReviewFactory(patient__team=team, owner=owner)
    review.after_procedure.signed_at, review.after_procedure.signed_by = NOW, owner
    review.after_procedure.save()
    return review


@pytest.fixture
def review(team, coordinator, lead, settings_of_team):
    return review_of(team, coordinator)


def send(at: datetime = NOW) -> int:
    return outbox.send_due(clock=lambda: at)


def sweep_and_send(at: datetime = NOW) -> int:
    sweep.sweep(at=at)
    return send(at)


def message_to(person, channel: str = "email") -> Message:
    return Message.objects.get(user=person, channel=channel)


class TestGathering:
    def test_makes_one_message_for_a_person_a_channel_and_an_hour(self, review, team, coordinator):
        for _ in range(3):
            review_of(team, coordinator)
            patients.TaskFactory(patient__team=team, owner=coordinator)

        sweep.sweep(at=NOW)

        assert set(Message.objects.values_list("user", "channel", "slot")) == {
            (coordinator.pk, "in_app", "2026-03-02T09"), (coordinator.pk, "email", "2026-03-02T09"),
        }  # fmt: skip
        assert Reminder.objects.filter(message=message_to(coordinator, "in_app")).count() == 7

    def test_waits_for_the_next_hour_with_what_came_later(self, review, team, coordinator):
        sweep.sweep(at=NOW)
        patients.TaskFactory(patient__team=team, owner=coordinator)

        sweep.sweep(at=NOW + A_MINUTE)
        assert Message.objects.filter(channel="email").count() == 1
        sweep.sweep(at=NOW + AN_HOUR)

        assert set(Message.objects.filter(channel="email").values_list("slot", flat=True)) == {
            "2026-03-02T09", "2026-03-02T10",
        }  # fmt: skip
        assert not Reminder.objects.filter(message=None).exists()

    def test_loses_nothing_in_the_hour_that_the_clock_shows_twice(self, team, coordinator, lead):
        team.time_zone = "Europe/Stockholm"
        team.save()
        followup.FollowUpSettingsFactory(team=team, quiet_from=time(0), quiet_until=time(0))
        night = datetime.fromisoformat("2026-10-25T00:30:00+00:00")
        for hour in range(4):
            on = (night + hour * AN_HOUR).date()
            patients.TaskFactory(patient__team=team, owner=coordinator, due_from=on, due_to=on)
            sweep_and_send(night + hour * AN_HOUR)

        assert set(Reminder.objects.values_list("message__sent_at", flat=True)) >= {night}
        assert not Reminder.objects.filter(message=None).exists()
        assert len(mail.outbox) == 3

    def test_is_silent_in_the_quiet_hours_of_the_team(self, review, coordinator):
        sweep.sweep(at=EVENING)
        assert not Message.objects.exists()

        sweep.sweep(at=NOW + A_DAY)
        assert message_to(coordinator).slot == "2026-03-03T09"

    def test_leaves_out_what_was_done_meanwhile(self, review):
        sweep.sweep(at=EVENING)
        ImagingReview.objects.filter(pk=review.pk).update(done_on=TODAY, done_recorded_at=EVENING)

        gathering.gather(at=NOW + A_DAY)

        assert not Message.objects.exists()
        assert Reminder.objects.get().dropped_because == "changed"

    def test_sends_no_mail_where_the_team_wants_none(self, review, coordinator, settings_of_team):
        FollowUpSettings.objects.update(sends_email=False)

        sweep.sweep(at=NOW)

        assert list(Message.objects.values_list("channel", flat=True)) == ["in_app"]

    def test_skips_a_recipient_for_whom_it_fails(self, review, team, coordinator, lead, monkeypatch):
        patients.TaskFactory(patient__team=team, owner=lead)
        right = gathering._Hour.message

        def spoilt(hour, to, key, channel, language):
            if key == coordinator.pk:
                raise ValueError("spoilt")
            return right(hour, to, key, channel, language)

        monkeypatch.setattr(gathering._Hour, "message", spoilt)
        run = sweep.sweep(at=NOW)

        assert set(Message.objects.values_list("user", flat=True)) == {lead.pk}
        assert [fault.subject for fault in run.faults.all()] == [f"user:{coordinator.pk}"]


class TestSending:
    def test_marks_what_left_and_sends_it_once(self, review, coordinator):
        assert sweep_and_send() == 2
        assert send(NOW + AN_HOUR) == 0

        assert len(mail.outbox) == 1
        assert message_to(coordinator).sent_at == NOW
        assert message_to(coordinator, "in_app").sent_at == NOW

    def test_names_no_patient_but_counts_and_links(self, review, team, coordinator, settings):
        patients.TaskFactory(patient__team=team, owner=coordinator)
        sweep_and_send()

        letter = mail.outbox[0]

        assert letter.to == [coordinator.email]
        assert letter.subject == "TACE pathway: 2 waiting"
        assert "1 imaging window is open" in letter.body
        assert "1 task is due" in letter.body
        assert f"{settings.SITE_URL}/messages/" in letter.body
        for told in (review.patient.family_name, review.patient.given_name, review.patient.mrn):
            assert told not in letter.body + letter.subject

    def test_gives_each_message_an_id_that_stays(self, review, coordinator):
        sweep_and_send()

        letter = mail.outbox[0]

        assert letter.extra_headers["Message-ID"] == message_to(coordinator).message_id
        assert letter.message()["Message-ID"] == message_to(coordinator).message_id

    def test_counts_what_still_waits_at_that_moment(self, review, team, coordinator):
        other = review_of(team, coordinator)
        sweep.sweep(at=NOW)
        other.patient.ended_on, other.patient.ended_because = TODAY, "died"
        other.patient.save()

        send()

        assert "1 imaging window is open" in mail.outbox[0].body

    @pytest.mark.parametrize("what", ["died", "done", "paused", "left", "switched off"])
    def test_is_withheld_with_the_reason_where_nothing_waits_any_more(self, review, team, coordinator, what):
        sweep.sweep(at=NOW)
        reason = self.meanwhile(what, review, coordinator)

        send()

        assert mail.outbox == []
        message = message_to(coordinator)
        assert (message.withheld_because, message.withheld_at, message.sent_at) == (reason, NOW, None)

    def meanwhile(self, what, review, coordinator) -> str:
        if what == "died":
            review.patient.ended_on, review.patient.ended_because = TODAY, "died"
            review.patient.save()
            return "ended"
        if what == "done":
            ImagingReview.objects.update(done_on=TODAY, done_recorded_at=NOW)
            return "changed"
        if what == "paused":
            followup.PauseFactory(review=review)
            return "paused"
        if what == "left":
            Membership.objects.filter(user=coordinator).update(is_active=False)
            return "left"
        FollowUpSettings.objects.update(sends_email=False)
        return "switched_off"

    def test_waits_for_the_morning_where_a_retry_falls_into_the_night(self, review, coordinator):
        sweep.sweep(at=NOW)

        send(EVENING)
        assert mail.outbox == []
        assert message_to(coordinator).send_after == NOW.replace(hour=7, minute=0) + A_DAY
        assert message_to(coordinator).attempts == 0

        send(NOW + A_DAY)
        assert len(mail.outbox) == 1

    def test_speaks_the_language_of_the_person(self, review, coordinator, settings):
        settings.PATIENT_LANGUAGES = [("en", "English"), ("sv", "Svenska")]
        coordinator.language = "sv"
        coordinator.save()

        sweep.sweep(at=NOW)

        assert message_to(coordinator).language == "sv"


class TestClaim:
    def test_is_given_to_one_worker_only(self, review, coordinator):
        sweep.sweep(at=NOW)
        first, second = message_to(coordinator), message_to(coordinator)

        assert outbox.claim(message=first, at=NOW)
        assert not outbox.claim(message=second, at=NOW + A_MINUTE)
        assert not outbox.claim(message=second, at=NOW + AN_HOUR)
        assert message_to(coordinator).attempts == 1

    def test_of_a_dead_worker_runs_out_and_says_that_it_may_be_sent_twice(self, review, coordinator):
        sweep.sweep(at=NOW)
        outbox.claim(message=message_to(coordinator), at=NOW)

        assert send(NOW + 4 * A_MINUTE) == 1
        assert mail.outbox == []
        assert send(NOW + 6 * A_MINUTE) == 1

        assert message_to(coordinator).may_be_twice
        assert message_to(coordinator).sent_at == NOW + 6 * A_MINUTE

    def test_that_was_lost_marks_nothing(self, review, coordinator):
        sweep.sweep(at=NOW)
        slow = message_to(coordinator)
        outbox.claim(message=slow, at=NOW)
        outbox.claim(message=message_to(coordinator), at=NOW + AN_HOUR)

        assert outbox._mark(slow, sent_at=NOW + AN_HOUR) == 0
        assert message_to(coordinator).sent_at is None

    def test_ends_after_every_attempt_died(self, review, coordinator, settings):
        sweep.sweep(at=NOW)
        Message.objects.update(attempts=len(settings.MESSAGE_RETRY_SECONDS) + 1)

        send()

        assert message_to(coordinator).failed_at == NOW


class Refusing:
    """A mail backend that raises what a test wants."""

    raises: Exception | None = None
    raises_at_open: Exception | None = None
    opened = 0

    def __init__(self, **kwargs) -> None:
        pass

    def open(self) -> None:
        Refusing.opened += 1
        if Refusing.raises_at_open:
            raise Refusing.raises_at_open

    def close(self) -> None:
        pass

    def send_messages(self, letters) -> int:
        if Refusing.raises:
            raise Refusing.raises
        return len(letters)


@pytest.fixture
def mail_server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    for name in ("raises", "raises_at_open"):
        monkeypatch.setattr(Refusing, name, None)
    monkeypatch.setattr(Refusing, "opened", 0)
    return Refusing


class TestMailServer:
    def test_that_refuses_an_address_for_good_fails_the_message_at_once(
        self, review, coordinator, mail_server
    ):
        mail_server.raises = smtplib.SMTPRecipientsRefused({"x@example.org": (550, b"No such user")})

        sweep_and_send()

        message = message_to(coordinator)
        assert (message.failed_at, message.last_error) == (NOW, "SMTPRecipientsRefused 550")
        assert not message.may_be_twice

    def test_that_is_busy_is_asked_again_later_each_time(self, review, coordinator, mail_server, settings):
        mail_server.raises = smtplib.SMTPRecipientsRefused({"x@example.org": (450, b"Later")})
        FollowUpSettings.objects.update(quiet_from=time(0), quiet_until=time(0))
        Message.objects.all().delete()
        sweep.sweep(at=NOW)
        at = NOW
        for seconds in settings.MESSAGE_RETRY_SECONDS:
            ImagingReview.objects.update(due_to=at.date() + A_DAY)
            send(at)
            message = message_to(coordinator)
            assert message.send_after == at + timedelta(seconds=seconds)
            at = message.send_after
        ImagingReview.objects.update(due_to=at.date() + A_DAY)
        send(at)

        assert message_to(coordinator).failed_at == at
        assert message_to(coordinator).attempts == len(settings.MESSAGE_RETRY_SECONDS) + 1

    def test_that_does_not_answer_is_asked_once_a_round(self, review, team, coordinator, lead, mail_server):
        patients.TaskFactory(patient__team=team, owner=lead)
        mail_server.raises_at_open = ConnectionRefusedError()

        sweep_and_send()

        assert mail_server.opened == 1
        emails = Message.objects.filter(channel="email")
        assert sorted(emails.values_list("attempts", flat=True)) == [0, 1]
        assert not emails.filter(may_be_twice=True).exists()
        assert Message.objects.filter(channel="in_app", sent_at=NOW).count() == 2

    def test_that_drops_the_connection_may_have_taken_the_message(self, review, coordinator, mail_server):
        mail_server.raises = smtplib.SMTPServerDisconnected("gone")

        sweep_and_send()

        message = message_to(coordinator)
        assert message.may_be_twice
        assert message.last_error == "SMTPServerDisconnected"
        assert message.sent_at is None

    def test_that_fails_in_a_way_nobody_thought_of_fails_one_message_only(
        self, review, team, coordinator, mail_server
    ):
        mail_server.raises = RuntimeError("with a name in it")

        sweep_and_send()

        assert message_to(coordinator).last_error == "RuntimeError"
        assert message_to(coordinator, "in_app").sent_at == NOW


class TestRetry:
    def test_lets_a_failed_message_start_again(self, review, coordinator, lead, mail_server):
        mail_server.raises = smtplib.SMTPRecipientsRefused({"x@example.org": (550, b"No such user")})
        sweep_and_send()
        mail_server.raises = None

        outbox.retry(message=message_to(coordinator), by=lead, at=NOW + AN_HOUR)
        send(NOW + AN_HOUR)

        message = message_to(coordinator)
        assert (message.sent_at, message.failed_at, message.last_error) == (NOW + AN_HOUR, None, "")

    def test_is_refused_for_what_has_not_failed(self, review, coordinator, lead):
        sweep_and_send()

        with pytest.raises(outbox.UnableToRetry):
            outbox.retry(message=message_to(coordinator), by=lead, at=NOW)


class TestPatient:
    @pytest.fixture
    def agreed(self, review, settings_of_team):
        FollowUpSettings.objects.update(reminds_patients=True)
        review.patient.consents_to_messages, review.patient.message_channel = "yes", "email"
        review.patient.email = "daniel@example.org"
        review.patient.save()
        return review.patient

    def letter(self) -> mail.EmailMessage:
        return next(letter for letter in mail.outbox if letter.to == ["daniel@example.org"])

    def test_reads_of_a_scan_and_of_no_disease(self, review, agreed):
        sweep_and_send()

        said = (self.letter().subject + self.letter().body).lower()

        assert "2 march 2026" in said
        for word in ("liver", "tumour", "cancer", "tace", "embol", "hcc", review.team.name.lower(), "okafor"):
            assert word not in said

    def test_reads_of_the_appointment_where_there_is_one(self, review, agreed):
        ImagingReview.objects.update(booked_for=TODAY + 3 * A_DAY)

        sweep_and_send()

        assert "appointment for a scan on 5 March 2026" in self.letter().body

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"consents_to_messages": "no"}, "consent"),
            ({"message_channel": "sms"}, "consent"),
            ({"email": ""}, "no_address"),
            ({"ended_on": TODAY, "ended_because": "died"}, "ended"),
        ],
    )
    def test_gets_nothing_after_taking_it_back(self, review, agreed, change, reason):
        sweep.sweep(at=NOW)
        for name, value in change.items():
            setattr(agreed, name, value)
        agreed.save()

        send()

        assert all(letter.to != ["daniel@example.org"] for letter in mail.outbox)
        assert Message.objects.get(patient=agreed).withheld_because == reason


class _Gateway(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        self.send_response(self.server.answers_with)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def gateway():
    """A text message gateway on this machine."""
    server = HTTPServer(("127.0.0.1", 0), _Gateway)
    server.received, server.answers_with = [], 200
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class TestGateway:
    @pytest.fixture
    def by_phone(self, review, gateway):
        FollowUpSettings.objects.update(
            reminds_patients=True, webhook_url=f"http://127.0.0.1:{gateway.server_port}/send",
            webhook_secret=vault.encrypt("quite secret"),
        )  # fmt: skip
        review.patient.consents_to_messages, review.patient.message_channel = "yes", "sms"
        review.patient.phone = "+46 70 123 45 67"
        review.patient.save()
        return review.patient

    def test_gets_the_message_signed_with_its_moment(self, by_phone, gateway):
        sweep_and_send()

        headers, body = gateway.received[0]
        message = Message.objects.get(patient=by_phone)
        signed = hmac.new(b"quite secret", headers["X-Tace-Timestamp"].encode() + b"." + body, hashlib.sha256)
        assert headers["X-Tace-Signature"] == f"sha256={signed.hexdigest()}"
        assert headers["X-Tace-Timestamp"] == str(int(NOW.timestamp()))
        assert headers["Idempotency-Key"] == message.message_id
        assert json.loads(body) == {
            "id": message.message_id, "to": "+46 70 123 45 67", "text": message.body, "language": "en",
        }  # fmt: skip
        assert message.sent_at == NOW

    @pytest.mark.parametrize(
        ("code", "ends"),
        [(200, "sent"), (204, "sent"), (302, "again"), (400, "failed"), (429, "again"), (503, "again")],
    )
    def test_answers_for_good_or_for_now(self, by_phone, gateway, code, ends):
        gateway.answers_with = code

        sweep_and_send()

        message = Message.objects.get(patient=by_phone)
        how = "sent" if message.sent_at else "failed" if message.failed_at else "again"
        assert how == ends
        assert not message.may_be_twice
        assert len(gateway.received) == 1

    def test_is_sent_nothing_that_is_signed_with_another_secret(self, by_phone, gateway, settings):
        settings.SECRET_KEY = "changed without a fallback"

        sweep_and_send()

        message = Message.objects.get(patient=by_phone)
        assert not gateway.received
        assert message.sent_at is None
        assert "No key opens" in message.last_error

    def test_that_is_not_there_closes_the_way_for_its_team_only(self, by_phone, gateway):
        FollowUpSettings.objects.update(webhook_url="http://127.0.0.1:1/send")

        sweep_and_send()

        message = Message.objects.get(patient=by_phone)
        assert (message.attempts, message.last_error) == (1, "ConnectionRefusedError")
        assert len(mail.outbox) == 1

    def test_has_a_signature_that_changes_with_every_part(self):
        right = webhook.signature("secret", "1", b"body")

        assert right == webhook.signature("secret", "1", b"body")
        assert right not in {
            webhook.signature("other", "1", b"body"),
            webhook.signature("secret", "2", b"body"),
            webhook.signature("secret", "1", b"bodies"),
        }
