"""A reviewer's word has a time of its own and may name a guardian; who waits, waits since when."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("linkage", "0007_keys_by_themselves"),
    ]

    operations = [
        migrations.AddField(
            model_name="relationshipverdict",
            name="sealed",
            field=models.BinaryField(default=bytes),
        ),
        migrations.AddField(
            model_name="relationshipverdict",
            name="since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="relationshipverdict",
            name="until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="relationshipwaiting",
            name="since",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AlterField(
            model_name="relationshipverdict",
            name="kind",
            field=models.CharField(
                choices=[
                    ("twin", "twin"),
                    ("sibling", "brother or sister"),
                    ("household", "one household"),
                    ("none", "not related"),
                    ("guardian", "guardian"),
                ],
                max_length=9,
            ),
        ),
    ]
