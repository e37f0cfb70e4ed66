"""The search page, its list while typing, and the export."""

import csv
import io

import pytest

from accounts.models import AuditEntry
from patients import cells
from tests.factories.patients import TODAY, AllergyFactory, PatientFactory

pytestmark = pytest.mark.django_db


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestFindPage:
    def test_lists_who_is_in_care_by_name(self, team, clinician, signed_in):
        PatientFactory(team=team, family_name="Weiss")
        PatientFactory(team=team, family_name="Adeyemi")
        PatientFactory(team=team, family_name="Halvorsen", ended_on=TODAY, ended_because="died")

        page = signed_in(clinician).get("/patients/").content.decode()

        assert page.index("Adeyemi") < page.index("Weiss")
        assert "Halvorsen" not in page

    def test_finds_ended_courses_too_and_says_so(self, team, clinician, signed_in):
        PatientFactory(team=team, family_name="Halvorsen", ended_on=TODAY, ended_because="died")
        client = signed_in(clinician)

        for address in ("/patients/?q=halv", "/patients/?show=all"):
            assert "Died, 2 Mar 2026" in client.get(address).content.decode()

    def test_lists_the_closed_cases_of_a_research_team(self, team, clinician, signed_in):
        team.is_research = True
        team.save()
        PatientFactory(team=team, family_name="", given_name="", mrn="HCC_001", ended_because="research_case")
        client = signed_in(clinician)

        assert "HCC_001" in client.get("/patients/").content.decode()
        assert "HCC_001" not in client.get("/patients/?show=in_care").content.decode()

    def test_warns_of_allergies_in_the_list(self, team, clinician, signed_in):
        AllergyFactory(patient=PatientFactory(team=team))

        assert "Iodinated contrast" in signed_in(clinician).get("/patients/?q=oka").content.decode()

    def test_answers_a_fragment_while_somebody_types(self, team, clinician, signed_in):
        PatientFactory(team=team)

        answer = signed_in(clinician).get("/patients/?q=oka", headers={"hx-request": "true"})

        assert "<html" not in answer.content.decode()
        assert "Okafor" in answer.content.decode()

    def test_says_what_to_try_when_nobody_matches(self, clinician, signed_in):
        page = signed_in(clinician).get("/patients/?q=<b>zzz").content.decode()

        assert "Nobody matches “&lt;b&gt;zzz”" in page

    def test_says_what_to_do_in_an_empty_team(self, clinician, signed_in):
        page = signed_in(clinician).get("/patients/").content.decode()

        assert "No patients in care" in page
        assert "Import a cohort" in page

    def test_pages_and_survives_any_page_number(self, team, clinician, signed_in):
        for _each in range(30):
            PatientFactory(team=team)
        client = signed_in(clinician)

        assert len(client.get("/patients/?q=oka&page=2").context["page"].object_list) == 5
        for page in ("0", "-1", "x", "999999999999", ""):
            assert client.get(f"/patients/?page={page}").status_code == 200

    def test_records_one_list_with_its_patients(self, team, clinician, signed_in):
        patient = PatientFactory(team=team)

        signed_in(clinician).get("/patients/?q=oka")

        entry = AuditEntry.objects.get(kind="list")
        assert (entry.listed_ids, entry.what, entry.by) == ([patient.pk], "patients:find", clinician)

    def test_is_closed_to_an_admin_of_people(self, people_admin, signed_in):
        assert signed_in(people_admin).get("/patients/").status_code == 403


class TestExport:
    def test_gives_the_list_as_a_table(self, team, clinician, signed_in):
        PatientFactory(team=team, mrn="1", family_name="Weiß", given_name="Miriam")

        answer = signed_in(clinician).get("/patients/export/?q=weiss")

        assert rows_of(answer)[1] == ["1", "Weiß", "Miriam", "1961-03-14", "Male", "", ""]
        assert AuditEntry.objects.get(kind="export").by == clinician

    def test_keeps_formulas_from_being_calculated(self, team, clinician, signed_in):
        PatientFactory(team=team, family_name='=HYPERLINK("http://x")', given_name="@SUM(1)")

        row = rows_of(signed_in(clinician).get("/patients/export/"))[1]

        assert row[1:3] == ['\'=HYPERLINK("http://x")', "'@SUM(1)"]

    def test_is_closed_to_an_observer(self, observer, signed_in):
        assert signed_in(observer).get("/patients/export/").status_code == 403

    def test_leaves_other_teams_out(self, team, other_team, clinician, signed_in):
        PatientFactory(team=other_team)

        assert len(rows_of(signed_in(clinician).get("/patients/export/?show=all"))) == 1


class TestNeutral:
    @pytest.mark.parametrize("written", ["=1+1", "+1+1", "-1+1", "@x", "\t=1", "\r=1", "\n=1"])
    def test_takes_the_power_of_a_formula(self, written):
        assert cells.neutral(written) == f"'{written}"

    @pytest.mark.parametrize("written", ["Okafor", "", "-3", "-3.5", "1961-03-14", "O'Brien", "+44"])
    def test_leaves_words_and_numbers_as_they_are(self, written):
        assert cells.neutral(written) == written

    def test_writes_nothing_for_nothing(self):
        assert cells.neutral(None) == ""
