"""Foundations and other funders are a kind of organization of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_squashed_0004_data_tools"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="organization",
            name="partners_known_kind",
        ),
        migrations.AlterField(
            model_name="organization",
            name="kind",
            field=models.CharField(
                choices=[
                    ("school_district", "School district"),
                    ("state_education_agency", "State education agency"),
                    ("postsecondary", "College or university"),
                    ("community_program", "Community program"),
                    ("health", "Health agency"),
                    ("government", "Government agency"),
                    ("tribal_nation", "Tribal nation"),
                    ("backbone", "Backbone organization"),
                    ("vendor", "Service provider"),
                    ("funder", "Foundation or other funder"),
                ],
                max_length=30,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "school_district",
                            "state_education_agency",
                            "postsecondary",
                            "community_program",
                            "health",
                            "government",
                            "tribal_nation",
                            "backbone",
                            "vendor",
                            "funder",
                        ],
                    )
                ),
                name="partners_known_kind",
            ),
        ),
    ]
