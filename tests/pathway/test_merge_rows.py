"""Every row that hangs on a patient goes over in a merge or says why it stays; the database guards each of them."""

import pytest
from django.apps import apps
from django.db import connection, models

from pathway.merge import covered, undoing
from patients.models import Patient
from tests.house import sources


def with_key_to_patient() -> set[str]:
    """Return every row of ours with a key to a patient, the history of rows aside."""
    found = set()
    for model in apps.get_models():
        is_ours = model.__module__.split(".")[0] in sources.ROOMS and not hasattr(model, "history_id")
        keys = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
        if is_ours and any(key.related_model is Patient for key in keys):
            found.add(model._meta.label)
    return found


class TestEveryRow:
    def test_of_a_patient_is_covered(self):
        assert with_key_to_patient() == {*covered.MOVES, *covered.STAYS}

    def test_goes_over_or_stays_and_not_both(self):
        assert set(covered.MOVES) & set(covered.STAYS) == set()

    def test_that_goes_over_names_its_patient_so(self):
        for label in (*covered.MOVES, *covered.ONCE):
            assert covered.model_of(label)._meta.get_field("patient").related_model is Patient

    def test_that_is_unique_a_patient_is_thought_of(self):
        """A new rule of one a patient breaks a merge of two records that each have one: preview.py knows these."""
        unique = {
            f"{label}: {rule.name}"
            for label in covered.MOVES
            for rule in covered.model_of(label)._meta.constraints
            if isinstance(rule, models.UniqueConstraint) and "patient" in rule.fields
        }

        assert unique == {
            "assessments.Assessment: assessments_one_draft_a_patient",
            "followup.ImagingReview: followup_one_open_review_a_patient",
            "followup.Message: followup_patient_message_once_a_slot",
            "pathway.Discussion: pathway_discussed_once_a_meeting",
            "pathway.LetterDraft: pathway_one_open_draft_a_kind",
            "patients.Lesion: patients_lesion_number_once",
        }


class TestLinks:
    def test_know_what_rests_on_another_row_of_the_patient(self):
        found = {(link.model.__name__, link.target) for link in undoing.links()}

        assert {
            ("Procedure", "assessment"), ("Procedure", "planned_lesions"), ("TargetVessel", "lesions"),
            ("LesionReading", "lesion"), ("Decision", "next_review"), ("ImagingReview", "after_procedure"),
        } <= found  # fmt: skip


def triggers() -> set[str]:
    """Return the names of the database's triggers."""
    questions = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger",
    }
    with connection.cursor() as cursor:
        cursor.execute(questions[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
class TestGuards:
    """A migration that makes a table anew on SQLite takes its triggers away, and nobody notices."""

    def test_stand_on_every_table(self):
        tables = [covered.model_of(label)._meta.db_table for label in (*covered.MOVES, *covered.ONCE)]
        wanted = {f"{table}_merged_{ending}" for table in tables for ending in ("new", "moved")}

        wanted |= {f"{covered.model_of(label)._meta.db_table}_merged_sealed" for label in covered.ONCE}
        assert wanted - triggers() == set()

    def test_of_earlier_migrations_are_still_there(self):
        assert {"patients_patient_in_care", "followup_imagingreview_in_care"} <= triggers()
