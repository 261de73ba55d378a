"""From here on the database itself refuses to change or delete an audit line."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cairn.platform.audit import guard


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        guard.install_append_only_triggers(editor.connection)


def remove(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "default":
        guard.remove_append_only_triggers(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
