"""Log a keyed digest of each row that a decision rests on, at each write, and compare them.

An attacker who can write SQL but lacks the master key could give a role, rewrite an agreement in
force or delete a consent, and the audit log would not show it. So triggers of the database write a
line into the log of row changes with each insert, update and delete. A line has the row's digest
and a digest of the line before it. Both are calculated by a function of the running program, which
holds the key: a write by another program fails, and a person who drops the triggers first leaves a
row without its line. The lines also cover the audit log and its head.

The method is that of an authenticated, append-only log of a key-value table; the newest line of a
row counts. It works for SQLite on disk. PostgreSQL has no function of the client.
"""

import json
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hmac import digest as compute_hmac
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from cairn.platform.audit.guard import is_append_only_trigger
from cairn.platform.sealing.api import compute_keyed_hash, derive_subkey

_LOG_TABLE: Final = "row_change_log"
_KEY_LABEL: Final = "row-changes"
_DIGEST_BYTES: Final = 16
_MARKER_FILE: Final = "row-seals"
_MAX_NAMED_ROWS: Final = 20
_SEALED_APPS: Final = frozenset(
    {
        *("accounts", "mfa", "partners", "training", "agreements", "dictionaries", "projects"),
        *("consents", "legal_process", "breaches", "retention", "releases", "extracts"),
        *("public_sources", "intake", "survey_figures", "indicators"),
    }
)
_SEALED_MODELS: Final = frozenset(
    {
        *("audit.auditline", "audit.chainhead", "linkage.link", "linkage.matchevent"),
        *("linkage.verdict", "linkage.verdictrecord", "linkage.relationship"),
        *("linkage.relationshipverdict", "linkage.relationshipverdictrecord", "linkage.statement"),
    }
)
_CREATE_LOG: Final = f"""
    CREATE TABLE {_LOG_TABLE} (
        sequence INTEGER PRIMARY KEY,
        "table" TEXT NOT NULL, row NOT NULL, digest BLOB NOT NULL, chained BLOB NOT NULL
    )
    """
