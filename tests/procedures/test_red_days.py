"""Who needs looking at in the days after: red courses, and what is still open after day 7."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import course, red_days
from tests.factories.patients import NOW, TODAY, LabResultFactory, PatientFactory
from tests.factories.procedures import AdverseEventFactory, ProcedureFactory, SymptomEntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def procedure(team):
    return made(team)


def made(team, **changed):
    return ProcedureFactory(
        **{"patient": PatientFactory(team=team), "started_at": NOW, "modality": "TACE", **changed}
    )


def day(number: int):
    return TODAY + timedelta(days=number)


def log(procedure, on_day, **said):
    return SymptomEntryFactory(procedure=procedure, asked_at=NOW + timedelta(days=on_day), **said)


def said(found) -> list[tuple]:
    return [(reason.text, reason.is_red) for row in found for reason in row.reasons]


class TestSymptoms:
    @pytest.mark.parametrize(("asked_on", "is_there"), [(6, False), (7, False), (8, True)])
    def test_are_red_when_still_there_after_day_seven(self, team, procedure, asked_on, is_there):
        log(procedure, asked_on, pain=4)

        found = red_days.of_team(team, on=day(asked_on))

        assert said(found) == ([("Pain on day 8, after day 7.", True)] if is_there else [])

    @pytest.mark.parametrize(("today", "is_there"), [(6, False), (7, False), (8, True)])
    def test_are_to_be_asked_again_when_nobody_asked_since(self, team, procedure, today, is_there):
        log(procedure, 6, pain=4)

        found = red_days.of_team(team, on=day(today))

        assert said(found) == ([("Pain on day 6, not asked since.", False)] if is_there else [])

    def test_are_gone_when_they_were_asked_and_are_not_there(self, team, procedure):
        log(procedure, 8, pain=4)
        log(procedure, 9, pain=0)

        assert red_days.of_team(team, on=day(9)) == []

    def test_are_looked_at_for_thirty_days(self, team, procedure):
        log(procedure, 9, answers={"jaundice": "yes"})

        assert [len(red_days.of_team(team, on=day(on))) for on in (29, 30, 31)] == [1, 1, 0]


class TestLaboratory:
    def test_turns_a_course_red_against_the_baseline(self, team, procedure):
        for on_day, value in ((-20, 20), (3, 90)):
            LabResultFactory(
                patient=procedure.patient, analyte="bilirubin_umol_per_l", value=value,
                canonical_value=Decimal(value), unit="umol/L", taken_on=day(on_day),
            )  # fmt: skip

        (found,) = red_days.of_team(team, on=day(3))

        assert found.reasons[0].text == "Bilirubin has risen from 20 to 90 µmol/L on day 3."

    def test_is_judged_as_on_the_page_of_the_days_after(self, team, procedure):
        log(procedure, 9, temperature_c="38.9", pain=5, answers={"chills": "yes"})
        LabResultFactory(patient=procedure.patient, taken_on=day(8))

        (found,) = red_days.of_team(team, on=day(9))

        judged = course.course_of(procedure, on=day(9)).judgement
        assert sum(reason.is_red for reason in found.reasons) == sum(
            reason.verdict == "red" for reason in judged.reasons
        )


class TestEvents:
    @pytest.mark.parametrize(("today", "is_there"), [(6, False), (7, False), (8, True), (60, True)])
    def test_are_red_while_they_are_open_after_day_seven(self, team, procedure, today, is_there):
        AdverseEventFactory(procedure=procedure, term="fever", onset_on=day(2))

        found = red_days.of_team(team, on=day(today))

        assert said(found) == ([("Fever since 4 Mar 2026, not resolved.", True)] if is_there else [])

    @pytest.mark.parametrize("changed", [{"resolved_on": day(5)}, {"retracted": True}])
    def test_are_not_when_resolved_or_taken_back(self, team, procedure, changed, clinician):
        if changed.pop("retracted", False):
            changed = {"retracted_at": NOW, "retracted_by": clinician, "retracted_because": "Another patient"}
        AdverseEventFactory(procedure=procedure, onset_on=day(2), **changed)

        assert red_days.of_team(team, on=day(9)) == []


class TestWhose:
    def test_is_the_teams_own_in_care(self, team, stranger):
        ended = made(team, patient=PatientFactory(team=team, ended_on=TODAY, ended_because="died"))
        other = made(stranger.memberships.get().team)
        for procedure in (ended, other):
            log(procedure, 8, pain=4)

        assert red_days.of_team(team, on=day(8)) == []
        assert red_days.of_patient(ended.patient, on=day(8)) == []

    def test_is_the_last_procedure_to_which_the_calls_belong_now(self, team, procedure):
        log(procedure, 8, pain=4)
        made(team, patient=procedure.patient, started_at=NOW + timedelta(days=9))

        assert red_days.of_team(team, on=day(10)) == []

    def test_is_red_first_and_then_the_longest_ago(self, team):
        asked, late, early = (made(team, started_at=NOW - timedelta(days=ago)) for ago in (9, 8, 2))
        log(asked, -3, pain=2)
        log(late, 1, pain=2)
        log(early, 0, answers={"chills": "yes"})

        found = red_days.of_team(team, on=day(1))

        assert [row.procedure for row in found] == [late, early, asked]
        assert [row.procedure for row in red_days.of_patient(early.patient, on=day(1))] == [early]

    def test_is_asked_in_as_many_statements_for_many(self, team):
        counted = []
        for _more in range(2):
            for _each in range(3):
                log(made(team), 8, pain=4)
            with CaptureQueriesContext(connection) as queries:
                assert red_days.of_team(team, on=day(8))
            counted.append(len(queries))

        assert counted == [4, 4]
