"""The database's own seals: what was signed and what was done to a review are never changed."""

from django.db import migrations

SEALED = {
    "followup_signedreading": "a signed reading is never changed",
    "followup_reviewevent": "an event of a review is never changed",
}
FUNCTION = """
CREATE FUNCTION followup_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$
"""


def seal(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        schema_editor.execute(FUNCTION, params=None)
    for table, words in SEALED.items():
        body = (
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            if is_sqlite
            else f"FOR EACH ROW EXECUTE FUNCTION followup_refuse_change('{words}')"
        )
        schema_editor.execute(f"CREATE TRIGGER {table}_sealed BEFORE UPDATE ON {table} {body}", params=None)


def unseal(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in SEALED:
        on_table = "" if is_sqlite else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER {table}_sealed{on_table}", params=None)
    if not is_sqlite:
        schema_editor.execute("DROP FUNCTION followup_refuse_change()", params=None)


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial")]

    operations = [migrations.RunPython(seal, unseal)]
