"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('intake', '0001_initial'), ('intake', '0002_synthetic_deliveries'), ('intake', '0003_when_it_was_checked'), ('intake', '0004_plain_labels'), ('intake', '0005_parts_of_a_period'), ('intake', '0006_held_deliveries'), ('intake', '0007_proposed_files'), ('intake', '0008_file_requests'), ('intake', '0009_corrected_rows'), ('intake', '0010_watched_folders'), ('intake', '0011_request_language'), ('intake', '0012_changes_of_files'), ('intake', '0013_watched_addresses'), ('intake', '0014_extract_dates'), ('intake', '0015_claimed_files')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0004_data_tools'),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='SavedMapping',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('feed', models.SlugField(max_length=60, verbose_name='feed')),
                        ('version', models.PositiveIntegerField()),
                        ('text', models.TextField(verbose_name='mapping (TOML)')),
                        ('layout', models.JSONField(default=dict)),
                        ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('saved_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('organization__name', 'feed', '-version'),
                        'constraints': [models.UniqueConstraint(fields=('organization', 'feed', 'version'), name='intake_one_mapping_a_version')],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='partners.organization')),
                        ('agreement_reference', models.CharField(max_length=80, verbose_name='agreement')),
                        ('agreement_version', models.PositiveIntegerField(verbose_name='version of the agreement')),
                        ('feed', models.SlugField(max_length=60, verbose_name='feed')),
                        ('period', models.CharField(blank=True, max_length=40, verbose_name='period')),
                        ('part', models.CharField(blank=True, max_length=60, verbose_name='part')),
                        ('record', models.CharField(blank=True, max_length=40, verbose_name='record type')),
                        ('channel', models.CharField(choices=[('upload', 'Web upload'), ('command', 'Command line')], max_length=20)),
                        ('file_name', models.CharField(max_length=255, verbose_name='file')),
                        ('synthetic', models.TextField(blank=True, verbose_name='how synthetic data were made')),
                        ('size', models.PositiveBigIntegerField(verbose_name='bytes')),
                        ('content_digest', models.CharField(max_length=64)),
                        ('fingerprint', models.CharField(max_length=64)),
                        ('mapping', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='intake.savedmapping')),
                        ('state', models.CharField(choices=[('held', 'Waiting for a decision'), ('received', 'Received'), ('conforming', 'Being checked'), ('conformed', 'Accepted'), ('refused', 'Rejected'), ('superseded', 'Replaced by a newer file'), ('withdrawn', 'Withdrawn'), ('destroyed', 'Destroyed')], max_length=12)),
                        ('landed', models.CharField(blank=True, max_length=90)),
                        ('conformed', models.CharField(blank=True, max_length=90)),
                        ('quarantined', models.CharField(blank=True, max_length=90)),
                        ('rows_in', models.PositiveBigIntegerField(default=0, verbose_name='rows')),
                        ('rows_kept', models.PositiveBigIntegerField(default=0, verbose_name='rows accepted')),
                        ('report', models.JSONField(default=dict)),
                        ('decision', models.JSONField(default=dict)),
                        ('decision_id', models.CharField(max_length=64)),
                        ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('received_at', models.DateTimeField()),
                        ('sender_email', models.EmailField(blank=True, max_length=254)),
                        ('supersedes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseders', to='intake.delivery')),
                        ('original', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='intake.delivery')),
                        ('corrected_rows', models.PositiveIntegerField(default=0, verbose_name='rows corrected')),
                        ('changes_as_of', models.DateField(blank=True, null=True, verbose_name='day of the changes')),
                        ('changes', models.JSONField(default=dict)),
                        ('conformed_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
                        ('destroy_by', models.DateField(blank=True, null=True, verbose_name='must be destroyed by')),
                        ('extract_date', models.DateField(blank=True, null=True, verbose_name='data as of')),
                    ],
                    options={
                        'verbose_name_plural': 'deliveries',
                        'ordering': ('-received_at', '-pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('received', 'conforming', 'conformed'))), fields=('organization', 'agreement_reference', 'feed', 'period', 'part'), name='intake_one_current_delivery_a_slot'), models.CheckConstraint(condition=models.Q(('state__in', ['held', 'received', 'conforming', 'conformed', 'refused', 'superseded', 'withdrawn', 'destroyed'])), name='intake_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'conformed'), _negated=True), models.Q(('conformed', ''), _negated=True), _connector='OR'), name='intake_conformed_has_a_file')],
                    },
                ),
                migrations.CreateModel(
                    name='ProposedFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('agreement_reference', models.CharField(max_length=80, verbose_name='agreement')),
                        ('feed', models.SlugField(max_length=60, verbose_name='feed')),
                        ('period', models.CharField(blank=True, max_length=40, verbose_name='period')),
                        ('part', models.CharField(blank=True, max_length=60, verbose_name='part')),
                        ('channel', models.CharField(max_length=20)),
                        ('file_name', models.CharField(max_length=255, verbose_name='file')),
                        ('synthetic', models.TextField(blank=True, verbose_name='how synthetic data were made')),
                        ('size', models.PositiveBigIntegerField(verbose_name='bytes')),
                        ('content_digest', models.CharField(max_length=64)),
                        ('mapping', models.TextField(verbose_name='mapping (TOML)')),
                        ('proposal', models.JSONField(default=dict)),
                        ('preview', models.JSONField(default=dict)),
                        ('stored_name', models.CharField(blank=True, max_length=40)),
                        ('stored_key', models.TextField(blank=True)),
                        ('outcome', models.CharField(blank=True, choices=[('', 'Waiting for you to confirm the columns'), ('confirmed', 'Confirmed'), ('canceled', 'Canceled'), ('expired', 'Not confirmed in time')], max_length=10)),
                        ('delivery', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.delivery')),
                        ('changes_as_of', models.DateField(blank=True, null=True, verbose_name='day of the changes')),
                        ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.delivery')),
                        ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('proposed_at', models.DateTimeField()),
                        ('sender_email', models.EmailField(blank=True, max_length=254)),
                        ('destroy_on', models.DateField(verbose_name='destroyed on')),
                        ('extract_date', models.DateField(blank=True, null=True, verbose_name='data as of')),
                        ('claimed_until', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ('-proposed_at', '-pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('organization', 'agreement_reference', 'feed', 'period', 'part', 'content_digest'), name='intake_one_proposal_a_file')],
                    },
                ),
                migrations.CreateModel(
                    name='FileRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('agreement_reference', models.CharField(max_length=80, verbose_name='agreement')),
                        ('feed', models.SlugField(max_length=60, verbose_name='feed')),
                        ('period', models.CharField(blank=True, max_length=40, verbose_name='period')),
                        ('part', models.CharField(blank=True, max_length=60, verbose_name='part')),
                        ('record', models.CharField(max_length=40, verbose_name='record type')),
                        ('synthetic', models.TextField(blank=True, verbose_name='how synthetic data were made')),
                        ('name', models.CharField(max_length=160, verbose_name='name')),
                        ('email', models.EmailField(max_length=254, verbose_name='email')),
                        ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', max_length=7, verbose_name='language of the email')),
                        ('is_emailed', models.BooleanField()),
                        ('due_on', models.DateField(verbose_name='due')),
                        ('ends_on', models.DateField(verbose_name='link ends')),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked_at', models.DateTimeField()),
                        ('reminded_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('claimed_until', models.DateTimeField(blank=True, null=True)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('proposed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='file_requests', to='intake.proposedfile')),
                        ('delivery', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='file_requests', to='intake.delivery')),
                    ],
                    options={
                        'ordering': ('-asked_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='FileRequestLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file_request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='intake.filerequest')),
                        ('key_digest', models.CharField(max_length=64, unique=True)),
                        ('made_at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='WatchedFolder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('agreement_reference', models.CharField(max_length=80, verbose_name='agreement')),
                        ('path', models.CharField(max_length=1000, verbose_name='folder')),
                        ('feed', models.SlugField(blank=True, max_length=60, verbose_name='feed')),
                        ('period', models.CharField(blank=True, max_length=40, verbose_name='period')),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('added_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('sealed_secret', models.BinaryField(blank=True, default=b'')),
                        ('source', models.TextField(blank=True)),
                        ('source_name', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'ordering': ('organization__name', 'path'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('path',), name='intake_one_watch_a_folder')],
                    },
                ),
                migrations.CreateModel(
                    name='FolderFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('folder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='intake.watchedfolder')),
                        ('name', models.CharField(max_length=255, verbose_name='file')),
                        ('content_digest', models.CharField(max_length=64)),
                        ('outcome', models.CharField(choices=[('received', 'Received'), ('waiting', 'Waiting for a person'), ('refused', 'Not accepted')], max_length=10)),
                        ('reason', models.TextField(blank=True, verbose_name='reason')),
                        ('seen_at', models.DateTimeField()),
                        ('handled_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ('-seen_at', '-pk'),
                        'constraints': [models.UniqueConstraint(fields=('folder', 'name', 'content_digest'), name='intake_one_row_a_folder_file')],
                    },
                ),
            ],
        ),
    ]
