"""Protect the record's tables: the database refuses to change or delete a row."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.platform.audit.api import install_append_only_triggers, remove_append_only_triggers

GUARDED_TABLES: Final = (
    "disclosures_snapshot",
    "disclosures_disclosurerecord",
    "disclosures_disclosureparty",
    "disclosures_disclosedchild",
)


def install_record_guard(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers that protect the record.

    Args:
        connection: the connection to the governance database.
    """
    install_append_only_triggers(connection, GUARDED_TABLES)


def remove_record_guard(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers, to undo the migration or to empty a test database.

    Args:
        connection: the connection to the governance database.
    """
    remove_append_only_triggers(connection, GUARDED_TABLES)
