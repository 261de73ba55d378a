"""Attack the databases of a data folder with SQL only, and print what the verification finds.

A program of its own, because the tests' databases are in memory. For each table it makes rows as
Cairn does, then attacks copies of the files: a row is changed, deleted, inserted or rolled back,
once with the triggers that seal rows in place and once after they were dropped.
"""

import json
import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from cairn.interfaces.verification import find_database_problems  # noqa: E402
from cairn.platform.audit import log, row_seals  # noqa: E402
from cairn.platform.audit.api import record_audit_event  # noqa: E402

FILES = {"default": "governance.sqlite3", "identities": "identities.sqlite3"}
DATA = Path(settings.CAIRN_DATA)
KINDS = ("changed", "deleted", "inserted", "rolled back", "put back")


def make_rows(alias: str, table: str) -> None:
    """Make three rows of a table; one is changed afterwards, and one deleted.

    Values are made up by type: what a row says does not matter to its seal.
    """
    connections[alias].ensure_connection()
    connections[alias].connection.execute("PRAGMA foreign_keys = OFF")
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        for number in (1, 2, 3):
            names, values = _invent_row(alias, table, number)
            marks = ", ".join(["%s"] * len(values))
            cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)  # noqa: S608
        column = _choose_column(alias, table)
        key = _list_columns(alias, table)[0]["name"]
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE "{key}" = %s', ["5", 2])  # noqa: S608
        cursor.execute(f'DELETE FROM {table} WHERE "{key}" = %s', [3])  # noqa: S608
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def _list_columns(alias: str, table: str) -> list[dict[str, Any]]:
    connections[alias].ensure_connection()
    names = ("cid", "name", "type", "notnull", "default", "pk")
    found = connections[alias].connection.execute(f"PRAGMA table_info({table})").fetchall()
    columns = [dict(zip(names, column, strict=True)) for column in found]
    return sorted(columns, key=lambda column: -column["pk"])


def _invent_row(alias: str, table: str, number: int) -> tuple[list[str], list[Any]]:
    columns = _list_columns(alias, table)
    return [f'"{c["name"]}"' for c in columns], [number for _column in columns]


def _choose_column(alias: str, table: str) -> str:
    return str(_list_columns(alias, table)[-1]["name"])


def attack(alias: str, tables: list[str], kind: str) -> None:
    """Attack tables after all triggers were dropped, and put these back, as if nothing happened."""
    with closing(sqlite3.connect(DATA / FILES[alias])) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        dropped = triggers.fetchall()
        for name, _sql in dropped:
            raw.execute(f"DROP TRIGGER {name}")
        for table in tables:
            key, column = _list_columns(alias, table)[0]["name"], _choose_column(alias, table)
            _write(raw, table, kind, str(key), column)
        for _name, sql in dropped:
            raw.execute(sql)
        raw.commit()


def list_accepted(alias: str, tables: list[str], kind: str) -> list[str]:
    """List the tables that a program without the key can write, as long as the triggers exist."""
    accepted = []
    with closing(sqlite3.connect(DATA / FILES[alias])) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        for table in tables:
            key, column = _list_columns(alias, table)[0]["name"], _choose_column(alias, table)
            try:
                _write(raw, table, kind, str(key), column)
            except sqlite3.Error as error:
                assert "no such function: cairn_" in str(error), (table, error)  # noqa: PT017
            else:
                accepted.append(table)
        raw.rollback()
    return accepted


def _write(raw: sqlite3.Connection, table: str, kind: str, key: str, column: str) -> None:
    if kind == "changed":
        raw.execute(f'UPDATE {table} SET "{column}" = 7 WHERE "{key}" = 1')  # noqa: S608
    elif kind == "rolled back":
        raw.execute(f'UPDATE {table} SET "{column}" = 2 WHERE "{key}" = 2')  # noqa: S608
    elif kind == "deleted":
        raw.execute(f'DELETE FROM {table} WHERE "{key}" = 1')  # noqa: S608
    else:
        count = len(raw.execute(f"PRAGMA table_info({table})").fetchall())
        marks = ", ".join(["9" if kind == "inserted" else "3"] * count)
        raw.execute(f"INSERT INTO {table} VALUES ({marks})")  # noqa: S608


