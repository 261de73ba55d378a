"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cairn.data.identity import guard


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "identities":
        guard.install_event_triggers(editor.connection)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "identities":
        guard.remove_event_triggers(editor.connection)


def sort_keys(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give the table of keys one order; SQLite then keeps no second copy of it."""
    if editor.connection.alias == "identities" and editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE linkage_blockingkey")
        editor.execute(
            "CREATE TABLE linkage_blockingkey (key bigint NOT NULL, record_id bigint NOT NULL, "
            "PRIMARY KEY (key, record_id)) WITHOUT ROWID"
        )


class Migration(migrations.Migration):

    replaces = [('linkage', '0001_initial'), ('linkage', '0002_guard'), ('linkage', '0003_drift'), ('linkage', '0004_runs_of_pilots'), ('linkage', '0005_relationships'), ('linkage', '0006_relationships_to_be_made'), ('linkage', '0007_keys_by_themselves'), ('linkage', '0008_words_in_time'), ('linkage', '0009_encodings'), ('linkage', '0010_plain_labels')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Person',
                    fields=[
                        ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                        ('created', models.DateTimeField()),
                        ('merged_into', models.CharField(blank=True, db_index=True, max_length=32)),
                        ('circle', models.CharField(blank=True, db_index=True, max_length=32)),
                        ('joint', models.FloatField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name_plural': 'people',
                    },
                ),
                migrations.CreateModel(
                    name='SourceId',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=64, unique=True)),
                        ('source', models.SlugField(max_length=60)),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='source_ids', to='linkage.person')),
                    ],
                ),
                migrations.CreateModel(
                    name='Record',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=64, unique=True)),
                        ('source', models.SlugField(max_length=60)),
                        ('source_id', models.ForeignKey(blank=True, db_column='of_id', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='records', to='linkage.sourceid')),
                        ('fresh', models.BooleanField(default=True)),
                        ('met_by', models.BinaryField(default=b'')),
                        ('mark', models.CharField(blank=True, default='', max_length=16)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('fresh', True)), fields=['id'], name='linkage_fresh'), models.Index(condition=models.Q(('mark__gt', '')), fields=['mark'], name='linkage_mark')],
                    },
                ),
                migrations.CreateModel(
                    name='Statement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('record', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='linkage.record')),
                        ('delivery', models.PositiveBigIntegerField(db_index=True)),
                        ('sealed', models.BinaryField()),
                        ('content', models.CharField(max_length=64)),
                        ('since', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('record', 'delivery'), name='linkage_one_statement_a_delivery')],
                    },
                ),
                migrations.CreateModel(
                    name='BlockingKey',
                    fields=[
                        ('pk', models.CompositePrimaryKey('key', 'record_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('key', models.BigIntegerField()),
                        ('record', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='blocking_keys', to='linkage.record')),
                    ],
                ),
                migrations.CreateModel(
                    name='Link',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='links', to='linkage.record')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='linkage.person')),
                        ('since', models.DateTimeField()),
                        ('until', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('record',), name='linkage_one_person_a_record')],
                    },
                ),
                migrations.CreateModel(
                    name='Gap',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='linkage.person')),
                        ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='linkage.person')),
                        ('bits', models.FloatField(db_index=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='Verdict',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('always', 'always the same student'), ('never', 'never the same student')], max_length=6)),
                        ('why', models.TextField(blank=True)),
                        ('by_id', models.CharField(max_length=40)),
                        ('by_label', models.CharField(max_length=254)),
                        ('at', models.DateTimeField()),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ('-at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='VerdictRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('verdict', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='linkage.verdict')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='linkage.record')),
                        ('side', models.PositiveSmallIntegerField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('verdict', 'record'), name='linkage_on_one_side')],
                    },
                ),
                migrations.CreateModel(
                    name='Question',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sides', models.CharField(max_length=64, unique=True)),
                        ('joined', models.BooleanField()),
                        ('bits', models.FloatField()),
                        ('band', models.SmallIntegerField()),
                        ('weight', models.FloatField()),
                        ('sample', models.BooleanField(default=False)),
                        ('wanted', models.PositiveSmallIntegerField(default=1)),
                        ('state', models.CharField(choices=[('open', 'open'), ('answered', 'answered'), ('stale', 'closed')], default='open', max_length=8)),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('-weight', 'pk'),
                        'indexes': [models.Index(fields=['state', '-weight'], name='linkage_questions_waiting')],
                    },
                ),
                migrations.CreateModel(
                    name='QuestionRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='linkage.question')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='linkage.record')),
                        ('side', models.PositiveSmallIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Answer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='linkage.question')),
                        ('said', models.CharField(choices=[('same', 'Same student'), ('different', 'Different students'), ('unsure', 'Not sure')], max_length=9)),
                        ('by_id', models.CharField(max_length=40)),
                        ('by_label', models.CharField(max_length=254)),
                        ('at', models.DateTimeField()),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('verdict', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answers', to='linkage.verdict')),
                    ],
                    options={
                        'ordering': ('at', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('question', 'by_id'), name='linkage_one_answer_a_reviewer')],
                    },
                ),
                migrations.CreateModel(
                    name='LinkageRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('inputs', models.CharField(max_length=64)),
                        ('at', models.DateTimeField(verbose_name='when')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decision_id', models.CharField(max_length=64)),
                        ('basis', models.CharField(blank=True, max_length=40)),
                        ('agreements', models.JSONField(default=list)),
                        ('deliveries', models.PositiveIntegerField(verbose_name='data submissions')),
                        ('left_out', models.PositiveIntegerField(default=0, verbose_name='data submissions left out')),
                        ('rows', models.PositiveBigIntegerField(verbose_name='rows')),
                        ('rows_unlinked', models.PositiveBigIntegerField(verbose_name='rows without a person')),
                        ('records', models.PositiveBigIntegerField(verbose_name='records')),
                        ('people', models.PositiveBigIntegerField(verbose_name='people')),
                        ('new_people', models.PositiveBigIntegerField(verbose_name='new people')),
                        ('whole', models.BooleanField(default=True)),
                        ('pilot', models.BooleanField(default=False, verbose_name='pilot, with synthetic data')),
                        ('looked_at', models.PositiveBigIntegerField(default=0, verbose_name='records compared')),
                        ('sources_a_person', models.JSONField(default=dict)),
                        ('by_source', models.JSONField(default=dict)),
                        ('found', models.JSONField(default=dict)),
                    ],
                    options={
                        'ordering': ('-at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='LinkedPart',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='linkage.linkagerun')),
                        ('delivery', models.PositiveBigIntegerField()),
                        ('organization', models.SlugField(max_length=60)),
                        ('agreement', models.CharField(max_length=80)),
                        ('record', models.CharField(max_length=40)),
                        ('file', models.CharField(max_length=90)),
                        ('seen', models.CharField(blank=True, max_length=64)),
                        ('rows', models.PositiveBigIntegerField(default=0)),
                        ('rows_unlinked', models.PositiveBigIntegerField(default=0)),
                    ],
                    options={
                        'ordering': ('organization', 'agreement', 'record', 'pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Shadow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('version', models.CharField(max_length=80)),
                        ('people_now', models.PositiveBigIntegerField()),
                        ('people_then', models.PositiveBigIntegerField()),
                        ('same', models.PositiveBigIntegerField()),
                        ('would_merge', models.PositiveBigIntegerField()),
                        ('would_split', models.PositiveBigIntegerField()),
                        ('records_moved', models.PositiveBigIntegerField()),
                        ('drift', models.FloatField(default=0.0)),
                        ('taken_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ('-at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='FittedModel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.CharField(max_length=80, unique=True)),
                        ('sealed', models.BinaryField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('-at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='MatchEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=12)),
                        ('person_id', models.CharField(db_index=True, max_length=32)),
                        ('other_id', models.CharField(blank=True, max_length=32)),
                        ('by_id', models.CharField(blank=True, max_length=40)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ('-at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Sign',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signs', to='linkage.person')),
                        ('alarm', models.CharField(max_length=16)),
                        ('since', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('person', 'alarm'), name='linkage_one_sign_a_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='Stay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stays', to='linkage.record')),
                        ('delivery', models.PositiveBigIntegerField(db_index=True)),
                        ('content', models.CharField(max_length=64)),
                        ('sealed', models.BinaryField()),
                        ('since', models.DateTimeField()),
                        ('until', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='StayKey',
                    fields=[
                        ('pk', models.CompositePrimaryKey('value', 'stay_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('value', models.BigIntegerField()),
                        ('stay', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='linkage.stay')),
                    ],
                ),
                migrations.CreateModel(
                    name='RelationshipVerdict',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('twin', 'twin'), ('sibling', 'sibling'), ('household', 'same household'), ('none', 'not related'), ('guardian', 'guardian')], max_length=9)),
                        ('guardian', models.BigIntegerField(default=0)),
                        ('sealed', models.BinaryField(default=bytes)),
                        ('since', models.DateTimeField(blank=True, null=True)),
                        ('until', models.DateTimeField(blank=True, null=True)),
                        ('why', models.TextField()),
                        ('by_id', models.CharField(max_length=40)),
                        ('by_label', models.CharField(max_length=254)),
                        ('at', models.DateTimeField()),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ('-at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Relationship',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('guardian', 'guardian'), ('twin', 'twin'), ('sibling', 'sibling'), ('household', 'same household')], max_length=9)),
                        ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='linkage.person')),
                        ('other', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='linkage.person')),
                        ('guardian', models.BigIntegerField(default=0)),
                        ('sealed', models.BinaryField(default=bytes)),
                        ('since', models.DateTimeField()),
                        ('until', models.DateTimeField(blank=True, null=True)),
                        ('sources', models.JSONField(default=list)),
                        ('grounds', models.JSONField(default=list)),
                        ('verdict', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='relationships', to='linkage.relationshipverdict')),
                    ],
                ),
                migrations.CreateModel(
                    name='RelationshipVerdictRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('verdict', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='linkage.relationshipverdict')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kinship_verdicts', to='linkage.record')),
                        ('side', models.PositiveSmallIntegerField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('verdict', 'record'), name='linkage_kin_on_one_side')],
                    },
                ),
                migrations.CreateModel(
                    name='RelationshipWaiting',
                    fields=[
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='linkage.person')),
                        ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                ),
            ],
        ),
        migrations.RunPython(install, remove, hints={"model_name": "matchevent"}),
        migrations.RunPython(sort_keys, hints={"model_name": "blockingkey"}),
    ]
