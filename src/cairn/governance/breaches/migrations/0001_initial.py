import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agreements', '0007_paper_signature'),
        ('partners', '0003_state_review'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Breach',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='partners.organization')),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='agreements.agreement')),
                        ('kind', models.CharField(choices=[('unauthorized_disclosure', 'Data went to someone who may not have them'), ('unauthorized_access', 'Someone opened data without permission'), ('loss', 'A device, file or password was lost or stolen'), ('other_use', 'Data were used for another purpose, or kept too long')], max_length=30, verbose_name='what happened')),
                        ('discovered_at', models.DateTimeField(verbose_name='discovered')),
                        ('described', models.TextField(verbose_name='in words')),
                        ('students', models.PositiveIntegerField(blank=True, null=True, verbose_name='students concerned')),
                        ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=8, verbose_name='status')),
                        ('remedy', models.TextField(blank=True, verbose_name='what was done')),
                        ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'verbose_name_plural': 'breaches',
                        'ordering': ('-discovered_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='BreachNotice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('breach', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='breaches.breach')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breach_notices', to='partners.organization')),
                        ('notified_at', models.DateTimeField(verbose_name='notified')),
                        ('how', models.CharField(max_length=200, verbose_name='how')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('notified_at', 'pk'),
                        'constraints': [models.UniqueConstraint(fields=('breach', 'owner'), name='breaches_one_notice_an_owner')],
                    },
                ),
            ],
        ),
    ]
