"""Log a keyed digest of each row that a decision rests on, at each write, and compare them.

An attacker who can write SQL but lacks the master key could give a role, rewrite an agreement in
force or delete a consent, and the audit log would not show it. So each insert, update and delete
writes a line into the log of row changes, with the row's digest and a digest of the line before it,
both under a key that only the running program has. A person who drops the triggers first leaves a
row without its line. The lines also cover the audit log and its head.

The method is that of an authenticated, append-only log of a key-value table; the newest line of a
row counts. How a write comes into the log differs: `sqlite_seals`, `postgresql_seals`.
"""

import json
import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connections, router, transaction

from cairn.platform.audit.postgresql_seals import PostgresqlSealStore
from cairn.platform.audit.seal_store import (
    KEY_LABEL,
    LOG_TABLE,
    RowFinding,
    RowSealer,
    SealedTable,
    SealStore,
)
from cairn.platform.audit.sqlite_seals import SqliteSealStore
from cairn.platform.sealing.api import compute_keyed_hash

_MARKER_FILE: Final = "row-seals"
_MAX_NAMED_ROWS: Final = 20
_SEALED_APPS: Final = frozenset(
    {
        *("accounts", "mfa", "partners", "training", "agreements", "dictionaries", "projects"),
        *("consents", "legal_process", "breaches", "retention", "releases", "extracts"),
        *("public_sources", "intake", "surveys", "survey_figures", "indicators"),
        *("programs", "families", "notes", "students", "dashboards", "notifications"),
    }
)
_SEALED_MODELS: Final = frozenset(
    {
        *("audit.auditline", "audit.chainhead", "linkage.link", "linkage.matchevent"),
        *("linkage.verdict", "linkage.verdictrecord", "linkage.relationship"),
        *("linkage.relationshipverdict", "linkage.relationshipverdictrecord", "linkage.statement"),
        *("linkage.linkagerun", "linkage.linkedpart"),
    }
)


def install_row_seals() -> None:
    """Create the log of row changes and its triggers, where a database on disk has none.

    The rows that exist then are taken as they are. Later calls change nothing: triggers that are
    missing are a finding, and so is a marker file that is missing or damaged.
    """
    marker = _read_marker()
    for store in _list_sealed_databases():
        if store.alias not in marker and not _has_lines(store) and store.may_create():
            _seal_database(store)
            marker.append(store.alias)
            _write_marker(marker)


def may_change_tables() -> bool:
    """Return whether this program may create tables and triggers in both databases.

    Returns:
        False if it is connected to PostgreSQL with a role that may change rows only.
    """
    return all(store.may_create() for store in _list_sealed_databases())


def remove_row_triggers() -> list[RowFinding]:
    """Compare all rows and remove the triggers, before migrations change tables.

    Returns:
        The findings; afterwards, they cannot be found again.
    """
    findings = find_changed_rows()
    for store in _list_sealed_databases():
        if store.has_log():
            unsealed = _list_tables_never_sealed(store)
            findings = [one for one in findings if one.table not in unsealed]
        store.drop_triggers()
    return findings


def seal_rows_again() -> None:
    """Log the digests of all rows as they are after migrations, and create the triggers."""
    for store in _list_sealed_databases():
        _seal_database(store)
        _write_marker({*_read_marker(), store.alias})


def has_row_log(alias: str) -> bool:
    """Return whether a database on disk has a log of row changes.

    Args:
        alias: the database.

    Returns:
        True if it has.
    """
    is_on_disk = any(store.alias == alias for store in _list_sealed_databases())
    return is_on_disk and _open_store(alias).has_log()


def list_sealed_tables(alias: str) -> frozenset[str]:
    """List the tables with sealed rows.

    Args:
        alias: the database.

    Returns:
        Their names.
    """
    return frozenset(_name_sealed_tables(alias))


def read_row_changes(alias: str, since: int, limit: int) -> list[tuple[int, str, bytes]]:
    """Read which tables were written, in the order of the log.

    The statement is none of the page's own: no query budget counts it.

    Args:
        alias: the database, which has a log.
        since: the first line to read, by number.
        limit: the most lines to read.

    Returns:
        Number, table and digest of each line. The digest covers all lines before.

    Raises:
        NoRowLogError: the log was removed.
    """
    return _open_store(alias).read_changes(since, limit)


def read_newest_row_change(alias: str) -> tuple[int, bytes] | None:
    """Read the newest line of the log.

    Args:
        alias: the database, which has a log.

    Returns:
        Its number and digest; None if the log is empty.
    """
    return _open_store(alias).read_line_digest()


def find_changed_rows() -> list[RowFinding]:
    """Find rows that were changed, inserted, deleted or rolled back outside of Cairn.

    Returns:
        The findings; at most 20 rows of a table are named.
    """
    findings: list[RowFinding] = []
    marker = _read_marker()
    for store in _list_sealed_databases():
        if store.alias not in marker:
            if not _has_lines(store):
                continue
            message = (
                f"The file {_MARKER_FILE}, which says that rows of {store.alias} are sealed, is "
                "lost."
            )
            findings.append(RowFinding(LOG_TABLE, "", message))
        with store.read_at_one_moment():
            findings += _limit_findings(_find_changed_rows(store))
    return findings


@contextmanager
def read_at_one_moment(alias: str) -> Iterator[None]:
    """Within the block, a database is read as of one moment, while others write.

    Args:
        alias: the database.
    """
    with _open_store(alias).read_at_one_moment():
        yield


