"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cairn.governance.disclosure_log import guard


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        guard.install_record_guard(editor.connection, guard.FIRST_TABLES)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        guard.remove_record_guard(editor.connection, guard.FIRST_TABLES)


class Migration(migrations.Migration):

    replaces = [('disclosures', '0001_initial'), ('disclosures', '0002_guard'), ('disclosures', '0003_plain_labels')]

    initial = True

    dependencies = [
        ('partners', '0004_data_tools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Snapshot',
                    fields=[
                        ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ('sealed', models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name='DisclosureRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('disclosed', 'Disclosed'), ('used', 'Used internally'), ('put_out', 'De-identified figures released'), ('refused', 'Refused')], max_length=10, verbose_name='event')),
                        ('at', models.DateTimeField(verbose_name='date and time')),
                        ('on', models.DateField(verbose_name='as of')),
                        ('action', models.CharField(max_length=40, verbose_name='action')),
                        ('outcome', models.CharField(max_length=20, verbose_name='answer')),
                        ('purpose', models.CharField(blank=True, max_length=40, verbose_name='purpose')),
                        ('basis', models.CharField(blank=True, max_length=40, verbose_name='legal basis')),
                        ('interest', models.TextField(blank=True, verbose_name='legitimate interest')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('by_label', models.CharField(max_length=200)),
                        ('agreements', models.JSONField(default=list)),
                        ('elements', models.JSONField(default=list)),
                        ('withheld', models.JSONField(default=list)),
                        ('people', models.PositiveBigIntegerField(null=True, verbose_name='children')),
                        ('required_by_law', models.BooleanField(verbose_name='required by law')),
                        ('why', models.TextField(verbose_name='why')),
                        ('decision_id', models.CharField(max_length=64)),
                        ('ruleset', models.CharField(max_length=20)),
                        ('question', models.CharField(blank=True, max_length=80)),
                        ('facts', models.JSONField(default=dict)),
                        ('answer', models.CharField(max_length=64)),
                        ('children_digest', models.CharField(max_length=64)),
                        ('digest', models.CharField(max_length=64)),
                    ],
                    options={
                        'ordering': ('-at', '-pk'),
                        'indexes': [models.Index(fields=['at'], name='disclosures_by_time')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['disclosed', 'used', 'put_out', 'refused'])), name='disclosures_known_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='DisclosureParty',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='disclosures.disclosurerecord')),
                        ('side', models.CharField(choices=[('from', 'data owner'), ('to', 'recipient or requester')], max_length=4)),
                        ('organization', models.SlugField(max_length=60)),
                    ],
                    options={
                        'ordering': ('side', 'organization'),
                        'indexes': [models.Index(fields=['organization'], name='disclosures_by_party')],
                        'constraints': [models.UniqueConstraint(fields=('record', 'side', 'organization'), name='disclosures_one_line_a_party'), models.CheckConstraint(condition=models.Q(('side__in', ['from', 'to'])), name='disclosures_known_side')],
                    },
                ),
                migrations.CreateModel(
                    name='DisclosedChild',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='children', to='disclosures.disclosurerecord')),
                        ('child', models.CharField(max_length=32)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['child'], name='disclosures_by_child')],
                    },
                ),
                migrations.CreateModel(
                    name='RecordRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked_on', models.DateField(verbose_name='requested on')),
                        ('due_on', models.DateField(verbose_name='answer by')),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                    ],
                    options={
                        'ordering': ('due_on', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('asked_on'))), name='disclosures_due_after_asked')],
                    },
                ),
            ],
        ),
        migrations.RunPython(install, remove),
    ]
