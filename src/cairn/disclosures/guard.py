"""The tables of this room of which the database refuses to change or delete a row."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.audit import guard

TABLES: Final = (
    "disclosures_snapshot",
    "disclosures_disclosurerecord",
    "disclosures_disclosureparty",
    "disclosures_disclosedchild",
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Puts the triggers on."""
    guard.install(connection, TABLES)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes them off, to undo the migration or to empty a test database."""
    guard.remove(connection, TABLES)
