"""A file that would replace a different one is held until a person decides."""

from django.db import migrations, models

_STATES = [
    ("held", "Waiting for a decision"),
    ("received", "Received"),
    ("conforming", "Being checked"),
    ("conformed", "Accepted"),
    ("refused", "Rejected"),
    ("superseded", "Replaced by a newer file"),
    ("withdrawn", "Withdrawn"),
    ("destroyed", "Destroyed"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0005_parts_of_a_period"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="delivery", name="intake_known_state"),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(choices=_STATES, max_length=12),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [value for value, _label in _STATES])),
                name="intake_known_state",
            ),
        ),
    ]