def report() -> list[str]:
    """Verify, with fresh connections."""
    connections.close_all()
    return [f"{place}: {message}" for place, message in find_database_problems()]


def with_copy(work: Callable[[], Any]) -> Any:
    """Do something to the databases, then put both back."""
    connections.close_all()
    kept = DATA.with_name("kept")
    shutil.copytree(DATA, kept)
    try:
        return work()
    finally:
        connections.close_all()
        shutil.rmtree(DATA)
        kept.rename(DATA)


def attack_all() -> dict[str, Any]:
    """Attack all sealed tables in each way; list for which tables nothing was found."""
    answers: dict[str, Any] = {"tables": [], "accepted": [], "unseen": []}
    for alias in FILES:
        names = sorted(row_seals._name_sealed_tables(alias))
        tables = [t for t in names if not t.startswith("audit_") and t != "linkage_matchevent"]
        for table in tables:
            make_rows(alias, table)
        assert report() == [], report()
        answers["tables"] += tables
        for kind in KINDS:
            answers["accepted"] += list_accepted(alias, tables, kind)
            connections.close_all()
            found = with_copy(partial(_attack_and_report, alias, tables, kind))
            row = {"inserted": 9, "put back": 3, "rolled back": 2}.get(kind, 1)
            answers["unseen"] += [
                f"{table} {kind}"
                for table in tables
                if not [
                    line
                    for line in found
                    if line.startswith(f"table {table}, row {row}: ") and kind in line
                ]
            ]
    return answers


def _attack_and_report(alias: str, tables: list[str], kind: str) -> list[str]:
    attack(alias, tables, kind)
    return report()


def roll_back_everything() -> list[str]:
    """Put both databases back as they were before the newest audit line."""
    connections.close_all()
    older = {name: (DATA / name).read_bytes() for name in FILES.values()}
    record_audit_event("demo.made", "demo:", by=None, at=timezone.now())
    connections.close_all()

    def work() -> list[str]:
        for name, content in older.items():
            for suffix in ("-wal", "-shm"):
                (DATA / f"{name}{suffix}").unlink(missing_ok=True)
            (DATA / name).write_bytes(content)
        return report()

    return list(with_copy(work))


def drop_the_log() -> list[str]:
    """Drop the log of row changes with all triggers, and begin anew."""

    def work() -> list[str]:
        with closing(sqlite3.connect(DATA / FILES["default"])) as raw:
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                raw.execute(f"DROP TRIGGER {name}")
            raw.execute("DROP TABLE row_change_log")
        row_seals.install_row_seals()
        return report()

    return list(with_copy(work))


def cut_the_log() -> list[str]:
    """Delete the newest line of the log of row changes, and rewrite another."""

    def work() -> list[str]:
        with closing(sqlite3.connect(DATA / FILES["default"])) as raw:
            raw.execute("UPDATE row_change_log SET digest = x'00' WHERE sequence = 1")
            raw.commit()
        return report()

    return list(with_copy(work))


def migrate_to_newer_models() -> list[str]:
    """Seal a database that lacks a table and a column of the models, then add both."""

    def work() -> list[str]:
        table, column = "partners_affiliation", "ends"
        row_seals.remove_row_triggers()
        _execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO former")
        _execute("ALTER TABLE training_completion RENAME TO training_former")
        row_seals.seal_rows_again()
        found = report()
        found += [str(finding) for finding in row_seals.remove_row_triggers()]
        _execute(f"ALTER TABLE {table} RENAME COLUMN former TO {column}")
        _execute("ALTER TABLE training_former RENAME TO training_completion")
        _execute(f"ALTER TABLE {table} ADD COLUMN newest INTEGER NOT NULL DEFAULT 0")
        row_seals.seal_rows_again()
        found += report()
        row_seals.remove_row_triggers()
        _execute(f"DROP TABLE {table}")
        row_seals.seal_rows_again()
        return found + report()

    return list(with_copy(work))


