"""Says of records that were open for an amendment before amendments were kept who opened them, and who began."""

from django.db import migrations


def tell(apps, schema_editor):
    entries = apps.get_model("accounts", "AuditEntry").objects.filter(kind="change").order_by("-at", "-pk")
    amendments = apps.get_model("procedures", "Amendment").objects
    begun = apps.get_model("procedures", "Procedure").objects.filter(started_at__isnull=False)
    for row in begun.filter(started_by=None):
        entry = entries.filter(patient_id=row.patient_id, what="procedures.start", at=row.started_at).first()
        if entry:
            row.started_by_id = entry.by_id
            row.save()
    for row in begun.filter(signed_at=None, versions__isnull=False, amendments=None).distinct():
        entry = entries.filter(patient_id=row.patient_id, what="procedures.open_amendment").first()
        row.amendment_opened_at = entry.at if entry else row.saved_at
        row.save()
        amendments.create(
            procedure=row, opened_at=row.amendment_opened_at, opened_by_id=entry.by_id if entry else None
        )


class Migration(migrations.Migration):
    dependencies = [("procedures", "0004_amendments"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
