"""No table changes: more tables have sealed rows, and migrations seal all rows again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_squashed_0002_guard"),
    ]

    operations = []
