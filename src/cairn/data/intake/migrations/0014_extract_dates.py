from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0013_watched_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="extract_date",
            field=models.DateField(blank=True, null=True, verbose_name="data as of"),
        ),
        migrations.AddField(
            model_name="proposedfile",
            name="extract_date",
            field=models.DateField(blank=True, null=True, verbose_name="data as of"),
        ),
    ]
