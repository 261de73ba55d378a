import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('intake', '0010_watched_folders'),
        ('partners', '0003_state_review'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Survey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('agreement_reference', models.CharField(max_length=80, verbose_name='agreement')),
                        ('title', models.CharField(max_length=160, verbose_name='title')),
                        ('title_es', models.CharField(max_length=160, verbose_name='title in Spanish')),
                        ('notice', models.TextField(max_length=2000, verbose_name='what the survey is for')),
                        ('notice_es', models.TextField(max_length=2000, verbose_name='what the survey is for, in Spanish')),
                        ('consent_question', models.CharField(max_length=300, verbose_name='consent question')),
                        ('consent_question_es', models.CharField(max_length=300, verbose_name='consent question in Spanish')),
                        ('route', models.CharField(choices=[('anonymous', 'Anonymous: one link for all, and no student'), ('roster', 'By roster: a personal link for each student, under whom the answer is stored')], max_length=10)),
                        ('opens_on', models.DateField(verbose_name='first day')),
                        ('closes_on', models.DateField(verbose_name='last day')),
                        ('answer_limit', models.PositiveIntegerField(verbose_name='largest number of answers')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed')], default='draft', max_length=10)),
                        ('key_seed', models.CharField(max_length=32)),
                        ('key_digest', models.CharField(max_length=64, unique=True)),
                        ('refusals', models.PositiveIntegerField(default=0)),
                        ('imported_answers', models.PositiveIntegerField(default=0)),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('written_at', models.DateTimeField()),
                        ('opened_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('delivery', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.delivery')),
                        ('discarded_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ('-written_at', '-pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'open', 'closed'])), name='surveys_known_status')],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyQuestion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='surveys.survey')),
                        ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                        ('kind', models.CharField(choices=[('one_choice', 'One choice'), ('choices', 'Several choices'), ('scale', 'Scale from 1'), ('number', 'Number'), ('date', 'Date'), ('text', 'Text in their own words')], max_length=20, verbose_name='kind of answer')),
                        ('wording', models.CharField(max_length=300, verbose_name='question')),
                        ('wording_es', models.CharField(max_length=300, verbose_name='question in Spanish')),
                        ('choices', models.JSONField(default=list)),
                        ('scale_top', models.PositiveSmallIntegerField(default=5)),
                        ('is_required', models.BooleanField(default=False, verbose_name='required')),
                        ('topic', models.CharField(blank=True, choices=[('politics', 'Political affiliations or beliefs'), ('mental_health', 'Mental or psychological problems'), ('sex', 'Sex behavior or attitudes'), ('illegal_behavior', 'Illegal, anti-social, self-incriminating or demeaning behavior'), ('family_appraisal', 'Critical appraisals of close family'), ('privileged_relationship', 'Relationships with lawyers, physicians or ministers'), ('religion', 'Religious practices, affiliations or beliefs'), ('income', 'Income')], max_length=30, verbose_name='protected area')),
                        ('outcome', models.CharField(blank=True, max_length=60)),
                    ],
                    options={
                        'ordering': ('survey', 'position', 'pk'),
                    },
                ),
                migrations.CreateModel(
                    name='SurveyLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='surveys.survey')),
                        ('key_seed', models.CharField(max_length=32)),
                        ('key_digest', models.CharField(max_length=64, unique=True)),
                        ('student_key', models.CharField(max_length=64)),
                        ('sealed_student', models.BinaryField(null=True)),
                        ('sendings', models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        'ordering': ('pk',),
                        'constraints': [models.UniqueConstraint(fields=('survey', 'student_key'), name='surveys_one_link_a_student')],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyResponse',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='responses', to='surveys.survey')),
                        ('link', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='response', to='surveys.surveylink')),
                        ('response_id', models.CharField(max_length=32)),
                        ('language', models.CharField(max_length=5)),
                        ('sent_at', models.DateTimeField()),
                        ('sealed_answers', models.BinaryField()),
                    ],
                    options={
                        'ordering': ('survey', 'response_id'),
                        'constraints': [models.UniqueConstraint(fields=('survey', 'response_id'), name='surveys_one_row_a_response')],
                    },
                ),
            ],
        ),
    ]
