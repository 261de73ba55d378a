import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Signature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confidentiality', to=settings.AUTH_USER_MODEL)),
                        ('version', models.CharField(max_length=20, verbose_name='version')),
                        ('digest', models.CharField(max_length=64, verbose_name='digest of the text')),
                        ('typed_name', models.CharField(max_length=120, verbose_name='name as typed')),
                        ('how', models.CharField(max_length=120, verbose_name='how the person was known')),
                        ('signed_at', models.DateTimeField(verbose_name='signed')),
                    ],
                    options={
                        'ordering': ('-signed_at',),
                        'constraints': [models.UniqueConstraint(fields=('user', 'version', 'digest'), name='training_signed_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Attempt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to=settings.AUTH_USER_MODEL)),
                        ('course', models.CharField(max_length=60)),
                        ('version', models.CharField(max_length=20)),
                        ('answers', models.JSONField()),
                        ('right', models.PositiveSmallIntegerField()),
                        ('of', models.PositiveSmallIntegerField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('-at',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('right__lte', models.F('of'))), name='training_no_more_than_all')],
                    },
                ),
                migrations.CreateModel(
                    name='Completion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='completions', to=settings.AUTH_USER_MODEL)),
                        ('course', models.CharField(max_length=60, verbose_name='course')),
                        ('version', models.CharField(max_length=20, verbose_name='version')),
                        ('passed_on', models.DateField(verbose_name='passed')),
                        ('expires_on', models.DateField(verbose_name='counts through')),
                        ('how', models.CharField(max_length=200, verbose_name='how')),
                        ('attested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attested', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('-passed_on', 'course'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('expires_on__gte', models.F('passed_on'))), name='training_expires_after_passing')],
                    },
                ),
                migrations.CreateModel(
                    name='SelfRating',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to=settings.AUTH_USER_MODEL)),
                        ('skill', models.CharField(max_length=60)),
                        ('level', models.PositiveSmallIntegerField()),
                        ('rated_on', models.DateField()),
                    ],
                    options={
                        'ordering': ('skill', '-rated_on'),
                        'constraints': [models.UniqueConstraint(fields=('user', 'skill', 'rated_on'), name='training_one_rating_a_day'), models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 4)), name='training_known_level')],
                    },
                ),
            ],
        ),
    ]
