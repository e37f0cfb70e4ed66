"""The reference rows that every database begins with, each with the first entry of its history."""

from django.db import migrations
from django.utils import timezone

from guidelines import reference

REASON = "Came with the product."


def load(apps, schema_editor):
    at = timezone.now()
    for row in reference.AGENTS:
        keep(apps, "Agent", dict(row), at)
    for row in reference.MATERIALS:
        keep(apps, "EmbolicMaterial", dict(row), at)
    arteries = apps.get_model("procedures", "Artery").objects
    for row in reference.ARTERIES:
        parent = arteries.get(code=row["parent"]) if row["parent"] else None
        keep(apps, "Artery", {**row, "parent": parent}, at)


def keep(apps, name, values, at):
    """Write the row and its first version: the models of a migration keep no history by themselves."""
    model, history = apps.get_model("procedures", name), apps.get_model("procedures", f"Historical{name}")
    made = model.objects.create(**values)
    columns = {field.attname: getattr(made, field.attname) for field in model._meta.concrete_fields}
    history.objects.create(**columns, history_type="+", history_date=at, history_change_reason=REASON)


def unload(apps, schema_editor):
    """Take away what nobody chose; a row in use is protected and stops this."""
    for name in ("Artery", "EmbolicMaterial", "Agent"):
        apps.get_model("procedures", f"Historical{name}").objects.all().delete()
    for row in apps.get_model("procedures", "Artery").objects.order_by("-order"):
        row.delete()
    for name in ("EmbolicMaterial", "Agent"):
        apps.get_model("procedures", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_seals")]

    operations = [migrations.RunPython(load, unload)]
