"""The live panel: its numbers are those of the guideline's ceilings, and it answers while one types."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guidelines import doses
from procedures import answers as told
from procedures import panel, working
from tests import asked as asked_of
from tests.factories import patients as patient_factories
from tests.factories import procedures as factories
from tests.factories.patients import NOW
from tests.procedures import screens

pytestmark = pytest.mark.django_db

# Three of them find the person, the session and the membership.
MOST_QUERIES = 15
# What a session notes now and then by the clock, whatever is asked.
NOT_COUNTED = 'UPDATE "django_session"'


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def procedure(patient, clinician):
    return factories.ProcedureFactory(
        patient=patient, started_at=NOW, modality="TACE", height_cm=172, weight_kg=75, created_by=clinician
    )


def panel_of(procedure):
    work = working.load(procedure.patient, procedure)
    return panel.build(work, told.answers_of(work))


def bar(found, key):
    return next(one for one in found.all_bars if one.meter.key == key)


def give(procedure, dose_mg, *, code="doxorubicin", number=1, **more):
    target = factories.TargetVesselFactory(procedure=procedure, number=number)
    return factories.AdministrationFactory(
        target=target, agent=factories.AgentFactory(code=code), dose_mg=dose_mg, **more
    )


class TestCeilings:
    def test_are_those_of_the_guideline(self, procedure):
        give(procedure, 50)
        known = working.load(procedure.patient, procedure).known

        found = panel_of(procedure)

        expected = doses.ceilings(
            patient=doses.Patient(height_cm=172, weight_kg=75, age_years=64, sex="male"),
            given=[doses.Dose(agent="doxorubicin", dose_mg=50)],
            earlier=[],
            are_doses_elsewhere_known=False,
            volumes=[],
            contrast_ml=None,
            agents={code: vars(row) for code, row in known.agents.items()},
            materials={code: vars(row) for code, row in known.materials.items()},
        )
        of_doses = [one.meter for one in found.all_bars if not one.meter.key.startswith("radiation.")]
        assert [(m.key, m.verdict, m.amount, m.limit) for m in of_doses] == [
            (m.key, m.verdict, m.amount, m.limit) for m in expected
        ]

    def test_count_earlier_procedures_signed_or_not_and_doses_elsewhere(self, procedure):
        patient = procedure.patient
        patient_factories.PriorTreatmentFactory(
            patient=patient, doses=[{"agent": "ADM", "dose": "100", "per": "per_m2"}]
        )
        before = factories.ProcedureFactory(
            patient=patient, started_at=NOW.replace(month=1), modality="TACE", height_cm=172, weight_kg=75
        )
        give(before, 60)
        give(procedure, 50)

        lifetime = bar(panel_of(procedure), "doxorubicin.lifetime").meter

        surface = (172 * 75 / 3600) ** 0.5
        assert lifetime.before == pytest.approx(100 + 60 / surface, abs=1e-5)
        assert lifetime.amount == pytest.approx(100 + 110 / surface, abs=1e-5)
        assert not lifetime.is_lower_end

    def test_leave_out_what_was_only_planned_discarded_or_not_confirmed(self, procedure):
        give(factories.ProcedureFactory(patient=procedure.patient), 60)
        give(procedure, 40, discarded_at=NOW)
        unconfirmed = give(procedure, 30, number=2).target
        unconfirmed.is_confirmed = False
        unconfirmed.save()
        give(procedure, 50, number=3)

        assert bar(panel_of(procedure), "doxorubicin.per_procedure").meter.amount == 50

    @pytest.mark.parametrize(("dose_mg", "is_over"), [(149, False), (150, False), (151, True)])
    def test_that_are_passed_ask_for_a_reason(self, procedure, dose_mg, is_over):
        give(procedure, dose_mg)

        keys = panel_of(procedure).reason_keys

        assert ("doxorubicin.per_procedure" in keys) is is_over

    @pytest.mark.parametrize(("dose_mg", "limit_pct"), [(149, None), (150, None), (200, 75)])
    def test_that_are_passed_show_where_the_limit_was(self, procedure, dose_mg, limit_pct):
        give(procedure, dose_mg)

        found = panel_of(procedure)

        assert bar(found, "doxorubicin.per_procedure").limit_pct == limit_pct
        assert found.has_passed_limit is (limit_pct is not None)

    def test_say_what_to_measure_without_a_body_size(self, procedure):
        procedure.weight_kg = None
        procedure.save()
        give(procedure, 50)

        found = panel_of(procedure)

        assert bar(found, "doxorubicin.dose").missing == "weight"
        assert found.body_surface_m2 == ""

    def test_name_an_agent_whose_dose_nobody_entered(self, procedure):
        give(procedure, None)

        assert panel_of(procedure).undosed == ["Doxorubicin"]

    def test_take_the_load_of_beads_from_their_target(self, procedure):
        given = give(procedure, 160, carrier="beads")
        factories.EmbolisationFactory(
            target=given.target, material=factories.EmbolicMaterialFactory(code="dc-bead"), order=2
        )

        assert bar(panel_of(procedure), "dc-bead.load").is_over

    def test_weigh_air_kerma_of_six_months(self, procedure):
        before = factories.ProcedureFactory(patient=procedure.patient, started_at=NOW.replace(month=1))
        factories.ExposureFactory(procedure=before, air_kerma_mgy=3000)
        factories.ExposureFactory(
            procedure=procedure, air_kerma_mgy=2100, entered={"air_kerma": {"value": 2.1, "unit": "Gy"}}
        )

        kerma = bar(panel_of(procedure), "radiation.air_kerma_six_months").meter

        assert (kerma.before, kerma.amount, kerma.verdict) == (3000, 5100, "over")


class TestFindings:
    def test_tell_a_departure_and_what_is_waited_for(self, procedure):
        give(procedure, 50)
        procedure.steps = {"dsa": {"answer": "no", "because": "suite down"}}
        procedure.save()

        found = panel_of(procedure)

        assert "1.1" in [one.clause for one in found.departures]
        waiting = {one.clause: one.missing for one in found.open_findings}
        assert "coeliac or common hepatic run" in waiting["5.0.2"]

    def test_cover_every_clause_of_their_sections_once(self, procedure):
        found = panel_of(procedure)

        ids = [one.clause for one in (*found.departures, *found.open_findings, *found.rest)]
        assert len(ids) == len(set(ids))
        assert {"1.2", "5.2.6", "5.3.2", "5.3.14", "6.2"} <= set(ids)

    def test_say_every_place_in_words(self, procedure):
        give(procedure, 50)

        texts = [one.missing for one in panel_of(procedure).open_findings]

        assert not [text for text in texts if "_" in text or "steps." in text or "targets." in text]


class TestSpeed:
    @pytest.fixture
    def full(self, procedure):
        """A record of ten targets, with earlier sessions behind it."""
        patient = procedure.patient
        lesions = [patient_factories.LesionFactory(patient=patient, number=n) for n in range(1, 6)]
        for lesion in lesions:
            patient_factories.LesionMeasurementFactory(lesion=lesion)
        for month in (1, 2):
            give(factories.ProcedureFactory(patient=patient, started_at=NOW.replace(month=month)), 50)
        for number in range(1, 11):
            given = give(procedure, 10, number=number)
            factories.EmbolisationFactory(
                target=given.target, material=factories.EmbolicMaterialFactory(code="ethiodised-oil"), order=2
            )
            given.target.lesions.add(lesions[number % 5])
        return procedure

    @pytest.fixture
    def client(self, clinician, signed_in):
        return signed_in(clinician)

    def ask(self, request):
        with CaptureQueriesContext(connection) as queries:
            answer = request()
        by_the_page = asked_of.by_the_page(queries)
        asked = [sql[:120] for sql in by_the_page if not sql.startswith(NOT_COUNTED)]
        assert answer.status_code == 200
        assert len(asked) <= MOST_QUERIES, "\n".join(asked)
        return answer

    def test_of_the_page_asks_the_database_within_its_budget(self, full, client):
        address, opened = self.address(full), {"target": full.targets.first().pk}

        page = self.ask(lambda: client.get(address, opened))

        assert page.content.decode().count("Doxorubicin 10 mg") == 9

    def test_of_the_panel_asks_the_database_within_its_budget(self, full, client):
        data = self.page(full, client)
        url = reverse("procedures:findings", args=[full.patient_id, full.pk])

        self.ask(lambda: client.post(url, data, headers={"HX-Request": "true"}))

    def test_of_a_save_asks_the_database_within_its_budget(self, full, client):
        data, key = self.page(full, client), full.targets.first().pk
        url = reverse("procedures:save", args=[full.patient_id, full.pk])
        data |= {f"t{key}-g1-dose": "12", f"t{key}-note": "Spasm", "narrative": "Smooth."}

        self.ask(lambda: client.post(url, data, headers={"HX-Request": "true"}))

        assert full.targets.first().administrations.get().dose_mg == 12

    def address(self, full):
        return reverse("procedures:record", args=[full.patient_id, full.pk])

    def page(self, full, client):
        """What stands in the boxes, the first target open."""
        address = self.address(full)
        return screens.boxes_of(client.get(address, {"target": full.targets.first().pk}).content.decode())
