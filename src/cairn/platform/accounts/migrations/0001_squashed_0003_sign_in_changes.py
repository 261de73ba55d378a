"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_initial'), ('accounts', '0002_welcome_tour'), ('accounts', '0003_sign_in_changes')]

    initial = True

    dependencies = [
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='email')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                        ('is_invented', models.BooleanField(default=False)),
                        ('joined', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('tour_closed_at', models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        'ordering': ('name',),
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='accounts_one_user_an_address')],
                    },
                ),
                migrations.CreateModel(
                    name='SignInChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_in_changes', to=settings.AUTH_USER_MODEL)),
                        ('kind', models.CharField(choices=[('deactivated', 'Sign-in deactivated'), ('reactivated', 'Sign-in reactivated'), ('second_factor_reset', 'Two-step sign-in reset')], max_length=30)),
                        ('reason', models.TextField()),
                        ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('changed_at', models.DateTimeField()),
                        ('shown_at', models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        'ordering': ('-changed_at', '-pk'),
                    },
                ),
            ],
        ),
    ]
