"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('dashboards', '0001_targets'), ('dashboards', '0002_group_targets_and_factors'), ('dashboards', '0003_figure_questions'), ('dashboards', '0004_saved_views_and_expected_figures')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('releases', '0007_extracts'),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Target',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('outcome', models.CharField(max_length=60, verbose_name='outcome')),
                        ('baseline_year', models.CharField(max_length=9, verbose_name='begins with the figure of')),
                        ('baseline', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='share then, percent')),
                        ('target_year', models.CharField(max_length=9, verbose_name='to be reached in')),
                        ('percent', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='share to be reached, percent')),
                        ('agreed_by', models.CharField(max_length=200, verbose_name='who agreed')),
                        ('agreed_on', models.DateField(verbose_name='agreed on')),
                        ('context', models.TextField(verbose_name='what is to be done')),
                        ('edition', models.PositiveSmallIntegerField(default=1)),
                        ('set_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_why', models.TextField(blank=True, verbose_name='why it ended')),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='releases.release')),
                        ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to=settings.AUTH_USER_MODEL)),
                        ('baseline_high', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='highest share then, percent')),
                        ('group', models.JSONField(blank=True, default=dict, verbose_name='children')),
                    ],
                    options={
                        'ordering': ('outcome', 'target_year', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='dashboards_target_is_a_share'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('ended_why', ''), _negated=True), _connector='OR'), name='dashboards_ended_target_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='ContributingFactor',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('outcome', models.CharField(max_length=60, verbose_name='outcome')),
                        ('factor', models.CharField(max_length=60, verbose_name='contributing factor')),
                        ('reason', models.TextField(verbose_name='why it contributes')),
                        ('named_at', models.DateTimeField()),
                        ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('outcome', 'pk'),
                        'constraints': [models.UniqueConstraint(fields=('outcome', 'factor'), name='dashboards_factor_named_once'), models.CheckConstraint(condition=models.Q(('outcome', models.F('factor')), _negated=True), name='dashboards_factor_of_another')],
                    },
                ),
                migrations.CreateModel(
                    name='FigureQuestion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('token', models.CharField(max_length=64, unique=True)),
                        ('outcome', models.CharField(blank=True, max_length=60)),
                        ('query', models.CharField(blank=True, max_length=1200)),
                        ('wish', models.TextField()),
                        ('sealed_contact', models.BinaryField(null=True)),
                        ('language', models.CharField(max_length=2)),
                        ('asked_at', models.DateTimeField()),
                        ('state', models.CharField(choices=[('open', 'Waiting for an answer'), ('planned', 'Planned'), ('answered', 'Answered'), ('declined', 'Declined')], default='open', max_length=10)),
                        ('answer', models.TextField(blank=True)),
                        ('link', models.CharField(blank=True, max_length=300)),
                        ('change', models.TextField(blank=True)),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('-asked_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='ExpectedFigure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('outcome', models.CharField(max_length=60, unique=True, verbose_name='outcome')),
                        ('due_on', models.DateField(verbose_name='expected on')),
                        ('set_at', models.DateTimeField()),
                        ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('due_on', 'outcome'),
                    },
                ),
                migrations.CreateModel(
                    name='FigureSubscription',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=60, unique=True)),
                        ('named_until', models.DateTimeField()),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                ),
                migrations.CreateModel(
                    name='SavedView',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='name of the view')),
                        ('address', models.CharField(max_length=600)),
                        ('saved_at', models.DateTimeField()),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('name', 'pk'),
                        'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='dashboards_view_name_once')],
                    },
                ),
            ],
        ),
    ]
