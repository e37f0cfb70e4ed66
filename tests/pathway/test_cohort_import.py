"""Importing a cohort: all lines or none, each with an honest answer; the real cohort where it is there."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from assessments.models import Assessment
from pathway import tasks
from pathway.actions import imports, jobs
from pathway.cohort_import import guesses
from pathway.models import CohortImport, Job, RememberedMapping
from patients import table
from patients.models import Patient
from tests.factories.accounts import TeamFactory
from tests.factories.patients import PatientFactory

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REAL_COHORT = Path(__file__).resolve().parents[3] / "shared" / "data" / "hcc_tace_seg.csv"

# Made up, in the shape of the published cohort.
COHORT = (
    "TCIA_ID,age,Sex,hepatitis_HBV only,hepatitis_HCV and HBV,hepatitis_HCV only,Alcohol,Diabetes,"
    "Evidence_of_cirh,PS_bclc_0_0_1-2_1_3-4_3,tumor_nodul_multinodular,Vascular invasion,Lymphnodes,"
    "Portal Vein Thrombosis,T_involvment,AFP,CPS_A,CPS_B,CPS_C,TTP\n"
    "M_001,64,1,1,0,0,0,1,1,0,1,0,0,0,0.0,12.5,1,0,0,33\n"
    "M_002,71,2,0,0,0,1,0,0,3,0,1,1,1,1.0,2910,0,0,1,8\n"
    "M_003,58,1,0,0,1,0,0,1,1,1,0,0,0,0.0,,0,1,0,\n"
)


@pytest.fixture
def research_team(db):
    return TeamFactory(name="Research", is_research=True)


def uploaded(team, text=COHORT, by=None) -> CohortImport:
    return imports.upload_cohort(team=team, file_name="cohort.csv", content=text.encode(), by=by, at=NOW)


def work() -> int:
    """Let the worker do what waits."""
    return jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=timezone.now)


class TestImportingACohort:
    def test_writes_nothing_while_it_only_checks(self, research_team, coordinator):
        cohort = uploaded(research_team)

        job = imports.ask_for(cohort=cohort, kind=imports.CHECK, by=coordinator, at=NOW)
        work()

        job.refresh_from_db()
        assert job.state == Job.State.DONE
        assert job.result["wrong_rows"] == 0
        assert [row["mrn"] for row in job.result["rows"]] == ["M_001", "M_002", "M_003"]
        assert not Patient.objects.exists()

    def test_gives_each_line_an_honest_answer(self, research_team, coordinator):
        cohort = uploaded(research_team)

        imports.ask_for(cohort=cohort, kind=imports.IMPORT, by=coordinator, at=NOW)
        work()

        verdicts = dict(Assessment.objects.values_list("patient__mrn", "verdict"))
        assert verdicts == {
            "M_001": "insufficient_data",
            "M_002": "insufficient_data",  # Child-Pugh C, but nobody said whether there is a bleed
            "M_003": "insufficient_data",
        }

    def test_keeps_groups_as_what_they_are(self, research_team, coordinator):
        imports.ask_for(cohort=uploaded(research_team), kind=imports.IMPORT, by=coordinator, at=NOW)
        work()

        facts = Assessment.objects.get(patient__mrn="M_003").facts
        assert (facts["ecog"]["min"], facts["ecog"]["max"]) == (1, 2)
        assert facts["tumour_fraction_pct"]["max"] == 50
        assert "min" not in facts["tumour_fraction_pct"]
        assert "afp_ng_per_ml" not in facts
        assert "extrahepatic_spread" not in facts

    def test_makes_closed_cases_without_names_or_dates(self, research_team, coordinator):
        imports.ask_for(cohort=uploaded(research_team), kind=imports.IMPORT, by=coordinator, at=NOW)
        work()

        patient = Patient.objects.get(mrn="M_001")
        assert patient.ended_because == Patient.EndedBecause.RESEARCH_CASE
        assert (patient.full_name, patient.birth_date, patient.ended_on) == ("M_001", None, None)
        assert patient.diagnosis.hepatitis_b == "yes"
        assert patient.diagnosis.hepatitis_c == "no"
        assert patient.assessments.get().made_on is None
        assert not patient.tasks.exists()

    def test_imports_no_line_when_one_is_wrong(self, research_team, coordinator):
        cohort = uploaded(research_team, COHORT.replace("M_003,58", "M_003,580"))

        imports.ask_for(cohort=cohort, kind=imports.IMPORT, by=coordinator, at=NOW)
        work()

        cohort.refresh_from_db()
        assert not Patient.objects.exists()
        assert cohort.import_job.state == Job.State.FAILED
        assert cohort.is_open

    @pytest.mark.parametrize(
        ("wrong", "column", "words"),
        [
            (COHORT.replace("M_003,58", "M_003,580"), "age", "580"),
            (COHORT.replace("M_003,58", "M_001,58"), "TCIA_ID", "line 2"),
            (COHORT.replace("M_003,58", ",58"), "TCIA_ID", "no record number"),
            (COHORT.replace("M_003,58,1", "M_003,58,7"), "Sex", "7"),
            (COHORT.replace("2910,0,0,1", "2910,1,0,1"), "CPS_C", "something else"),
        ],
    )
    def test_names_the_line_and_the_column_that_are_wrong(self, research_team, wrong, column, words):
        read = table.read("c.csv", wrong.encode())

        report = imports.check_table(
            team=research_team, read=read, rules=guesses.guess(read), at=NOW, progress=lambda _count: None
        )

        wrong_rows = [row for row in report.rows if row.errors]
        assert len(wrong_rows) == 1
        assert any(where == column and words in message for where, message in wrong_rows[0].errors)

    def test_refuses_a_patient_whom_the_team_has_already_in_any_case_of_letters(self, research_team):
        PatientFactory(team=research_team, mrn="m_002")
        read = table.read("c.csv", COHORT.encode())

        report = imports.check_table(
            team=research_team, read=read, rules=guesses.guess(read), at=NOW, progress=lambda _count: None
        )

        assert [row.line for row in report.rows if row.errors] == [3]

    def test_is_done_once_when_it_is_asked_for_twice(self, research_team, coordinator):
        cohort = uploaded(research_team)

        first = imports.ask_for(cohort=cohort, kind=imports.IMPORT, by=coordinator, at=NOW)
        second = imports.ask_for(cohort=cohort, kind=imports.IMPORT, by=coordinator, at=NOW)
        work()

        assert first.pk == second.pk
        assert Patient.objects.count() == 3

    def test_forgets_the_file_once_it_is_imported(self, research_team, coordinator):
        cohort = uploaded(research_team)

        imports.ask_for(cohort=cohort, kind=imports.IMPORT, by=coordinator, at=NOW)
        work()

        cohort.refresh_from_db()
        assert bytes(cohort.content) == b""
        assert AuditEntry.objects.filter(what="patients.register_patient").count() == 3

    def test_remembers_what_columns_mean(self, research_team):
        cohort = uploaded(research_team, "who,weight\nA,70\n")
        rules = [mapping_rule("who", "mrn"), mapping_rule("weight", "weight_kg", unit="kg")]

        imports.say_columns(cohort=cohort, rules=rules, at=NOW)

        again = uploaded(research_team, "weight,who\n80,B\n")
        assert {rule["column"]: rule["target"] for rule in again.rules} == {
            "who": "mrn",
            "weight": "weight_kg",
        }
        assert RememberedMapping.objects.count() == 1

    def test_never_takes_names_into_a_research_team(self, research_team):
        cohort = uploaded(research_team, "id,surname,dob\nA,Smith,1950-01-01\n")

        assert [rule["target"] for rule in cohort.rules] == ["mrn"]


def mapping_rule(column, target, unit=""):
    return imports.Rule(column, target, unit=unit)


class TestImportPages:
    def test_walks_from_the_file_to_the_patients(self, signed_in, coordinator, team):
        client = signed_in(coordinator)
        upload = BytesIO(COHORT.encode())
        upload.name = "cohort.csv"

        answer = client.post(reverse("pathway:imports"), {"file": upload})
        cohort = CohortImport.objects.get()
        assert answer.headers["Location"] == reverse("pathway:import_columns", args=[cohort.pk])
        page = client.get(answer.headers["Location"])
        assert page.status_code == 200
        posted = form_data(page.context["form"])
        client.post(reverse("pathway:import_columns", args=[cohort.pk]), posted)
        work()
        report = client.get(reverse("pathway:import_detail", args=[cohort.pk]))
        assert "Every line can be imported" in report.content.decode()
        client.post(reverse("pathway:start_import", args=[cohort.pk]))
        work()

        assert Patient.objects.filter(team=team).count() == 3
        assert "3 patients imported" in client.get(report.request["PATH_INFO"]).content.decode()

    def test_says_at_the_field_what_is_wrong_with_a_file(self, signed_in, coordinator):
        upload = BytesIO("id\né\n".encode("latin-1"))
        upload.name = "cohort.csv"

        page = signed_in(coordinator).post(reverse("pathway:imports"), {"file": upload})

        assert page.status_code == 422
        assert "not UTF-8" in page.content.decode()
        assert not CohortImport.objects.exists()

    def test_keeps_what_was_said_when_the_record_number_is_missing(self, signed_in, coordinator, team):
        cohort = uploaded(team, "who,weight\nA,70\n")
        data = {
            "row-0-column": "who", "row-0-target": "",
            "row-1-column": "weight", "row-1-target": "weight_kg", "row-1-unit": "kg",
        }  # fmt: skip

        page = signed_in(coordinator).post(reverse("pathway:import_columns", args=[cohort.pk]), data)

        assert page.status_code == 422
        assert "record number" in page.content.decode()
        assert page.context["form"].rows[1].target.name == "weight_kg"

    def test_forgets_a_file_that_is_given_up(self, signed_in, coordinator, team):
        cohort = uploaded(team)

        answer = signed_in(coordinator).post(reverse("pathway:give_up_import", args=[cohort.pk]))

        cohort.refresh_from_db()
        assert answer.headers["Location"] == reverse("pathway:imports")
        assert (bytes(cohort.content), cohort.is_open) == (b"", False)

    def test_gives_up_nothing_that_was_imported_meanwhile(self, coordinator, team):
        cohort = uploaded(team)
        imports.ask_for(cohort=cohort, kind=imports.IMPORT, by=coordinator, at=NOW)
        work()

        seen_before_the_import = cohort
        kept = imports.give_up(cohort=seen_before_the_import, at=NOW)

        assert kept.imported_at is not None
        assert kept.given_up_at is None

    def test_shows_another_team_nothing(self, signed_in, stranger, team):
        cohort = uploaded(team)

        for name in ("import_detail", "import_columns"):
            assert signed_in(stranger).get(reverse(f"pathway:{name}", args=[cohort.pk])).status_code == 404


def form_data(form) -> dict:
    """What a browser posts of the columns form."""
    data = {}
    for row in form.rows:
        data[f"row-{row.number}-column"] = row.column
        data[f"row-{row.number}-target"] = row.target.name if row.target else ""
        data[f"row-{row.number}-unit"] = row.unit
        for k, meaning in enumerate(row.meanings):
            data[f"row-{row.number}-value-{k}"] = meaning.value
            data[f"row-{row.number}-means-{k}"] = meaning.ticked
            data[f"row-{row.number}-text-{k}"] = meaning.text
    return data


class TestTheCommand:
    def test_imports_a_file_or_says_which_line_is_wrong(self, db, tmp_path, capsys):
        good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
        good.write_text(COHORT)
        bad.write_text(COHORT.replace("M_003,58", "M_003,580"))

        with pytest.raises(CommandError, match="Nothing was imported"):
            call_command("import_patients", str(bad), team="R", new_research_team=True)
        assert not Patient.objects.exists()
        call_command("import_patients", str(good), team="R", new_research_team=True, mapping="hcc_tace_seg")

        assert Patient.objects.filter(team__name="R").count() == 3

    def test_refuses_a_team_that_is_not_there(self, db, tmp_path):
        file = tmp_path / "c.csv"
        file.write_text(COHORT)

        with pytest.raises(CommandError, match="no team"):
            call_command("import_patients", str(file), team="Nowhere")


@pytest.mark.skipif(not REAL_COHORT.exists(), reason="the published cohort is not beside the project")
class TestThePublishedCohort:
    def test_imports_its_105_patients_with_honest_answers(self, db):
        call_command(
            "import_patients",
            str(REAL_COHORT),
            team="HCC-TACE-Seg",
            new_research_team=True,
            mapping="hcc_tace_seg",
        )

        assessments = Assessment.objects.filter(patient__team__name="HCC-TACE-Seg")
        assert assessments.count() == 105
        assert not assessments.exclude(verdict="insufficient_data").exists()
        assert assessments.filter(bclc_stage="D").count() == 3
