"""Let groups say ages, fee, languages and outcome, and programs choose their bands of hours."""

from typing import Any

from django.db import migrations, models


def move_ages_to_groups(apps: Any, schema_editor: Any) -> None:
    """Keep the ages of a registration with its group, which has them from now on."""
    for offer in apps.get_model("programs", "RegistrationOffer").objects.exclude(ages=""):
        offer.series.ages = offer.ages
        offer.series.save(update_fields=["ages"])


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0013_staff_positions"),
    ]

    operations = [
        migrations.AddField(
            model_name="program",
            name="band_hours",
            field=models.JSONField(blank=True, default=list, verbose_name="bands of hours"),
        ),
        migrations.AddField(
            model_name="sessionseries",
            name="ages",
            field=models.CharField(blank=True, max_length=80, verbose_name="ages or grades"),
        ),
        migrations.AddField(
            model_name="sessionseries",
            name="fee",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="fee"
            ),
        ),
        migrations.AddField(
            model_name="sessionseries",
            name="fee_period",
            field=models.CharField(
                blank=True,
                choices=[
                    ("session", "per session"),
                    ("week", "per week"),
                    ("month", "per month"),
                    ("term", "per term"),
                    ("year", "per school year"),
                ],
                max_length=8,
                verbose_name="fee for",
            ),
        ),
        migrations.AddField(
            model_name="sessionseries",
            name="languages",
            field=models.JSONField(blank=True, default=list, verbose_name="languages"),
        ),
        migrations.AddField(
            model_name="sessionseries",
            name="outcome",
            field=models.CharField(blank=True, max_length=60, verbose_name="outcome it aims at"),
        ),
        migrations.RunPython(move_ages_to_groups, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="registrationoffer",
            name="ages",
        ),
    ]
