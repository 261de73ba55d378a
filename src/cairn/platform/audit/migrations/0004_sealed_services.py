"""No table changes: programs, families, notes, mail and dashboards have sealed rows too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_more_sealed_rows"),
    ]

    operations = []
