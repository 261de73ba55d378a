"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('programs', '0001_initial'), ('programs', '0002_nightly_delivery'), ('programs', '0003_online_registration')]

    initial = True

    dependencies = [
        ('partners', '0004_data_tools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Program',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programs_run', to='partners.organization')),
                        ('name', models.CharField(max_length=120, verbose_name='name of the program')),
                        ('description', models.CharField(blank=True, max_length=300, verbose_name='what it offers')),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(verbose_name='created')),
                    ],
                    options={
                        'ordering': ('name',),
                        'constraints': [models.UniqueConstraint(models.F('organization'), models.F('name'), name='programs_program_name')],
                    },
                ),
                migrations.CreateModel(
                    name='SessionSeries',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='programs.program')),
                        ('site', models.CharField(max_length=120, verbose_name='site')),
                        ('name', models.CharField(max_length=120, verbose_name='name of the group')),
                        ('weekdays', models.JSONField(verbose_name='days of the week')),
                        ('starts_at', models.TimeField(verbose_name='begins at')),
                        ('ends_at', models.TimeField(verbose_name='ends at')),
                        ('first_day', models.DateField(verbose_name='first day')),
                        ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                        ('capacity', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='places')),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(verbose_name='created')),
                    ],
                    options={
                        'verbose_name_plural': 'session series',
                        'ordering': ('site', 'name'),
                        'constraints': [models.UniqueConstraint(models.F('program'), models.F('site'), models.F('name'), name='programs_series_name'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='programs_series_begins_before_it_ends')],
                    },
                ),
                migrations.CreateModel(
                    name='Participant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='partners.organization')),
                        ('key', models.CharField(max_length=32, unique=True, verbose_name='random key')),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('added_at', models.DateTimeField(verbose_name='added')),
                    ],
                    options={
                        'ordering': ('pk',),
                    },
                ),
                migrations.CreateModel(
                    name='ParticipantIdentity',
                    fields=[
                        ('key', models.CharField(max_length=32, primary_key=True, serialize=False)),
                        ('lookup', models.CharField(db_index=True, max_length=64)),
                        ('sealed', models.BinaryField()),
                    ],
                    options={
                        'verbose_name_plural': 'participant identities',
                    },
                ),
                migrations.CreateModel(
                    name='ProgramEnrollment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='programs.participant')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='programs.sessionseries')),
                        ('starts', models.DateField(verbose_name='first day')),
                        ('ends', models.DateField(blank=True, null=True, verbose_name='last day')),
                        ('exit_reason', models.CharField(blank=True, choices=[('completed', 'Completed the program'), ('moved', 'Moved away'), ('schedule', 'Schedule or transportation'), ('family_choice', "Family's choice"), ('stopped', 'Stopped attending'), ('mistake', 'Enrolled by mistake'), ('other', 'Other')], max_length=20, verbose_name='why it ended')),
                        ('enrolled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('enrolled_at', models.DateTimeField(verbose_name='enrolled')),
                    ],
                    options={
                        'ordering': ('starts', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ends__isnull', True)), fields=('participant', 'series'), name='programs_enrolled_once'), models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), _connector='OR'), name='programs_enrollment_ends_after_it_starts')],
                    },
                ),
                migrations.CreateModel(
                    name='AttendanceMark',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('enrollment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_marks', to='programs.programenrollment')),
                        ('day', models.DateField(verbose_name='day')),
                        ('status', models.CharField(choices=[('present', 'Present'), ('absent', 'Absent'), ('excused', 'Excused'), ('late', 'Late'), ('left_early', 'Left early')], max_length=12, verbose_name='attendance')),
                        ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                        ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='programs.attendancemark')),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason for the correction')),
                    ],
                    options={
                        'ordering': ('day', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('enrollment', 'day'), name='programs_first_mark_of_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='CancelledSession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cancelled_sessions', to='programs.sessionseries')),
                        ('day', models.DateField(verbose_name='day')),
                        ('reason', models.CharField(max_length=200, verbose_name='reason')),
                        ('cancelled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('cancelled_at', models.DateTimeField(verbose_name='cancelled')),
                    ],
                    options={
                        'ordering': ('day',),
                        'constraints': [models.UniqueConstraint(models.F('series'), models.F('day'), name='programs_session_cancelled_once')],
                    },
                ),
                migrations.CreateModel(
                    name='RegistrationOffer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('series', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='registration_offer', to='programs.sessionseries')),
                        ('ages', models.CharField(blank=True, max_length=80, verbose_name='ages or grades')),
                        ('closes_on', models.DateField(verbose_name='last day to register')),
                        ('asks_safety', models.BooleanField(default=False, verbose_name='asks for allergies and who may pick up')),
                        ('consent_text', models.CharField(blank=True, max_length=500, verbose_name='consent')),
                        ('consent_text_es', models.CharField(blank=True, max_length=500, verbose_name='consent in Spanish')),
                        ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('opened_at', models.DateTimeField(verbose_name='opened')),
                    ],
                ),
                migrations.CreateModel(
                    name='Registration',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='programs.sessionseries')),
                        ('key', models.CharField(max_length=32, unique=True, verbose_name='random key')),
                        ('token', models.CharField(max_length=64, unique=True)),
                        ('reference', models.CharField(max_length=12, unique=True, verbose_name='reference')),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('enrolled', 'Enrolled'), ('declined', 'Declined')], default='waiting', max_length=10)),
                        ('language', models.CharField(max_length=2, verbose_name='language')),
                        ('consents', models.BooleanField(null=True, verbose_name='consent to sharing')),
                        ('sent_at', models.DateTimeField(verbose_name='registered')),
                        ('enrollment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programs.programenrollment')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ],
                    options={
                        'ordering': ('sent_at', 'pk'),
                    },
                ),
                migrations.CreateModel(
                    name='RegistrationIdentity',
                    fields=[
                        ('key', models.CharField(max_length=32, primary_key=True, serialize=False)),
                        ('sealed', models.BinaryField()),
                    ],
                    options={
                        'verbose_name_plural': 'registration identities',
                    },
                ),
                migrations.CreateModel(
                    name='NightlyDelivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nightly_deliveries', to='programs.program')),
                        ('agreement_reference', models.CharField(max_length=80, verbose_name='agreement')),
                        ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('started_at', models.DateTimeField(verbose_name='started')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                        ('refusal', models.CharField(blank=True, max_length=300, verbose_name='why it was refused')),
                    ],
                    options={
                        'verbose_name_plural': 'nightly deliveries',
                        'ordering': ('-started_at', '-pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('program',), name='programs_one_nightly_delivery')],
                    },
                ),
            ],
        ),
    ]
