"""Who wrote on a version: none of them approves it. Until now the last one was stored only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="indicatorversion",
            name="writers",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
