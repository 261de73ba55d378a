"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('indicators', '0001_initial'), ('indicators', '0002_writers')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0004_data_tools'),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='IndicatorVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('indicator', models.CharField(max_length=40, verbose_name='ID')),
                        ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('definition', models.TextField(verbose_name='definition')),
                        ('written_at', models.DateTimeField(verbose_name='written')),
                        ('counted', models.CharField(blank=True, max_length=90)),
                        ('agreements', models.JSONField(blank=True, default=list)),
                        ('previewed_at', models.DateTimeField(blank=True, null=True, verbose_name='previewed')),
                        ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved')),
                        ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicator_versions', to='partners.organization')),
                        ('writers', models.JSONField(blank=True, default=list)),
                    ],
                    options={
                        'ordering': ('indicator', '-version'),
                        'constraints': [models.UniqueConstraint(fields=('indicator', 'version'), name='indicators_one_row_a_version'), models.UniqueConstraint(condition=models.Q(('approved_at__isnull', True)), fields=('indicator',), name='indicators_one_draft'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('counted', ''), _negated=True)), _connector='OR'), name='indicators_approved_after_preview')],
                    },
                ),
            ],
        ),
    ]
