"""The queue's index, which holds no review of a patient whose course has ended.

Whether it has is a fact of another table, and an index cannot ask another table. The database keeps the copy itself,
by a trigger: whoever ends a course or takes the end back, by whatever way, moves the reviews with it.
"""

from django.db import migrations, models
from django.db.models import functions

REVIEW, PATIENT = "followup_imagingreview", "patients_patient"
GOES_ON = f"(SELECT ended_because = '' FROM {PATIENT} WHERE id = %s)"  # nosec B608

ON_POSTGRESQL = [
    f"""
    CREATE FUNCTION followup_in_care_of_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.in_care := {GOES_ON % 'NEW.patient_id'}; RETURN NEW; END $$
    """,  # nosec B608 - names of our own tables
    f"""
    CREATE TRIGGER {REVIEW}_in_care BEFORE INSERT ON {REVIEW}
    FOR EACH ROW EXECUTE FUNCTION followup_in_care_of_new()
    """,  # nosec B608 - names of our own tables
    f"""
    CREATE FUNCTION followup_in_care_of_patient() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN UPDATE {REVIEW} SET in_care = (NEW.ended_because = '') WHERE patient_id = NEW.id; RETURN NULL; END $$
    """,  # nosec B608 - names of our own tables
    f"""
    CREATE TRIGGER {PATIENT}_in_care AFTER UPDATE OF ended_because ON {PATIENT} FOR EACH ROW
    WHEN (OLD.ended_because IS DISTINCT FROM NEW.ended_because) EXECUTE FUNCTION followup_in_care_of_patient()
    """,  # nosec B608 - names of our own tables
]
OFF_POSTGRESQL = [
    f"DROP TRIGGER {REVIEW}_in_care ON {REVIEW}",
    f"DROP TRIGGER {PATIENT}_in_care ON {PATIENT}",
    "DROP FUNCTION followup_in_care_of_new()",
    "DROP FUNCTION followup_in_care_of_patient()",
]
ON_SQLITE = [
    f"""
    CREATE TRIGGER {REVIEW}_in_care AFTER INSERT ON {REVIEW} WHEN NOT {GOES_ON % 'NEW.patient_id'}
    BEGIN UPDATE {REVIEW} SET in_care = 0 WHERE id = NEW.id; END
    """,  # nosec B608 - names of our own tables
    f"""
    CREATE TRIGGER {PATIENT}_in_care AFTER UPDATE OF ended_because ON {PATIENT}
    WHEN OLD.ended_because <> NEW.ended_because
    BEGIN UPDATE {REVIEW} SET in_care = (NEW.ended_because = '') WHERE patient_id = NEW.id; END
    """,  # nosec B608 - names of our own tables
]
COVERED = [
    "id", "due_from", "due_to", "done_on", "read_at", "owner", "booked_for", "done_modality", "booked_modality",
    "is_elsewhere", "patient",
]  # fmt: skip
OFF_SQLITE = [f"DROP TRIGGER {REVIEW}_in_care", f"DROP TRIGGER {PATIENT}_in_care"]


def keep_in_care(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    ended = apps.get_model("patients", "Patient").objects.exclude(ended_because="")
    apps.get_model("followup", "ImagingReview").objects.filter(patient__in=ended).update(in_care=False)
    for statement in ON_SQLITE if is_sqlite else ON_POSTGRESQL:
        schema_editor.execute(statement, params=None)


def keep_no_more(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in OFF_SQLITE if is_sqlite else OFF_POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("followup", "0002_seals"), ("patients", "0002_lost_to_follow_up")]

    operations = [
        migrations.AddField(
            model_name="imagingreview",
            name="in_care",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.RunPython(keep_in_care, keep_no_more),
        migrations.AddIndex(
            model_name="imagingreview",
            index=models.Index(
                models.F("team"),
                functions.Coalesce("done_on", "due_to"),
                *map(models.F, COVERED),
                condition=models.Q(("closed_at", None), ("in_care", True)),
                name="followup_queue",
            ),
        ),
    ]