def read_row_heads() -> dict[str, str]:
    """Read the number and digest of the newest line of each log of row changes.

    Returns:
        `NUMBER:DIGEST` by database.
    """
    heads = {}
    marker = _read_marker()
    for store in _list_sealed_databases():
        if store.alias in marker and store.has_log() and (head := store.read_line_digest()):
            heads[store.alias] = f"{head[0]}:{head[1].hex().upper()}"
    return heads


def find_lost_row_heads(heads: dict[str, str]) -> list[RowFinding]:
    """Find logs that no longer contain a line that was noted outside of the database.

    Args:
        heads: what `read_row_heads` returned earlier.

    Returns:
        One finding for each database that was rolled back.
    """
    findings = []
    for store in _list_sealed_databases():
        if store.alias not in heads:
            continue
        number, _, digest = heads[store.alias].partition(":")
        line = store.read_line_digest(int(number)) if store.has_log() else None
        if line is None or line[1].hex().upper() != digest:
            message = (
                f"The database {store.alias} was rolled back: it does not contain change {number}, "
                "which was noted outside of it."
            )
            findings.append(RowFinding(LOG_TABLE, "", message))
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


def _find_changed_rows(store: SealStore) -> Iterator[RowFinding]:
    if not store.has_log():
        yield RowFinding(LOG_TABLE, "", "The log of row changes was removed.")
        return
    newest: dict[str, dict[Any, bytes]] = {}
    sealer, previous = RowSealer(), None
    for sequence, table, row, digest, chained in store.read_lines():
        if sealer.digest_line(previous, table, row, digest) != chained:
            yield RowFinding(LOG_TABLE, str(sequence), "The line was changed, or one before it.")
            return
        newest.setdefault(table, {})[row] = digest
        previous = chained
    logged = {table for table, rows in newest.items() if any(rows.values())}
    tables = store.list_tables(_name_sealed_tables(store.alias) | logged)
    for sealed in tables:
        yield from _compare_table(store, sealed, newest.get(sealed.name, {}))
    for table in sorted(logged - {sealed.name for sealed in tables}):
        yield RowFinding(table, "", "The table was removed outside of Cairn.")
    yield from store.find_foreign_notes()
    yield from store.find_trigger_changes(tables)


def _compare_table(
    store: SealStore, table: SealedTable, logged: dict[Any, bytes]
) -> Iterator[RowFinding]:
    seen = set()
    for row, digest in store.read_digests(table):
        seen.add(row)
        if row not in logged or not logged[row]:
            kind = "put back after it was deleted" if row in logged else "inserted"
            yield RowFinding(table.name, str(row), f"The row was {kind} outside of Cairn.")
        elif logged[row] != digest:
            message = "The row was changed or rolled back outside of Cairn."
            yield RowFinding(table.name, str(row), message)
    for row in (row for row, digest in logged.items() if digest and row not in seen):
        yield RowFinding(table.name, str(row), "The row was deleted outside of Cairn.")


def _seal_database(store: SealStore) -> None:
    """Log the digest of each row, and create the triggers."""
    with transaction.atomic(using=store.alias):
        store.create_log()
        store.drop_triggers()
        gone, lines = _list_logged_rows(store), list[tuple[str, Any, bytes]]()
        for table in store.list_tables(_name_sealed_tables(store.alias)):
            digests = list(store.read_digests(table))
            gone -= {(table.name, row) for row, _digest in digests}
            lines += [(table.name, row, digest) for row, digest in digests]
            store.create_triggers(table)
        store.append_lines((*((name, row, b"") for name, row in gone), *lines))


def _list_tables_never_sealed(store: SealStore) -> set[str]:
    """List the tables that an earlier version did not seal: no line, no trigger names them."""
    sealed = {table for _n, table, _row, _digest, _c in store.read_lines()}
    sealed |= store.list_tables_with_triggers()
    return _name_sealed_tables(store.alias) - sealed


def _list_logged_rows(store: SealStore) -> set[tuple[str, Any]]:
    """List the table and key of each row that exists, as the log has it."""
    newest = {(table, row): digest for _n, table, row, digest, _c in store.read_lines()}
    return {place for place, digest in newest.items() if digest}


def _list_sealed_databases() -> list[SealStore]:
    """List the databases of PostgreSQL, and those of SQLite on disk.

    No other program can write into a database in memory.
    """
    return [
        _open_store(alias)
        for alias in connections
        if connections[alias].vendor == "postgresql" or Path(_locate_database(alias)).is_file()
    ]


def _has_lines(store: SealStore) -> bool:
    return store.has_log() and store.read_line_digest() is not None


def _open_store(alias: str) -> SealStore:
    is_postgresql = connections[alias].vendor == "postgresql"
    return PostgresqlSealStore(alias) if is_postgresql else SqliteSealStore(alias)


def _locate_database(alias: str) -> str:
    return str(connections[alias].settings_dict["NAME"])


def _name_sealed_tables(alias: str) -> set[str]:
    """Name the tables with sealed rows, as the models have them.

    Models may be newer than the database: rows are compared before migrations, too. Columns are in
    the order of their names: a table that grew over several migrations has them in another order
    than the same table in a new folder.
    """
    names = set()
    for model in apps.get_models(include_auto_created=True):
        is_sealed = (
            model._meta.app_label in _SEALED_APPS or model._meta.label_lower in _SEALED_MODELS
        )
        if is_sealed and router.db_for_write(model) == alias and model._meta.managed:
            names.add(model._meta.db_table)
    return names


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
    return compute_keyed_hash(KEY_LABEL, json.dumps(marker["databases"]).encode())
