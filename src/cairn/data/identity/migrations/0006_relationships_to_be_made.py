"""Whoever stands in an index that was made before relationships were kept waits for hers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0005_relationships")]
    operations = [
        # The router sends this to the database in which people live.
        migrations.RunSQL(
            "INSERT INTO linkage_relationshipwaiting (person_id) SELECT id FROM linkage_person",
            "DELETE FROM linkage_relationshipwaiting",
            hints={"model_name": "relationshipwaiting"},
        )
    ]
