"""Attack databases of PostgreSQL with SQL only, and print what the verification finds.

A program of its own, with two empty databases (`DATABASE_URL`, `IDENTITY_DATABASE_URL`). It makes
rows of each table as Cairn does, then writes as the owner of the database, who may switch triggers
off and on again, and as a program that lacks the key.
"""

import json
import sys
from contextlib import closing
from typing import Any, Final

import django
import psycopg

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from cairn.interfaces.cli.installation import prepare_installation  # noqa: E402
from cairn.interfaces.verification import find_database_problems  # noqa: E402
from cairn.platform.audit import row_seals  # noqa: E402
from cairn.platform.audit.api import record_audit_event  # noqa: E402
from cairn.platform.audit.postgresql_seals import NOTES_TABLE  # noqa: E402

ALIASES: Final = ("default", "identities")
ATTACKS: Final = {1: "changed", 2: "rolled back", 3: "put back", 4: "deleted", 9: "inserted"}
"""What is done to the row of this number."""


def open_as_owner(alias: str, database: str = "") -> psycopg.Connection[Any]:
    """A connection that Cairn knows nothing of."""
    known = settings.DATABASES[alias]
    place = {"host": known["HOST"], "port": known["PORT"] or None, "user": known["USER"]}
    return psycopg.connect(**place, password=known["PASSWORD"], dbname=database or known["NAME"])


def invent(kind: str, number: int) -> str:
    """A value of a column, as SQL: what a row says does not matter to its seal."""
    if kind == "boolean":
        return "true" if number % 2 else "false"
    if kind in ("date", "timestamp with time zone"):
        return f"'2026-01-0{number}'"
    if kind == "time without time zone":
        return f"'0{number}:00'"
    if kind == "uuid":
        return f"'00000000-0000-0000-0000-00000000000{number}'"
    return f"'{number}'"


KNOWN: Final[dict[str, list[tuple[str, str]]]] = {}


def list_columns(raw: Any, table: str) -> list[tuple[str, str]]:
    """The columns of a table with their types, the primary key first."""
    if table in KNOWN:
        return KNOWN[table]
    found = raw.execute(
        """
        SELECT a.attname, format_type(a.atttypid, NULL), coalesce(a.attnum = ANY(i.indkey), false)
        FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
        WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """,
        (table,),
    ).fetchall()
    found = sorted(found, key=lambda row: not row[2])
    return KNOWN.setdefault(table, [(name, kind) for name, kind, _key in found])


def write(raw: Any, table: str, verb: str, number: int, value: int = 0) -> None:
    """Insert, update or delete the row of a number."""
    columns = list_columns(raw, table)
    key, last = columns[0], columns[-1]
    where = f'WHERE "{key[0]}" = {invent(key[1], number)}'
    if verb == "insert":
        values = ", ".join(invent(kind, number) for _name, kind in columns)
        names = ", ".join(f'"{name}"' for name, _kind in columns)
        raw.execute(f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values})")  # noqa: S608
    elif verb == "update":
        raw.execute(f'UPDATE {table} SET "{last[0]}" = {invent(last[1], value)} {where}')  # noqa: S608
    else:
        raw.execute(f"DELETE FROM {table} {where}")  # noqa: S608


def drop_constraints(raw: Any) -> None:
    """Rows of one table alone then break no rule of another."""
    found = raw.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE contype IN ('f', 'c') AND connamespace = 'public'::regnamespace"
    ).fetchall()
    for table, name in found:
        raw.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def make_rows(alias: str, table: str) -> None:
    """Make four rows as Cairn does; change the second and delete the third."""
    with connections[alias].cursor() as cursor:
        for number in (1, 2, 3, 4):
            write(cursor, table, "insert", number)
        write(cursor, table, "update", 2, 5)
        write(cursor, table, "delete", 3)


def attack(raw: Any, table: str) -> None:
    """Do to each row what `ATTACKS` says."""
    write(raw, table, "update", 1, 6)
    write(raw, table, "update", 2, 2)
    write(raw, table, "insert", 3)
    write(raw, table, "delete", 4)
    write(raw, table, "insert", 9)


def name_row(alias: str, table: str, number: int) -> str:
    """The key of a row as a finding names it."""
    with connections[alias].cursor() as cursor:
        kind = list_columns(cursor, table)[0][1]
    return invent(kind, number).strip("'")


def report() -> list[str]:
    """Verify, with fresh connections."""
    connections.close_all()
    return [f"{place}: {message}" for place, message in find_database_problems()]


