"""Install triggers by which the database refuses to change or delete a line of the audit log.

They stop a mistake in our own code and a careless command at the database's prompt. The owner
of the database can drop them; the hash chain and its seal find that out afterwards.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

AUDIT_TABLES: Final = ("audit_auditline",)
_REFUSAL: Final = "lines of the record are never changed or deleted"
_VERBS: Final = ("UPDATE", "DELETE")

POSTGRESQL_FUNCTION_BODY: Final = f"""
    BEGIN
        RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation';
    END """
_POSTGRESQL_FUNCTION: Final = f"""
    CREATE OR REPLACE FUNCTION audit_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    {POSTGRESQL_FUNCTION_BODY}$$
    """


def install_append_only_triggers(
    connection: BaseDatabaseWrapper, tables: Iterable[str] = AUDIT_TABLES
) -> None:
    """Install the triggers on tables with rows that must never change.

    Args:
        connection: the database connection.
        tables: names of the tables.
    """
    for table in tables:
        _execute_statements(connection, _write_install_statements(connection.vendor, table))


def remove_append_only_triggers(
    connection: BaseDatabaseWrapper, tables: Iterable[str] = AUDIT_TABLES
) -> None:
    """Remove the triggers, to undo a migration or to empty a test database.

    Args:
        connection: the database connection.
        tables: names of the tables.
    """
    for table in tables:
        _execute_statements(connection, _write_remove_statements(connection.vendor, table))


def find_missing_triggers(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> list[str]:
    """Find the triggers that should refuse changes and are gone.

    Args:
        connection: the database connection.
        tables: names of the tables with rows that must never change.

    Returns:
        Names of the missing triggers.
    """
    is_sqlite = connection.vendor == "sqlite"
    sql = (
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
        if is_sqlite
        else "SELECT tgname, '', '' FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    suffixes = ("no_update", "no_delete") if is_sqlite else ("no_change", "no_truncate")
    with connection.cursor() as cursor:
        cursor.execute(sql)
        present = {
            name
            for name, table, text in cursor.fetchall()
            if not is_sqlite or is_append_only_trigger(table, text)
        }
    expected = {f"{table}_{suffix}" for table in tables for suffix in suffixes}
    return sorted(expected - present)


def is_append_only_trigger(table: str, sql: str) -> bool:
    """Return whether a trigger of an SQLite database is one of those installed here.

    Args:
        table: name of its table.
        sql: its statement, as the database has it.
    """
    known = {
        _normalize(text.replace("IF NOT EXISTS ", ""))
        for text in _write_install_statements("sqlite", table)
    }
    return _normalize(sql) in known


def is_append_only_name(table: str, name: str) -> bool:
    """Return whether a trigger of a PostgreSQL database has a name of those installed here.

    Args:
        table: name of its table.
        name: its name.
    """
    return name in (f"{table}_no_change", f"{table}_no_truncate")


def _normalize(sql: str) -> str:
    """Write a statement without line breaks, and without the quotes that a renaming adds."""
    return " ".join(sql.replace('"', "").split())


def _write_install_statements(vendor: str, table: str) -> Iterator[str]:
    if vendor == "sqlite":
        for verb in _VERBS:
            yield f"""
                CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table}
                BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
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


def _write_remove_statements(vendor: str, table: str) -> Iterator[str]:
    if vendor == "sqlite":
        for verb in _VERBS:
            yield f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}"
        return
    for event in ("change", "truncate"):
        yield f"DROP TRIGGER IF EXISTS {table}_no_{event} ON {table}"


def _execute_statements(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
