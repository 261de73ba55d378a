"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cairn.platform.audit import guard


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        guard.install_append_only_triggers(editor.connection)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        guard.remove_append_only_triggers(editor.connection)


class Migration(migrations.Migration):

    replaces = [('audit', '0001_initial'), ('audit', '0002_guard')]

    initial = True

    dependencies = [
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='AuditLine',
                    fields=[
                        ('sequence', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('event', models.CharField(max_length=80, verbose_name='event')),
                        ('subject_kind', models.CharField(max_length=80)),
                        ('subject_id', models.CharField(max_length=80)),
                        ('actor_id', models.CharField(blank=True, max_length=40)),
                        ('actor_label', models.CharField(max_length=200)),
                        ('decision_id', models.CharField(blank=True, max_length=64)),
                        ('outcome', models.CharField(blank=True, max_length=20)),
                        ('codes', models.JSONField(default=list)),
                        ('detail', models.JSONField(default=dict)),
                        ('previous', models.CharField(max_length=64)),
                        ('hash', models.CharField(max_length=64, unique=True)),
                    ],
                    options={
                        'ordering': ('sequence',),
                        'indexes': [models.Index(fields=['subject_kind', 'subject_id'], name='audit_by_subject'), models.Index(fields=['event'], name='audit_by_event')],
                    },
                ),
                migrations.CreateModel(
                    name='ChainHead',
                    fields=[
                        ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ('sequence', models.PositiveBigIntegerField(default=0)),
                        ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                        ('seal', models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='audit_one_head')],
                    },
                ),
                migrations.CreateModel(
                    name='Work',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=80)),
                        ('subject', models.CharField(max_length=160)),
                        ('step', models.CharField(blank=True, max_length=120)),
                        ('done', models.PositiveBigIntegerField(default=0)),
                        ('total', models.PositiveBigIntegerField(default=0)),
                        ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('stopped', 'Stopped')], default='running', max_length=10)),
                        ('message', models.TextField(blank=True)),
                        ('by_id', models.CharField(blank=True, max_length=40)),
                        ('by_label', models.CharField(blank=True, max_length=200)),
                        ('started', models.DateTimeField()),
                        ('updated', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('kind', 'subject'), name='audit_one_work_a_subject')],
                    },
                ),
            ],
        ),
        migrations.RunPython(install, remove),
    ]
