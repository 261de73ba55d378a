"""Each database gets the tables that belong to it, and only the migrations that make them."""

import pytest
from django.apps import apps
from django.db import connections, router
from django.db.migrations.recorder import MigrationRecorder

from cairn.interfaces.web.database_apps import list_database_apps

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.mark.parametrize("alias", ["default", "identities"])
def test_each_database_has_its_tables_and_no_others(alias: str) -> None:
    models = (
        model
        for config in apps.get_app_configs()
        for model in router.get_migratable_models(config, alias, include_auto_created=True)
    )
    expected = {model._meta.db_table for model in models} | {"django_migrations"}
    # A command that ran in this process has sealed the rows, and the log of changes is there.
    present = set(connections[alias].introspection.table_names()) - {"row_change_log"}
    assert present == expected


def test_the_database_of_identities_knows_no_project() -> None:
    assert list_database_apps("identities") == {"linkage", "notes", "programs", "records"}
    applied = {
        label for label, _name in MigrationRecorder(connections["identities"]).applied_migrations()
    }
    assert "linkage" in applied
    assert "projects" not in applied
