"""Keep the time of a sign-in apart from the person, on whom every page rests."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def move_times(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Write a row for each person who has signed in."""
    users = apps.get_model("accounts", "User").objects.exclude(last_login=None)
    times = apps.get_model("accounts", "SignInTime").objects
    times.bulk_create(times.model(user_id=user.pk, at=user.last_login) for user in users)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_squashed_0003_sign_in_changes")]

    operations = [
        migrations.CreateModel(
            name="SignInTime",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(move_times),
        migrations.RemoveField("user", "last_login"),
    ]
