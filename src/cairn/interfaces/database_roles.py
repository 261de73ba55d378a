"""Give the site a role of PostgreSQL that may change rows and nothing else.

The owner of the databases makes tables and triggers. The service reads and writes rows: it makes,
changes and drops no table, trigger or function, empties no table, and neither changes nor deletes a
row of an append-only table. So a fault in the program, or SQL that someone brings into it, cannot
switch off what refuses and notes writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connections
from psycopg import sql

from cairn.interfaces.verification import APPEND_ONLY_TABLES

__all__ = ["RoleFinding", "find_excessive_rights", "grant_service_rights"]

_ROWS: Final = "SELECT, INSERT, UPDATE, DELETE"
_APPEND: Final = "SELECT, INSERT"
# What only migrations and the triggers write, or what the program only appends to or takes out.
_OTHER_RIGHTS: Final = {
    "django_migrations": "SELECT",
    "row_change_log": _APPEND,
    "row_change_notes": "SELECT, INSERT, DELETE",
}


@dataclass(frozen=True, slots=True)
class RoleFinding:
    """More rights than the service needs.

    Attributes:
        alias: the database.
        role: the role with which this program is connected.
        problem: what the role may do, in plain words.
    """

    alias: str
    role: str
    problem: str


def grant_service_rights(role: str) -> list[str]:
    """Give a role the rights of the service on both databases, and take all others from it.

    Args:
        role: name of a role that exists; not the owner.

    Returns:
        The aliases of the databases, all of PostgreSQL.
    """
    aliases = [alias for alias in connections if connections[alias].vendor == "postgresql"]
    for alias in aliases:
        connection = connections[alias]
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            for statement in _write_grants(alias, role, tables):
                cursor.execute(statement)
    return aliases


def _write_grants(alias: str, role: str, tables: list[str]) -> Iterator[sql.Composed]:
    names = {"role": sql.Identifier(role), "schema": sql.SQL("public")}
    for text in (
        "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role}",
        "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    ):
        yield sql.SQL(text).format(**names)
    append_only = APPEND_ONLY_TABLES.get(alias, ())
    for table in sorted(tables):
        rights = _OTHER_RIGHTS.get(table, _APPEND if table in append_only else _ROWS)
        text = f"GRANT {rights} ON {{table}} TO {{role}}"
        yield sql.SQL(text).format(table=sql.Identifier(table), **names)


def find_excessive_rights() -> list[RoleFinding]:
    """Find whether this program is connected as a superuser or the owner of its tables.

    Returns:
        At most one finding for each database of PostgreSQL.
    """
    findings = []
    for alias in connections:
        if connections[alias].vendor != "postgresql":
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(
                """
                SELECT current_user, r.rolsuper,
                    EXISTS (SELECT 1 FROM pg_class c WHERE c.relkind = 'r'
                        AND c.relnamespace = current_schema()::regnamespace
                        AND pg_has_role(c.relowner, 'USAGE')),
                    has_schema_privilege(current_schema(), 'CREATE')
                FROM pg_roles r WHERE r.rolname = current_user
                """
            )
            role, is_superuser, is_owner, may_create = cursor.fetchone()
        problem = (
            "is a superuser"
            if is_superuser
            else "owns the tables"
            if is_owner
            else "may create tables"
            if may_create
            else ""
        )
        if problem:
            findings.append(RoleFinding(alias, str(role), problem))
    return findings
