"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('families', '0001_initial'), ('families', '0002_amendment_requests'), ('families', '0003_copy_exclusions'), ('families', '0004_amendment_requesters'), ('families', '0005_contested_part'), ('families', '0006_programs_and_copies'), ('families', '0007_program_copies')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('consents', '0007_tax_evidence'),
        ('partners', '0004_data_tools'),
        ('programs', '0003_online_registration'),
        ('programs', '0014_group_offers'),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='LetterRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_runs', to='partners.organization')),
                        ('printed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('printed_at', models.DateTimeField(verbose_name='printed')),
                        ('expires_on', models.DateField(verbose_name='codes count through')),
                    ],
                    options={
                        'ordering': ('-printed_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Letter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='families.letterrun')),
                        ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='consents.child')),
                        ('code', models.CharField(max_length=64, unique=True, verbose_name='keyed hash of the code')),
                        ('language', models.CharField(max_length=8, verbose_name='language')),
                        ('expires_on', models.DateField(verbose_name='counts through')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                        ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='last opened')),
                    ],
                    options={
                        'ordering': ('pk',),
                    },
                ),
                migrations.CreateModel(
                    name='WrongCodes',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('of', models.CharField(max_length=64, verbose_name='keyed hash of what is counted')),
                        ('window', models.BigIntegerField(db_index=True, verbose_name='which ten minutes')),
                        ('wrong', models.PositiveIntegerField(default=0, verbose_name='wrong codes')),
                    ],
                    options={
                        'verbose_name_plural': 'wrong codes',
                        'ordering': ('pk',),
                        'constraints': [models.UniqueConstraint(fields=('of', 'window'), name='families_one_count_a_window')],
                    },
                ),
                migrations.CreateModel(
                    name='AmendmentRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendment_requests', to='consents.child')),
                        ('state', models.CharField(default='requested', max_length=20, verbose_name='status')),
                        ('sealed', models.BinaryField(verbose_name='who asks, and for what change, sealed')),
                        ('letter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendment_requests', to='families.letter')),
                        ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('scan', models.CharField(blank=True, max_length=64, verbose_name='scan')),
                        ('scan_key', models.CharField(blank=True, max_length=120, verbose_name='key of the scan, wrapped')),
                        ('scan_type', models.CharField(blank=True, max_length=40, verbose_name='kind of file')),
                        ('asked_at', models.DateTimeField(verbose_name='asked')),
                        ('asked_on', models.DateField(verbose_name='asked on')),
                        ('due_on', models.DateField(verbose_name='decide by')),
                        ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided')),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('sealed_decision', models.BinaryField(default=bytes, verbose_name='decision and reason, sealed')),
                        ('hearing_asked_on', models.DateField(blank=True, null=True, verbose_name='hearing requested')),
                        ('hearing_due_on', models.DateField(blank=True, null=True, verbose_name='hold the hearing by')),
                        ('hearing_on', models.DateField(blank=True, null=True, verbose_name='hearing')),
                        ('hearing_notified_on', models.DateField(blank=True, null=True, verbose_name='family notified')),
                        ('has_impartial_officer', models.BooleanField(default=False, verbose_name='officer has no interest')),
                        ('sealed_hearing', models.BinaryField(default=bytes, verbose_name='officer, time and place, sealed')),
                        ('hearing_decided_on', models.DateField(blank=True, null=True, verbose_name='decided after the hearing')),
                        ('hearing_decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('sealed_hearing_decision', models.BinaryField(default=bytes, verbose_name='written decision, sealed')),
                        ('contested', models.JSONField(default=list, verbose_name='contested part')),
                        ('statement_on', models.DateField(blank=True, null=True, verbose_name='statement placed')),
                        ('sealed_statement', models.BinaryField(default=bytes, verbose_name='statement, sealed')),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                    ],
                    options={
                        'ordering': ('asked_on', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'amended', 'refused', 'hearing_requested', 'hearing_scheduled', 'upheld', 'statement_placed', 'withdrawn'])), name='families_known_amendment_state'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('asked_on'))), name='families_amendment_due_after_asked')],
                    },
                ),
                migrations.CreateModel(
                    name='ProgramAccessStatement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('shown', models.BooleanField(verbose_name='families read the record')),
                        ('service', models.CharField(blank=True, max_length=30, verbose_name='protected service')),
                        ('stated_at', models.DateTimeField(verbose_name='stated')),
                        ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programs.program')),
                        ('stated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('-stated_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='CopyRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copy_requests', to='consents.child')),
                        ('sealed', models.BinaryField(verbose_name='who asks, sealed')),
                        ('asked_at', models.DateTimeField(verbose_name='asked')),
                        ('asked_on', models.DateField(verbose_name='asked on')),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='answer by')),
                        ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answer', models.CharField(blank=True, max_length=400, verbose_name='how it was answered')),
                        ('exclusions', models.JSONField(default=list, verbose_name='left out of the copy')),
                        ('counsel', models.CharField(blank=True, max_length=120, verbose_name='reviewed by counsel')),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                        ('copy_until', models.DateField(blank=True, null=True, verbose_name='copy can be downloaded through')),
                        ('downloaded_at', models.DateTimeField(blank=True, null=True, verbose_name='last downloaded')),
                        ('left_out', models.JSONField(default=list, verbose_name='record types left out')),
                        ('letter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copy_requests', to='families.letter')),
                        ('sealed_copy', models.BinaryField(default=bytes, verbose_name='copy, sealed')),
                        ('texts_read', models.BooleanField(default=False, verbose_name='texts read')),
                        ('participant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copy_requests', to='programs.participant')),
                    ],
                    options={
                        'ordering': ('asked_on', 'pk'),
                    },
                ),
            ],
        ),
    ]
