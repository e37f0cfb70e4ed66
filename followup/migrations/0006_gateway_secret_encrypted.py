"""The secret of a team's gateway is kept as the vault wrote it, which takes more room; what stood open is closed."""

from django.db import migrations, models

from accounts import vault

TABLES = ("FollowUpSettings", "HistoricalFollowUpSettings")


def column():
    return models.CharField(
        blank=True, max_length=255, verbose_name="secret that signs what is sent there, encrypted"
    )


def encrypt(apps, schema_editor):
    """One secret is encrypted once: the history tells a new one by its being another."""
    written: dict[str, str] = {}
    for name in TABLES:
        model = apps.get_model("followup", name)
        for row in model.objects.exclude(webhook_secret=""):  # nosec B106
            kept = written.setdefault(row.webhook_secret, vault.encrypt(row.webhook_secret))
            model.objects.filter(pk=row.pk).update(webhook_secret=kept)


class Migration(migrations.Migration):
    dependencies = [("followup", "0005_imported_outcomes")]

    operations = [
        *(migrations.AlterField(name.lower(), "webhook_secret", column()) for name in TABLES),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
    ]
