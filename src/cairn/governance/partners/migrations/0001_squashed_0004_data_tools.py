"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('partners', '0001_initial'), ('partners', '0002_bars_by_owner'), ('partners', '0003_state_review'), ('partners', '0004_data_tools')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Organization',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=60, unique=True, verbose_name='short name')),
                        ('name', models.CharField(max_length=160, verbose_name='name')),
                        ('kind', models.CharField(choices=[('school_district', 'School district'), ('state_education_agency', 'State education agency'), ('postsecondary', 'College or university'), ('community_program', 'Community program'), ('health', 'Health agency'), ('government', 'Government agency'), ('tribal_nation', 'Tribal nation'), ('backbone', 'Backbone organization'), ('vendor', 'Service provider')], max_length=30, verbose_name='kind')),
                        ('website', models.URLField(blank=True, verbose_name='website')),
                        ('state', models.CharField(blank=True, max_length=2, verbose_name='state')),
                        ('is_education_program', models.BooleanField(blank=True, null=True, verbose_name='principally engaged in education')),
                        ('is_educational_agency', models.BooleanField(blank=True, null=True, verbose_name='an educational agency under FERPA')),
                        ('is_covered_entity', models.BooleanField(blank=True, null=True, verbose_name='covered by HIPAA')),
                    ],
                    options={
                        'ordering': ('name',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['school_district', 'state_education_agency', 'postsecondary', 'community_program', 'health', 'government', 'tribal_nation', 'backbone', 'vendor'])), name='partners_known_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='Affiliation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='partners.organization')),
                        ('role', models.CharField(choices=[('data_manager', 'Data manager'), ('steward', 'Data steward'), ('analyst', 'Analyst'), ('reviewer', 'Release reviewer'), ('program_staff', 'Program staff'), ('counsel', 'Counsel'), ('committee_member', 'Data committee member')], max_length=20, verbose_name='role')),
                        ('starts', models.DateField(verbose_name='from')),
                        ('ends', models.DateField(blank=True, null=True, verbose_name='to (inclusive)')),
                    ],
                    options={
                        'ordering': ('organization__name', 'role', 'starts'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['data_manager', 'steward', 'analyst', 'reviewer', 'program_staff', 'counsel', 'committee_member'])), name='partners_known_role'), models.UniqueConstraint(condition=models.Q(('ends__isnull', True)), fields=('user', 'organization', 'role'), name='partners_one_open_role')],
                    },
                ),
                migrations.CreateModel(
                    name='Contact',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='partners.organization')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='email')),
                        ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                    ],
                    options={
                        'ordering': ('name',),
                    },
                ),
                migrations.CreateModel(
                    name='Assessment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='partners.organization')),
                        ('questionnaire', models.CharField(max_length=40)),
                        ('version', models.CharField(max_length=20)),
                        ('answers', models.JSONField()),
                        ('score', models.PositiveSmallIntegerField(verbose_name='score, of 100')),
                        ('note', models.TextField(blank=True, verbose_name='findings in your own words')),
                        ('assessed_on', models.DateField(verbose_name='assessed')),
                        ('expires_on', models.DateField(verbose_name='counts through')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('-assessed_on', '-pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('expires_on__gte', models.F('assessed_on'))), name='partners_assessment_expires_later'), models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='partners_score_of_100')],
                    },
                ),
                migrations.CreateModel(
                    name='SecurityPlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='partners.organization')),
                        ('text', models.TextField()),
                        ('digest', models.CharField(max_length=64)),
                        ('adopted_on', models.DateField()),
                        ('adopted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('-adopted_on', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Bar',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bars', to='partners.organization')),
                        ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bars_from_records', to='partners.organization')),
                        ('until', models.DateField(verbose_name='barred until (inclusive)')),
                        ('reason', models.TextField(verbose_name='who found what, and where that is written')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField()),
                        ('lifted_on', models.DateField(blank=True, null=True)),
                        ('lifted_because', models.TextField(blank=True)),
                    ],
                    options={
                        'ordering': ('-until', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='StateReview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='state_reviews', to='partners.organization')),
                        ('state', models.CharField(max_length=2, verbose_name='state')),
                        ('counsel', models.CharField(max_length=120, verbose_name='counsel')),
                        ('law', models.TextField(verbose_name='statutes and rules reviewed')),
                        ('answers', models.JSONField()),
                        ('reviewed_on', models.DateField(verbose_name='reviewed')),
                        ('expires_on', models.DateField(verbose_name='counts through')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('-reviewed_on', '-pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('expires_on__gte', models.F('reviewed_on'))), name='partners_state_review_expires_later')],
                    },
                ),
                migrations.CreateModel(
                    name='Control',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='controls', to='partners.organization')),
                        ('name', models.CharField(max_length=160, verbose_name='protection')),
                        ('evidence', models.CharField(max_length=300, verbose_name='evidence')),
                        ('seen_on', models.DateField(verbose_name='evidence seen')),
                        ('safeguard', models.CharField(blank=True, max_length=24, verbose_name='safeguard')),
                    ],
                    options={
                        'ordering': ('name',),
                    },
                ),
                migrations.CreateModel(
                    name='SubProcessor',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sub_processors', to='partners.organization')),
                        ('name', models.CharField(max_length=160, verbose_name='name')),
                        ('service', models.CharField(max_length=200, verbose_name='what they do')),
                        ('place', models.CharField(max_length=120, verbose_name='where the data lie')),
                    ],
                    options={
                        'ordering': ('name',),
                    },
                ),
                migrations.CreateModel(
                    name='DataTool',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='data_tools', to='partners.organization')),
                        ('name', models.CharField(max_length=120, verbose_name='tool')),
                        ('used_for', models.CharField(help_text='For example: registration and attendance of a program.', max_length=300, verbose_name='used for')),
                        ('yearly_cost', models.PositiveIntegerField(blank=True, help_text='Leave blank if you do not know it.', null=True, verbose_name='cost a year, in dollars')),
                        ('contact', models.CharField(blank=True, help_text='A role, or a name with an address at work.', max_length=160, verbose_name='contact')),
                    ],
                    options={
                        'ordering': ('organization__name', 'name'),
                        'constraints': [models.UniqueConstraint(fields=('organization', 'name'), name='partners_one_tool_an_organization')],
                    },
                ),
                migrations.CreateModel(
                    name='ToolConnection',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sends_to', to='partners.datatool', verbose_name='from')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gets_from', to='partners.datatool', verbose_name='to')),
                        ('carries', models.CharField(help_text='For example: names and attendance, each Friday.', max_length=300, verbose_name='data')),
                        ('method', models.CharField(choices=[('automatic', 'Automatic'), ('file', 'By file'), ('by_hand', 'Typed by hand')], max_length=12, verbose_name='how')),
                    ],
                    options={
                        'ordering': ('source__organization__name', 'source__name', 'target__name'),
                        'constraints': [models.UniqueConstraint(fields=('source', 'target'), name='partners_one_connection_a_pair'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='partners_connection_of_two_tools')],
                    },
                ),
            ],
        ),
    ]
