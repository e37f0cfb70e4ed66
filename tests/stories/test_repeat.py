"""A story in a real browser: a routine repeat by "same as last time", from the empty record to the signature."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from procedures.models import SignedVersion
from tests.factories import procedures as factory
from tests.procedures.performed import STEPS, performed
from tests.stories.test_report import clinician, patient, screen

__all__ = ["clinician", "patient", "screen"]  # fixtures of the same ward

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Two targets in about a minute: a person makes at least one movement a second.
MOST_MOVES = 60


class Moves:
    """Counts what a person does: a click, a key, a word typed by its letters."""

    def __init__(self, screen):
        self.screen = screen
        self.count = 0

    def click(self, name, role="button"):
        self.screen.get_by_role(role, name=name, exact=False).first.click()
        self.count += 1

    def type(self, box, text):
        box.click()
        box.fill(text)
        self.count += 1 + len(text)


@pytest.fixture
def procedure(patient, clinician):
    now = timezone.now()
    last = performed(patient, clinician, at=now - timedelta(days=60))
    for code in ("ethiodised-oil", "gelatin-sponge"):
        material = factory.EmbolicMaterialFactory(code=code)
        material.requires_lot = True
        material.save()
    procedure = factory.ProcedureFactory(
        patient=patient, started_at=now - timedelta(hours=2), ended_at=now - timedelta(hours=1), modality="TACE",
        planned_on=now.date(), steps=STEPS,
    )  # fmt: skip
    procedure.planned_lesions.set(last.planned_lesions.all())
    return procedure


class TestRepeat:
    def test_takes_about_a_minute_for_two_targets(self, screen, browse_as, patient, clinician, procedure):
        browse_as(clinician, reverse("procedures:record", args=[patient.pk, procedure.pk]))
        moves = Moves(screen)

        moves.click("Same as last time")
        expect(screen.get_by_text("2 targets copied.")).to_be_visible()
        assert Axe().run(screen).response["violations"] == []
        for number, target in enumerate(procedure.targets.order_by("number"), start=1):
            moves.click(f"Open target {number}")
            for line in (1, 2, 3):
                moves.type(screen.locator(f"[name='t{target.pk}-g{line}-lot']"), "H7")
            moves.click(f"Keep target {number}")
            expect(screen.locator("[data-open-target]")).to_have_count(0)
            expect(screen.locator("tr.is-unconfirmed")).to_have_count(2 - number)
        moves.click("Sign record")
        expect(screen.get_by_text("Nothing is open.")).to_be_visible()
        moves.click("Sign record")
        expect(screen.get_by_text("Record signed.")).to_be_visible()

        record = SignedVersion.objects.get(procedure=procedure).record
        assert [target["artery"] for target in record["targets"]] == ["a8", "a5"]
        assert {one["lot"] for target in record["targets"] for one in target["embolisations"]} == {"H7"}
        assert moves.count <= MOST_MOVES
