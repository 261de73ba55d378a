"""Triggers by which the database itself refuses to change or delete an audit line.

They stop a mistake in our own code and a careless hand at the database's prompt. Whoever owns the
database can drop them; the hash chain and its seal are what find that out afterwards.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE_INSTALL = tuple(
    f"""
    CREATE TRIGGER IF NOT EXISTS audit_line_no_{verb.lower()}
    BEFORE {verb} ON audit_auditline
    BEGIN SELECT RAISE(ABORT, 'audit lines are never changed or deleted'); END
    """
    for verb in ("UPDATE", "DELETE")
)
_SQLITE_REMOVE = tuple(
    f"DROP TRIGGER IF EXISTS audit_line_no_{verb}" for verb in ("update", "delete")
)
_POSTGRESQL_INSTALL = (
    """
    CREATE OR REPLACE FUNCTION audit_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit lines are never changed or deleted'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER audit_line_no_change
    BEFORE UPDATE OR DELETE ON audit_auditline
    FOR EACH ROW EXECUTE FUNCTION audit_line_refuse()
    """,
    """
    CREATE OR REPLACE TRIGGER audit_line_no_truncate
    BEFORE TRUNCATE ON audit_auditline
    FOR EACH STATEMENT EXECUTE FUNCTION audit_line_refuse()
    """,
)
_POSTGRESQL_REMOVE = (
    "DROP TRIGGER IF EXISTS audit_line_no_change ON audit_auditline",
    "DROP TRIGGER IF EXISTS audit_line_no_truncate ON audit_auditline",
)
_STATEMENTS = {
    "sqlite": (_SQLITE_INSTALL, _SQLITE_REMOVE),
    "postgresql": (_POSTGRESQL_INSTALL, _POSTGRESQL_REMOVE),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Puts the triggers on the table of audit lines."""
    _run(connection, _STATEMENTS[connection.vendor][0])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers off, to undo the migration or to empty a test database."""
    _run(connection, _STATEMENTS[connection.vendor][1])


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
