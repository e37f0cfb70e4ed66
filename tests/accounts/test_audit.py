"""The audit trail: what is written, and that nothing written is ever changed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts import audit
from accounts.models import AuditEntry
from accounts.roles import Role
from tests.factories import accounts as account_factories

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def read(person, team, *, after=timedelta(0), patient_id=7, fragment=False):
    audit.record_read(
        by=person, team=team, patient_id=patient_id, what="patients:record", at=NOW + after, fragment=fragment
    )


class TestReading:
    def test_writes_who_read_which_page_of_whom(self, clinician, team):
        read(clinician, team)

        entry = AuditEntry.objects.get()
        assert (entry.by, entry.team, entry.patient_id, entry.what, entry.kind, entry.at) == (
            clinician, team, 7, "patients:record", AuditEntry.Kind.READ, NOW,
        )  # fmt: skip

    def test_writes_every_page_even_within_five_minutes(self, clinician, team):
        read(clinician, team)
        read(clinician, team, after=timedelta(minutes=1))

        assert AuditEntry.objects.count() == 2

    @pytest.mark.parametrize(
        ("after", "entries"),
        [
            (timedelta(minutes=4, seconds=59), 1),
            (timedelta(minutes=5), 2),
            (timedelta(minutes=5, seconds=1), 2),
        ],
    )
    def test_adds_nothing_for_a_fragment_within_five_minutes(self, clinician, team, after, entries):
        read(clinician, team)
        read(clinician, team, after=after, fragment=True)

        assert AuditEntry.objects.count() == entries

    def test_adds_a_fragment_of_another_patient_or_by_another_person(self, clinician, coordinator, team):
        read(clinician, team)
        read(clinician, team, patient_id=8, fragment=True)
        read(coordinator, team, fragment=True)

        assert AuditEntry.objects.count() == 3


class TestList:
    def test_writes_one_row_with_the_ids_that_it_showed(self, clinician, team):
        audit.record_list(by=clinician, team=team, patient_ids=[3, 1, 2], what="patients:find", at=NOW)

        entry = AuditEntry.objects.get()
        assert (entry.kind, entry.listed_ids, entry.patient_id) == (AuditEntry.Kind.LIST, [3, 1, 2], None)

    def test_marks_an_export_as_one(self, clinician, team):
        audit.record_list(by=clinician, team=team, patient_ids=[3], what="patients:find", at=NOW, export=True)

        assert AuditEntry.objects.get().kind == AuditEntry.Kind.EXPORT


class TestSignIn:
    def test_stands_in_the_trail_of_each_of_the_teams(self, clinician, team, other_team):
        account_factories.MembershipFactory(user=clinician, team=other_team, role=Role.OBSERVER)

        audit.record_sign_in(by=clinician, what="sign-in", at=NOW)

        assert set(AuditEntry.objects.values_list("team", flat=True)) == {team.pk, other_team.pk}

    def test_is_written_without_a_team_for_a_person_of_none(self, db):
        audit.record_sign_in(by=account_factories.UserFactory(), what="sign-in", at=NOW)

        assert AuditEntry.objects.get().team is None

    def test_keeps_nothing_of_who_an_unknown_person_said_to_be(self, db):
        audit.record_refused_sign_in(by=None, what="password", at=NOW)

        entry = AuditEntry.objects.get()
        assert (entry.kind, entry.by, entry.team) == (AuditEntry.Kind.REFUSED, None, None)


class TestEntry:
    @pytest.fixture
    def entry(self, clinician, team):
        read(clinician, team)
        return AuditEntry.objects.get()

    def test_is_never_changed_by_the_database(self, entry):
        entry.what = "nothing"

        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            entry.save()
        assert AuditEntry.objects.get().what == "patients:record"

    def test_is_never_changed_in_bulk(self, entry):
        with pytest.raises(TypeError):
            AuditEntry.objects.update(what="nothing")
        with pytest.raises(TypeError):
            AuditEntry.objects.bulk_update([entry], ["what"])

    def test_is_never_deleted(self, entry):
        with pytest.raises(TypeError):
            entry.delete()
        with pytest.raises(TypeError):
            AuditEntry.objects.all().delete()
