"""Drafts of the edition's settings, their dry runs, and what becomes of them.

SQLite rebuilds the table for a constraint and drops its seal with the old one: the seal is taken off before and set
again after.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQLITE = """
CREATE TRIGGER assessments_edition_sealed BEFORE UPDATE ON assessments_editionsettings
WHEN OLD.effective_from IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'published settings are never changed'); END
"""


def take_seal_off(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS assessments_edition_sealed", params=None)


def seal_again(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('assessments', '0002_first_settings_and_seals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_seal_off, seal_again),
        migrations.CreateModel(
            name='EditionDryRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draft_digest', models.CharField(max_length=64)),
                ('engine_version', models.CharField(max_length=40)),
                ('counts', models.JSONField(default=dict)),
                ('run_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='EditionFlip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('assessment', 'Assessment'), ('reading', 'Reading')], max_length=10)),
                ('kind', models.CharField(choices=[('verdict', 'Another answer'), ('conditions', 'Other conditions only'), ('not_recorded', 'Cannot be told: a fact was not recorded'), ('not_asked', 'Not asked then: the fact was added later')], max_length=12)),
                ('record_id', models.PositiveBigIntegerField()),
                ('patient_id', models.PositiveBigIntegerField()),
                ('on', models.DateField(null=True)),
                ('state', models.CharField(blank=True, max_length=18)),
                ('before', models.CharField(max_length=32)),
                ('after', models.CharField(max_length=32)),
                ('clauses', models.JSONField(default=list)),
                ('conditions', models.JSONField(default=list)),
                ('missing', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='editionsettings',
            name='based_on',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.editionsettings'),
        ),
        migrations.AddField(
            model_name='editionsettings',
            name='discarded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='editionsettings',
            name='discarded_because',
            field=models.CharField(blank=True, max_length=300, verbose_name='why it is discarded'),
        ),
        migrations.AddField(
            model_name='editionsettings',
            name='discarded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='editionsettings',
            constraint=models.CheckConstraint(condition=models.Q(('version', 1), models.Q(('approved_by', None), ('effective_from', None)), models.Q(('approved_by__isnull', False), ('effective_from__isnull', False)), _connector='OR'), name='assessments_edition_published_is_approved'),
        ),
        migrations.AddConstraint(
            model_name='editionsettings',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('discarded_at', None), ('discarded_because', ''), ('discarded_by', None)), models.Q(('discarded_at__isnull', False), ('discarded_by__isnull', False), ('effective_from', None), models.Q(('discarded_because', ''), _negated=True)), _connector='OR'), name='assessments_edition_discarded_who_when_why'),
        ),
        migrations.AddConstraint(
            model_name='editionsettings',
            constraint=models.UniqueConstraint(condition=models.Q(('discarded_at', None), ('effective_from', None)), fields=('edition',), name='assessments_edition_one_draft'),
        ),
        migrations.AddField(
            model_name='editiondryrun',
            name='compared_with',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.editionsettings'),
        ),
        migrations.AddField(
            model_name='editiondryrun',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dry_runs', to='assessments.editionsettings'),
        ),
        migrations.AddField(
            model_name='editiondryrun',
            name='run_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='editionflip',
            name='dry_run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flips', to='assessments.editiondryrun'),
        ),
        migrations.AddField(
            model_name='editionflip',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team'),
        ),
        migrations.AddIndex(
            model_name='editionflip',
            index=models.Index(fields=['dry_run', 'kind'], name='assessments_flips_of_run'),
        ),
        migrations.RunPython(seal_again, take_seal_off),
    ]
