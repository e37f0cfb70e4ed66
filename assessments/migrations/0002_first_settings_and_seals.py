"""Settings version 1 (the engine's defaults), and the database's own seal on what was signed or published."""

from datetime import date

from django.db import migrations
from django.utils import timezone

REASON = "The engine's defaults for the numbers that the source leaves open."

SQLITE = """
CREATE TRIGGER assessments_signed_version_sealed BEFORE UPDATE ON assessments_signedversion
BEGIN SELECT RAISE(ABORT, 'a signed version is never changed'); END;
CREATE TRIGGER assessments_edition_sealed BEFORE UPDATE ON assessments_editionsettings
WHEN OLD.effective_from IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'published settings are never changed'); END;
"""
SQLITE_UNDO = """
DROP TRIGGER assessments_signed_version_sealed;
DROP TRIGGER assessments_edition_sealed;
"""
POSTGRESQL = """
CREATE FUNCTION assessments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER assessments_signed_version_sealed BEFORE UPDATE ON assessments_signedversion
FOR EACH ROW EXECUTE FUNCTION assessments_refuse_change('a signed version is never changed');
CREATE TRIGGER assessments_edition_sealed BEFORE UPDATE ON assessments_editionsettings
FOR EACH ROW WHEN (OLD.effective_from IS NOT NULL)
EXECUTE FUNCTION assessments_refuse_change('published settings are never changed');
"""
POSTGRESQL_UNDO = """
DROP TRIGGER assessments_signed_version_sealed ON assessments_signedversion;
DROP TRIGGER assessments_edition_sealed ON assessments_editionsettings;
DROP FUNCTION assessments_refuse_change();
"""


def publish_first_settings(apps, schema_editor):
    apps.get_model("assessments", "EditionSettings").objects.get_or_create(
        version=1,
        defaults={"reason": REASON, "drafted_at": timezone.now(), "effective_from": date(2011, 1, 1)},
    )


def seal(apps, schema_editor):
    run_script(schema_editor, SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def unseal(apps, schema_editor):
    run_script(schema_editor, SQLITE_UNDO if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_UNDO)


def run_script(schema_editor, script):
    """SQLite takes one statement at a time; each of ours ends at a line that ends with a semicolon outside a body."""
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(script, params=None)
        return
    for statement in script.strip().replace("END;\n", "END;\0").replace("sealed;\n", "sealed;\0").split("\0"):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        migrations.RunPython(publish_first_settings, migrations.RunPython.noop),
        migrations.RunPython(seal, unseal),
    ]
