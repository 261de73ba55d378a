"""Blocking keys lie sorted by key and by nothing else; each record keeps a list of its own."""

from itertools import groupby
from operator import itemgetter

import django.db.models.deletion
import numpy as np
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def list_keys(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Gives each record the list of the keys that it has."""
    if editor.connection.alias != "identities":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT record_id, key FROM linkage_blockingkey ORDER BY record_id, key")
        listed = [
            (np.array([key for _, key in rows], "<i8").tobytes(), record)
            for record, rows in groupby(cursor.fetchall(), itemgetter(0))
        ]
        cursor.executemany("UPDATE linkage_record SET met_by = %s WHERE id = %s", listed)


def sort_keys(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Copies the keys into a table that has one order; SQLite then keeps no second copy of it."""
    if editor.connection.alias != "identities":
        return
    alone = "WITHOUT ROWID" if editor.connection.vendor == "sqlite" else ""
    editor.execute(
        "CREATE TABLE linkage_sortedkey (key bigint NOT NULL, record_id bigint NOT NULL, "
        f"PRIMARY KEY (key, record_id)) {alone}"
    )
    editor.execute(
        "INSERT INTO linkage_sortedkey (key, record_id) "
        "SELECT key, record_id FROM linkage_blockingkey ORDER BY key, record_id"
    )
    editor.execute("DROP TABLE linkage_blockingkey")
    editor.execute("ALTER TABLE linkage_sortedkey RENAME TO linkage_blockingkey")


class Migration(migrations.Migration):
    dependencies = [("linkage", "0006_relationships_to_be_made")]
    operations = [
        migrations.AddField("record", "met_by", models.BinaryField(default=b"")),
        migrations.RunPython(list_keys, hints={"model_name": "blockingkey"}),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(sort_keys, hints={"model_name": "blockingkey"})
            ],
            state_operations=[
                migrations.AlterField(
                    "blockingkey",
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="blocking_keys",
                        to="linkage.record",
                    ),
                )
            ],
        ),
        migrations.AlterField(
            "statement",
            "record",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="statements",
                to="linkage.record",
            ),
        ),
    ]
