"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('projects', '0001_initial'), ('projects', '0002_pilots_lessons_and_files'), ('projects', '0003_plain_labels'), ('projects', '0004_purposes_of_a_service'), ('projects', '0005_votes_at_several_steps')]

    initial = True

    dependencies = [
        ('partners', '0004_data_tools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Project',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(max_length=40, unique=True, verbose_name='reference')),
                        ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='partners.organization', verbose_name='requested by')),
                        ('requester', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to=settings.AUTH_USER_MODEL)),
                        ('flow', models.TextField(verbose_name='flow (TOML)')),
                        ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='projects.project')),
                        ('pilot', models.BooleanField(default=False, verbose_name='a pilot, on synthetic data')),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('-created_at', 'reference'),
                    },
                ),
                migrations.CreateModel(
                    name='Version',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='projects.project')),
                        ('number', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('state', models.CharField(choices=[('idea', 'Idea'), ('feedback', 'Collecting feedback'), ('narrowed', 'Narrowing the request'), ('submitted', 'Submitted'), ('staff_check', 'Staff review'), ('provider_review', 'Data owner review'), ('committee', 'Committee review'), ('conditions', 'Approved with conditions'), ('returned', 'Returned for changes'), ('rejected', 'Not approved'), ('approved', 'Approved'), ('active', 'Active'), ('analysis', 'In analysis'), ('closing', 'Closing'), ('closed', 'Closed'), ('superseded', 'Replaced by a newer version'), ('withdrawn', 'Withdrawn')], default='idea', max_length=20)),
                        ('step', models.CharField(max_length=40, verbose_name='step')),
                        ('round', models.PositiveSmallIntegerField(default=1)),
                        ('since', models.DateField(verbose_name='at this step since')),
                        ('returned_why', models.TextField(blank=True)),
                        ('purpose', models.CharField(choices=[('public_reporting', 'Public reporting'), ('program_evaluation', 'Program evaluation'), ('research', 'Research'), ('improve_instruction', 'Improving instruction'), ('service_coordination', 'Service coordination'), ('adaptive_learning', 'Adaptive learning'), ('service_improvement', 'Improving the contracted service'), ('product_improvement', 'Improving products with de-identified records')], max_length=30, verbose_name='purpose')),
                        ('level', models.CharField(choices=[('population', 'Population'), ('program', 'Program'), ('individual', 'Individual student'), ('systems', 'Systems')], default='population', max_length=12, verbose_name='level of data')),
                        ('level_why', models.TextField(blank=True, verbose_name='why this level')),
                        ('first_year', models.CharField(blank=True, max_length=7, verbose_name='first school year')),
                        ('last_year', models.CharField(blank=True, max_length=7, verbose_name='last school year')),
                        ('five', models.JSONField(default=dict)),
                        ('principles', models.JSONField(default=dict)),
                        ('harms', models.TextField(blank=True, verbose_name='benefit and harm')),
                        ('nations_said', models.BooleanField(default=False)),
                        ('agreements', models.JSONField(default=list)),
                        ('outputs', models.JSONField(default=list)),
                        ('file_names', models.JSONField(blank=True, default=list, verbose_name='files')),
                        ('answers', models.JSONField(default=dict)),
                        ('scores', models.JSONField(default=dict)),
                        ('change_why', models.TextField(blank=True, verbose_name='what changes, and why')),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('providers', models.ManyToManyField(blank=True, related_name='+', to='partners.organization')),
                        ('nations', models.ManyToManyField(blank=True, related_name='+', to='partners.organization')),
                        ('organizations', models.ManyToManyField(blank=True, related_name='+', to='partners.organization')),
                        ('staff', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('-project__created_at', '-number'),
                        'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='projects_one_version_a_number'), models.CheckConstraint(condition=models.Q(('state__in', ['idea', 'feedback', 'narrowed', 'submitted', 'staff_check', 'provider_review', 'committee', 'conditions', 'returned', 'rejected', 'approved', 'active', 'analysis', 'closing', 'closed', 'superseded', 'withdrawn'])), name='projects_known_state'), models.CheckConstraint(condition=models.Q(('purpose__in', ['public_reporting', 'program_evaluation', 'research', 'improve_instruction', 'service_coordination', 'adaptive_learning', 'service_improvement', 'product_improvement'])), name='projects_known_purpose'), models.CheckConstraint(condition=models.Q(('level__in', ['population', 'program', 'individual', 'systems'])), name='projects_known_level')],
                    },
                ),
                migrations.CreateModel(
                    name='AskedElement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='elements', to='projects.version')),
                        ('name', models.CharField(max_length=160, verbose_name='data element')),
                        ('questions', models.JSONField(default=list)),
                    ],
                    options={
                        'ordering': ('name',),
                        'constraints': [models.UniqueConstraint(fields=('version', 'name'), name='projects_element_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Word',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='projects.version')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('step', models.CharField(max_length=40, verbose_name='step')),
                        ('decider', models.CharField(choices=[('requester', 'Requester'), ('staff', 'Partnership staff'), ('providers', 'Data owners'), ('nations', 'Tribal nations'), ('committee', 'Data committee'), ('executive', 'Executive body'), ('public', 'Public')], max_length=12, verbose_name='as')),
                        ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('answer', models.CharField(choices=[('comment', 'Comment'), ('approve', 'Approved'), ('return', 'Returned for changes'), ('decline', 'Declined')], max_length=10, verbose_name='answer')),
                        ('why', models.TextField(blank=True, verbose_name='why')),
                        ('left_out', models.JSONField(default=dict)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('round', 'at', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('answer__in', ['comment', 'approve', 'return', 'decline'])), name='projects_known_answer'), models.CheckConstraint(condition=models.Q(('decider__in', ['requester', 'staff', 'providers', 'nations', 'committee', 'executive', 'public'])), name='projects_known_decider')],
                    },
                ),
                migrations.CreateModel(
                    name='EquityStep',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='equity_steps', to='projects.project')),
                        ('kind', models.CharField(choices=[('engagement', 'Engagement'), ('reflection', 'Reflection')], max_length=12)),
                        ('on', models.DateField(verbose_name='on')),
                        ('who', models.TextField(verbose_name='who took part')),
                        ('what', models.TextField(verbose_name='what they said, and what changed')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('on', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['engagement', 'reflection'])), name='projects_known_equity_step')],
                    },
                ),
                migrations.CreateModel(
                    name='Question',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='projects.version')),
                        ('code', models.CharField(max_length=8, verbose_name='number')),
                        ('text', models.TextField(verbose_name='question')),
                        ('asked_by', models.CharField(max_length=160, verbose_name='who asks this question')),
                        ('follows', models.CharField(blank=True, max_length=60, verbose_name='follows from')),
                        ('dropped_on', models.DateField(blank=True, null=True, verbose_name='dropped on')),
                        ('dropped_why', models.TextField(blank=True, verbose_name='why it was dropped')),
                    ],
                    options={
                        'ordering': ('pk',),
                        'constraints': [models.UniqueConstraint(fields=('version', 'code'), name='projects_question_once'), models.CheckConstraint(condition=models.Q(('dropped_on__isnull', True), models.Q(('dropped_why', ''), _negated=True), _connector='OR'), name='projects_dropped_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='Wording',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='projects.question')),
                        ('text', models.TextField()),
                        ('why', models.TextField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('at', 'pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Lesson',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='projects.project')),
                        ('kind', models.CharField(choices=[('finding', 'Finding'), ('change', 'Change requested')], max_length=8, verbose_name='kind')),
                        ('text', models.TextField(verbose_name='what was learned')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                        ('settled_on', models.DateField(blank=True, null=True, verbose_name='settled on')),
                        ('settled_how', models.TextField(blank=True, verbose_name='resolution')),
                        ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('at', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['finding', 'change'])), name='projects_known_lesson'), models.CheckConstraint(condition=models.Q(('settled_on__isnull', True), models.Q(('settled_how', ''), _negated=True), _connector='OR'), name='projects_settled_says_how')],
                    },
                ),
                migrations.CreateModel(
                    name='Condition',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='projects.version')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('text', models.TextField(verbose_name='condition')),
                        ('met_on', models.DateField(blank=True, null=True, verbose_name='met on')),
                        ('met_how', models.TextField(blank=True, verbose_name='how it was met')),
                        ('met_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('pk',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('met_on__isnull', True), models.Q(('met_how', ''), _negated=True), _connector='OR'), name='projects_met_says_how')],
                    },
                ),
                migrations.CreateModel(
                    name='Authorization',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='authorization', to='projects.version')),
                        ('question_of', models.JSONField(verbose_name='elements, each with its questions')),
                        ('first_year', models.CharField(max_length=7, verbose_name='first school year')),
                        ('last_year', models.CharField(max_length=7, verbose_name='last school year')),
                        ('agreements', models.JSONField()),
                        ('outputs', models.JSONField()),
                        ('file_names', models.JSONField(blank=True, default=list)),
                        ('starts', models.DateField(verbose_name='from')),
                        ('ends', models.DateField(verbose_name='through')),
                        ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('granted_at', models.DateTimeField()),
                        ('revoked_on', models.DateField(blank=True, null=True, verbose_name='revoked on')),
                        ('revoked_why', models.TextField(blank=True, verbose_name='why it was revoked')),
                        ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('staff', models.ManyToManyField(related_name='authorizations', to=settings.AUTH_USER_MODEL)),
                        ('organizations', models.ManyToManyField(related_name='authorizations', to='partners.organization')),
                    ],
                    options={
                        'ordering': ('-granted_at',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='projects_leave_has_an_end'), models.CheckConstraint(condition=models.Q(('revoked_on__isnull', True), models.Q(('revoked_why', ''), _negated=True), _connector='OR'), name='projects_revoked_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='Body',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=60, unique=True, verbose_name='short name')),
                        ('name', models.CharField(max_length=160, verbose_name='name')),
                        ('kind', models.CharField(choices=[('committee', 'Data committee'), ('executive', 'Executive body')], max_length=12, verbose_name='kind')),
                        ('mission', models.TextField(verbose_name='mission')),
                        ('quorum', models.PositiveSmallIntegerField(default=50, verbose_name='quorum, in percent of the seats')),
                        ('majority', models.PositiveSmallIntegerField(default=50, verbose_name='more than this percent of the votes must be in favor')),
                        ('conflicts', models.JSONField(default=list, verbose_name='when a member must not vote')),
                        ('family_seat', models.BooleanField(default=True, verbose_name='decides only while families or young people have a seat')),
                        ('unanimous', models.BooleanField(default=False, verbose_name='every vote must be in favor')),
                        ('abstentions_count', models.BooleanField(default=False, verbose_name='abstentions count among the votes of the majority')),
                        ('quorum_of_present', models.BooleanField(default=False, verbose_name='the quorum counts the members present')),
                        ('proxies', models.BooleanField(default=False, verbose_name='absent members may name a proxy')),
                    ],
                    options={
                        'verbose_name_plural': 'bodies',
                        'ordering': ('name',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['committee', 'executive'])), name='projects_known_body'), models.CheckConstraint(condition=models.Q(('majority__lte', 99), ('quorum__gte', 1), ('quorum__lte', 100)), name='projects_quorum_is_a_percent')],
                    },
                ),
                migrations.CreateModel(
                    name='Seat',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='projects.body')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='partners.organization')),
                        ('sector', models.CharField(blank=True, max_length=80, verbose_name='sector')),
                        ('starts', models.DateField(verbose_name='from')),
                        ('ends', models.DateField(blank=True, null=True, verbose_name='through')),
                        ('for_families', models.BooleanField(default=False, verbose_name='a seat for families or young people')),
                        ('listed', models.BooleanField(default=False, verbose_name='agrees to be named in public')),
                    ],
                    options={
                        'ordering': ('starts', 'pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Meeting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='projects.body')),
                        ('on', models.DateField(verbose_name='on')),
                        ('place', models.CharField(blank=True, max_length=160, verbose_name='where')),
                        ('minutes', models.TextField(blank=True, verbose_name='minutes')),
                        ('minutes_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('minutes_at', models.DateTimeField(blank=True, null=True)),
                        ('present', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('-on', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='AgendaItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda', to='projects.meeting')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='projects.version')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('step', models.CharField(blank=True, max_length=60, verbose_name='step')),
                        ('closed_on', models.DateField(blank=True, null=True)),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('meeting__on', 'pk'),
                        'constraints': [models.UniqueConstraint(fields=('meeting', 'version', 'round', 'step'), name='projects_heard_once_a_meeting')],
                    },
                ),
                migrations.CreateModel(
                    name='Vote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='projects.agendaitem')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ballot', models.CharField(choices=[('approve', 'Approve'), ('conditions', 'Approve with conditions'), ('return', 'Return for changes'), ('reject', 'Reject'), ('abstain', 'Abstain')], max_length=12, verbose_name='vote')),
                        ('why', models.TextField(blank=True, verbose_name='why')),
                        ('cast_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('at', 'pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('ballot__in', ['approve', 'conditions', 'return', 'reject', 'abstain'])), name='projects_known_ballot')],
                    },
                ),
                migrations.CreateModel(
                    name='Proxy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proxies', to='projects.agendaitem')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name_plural': 'proxies',
                        'ordering': ('at', 'pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Recusal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='projects.agendaitem')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('why', models.TextField(blank=True, verbose_name='why')),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('at', 'pk'),
                        'constraints': [models.UniqueConstraint(fields=('item', 'user'), name='projects_aside_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='projects.body')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('agreement', models.CharField(max_length=80, verbose_name='with the agreement')),
                        ('on', models.DateField(verbose_name='invited on')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('-on', '-pk'),
                        'constraints': [models.UniqueConstraint(fields=('body', 'organization', 'agreement'), name='projects_invited_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Policy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('charter', 'Charter'), ('data_use', 'Data use and access'), ('compliance_risk', 'Compliance and risk'), ('data_quality', 'Data quality'), ('technology_architecture', 'Technology architecture'), ('exchange_standards', 'Exchange standards'), ('service_levels', 'Service levels')], max_length=24, verbose_name='kind')),
                        ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('text', models.TextField(verbose_name='text')),
                        ('owner', models.CharField(max_length=120, verbose_name='policy owner')),
                        ('adopted_on', models.DateField(verbose_name='adopted on')),
                        ('review_on', models.DateField(verbose_name='next review')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('kind', '-version'),
                        'constraints': [models.UniqueConstraint(fields=('kind', 'version'), name='projects_one_policy_version'), models.CheckConstraint(condition=models.Q(('kind__in', ['charter', 'data_use', 'compliance_risk', 'data_quality', 'technology_architecture', 'exchange_standards', 'service_levels'])), name='projects_known_policy'), models.CheckConstraint(condition=models.Q(('review_on__gt', models.F('adopted_on'))), name='projects_reviewed_after_adopted')],
                    },
                ),
                migrations.CreateModel(
                    name='Acknowledgement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='projects.policy')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('at',),
                        'constraints': [models.UniqueConstraint(fields=('policy', 'organization'), name='projects_acknowledged_once')],
                    },
                ),
            ],
        ),
    ]
