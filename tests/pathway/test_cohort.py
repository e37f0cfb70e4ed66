"""The cohort: who counts, for how long, behind which filter, and what an observer is not shown."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.dom import minidom

import pytest
from django.core.management import call_command
from django.urls import reverse
from scipy import stats

from accounts.models import AuditEntry, Team
from assessments.models import Assessment
from followup.actions import outcomes
from followup.models import ImportedOutcome
from pathway.cohort import endpoints, filters, people, survival
from patients.models import Patient
from tests.factories.followup import ImagingReviewFactory, ReadingFactory
from tests.factories.patients import DiagnosisFactory, LabResultFactory, PatientFactory
from tests.factories.procedures import ProcedureFactory

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REAL_COHORT = Path(__file__).resolve().parents[3] / "shared" / "data" / "hcc_tace_seg.csv"


def imported(team, weeks, *, progressed="yes", **more):
    patient = PatientFactory(team=team, ended_because="research_case")
    fields = {"weeks_to_progression": float(weeks), "progressed": progressed, **more}
    outcomes.record_imported_outcome(patient=patient, outcome=fields, by=None, at=NOW)
    return patient


def treated(team, day, **more):
    patient = PatientFactory(team=team, **more)
    start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return ProcedureFactory(patient=patient, started_at=start, modality="TACE")


def only(team):
    (person,) = people.people_of(team, on=TODAY)
    return person


def read(procedure, day, mrecist, **more):
    review = ImagingReviewFactory(
        patient=procedure.patient, after_procedure=procedure, counts_from=day, decided=True, done_on=day
    )
    return ReadingFactory(review=review, mrecist=mrecist, **more)


class TestSurvival:
    def test_counts_days_from_the_first_procedure_to_death(self, team):
        first = treated(team, date(2025, 1, 6), ended_because="died", ended_on=date(2025, 3, 3))
        ProcedureFactory(patient=first.patient, started_at=datetime(2025, 2, 3, 9, tzinfo=UTC))

        assert endpoints.survival(only(team)) == endpoints.Span(8, True)

    def test_watches_who_lives_until_the_last_day_with_a_value(self, team):
        first = treated(team, date(2025, 1, 6))
        LabResultFactory(patient=first.patient, taken_on=date(2025, 1, 20))

        assert endpoints.survival(only(team)) == endpoints.Span(2, False)

    def test_of_a_published_cohort_that_does_not_say_who_died_counts_nobody(self, team):
        imported(team, 20)

        assert endpoints.survival(only(team)) is None


class TestProgression:
    def test_is_the_first_reading_that_says_so(self, team):
        first = treated(team, date(2025, 1, 6))
        read(first, date(2025, 2, 3), "PR")
        read(first, date(2025, 3, 3), "PD")
        read(first, date(2025, 4, 7), "PD")

        assert endpoints.progression(only(team)) == endpoints.Span(8, True)

    def test_watches_until_the_last_reading_that_could_be_judged(self, team):
        first = treated(team, date(2025, 1, 6))
        read(first, date(2025, 2, 3), "SD")
        read(first, date(2025, 3, 3), "NE")

        assert endpoints.progression(only(team)) == endpoints.Span(4, False)

    def test_without_a_reading_counts_nobody(self, team):
        treated(team, date(2025, 1, 6))

        assert endpoints.progression(only(team)) is None

    def test_is_untreatable_only_with_thrombus_spread_or_a_switch(self, team):
        first = treated(team, date(2025, 1, 6))
        read(first, date(2025, 2, 3), "PD")
        read(first, date(2025, 3, 3), "PD", thrombus="vp3")

        assert endpoints.progression(only(team)) == endpoints.Span(4, True)
        assert endpoints.untreatable_progression(only(team)) == endpoints.Span(8, True)

    @pytest.mark.parametrize(
        "said", [{"progressed": "not_known"}, {"progressed": "yes", "weeks_to_progression": None}]
    )
    def test_of_a_published_line_that_says_half_counts_nobody(self, team, said):
        patient = PatientFactory(team=team, ended_because="research_case")
        outcomes.record_imported_outcome(
            patient=patient, outcome={"weeks_to_progression": 5.0, **said}, by=None, at=NOW
        )

        assert endpoints.progression(only(team)) is None


class TestFilters:
    def asked(self, team, **given):
        form = filters.CohortForm(given, team=team)
        assert form.is_valid(), form.errors
        return filters.kept(people.people_of(team, on=TODAY), form.cleaned_data)

    def test_keep_the_days_that_were_asked_for_the_last_included(self, team):
        day = date(2025, 1, 6)
        treated(team, day)

        assert len(self.asked(team, since=str(day), until=str(day))) == 1
        assert self.asked(team, since=str(day + timedelta(days=1))) == []
        assert self.asked(team, until=str(day - timedelta(days=1))) == []

    def test_never_take_the_unknown_for_a_no(self, team):
        DiagnosisFactory(patient=imported(team, 5), hepatitis_b="yes", hepatitis_c="not_known")

        assert len(self.asked(team, aetiology="hepatitis_b")) == 1
        assert len(self.asked(team, stage="not_known")) == 1
        assert self.asked(team, stage="B") == []
        groups = filters.groups_of(people.people_of(team, on=TODAY), "viral")
        assert [label for label, _group in groups] == ["Not known"]

    def test_count_no_other_team(self, team, other_team):
        imported(other_team, 5)

        assert people.people_of(team, on=TODAY) == []


class TestThePage:
    def page(self, client, **asked):
        return client.get(reverse("pathway:cohort"), asked)

    def test_says_what_is_missing_when_there_is_nobody(self, signed_in, clinician):
        assert "Nobody can be counted" in self.page(signed_in(clinician)).content.decode()

    def test_shows_the_first_curve_that_has_data_with_its_definition(self, signed_in, clinician, team):
        imported(team, 20.5)
        imported(team, 9, progressed="no")

        found = self.page(signed_in(clinician))

        assert found.context["answer"].endpoint.key == "progression"
        assert found.context["summary"][0] | {"band": ""} == {
            "label": "All patients", "count": "2", "events": "1", "median": "20.5", "band": "",
        }  # fmt: skip
        assert "Llovet" in found.content.decode()

    @pytest.mark.parametrize(
        "asked", [{"since": "soon"}, {"stage": "Z"}, {"operator": "1\x00"}, {"endpoint": "x"}]
    )
    def test_says_at_the_field_what_it_cannot_read(self, signed_in, clinician, asked):
        found = self.page(signed_in(clinician), **asked)

        assert found.status_code == 422
        assert "invalid-feedback" in found.content.decode()

    def test_refuses_days_in_the_wrong_order(self, signed_in, clinician):
        found = self.page(signed_in(clinician), since="2026-02-01", until="2026-01-01")

        assert "lies before the first" in found.content.decode()

    @pytest.mark.parametrize(("count", "is_drawn"), [(4, False), (5, True), (6, True)])
    def test_shows_an_observer_no_group_of_fewer_than_five(self, signed_in, observer, team, count, is_drawn):
        for week in range(count):
            imported(team, 10 + week)

        found = self.page(signed_in(observer), endpoint="progression")

        assert (found.context["plot"] is not None) == is_drawn
        assert ("Fewer than 5 patients" in found.content.decode()) == (not is_drawn)
        assert "export" not in found.content.decode().partition("<main")[2].partition("</main>")[0]

    def test_asks_the_database_as_often_for_many_as_for_few(
        self, signed_in, clinician, team, django_assert_max_num_queries
    ):
        for week in range(12):
            imported(team, 10 + week)
        client = signed_in(clinician)

        with django_assert_max_num_queries(40):
            self.page(client, group_by="stage")


class TestTheFiles:
    def test_hold_every_step_and_say_whose_numbers_left(self, signed_in, clinician, team):
        patient = imported(team, 20)
        imported(team, 9, progressed="no")

        answer = signed_in(clinician).get(reverse("pathway:export_survival", args=["csv"]))

        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [(row["Weeks"], row["At risk"], row["Events"], row["Share"]) for row in rows] == [
            ("9.0", "2", "0", "1.0"),
            ("20.0", "1", "1", "0.0"),
        ]
        entry = AuditEntry.objects.get(what="pathway:export_survival")
        assert patient.pk in entry.listed_ids

    def test_are_a_drawing_that_stands_alone(self, signed_in, clinician, team):
        imported(team, 20)

        answer = signed_in(clinician).get(reverse("pathway:export_survival", args=["svg"]))

        drawing = minidom.parseString(answer.content)  # noqa: S318 - our own answer
        assert drawing.documentElement.namespaceURI == "http://www.w3.org/2000/svg"
        assert "var(" not in answer.content.decode()

    @pytest.mark.parametrize(("file_format", "status"), [("pdf", 404), ("csv", 302), ("svg", 302)])
    def test_of_nobody_lead_to_the_page_that_says_so(self, signed_in, clinician, file_format, status):
        answer = signed_in(clinician).get(reverse("pathway:export_survival", args=[file_format]))

        assert answer.status_code == status


@pytest.mark.skipif(not REAL_COHORT.exists(), reason="the published cohort is not beside the project")
class TestThePublishedCohort:
    def test_gives_the_curves_that_scipy_draws_of_its_file(self, db):
        call_command(
            "import_patients", str(REAL_COHORT), team="R", new_research_team=True, mapping="hcc_tace_seg"
        )

        team = Team.objects.get(name="R")
        found = [endpoints.progression(person) for person in people.people_of(team, on=TODAY)]
        lines = list(csv.DictReader(io.StringIO(REAL_COHORT.read_text("utf-8"))))
        by_file = [(round(float(r["TTP"]), 4), r["Censored_0_progressed_1"] == "1") for r in lines]
        assert sorted((span.weeks, span.happened) for span in found) == sorted(by_file)
        ours = survival_of(found)
        theirs = stats.ecdf(
            stats.CensoredData(
                uncensored=[weeks for weeks, happened in by_file if happened],
                right=[weeks for weeks, happened in by_file if not happened],
            )
        ).sf
        assert ours == pytest.approx(theirs.probabilities.tolist())
        assert (len(found), sum(span.happened for span in found)) == (105, 45)

    def test_invents_no_date_and_leaves_an_imaging_before_the_treatment_unknown(self, db):
        call_command(
            "import_patients", str(REAL_COHORT), team="R", new_research_team=True, mapping="hcc_tace_seg"
        )

        assert not Patient.objects.filter(team__name="R", ended_on__isnull=False).exists()
        assert ImportedOutcome.objects.filter(weeks_to_first_imaging=None).count() == 9
        assert ImportedOutcome.objects.filter(mrecist="CR").count() == 21
        assert Assessment.objects.filter(patient__team__name="R", child_pugh_class="B").exists()


def survival_of(spans):
    return [step.share for step in survival.curve_of("", spans).steps]
