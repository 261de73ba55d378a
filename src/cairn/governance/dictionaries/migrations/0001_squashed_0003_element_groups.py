"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('dictionaries', '0001_initial'), ('dictionaries', '0002_plain_labels'), ('dictionaries', '0003_element_groups')]

    initial = True

    dependencies = [
        ('partners', '0004_data_tools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='DataDictionary',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dictionaries', to='partners.organization')),
                        ('data_set', models.CharField(max_length=160, verbose_name='data set')),
                        ('version', models.PositiveIntegerField(verbose_name='version')),
                        ('file_name', models.CharField(max_length=200, verbose_name='file')),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the file')),
                        ('report', models.JSONField(default=dict, verbose_name='import report')),
                        ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('imported_at', models.DateTimeField(verbose_name='imported')),
                    ],
                    options={
                        'ordering': ('organization__name', 'data_set', '-version'),
                        'constraints': [models.UniqueConstraint(fields=('organization', 'data_set', 'version'), name='dictionaries_one_version_a_number')],
                    },
                ),
                migrations.CreateModel(
                    name='DataElement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('dictionary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='elements', to='dictionaries.datadictionary')),
                        ('position', models.PositiveIntegerField(verbose_name='row in the file')),
                        ('name', models.CharField(max_length=200, verbose_name="provider's name")),
                        ('group', models.CharField(blank=True, max_length=400, verbose_name='group')),
                        ('definition', models.TextField(blank=True, verbose_name='definition')),
                        ('kind', models.CharField(blank=True, max_length=20, verbose_name='type')),
                        ('kind_as_written', models.CharField(blank=True, max_length=200, verbose_name='type in the file')),
                        ('values', models.TextField(blank=True, verbose_name='values')),
                        ('first_year', models.CharField(max_length=7, null=True, verbose_name='first school year')),
                        ('last_year', models.CharField(blank=True, max_length=7, null=True, verbose_name='last school year')),
                        ('years_as_written', models.CharField(blank=True, max_length=200, verbose_name='years in the file')),
                        ('matched', models.CharField(blank=True, max_length=120, verbose_name="Cairn's element")),
                        ('identifier', models.CharField(blank=True, choices=[('direct', 'Direct identifier: identifies a child by itself'), ('indirect', 'Indirect identifier: identifies a child together with other data'), ('none', 'Not an identifier')], max_length=10, verbose_name='identifier type')),
                        ('special', models.JSONField(default=list, verbose_name='special legal protection')),
                        ('guessed_because', models.CharField(blank=True, max_length=400, verbose_name='reason for the suggestion')),
                        ('ladder', models.JSONField(default=list, verbose_name='less detailed forms')),
                        ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                    ],
                    options={
                        'ordering': ('dictionary', 'position'),
                        'constraints': [models.UniqueConstraint(fields=('dictionary', 'group', 'name'), name='dictionaries_one_entry_a_name'), models.CheckConstraint(condition=models.Q(('identifier__in', ['', 'direct', 'indirect', 'none'])), name='dictionaries_known_identifier'), models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), models.Q(('identifier', ''), _negated=True), _connector='OR'), name='dictionaries_confirmed_has_a_class')],
                    },
                ),
            ],
        ),
    ]
