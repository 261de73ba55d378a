"""Find the apps that have tables in a database."""

from django.apps import apps
from django.db import router


def list_database_apps(alias: str) -> set[str]:
    """List the labels of the apps with a table in a database.

    Args:
        alias: the name of the database, such as "identities".
    Returns:
        The labels. The migrations of other apps change nothing in this database.
    """
    return {
        config.label
        for config in apps.get_app_configs()
        if router.get_migratable_models(config, alias)
    }
