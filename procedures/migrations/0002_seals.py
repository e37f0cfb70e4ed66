"""The database's own seal on what was signed."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER procedures_signed_version_sealed BEFORE UPDATE ON procedures_signedversion
BEGIN SELECT RAISE(ABORT, 'a signed version is never changed'); END
"""
SQLITE_UNDO = "DROP TRIGGER procedures_signed_version_sealed"
POSTGRESQL = """
CREATE FUNCTION procedures_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER procedures_signed_version_sealed BEFORE UPDATE ON procedures_signedversion
FOR EACH ROW EXECUTE FUNCTION procedures_refuse_change('a signed version is never changed');
"""
POSTGRESQL_UNDO = """
DROP TRIGGER procedures_signed_version_sealed ON procedures_signedversion;
DROP FUNCTION procedures_refuse_change();
"""


def seal(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(SQLITE if is_sqlite else POSTGRESQL, params=None)


def unseal(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(SQLITE_UNDO if is_sqlite else POSTGRESQL_UNDO, params=None)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [migrations.RunPython(seal, unseal)]
