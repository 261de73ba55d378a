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
from itertools import chain
from typing import Any, Final

from django.db import ProgrammingError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.platform.audit.guard import POSTGRESQL_FUNCTION_BODY, is_append_only_name
from cairn.platform.audit.seal_store import (
    LOG_TABLE,
    NoRowLogError,
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
_COPIED_LINES: Final = 50
_SAVEPOINT: Final = "cairn_notes"
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
# Two statements, sent in one message. The lock is taken by the first: the second sees what was
# committed when it began.
_TAKE_NOTES: Final = f"""
    WITH taken AS (
        DELETE FROM {NOTES_TABLE} WHERE writer = current_setting('{_WORD}')
        RETURNING number, "table", row, digest
    ), locked AS MATERIALIZED (SELECT pg_advisory_xact_lock({_LOCK}) FROM taken LIMIT 1)
    SELECT number, "table", row, digest FROM taken CROSS JOIN locked;
    SELECT sequence, chained FROM {LOG_TABLE} ORDER BY sequence DESC LIMIT 1
    """  # noqa: S608
# After each row of an INSERT, DELETE or UPDATE (pg_trigger.tgtype).
_NOTING: Final = 1 + 4 + 8 + 16


def name_writer(connection: BaseDatabaseWrapper) -> None:
    """Give a new connection the random word by which its notes are known.

    The word is sent beside the statement, and no later statement has it: the server shows the text
    of statements to other connections.

    Args:
        connection: the connection of PostgreSQL.
    """
    from psycopg import Cursor  # noqa: PLC0415 - SQLite does without it

    word = secrets.token_hex(16)
    with Cursor(connection.connection) as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", (_WORD, word))
    connection.connection.cairn_has_notes = False
    connection.connection.cairn_writes = 0
    forget_writes(connection)


def forget_writes(connection: BaseDatabaseWrapper) -> None:
    """Begin a transaction that has not written yet, once the last one ended.

    Args:
        connection: the connection of PostgreSQL.
    """
    if connection.connection is not None:
        connection.connection.cairn_has_written = False


def seal_notes(connection: BaseDatabaseWrapper) -> None:
    """Seal what the current transaction wrote, as its last step.

    Args:
        connection: the connection of PostgreSQL, within a transaction.
    """
    raw = connection.connection
    with raw.cursor() as cursor:
        if not (raw.cairn_has_notes and raw.cairn_has_written):
            cursor.execute(
                "SELECT pg_current_xact_id_if_assigned() IS NOT NULL "
                "AND to_regclass(%s) IS NOT NULL",
                (NOTES_TABLE,),
            )
            if not cursor.fetchone()[0]:
                return
            raw.cairn_has_notes = True
        try:
            cursor.execute(f"SAVEPOINT {_SAVEPOINT}; {_TAKE_NOTES}")
        except Exception as error:
            if not _is_of_missing_table(error):
                raise
            cursor.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            cursor.execute("SELECT to_regclass(%s) IS NULL", (NOTES_TABLE,))
            if not cursor.fetchone()[0]:
                raise  # the log is missing: what was noted cannot be sealed, so nothing is written
            # The notes were there when this connection last asked, as in a database that was
            # emptied since. Without their table, no trigger notes anything.
            raw.cairn_has_notes = False
            return
        _seal_taken(connection, cursor, first=1)


def _is_of_missing_table(error: BaseException | None) -> bool:
    return getattr(error, "sqlstate", "") == "42P01"


def _seal_taken(connection: BaseDatabaseWrapper, cursor: Any, first: int) -> None:
    """Seal the notes that a cursor has taken, and commit.

    Args:
        connection: the connection of PostgreSQL.
        cursor: the cursor of psycopg.
        first: which of the cursor's results holds the notes; the next one has the newest line.
    """
    cursor.set_result(first)
    notes = sorted(cursor.fetchall())
    cursor.set_result(first + 1)
    newest = cursor.fetchone()
    if not notes:
        return
    store = PostgresqlSealStore(connection.alias)
    digests = ((table, row, store.seal_digest(table, digest)) for _n, table, row, digest in notes)
    store.add_lines(digests, newest, and_commit=True)


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
    raw = connection.connection
    if is_write and raw is not None:
        raw.cairn_has_written = True
        raw.cairn_writes += 1
    if connection.in_atomic_block or not is_write:
        return execute(sql, parameters, many, context)
    if connection.autocommit and isinstance(sql, str) and not many and raw.cairn_has_notes:
        try:
            return _write_and_seal(execute, sql, parameters, context)
        except ProgrammingError as error:
            if not _is_of_missing_table(error.__cause__):
                raise
            # Nothing was written; `seal_notes` asks what is missing.
    with transaction.atomic(using=connection.alias):
        return execute(sql, parameters, many, context)


def _write_and_seal(execute: Any, sql: str, parameters: Any, context: dict[str, Any]) -> Any:
    """Write and take the notes by one message, seal and commit by a second one."""
    connection, cursor = context["connection"], context["cursor"].cursor
    raw = connection.connection
    try:
        message = f"BEGIN; {sql.rstrip().rstrip(';')}\n; {_TAKE_NOTES}"
        answer = execute(message, parameters, False, context)  # noqa: FBT003 - as Django calls it
        with connection.wrap_database_errors:
            _seal_taken(connection, cursor, first=2)
            raw.commit()
        cursor.set_result(1)
    except BaseException:
        try:
            raw.rollback()
        except Exception:  # noqa: BLE001 - the connection is lost, and the next query opens another
            connection.close()
        raise
    return answer


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
        for name, table in self._list_noting_triggers():
            self._execute(f'DROP TRIGGER "{name}" ON "{table}"')

    def list_tables_with_triggers(self) -> set[str]:
        return {table for _name, table in self._list_noting_triggers()}

    def _list_noting_triggers(self) -> list[tuple[str, str]]:
        triggers = self._list_triggers()
        return [(name, table) for name, table, *_more in triggers if name.startswith("sealed_")]

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

    def read_changes(self, since: int, limit: int) -> list[tuple[int, str, bytes]]:
        sql = f"""
            SELECT sequence, "table", chained FROM {LOG_TABLE} WHERE sequence >= %s
            ORDER BY sequence LIMIT %s
            """  # noqa: S608
        connection = connections[self.alias]
        with connection.connection.cursor() as cursor:
            try:
                cursor.execute(sql, (since, limit))
            except Exception as error:
                if connection.in_atomic_block or not _is_of_missing_table(error):
                    raise
                raise NoRowLogError from error
            lines: list[tuple[int, str, bytes]] = cursor.fetchall()
        return lines

    def append_lines(self, lines: Iterable[RowDigest]) -> None:
        self._select("SELECT pg_advisory_xact_lock(%s)", _LOCK)
        self.add_lines(lines, self.read_line_digest())

    def add_lines(
        self,
        lines: Iterable[RowDigest],
        newest: tuple[int, bytes] | None,
        *,
        and_commit: bool = False,
    ) -> None:
        """Append digests to the log; this transaction holds its lock.

        Args:
            lines: table, key and digest of each row.
            newest: number and digest of the newest line; None if there is none.
            and_commit: whether few lines also commit, by the same message.
        """
        number, previous = newest or (0, None)
        sealed = []
        for number, (table, row, digest) in enumerate(lines, number + 1):  # noqa: B020
            previous = self.sealer.digest_line(previous, table, row, digest)
            sealed.append((number, table, row, digest, previous))
        with self._open().cursor() as cursor:
            if 0 < len(sealed) < _COPIED_LINES:  # one round trip instead of two
                places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(sealed))
                end = "; COMMIT" if and_commit else ""
                cursor.execute(
                    f"INSERT INTO {LOG_TABLE} VALUES {places}{end}",  # noqa: S608
                    [*chain.from_iterable(sealed)],
                )
                return
            with cursor.copy(f"COPY {LOG_TABLE} FROM STDIN") as copy:
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