_VERBS: Final = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One row, or one table, that was written outside of Cairn.

    Attributes:
        table: name of the table; empty for the log of row changes itself.
        row: the row's key; empty for the whole table.
        message: what was done, in plain words.
    """

    table: str
    row: str
    message: str

    @property
    def place(self) -> str:
        """Where it is, for a list of findings."""
        return f"table {self.table}, row {self.row}" if self.row else f"table {self.table}"


@dataclass(frozen=True, slots=True)
class _SealedTable:
    name: str
    key: str
    columns: tuple[str, ...]


def register_row_functions() -> None:
    """Give each SQLite connection of this program the functions that the triggers call."""
    connection_created.connect(_add_row_functions, dispatch_uid="cairn-row-seals")


def _add_row_functions(connection: BaseDatabaseWrapper, **_more: object) -> None:
    if connection.vendor == "sqlite":
        sealer = _RowSealer()
        raw: sqlite3.Connection = connection.connection
        raw.create_function("cairn_row", -1, sealer.digest_row, deterministic=True)
        raw.create_function("cairn_chain", 4, sealer.digest_line, deterministic=True)


class _RowSealer:
    """Compute digests under a key that is derived once, when the first row is written."""

    @cached_property
    def _key(self) -> bytes:
        return derive_subkey(_KEY_LABEL)

    def digest_row(self, table: str, *values: Any) -> bytes:
        """Compute the digest of a row."""
        return compute_hmac(self._key, repr((table, values)).encode(), "sha256")[:_DIGEST_BYTES]

    def digest_line(self, previous: bytes | None, table: str, row: Any, digest: bytes) -> bytes:
        """Compute the digest of a line of the log, which covers all lines before it."""
        content = repr((previous or b"", table, row, digest)).encode()
        return compute_hmac(self._key, content, "sha256")


def install_row_seals() -> None:
    """Create the log of row changes and its triggers, where a database on disk has none.

    The rows that exist then are taken as they are. Later calls change nothing: triggers that are
    missing are a finding, and so is a marker file that is missing or damaged.
    """
    marker = _read_marker()
    for alias in _list_sealed_databases():
        if alias not in marker and not _has_lines(alias):
            _seal_database(alias)
            marker.append(alias)
            _write_marker(marker)


def remove_row_triggers() -> list[RowFinding]:
    """Compare all rows and remove the triggers, before migrations change tables.

    Returns:
        The findings; afterwards, they cannot be found again.
    """
    findings = find_changed_rows()
    for alias in _list_sealed_databases():
        _drop_triggers(alias)
    return findings


def seal_rows_again() -> None:
    """Log the digests of all rows as they are after migrations, and create the triggers."""
    for alias in _list_sealed_databases():
        _seal_database(alias)
        _write_marker({*_read_marker(), alias})


def find_changed_rows() -> list[RowFinding]:
    """Find rows that were changed, inserted, deleted or rolled back outside of Cairn.

    Returns:
        The findings; at most 20 rows of a table are named.
    """
    findings: list[RowFinding] = []
    marker = _read_marker()
    for alias in _list_sealed_databases():
        if alias not in marker:
            if not _has_lines(alias):
                continue
            message = (
                f"The file {_MARKER_FILE}, which says that rows of {alias} are sealed, is lost."
            )
            findings.append(RowFinding(_LOG_TABLE, "", message))
        with read_at_one_moment(alias):
            findings += _limit_findings(_find_changed_rows(alias))
    return findings


@contextmanager
def read_at_one_moment(alias: str) -> Iterator[None]:
    """Within the block, an SQLite database is read as of one moment, while others write.

    Args:
        alias: the database; with PostgreSQL, this does nothing.
    """
    raw = _open_raw(alias)
    if connections[alias].vendor != "sqlite" or raw.in_transaction:
        yield
        return
    raw.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        raw.execute("ROLLBACK")


def read_row_heads() -> dict[str, str]:
    """Read the number and digest of the newest line of each log of row changes.

    Returns:
        `NUMBER:DIGEST` by database.
    """
    heads = {}
    for alias in set(_read_marker()) & set(_list_sealed_databases()):
        if _has_log(alias) and (head := _read_head(alias)):
            heads[alias] = head
    return heads


def find_lost_row_heads(heads: dict[str, str]) -> list[RowFinding]:
    """Find logs that no longer contain a line that was noted outside of the database.

    Args:
        heads: what `read_row_heads` returned earlier.

    Returns:
        One finding for each database that was rolled back.
    """
    findings = []
    for alias in sorted(set(heads) & set(_list_sealed_databases())):
        number, _, digest = heads[alias].partition(":")
        rows: list[Any] = []
        if _has_log(alias):
            sql = f"SELECT hex(chained) FROM {_LOG_TABLE} WHERE sequence = %s"  # noqa: S608
            rows = _select(alias, sql, [int(number)])
        if not rows or rows[0][0] != digest:
            message = (
                f"The database {alias} was rolled back: it does not contain change {number}, which "
                "was noted outside of it."
            )
            findings.append(RowFinding(_LOG_TABLE, "", message))
    return findings


def _limit_findings(found: Iterable[RowFinding]) -> Iterator[RowFinding]:
    counts: Counter[str] = Counter()
    for finding in found:
        counts[finding.table] += 1
        if counts[finding.table] <= _MAX_NAMED_ROWS:
            yield finding
    for table, count in counts.items():
        if count > _MAX_NAMED_ROWS:
            more = count - _MAX_NAMED_ROWS
            yield RowFinding(table, "", f"{more:,} more rows of this table were changed.")


def _find_changed_rows(alias: str) -> Iterator[RowFinding]:
    if not _has_log(alias):
        yield RowFinding(_LOG_TABLE, "", "The log of row changes was removed.")
        return
    newest: dict[str, dict[Any, bytes]] = {}
    sealer, previous = _RowSealer(), None
    sql = f'SELECT sequence, "table", row, digest, chained FROM {_LOG_TABLE} ORDER BY sequence'  # noqa: S608
    for sequence, table, row, digest, chained in _iterate(alias, sql):
        if sealer.digest_line(previous, table, row, digest) != chained:
            yield RowFinding(_LOG_TABLE, str(sequence), "The line was changed, or one before it.")
            return
        newest.setdefault(table, {})[row] = digest
        previous = chained
    expected: dict[str, str] = {}
    logged = {table for table, rows in newest.items() if any(rows.values())}
    tables = _list_sealed_tables(alias, logged)
    for sealed in tables:
        yield from _compare_table(alias, sealed, newest.get(sealed.name, {}))
        expected.update(_write_triggers(sealed))
    for table in sorted(logged - {sealed.name for sealed in tables}):
        yield RowFinding(table, "", "The table was removed outside of Cairn.")
    yield from _compare_triggers(alias, expected)


def _compare_table(
    alias: str, table: _SealedTable, logged: dict[Any, bytes]
) -> Iterator[RowFinding]:
    seen = set()
    for row, digest in _iterate(alias, _write_digest_query(table)):
        seen.add(row)
        if row not in logged or not logged[row]:
            kind = "put back after it was deleted" if row in logged else "inserted"
            yield RowFinding(table.name, str(row), f"The row was {kind} outside of Cairn.")
        elif logged[row] != digest:
            message = "The row was changed or rolled back outside of Cairn."
            yield RowFinding(table.name, str(row), message)
    for row in (row for row, digest in logged.items() if digest and row not in seen):
        yield RowFinding(table.name, str(row), "The row was deleted outside of Cairn.")


def _compare_triggers(alias: str, expected: dict[str, str]) -> Iterator[RowFinding]:
    sql = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    present = {name: (table, text) for name, table, text in _iterate(alias, sql)}
    for name, (table, text) in present.items():
        if name not in expected and not is_append_only_trigger(table, text):
            message = f"The trigger {name} was added outside of Cairn: it may change other rows."
            yield RowFinding(table, "", message)
    for name, sql in expected.items():
        if name not in present or present[name][1] != sql:
            kind = "changed" if name in present else "removed"
            table = name.removeprefix("sealed_").rpartition("_")[0]
            yield RowFinding(table, "", f"The trigger {name} was {kind} outside of Cairn.")


def _seal_database(alias: str) -> None:
    """Log the digest of each row, and create the triggers."""
    raw: sqlite3.Connection = _open_raw(alias)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        if not _has_log(alias):
            cursor.execute(_CREATE_LOG)
        sealer, previous = _RowSealer(), _read_chained(alias)
        _drop_triggers(alias)
        gone, lines = _list_logged_rows(alias), list[tuple[str, Any, bytes]]()
        for table in _list_sealed_tables(alias):
            digests = list(_iterate(alias, _write_digest_query(table)))
            gone -= {(table.name, row) for row, _digest in digests}
            lines += [(table.name, row, digest) for row, digest in digests]
            for _name, sql in _write_triggers(table):
                cursor.execute(sql)
        for name, row, digest in (*((name, row, b"") for name, row in gone), *lines):
            previous = sealer.digest_line(previous, name, row, digest)
            raw.execute(
                f'INSERT INTO {_LOG_TABLE} ("table", row, digest, chained)'  # noqa: S608
                " VALUES (?, ?, ?, ?)",
                (name, row, digest, previous),
            )


def _list_logged_rows(alias: str) -> set[tuple[str, Any]]:
    """List the table and key of each row that exists, as the log has it."""
    sql = f'SELECT "table", row, digest FROM {_LOG_TABLE} ORDER BY sequence'  # noqa: S608
    newest = {(table, row): digest for table, row, digest in _select(alias, sql, [])}
    return {place for place, digest in newest.items() if digest}


def _drop_triggers(alias: str) -> None:
    """Drop all triggers that seal rows, also those of a table that no model has any more."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'sealed_*'"
    with connections[alias].cursor() as cursor:
        for (name,) in _select(alias, sql, []):
            cursor.execute(f'DROP TRIGGER "{name}"')


