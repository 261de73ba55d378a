"""Protect the record's tables: the database refuses to change or delete a row."""

from collections.abc import Sequence
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.platform.audit.api import install_append_only_triggers, remove_append_only_triggers

FIRST_TABLES: Final = (
    "disclosures_snapshot",
    "disclosures_disclosurerecord",
    "disclosures_disclosureparty",
    "disclosures_disclosedchild",
)
"""The tables of the first migration; a later one protects the table that it makes."""

GUARDED_TABLES: Final = (*FIRST_TABLES, "disclosures_childblock")


def install_record_guard(
    connection: BaseDatabaseWrapper, tables: Sequence[str] = GUARDED_TABLES
) -> None:
    """Install the triggers that protect the record. A table that is missing is an error.

    Args:
        connection: the connection to the governance database.
        tables: the tables to protect.
    """
    install_append_only_triggers(connection, tables)


def remove_record_guard(
    connection: BaseDatabaseWrapper, tables: Sequence[str] = GUARDED_TABLES
) -> None:
    """Remove the triggers, to undo the migration or to empty a test database.

    Args:
        connection: the connection to the governance database.
        tables: the tables that are protected.
    """
    remove_append_only_triggers(connection, tables)
