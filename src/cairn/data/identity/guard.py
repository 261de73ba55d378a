"""Make match events append-only with the database triggers that also protect the audit log."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.platform.audit.api import install_append_only_triggers, remove_append_only_triggers

APPEND_ONLY_TABLES: Final = ("linkage_matchevent",)


def install_event_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers.

    Args:
        connection: a connection of the identities database.
    """
    install_append_only_triggers(connection, APPEND_ONLY_TABLES)


def remove_event_triggers(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers, to reverse a migration or to empty a test database.

    Args:
        connection: a connection of the identities database.
    """
    remove_append_only_triggers(connection, APPEND_ONLY_TABLES)
