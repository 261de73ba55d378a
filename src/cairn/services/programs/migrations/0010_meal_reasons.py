from django.db import migrations, models


def replace_texts(apps, schema_editor):
    """Replace reasons that were written as text: they could name a child."""
    rows = apps.get_model("programs", "MealCount").objects.using(schema_editor.connection.alias)
    rows.exclude(reason="").update(reason="other")


class Migration(migrations.Migration):
    dependencies = [("programs", "0009_record_retention")]

    operations = [
        migrations.RunPython(
            replace_texts, migrations.RunPython.noop, hints={"model_name": "mealcount"}
        ),
        migrations.AlterField(
            model_name="mealcount",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("late", "Counted late"),
                    ("wrong", "Counted wrong"),
                    ("attendance", "Attendance corrected"),
                    ("other", "Other"),
                ],
                max_length=10,
                verbose_name="reason",
            ),
        ),
    ]
