"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('public_sources', '0001_initial'), ('public_sources', '0002_editions')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='PublicSource',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('publisher', models.CharField(max_length=200, verbose_name='publisher')),
                        ('address', models.URLField(max_length=400, verbose_name='web address')),
                        ('license', models.CharField(max_length=200, verbose_name='license')),
                        ('as_of', models.DateField(verbose_name='as of')),
                        ('level', models.CharField(choices=[('nation', 'Nation'), ('state', 'State'), ('county', 'County or city'), ('district', 'School district'), ('school', 'School'), ('tract', 'Census tract or smaller'), ('other', 'Other')], max_length=10, verbose_name='level')),
                        ('geography', models.CharField(max_length=200, verbose_name='geography')),
                        ('direction', models.CharField(choices=[('better', 'Better'), ('worse', 'Worse'), ('neither', 'Neither better nor worse')], max_length=10, verbose_name='a higher figure is')),
                        ('state', models.CharField(choices=[('uploaded', 'To be confirmed'), ('added', 'Added'), ('superseded', 'Superseded')], default='uploaded', max_length=10, verbose_name='state')),
                        ('file_name', models.CharField(max_length=200, verbose_name='file')),
                        ('digest', models.CharField(max_length=64, unique=True, verbose_name='sha256 of the file')),
                        ('sealed_file', models.BinaryField(null=True, verbose_name='file until it is confirmed')),
                        ('column_roles', models.JSONField(default=dict, verbose_name='what each column is')),
                        ('years', models.CharField(blank=True, max_length=60, verbose_name='years')),
                        ('kind_counts', models.JSONField(default=dict, verbose_name='figures by kind')),
                        ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('uploaded_at', models.DateTimeField(verbose_name='uploaded')),
                        ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('added_at', models.DateTimeField(null=True, verbose_name='added')),
                        ('first_edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='newer_editions', to='public_sources.publicsource')),
                        ('superseded_at', models.DateTimeField(null=True, verbose_name='superseded')),
                        ('shown_at', models.DateTimeField(null=True, verbose_name='shown to the public')),
                    ],
                    options={
                        'ordering': ('title', '-as_of'),
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('added_at__isnull', True), ('state', 'uploaded')), models.Q(('added_at__isnull', False), ('sealed_file__isnull', True), ('state__in', ('added', 'superseded'))), _connector='OR'), name='public_sources_added_without_file'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'superseded'), ('superseded_at__isnull', False)), models.Q(models.Q(('state', 'superseded'), _negated=True), ('superseded_at__isnull', True)), _connector='OR'), name='public_sources_superseded_has_its_time'), models.CheckConstraint(condition=models.Q(('shown_at__isnull', True), models.Q(('state', 'uploaded'), _negated=True), _connector='OR'), name='public_sources_shown_once_confirmed'), models.UniqueConstraint(condition=models.Q(('state', 'added')), fields=('first_edition',), name='public_sources_one_current_edition')],
                    },
                ),
                migrations.CreateModel(
                    name='PublicFigure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='public_sources.publicsource')),
                        ('row', models.PositiveIntegerField(verbose_name='row in the file')),
                        ('place_id', models.CharField(blank=True, max_length=60, verbose_name='place code')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                        ('period', models.CharField(blank=True, max_length=60, verbose_name='period')),
                        ('group', models.CharField(blank=True, max_length=300, verbose_name='group')),
                        ('measure', models.CharField(max_length=200, verbose_name='measure')),
                        ('numerator', models.CharField(blank=True, max_length=60, verbose_name='numerator')),
                        ('denominator', models.CharField(blank=True, max_length=60, verbose_name='denominator')),
                        ('estimate', models.CharField(blank=True, max_length=60, verbose_name='figure')),
                        ('margin', models.CharField(blank=True, max_length=60, verbose_name='margin of error')),
                        ('kind', models.CharField(choices=[('exact', 'Number'), ('interval', 'Published as a range'), ('suppressed', 'Suppressed by the publisher'), ('missing', 'Not available'), ('unread', 'Not understood')], max_length=10, verbose_name='kind')),
                        ('low', models.FloatField(null=True, verbose_name='lowest value')),
                        ('high', models.FloatField(null=True, verbose_name='highest value')),
                        ('reason', models.CharField(blank=True, max_length=100, verbose_name='why there is no number')),
                    ],
                    options={
                        'ordering': ('source', 'pk'),
                    },
                ),
            ],
        ),
    ]
