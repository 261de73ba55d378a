"""Seal rows in PostgreSQL: its triggers note each write, and the running program seals the notes.

PostgreSQL calls no function of the client, and a key for its own triggers would have to be in the
database. So a trigger notes table, key and plain digest of each written row in
`row_change_notes`. As the last step of a transaction, the program takes its own notes out, adds the
key, and appends them to the log. A note that stays was made by another program.

The notes of a transaction are known by a random word of the connection. No other can read it:
it is in a note only until the transaction commits. Transactions are sealed one after another, by a
lock that each takes last, so that the log is in the order of the commits.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.platform.audit.guard import POSTGRESQL_FUNCTION_BODY, is_append_only_name
from cairn.platform.audit.seal_store import (
    LOG_TABLE,
    RowDigest,
    RowFinding,
    SealedTable,
    SealStore,
)

NOTES_TABLE: Final = "row_change_notes"
_FUNCTION: Final = "cairn_note_row"
_WORD: Final = "cairn.writer"
_MAY_CHANGE: Final = "it may change other rows."
_LOCK: Final = 0x43_41_49_52_4E  # "CAIRN"
_BATCH: Final = 10_000
_CREATE_LOG: Final = f"""
    CREATE TABLE IF NOT EXISTS {LOG_TABLE} (
        sequence bigint PRIMARY KEY,
        "table" text NOT NULL, row text NOT NULL, digest bytea NOT NULL, chained bytea NOT NULL
    );
    CREATE UNLOGGED TABLE IF NOT EXISTS {NOTES_TABLE} (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        writer text NOT NULL, "table" text NOT NULL, row text NOT NULL, digest bytea NOT NULL
    )
    """
# Each row as one text, with any settings of the connection: times in UTC, bytes in hex.
_BODY: Final = f"""
    DECLARE
        changed jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    BEGIN
        IF coalesce(current_setting('{_WORD}', true), '') = '' THEN
            RAISE EXCEPTION 'rows of this table are written by Cairn only';
        END IF;
        INSERT INTO {NOTES_TABLE} (writer, "table", row, digest)
        VALUES (current_setting('{_WORD}'), TG_TABLE_NAME, changed ->> TG_ARGV[0],
            CASE TG_OP WHEN 'DELETE' THEN ''::bytea
                ELSE sha256(convert_to(changed::text, 'UTF8')) END);
        RETURN NULL;
    END
    """  # noqa: S608
_CREATE_FUNCTION: Final = f"""
    CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql
    SET timezone = 'UTC' SET bytea_output = 'hex' AS $${_BODY}$$
    """
# After each row of an INSERT, DELETE or UPDATE (pg_trigger.tgtype).
_NOTING: Final = 1 + 4 + 8 + 16


def name_writer(connection: BaseDatabaseWrapper) -> None:
    """Give a new connection the random word by which its notes are known.

    Args:
        connection: the connection of PostgreSQL.
    """
    word = secrets.token_hex(16)
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", (_WORD, word))
    connection.connection.cairn_writer = word


def seal_notes(connection: BaseDatabaseWrapper) -> None:
    """Seal what the current transaction wrote, as its last step.

    Args:
        connection: the connection of PostgreSQL, within a transaction.
    """
    raw = connection.connection
    with raw.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id_if_assigned() IS NOT NULL AND to_regclass(%s) IS NOT NULL",
            (NOTES_TABLE,),
        )
        if not cursor.fetchone()[0]:
            return
        cursor.execute(
            f'DELETE FROM {NOTES_TABLE} WHERE writer = %s RETURNING number, "table", row, digest',  # noqa: S608
            (raw.cairn_writer,),
        )
        notes = sorted(cursor.fetchall())
    if notes:
        store = PostgresqlSealStore(connection.alias)
        store.append_lines(
            (table, row, store.seal_digest(table, digest)) for _n, table, row, digest in notes
        )


def seal_single_statement(
    execute: Any, sql: Any, parameters: Any, many: Any, context: dict[str, Any]
) -> Any:
    """Run a write outside of a transaction in one of its own, so that it is sealed.

    Args:
        execute: what runs the statement (see Django's `execute_wrapper`).
        sql: the statement.
        parameters: its parameters.
        many: whether it runs for many parameters.
        context: the cursor and the connection.

    Returns:
        What `execute` returns.
    """
    connection = context["connection"]
    is_write = str(sql).lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
    if connection.in_atomic_block or not is_write:
        return execute(sql, parameters, many, context)
    with transaction.atomic(using=connection.alias):
        return execute(sql, parameters, many, context)


class PostgresqlSealStore(SealStore):
    """A database of PostgreSQL."""

    def seal_digest(self, table: str, digest: bytes) -> bytes:
        """Add the key to the digest of a row; that of a deleted row stays empty."""
        return self.sealer.digest_row(table, bytes(digest)) if digest else b""

    def has_log(self) -> bool:
        return bool(self._select("SELECT to_regclass(%s) IS NOT NULL", LOG_TABLE)[0][0])

    def may_create(self) -> bool:
        return bool(self._select("SELECT has_schema_privilege(current_schema(), 'CREATE')")[0][0])

    def create_log(self) -> None:
        self._execute(_CREATE_LOG)
        self._execute(_CREATE_FUNCTION)

    def list_tables(self, names: set[str]) -> list[SealedTable]:
        sql = """
            SELECT c.relname, a.attname, coalesce(a.attnum = ANY(i.indkey), false)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
                AND a.attnum > 0 AND NOT a.attisdropped AND c.relname = ANY(%s)
            """
        columns: dict[str, list[str]] = {}
        keys: dict[str, str] = {}
        for table, column, is_key in sorted(self._select(sql, sorted(names))):
            columns.setdefault(table, []).append(column)
            keys |= {table: column} if is_key else {}
        return [SealedTable(table, keys[table], tuple(columns[table])) for table in sorted(keys)]

    def create_triggers(self, table: SealedTable) -> None:
        self._execute(
            f'CREATE TRIGGER "sealed_{table.name}" AFTER INSERT OR UPDATE OR DELETE '
            f"ON \"{table.name}\" FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}('{table.key}')"
        )

    def drop_triggers(self) -> None:
        for name, table, *_more in self._list_triggers():
            if name.startswith("sealed_"):
                self._execute(f'DROP TRIGGER "{name}" ON "{table}"')

    def find_trigger_changes(self, tables: list[SealedTable]) -> Iterator[RowFinding]:
        expected = {
            f"sealed_{table.name}": (table.name, _FUNCTION, table.key, _NOTING, "O")
            for table in tables
        }
        present = {name: more for name, *more in self._list_triggers()}
        for name, (table, function, *_more) in present.items():
            is_guard = function == "audit_line_refuse" and is_append_only_name(table, name)
            if name not in expected and not is_guard:
                message = f"The trigger {name} was added outside of Cairn: {_MAY_CHANGE}"
                yield RowFinding(table, "", message)
        for name, wanted in expected.items():
            if present.get(name) != list(wanted):
                kind = "changed" if name in present else "removed"
                yield RowFinding(wanted[0], "", f"The trigger {name} was {kind} outside of Cairn.")
        yield from self._find_function_changes()

    def _find_function_changes(self) -> Iterator[RowFinding]:
        bodies = {_FUNCTION: _BODY, "audit_line_refuse": POSTGRESQL_FUNCTION_BODY}
        sql = "SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s)"
        for name, body in self._select(sql, list(bodies)):
            if body.split() != bodies[name].split():
                yield RowFinding(LOG_TABLE, "", f"The function {name} was changed.")
        sql = """
            SELECT c.relname, r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
            """
        for table, name in self._select(sql):
            message = f"The rule {name} was added outside of Cairn: {_MAY_CHANGE}"
            yield RowFinding(table, "", message)

    def _list_triggers(self) -> list[Any]:
        """List the triggers: name, table, function, its argument, kind, and whether it is on."""
        sql = """
            SELECT t.tgname, c.relname, p.proname,
                replace(encode(t.tgargs, 'escape'), '\\000', ''), t.tgtype, t.tgenabled::text
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
            ORDER BY t.tgname, c.relname
            """
        return self._select(sql)

    def find_foreign_notes(self) -> Iterator[RowFinding]:
        sql = f'SELECT "table", row FROM {NOTES_TABLE} ORDER BY number LIMIT %s'  # noqa: S608
        for table, row in self._select(sql, _BATCH):
            yield RowFinding(table, row, "The row was written outside of Cairn.")

    def read_digests(self, table: SealedTable) -> Iterator[tuple[Any, bytes]]:
        sql = f"""
            SELECT "{table.key}"::text, pg_catalog.to_jsonb(t)::text FROM "{table.name}" t
            """  # noqa: S608
        for row, text in self._iterate(sql):
            yield row, self.seal_digest(table.name, sha256(text.encode()).digest())

    def read_lines(self) -> Iterator[tuple[int, str, Any, bytes, bytes]]:
        yield from self._iterate(
            f'SELECT sequence, "table", row, digest, chained FROM {LOG_TABLE} ORDER BY sequence'  # noqa: S608
        )

    def read_line_digest(self, number: int | None = None) -> tuple[int, bytes] | None:
        where = "" if number is None else f"WHERE sequence = {int(number)}"
        sql = f"SELECT sequence, chained FROM {LOG_TABLE} {where} ORDER BY sequence DESC LIMIT 1"  # noqa: S608
        return next(iter(self._select(sql)), None)

    def append_lines(self, lines: Iterable[RowDigest]) -> None:
        self._select("SELECT pg_advisory_xact_lock(%s)", _LOCK)
        number, previous = self.read_line_digest() or (0, None)
        sealed = []
        for number, (table, row, digest) in enumerate(lines, number + 1):  # noqa: B020
            previous = self.sealer.digest_line(previous, table, row, digest)
            sealed.append((number, table, row, digest, previous))
        with (
            self._open().cursor() as cursor,
            cursor.copy(f"COPY {LOG_TABLE} FROM STDIN") as copy,
        ):
            for line in sealed:
                copy.write_row(line)

    @contextmanager
    def read_at_one_moment(self) -> Iterator[None]:
        if connections[self.alias].in_atomic_block:
            yield
            return
        with transaction.atomic(using=self.alias):
            self._execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    def _open(self) -> Any:
        connections[self.alias].ensure_connection()
        return connections[self.alias].connection

    def _select(self, sql: str, *values: Any) -> list[Any]:
        with self._open().cursor() as cursor:
            return list(cursor.execute(sql, values or None).fetchall())

    def _iterate(self, sql: str) -> Iterator[Any]:
        """Read rows in batches, with values as the triggers write them."""
        with self._open().cursor() as cursor:
            cursor.execute("SELECT set_config('bytea_output', 'hex', false)")
            cursor.execute("SELECT current_setting('TimeZone')")
            (zone,) = cursor.fetchone()
            cursor.execute("SELECT set_config('TimeZone', 'UTC', false)")
            cursor.execute(sql)
            rows = cursor.fetchall()
            cursor.execute("SELECT set_config('TimeZone', %s, false)", (zone,))
        yield from rows

    def _execute(self, sql: str) -> None:
        with self._open().cursor() as cursor:
            cursor.execute(sql)
