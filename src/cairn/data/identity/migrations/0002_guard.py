"""Events of the person index are never changed or deleted, in the identities database."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cairn.data.identity import guard


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "identities":
        guard.install_event_triggers(editor.connection)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.alias == "identities":
        guard.remove_event_triggers(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial")]
    operations = [
        # The router sends this to the database in which the events live.
        migrations.RunPython(install, remove, hints={"model_name": "matchevent"})
    ]
