from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0012_pick_up_signature"),
    ]

    operations = [
        migrations.AlterField(
            model_name="staffassignment",
            name="position",
            field=models.CharField(
                choices=[
                    ("tutor", "Tutor"),
                    ("coach", "Coach"),
                    ("instructor", "Instructor"),
                    ("navigator", "Navigator"),
                    ("liaison", "Liaison"),
                    ("site_lead", "Site lead"),
                    ("fellow", "Fellow or intern"),
                    ("shared", "Position shared with a school or district"),
                    ("volunteer", "Volunteer"),
                    ("other", "Other"),
                ],
                max_length=12,
                verbose_name="position",
            ),
        ),
    ]
