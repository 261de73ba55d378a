"""From here on the database itself refuses to change or delete a disclosure on record."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cairn.governance.disclosure_log import guard


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        guard.install_record_guard(editor.connection, guard.FIRST_TABLES)


def remove(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        guard.remove_record_guard(editor.connection, guard.FIRST_TABLES)


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