def _write_digest_query(table: _SealedTable) -> str:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    return f'SELECT "{table.key}", cairn_row(\'{table.name}\', {columns}) FROM "{table.name}"'  # noqa: S608


def _write_triggers(table: _SealedTable) -> Iterator[tuple[str, str]]:
    """Write the triggers of a table: name and statement."""
    newest = f"(SELECT chained FROM {_LOG_TABLE} ORDER BY sequence DESC LIMIT 1)"  # noqa: S608
    for verb in _VERBS:
        side = "OLD" if verb == "DELETE" else "NEW"
        columns = ", ".join(f'NEW."{column}"' for column in table.columns)
        digest = "x''" if verb == "DELETE" else f"cairn_row('{table.name}', {columns})"
        row = f'{side}."{table.key}"'
        name = f"sealed_{table.name}_{verb.lower()}"
        sql = (
            f'CREATE TRIGGER {name} AFTER {verb} ON "{table.name}" BEGIN '  # noqa: S608
            f'INSERT INTO {_LOG_TABLE} ("table", row, digest, chained) '
            f"SELECT '{table.name}', {row}, d, cairn_chain({newest}, '{table.name}', {row}, d) "
            f"FROM (SELECT {digest} AS d); END"
        )
        yield name, sql


def _list_sealed_databases() -> list[str]:
    """List the SQLite databases on disk: no other program can write into one in memory."""
    return [
        alias
        for alias in connections
        if connections[alias].vendor == "sqlite" and Path(_locate_database(alias)).is_file()
    ]


