"""Reference rows out to a file and back: a dry run first, then all lines or none."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from patients import table
from procedures.models import Agent, Artery, EmbolicMaterial
from procedures.reference import files, importing, kinds
from tests.factories.accounts import UserFactory
from tests.factories.patients import NOW
from tests.factories.procedures import AgentFactory

pytestmark = pytest.mark.django_db

AGENTS, MATERIALS, ARTERIES = (kinds.KINDS[slug] for slug in ("agents", "materials", "arteries"))


@pytest.fixture
def admin():
    return UserFactory(is_site_admin=True)


@pytest.fixture
def client(signed_in, admin):
    return signed_in(admin)


def dry_run(kind, text: str, admin) -> importing.Outcome:
    return importing.dry_run(kind, table.read("rows.csv", text.encode()), by=admin, at=NOW)


def problems(outcome: importing.Outcome) -> list[tuple[int, str]]:
    return [(line.number, problem.column) for line in outcome.lines for problem in line.problems]


def upload(client, text: str, *, kind: str = "agents", name: str = "rows.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("procedures:import_reference", args=[kind]), {"file": file})


def take_in(client, checked, *, kind: str = "agents", reason: str = "List of March"):
    sent = {
        "sealed": checked.context["form"]["sealed"].value(),
        "digest": checked.context["outcome"].digest,
        "reason": reason,
    }
    return client.post(reverse("procedures:take_in_reference", args=[kind]), sent)


class TestExport:
    @pytest.mark.parametrize("kind", [AGENTS, MATERIALS, ARTERIES], ids=lambda kind: kind.slug)
    @pytest.mark.parametrize("file_format", ["csv", "xlsx"])
    def test_read_back_changes_nothing(self, kind, file_format, admin):
        content = files.WRITERS[file_format](kind)

        outcome = importing.dry_run(kind, table.read(f"rows.{file_format}", content), by=admin, at=NOW)

        assert len(outcome.lines) == kind.model.objects.count()
        assert outcome.changing == []

    def test_is_a_file_with_a_name(self, client):
        answer = client.get(reverse("procedures:export_reference", args=["arteries", "csv"]))

        assert answer["Content-Disposition"] == 'attachment; filename="arteries.csv"'
        assert answer.content.decode("utf-8-sig").startswith("code,name,kind,parent,")

    def test_in_another_format_is_not_found(self, client):
        assert client.get("/reference/agents/export.pdf").status_code == 404

    def test_holds_nothing_that_a_spreadsheet_would_calculate(self, admin):
        AgentFactory(code="odd", name='=HYPERLINK("http://x")', source="@SUM(A1)")

        lines = list(csv.reader(io.StringIO(files.as_csv(AGENTS).decode("utf-8-sig"))))
        sheet = openpyxl.load_workbook(io.BytesIO(files.as_xlsx(AGENTS))).active

        odd = next(line for line in lines if line[0] == "odd")
        assert odd[1].startswith("'=")
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr"}
        assert dry_run(
            AGENTS, "\n".join(["code,name,source", ",".join(odd[:1]) + ",'=1,'@x"]), admin
        ).changing

    def test_names_its_columns_with_their_units(self):
        assert {"most_per_procedure_mg_per_m2", "impossible_above_mg"} <= set(AGENTS.all_columns)
        assert {"size_low_um", "most_volume_ml"} <= set(MATERIALS.all_columns)


class TestDryRun:
    def test_says_what_each_line_would_change_and_changes_nothing(self, admin):
        outcome = dry_run(AGENTS, "code,most_per_procedure_mg,usual_basis\ndoxorubicin,120,mg/m²\n", admin)

        (change,) = outcome.lines[0].changes
        assert (change.label, change.old, change.new) == ("Most per procedure, mg", "150", "120")
        assert Agent.objects.get(code="doxorubicin").most_per_procedure_mg == 150
        assert Agent.objects.get(code="doxorubicin").history.count() == 1
        assert not AuditEntry.objects.exists()

    def test_shows_that_a_sign_off_lapses(self, admin):
        Agent.objects.filter(code="doxorubicin").update(is_signed_off=True)

        outcome = dry_run(AGENTS, "code,usual_high,is_signed_off\ndoxorubicin,60,yes\n", admin)

        assert ("Signed off by the local pharmacy", "Yes", "No") in [
            (change.label, change.old, change.new) for change in outcome.lines[0].changes
        ]

    def test_leaves_what_the_file_does_not_hold(self, admin):
        outcome = dry_run(AGENTS, "code,abbreviation\ndoxorubicin,DOX\n", admin)

        assert [change.label for change in outcome.lines[0].changes] == ["Abbreviation"]

    def test_takes_a_new_code_for_a_new_row(self, admin):
        text = "code,name,usual_basis,impossible_above_mg\nirinotecan,Irinotecan,mg,2000\n"

        (line,) = dry_run(AGENTS, text, admin).lines

        assert (line.is_new, line.problems) == (True, [])

    @pytest.mark.parametrize(
        ("text", "column"),
        [
            ("code,usual_low\ndoxorubicin,much\n", "usual_low"),
            ("code,usual_low\ndoxorubicin,99\n", "usual_high"),
            ("code,usual_basis\ndoxorubicin,per kg\n", "usual_basis"),
            ("code,is_anthracycline\ndoxorubicin,perhaps\n", "is_anthracycline"),
            ("code,bilirubin_reductions\ndoxorubicin,half\n", "bilirubin_reductions"),
            ("code,retired_on\ndoxorubicin,2026-03-02\n", "retired_on"),
            ("code,is_signed_off\ndoxorubicin,yes\n", "is_signed_off"),
            ("code,is_in_guideline\ndoxorubicin,no\n", "is_in_guideline"),
            ("code,name\nnew agent,New\n", "code"),
            ("code,name\n,New\n", "code"),
        ],
    )
    def test_names_the_line_and_the_column_of_what_is_wrong(self, text, column, admin):
        assert (2, column) in problems(dry_run(AGENTS, text, admin))

    def test_names_the_second_line_of_a_code(self, admin):
        outcome = dry_run(AGENTS, "code,abbreviation\nmitomycin,A\nMitomycin,B\n", admin)

        assert problems(outcome) == [(3, "code")]
        assert "Line 2" in outcome.lines[1].problems[0].says

    def test_asks_a_new_row_for_what_it_needs(self, admin):
        found = problems(dry_run(AGENTS, "code,name\nirinotecan,Irinotecan\n", admin))

        assert found == [(2, "impossible_above_mg")]


class TestArteries:
    NEW = "code,name,kind,parent,segments\nb,Branch,segmental,a,8\na,New trunk,Trunk,aorta,7; 8\n"

    def test_may_stand_below_what_arises_from_them(self, admin):
        outcome = dry_run(ARTERIES, self.NEW, admin)

        assert [line.is_new for line in outcome.lines] == [True, True]
        assert problems(outcome) == []

    def test_cannot_go_round_in_a_circle(self, admin):
        text = "code,parent\nright-hepatic,right-anterior\nright-anterior,right-hepatic\n"

        assert (2, "parent") in problems(dry_run(ARTERIES, text, admin))

    def test_arise_only_from_what_is_there(self, admin):
        assert problems(dry_run(ARTERIES, "code,parent\na8,nowhere\n", admin)) == [(2, "parent")]

    def test_supply_only_segments_that_there_are(self, admin):
        assert problems(dry_run(ARTERIES, "code,segments\na8,8; 9\n", admin)) == [(2, "segments")]


class TestImportPages:
    def test_show_the_changes_then_take_them_in(self, client, admin):
        checked = upload(client, "code,usual_high\ndoxorubicin,60\nmitomycin,18\n")
        assert "Nothing is written yet." in checked.content.decode()

        done = take_in(client, checked)

        assert done["Location"] == reverse("procedures:reference")
        assert Agent.objects.get(code="mitomycin").usual_high == 18
        newest = Agent.objects.get(code="doxorubicin").history.first()
        assert (newest.history_user, newest.history_change_reason) == (admin, "List of March")
        assert AuditEntry.objects.filter(what="procedures.change_reference", by=admin).count() == 2

    def test_read_a_workbook(self, client):
        book = openpyxl.Workbook()
        book.active.append(["code", "warn_volume_ml"])
        book.active.append(["ethiodised-oil", 12.5])
        content = io.BytesIO()
        book.save(content)
        file = SimpleUploadedFile("materials.xlsx", content.getvalue())

        checked = client.post(reverse("procedures:import_reference", args=["materials"]), {"file": file})
        take_in(client, checked, kind="materials")

        assert str(EmbolicMaterial.objects.get(code="ethiodised-oil").warn_volume_ml) == "12.50"

    def test_take_in_nothing_when_one_line_is_wrong(self, client):
        checked = upload(client, "code,usual_high\ndoxorubicin,60\nmitomycin,much\n")

        answer = take_in(client, checked)

        assert (checked.status_code, answer.status_code) == (422, 422)
        assert Agent.objects.get(code="doxorubicin").usual_high == 75

    def test_ask_for_a_reason(self, client):
        answer = take_in(client, upload(client, "code,usual_high\ndoxorubicin,60\n"), reason="")

        assert answer.status_code == 422
        assert Agent.objects.get(code="doxorubicin").usual_high == 75

    def test_show_it_anew_when_the_rows_changed_meanwhile(self, client):
        checked = upload(client, "code,usual_high\ndoxorubicin,60\n")
        Agent.objects.filter(code="doxorubicin").update(usual_high=70)

        answer = take_in(client, checked)

        assert answer.status_code == 422
        assert "Look at it again" in answer.content.decode()
        assert Agent.objects.get(code="doxorubicin").usual_high == 70

    def test_refuse_a_table_that_was_not_checked_here(self, client):
        address = reverse("procedures:take_in_reference", args=["agents"])

        answer = client.post(address, {"sealed": "forged", "digest": "", "reason": "x"})

        assert answer["Location"] == reverse("procedures:import_reference", args=["agents"])

    def test_say_so_when_there_is_nothing_to_take_in(self, client):
        assert (
            "There is nothing to take in."
            in upload(client, "code,usual_high\ndoxorubicin,75\n").content.decode()
        )

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("name\nX\n", "“code” is missing"),
            ("code,dose\nx,1\n", "no column “dose”"),
            ("", "empty"),
            ("code\n" + "x\n" * (importing.MOST_LINES + 1), "more than 1000 lines"),
        ],
    )
    def test_name_what_is_wrong_with_a_file(self, client, text, words):
        answer = upload(client, text)

        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_keep_the_tree_of_a_checked_file(self, client):
        take_in(client, upload(client, TestArteries.NEW, kind="arteries"), kind="arteries")

        assert Artery.objects.get(code="b").parent.parent.code == "aorta"
