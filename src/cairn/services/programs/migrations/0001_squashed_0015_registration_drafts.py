"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('programs', '0001_initial'), ('programs', '0002_nightly_delivery'), ('programs', '0003_online_registration'), ('programs', '0004_offline_marks'), ('programs', '0005_child_pick_up'), ('programs', '0006_meal_counts'), ('programs', '0007_incident_reports'), ('programs', '0008_place_offers'), ('programs', '0009_record_retention'), ('programs', '0010_meal_reasons'), ('programs', '0011_staff_assignments'), ('programs', '0012_pick_up_signature'), ('programs', '0013_staff_positions'), ('programs', '0014_group_offers'), ('programs', '0015_registration_drafts')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0004_data_tools'),
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
                        ('band_hours', models.JSONField(blank=True, default=list, verbose_name='bands of hours')),
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
                        ('ages', models.CharField(blank=True, max_length=80, verbose_name='ages or grades')),
                        ('fee', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='fee')),
                        ('fee_period', models.CharField(blank=True, choices=[('session', 'per session'), ('week', 'per week'), ('month', 'per month'), ('term', 'per term'), ('year', 'per school year')], max_length=8, verbose_name='fee for')),
                        ('languages', models.JSONField(blank=True, default=list, verbose_name='languages')),
                        ('outcome', models.CharField(blank=True, max_length=60, verbose_name='outcome it aims at')),
                    ],
                    options={
                        'verbose_name_plural': 'session series',
                        'ordering': ('site', 'name'),
                        'constraints': [models.UniqueConstraint(models.F('program'), models.F('site'), models.F('name'), name='programs_series_name'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='programs_series_begins_before_it_ends')],
                    },
                ),
                migrations.CreateModel(
                    name='RecordDestruction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('years', models.PositiveSmallIntegerField(verbose_name="years after the child's last day")),
                        ('children', models.PositiveIntegerField(verbose_name='records destroyed')),
                        ('first_last_day', models.DateField(verbose_name='earliest last day of a child')),
                        ('latest_last_day', models.DateField(verbose_name='latest last day of a child')),
                        ('destroyed_at', models.DateTimeField(verbose_name='destroyed')),
                        ('destroyed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_destructions', to='partners.organization')),
                    ],
                    options={
                        'ordering': ('-destroyed_at', '-pk'),
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
                        ('destruction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programs.recorddestruction')),
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
                migrations.CreateModel(
                    name='OfflineMark',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=36, unique=True, verbose_name='random key')),
                        ('device_time', models.DateTimeField(blank=True, null=True, verbose_name='time on the device')),
                        ('received_at', models.DateTimeField(verbose_name='received')),
                        ('mark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent_by_devices', to='programs.attendancemark')),
                        ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('received_at', 'pk'),
                    },
                ),
                migrations.CreateModel(
                    name='ChildPickUp',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=32, unique=True, verbose_name='random key')),
                        ('day', models.DateField(verbose_name='day')),
                        ('recorded_at', models.DateTimeField(verbose_name='signed out')),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                        ('enrollment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pick_ups', to='programs.programenrollment')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('day', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('enrollment', 'day'), name='programs_signed_out_once')],
                    },
                ),
                migrations.CreateModel(
                    name='IncidentText',
                    fields=[
                        ('key', models.CharField(max_length=32, primary_key=True, serialize=False)),
                        ('sealed', models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Incident',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=32, unique=True, verbose_name='random key')),
                        ('occurred_at', models.DateTimeField(verbose_name='when')),
                        ('kind', models.CharField(choices=[('injury', 'Injury'), ('behavior', 'Behavior'), ('missing', 'Missing child'), ('medication', 'Medication'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('filed', 'Filed'), ('closed', 'Closed')], default='draft', max_length=8)),
                        ('licensing_informed_at', models.DateTimeField(null=True, verbose_name='licensing agency informed')),
                        ('written_at', models.DateTimeField(verbose_name='written')),
                        ('filed_at', models.DateTimeField(null=True, verbose_name='filed')),
                        ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                        ('children', models.ManyToManyField(related_name='incidents', to='programs.participant')),
                        ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='programs.program')),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('-occurred_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='IncidentAddendum',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=32, unique=True, verbose_name='random key')),
                        ('added_at', models.DateTimeField(verbose_name='added')),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addenda', to='programs.incident')),
                    ],
                    options={
                        'verbose_name_plural': 'incident addenda',
                        'ordering': ('pk',),
                    },
                ),
                migrations.CreateModel(
                    name='IncidentDeadline',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('hours', models.PositiveSmallIntegerField(verbose_name='hours')),
                        ('organization', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='incident_deadline', to='partners.organization')),
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
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('offered', 'Place offered'), ('accepted', 'Place accepted'), ('enrolled', 'Enrolled'), ('declined', 'Declined')], default='waiting', max_length=10)),
                        ('language', models.CharField(max_length=2, verbose_name='language')),
                        ('consents', models.BooleanField(null=True, verbose_name='consent to sharing')),
                        ('sent_at', models.DateTimeField(verbose_name='registered')),
                        ('enrollment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programs.programenrollment')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                        ('offer_digest', models.CharField(blank=True, max_length=64)),
                        ('offered_until', models.DateField(null=True, verbose_name='offered until')),
                    ],
                    options={
                        'ordering': ('sent_at', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('offer_digest', ''), _negated=True), fields=('offer_digest',), name='programs_one_registration_of_a_link')],
                    },
                ),
                migrations.CreateModel(
                    name='RecordPeriod',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('years', models.PositiveSmallIntegerField(verbose_name="years after the child's last day")),
                        ('has_federal_award', models.BooleanField(default=False, verbose_name='a federal award pays for a program')),
                        ('chosen_at', models.DateTimeField(verbose_name='chosen')),
                        ('chosen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='record_period', to='partners.organization')),
                    ],
                ),
                migrations.CreateModel(
                    name='RecordHold',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(choices=[('order', 'Court order or subpoena'), ('claim', 'Claim or complaint'), ('audit', 'Audit or monitoring visit'), ('inspection', "A family's request to see the record")], max_length=12, verbose_name='reason')),
                        ('placed_at', models.DateTimeField(verbose_name='placed')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='programs.participant')),
                        ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('placed_at', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('participant',), name='programs_record_held_once')],
                    },
                ),
                migrations.CreateModel(
                    name='MealCount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(verbose_name='day')),
                        ('meal', models.CharField(choices=[('breakfast', 'Breakfast'), ('lunch', 'Lunch'), ('snack', 'Snack'), ('supper', 'Supper')], max_length=10, verbose_name='meal')),
                        ('served', models.PositiveSmallIntegerField(verbose_name='children served')),
                        ('children', models.JSONField(blank=True, default=list)),
                        ('reason', models.CharField(blank=True, choices=[('late', 'Counted late'), ('wrong', 'Counted wrong'), ('attendance', 'Attendance corrected'), ('other', 'Other')], max_length=10, verbose_name='reason')),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='programs.mealcount')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meal_counts', to='programs.sessionseries')),
                    ],
                    options={
                        'ordering': ('day', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('series', 'day', 'meal'), name='programs_first_count_of_a_meal')],
                    },
                ),
                migrations.CreateModel(
                    name='PickUpIdentity',
                    fields=[
                        ('key', models.CharField(max_length=32, primary_key=True, serialize=False)),
                        ('sealed', models.BinaryField()),
                        ('sealed_signature', models.BinaryField(default=b'')),
                    ],
                    options={
                        'verbose_name_plural': 'pick-up identities',
                    },
                ),
                migrations.CreateModel(
                    name='StaffAssignment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.CharField(choices=[('tutor', 'Tutor'), ('coach', 'Coach'), ('instructor', 'Instructor'), ('navigator', 'Navigator'), ('liaison', 'Liaison'), ('site_lead', 'Site lead'), ('fellow', 'Fellow or intern'), ('shared', 'Position shared with a school or district'), ('volunteer', 'Volunteer'), ('other', 'Other')], max_length=12, verbose_name='position')),
                        ('site', models.CharField(blank=True, max_length=120, verbose_name='site')),
                        ('starts', models.DateField(verbose_name='first day')),
                        ('ends', models.DateField(blank=True, null=True, verbose_name='last day')),
                        ('assigned_at', models.DateTimeField(verbose_name='assigned')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                        ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff_assignments', to='partners.organization')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('program', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff_assignments', to='programs.program')),
                    ],
                    options={
                        'ordering': ('person__name', '-starts', '-pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), ('ended_at__isnull', False), _connector='OR'), name='programs_assignment_ends_after_it_starts')],
                    },
                ),
                migrations.CreateModel(
                    name='RegistrationOffer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('series', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='registration_offer', to='programs.sessionseries')),
                        ('closes_on', models.DateField(verbose_name='last day to register')),
                        ('asks_safety', models.BooleanField(default=False, verbose_name='asks for allergies and who may pick up')),
                        ('consent_text', models.CharField(blank=True, max_length=500, verbose_name='consent')),
                        ('consent_text_es', models.CharField(blank=True, max_length=500, verbose_name='consent in Spanish')),
                        ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('opened_at', models.DateTimeField(verbose_name='opened')),
                    ],
                ),
                migrations.CreateModel(
                    name='RegistrationDraft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('walk', models.CharField(db_index=True, max_length=64)),
                        ('series_number', models.PositiveBigIntegerField()),
                        ('sealed', models.BinaryField()),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('saved_at', models.DateTimeField(db_index=True)),
                        ('expires_on', models.DateField()),
                    ],
                ),
            ],
        ),
    ]