def update_from_a_version_that_sealed_less() -> dict[str, list[str]]:
    """Update a database with rows in a table that the version before did not seal.

    In the second one a row of a table that was sealed is changed, too, and its triggers are gone.
    """

    def work(*, is_attacked: bool) -> list[str]:
        newer = row_seals._SEALED_APPS
        row_seals._SEALED_APPS = newer - {"surveys"}
        row_seals.seal_rows_again()
        make_rows("default", "surveys_survey")
        make_rows("default", "partners_affiliation")
        if is_attacked:
            attack("default", ["partners_affiliation"], "changed")
            with closing(sqlite3.connect(DATA / FILES["default"])) as raw:
                for verb in ("insert", "update", "delete"):
                    raw.execute(f"DROP TRIGGER sealed_partners_affiliation_{verb}")
        row_seals._SEALED_APPS = newer
        found = [str(finding) for finding in row_seals.remove_row_triggers()]
        row_seals.seal_rows_again()
        return found + report()

    return {
        "sound": list(with_copy(partial(work, is_attacked=False))),
        "attacked": list(with_copy(partial(work, is_attacked=True))),
    }


def _execute(sql: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute(sql)


def write_while_verifying() -> list[str]:
    """Record an event with another connection once the log of row changes was read."""
    compare, chain = row_seals._compare_table, log._find_chain_breaks

    def interrupt(original: Callable[..., Any], *values: Any) -> Any:
        row_seals._compare_table, log._find_chain_breaks = compare, chain
        thread = threading.Thread(target=_record_in_thread)
        thread.start()
        thread.join()
        return original(*values)

    row_seals._compare_table = partial(interrupt, compare)
    found = report()
    log._find_chain_breaks = partial(interrupt, chain)
    return found + [finding.message for finding in log.verify_audit_chain()]


def damage_the_marker() -> list[str]:
    """Cut the marker file short and change a row; the next command starts."""

    def work() -> list[str]:
        marker = DATA / "row-seals"
        marker.write_text(marker.read_text()[:9])
        attack("default", ["partners_affiliation"], "changed")
        row_seals.install_row_seals()
        return report()

    return list(with_copy(work))


def add_triggers() -> list[str]:
    """Add a trigger that changes a sealed row when Cairn writes, and empty one that refuses."""

    def work() -> list[str]:
        body = "BEGIN UPDATE partners_affiliation SET role = 7 WHERE id = 1; END"
        refusing = "audit_auditline_no_delete"
        with closing(sqlite3.connect(DATA / FILES["default"])) as raw:
            raw.execute(f"CREATE TRIGGER foreign_one AFTER INSERT ON django_session {body}")
            raw.execute(f"DROP TRIGGER {refusing}")
            raw.execute(
                f"CREATE TRIGGER {refusing} BEFORE DELETE ON audit_auditline BEGIN SELECT 1; END"
            )
        return report()

    return list(with_copy(work))


def _record_in_thread() -> None:
    record_audit_event("demo.made", "demo:", by=None, at=timezone.now())
    connections.close_all()


if __name__ == "__main__":
    row_seals.install_row_seals()
    record_audit_event("demo.begun", "demo:", by=None, at=timezone.now())
    answers = {
        "updated": update_from_a_version_that_sealed_less(),
        "sealed": attack_all(),
        "rollback": roll_back_everything(),
        "dropped": drop_the_log(),
        "cut": cut_the_log(),
        "unmarked": damage_the_marker(),
        "triggers": add_triggers(),
        "migrated": migrate_to_newer_models(),
        "interrupted": write_while_verifying(),
    }
    sys.stdout.write(json.dumps(answers))
