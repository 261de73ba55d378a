"""Triggers by which the database itself refuses to change or delete a line of the record.

They stop a mistake in our own code and a careless hand at the database's prompt. Whoever owns the
database can drop them; the hash chain and its seal are what find that out afterwards.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

AUDIT_LINES: Final = ("audit_auditline",)
_SAYS: Final = "lines of the record are never changed or deleted"
_VERBS: Final = ("UPDATE", "DELETE")
_POSTGRESQL_FUNCTION: Final = f"""
    CREATE OR REPLACE FUNCTION audit_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'restrict_violation';
    END $$
    """


def install(connection: BaseDatabaseWrapper, tables: Iterable[str] = AUDIT_LINES) -> None:
    """Puts the triggers on tables of which no row may ever change."""
    for table in tables:
        _run(connection, _installing(connection.vendor, table))


def remove(connection: BaseDatabaseWrapper, tables: Iterable[str] = AUDIT_LINES) -> None:
    """Takes the triggers off, to undo a migration or to empty a test database."""
    for table in tables:
        _run(connection, _removing(connection.vendor, table))


def _installing(vendor: str, table: str) -> Iterator[str]:
    if vendor == "sqlite":
        for verb in _VERBS:
            yield f"""
                CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table}
                BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END
                """
        return
    yield _POSTGRESQL_FUNCTION
    yield f"""
        CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION audit_line_refuse()
        """
    yield f"""
        CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_line_refuse()
        """


def _removing(vendor: str, table: str) -> Iterator[str]:
    if vendor == "sqlite":
        for verb in _VERBS:
            yield f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}"
        return
    for what in ("change", "truncate"):
        yield f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}"


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
