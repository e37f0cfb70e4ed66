"""The home page by role, and the one page of a patient with its one next step."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from assessments.actions import drafts, signing
from assessments.models import Assessment
from procedures.models import Procedure
from tests import asked as asked_of
from tests.factories import assessments
from tests.factories.accounts import member
from tests.factories.followup import ImagingReviewFactory
from tests.factories.patients import LabResultFactory, LesionMeasurementFactory, PatientFactory, TaskFactory
from tests.factories.procedures import ProcedureFactory, SymptomEntryFactory


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def text(response) -> str:
    return " ".join(response.content.decode().split())


class TestHome:
    def test_shows_a_clinician_own_tasks_with_the_days_late(self, signed_in, clinician, patient):
        yesterday = timezone.localdate() - timedelta(days=1)
        TaskFactory(patient=patient, owner=clinician, due_from=yesterday, due_to=yesterday)

        page = text(signed_in(clinician).get("/"))

        assert "Repeat platelets" in page
        assert "1 day late" in page
        assert "1 task of the team is late" in page

    def test_shows_what_nobody_owns_and_who_was_never_assessed(self, signed_in, coordinator, patient):
        TaskFactory(patient=patient, owner=None)

        response = signed_in(coordinator).get("/")

        assert response.context["unowned_tasks_count"] == 1
        assert response.context["never_assessed"] == [patient]

    def test_keeps_a_patient_whose_only_draft_was_discarded(self, signed_in, clinician, patient):
        now = timezone.now()
        draft = drafts.start_draft(patient=patient, by=clinician, on=timezone.localdate(), at=now)
        drafts.discard_draft(assessment=draft, because="Wrong patient", by=clinician, at=now)

        assert list(signed_in(clinician).get("/").context["never_assessed"]) == [patient]

    def test_hides_what_belongs_to_a_patient_who_has_ended(self, signed_in, clinician, team):
        ended = PatientFactory(team=team, ended_on=timezone.localdate(), ended_because="died")
        TaskFactory(patient=ended, owner=clinician)

        response = signed_in(clinician).get("/")

        assert response.context["my_tasks"] == []
        assert response.context["never_assessed"] == []

    def test_shows_no_patient_to_an_admin_of_people(self, signed_in, people_admin, patient):
        page = text(signed_in(people_admin).get("/"))

        assert patient.mrn not in page
        assert "Open the team’s people" in page

    def test_tells_a_person_without_a_team_whom_to_ask(self, signed_in, db):
        from tests.factories.accounts import UserFactory

        assert "not a member of a team yet" in text(signed_in(UserFactory()).get("/"))

    def test_records_one_list_with_the_patients_shown(self, signed_in, clinician, patient):
        signed_in(clinician).get("/")

        entry = AuditEntry.objects.get(what="pathway:home")
        assert entry.kind == AuditEntry.Kind.LIST
        assert entry.listed_ids == [patient.pk]

    def test_shows_what_was_performed_and_not_signed_in_red_after_two_days(
        self, signed_in, clinician, patient
    ):
        begun_at = timezone.now() - timedelta(hours=50)
        ProcedureFactory(
            patient=patient, emergency_reason="bleeding", started_at=begun_at, saved_by=clinician
        )

        response = signed_in(clinician).get("/")

        assert response.context["unsigned"][0]["is_late"]
        assert "Performed, not signed" in text(response)

    def test_shows_a_red_course_to_everybody_with_the_way_there(
        self, signed_in, clinician, coordinator, patient
    ):
        begun_at = timezone.now() - timedelta(days=9)
        procedure = ProcedureFactory(patient=patient, started_at=begun_at, modality="TACE")
        SymptomEntryFactory(procedure=procedure, asked_at=timezone.now(), pain=6)
        address = reverse("procedures:watch", args=[patient.pk, procedure.pk])

        for person in (clinician, coordinator):
            for page in ("/", reverse("pathway:patient", args=[patient.pk])):
                shown = text(signed_in(person).get(page))
                assert "Pain on day 9, after day 7." in shown
                assert f'href="{address}"' in shown
        assert AuditEntry.objects.filter(what="pathway:home", listed_ids=[patient.pk]).count() == 2

    @pytest.mark.parametrize(
        ("seconds", "said"), [(0, "opened just now"), (59, "opened just now"), (61, "open for 1\xa0minute")]
    )
    def test_says_how_long_an_assessment_is_open(self, signed_in, clinician, patient, seconds, said):
        begun_at = timezone.now() - timedelta(seconds=seconds)
        drafts.start_draft(patient=patient, by=clinician, on=timezone.localdate(), at=begun_at)

        page = signed_in(clinician).get("/").content.decode()

        assert said in page

    def test_counts_the_stages_of_the_queue_with_an_address_for_each(self, signed_in, coordinator, team):
        today = timezone.localdate()
        windows = {"overdue": (-9, -1), "in_window": (-1, 0), "upcoming": (1, 9)}
        for first, last in windows.values():
            ImagingReviewFactory(
                patient=PatientFactory(team=team), counts_from=today - timedelta(days=30), owner=coordinator,
                due_from=today + timedelta(days=first), due_to=today + timedelta(days=last),
            )  # fmt: skip
        Procedure.objects.update(signed_at=timezone.now(), signed_by=coordinator)

        response = signed_in(coordinator).get("/")

        counts = {each.stage: each.counted.number for each in response.context["queue_counts"]}
        assert {stage: number for stage, number in counts.items() if number} == {
            "all": 3, "mine": 3, "overdue": 1, "in_window": 1, "upcoming": 1,
        }  # fmt: skip
        assert f"{reverse('followup:queue')}?stage=overdue" in response.content.decode()

    def test_shows_nothing_of_another_team(self, signed_in, stranger, patient):
        TaskFactory(patient=patient)

        assert patient.mrn not in text(signed_in(stranger).get("/"))


class TestTheLeadsHome:
    @pytest.fixture
    def lead(self, team):
        return member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Moreau")

    def test_draws_how_many_stand_where_and_how_many_are_red(self, signed_in, team, lead):
        today = timezone.localdate()
        windows = [((-9, -1), lead), ((-1, 5), lead), ((-1, 5), None), ((-1, 5), lead)]
        for (first, last), owner in windows:
            ImagingReviewFactory(
                patient=PatientFactory(team=team), counts_from=today - timedelta(days=30), owner=owner,
                due_from=today + timedelta(days=first), due_to=today + timedelta(days=last),
            )  # fmt: skip

        response = signed_in(lead).get("/")

        bars = {bar.stage: bar for bar in response.context["stage_bars"]}
        assert [(bars[key].number, bars[key].red) for key in ("overdue", "in_window", "nobody")] == [
            (1, 1), (3, 1), (1, 1),
        ]  # fmt: skip
        # The longest bar is that of the four records that nobody has signed.
        assert (bars["in_window"].width, bars["in_window"].red_width) == (75, 25)
        assert f"{reverse('pathway:board')}?stage=overdue" in response.content.decode()

    @pytest.mark.parametrize(("first", "last", "is_away"), [(-1, -1, False), (0, 0, True), (1, 3, False)])
    def test_says_who_is_away_today(self, signed_in, team, lead, first, last, is_away):
        today, away = timezone.localdate(), member(team, Role.CLINICIAN, name="Dr A. Way").memberships.get()
        away.away_from, away.away_until = today + timedelta(days=first), today + timedelta(days=last)
        away.save()

        page = text(signed_in(lead).get("/"))

        assert ("nobody stands in" in page) is is_away
        assert ("Everybody is there" in page) is not is_away

    def test_counts_no_deputy_who_is_away_too(self, signed_in, team, lead):
        today = timezone.localdate()
        deputy = member(team, Role.CLINICIAN, name="Dr D. Puty").memberships.get()
        away = member(team, Role.CLINICIAN, name="Dr A. Way").memberships.get()
        away.away_from = away.away_until = today
        away.deputy = deputy
        away.save()
        assert "Dr D. Puty stands in" in text(signed_in(lead).get("/"))

        deputy.away_from = deputy.away_until = today
        deputy.save()

        absences = signed_in(lead).get("/").context["absences"]
        assert [(str(one.membership.user), one.deputy) for one in absences] == [
            ("Dr A. Way", None), ("Dr D. Puty", None),
        ]  # fmt: skip

    def test_is_for_leads_alone(self, signed_in, clinician):
        assert "stage_bars" not in signed_in(clinician).get("/").context


class TestThePatientPage:
    def test_shows_lesions_laboratory_values_and_the_next_step(self, signed_in, clinician, patient):
        LesionMeasurementFactory(lesion__patient=patient, longest_mm=44)
        LabResultFactory(patient=patient, value=19)

        page = text(signed_in(clinician).get(reverse("pathway:patient", args=[patient.pk])))

        assert "44 mm" in page
        assert "19 µmol/L" in page
        assert "Start the assessment" in page

    def test_lets_only_a_clinician_start_an_assessment(self, signed_in, team, patient):
        observer = member(team, Role.OBSERVER)

        page = text(signed_in(observer).get(reverse("pathway:patient", args=[patient.pk])))

        assert "Start the assessment" not in page
        assert "A clinician does it" in page

    def test_says_what_went_against_the_finding_and_nothing_of_a_reason_that_was_left_over(
        self, signed_in, patient, clinician
    ):
        draft = assessments.draft(patient, clinician)
        draft.decision, draft.reason_against_finding = "proceed", "Typed, then decided otherwise"
        draft.save()
        signed = signing.sign_assessment(
            assessment=draft, by=clinician, on=timezone.localdate(), at=timezone.now()
        ).assessment
        page = reverse("pathway:patient", args=[patient.pk])

        eligible = text(signed_in(clinician).get(page))
        Assessment.objects.filter(pk=signed.pk).update(verdict="not_eligible")
        refused = text(signed_in(clinician).get(page))

        assert "against the finding" not in eligible
        assert "against the finding, with a reason" in refused

    @pytest.mark.parametrize("role", [Role.OBSERVER, Role.COORDINATOR])
    def test_leads_nobody_to_a_page_that_refuses_them(self, signed_in, team, patient, clinician, role):
        draft = drafts.start_draft(patient=patient, by=clinician, on=timezone.localdate(), at=timezone.now())
        client, forbidden = signed_in(member(team, role)), f'assessments/{draft.pk}/edit/"'

        assert forbidden not in text(client.get(reverse("pathway:patient", args=[patient.pk])))
        home = text(client.get("/"))
        assert forbidden not in home
        assert f'assessments/{draft.pk}/"' in home

    def test_offers_an_observer_no_task_to_add(self, signed_in, team, patient, clinician):
        draft = assessments.draft(patient, clinician)
        draft.decision, draft.reason_against_finding = "do_not_proceed", "Declined"
        draft.save()
        signing.sign_assessment(assessment=draft, by=clinician, on=timezone.localdate(), at=timezone.now())

        pages = {
            role: text(signed_in(member(team, role)).get(reverse("pathway:patient", args=[patient.pk])))
            for role in (Role.OBSERVER, Role.COORDINATOR)
        }

        assert "Add a task" not in pages[Role.OBSERVER]
        assert "Add a task" in pages[Role.COORDINATOR]

    def test_asks_the_database_no_more_often_for_more_rows(self, signed_in, clinician, patient):
        for day in range(12):
            LabResultFactory(patient=patient, taken_on=timezone.localdate() - timedelta(days=day))
            LesionMeasurementFactory(lesion__patient=patient)
            TaskFactory(patient=patient)
        client = signed_in(clinician)

        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("pathway:patient", args=[patient.pk]))

        assert len(asked_of.by_the_page(captured)) <= 25

    def test_of_another_team_is_not_found(self, signed_in, stranger, patient):
        assert signed_in(stranger).get(reverse("pathway:patient", args=[patient.pk])).status_code == 404
