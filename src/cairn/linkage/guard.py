"""What happened to people of the index stays written: the triggers of the audit chain, here too."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.audit import guard

TABLES: Final = ("linkage_matchevent",)


def install(connection: BaseDatabaseWrapper) -> None:
    """Puts the triggers on."""
    guard.install(connection, TABLES)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes them off, to undo a migration or to empty a test database."""
    guard.remove(connection, TABLES)
