"""What a merged record says of the disease and the risks is not changed any more.

The record that took it over says it now. Whoever had the form open before the merge would write where nobody reads.
"""

from django.db import migrations

REFUSED = "this record was merged into another"
TABLES = ("patients_diagnosis", "patients_standingrisks")
IS_MERGED = "EXISTS (SELECT 1 FROM patients_patient WHERE id = OLD.patient_id AND merged_into_id IS NOT NULL)"


def seal(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in TABLES:
        body = (
            f"WHEN {IS_MERGED} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            if is_sqlite
            else "FOR EACH ROW EXECUTE FUNCTION pathway_refuse_merged()"
        )
        schema_editor.execute(f"CREATE TRIGGER {table}_merged_sealed BEFORE UPDATE ON {table} {body}", params=None)


def unseal(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in TABLES:
        on_table = "" if is_sqlite else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER {table}_merged_sealed{on_table}", params=None)


class Migration(migrations.Migration):
    dependencies = [("pathway", "0006_registry")]

    operations = [migrations.RunPython(seal, unseal)]