def attack_all() -> dict[str, Any]:
    """Attack all sealed tables; list the rows of which nothing was found."""
    answers: dict[str, Any] = {"tables": [], "accepted": [], "unseen": [], "forged": []}
    tables = {
        alias: [
            name
            for name in sorted(row_seals._name_sealed_tables(alias))
            if not name.startswith("audit_") and name != "linkage_matchevent"
        ]
        for alias in ALIASES
    }
    for alias in ALIASES:
        with closing(open_as_owner(alias)) as raw:
            drop_constraints(raw)
            raw.commit()
        for table in tables[alias]:
            make_rows(alias, table)
    assert report() == [], report()[:5]
    answers["forged"] = forge_word("default", tables["default"][0])
    for alias in ALIASES:
        answers["tables"] += tables[alias]
        answers["accepted"] += list_accepted(alias, tables[alias])
        with closing(open_as_owner(alias)) as raw:
            for table in tables[alias]:
                raw.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                attack(raw, table)
                raw.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            raw.commit()
    found = report()
    answers["unseen"] = [
        f"{table} {kind}"
        for alias in ALIASES
        for table in tables[alias]
        for number, kind in ATTACKS.items()
        if not any(
            line.startswith(f"table {table}, row {name_row(alias, table, number)}: ")
            and kind in line
            for line in found
        )
    ]
    return answers


def list_accepted(alias: str, tables: list[str]) -> list[str]:
    """The tables that a program without a word of Cairn can write while the triggers are on."""
    accepted = []
    with closing(open_as_owner(alias)) as raw:
        for table in tables:
            try:
                write(raw, table, "delete", 1)
            except psycopg.errors.RaiseException:
                raw.rollback()
            else:
                accepted.append(table)
    return accepted


def forge_word(alias: str, table: str) -> list[str]:
    """Write a row with a word of one's own, and take it back; the note stays."""
    with closing(open_as_owner(alias)) as raw:
        raw.execute("SELECT set_config('cairn.writer', 'guessed', false)")
        write(raw, table, "insert", 8)
        raw.commit()
        found = report()
        raw.execute(f"DELETE FROM {NOTES_TABLE}")  # noqa: S608
        raw.commit()
        found += report()
        write(raw, table, "delete", 8)
        raw.execute(f"DELETE FROM {NOTES_TABLE}")  # noqa: S608
        raw.commit()
    return found


def tamper(*statements: str) -> list[str]:
    """Run statements as the owner and verify; the last ones undo them."""
    with closing(open_as_owner("default")) as raw:
        raw.execute(statements[0])
        raw.commit()
        found = report()
        for statement in statements[1:]:
            raw.execute(statement)
        raw.commit()
    return found


def tamper_with_triggers() -> dict[str, list[str]]:
    """Empty, replace, switch off and add what notes and refuses."""
    function = (
        "SELECT pg_get_functiondef('cairn_note_row'::regproc)",
        "SELECT pg_get_functiondef('audit_line_refuse'::regproc)",
    )
    with closing(open_as_owner("default")) as raw:
        note, refuse = (raw.execute(sql).fetchone()[0] for sql in function)  # type: ignore[index]
    body = "RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$"
    table = "partners_affiliation"
    return {
        "emptied": tamper(f"CREATE OR REPLACE FUNCTION cairn_note_row() {body}", note),
        "accepting": tamper(f"CREATE OR REPLACE FUNCTION audit_line_refuse() {body}", refuse),
        "off": tamper(
            f"ALTER TABLE {table} DISABLE TRIGGER sealed_{table}",
            f"ALTER TABLE {table} ENABLE TRIGGER sealed_{table}",
        ),
        "rule": tamper(
            f"CREATE RULE helpful AS ON UPDATE TO django_session DO ALSO DELETE FROM {table}",  # noqa: S608
            "DROP RULE helpful ON django_session",
        ),
    }


def roll_back_everything() -> list[str]:
    """Put the governance database back as it was before the newest audit line."""
    name = settings.DATABASES["default"]["NAME"]
    connections.close_all()
    with closing(open_as_owner("default", "postgres")) as raw:
        raw.autocommit = True
        raw.execute(f"CREATE DATABASE {name}_older TEMPLATE {name}")
        record_audit_event("demo.made", "demo:", by=None, at=timezone.now())
        connections.close_all()
        raw.execute(f"ALTER DATABASE {name} RENAME TO {name}_newer")
        raw.execute(f"ALTER DATABASE {name}_older RENAME TO {name}")
        found = report()
        connections.close_all()
        raw.execute(f"DROP DATABASE {name}")
        raw.execute(f"ALTER DATABASE {name}_newer RENAME TO {name}")
    return found


if __name__ == "__main__":
    prepare_installation()
    record_audit_event("demo.begun", "demo:", by=None, at=timezone.now())
    answers = {
        "rollback": roll_back_everything(),
        "tampered": tamper_with_triggers(),
        "sealed": attack_all(),
        "cut": tamper("UPDATE row_change_log SET digest = '' WHERE sequence = 5"),
    }
    sys.stdout.write(json.dumps(answers))
