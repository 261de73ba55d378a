"""Seal rows in SQLite: its triggers call functions of the running program, which holds the key.

A program without the functions cannot write a sealed row at all.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from cairn.platform.audit.guard import is_append_only_trigger
from cairn.platform.audit.seal_store import (
    LOG_TABLE,
    NoRowLogError,
    RowDigest,
    RowFinding,
    RowSealer,
    SealedTable,
    SealStore,
)

_CREATE_LOG: Final = f"""
    CREATE TABLE {LOG_TABLE} (
        sequence INTEGER PRIMARY KEY,
        "table" TEXT NOT NULL, row NOT NULL, digest BLOB NOT NULL, chained BLOB NOT NULL
    )
    """
_MAY_CHANGE: Final = "it may change other rows."
_VERBS: Final = ("INSERT", "UPDATE", "DELETE")


def register_row_functions() -> None:
    """Give each SQLite connection of this program the functions that the triggers call."""
    connection_created.connect(_add_row_functions, dispatch_uid="cairn-row-seals")


def _add_row_functions(connection: BaseDatabaseWrapper, **_more: object) -> None:
    if connection.vendor == "sqlite":
        sealer = RowSealer()
        raw: sqlite3.Connection = connection.connection
        raw.create_function("cairn_row", -1, sealer.digest_row, deterministic=True)
        raw.create_function("cairn_chain", 4, sealer.digest_line, deterministic=True)


class SqliteSealStore(SealStore):
    """A database of SQLite on disk."""

    def has_log(self) -> bool:
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return bool(self._select(sql, LOG_TABLE))

    def may_create(self) -> bool:
        return True

    def create_log(self) -> None:
        if not self.has_log():
            self._execute(_CREATE_LOG)

    def list_tables(self, names: set[str]) -> list[SealedTable]:
        sql = (
            "SELECT found.name, columns.name, columns.pk FROM sqlite_master AS found, "
            "pragma_table_info(found.name) AS columns WHERE found.type = 'table' "
            "ORDER BY found.name, columns.name"
        )
        columns: dict[str, list[str]] = {}
        keys: dict[str, str] = {}
        for table, column, is_key in self._select(sql):
            if table in names:
                columns.setdefault(table, []).append(column)
                keys |= {table: column} if is_key else {}
        return [SealedTable(table, keys[table], tuple(columns[table])) for table in sorted(keys)]

    def create_triggers(self, table: SealedTable) -> None:
        for _name, sql in _write_triggers(table):
            self._execute(sql)

    def drop_triggers(self) -> None:
        for name, _table in self._list_noting_triggers():
            self._execute(f'DROP TRIGGER "{name}"')

    def list_tables_with_triggers(self) -> set[str]:
        return {table for _name, table in self._list_noting_triggers()}

    def _list_noting_triggers(self) -> list[tuple[str, str]]:
        return self._select(
            "SELECT name, tbl_name FROM sqlite_master "
            "WHERE type = 'trigger' AND name GLOB 'sealed_*'"
        )

    def find_trigger_changes(self, tables: list[SealedTable]) -> Iterator[RowFinding]:
        expected = dict(pair for table in tables for pair in _write_triggers(table))
        sql = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        present = {name: (table, text) for name, table, text in self._select(sql)}
        for name, (table, text) in present.items():
            if name not in expected and not is_append_only_trigger(table, text):
                message = f"The trigger {name} was added outside of Cairn: {_MAY_CHANGE}"
                yield RowFinding(table, "", message)
        for name, text in expected.items():
            if name not in present or present[name][1] != text:
                kind = "changed" if name in present else "removed"
                table = name.removeprefix("sealed_").rpartition("_")[0]
                yield RowFinding(table, "", f"The trigger {name} was {kind} outside of Cairn.")

    def find_foreign_notes(self) -> Iterator[RowFinding]:
        yield from ()  # a write is sealed at once

    def read_digests(self, table: SealedTable) -> Iterator[tuple[Any, bytes]]:
        columns = ", ".join(f'"{column}"' for column in table.columns)
        sql = f'SELECT "{table.key}", cairn_row(\'{table.name}\', {columns}) FROM "{table.name}"'  # noqa: S608
        yield from self._open().execute(sql)

    def read_lines(self) -> Iterator[tuple[int, str, Any, bytes, bytes]]:
        sql = f'SELECT sequence, "table", row, digest, chained FROM {LOG_TABLE} ORDER BY sequence'  # noqa: S608
        yield from self._open().execute(sql)

    def read_line_digest(self, number: int | None = None) -> tuple[int, bytes] | None:
        where = "" if number is None else f"WHERE sequence = {int(number)}"
        sql = f"SELECT sequence, chained FROM {LOG_TABLE} {where} ORDER BY sequence DESC LIMIT 1"  # noqa: S608
        return next(iter(self._select(sql)), None)

    def read_changes(self, since: int, limit: int) -> list[tuple[int, str, bytes]]:
        sql = f"""
            SELECT sequence, "table", chained FROM {LOG_TABLE} WHERE sequence >= ?
            ORDER BY sequence LIMIT ?
            """  # noqa: S608
        try:
            return self._select(sql, since, limit)
        except sqlite3.OperationalError as error:
            raise NoRowLogError from error

    def append_lines(self, lines: Iterable[RowDigest]) -> None:
        _number, previous = self.read_line_digest() or (0, None)
        sql = f'INSERT INTO {LOG_TABLE} ("table", row, digest, chained) VALUES (?, ?, ?, ?)'  # noqa: S608
        for name, row, digest in lines:
            previous = self.sealer.digest_line(previous, name, row, digest)
            self._open().execute(sql, (name, row, digest, previous))

    @contextmanager
    def read_at_one_moment(self) -> Iterator[None]:
        raw = self._open()
        if raw.in_transaction:
            yield
            return
        raw.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            raw.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        connections[self.alias].ensure_connection()
        raw: sqlite3.Connection = connections[self.alias].connection
        return raw

    def _select(self, sql: str, *values: Any) -> list[Any]:
        return self._open().execute(sql, values).fetchall()

    def _execute(self, sql: str) -> None:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(sql)


def _write_triggers(table: SealedTable) -> Iterator[tuple[str, str]]:
    """Write the triggers of a table: name and statement."""
    newest = f"(SELECT chained FROM {LOG_TABLE} ORDER BY sequence DESC LIMIT 1)"  # noqa: S608
    for verb in _VERBS:
        side = "OLD" if verb == "DELETE" else "NEW"
        columns = ", ".join(f'NEW."{column}"' for column in table.columns)
        digest = "x''" if verb == "DELETE" else f"cairn_row('{table.name}', {columns})"
        row = f'{side}."{table.key}"'
        name = f"sealed_{table.name}_{verb.lower()}"
        sql = (
            f'CREATE TRIGGER {name} AFTER {verb} ON "{table.name}" BEGIN '  # noqa: S608
            f'INSERT INTO {LOG_TABLE} ("table", row, digest, chained) '
            f"SELECT '{table.name}', {row}, d, cairn_chain({newest}, '{table.name}', {row}, d) "
            f"FROM (SELECT {digest} AS d); END"
        )
        yield name, sql
