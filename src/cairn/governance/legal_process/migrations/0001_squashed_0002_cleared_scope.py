"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('legal_process', '0001_initial'), ('legal_process', '0002_cleared_scope')]

    initial = True

    dependencies = [
        ('partners', '0004_data_tools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='LegalProcess',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legal_processes', to='partners.organization')),
                        ('kind', models.CharField(choices=[('subpoena', 'Subpoena of a court or grand jury'), ('court_order', 'Court order'), ('judicial_warrant', 'Warrant signed by a judge'), ('administrative_subpoena', 'Subpoena of an agency'), ('administrative_warrant', 'Warrant of an agency, without a judge (such as an immigration warrant)'), ('other_demand', 'Other demand or letter')], max_length=30, verbose_name='kind')),
                        ('issuer', models.CharField(max_length=160, verbose_name='issued by')),
                        ('sealed', models.BinaryField(verbose_name='what it asks for, sealed')),
                        ('issued_on', models.DateField(verbose_name='issued')),
                        ('received_on', models.DateField(verbose_name='received')),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='due')),
                        ('secrecy', models.CharField(blank=True, max_length=200, verbose_name='order that forbids notice')),
                        ('state', models.CharField(choices=[('on_hold', 'On hold for counsel'), ('cleared', 'Counsel: comply'), ('contested', 'Counsel: contest'), ('disclosed', 'Disclosed'), ('withdrawn', 'Withdrawn')], default='on_hold', max_length=12, verbose_name='status')),
                        ('effort_on', models.DateField(blank=True, null=True, verbose_name='effort to notify')),
                        ('effort', models.CharField(blank=True, max_length=400, verbose_name='how the family was notified')),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_on', models.DateField(blank=True, null=True, verbose_name='counsel decided')),
                        ('reason', models.TextField(blank=True, verbose_name="counsel's reason")),
                        ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('sealed_students', models.BinaryField(default=bytes, verbose_name='students, sealed')),
                        ('disclosed_on', models.DateField(blank=True, null=True, verbose_name='disclosed')),
                        ('disclosed', models.TextField(blank=True, verbose_name='what was disclosed')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'verbose_name_plural': 'legal processes',
                        'ordering': ('-received_on', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='PublicRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_requests', to='partners.organization')),
                        ('requester', models.CharField(max_length=160, verbose_name='requested by')),
                        ('asked', models.TextField(verbose_name='what is requested')),
                        ('level', models.CharField(choices=[('figures', 'Figures about students'), ('individual', 'Education records of individual students'), ('other_records', 'Other records, such as agreements or minutes')], max_length=20, verbose_name='about')),
                        ('law', models.CharField(max_length=160, verbose_name='law')),
                        ('received_on', models.DateField(verbose_name='received')),
                        ('due_on', models.DateField(verbose_name='due')),
                        ('state', models.CharField(choices=[('open', 'Open'), ('released', 'Released'), ('denied', 'Denied'), ('withdrawn', 'Withdrawn')], default='open', max_length=12, verbose_name='status')),
                        ('answer', models.TextField(blank=True, verbose_name='answer')),
                        ('exemption', models.CharField(blank=True, max_length=200, verbose_name='exemption')),
                        ('is_deidentified', models.BooleanField(default=False, verbose_name='passed disclosure review')),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_on', models.DateField(blank=True, null=True, verbose_name='answered')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'ordering': ('due_on', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('received_on'))), name='legal_process_due_after_received')],
                    },
                ),
            ],
        ),
    ]
