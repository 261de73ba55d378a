"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('retention', '0001_initial'), ('retention', '0002_plain_labels'), ('retention', '0003_planned_files')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0004_data_tools'),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Demand',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('agreement', models.CharField(max_length=80, verbose_name='agreement')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('why', models.TextField(blank=True, verbose_name='reason')),
                        ('due_on', models.DateField(verbose_name='destroy by')),
                        ('demanded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('demanded_at', models.DateTimeField(verbose_name='requested')),
                        ('taken_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('taken_back_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                    ],
                    options={
                        'ordering': ('due_on', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('agreement', 'owner'), name='retention_one_standing_demand')],
                    },
                ),
                migrations.CreateModel(
                    name='DestructionRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('agreement', models.CharField(max_length=80, verbose_name='agreement')),
                        ('owner', models.SlugField(max_length=60, verbose_name='data owner')),
                        ('holders', models.JSONField(default=list)),
                        ('cause', models.CharField(choices=[('term', 'Retention period ended'), ('agreement_ended', 'Agreement ended'), ('terminated', 'Agreement terminated'), ('project_ended', 'Project ended'), ('demand', 'Requested by data owner'), ('revoked', 'Consent revoked')], max_length=20, verbose_name='reason')),
                        ('due_on', models.DateField(verbose_name='destroy by')),
                        ('state', models.CharField(choices=[('due', 'Due'), ('demanded', 'Requested by data owner'), ('running', 'In progress'), ('certified', 'Certified, awaiting data owner'), ('disputed', 'Disputed by data owner'), ('accepted', 'Accepted by data owner')], max_length=10, verbose_name='state')),
                        ('references', models.JSONField(default=list)),
                        ('done', models.JSONField(default=list)),
                        ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('begun_at', models.DateTimeField(verbose_name='started')),
                        ('decision_id', models.CharField(max_length=64)),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                        ('disputed_why', models.TextField(blank=True, verbose_name='reason for dispute')),
                        ('planned', models.JSONField(default=dict)),
                    ],
                    options={
                        'ordering': ('-begun_at', '-pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['due', 'demanded', 'running', 'certified', 'disputed', 'accepted'])), name='retention_known_state'), models.CheckConstraint(condition=models.Q(('cause__in', ['term', 'agreement_ended', 'terminated', 'project_ended', 'demand', 'revoked'])), name='retention_known_cause'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'disputed'), _negated=True), models.Q(('disputed_why', ''), _negated=True), _connector='OR'), name='retention_disputed_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='DestructionCertificate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='retention.destructionrun')),
                        ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                        ('content', models.JSONField()),
                        ('digest', models.CharField(max_length=64)),
                        ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('issued_at', models.DateTimeField(verbose_name='issued')),
                    ],
                    options={
                        'ordering': ('-issued_at', '-pk'),
                    },
                ),
            ],
        ),
    ]