def _locate_database(alias: str) -> str:
    return str(connections[alias].settings_dict["NAME"])


def _list_sealed_tables(alias: str, more: Iterable[str] = ()) -> list[_SealedTable]:
    """List the tables that the database has, with the columns that it has.

    Models may be newer than the database: rows are compared before migrations, too. Columns are in
    the order of their names: a table that grew over several migrations has them in another order
    than the same table in a new folder.
    """
    names = set(more)
    for model in apps.get_models(include_auto_created=True):
        is_sealed = (
            model._meta.app_label in _SEALED_APPS or model._meta.label_lower in _SEALED_MODELS
        )
        if is_sealed and router.db_for_write(model) == alias and model._meta.managed:
            names.add(model._meta.db_table)
    sql = (
        "SELECT found.name, columns.name, columns.pk FROM sqlite_master AS found, "
        "pragma_table_info(found.name) AS columns WHERE found.type = 'table' "
        "ORDER BY found.name, columns.name"
    )
    columns: dict[str, list[str]] = {}
    keys: dict[str, str] = {}
    for table, column, is_key in _iterate(alias, sql):
        if table in names:
            columns.setdefault(table, []).append(column)
            keys |= {table: column} if is_key else {}
    return [_SealedTable(table, keys[table], tuple(columns[table])) for table in sorted(keys)]


def _has_log(alias: str) -> bool:
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s"
    return bool(_select(alias, sql, [_LOG_TABLE]))


def _has_lines(alias: str) -> bool:
    return _has_log(alias) and _read_chained(alias) is not None


def _read_chained(alias: str) -> bytes | None:
    sql = f"SELECT chained FROM {_LOG_TABLE} ORDER BY sequence DESC LIMIT 1"  # noqa: S608
    rows = _select(alias, sql, [])
    return rows[0][0] if rows else None


def _read_head(alias: str) -> str:
    sql = f"SELECT sequence, hex(chained) FROM {_LOG_TABLE} ORDER BY sequence DESC LIMIT 1"  # noqa: S608
    rows = _select(alias, sql, [])
    return f"{rows[0][0]}:{rows[0][1]}" if rows else ""


def _open_raw(alias: str) -> Any:
    connections[alias].ensure_connection()
    return connections[alias].connection


def _select(alias: str, sql: str, values: list[Any]) -> list[Any]:
    with connections[alias].cursor() as cursor:
        return list(cursor.execute(sql, values).fetchall())


def _iterate(alias: str, sql: str) -> Iterator[Any]:
    """Read rows one by one, with the values as SQLite has them."""
    yield from _open_raw(alias).execute(sql)


def _read_marker() -> list[str]:
    """List the databases with sealed rows.

    The list is a file: a person with SQL only cannot make Cairn take changed rows as they are.
    """
    path = Path(settings.CAIRN_DATA, _MARKER_FILE)
    try:
        marker = json.loads(path.read_text("ascii"))
        return list(marker["databases"]) if marker["seal"] == _seal_marker(marker) else []
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _write_marker(aliases: Iterable[str]) -> None:
    marker: dict[str, Any] = {"databases": sorted(set(aliases))}
    content = json.dumps({**marker, "seal": _seal_marker(marker)})
    write_text_atomically(Path(settings.CAIRN_DATA, _MARKER_FILE), content)


def write_text_atomically(path: Path, content: str) -> None:
    """Write a file of this app: it is the old one or the new one, whenever the program stops.

    Args:
        path: the file.
        content: what it holds then, in ASCII.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    draft.write_text(content, "ascii")
    draft.replace(path)


def _seal_marker(marker: dict[str, Any]) -> str:
    return compute_keyed_hash(_KEY_LABEL, json.dumps(marker["databases"]).encode())
