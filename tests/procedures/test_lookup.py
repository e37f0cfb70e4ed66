"""Who received a lot, an agent or a material: all of them, of the own team alone, and who asked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry
from procedures import received
from procedures.models import Agent, EmbolicMaterial
from tests.factories import patients as patient_factories
from tests.factories import procedures as factory
from tests.factories.patients import NOW
from tests.procedures.performed import add_target, performed

DAY = timedelta(days=1)


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def procedure(patient, clinician):
    return performed(patient, clinician, lot="G2231")


def found(team, **asked):
    return [(one.what, one.target_number) for one in received.receipts(team, received.Asked(**asked))]


class TestReceipts:
    def test_of_a_lot_are_everything_of_that_lot(self, team, procedure):
        add_target(procedure, 3, "a6", lot="E914")

        assert found(team, lot="E914") == [("Ethiodised oil", 3), ("Gelatin sponge", 3)]

    @pytest.mark.parametrize("written", ["G2231", "g2231"])
    def test_of_a_lot_do_not_mind_large_and_small_letters(self, team, procedure, written):
        assert len(found(team, lot=written)) == 4

    def test_of_a_lot_take_no_other_that_begins_alike(self, team, procedure):
        assert found(team, lot="G223") == []

    def test_of_an_agent_leave_materials_out(self, team, procedure):
        assert found(team, agent=Agent.objects.get(code="doxorubicin")) == [
            ("Doxorubicin", 1),
            ("Doxorubicin", 2),
        ]

    def test_of_a_material_leave_agents_out(self, team, procedure):
        oil = EmbolicMaterial.objects.get(code="ethiodised-oil")

        assert found(team, material=oil) == [("Ethiodised oil", 1), ("Ethiodised oil", 2)]

    @pytest.mark.parametrize(
        ("start", "end", "count"),
        [(NOW, NOW + DAY, 4), (NOW - DAY, NOW, 0), (NOW + DAY, None, 0), (None, None, 4)],
    )
    def test_are_between_two_moments_the_first_included(self, team, procedure, start, end, count):
        assert len(found(team, lot="G2231", start=start, end=end)) == count

    def test_leave_out_what_was_discarded_unconfirmed_or_never_begun(self, team, patient, procedure):
        add_target(procedure, 3, "a6", lot="X1", is_confirmed=False)
        add_target(procedure, 4, "a7", lot="X1", discarded_at=NOW)
        add_target(factory.ProcedureFactory(patient=patient), 1, "a2", lot="X1")

        assert found(team, lot="X1") == []

    def test_are_of_the_own_team_alone(self, other_team, procedure):
        assert found(other_team, lot="G2231") == []

    def test_count_an_unsigned_procedure(self, team, procedure):
        assert procedure.signed_at is None
        assert found(team, lot="G2231")

    @pytest.mark.parametrize("table", ["procedures_administration", "procedures_embolisation"])
    def test_have_an_index_of_lots_to_stand_on(self, db, table):
        with connection.cursor() as cursor:
            kept = connection.introspection.get_constraints(cursor, table)

        assert kept[f"{table}_lot"]["index"]


class TestPage:
    ADDRESS = "procedures:lookup"

    def ask(self, client, **asked):
        return client.get(reverse(self.ADDRESS), asked)

    def test_lists_patient_day_and_amount(self, procedure, observer, signed_in):
        page = self.ask(signed_in(observer), lot="g2231").content.decode()

        assert "1 patient" in page
        assert "Ethiodised oil 6 mL" in page
        assert "not signed" in page

    def test_asks_for_something(self, observer, signed_in):
        page = self.ask(signed_in(observer), lot="").content.decode()

        assert "Enter a lot, or choose an agent or a material." in page

    def test_refuses_a_last_day_before_the_first(self, observer, signed_in):
        page = self.ask(
            signed_in(observer), lot="A", day_from="2026-03-02", day_to="2026-03-01"
        ).content.decode()

        assert "The last day is before the first." in page

    @pytest.mark.parametrize(
        "nonsense", [{"agent": "x"}, {"day_to": "9999-12-31", "lot": "A"}, {"lot": "A\x00"}]
    )
    def test_takes_nonsense_calmly(self, observer, signed_in, nonsense):
        assert self.ask(signed_in(observer), **nonsense).status_code == 200

    def test_says_when_nobody_received_it(self, observer, signed_in):
        assert (
            "No patient of this team received it" in self.ask(signed_in(observer), lot="A").content.decode()
        )

    def test_includes_the_last_day(self, procedure, observer, signed_in):
        day = f"{NOW:%Y-%m-%d}"

        assert (
            "1 patient"
            in self.ask(signed_in(observer), lot="G2231", day_from=day, day_to=day).content.decode()
        )

    def test_writes_who_was_listed(self, procedure, observer, signed_in):
        self.ask(signed_in(observer), lot="G2231")

        entry = AuditEntry.objects.get(what="procedures:lookup")
        assert (entry.by, entry.listed_ids) == (observer, [procedure.patient_id])

    def test_gives_a_file_to_who_may_export(self, procedure, clinician, observer, signed_in):
        address = reverse("procedures:export_lookup")

        lines = signed_in(clinician).get(address, {"lot": "G2231"}).content.decode().splitlines()

        assert len(lines) == 5
        assert ",A8," in lines[1]
        assert signed_in(observer).get(address, {"lot": "G2231"}).status_code == 403
        assert AuditEntry.objects.get(what="procedures:export_lookup").kind == AuditEntry.Kind.EXPORT
