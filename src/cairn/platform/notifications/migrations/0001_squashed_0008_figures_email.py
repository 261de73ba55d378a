"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('notifications', '0001_email'), ('notifications', '0002_deliveries_and_bounces'), ('notifications', '0003_file_request_links'), ('notifications', '0004_place_offers'), ('notifications', '0005_sign_in_notices'), ('notifications', '0006_registration_links'), ('notifications', '0007_figure_questions'), ('notifications', '0008_figures_email')]

    initial = True

    dependencies = [
        ('accounts', '0003_sign_in_changes'),
        ('accounts', '__first__'),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='MailPreference',
                    fields=[
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='mail_preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                        ('choice', models.CharField(choices=[('each', 'When a task begins to wait for me'), ('daily', 'Once a day, in the morning'), ('off', 'No email about tasks')], default='each', max_length=10)),
                        ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish')], default='en', max_length=2)),
                        ('quiet_from', models.TimeField(blank=True, null=True)),
                        ('quiet_until', models.TimeField(blank=True, null=True)),
                        ('changed_at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='MailMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('tasks', 'Tasks'), ('invitation', 'Sign-in link'), ('paper_signature', 'Link to confirm a signature'), ('file_request', 'Link to send a file'), ('place_offer', 'Link to accept a place'), ('registration', 'Link to an unfinished registration'), ('sign_in', 'Notice of a change of a sign-in'), ('figure_answer', 'Answer about a figure'), ('figures', 'Published figures, once a week')], max_length=20)),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('address', models.EmailField(max_length=254)),
                        ('token', models.CharField(blank=True, db_index=True, max_length=40)),
                        ('subject', models.CharField(max_length=200)),
                        ('sealed', models.BinaryField()),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('bounced', 'Bounced'), ('failed', 'Not sent')], default='waiting', max_length=10)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('created_at', models.DateTimeField()),
                        ('next_try_at', models.DateTimeField()),
                        ('attempted_at', models.DateTimeField(null=True)),
                        ('problem', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'ordering': ('created_at', 'pk'),
                        'indexes': [models.Index(fields=['state', 'next_try_at'], name='notifications_due')],
                    },
                ),
                migrations.CreateModel(
                    name='BouncedAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.EmailField(max_length=254, unique=True)),
                        ('bounced_at', models.DateTimeField()),
                        ('status', models.CharField(blank=True, max_length=20)),
                    ],
                    options={
                        'ordering': ('address',),
                    },
                ),
                migrations.CreateModel(
                    name='MailedTask',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('key', models.CharField(max_length=200)),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='notifications.mailmessage')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='notifications_one_email_a_task')],
                    },
                ),
                migrations.CreateModel(
                    name='NoticeDelivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('key', models.CharField(max_length=200)),
                        ('channel', models.CharField(choices=[('email', 'Email that the mail server took'), ('inbox', 'Home, while signed in')], max_length=10)),
                        ('delivered_at', models.DateTimeField()),
                        ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='notifications.mailmessage')),
                        ('bounced_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['key'], name='notifications_by_key')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('bounced_at', None)), fields=('user', 'key', 'channel'), name='notifications_one_delivery')],
                    },
                ),
            ],
        ),
    ]
