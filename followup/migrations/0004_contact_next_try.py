"""The index by which the calendar finds the calls of a month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("followup", "0003_queue")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["next_try_on"],
                condition=models.Q(("next_try_on__isnull", False)),
                name="followup_contact_next_try",
            ),
        ),
    ]
