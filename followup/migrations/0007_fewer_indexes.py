"""Takes indexes away that no question needs: each repeats the index of its foreign key, with an order after it.

Of one review or one patient there are a few rows, which are sorted in no time; with a million events the indexes cost
every write and 35 MB (docs/scale.md).
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0006_gateway_secret_encrypted")]

    operations = [
        migrations.RemoveIndex(model_name="imagingreview", name="followup_review_by_patient"),
        migrations.RemoveIndex(model_name="reviewevent", name="followup_event_by_review"),
        migrations.RemoveIndex(model_name="contact", name="followup_contact_by_review"),
        migrations.RemoveIndex(model_name="contact", name="followup_contact_by_patient"),
        migrations.RemoveIndex(model_name="reading", name="followup_reading_by_review"),
    ]
