"""The demonstration team holds one complete patient for every verdict, condition and modality."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

import guidelines
from accounts.models import Membership, Team
from accounts.roles import Role
from assessments import words
from assessments.models import Assessment
from followup import current_step
from pathway.demonstration import build, cases, people, sessions
from procedures.models import Procedure

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def demonstration(db) -> Team:
    return build.make_demonstration(at=NOW)


class TestTheCases:
    @pytest.mark.parametrize("case", cases.ALL, ids=lambda case: case.family_name)
    def test_each_gives_the_answer_that_it_is_there_to_show(self, case):
        facts = {k: list(v) if isinstance(v, tuple) else v for k, v in case.facts().items()}

        answer = guidelines.eligibility(facts | {"age_years": 60, "sex": case.sex})

        assert (answer["verdict"], answer["modality"]) == (case.verdict, case.modality)
        assert answer["conditions"] == list(case.conditions)

    def test_cover_every_verdict_condition_and_modality(self):
        assert {case.verdict for case in cases.ALL} == set(words.VERDICTS)
        assert {condition for case in cases.ALL for condition in case.conditions} == set(words.CONDITIONS)
        assert {case.modality for case in cases.ALL} == {*words.MODALITIES, None}


class TestMakingIt:
    def test_signs_each_patient_with_the_verdict_of_the_case(self, demonstration):
        verdicts = dict(Assessment.objects.values_list("patient__family_name", "verdict"))

        assert verdicts == {case.family_name: case.verdict for case in cases.ALL}
        assert Assessment.objects.filter(status="draft").count() == sum(case.is_draft for case in cases.ALL)

    def test_has_a_person_for_each_role(self, demonstration):
        roles = set(Membership.objects.filter(team=demonstration).values_list("role", flat=True))

        assert roles == set(Role.values)

    def test_made_twice_is_made_once(self, demonstration):
        again = build.make_demonstration(at=NOW)

        assert again == demonstration
        assert demonstration.patients.count() == len(cases.ALL)

    def test_leaves_no_patient_without_a_next_step(self, demonstration):
        steps = [
            current_step.current_step(patient, on=NOW.date()) for patient in demonstration.patients.all()
        ]

        assert all(steps)

    def test_opens_the_review_of_every_patient_whose_procedure_was_begun(self, demonstration):
        treated = demonstration.patients.filter(procedures__started_at__isnull=False).distinct()

        assert treated
        assert all(patient.reviews.filter(closed_at=None).count() == 1 for patient in treated)

    def test_performs_every_session_and_signs_what_is_not_of_today(self, demonstration):
        performed = Procedure.objects.filter(patient__team=demonstration, started_at__isnull=False)
        unsigned = {one.patient.family_name for one in performed.filter(signed_at=None)}

        assert performed.count() == len(sessions.SESSIONS) + 1
        assert unsigned == {"Moreau", sessions.REPEATED}
        assert performed.get(patient__family_name="Moreau").emergency_reason

    def test_has_a_repeat_in_progress_of_which_nothing_is_confirmed(self, demonstration):
        patient = demonstration.patients.get(family_name=sessions.REPEATED)
        repeated = patient.procedures.get(signed_at=None)

        assert [target.is_confirmed for target in repeated.targets.all()] == [False, False, False]

    def test_gives_a_reason_where_a_ceiling_is_passed(self, demonstration):
        over = Procedure.objects.get(patient__family_name="Santoro")

        assert "Echocardiography" in " ".join(over.ceiling_reasons.values())

    def test_calls_a_clinician_to_the_complication_of_day_nine(self, demonstration):
        patient = demonstration.patients.get(family_name="Hussain")

        assert patient.procedures.get().symptom_entries.count() == 4
        assert patient.tasks.filter(closed_at=None).exists()

    def test_is_refused_in_production(self, db, settings):
        settings.IS_PRODUCTION = True

        with pytest.raises(CommandError, match="not made in production"):
            call_command("make_demonstration")
        assert not Team.objects.filter(name=people.TEAM_NAME).exists()
