"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('releases', '0001_initial'), ('releases', '0002_words_and_answers'), ('releases', '0003_corrections'), ('releases', '0004_nation_words'), ('releases', '0005_releases_of_pilots'), ('releases', '0006_beside_what_is_out'), ('releases', '0007_extracts'), ('releases', '0008_own_figures_and_give_backs'), ('releases', '0009_measures'), ('releases', '0010_groups_counted_as_one'), ('releases', '0011_free_text'), ('releases', '0012_plainer_labels'), ('releases', '0013_method_of_protection')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('intake', '0012_changes_of_files'),
        ('partners', '0004_data_tools'),
        ('projects', '0005_votes_at_several_steps'),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Release',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=160, verbose_name='title')),
                        ('story', models.TextField(blank=True, verbose_name='the story behind the curve')),
                        ('outcomes', models.JSONField(verbose_name='outcomes')),
                        ('statistic', models.CharField(blank=True, choices=[('mean', 'Mean'), ('median', 'Median')], default='', max_length=10, verbose_name='statistic')),
                        ('tables', models.JSONField(verbose_name='tables')),
                        ('years', models.JSONField(verbose_name='school years')),
                        ('merged', models.JSONField(blank=True, default=list, verbose_name='groups counted as one')),
                        ('purpose', models.CharField(choices=[('public_reporting', 'Public reporting'), ('program_evaluation', 'Program evaluation'), ('research', 'Research'), ('improve_instruction', 'Improving instruction'), ('service_coordination', 'Coordinating services')], max_length=30)),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='partners.organization')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Checked'), ('in_review', 'In review'), ('returned', 'Returned to author'), ('sent_back', 'Data-owner preview'), ('approved', 'Approved'), ('published', 'Published'), ('corrected', 'Corrected'), ('withdrawn', 'Withdrawn')], default='draft', max_length=12)),
                        ('round', models.PositiveSmallIntegerField(default=0)),
                        ('pilot', models.BooleanField(default=False, verbose_name='of a pilot, on synthetic data')),
                        ('created_at', models.DateTimeField()),
                        ('agreements', models.JSONField(default=list)),
                        ('counted', models.JSONField(default=dict)),
                        ('own', models.JSONField(blank=True, default=dict)),
                        ('protected', models.CharField(blank=True, max_length=90)),
                        ('certificate', models.JSONField(default=list)),
                        ('minimum_cell', models.PositiveIntegerField(blank=True, null=True, verbose_name='minimum cell')),
                        ('as_of', models.DateField(blank=True, null=True, verbose_name='as of')),
                        ('missing_groups', models.JSONField(blank=True, default=list)),
                        ('framing', models.JSONField(blank=True, default=dict, verbose_name='answers about the telling')),
                        ('caveats', models.JSONField(blank=True, default=list)),
                        ('nations', models.JSONField(blank=True, default=list)),
                        ('attacked', models.JSONField(blank=True, null=True)),
                        ('meets', models.JSONField(blank=True, default=list)),
                        ('checked_at', models.DateTimeField(blank=True, null=True)),
                        ('submitted_at', models.DateTimeField(blank=True, null=True)),
                        ('returned_why', models.TextField(blank=True)),
                        ('reported_on', models.DateField(blank=True, null=True, verbose_name='reported to the state')),
                        ('released', models.CharField(blank=True, max_length=90)),
                        ('published_at', models.DateTimeField(blank=True, null=True)),
                        ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='releases.release')),
                        ('what_changed', models.TextField(blank=True, verbose_name='what was wrong and is right now')),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('withdrawn_why', models.TextField(blank=True, verbose_name='why it was withdrawn')),
                        ('method', models.CharField(choices=[('bands', 'Percentages in ranges by group size (recommended)'), ('suppress', 'Exact counts, small groups hidden')], default='suppress', max_length=10, verbose_name='method of protection')),
                    ],
                    options={
                        'ordering': ('-created_at', '-pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'checked', 'in_review', 'returned', 'sent_back', 'approved', 'published', 'corrected', 'withdrawn'])), name='releases_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('released', ''), _negated=True), _connector='OR'), name='releases_published_has_a_file'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='releases_withdrawn_says_why'), models.CheckConstraint(condition=models.Q(('corrects__isnull', True), models.Q(('what_changed', ''), _negated=True), _connector='OR'), name='releases_correction_says_what')],
                    },
                ),
                migrations.CreateModel(
                    name='Review',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='releases.release')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                        ('verdict', models.CharField(choices=[('approve', 'Approved'), ('return', 'Requested changes')], max_length=10, verbose_name='verdict')),
                        ('comment', models.TextField(blank=True, verbose_name='comment')),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('round', 'at'),
                        'constraints': [models.UniqueConstraint(fields=('release', 'round', 'reviewer'), name='releases_one_verdict_a_reviewer')],
                    },
                ),
                migrations.CreateModel(
                    name='SendBack',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='send_backs', to='releases.release')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='send_backs', to='partners.organization')),
                        ('sent_on', models.DateField(verbose_name='sent on')),
                        ('due_on', models.DateField(verbose_name='answer by')),
                        ('answer', models.CharField(blank=True, choices=[('confirm', 'Confirmed'), ('correct', 'Requested a correction'), ('decline', 'Declined')], max_length=10, verbose_name='answer')),
                        ('comment', models.TextField(blank=True, verbose_name='comment')),
                        ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ('round', 'organization__name'),
                        'constraints': [models.UniqueConstraint(fields=('release', 'round', 'organization'), name='releases_one_send_back_an_owner'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('sent_on'))), name='releases_due_after_sent')],
                    },
                ),
                migrations.CreateModel(
                    name='WrongFigure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('send_back', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wrong_figures', to='releases.sendback')),
                        ('figure', models.JSONField(verbose_name='figure')),
                        ('said', models.CharField(max_length=64)),
                        ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('named_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('pk',),
                    },
                ),
                migrations.CreateModel(
                    name='NationWord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nation_words', to='releases.release')),
                        ('nation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('answer', models.CharField(choices=[('approve', 'Approve: our children may be counted'), ('decline', 'Decline: do not count our children')], max_length=10, verbose_name='answer')),
                        ('condition', models.TextField(blank=True, verbose_name='on this condition')),
                        ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('said_at', models.DateTimeField(verbose_name='said')),
                    ],
                    options={
                        'ordering': ('said_at', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('answer', 'approve'), ('condition', ''), _connector='OR'), name='releases_a_condition_is_of_an_approval')],
                    },
                ),
                migrations.CreateModel(
                    name='GiveBack',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='give_backs', to='intake.delivery')),
                        ('what', models.CharField(max_length=400, verbose_name='what was given back')),
                        ('how', models.TextField(blank=True, verbose_name='how it went')),
                        ('given_on', models.DateField(verbose_name='given on')),
                        ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('-given_on', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Extract',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extracts', to='projects.project')),
                        ('title', models.CharField(max_length=160, verbose_name='title')),
                        ('elements', models.JSONField(verbose_name='elements')),
                        ('k', models.PositiveIntegerField(verbose_name='each child is one of at least')),
                        ('diverse', models.PositiveSmallIntegerField(default=1, verbose_name='values of a protected element')),
                        ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extracts', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extracts', to='partners.organization')),
                        ('requester', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked_at', models.DateTimeField(verbose_name='asked')),
                        ('state', models.CharField(choices=[('asked', 'Requested'), ('in_review', 'In review'), ('returned', 'Returned'), ('issued', 'Ready to download'), ('fetched', 'Downloaded'), ('withdrawn', 'Withdrawn'), ('destroyed', 'Destroyed')], default='asked', max_length=12)),
                        ('round', models.PositiveSmallIntegerField(default=0)),
                        ('agreements', models.JSONField(default=list)),
                        ('report', models.JSONField(default=dict)),
                        ('files', models.JSONField(default=dict)),
                        ('roster', models.CharField(blank=True, max_length=90)),
                        ('texts', models.JSONField(blank=True, default=dict)),
                        ('people', models.CharField(blank=True, max_length=64)),
                        ('beside', models.JSONField(blank=True, default=list)),
                        ('alike', models.PositiveIntegerField(blank=True, null=True)),
                        ('prepared_at', models.DateTimeField(blank=True, null=True, verbose_name='prepared')),
                        ('returned_why', models.TextField(blank=True)),
                        ('key', models.CharField(blank=True, max_length=64)),
                        ('link_until', models.DateField(blank=True, null=True, verbose_name='the link works until')),
                        ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('mark', models.CharField(blank=True, max_length=64)),
                        ('fetched_at', models.DateTimeField(blank=True, null=True, verbose_name='fetched')),
                        ('fetched_as', models.CharField(blank=True, max_length=10, verbose_name='format')),
                        ('fetched_digest', models.CharField(blank=True, max_length=64)),
                        ('destroy_by', models.DateField(blank=True, null=True, verbose_name='to be destroyed by')),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawn_why', models.TextField(blank=True, verbose_name='why it was withdrawn')),
                    ],
                    options={
                        'ordering': ('-asked_at', '-pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'in_review', 'returned', 'issued', 'fetched', 'withdrawn', 'destroyed'])), name='releases_extract_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'fetched'), _negated=True), models.Q(('destroy_by__isnull', False), ('fetched_at__isnull', False)), _connector='OR'), name='releases_extract_fetched_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='releases_extract_withdrawn_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='ExtractReview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('extract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='releases.extract')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('verdict', models.CharField(choices=[('approve', 'Approved'), ('return', 'Requested changes')], max_length=10, verbose_name='verdict')),
                        ('comment', models.TextField(blank=True, verbose_name='comment')),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('round', 'at'),
                        'constraints': [models.UniqueConstraint(fields=('extract', 'round', 'reviewer'), name='releases_extract_one_verdict_a_reviewer')],
                    },
                ),
                migrations.CreateModel(
                    name='TextReading',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('extract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='releases.extract')),
                        ('element', models.CharField(max_length=120)),
                        ('key', models.CharField(max_length=64)),
                        ('verdict', models.CharField(choices=[('keeps', 'Included with marked words masked'), ('withholds', 'Suppressed'), ('open', 'Reopened for review')], max_length=10)),
                        ('masks', models.JSONField(blank=True, default=list)),
                        ('left', models.PositiveIntegerField(default=0)),
                        ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('at', 'pk'),
                        'constraints': [models.UniqueConstraint(fields=('extract', 'element', 'key'), name='releases_reading_one_a_text')],
                    },
                ),
            ],
        ),
    ]
