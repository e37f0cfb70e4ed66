"""What leaves for a registry: nothing that says who somebody is, and every number that says what was done."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction
from django.utils import translation

from accounts.models import Team
from assessments.models import Assessment
from followup.models import LesionReading
from pathway.registry import archive, columns, subjects
from pathway.registry.pseudonyms import Pseudonyms
from pathway.registry.tables import LEFT_OUT, all_tables
from patients.models import Patient
from procedures.models import Procedure
from tests.factories.assessments import draft
from tests.factories.followup import DecisionFactory, ImagingReviewFactory, ReadingFactory
from tests.factories.patients import (
    DiagnosisFactory,
    LabResultFactory,
    LesionFactory,
    LesionMeasurementFactory,
    PatientFactory,
    PriorTreatmentFactory,
)
from tests.factories.procedures import (
    AdministrationFactory,
    AdverseEventFactory,
    EmbolisationFactory,
    ExposureFactory,
    ProcedureFactory,
    TargetVesselFactory,
)

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "5e" * 32
MARK = "Zweifel"
ISO_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")

pytestmark = pytest.mark.django_db


def exported(team: Team, **asked: Any) -> dict[str, str]:
    """Return the texts of an archive by their names."""
    wanted = subjects.Asked(**asked)
    keys = list(subjects.chosen(team, wanted).values_list("pk", flat=True))
    file = io.BytesIO()
    archive.write(
        file,
        team=team,
        asked=wanted,
        patient_ids=keys,
        secret=SECRET,
        progress=lambda _n: None,
    )
    with zipfile.ZipFile(file) as made:
        return {name: made.read(name).decode() for name in made.namelist()}


def lines(texts: dict[str, str], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(texts[f"{table}.csv"])))


def own_fields(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.get_fields() if field.concrete and not field.auto_created}


def let_out() -> dict[type[models.Model], set[str]]:
    """Return the fields of each model that the tables are made of."""
    found: dict[type[models.Model], set[str]] = {}
    for table in all_tables(in_days=True):
        found.setdefault(table.model, set())
        for column in table.columns:
            if column.model:
                found.setdefault(column.model, set()).update(column.fields)
    return found


def treated(team: Team, clinician: Any, **who: Any) -> Procedure:
    """Return the signed procedure of a patient who has one of everything."""
    patient = PatientFactory(team=team, **who)
    DiagnosisFactory(patient=patient, hepatitis_b="yes", diagnosed_on=date(2025, 11, 3))
    PriorTreatmentFactory(patient=patient, treated_year=2025, treated_month=12, treated_day=1)
    lesion = LesionFactory(patient=patient, segments=["8", MARK], first_seen_on=date(2025, 11, 3))
    LesionMeasurementFactory(lesion=lesion, measured_on=date(2026, 1, 26))
    LabResultFactory(patient=patient, taken_on=date(2026, 1, 30))
    signed = {"signed_at": NOW, "signed_by": clinician}
    procedure = ProcedureFactory(
        patient=patient, started_at=datetime(2026, 2, 2, 9, 15, tzinfo=UTC), modality="TACE", **signed,
        angiography=[{"artery": "right-hepatic", "arterial": True, "because": MARK}, {"artery": MARK}],
    )  # fmt: skip
    procedure.operators.add(clinician)
    target = TargetVesselFactory(procedure=procedure, number=1, level="segmental")
    target.lesions.add(lesion)
    AdministrationFactory(target=target, dose_mg=Decimal("50.50"))
    EmbolisationFactory(target=target)
    ExposureFactory(procedure=procedure, air_kerma_mgy=Decimal("812.50"))
    AdverseEventFactory(
        procedure=procedure, onset_on=date(2026, 2, 3), ctcae_grade=2, graded_at=NOW, graded_by=clinician
    )
    assessed(patient, clinician)
    reviewed(procedure, clinician)
    return procedure


def assessed(patient: Patient, clinician: Any) -> None:
    made = draft(patient, clinician, on=date(2026, 1, 30), age_years=65)
    made.facts["albumin_g_per_l"]["by"] = MARK
    made.facts["inr"]["source"] = MARK
    made.facts[MARK] = {"value": MARK}
    made.facts["bilirubin_umol_per_l"] = {"min": 20, "max": 25, "unit": "µmol/L", "source": "typed"}
    made.status, made.decision, made.verdict = Assessment.Status.SIGNED, "proceed", "eligible"
    made.signed_at, made.signed_by = NOW, clinician
    made.save()


def reviewed(procedure: Procedure, clinician: Any) -> None:
    review = ImagingReviewFactory(
        patient=procedure.patient, after_procedure=procedure, counts_from=date(2026, 2, 2), decided=True,
        done_on=TODAY,
    )  # fmt: skip
    reading = ReadingFactory(review=review, reader=clinician)
    LesionReading.objects.create(reading=reading, lesion=procedure.patient.lesions.get(), is_target=True)
    DecisionFactory(reading=reading, clauses=["7.4", MARK], options=["surgery", MARK])


def mark_every_text(patient: Patient) -> int:
    """Write a mark into whatever is identifying or left out and can hold it; return into how many fields."""
    count = 0
    for table in all_tables(in_days=True):
        for field in table.model._meta.concrete_fields:
            left_out = LEFT_OUT.get(table.model, "").split()
            is_kept_back = field.name in (*columns.identifying(table.model), *left_out)
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if is_kept_back and (is_text or isinstance(field, models.JSONField)):
                rows = table.model._default_manager.filter(**{table.to_patient: patient.pk})
                count += written(rows, field)
    return count


def written(rows: Any, field: models.Field) -> int:
    value = MARK if isinstance(field, models.CharField | models.TextField) else {"said": MARK}
    try:
        with transaction.atomic():
            # Signed rows are sealed, and some fields need their pair: those are not written.
            return min(
                rows.update(**{field.name: value[: field.max_length] if field.max_length else value}), 1
            )
    except DatabaseError:
        return 0


class TestEveryField:
    def test_leaves_or_identifies_or_is_left_out_for_a_reason(self):
        out = let_out()

        unthought_of = {
            model._meta.label: own_fields(model)
            - fields
            - set(columns.identifying(model))
            - set(LEFT_OUT.get(model, "").split())
            for model, fields in out.items()
        }

        assert {label: fields for label, fields in unthought_of.items() if fields} == {}

    def test_goes_one_way_only(self):
        out = let_out()

        both = {
            model._meta.label: fields
            & (set(columns.identifying(model)) | set(LEFT_OUT.get(model, "").split()))
            for model, fields in out.items()
        }

        assert {label: fields for label, fields in both.items() if fields} == {}

    def test_that_is_left_out_exists(self):
        gone = {
            model._meta.label: set(names.split()) - own_fields(model) for model, names in LEFT_OUT.items()
        }

        assert {label: fields for label, fields in gone.items() if fields} == {}

    @pytest.mark.parametrize("name", ["mrn", "family_name", "birth_date"])
    def test_that_its_model_calls_identifying_makes_no_column(self, name):
        with pytest.raises(columns.NotForRegistry):
            columns.of_field(Patient, name, in_days=True)

    def test_that_is_text_makes_no_column(self, monkeypatch):
        monkeypatch.setattr(Procedure, "identifying_fields", set())

        with pytest.raises(columns.NotForRegistry):
            columns.of_field(Procedure, "narrative", in_days=True)

    def test_has_a_name_of_its_own_in_its_table(self):
        for table in all_tables(in_days=True):
            names = [column.name for column in table.columns]
            assert len(names) == len(set(names)), table.name


class TestNobody:
    @pytest.mark.parametrize("in_days", [True, False])
    def test_can_be_found_by_any_value_that_identifies(self, team, clinician, in_days):
        procedure = treated(team, clinician, mrn=MARK, family_name=MARK, given_name=MARK, phone=MARK)
        assert mark_every_text(procedure.patient) >= 8

        texts = exported(team, in_days=in_days)

        assert len(lines(texts, "patients")) == 1
        for name, text in texts.items():
            assert MARK not in text, name
            assert clinician.name not in text, name
            assert team.name not in text, name
            assert "1961" not in text, name

    def test_leaves_with_a_date_when_days_are_asked_for(self, team, clinician):
        treated(team, clinician)

        texts = exported(team, since=date(2026, 2, 2), until=date(2026, 2, 2))

        assert len(lines(texts, "patients")) == 1
        assert {name: ISO_DATE.findall(text) for name, text in texts.items() if ISO_DATE.search(text)} == {}

    def test_leaves_with_a_true_date_when_dates_are_moved(self, team, clinician):
        procedure = treated(team, clinician)
        moved_by = timedelta(days=Pseudonyms(SECRET).days_moved(procedure.patient_id))

        texts = exported(team, in_days=False)

        (line,) = lines(texts, "procedures")
        assert line["started_on"] == (date(2026, 2, 2) + moved_by).isoformat() != "2026-02-02"
        (lab,) = lines(texts, "labs")
        assert lab["taken_on"] == (date(2026, 1, 30) + moved_by).isoformat()

    @pytest.mark.parametrize(("birth_year", "age"), [(1936, "90"), (1937, "89"), (1935, "90"), (1930, "90")])
    def test_older_than_89_is_found_by_the_age(self, team, clinician, birth_year, age):
        treated(team, clinician, birth_date=date(birth_year, 2, 2))

        assert lines(exported(team), "patients")[0]["age_years"] == age

    def test_older_than_89_is_found_by_the_age_of_an_assessment(self, team, clinician):
        procedure = treated(team, clinician)
        made = procedure.patient.assessments.get()
        Assessment.objects.filter(pk=made.pk).update(facts={**made.facts, "age_years": {"value": 97}})

        texts = exported(team)

        assert lines(texts, "assessments")[0]["age_years"] == "90"
        ages = [line for line in lines(texts, "assessment_facts") if line["fact"] == "age_years"]
        assert [(line["low"], line["high"]) for line in ages] == [("90", "90")]


class TestTables:
    def test_say_what_was_done_in_days_from_the_first_procedure(self, team, clinician):
        treated(team, clinician)

        texts = exported(team)

        (procedure,) = lines(texts, "procedures")
        assert (procedure["started_day"], procedure["modality"], procedure["air_kerma_mgy"]) == (
            "0", "TACE", "812.5",
        )  # fmt: skip
        assert [line["onset_day"] for line in lines(texts, "adverse_events")] == ["1"]
        assert [line["taken_day"] for line in lines(texts, "labs")] == ["-3"]
        assert [line["due_from_day"] for line in lines(texts, "reviews")] == ["28"]
        assert [line["treated_day"] for line in lines(texts, "prior_treatments")] == ["-63"]
        assert [(line["agent"], line["dose_mg"]) for line in lines(texts, "doses")] == [
            ("doxorubicin", "50.5")
        ]
        assert lines(texts, "angiography")[0]["arterial"] == "yes"

    def test_point_to_one_another_by_codes(self, team, clinician):
        treated(team, clinician)

        texts = exported(team)

        (procedure,), (target,) = lines(texts, "procedures"), lines(texts, "targets")
        (lesion,), (reading,) = lines(texts, "lesions"), lines(texts, "readings")
        assert target["procedure"] == procedure["procedure"]
        assert target["lesions"] == lesion["lesion"] == lines(texts, "lesion_readings")[0]["lesion"]
        assert reading["reader"] == procedure["operators"]
        assert {line["patient"] for line in (procedure, target, lesion, reading)} == {procedure["patient"]}

    def test_keep_words_of_their_lists_only(self, team, clinician):
        treated(team, clinician)

        texts = exported(team)

        assert lines(texts, "lesions")[0]["segments"] == "8"
        (decision,) = lines(texts, "decisions")
        assert (decision["clauses"], decision["options"]) == ("7.4", "surgery")

    def test_write_a_fact_that_is_a_range_as_both_its_ends(self, team, clinician):
        treated(team, clinician)

        texts = exported(team)

        assert lines(texts, "assessments")[0]["bilirubin_umol_per_l"] == ""
        assert lines(texts, "assessments")[0]["albumin_g_per_l"] == "38"
        by_fact = {line["fact"]: line for line in lines(texts, "assessment_facts")}
        assert (by_fact["bilirubin_umol_per_l"]["low"], by_fact["bilirubin_umol_per_l"]["high"]) == (
            "20",
            "25",
        )
        assert by_fact["inr"]["taken_from"] == ""
        assert by_fact["lesion_diameters_mm"]["choices"] == "44 27"

    def test_are_all_explained_by_the_dictionary(self, team, clinician):
        treated(team, clinician)

        texts = exported(team)

        explained = {(line["table"], line["column"]): line for line in lines(texts, "dictionary")}
        for name in texts:
            if name.endswith(".csv") and name != "dictionary.csv":
                header = next(csv.reader(io.StringIO(texts[name])))
                assert {(name[:-4], column) for column in header} <= set(explained), name
        assert explained["labs", "taken_day"]["unit"] == "days"
        assert explained["procedures", "air_kerma_mgy"]["unit"] == "mGy"
        assert explained["assessments", "bilirubin_umol_per_l"]["unit"] == "µmol/L"
        assert "cn-2011" in texts["README.txt"]

    def test_are_explained_in_english_whatever_the_language_of_the_team(self, team, clinician):
        with translation.override("zh-hans"):
            texts = exported(team)

        explained = {(line["table"], line["column"]): line for line in lines(texts, "dictionary")}
        assert "yes = Yes" in explained["patients", "hepatitis_b"]["codes"]


class TestWhoLeaves:
    def test_is_every_patient_with_a_signed_procedure(self, team, clinician):
        treated(team, clinician)
        ProcedureFactory(patient=PatientFactory(team=team), started_at=NOW, modality="TACE")
        PatientFactory(team=team)

        assert len(lines(exported(team), "patients")) == 1
        assert len(lines(exported(team, only_signed=False), "patients")) == 2

    def test_is_nobody_of_another_team(self, team, other_team, clinician):
        treated(other_team, clinician)

        assert lines(exported(team), "patients") == []

    def test_is_an_imported_case_without_any_date(self, team):
        patient = PatientFactory(team=team, ended_because="research_case")
        Assessment.objects.create(
            patient=patient, status="imported", created_at=NOW, saved_at=NOW,
            edition_settings=draft(PatientFactory(team=team), None).edition_settings,
        )  # fmt: skip

        texts = exported(team)

        assert [line["day_0_is"] for line in lines(texts, "patients")] == [""]
        assert [line["status"] for line in lines(texts, "assessments")] == ["imported"]

    @pytest.mark.parametrize(
        ("since", "until", "count"),
        [
            (date(2026, 2, 2), date(2026, 2, 2), 1),
            (date(2026, 2, 3), None, 0),
            (None, date(2026, 2, 1), 0),
            (date(2026, 2, 1), None, 1),
        ],
    )
    def test_is_narrowed_by_days_of_the_teams_own_clock(self, team, clinician, since, until, count):
        treated(team, clinician)

        assert len(lines(exported(team, since=since, until=until), "patients")) == count

    def test_is_narrowed_by_modality(self, team, clinician):
        treated(team, clinician)

        assert len(lines(exported(team, modality="TACE"), "patients")) == 1
        assert lines(exported(team, modality="TAI"), "patients") == []


class TestPseudonyms:
    def test_are_the_same_each_time_and_others_for_another_key(self):
        first, other = Pseudonyms(SECRET), Pseudonyms("other" * 8)

        assert first.code("patient", 7) == Pseudonyms(SECRET).code("patient", 7)
        assert first.code("patient", 7) != other.code("patient", 7)
        assert first.code("patient", 7) != first.code("person", 7)

    def test_move_every_patients_dates_and_never_by_nothing(self):
        made = Pseudonyms(SECRET)

        moved = {made.days_moved(number) for number in range(5000)}

        assert 0 not in moved
        assert (min(moved), max(moved)) == (-180, 180)
