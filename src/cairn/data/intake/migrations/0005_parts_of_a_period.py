"""A period's data may come in parts; each part is a slot of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0004_plain_labels"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="part",
            field=models.CharField(blank=True, default="", max_length=60, verbose_name="part"),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="intake_one_standing_a_slot",
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("received", "conforming", "conformed"))),
                fields=("organization", "agreement_reference", "feed", "period", "part"),
                name="intake_one_current_delivery_a_slot",
            ),
        ),
    ]
