"""The files of each holding at the begin, so that a certificate after an interruption has them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("retention", "0002_plain_labels")]

    operations = [
        migrations.AddField(
            model_name="destructionrun",
            name="planned",
            field=models.JSONField(default=dict),
        ),
    ]
