"""A registry asks for data, in a browser: what is missing, an export made and fetched, the fold beside a record."""

import zipfile
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from pathway import tasks
from pathway.actions import jobs
from tests.factories.accounts import member
from tests.factories.assessments import draft
from tests.factories.patients import PatientFactory
from tests.factories.procedures import ProcedureFactory, reference_rows

pytestmark = pytest.mark.browser


def check_for_everybody(page) -> None:
    assert Axe().run(page).response["violations"] == []


class TestALead:
    def test_sees_what_is_missing_makes_an_export_and_fetches_it(
        self, browse_as, team, transactional_db, complaints, tmp_path
    ):
        reference_rows()
        lead = member(team, Role.CLINICIAN, is_lead=True)
        began_at = timezone.now() - timedelta(days=30)
        ProcedureFactory(
            patient=PatientFactory(team=team, mrn="QX77001"), started_at=began_at, modality="TACE",
            signed_at=began_at, signed_by=lead,
        )  # fmt: skip

        page = browse_as(lead, "/registry/completeness/")
        expect(page.get_by_role("row", name="Air kerma")).to_contain_text("0 of 1")
        check_for_everybody(page)
        page.get_by_role("link", name="Registry export").click()
        page.get_by_role("button", name="Make the export").click()
        expect(page.get_by_text("Waits for the worker")).to_be_visible()
        jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=timezone.now)
        expect(page.get_by_text("1 patient,")).to_be_visible()
        check_for_everybody(page)
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Fetch the file").click()
        fetched.value.save_as(tmp_path / "registry.zip")

        with zipfile.ZipFile(tmp_path / "registry.zip") as archive:
            texts = [archive.read(name).decode() for name in archive.namelist()]
        assert any("TACE" in text for text in texts)
        assert not any("QX77001" in text for text in texts)


class TestAClinician:
    def test_sees_the_fold_follow_what_is_typed_and_stay_open(
        self, browse_as, clinician, team, transactional_db, complaints
    ):
        reference_rows()
        made = draft(PatientFactory(team=team), clinician, ecog=None, afp_ng_per_ml=None)

        page = browse_as(clinician, f"/patients/{made.patient_id}/assessments/{made.pk}/edit/")
        fold = page.locator("#registry-meter")
        fold.get_by_text("For a registry: 4 of 17 would be missing").click()
        fold.get_by_role("link", name="AFP").click()
        page.get_by_label("AFP", exact=True).fill("40")

        expect(fold).to_contain_text("For a registry: 3 of 17 would be missing")
        expect(fold.get_by_role("link", name="ECOG")).to_be_visible()
        expect(fold.get_by_role("link", name="AFP")).to_have_count(0)
