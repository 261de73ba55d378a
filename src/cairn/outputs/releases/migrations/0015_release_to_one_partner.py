import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0014_delivered_reports"),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="audience",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases_for",
                to="partners.organization",
                verbose_name="for",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="audience_minimum",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="smallest group"),
        ),
        migrations.AddField(
            model_name="release",
            name="opened_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience__isnull", True), ("opened_at__isnull", True)),
                    models.Q(("audience__isnull", False), ("audience_minimum__isnull", False)),
                    _connector="OR",
                ),
                name="releases_audience_has_a_minimum",
            ),
        ),
    ]
