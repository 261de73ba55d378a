import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0006_programs_and_copies"),
        ("programs", "0014_group_offers"),
    ]

    operations = [
        migrations.AddField(
            model_name="copyrequest",
            name="participant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copy_requests",
                to="programs.participant",
            ),
        ),
    ]
