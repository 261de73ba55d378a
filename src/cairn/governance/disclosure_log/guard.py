"""Protect the record's tables: the database refuses to change or delete a row."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.platform.audit.api import install_append_only_triggers, remove_append_only_triggers

GUARDED_TABLES: Final = (
    "disclosures_snapshot",
    "disclosures_disclosurerecord",
    "disclosures_disclosureparty",
    "disclosures_disclosedchild",
    "disclosures_childblock",
)


def install_record_guard(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers that protect the record, on the tables that there are.

    A table that a later migration makes is protected by that migration.

    Args:
        connection: the connection to the governance database.
    """
    install_append_only_triggers(connection, _list_present_tables(connection))


def remove_record_guard(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers, to undo the migration or to empty a test database.

    Args:
        connection: the connection to the governance database.
    """
    remove_append_only_triggers(connection, _list_present_tables(connection))


def _list_present_tables(connection: BaseDatabaseWrapper) -> list[str]:
    present = set(connection.introspection.table_names())
    return [name for name in GUARDED_TABLES if name in present]
