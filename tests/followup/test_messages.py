"""The pages of messages: my own, everything sent, the words; and answering for what waits."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from followup import message_words
from followup.actions import acknowledge, message_templates, sweep
from followup.models import Message, MessageTemplate, Pause, Reminder
from tests.factories import accounts, followup, patients, procedures
from tests.factories.patients import NOW, TODAY

A_DAY = timedelta(days=1)


@pytest.fixture
def lead(team):
    return accounts.member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Ekman")


@pytest.fixture
def site_admin(db):
    return accounts.UserFactory(is_site_admin=True, name="S. Admin")


@pytest.fixture
def patient(team):
    return patients.PatientFactory(team=team)


@pytest.fixture
def message(team, coordinator):
    return followup.message_to(coordinator, team)


def page(client, name: str, *arguments) -> str:
    return client.get(reverse(f"followup:{name}", args=arguments)).content.decode()


class TestMyMessages:
    def test_show_what_waits_and_are_counted_by_the_bell(self, signed_in, coordinator, message):
        client = signed_in(coordinator)

        shown = page(client, "messages")

        assert "1 task is due" in shown
        assert '<span class="count">1<' in shown

    def test_are_counted_until_they_are_opened(self, signed_in, coordinator, message):
        client = signed_in(coordinator)

        answer = client.post(reverse("followup:open_message", args=[message.pk]))

        assert answer.url == reverse("followup:message", args=[message.pk])
        message.refresh_from_db()
        assert message.seen_at
        assert '<span class="count">' not in page(client, "messages")

    def test_are_all_seen_at_once(self, signed_in, coordinator, team, message):
        followup.message_to(coordinator, team, slot="2026-03-02T10")

        signed_in(coordinator).post(reverse("followup:mark_all_seen"))

        assert not Message.objects.filter(seen_at=None).exists()

    def test_say_when_there_are_none(self, signed_in, clinician):
        assert "No messages" in page(signed_in(clinician), "messages")

    def test_say_whom_they_are_about_and_record_who_read_it(self, signed_in, coordinator, message, patient):
        followup.reminder_of(message, patient)

        shown = page(signed_in(coordinator), "message", message.pk)

        assert patient.full_name in shown
        assert "still waits" in shown
        entry = AuditEntry.objects.get(what="followup:message")
        assert entry.listed_ids == [patient.pk]

    def test_say_what_has_come_of_it(self, signed_in, coordinator, message, patient):
        followup.reminder_of(message, patient)
        patient.ended_on, patient.ended_because = TODAY, "died"
        patient.save()

        shown = page(signed_in(coordinator), "message", message.pk)

        assert "The patient’s course has ended" in shown
        assert "Snooze" not in shown

    @pytest.mark.parametrize(
        ("rung", "change", "said"),
        [
            ("late", {}, "still waits"),
            ("late", {"done_on": TODAY, "done_recorded_at": NOW}, "Done since"),
            ("unread", {"done_on": TODAY, "done_recorded_at": NOW}, "still waits"),
            ("unread", {"done_on": TODAY, "done_recorded_at": NOW, "read_at": NOW}, "Done since"),
            ("undecided", {"done_on": TODAY, "done_recorded_at": NOW, "read_at": NOW}, "still waits"),
        ],
    )
    def test_say_of_a_review_whether_it_still_waits(
        self, signed_in, coordinator, team, message, rung, change, said
    ):
        review = followup.ImagingReviewFactory(patient__team=team, **change)
        Reminder.objects.create(
            team=team, review=review, rung=rung, rung_on=TODAY, user=coordinator, message=message, key="x",
            made_at=NOW,
        )  # fmt: skip

        assert said in page(signed_in(coordinator), "message", message.pk)

    def test_of_somebody_else_are_not_there(self, signed_in, clinician, lead, message):
        for other in (clinician, lead):
            answer = signed_in(other).get(reverse("followup:message", args=[message.pk]))
            assert answer.status_code == 404

    def test_of_a_team_that_one_left_are_gone(self, signed_in, coordinator, message):
        coordinator.memberships.update(is_active=False)

        answer = signed_in(coordinator).get(reverse("followup:message", args=[message.pk]))

        assert answer.status_code == 404


class TestAcknowledge:
    def send(self, client, reminder: Reminder, **fields):
        return client.post(reverse("followup:acknowledge", args=[reminder.pk]), fields)

    def test_keeps_quiet_until_the_day_that_was_given(self, signed_in, coordinator, message, patient, team):
        reminder = followup.reminder_of(message, patient)
        reminder.task.due_from = reminder.task.due_to = timezone.localdate()
        reminder.task.save()
        until = timezone.localdate() + 3 * A_DAY

        answer = self.send(signed_in(coordinator), reminder, until=until.isoformat(), reason="working")

        assert answer.url == reverse("followup:message", args=[message.pk])
        pause = Pause.objects.get()
        assert (pause.task, pause.until, pause.paused_by) == (reminder.task, until, coordinator)

    @pytest.mark.parametrize(
        ("days", "said"), [(0, "Choose a day after today"), (28, ""), (29, "This is too far away")]
    )
    def test_needs_a_day_that_is_not_too_far(self, signed_in, coordinator, message, patient, days, said):
        reminder = followup.reminder_of(message, patient)
        until = timezone.localdate() + days * A_DAY

        answer = self.send(signed_in(coordinator), reminder, until=until.isoformat(), reason="working")

        assert answer.status_code == (422 if said else 302)
        assert said in answer.content.decode()

    @pytest.mark.parametrize("until", ["", "soon", "2026-02-30", "9999-12-31"])
    def test_refuses_what_is_no_day_at_the_field(self, signed_in, coordinator, message, patient, until):
        reminder = followup.reminder_of(message, patient)

        answer = self.send(
            signed_in(coordinator), reminder, until=until, reason="working", note="call her son"
        )

        assert answer.status_code == 422
        assert "call her son" in answer.content.decode()
        assert not Pause.objects.exists()

    def test_of_a_review_writes_its_event(self, coordinator, team):
        review = followup.ImagingReviewFactory(patient__team=team, owner=coordinator)
        sweep.sweep(at=NOW)
        reminder = Reminder.objects.get(review=review)

        acknowledge.acknowledge(
            reminder=reminder, until=TODAY + A_DAY, reason="working", note="", by=coordinator, at=NOW
        )

        assert review.pauses.get().until == TODAY + A_DAY
        assert review.events.get().kind == "paused"

    def test_of_a_procedure_ends_an_earlier_one(self, clinician, team):
        procedure = procedures.ProcedureFactory(patient__team=team, started_at=NOW, modality="TACE")
        reminder = Reminder(procedure=procedure)
        for days in (2, 2, 5):
            acknowledge.acknowledge(
                reminder=reminder, until=TODAY + days * A_DAY, reason="working", note="", by=clinician, at=NOW
            )

        assert list(Pause.objects.filter(lifted_at=None).values_list("until", flat=True)) == [
            TODAY + 5 * A_DAY
        ]
        assert Pause.objects.count() == 2

    def test_is_refused_for_what_is_done(self, coordinator, message, patient):
        reminder = followup.reminder_of(message, patient)
        reminder.task.closed_at, reminder.task.outcome = NOW, "done"
        reminder.task.save()

        with pytest.raises(acknowledge.UnableToAcknowledge):
            acknowledge.acknowledge(
                reminder=reminder, until=TODAY + A_DAY, reason="working", note="", by=coordinator, at=NOW
            )


class TestEverythingSent:
    @pytest.fixture
    def failed(self, team, coordinator):
        return followup.message_to(
            coordinator, team, channel="email", sent_at=None, failed_at=NOW, attempts=8,
            last_error="SMTPRecipientsRefused 550",
        )  # fmt: skip

    def test_shows_the_failed_first_with_the_reason(self, signed_in, lead, failed, message):
        shown = page(signed_in(lead), "sent_messages")

        assert "SMTPRecipientsRefused 550" in shown
        assert "after 8 attempts" in shown
        assert "Try again" in shown

    @pytest.mark.parametrize(
        ("fields", "state", "said"),
        [
            ({"sent_at": None}, "waiting", "goes after"),
            ({}, "sent", "sent 2 Mar"),
            (
                {"sent_at": None, "withheld_at": NOW, "withheld_because": "ended"},
                "withheld",
                "course has ended",
            ),
            ({"may_be_twice": True}, "sent", "May have arrived twice"),
        ],
    )
    def test_shows_each_state(self, signed_in, lead, team, coordinator, fields, state, said):
        followup.message_to(coordinator, team, **fields)

        shown = signed_in(lead).get(reverse("followup:sent_messages"), {"state": state, "period": "365"})

        assert said in shown.content.decode()

    def test_names_no_patient(self, signed_in, lead, team, patient):
        Message.objects.create(
            patient=patient, team=team, channel="email", slot="2026-03-02T09", language="en", subject="Your scan",
            body="Your next scan", message_id="<x@example.org>", gathered_at=NOW, send_after=NOW,
        )  # fmt: skip

        shown = signed_in(lead).get(reverse("followup:sent_messages"), {"state": "waiting"}).content.decode()

        assert "a patient" in shown
        assert patient.family_name not in shown
        assert patient.mrn not in shown

    def test_is_of_the_own_team_only(self, signed_in, lead, other_team):
        stranger = accounts.member(other_team, Role.CLINICIAN, name="Dr T. Adeyemi")
        theirs = followup.message_to(stranger, other_team, sent_at=None, failed_at=NOW)
        client = signed_in(lead)

        assert "Dr T. Adeyemi" not in page(client, "sent_messages")
        assert client.post(reverse("followup:retry_message", args=[theirs.pk])).status_code == 404
        client.post(reverse("followup:retry_failed"))
        theirs.refresh_from_db()
        assert theirs.failed_at

    def test_lets_a_failed_message_start_again(self, signed_in, lead, failed):
        signed_in(lead).post(reverse("followup:retry_message", args=[failed.pk]))

        failed.refresh_from_db()
        assert (failed.failed_at, failed.attempts, failed.last_error) == (None, 0, "")

    def test_lets_all_failed_start_again(self, signed_in, site_admin, failed):
        signed_in(site_admin).post(reverse("followup:retry_failed"))

        failed.refresh_from_db()
        assert failed.failed_at is None
        assert AuditEntry.objects.filter(what="followup.retry_message").exists()

    @pytest.mark.parametrize("query", [{"state": "x"}, {"period": "-1"}, {"channel": "x"}, {"page": "x"}])
    def test_takes_any_address(self, signed_in, lead, failed, query):
        assert signed_in(lead).get(reverse("followup:sent_messages"), query).status_code == 200


class TestWording:
    def send(self, client, **fields):
        return client.post(reverse("followup:edit_message_template", args=["staff", "en"]), fields)

    def test_is_kept_and_stands_from_then_on(self, signed_in, site_admin):
        self.send(signed_in(site_admin), subject="{count} wait", body="{list}\n{link}")

        words = message_words.words("staff", "en")
        assert (words.subject, words.body, words.is_changed) == ("{count} wait", "{list}\n{link}", True)
        assert AuditEntry.objects.filter(what="followup.save_template", by=site_admin).exists()

    @pytest.mark.parametrize(
        ("text", "wrong"),
        [
            ("{patient}", "{patient}"),
            ("{count.real}", "{count.real}"),
            ("{}", "{}"),
            ("{count", "{"),
            ("count}", "}"),
            ("{from}", "{from}"),
        ],
    )
    def test_is_refused_with_an_unknown_name_in_braces(self, signed_in, site_admin, text, wrong):
        answer = self.send(signed_in(site_admin), subject="Waiting", body=text)

        assert answer.status_code == 422
        assert f"{wrong} mean" in answer.content.decode()
        assert not MessageTemplate.objects.exists()
        with pytest.raises(message_templates.UnknownPlaceholder):
            message_templates.save_template(
                key="staff", language="en", subject="Waiting", body=text, by=site_admin, at=NOW
            )

    def test_is_previewed_with_invented_values_and_not_kept(self, signed_in, site_admin):
        answer = self.send(signed_in(site_admin), subject="{count} wait", body="For {team}", preview="1")

        assert "5 wait" in answer.content.decode()
        assert "For Northfield" in answer.content.decode()
        assert not MessageTemplate.objects.exists()

    def test_can_be_taken_back(self, signed_in, site_admin):
        client = signed_in(site_admin)
        own = message_words.words("staff", "en")
        self.send(client, subject="{count} wait", body="{list}")

        client.post(reverse("followup:reset_message_template", args=["staff", "en"]))

        assert message_words.words("staff", "en") == own
        assert MessageTemplate.history.count() == 2

    def test_is_listed_for_every_message_and_language(self, signed_in, site_admin, settings):
        shown = page(signed_in(site_admin), "message_templates")

        assert shown.count("Read or change") == len(message_words.Key) * len(settings.PATIENT_LANGUAGES)

    @pytest.mark.parametrize(("key", "language"), [("other", "en"), ("staff", "xx")])
    def test_of_an_unknown_message_is_not_there(self, signed_in, site_admin, key, language):
        address = reverse("followup:edit_message_template", args=[key, language])

        assert signed_in(site_admin).get(address).status_code == 404

    @pytest.mark.parametrize("key", message_words.Key)
    def test_of_the_product_uses_only_names_that_are_there(self, key):
        words = message_words.product_words(key, "en")

        assert message_words.wrong_placeholders(key, words.subject + words.body) == []

    @pytest.mark.parametrize("rung", Reminder.Rung)
    def test_says_every_rung_for_one_and_for_many(self, rung):
        assert message_words.line_of(rung, 1).startswith("1 ")
        assert message_words.line_of(rung, 2) != message_words.line_of(rung, 1).replace("1", "2")
