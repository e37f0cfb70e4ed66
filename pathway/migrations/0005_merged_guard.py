"""The database's own guard: nothing new hangs on a record that was merged away, and such a record says into which.

Whoever had the record open before the merge, and sends a form after it, would write a row that nobody sees again; only
the database sees both. On PostgreSQL the guard waits for a merge that is under way. A review that moves takes over
whether its new patient is in care, as a new one does (followup 0003).
"""

from django.db import migrations

REFUSED = "this record was merged into another"
PATIENT, REVIEW = "patients_patient", "followup_imagingreview"
GUARDED = (
    "patients_diagnosis", "patients_lesion", "patients_labresult", "patients_priortreatment", "patients_allergy",
    "patients_standingrisks", "patients_task", "assessments_assessment", "procedures_procedure", REVIEW,
    "followup_contact", "followup_message", "followup_reminder", "followup_importedoutcome", "pathway_discussion",
    "pathway_letterdraft", "pathway_letter",
)  # fmt: skip
IS_TOGETHER = "(merged_into_id IS NULL) = (ended_because <> 'merged')"
ON_POSTGRESQL = [
    f"ALTER TABLE {PATIENT} ADD CONSTRAINT {PATIENT}_merged_into_one CHECK ({IS_TOGETHER} AND merged_into_id <> id)",
    f"""
    CREATE FUNCTION pathway_refuse_merged() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE into_id bigint;
    BEGIN
        SELECT merged_into_id INTO into_id FROM {PATIENT} WHERE id = NEW.patient_id FOR KEY SHARE;
        IF into_id IS NOT NULL THEN
            RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,  # nosec B608 - names of our own tables
    f"""
    CREATE TRIGGER {REVIEW}_in_care_moved BEFORE UPDATE OF patient_id ON {REVIEW}
    FOR EACH ROW EXECUTE FUNCTION followup_in_care_of_new()
    """,
]
OFF_POSTGRESQL = [
    f"ALTER TABLE {PATIENT} DROP CONSTRAINT {PATIENT}_merged_into_one",
    f"DROP TRIGGER {REVIEW}_in_care_moved ON {REVIEW}",
]
ON_SQLITE = [
    *(
        f"""
        CREATE TRIGGER {PATIENT}_merged_{event} BEFORE {when} ON {PATIENT}
        WHEN (NEW.merged_into_id IS NULL) <> (NEW.ended_because <> 'merged') OR NEW.merged_into_id = NEW.id
        BEGIN SELECT RAISE(ABORT, 'a merged record says into which'); END
        """
        for event, when in (("new", "INSERT"), ("changed", "UPDATE OF merged_into_id, ended_because"))
    ),
    f"""
    CREATE TRIGGER {REVIEW}_in_care_moved AFTER UPDATE OF patient_id ON {REVIEW} WHEN OLD.patient_id <> NEW.patient_id
    BEGIN UPDATE {REVIEW} SET in_care = (SELECT ended_because = '' FROM {PATIENT} WHERE id = NEW.patient_id)
    WHERE id = NEW.id; END
    """,  # nosec B608 - names of our own tables
]
OFF_SQLITE = [
    f"DROP TRIGGER {PATIENT}_merged_new", f"DROP TRIGGER {PATIENT}_merged_changed",
    f"DROP TRIGGER {REVIEW}_in_care_moved",
]  # fmt: skip
IS_MERGED = f"EXISTS (SELECT 1 FROM {PATIENT} WHERE id = NEW.patient_id AND merged_into_id IS NOT NULL)"  # nosec B608


def guards(*, is_sqlite):
    """Yield for each table what refuses a new row, and an old one that is moved there."""
    for table in GUARDED:
        for event, ending in (("INSERT", "new"), ("UPDATE OF patient_id", "moved")):
            is_move = ending == "moved"
            if is_sqlite:
                when = f"OLD.patient_id IS NOT NEW.patient_id AND {IS_MERGED}" if is_move else IS_MERGED
                body = f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            else:
                when = "WHEN (OLD.patient_id IS DISTINCT FROM NEW.patient_id)" if is_move else ""
                body = f"FOR EACH ROW {when} EXECUTE FUNCTION pathway_refuse_merged()"
            yield f"CREATE TRIGGER {table}_merged_{ending} BEFORE {event} ON {table} {body}"


def guard(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in [*(ON_SQLITE if is_sqlite else ON_POSTGRESQL), *guards(is_sqlite=is_sqlite)]:
        schema_editor.execute(statement, params=None)


def guard_no_more(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in GUARDED:
        for ending in ("new", "moved"):
            on_table = "" if is_sqlite else f" ON {table}"
            schema_editor.execute(f"DROP TRIGGER {table}_merged_{ending}{on_table}", params=None)
    for statement in OFF_SQLITE if is_sqlite else OFF_POSTGRESQL:
        schema_editor.execute(statement, params=None)
    if not is_sqlite:
        schema_editor.execute("DROP FUNCTION pathway_refuse_merged()", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0002_first_settings_and_seals"),
        ("followup", "0007_fewer_indexes"),
        ("pathway", "0004_merges"),
        ("patients", "0003_merged_into"),
        ("procedures", "0006_to_sign"),
    ]

    operations = [migrations.RunPython(guard, guard_no_more)]
