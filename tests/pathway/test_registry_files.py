"""The file of an export: made by the worker, kept in pieces, told of, fetched by who may, taken away after its days."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import Role
from followup.actions import outbox
from followup.models import Message
from pathway import tasks
from pathway.actions import jobs
from pathway.actions import registry as actions
from pathway.models import Job
from pathway.registry.rows import RegistryExport, RegistryKey, RegistryPiece
from pathway.registry.subjects import Asked
from tests.factories.accounts import member
from tests.factories.followup import FollowUpSettingsFactory
from tests.factories.patients import PatientFactory
from tests.factories.procedures import ProcedureFactory

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AFTER_THE_LEASE = NOW + jobs.LEASE + timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(team):
    return member(team, Role.CLINICIAN, is_lead=True, name="Dr N. Amadi", email="amadi@example.org")


@pytest.fixture
def procedure(team, lead):
    return ProcedureFactory(
        patient=PatientFactory(team=team), started_at=NOW, modality="TACE", signed_at=NOW, signed_by=lead
    )


def asked(team, lead, **what) -> RegistryExport:
    return actions.ask_for_export(team=team, asked=Asked(**what), by=lead, at=NOW)


def worked(at=NOW) -> int:
    return jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=lambda: at)


def made(team, lead, **what) -> RegistryExport:
    export = asked(team, lead, **what)
    worked()
    export.refresh_from_db()
    return export


def fetched(signed_in, person, export):
    return signed_in(person).get(reverse("pathway:download_registry", args=[export.pk]))


class TestAskForExport:
    def test_makes_the_teams_key_once(self, team, lead):
        asked(team, lead)
        first = RegistryKey.objects.get(team=team).secret
        worked()

        asked(team, lead)

        assert RegistryKey.objects.get(team=team).secret == first

    def test_keeps_the_key_encrypted(self, team, lead):
        asked(team, lead)

        assert len(RegistryKey.objects.get(team=team).secret) > 100

    def test_returns_the_one_that_is_under_way(self, team, lead):
        first = asked(team, lead)

        assert asked(team, lead, modality="TAE") == first
        assert Job.objects.count() == 1

    def test_makes_another_after_the_first_is_done(self, team, lead):
        first = made(team, lead)

        assert asked(team, lead) != first


class TestTheJob:
    def test_keeps_a_whole_archive_in_pieces(self, team, lead, procedure, monkeypatch):
        monkeypatch.setattr(actions, "PIECE_BYTES", 1000)

        export = made(team, lead)

        content = b"".join(bytes(piece.content) for piece in export.pieces.all())
        assert export.job.state == Job.State.DONE
        assert export.pieces.count() > 2
        assert (export.size_bytes, export.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        assert (export.patient_count, export.patient_ids) == (1, [procedure.patient_id])

    def test_counts_every_table_of_every_patient_as_a_step(self, team, lead, procedure):
        export = made(team, lead)

        assert export.job.all_steps == export.job.done_steps > 10

    def test_records_whom_it_holds(self, team, lead, procedure):
        made(team, lead)

        entry = AuditEntry.objects.get(kind=AuditEntry.Kind.EXPORT)
        assert (entry.by, entry.what, entry.listed_ids) == (lead, "pathway:registry", [procedure.patient_id])

    def test_holds_nobody_where_nobody_was_treated(self, team, lead):
        export = made(team, lead)

        assert (export.job.state, export.patient_count) == (Job.State.DONE, 0)

    def test_killed_half_way_is_done_again_and_kept_once(self, team, lead, procedure):
        export = asked(team, lead)
        claimed = jobs.claim_job(at=NOW)
        actions.write_archive(claimed, jobs.Progress(claimed, lambda: NOW)).file.close()

        worked(AFTER_THE_LEASE)

        export.refresh_from_db()
        assert export.job.state == Job.State.DONE
        assert [piece.number for piece in export.pieces.all()] == list(range(export.pieces.count()))

    def test_that_killed_three_workers_says_so_and_can_be_begun_again(self, team, lead, procedure):
        export = asked(team, lead)
        for attempt in range(jobs.MOST_ATTEMPTS):
            jobs.claim_job(at=NOW + attempt * 2 * jobs.LEASE)
        worked(NOW + 10 * jobs.LEASE)
        export.job.refresh_from_db()
        assert (export.job.state, export.pieces.count()) == (Job.State.FAILED, 0)

        actions.begin_again(export=export, by=lead, at=NOW)
        worked()

        export.refresh_from_db()
        assert (export.job.state, export.patient_count) == (Job.State.DONE, 1)

    @pytest.mark.parametrize("lost", [{"is_active": False}, {"is_lead": False}])
    def test_is_not_made_for_who_no_longer_leads(self, team, lead, procedure, lost):
        export = asked(team, lead)
        lead.memberships.update(**lost)

        worked()

        export.job.refresh_from_db()
        assert (export.job.state, export.pieces.count()) == (Job.State.FAILED, 0)
        assert "does not lead the team any more" in export.job.failure
        assert not AuditEntry.objects.filter(what="pathway:registry").exists()

    def test_is_not_kept_for_who_lost_the_right_while_it_was_made(self, team, lead, procedure):
        export = asked(team, lead)
        claimed = jobs.claim_job(at=NOW)
        archived = actions.write_archive(claimed, jobs.Progress(claimed, lambda: NOW))
        lead.memberships.update(is_lead=False)

        with archived.file, pytest.raises(jobs.UnableToDoJob, match="does not lead"):
            actions.keep_archive(claimed, archived)

        assert export.pieces.count() == 0

    def test_says_when_the_key_cannot_be_opened(self, team, lead, procedure):
        export = asked(team, lead)
        RegistryKey.objects.update(secret="of another installation")

        worked()

        export.job.refresh_from_db()
        assert export.job.state == Job.State.FAILED
        assert "cannot be opened" in export.job.failure


class TestBeginAgain:
    def test_leaves_one_alone_that_did_not_fail(self, team, lead):
        export = made(team, lead)

        assert actions.begin_again(export=export, by=lead, at=NOW).job == export.job


class TestTheMessage:
    def test_tells_in_the_application_and_by_mail(self, team, lead, procedure):
        made(team, lead)

        outbox.send_due(clock=lambda: NOW)

        in_app = Message.objects.get(user=lead, channel="in_app")
        assert "until 16 March 2026" in in_app.body
        (letter,) = mail.outbox
        assert letter.to == ["amadi@example.org"]
        assert reverse("pathway:registry") in letter.body
        assert procedure.patient.family_name not in letter.body

    def test_is_not_mailed_where_the_team_sends_none(self, team, lead):
        FollowUpSettingsFactory(team=team, sends_email=False)

        made(team, lead)

        assert [message.channel for message in Message.objects.all()] == ["in_app"]

    def test_is_not_mailed_to_who_left_meanwhile(self, team, lead):
        made(team, lead)
        lead.memberships.update(is_active=False)

        outbox.send_due(clock=lambda: NOW)

        assert mail.outbox == []

    def test_leads_to_the_page(self, team, lead, signed_in):
        made(team, lead)
        message = Message.objects.get(channel="in_app")
        client = signed_in(lead)

        page = client.get(reverse("followup:messages")).content.decode()
        answer = client.post(reverse("followup:open_message", args=[message.pk]))

        assert "Your registry export is ready" in page
        assert answer.url == reverse("pathway:registry")
        message.refresh_from_db()
        assert message.seen_at


class TestDownload:
    def test_gives_the_file_as_it_was_made_and_records_it(self, team, lead, procedure, signed_in):
        export = made(team, lead)
        RegistryExport.objects.update(kept_until=datetime(2200, 1, 1, tzinfo=UTC))

        answer = fetched(signed_in, lead, export)

        content = b"".join(answer.streaming_content)
        assert hashlib.sha256(content).hexdigest() == export.sha256
        assert answer["Content-Length"] == str(len(content))
        entry = AuditEntry.objects.filter(what="pathway:download_registry").get()
        assert (entry.kind, entry.listed_ids) == (AuditEntry.Kind.EXPORT, [procedure.patient_id])

    def test_is_not_there_before_it_is_made(self, team, lead, signed_in):
        assert fetched(signed_in, lead, asked(team, lead)).status_code == 404

    def test_is_not_there_after_its_days(self, team, lead, signed_in):
        export = made(team, lead)
        RegistryExport.objects.update(kept_until=NOW - timedelta(days=3000))

        assert fetched(signed_in, lead, export).status_code == 404

    def test_is_for_leads_of_the_team(self, team, lead, clinician, observer, stranger, signed_in):
        export = made(team, lead)
        RegistryExport.objects.update(kept_until=datetime(2200, 1, 1, tzinfo=UTC))
        other_lead = member(stranger.memberships.get().team, Role.CLINICIAN, is_lead=True)

        assert fetched(signed_in, clinician, export).status_code == 403
        assert fetched(signed_in, observer, export).status_code == 403
        assert fetched(signed_in, other_lead, export).status_code == 404


class TestTakeAwayOldFiles:
    @pytest.mark.parametrize(
        ("after", "count"), [(timedelta(0), 0), (timedelta(seconds=-1), 0), (timedelta(seconds=1), 1)]
    )
    def test_takes_the_pieces_when_their_days_are_over(self, team, lead, procedure, after, count):
        export = made(team, lead)
        at = NOW + timedelta(days=settings.REGISTRY_FILE_DAYS) + after

        assert actions.take_away_old_files(at=at) == count

        export.refresh_from_db()
        assert bool(export.emptied_at) == bool(count)
        assert RegistryPiece.objects.exists() != bool(count)

    def test_takes_them_once(self, team, lead, procedure):
        made(team, lead)
        late = NOW + timedelta(days=100)

        assert actions.take_away_old_files(at=late) == 1
        assert actions.take_away_old_files(at=late) == 0


class TestThePage:
    def test_shows_where_an_export_is(self, team, lead, procedure, signed_in):
        client = signed_in(lead)

        answer = client.post(reverse("pathway:registry"), {"dates": "days", "only_signed": "on"})
        waiting = client.get(reverse("pathway:registry")).content.decode()
        worked()
        done = client.get(reverse("pathway:registry")).content.decode()

        assert answer.status_code == 302
        assert "Waits for the worker" in waiting
        assert "hx-get" in waiting.split('id="registry-exports"')[1].split(">")[0]
        assert "1 patient," in done
        assert "Waits for the worker" not in done

    def test_keeps_what_was_typed_beside_its_error(self, lead, signed_in):
        sent = {"since": "2026-03-02", "until": "2026-03-01", "dates": "moved", "modality": "TAE"}

        answer = signed_in(lead).post(reverse("pathway:registry"), sent)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "The last day lies before the first." in page
        assert 'value="2026-03-02"' in page
        assert RegistryExport.objects.count() == 0

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "nonsense"])
    def test_refuses_a_day_that_cannot_be(self, lead, signed_in, day):
        answer = signed_in(lead).post(reverse("pathway:registry"), {"until": day, "dates": "days"})

        assert answer.status_code == 422

    def test_asks_at_most_a_handful_of_questions_for_twenty_exports(
        self, team, lead, signed_in, django_assert_max_num_queries
    ):
        for _number in range(20):
            made(team, lead)
        client = signed_in(lead)

        with django_assert_max_num_queries(14):
            client.get(reverse("pathway:registry"))


def test_the_trail_says_who_asked(team, lead):
    asked(team, lead)

    assert AuditEntry.objects.get(what="pathway.ask_for_registry_export").by == lead
