from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consents", "0004_dual_enrollment"),
    ]

    operations = [
        migrations.AddField(
            model_name="child",
            name="statement_on",
            field=models.DateField(blank=True, null=True, verbose_name="family's statement since"),
        ),
    ]
