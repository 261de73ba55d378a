"""The children of a large disclosure in sealed blocks, which the database refuses to change."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cairn.platform.audit.api import install_append_only_triggers
from cairn.platform.tables.table_creation import CreateTables


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        install_append_only_triggers(editor.connection, ("disclosures_childblock",))


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_squashed_0003_plain_labels")]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="ChildBlock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="child_blocks",
                                to="disclosures.disclosurerecord",
                            ),
                        ),
                        ("beginning", models.CharField(max_length=4)),
                        ("sealed", models.BinaryField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("beginning", "record"),
                                name="disclosures_one_block_a_beginning",
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
