"""What a registry would miss: of a record while it is written, and of all of a team."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from pathway.registry import completeness, completeness_page, elements
from tests.factories.assessments import draft
from tests.factories.followup import ImagingReviewFactory, ReadingFactory
from tests.factories.patients import DiagnosisFactory, LesionFactory, PatientFactory
from tests.factories.procedures import (
    AdministrationFactory,
    EmbolisationFactory,
    ExposureFactory,
    ProcedureFactory,
    TargetVesselFactory,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def missing(kind: str, record: Any) -> set[str]:
    return {element.key for element in completeness.meter_of(kind, record.pk).missing}


def complete_procedure(team: Any, clinician: Any, **fields: Any) -> Any:
    patient = PatientFactory(team=team)
    values = {
        "started_at": NOW, "ended_at": NOW, "modality": "TACE", "access": "femoral", "signed_at": NOW,
        "signed_by": clinician, "angiography": [{"artery": "right-hepatic", "arterial": True}], **fields,
    }  # fmt: skip
    procedure = ProcedureFactory(patient=patient, **values)
    procedure.operators.add(clinician)
    target = TargetVesselFactory(procedure=procedure, level="segmental", end_point="stasis")
    target.lesions.add(LesionFactory(patient=patient))
    AdministrationFactory(target=target)
    EmbolisationFactory(target=target)
    ExposureFactory(
        procedure=procedure, dose_area_product_gy_cm2=Decimal(80), air_kerma_mgy=Decimal(900),
        fluoroscopy_min=Decimal(22), contrast_ml=Decimal(110),
    )  # fmt: skip
    return procedure


class TestOfAnAssessment:
    def test_misses_nothing_where_all_is_known(self, team, clinician):
        patient = PatientFactory(team=team)
        DiagnosisFactory(patient=patient, hepatitis_b="yes", hepatitis_c="no", cirrhosis="compensated")

        assert missing("assessment", draft(patient, clinician)) == set()

    @pytest.mark.parametrize("name", ["albumin_g_per_l", "ecog", "pvtt", "inr", "afp_ng_per_ml"])
    def test_misses_a_fact_that_nobody_knows(self, team, clinician, name):
        made = draft(PatientFactory(team=team), clinician, **{name: None})
        made.facts.pop("macrovascular_invasion")
        made.save()

        assert name in missing("assessment", made)

    def test_takes_one_fact_for_another_that_says_the_same(self, team, clinician):
        made = draft(PatientFactory(team=team), clinician, inr=None, pt_prolongation_s=2)

        assert "inr" not in missing("assessment", made)

    def test_misses_what_is_unknown_of_the_diagnosis(self, team, clinician):
        patient = PatientFactory(team=team)
        assert {"hepatitis", "cirrhosis"} <= missing("assessment", draft(patient, clinician))

        DiagnosisFactory(patient=patient, hepatitis_b="no", hepatitis_c="not_known", cirrhosis="not_known")

        assert {"hepatitis", "cirrhosis"} <= missing("assessment", patient.assessments.get())


class TestOfAProcedure:
    def test_misses_nothing_where_all_is_recorded(self, team, clinician):
        assert missing("procedure", complete_procedure(team, clinician)) == set()

    def test_misses_everything_of_one_just_begun(self, team):
        begun = ProcedureFactory(patient=PatientFactory(team=team), started_at=NOW, modality="TACE")

        assert missing("procedure", begun) == {element.key for element in elements.OF_PROCEDURE}

    @pytest.mark.parametrize(
        ("change", "key"),
        [({"level": ""}, "level"), ({"end_point": ""}, "end_point"), ({"is_confirmed": False}, "targets")],
    )
    def test_looks_at_every_target(self, team, clinician, change, key):
        procedure = complete_procedure(team, clinician)
        if key == "targets":
            procedure.targets.update(**change)
        else:
            TargetVesselFactory(procedure=procedure, **change)

        assert key in missing("procedure", procedure)

    def test_misses_a_dose_that_is_not_entered(self, team, clinician):
        procedure = complete_procedure(team, clinician)
        AdministrationFactory(target=procedure.targets.get(), dose_mg=None)

        assert missing("procedure", procedure) == {"doses"}

    @pytest.mark.parametrize(("modality", "not_asked"), [("TAE", "doses"), ("TAI", "volumes")])
    def test_does_not_ask_for_what_the_modality_does_not_give(self, team, modality, not_asked):
        begun = ProcedureFactory(patient=PatientFactory(team=team), started_at=NOW, modality=modality)

        meter = completeness.meter_of("procedure", begun.pk)

        assert not_asked not in {element.key for element in meter.missing}
        assert meter.asked_count == len(elements.OF_PROCEDURE) - 1


class TestOfAReading:
    def test_takes_the_answers_of_a_draft_from_what_is_typed(self, team, clinician):
        review = ImagingReviewFactory(patient=PatientFactory(team=team), done=True)
        reading = ReadingFactory(
            review=review, reader=clinician, quiet=False, modality="", signed_at=None, signed_by=None,
            typed={"spread": {"value": "none"}, "necrosis": {"raw": "x"}, "viable_tumour": {"value": "not_known"}},
        )  # fmt: skip

        found = missing("reading", reading)

        assert "spread" not in found
        assert {"necrosis", "viable_tumour", "modality"} <= found
        assert "target_sizes" not in found

    def test_takes_those_of_a_signed_one_from_its_columns(self, team, clinician):
        reading = ReadingFactory(review__patient=PatientFactory(team=team), reader=clinician)

        assert missing("reading", reading) == {"non_target", "thrombus", "spread", "target_sizes"}


class TestOfATeam:
    def test_counts_signed_records_of_its_own(self, team, other_team, clinician):
        complete_procedure(team, clinician)
        ProcedureFactory(
            patient=PatientFactory(team=team),
            started_at=NOW,
            modality="TAE",
            signed_at=NOW,
            signed_by=clinician,
        )
        ProcedureFactory(patient=PatientFactory(team=team), started_at=NOW, modality="TACE")
        complete_procedure(other_team, clinician)

        found = {line.element.key: line for line in completeness.lines_of(team)["procedure"]}

        assert (found["access"].there, found["access"].asked, found["access"].percent) == (1, 2, 50)
        assert (found["doses"].there, found["doses"].asked) == (1, 1)

    def test_says_100_percent_only_where_none_is_missing(self):
        assert completeness.Line(elements.OF_PROCEDURE[0], 999, 1000).percent == 99
        assert completeness.Line(elements.OF_PROCEDURE[0], 0, 0).percent == 0

    @pytest.mark.parametrize(
        ("there", "asked", "is_shown"),
        [
            (5, 10, True),
            (4, 10, False),
            (6, 10, False),
            (10, 10, True),
            (0, 10, True),
            (0, 4, False),
            (0, 0, True),
        ],
    )
    def test_masks_where_few_have_it_or_few_have_it_not(self, there, asked, is_shown):
        line = completeness.Line(elements.OF_PROCEDURE[0], there, asked)

        shown = completeness_page._shown(line, True)

        assert (shown.there != "") == is_shown
        assert completeness_page._shown(line, False).there == str(there)

    def test_has_a_page_in_few_questions(self, team, clinician, signed_in, django_assert_max_num_queries):
        complete_procedure(team, clinician)
        client = signed_in(clinician)

        with django_assert_max_num_queries(14):
            page = client.get(reverse("pathway:registry_completeness")).content.decode()

        assert "1 of 1" in page
        assert "Nothing of this is signed yet." in page

    def test_is_found_from_the_cohort(self, clinician, signed_in):
        page = signed_in(clinician).get(reverse("pathway:cohort")).content.decode()

        assert f'href="{reverse("pathway:registry_completeness")}"' in page


class TestTheFold:
    def test_stands_on_the_page_of_a_draft_and_leads_to_each_question(self, team, clinician, signed_in):
        made = draft(PatientFactory(team=team), clinician, ecog=None)

        client, named = signed_in(clinician), [made.patient_id, made.pk]

        page = client.get(reverse("assessments:edit", args=named)).content.decode()
        fold = client.get(reverse("pathway:assessment_meter", args=named)).content.decode()

        assert f'hx-get="{reverse("pathway:assessment_meter", args=named)}"' in page
        assert 'href="#asks-ecog"' in fold
        assert 'id="asks-ecog"' in page
        assert reverse("patients:edit_diagnosis", args=[made.patient_id]) in fold

    def test_leads_to_places_that_the_pages_have(self, team, clinician, signed_in):
        begun = ProcedureFactory(patient=PatientFactory(team=team), started_at=NOW, modality="TACE")
        review = ImagingReviewFactory(patient=begun.patient, after_procedure=begun, done=True)
        reading = ReadingFactory(review=review, reader=clinician, signed_at=None, signed_by=None)
        client = signed_in(clinician)
        made = draft(begun.patient, clinician)

        pages = {
            "assessment": client.get(reverse("assessments:edit", args=[begun.patient_id, made.pk])),
            "procedure": client.get(reverse("procedures:record", args=[begun.patient_id, begun.pk])),
            "reading": client.get(reverse("followup:reading", args=[begun.patient_id, reading.pk])),
        }

        for kind, page in pages.items():
            text = page.content.decode()
            assert 'id="registry-meter"' in text, kind
            anchors = {element.anchor for element in elements.OF[kind] if element.anchor}
            assert {anchor for anchor in anchors if f'id="{anchor}"' not in text} == set(), kind

    def test_is_drawn_anew_by_itself(self, team, clinician, signed_in):
        made = draft(PatientFactory(team=team), clinician, ecog=None)
        url = reverse("pathway:assessment_meter", args=[made.patient_id, made.pk])

        text = signed_in(clinician).get(url, headers={"hx-request": "true"}).content.decode()

        assert text.startswith("<summary>")
        assert "3 of 17 would be missing" in text

    def test_of_anothers_unsigned_reading_is_not_there(self, team, clinician, coordinator, signed_in):
        review = ImagingReviewFactory(patient=PatientFactory(team=team), done=True)
        reading = ReadingFactory(review=review, reader=clinician, signed_at=None, signed_by=None)
        url = reverse("pathway:reading_meter", args=[review.patient_id, reading.pk])

        assert signed_in(clinician).get(url).status_code == 200
        assert signed_in(coordinator).get(url).status_code == 404
