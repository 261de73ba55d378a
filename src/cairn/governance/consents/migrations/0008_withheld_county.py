"""A school that withholds where a child lives withholds the county, an element that came later."""

from django.db import migrations

_PLACE = {"student.street", "student.city", "student.postal_code"}
_COUNTY = "student.county"


def withhold_county(apps, schema_editor):
    """Add the county to each declaration that withholds the city and ZIP code."""
    rows = apps.get_model("consents", "Child").objects.using(schema_editor.connection.alias)
    for child in rows.filter(withheld__isnull=False).exclude(withheld=[]):
        if set(child.withheld) >= _PLACE and _COUNTY not in child.withheld:
            child.withheld = sorted({*child.withheld, _COUNTY})
            child.save(update_fields=["withheld"])


class Migration(migrations.Migration):
    dependencies = [("consents", "0007_tax_evidence")]

    operations = [
        migrations.RunPython(
            withhold_county, migrations.RunPython.noop, hints={"model_name": "child"}
        )
    ]
