"""What many tests of a file begin with is made by the first of them and copied for the others.

A step that is decorated runs once for each state of the installation in which it is called: all
rows of both databases and all files of the data folder. Called in the same state again, it is
copied: the rows, the files, and the objects that it returned or changed. A state is known from an
empty installation on, as long as nothing is written between two steps, and is that of one file of
tests and one time. A test that replaces a part of Cairn (`monkeypatch`) makes its own.

On PostgreSQL each step runs each time.
"""

import copy
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Model
from django.utils import timezone

from cairn.warehouse.store.keys import locate_key_file

Params = ParamSpec("Params")
Value = TypeVar("Value")
Rows = dict[str, frozenset[tuple[Any, ...]]]

_DATABASES: Final = ("default", "identities")
_SEQUENCES: Final = "sqlite_sequence"
_WRITTEN_BY_TRIGGERS: Final = "row_change_log"


@dataclass(frozen=True)
class _State:
    """All rows by database and table, and a copy of the data folder."""

    key: tuple[object, ...]
    rows: dict[str, Rows]
    files: Path
    objects: tuple[Any, ...] = ()


_NOW: Final = timezone.now
_REPLACED_FOR_ALL: Final = ("_start_child",)
"""What a fixture of all tests replaces."""
_patches: Final[list[pytest.MonkeyPatch]] = []
_known: Final[dict[tuple[object, ...], _State]] = {}
_empty: Final[dict[str, Rows]] = {}
_reached: Final[list[tuple[_State, tuple[object, ...]]]] = []
_RUN_FOLDER: Final = Path(os.environ["CAIRN_DATA"]).parent
_folders: Final[list[tempfile.TemporaryDirectory[str]]] = []


def once_for_each_state(step: Callable[Params, Value]) -> Callable[Params, Value]:
    """Run the step once for each state in which it is called; then copy what it made.

    Args:
        step: makes rows, files and objects of nothing but its arguments, of which those that it
            changes are models or the object whose method it is.

    Returns:
        The step.
    """

    @wraps(step)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Value:
        before = _find_state()
        if before is None:
            return step(*args, **kwargs)
        said = _name_argument((args, tuple(kwargs.items())))
        key = (before.key, step.__module__, step.__qualname__, said, _read_clock())
        after = _known.get(key)
        if after is None:
            value = step(*args, **kwargs)
            kept = _take_state(key, copy.deepcopy((args, kwargs, value)))
            _known[key] = kept
            _reach(kept)
            return value
        _restore(before, after)
        return _return_objects(after, args, kwargs)

    return run


def _read_clock() -> str:
    """Return the time, if a test has stopped the clock."""
    return "" if timezone.now is _NOW else str(timezone.now())


def _note_patch(
    patch: pytest.MonkeyPatch, target: object, name: object, *args: Any, **kwargs: Any
) -> None:
    """Note that a test replaces a part of Cairn, until it takes that back."""
    where = target if isinstance(target, str) else getattr(target, "__module__", None)
    where = where or getattr(target, "__name__", "")
    if str(where).startswith("cairn.") and name not in _REPLACED_FOR_ALL:
        _patches.append(patch)
    _set_attribute(patch, target, name, *args, **kwargs)  # type: ignore[arg-type]


def _forget_patches(patch: pytest.MonkeyPatch) -> None:
    _patches[:] = [other for other in _patches if other is not patch]
    _undo(patch)


_set_attribute: Final = pytest.MonkeyPatch.setattr
_undo: Final = pytest.MonkeyPatch.undo
pytest.MonkeyPatch.setattr = _note_patch  # type: ignore[method-assign,assignment]
pytest.MonkeyPatch.undo = _forget_patches  # type: ignore[method-assign]


def _name_argument(argument: object) -> object:
    """Name an argument; a row that was read or made in a known state is that of its number."""
    if isinstance(argument, list | tuple):
        return tuple(map(_name_argument, argument))
    if isinstance(argument, Model):
        return (type(argument), argument.pk)
    if is_dataclass(argument):
        return (
            type(argument),
            tuple(_name_argument(getattr(argument, one.name)) for one in fields(argument)),
        )
    if callable(argument):
        return (argument.__module__, argument.__qualname__)
    return repr(argument)


def _return_objects(after: _State, args: Any, kwargs: Any) -> Any:
    twins, named, value = copy.deepcopy(after.objects)
    for own, twin in [*zip(args, twins, strict=True), *((kwargs[k], named[k]) for k in kwargs)]:
        if _may_change(own):
            vars(own).update(vars(twin))
            if value is twin:
                value = own
    return value


def _may_change(argument: object) -> bool:
    return isinstance(argument, Model) or (
        is_dataclass(argument) and not argument.__dataclass_params__.frozen  # type: ignore[attr-defined]
    )


def _is_open_sqlite(name: str) -> bool:
    return connections[name].vendor == "sqlite" and connections[name].connection is not None


def _find_state() -> _State | None:
    """Return the state of the installation, if it is known."""
    if _patches or not all(map(_is_open_sqlite, _DATABASES)):
        return None
    if _reached and _reached[-1][1] == _read_counters():
        return _reached[-1][0]
    _reached.clear()
    rows = {name: _read_rows(name) for name in _DATABASES}
    folder = Path(settings.CAIRN_DATA)
    if any(path.is_file() for path in folder.rglob("*")):
        return None
    empty = _empty or {name: _keep_migrated(rows[name]) for name in _DATABASES}
    if rows != empty:
        return None
    _empty.update(empty)
    file = os.environ["PYTEST_CURRENT_TEST"].partition("::")[0]
    state = _State((file, connections["default"].in_atomic_block), rows, folder)
    _reach(state)
    return state


def _keep_migrated(rows: Rows) -> Rows:
    """Return what a migration wrote; the first call may come when a test has written more."""
    kept = ("django_migrations", "django_content_type", "auth_permission", _SEQUENCES)
    return {table: found if table in kept else frozenset() for table, found in rows.items()}


def _reach(state: _State) -> None:
    _reached[:] = [(state, _read_counters())]


def _read_counters() -> tuple[object, ...]:
    """Return what changes with each row that is written, with the test, and with its folder."""
    folder = Path(settings.CAIRN_DATA)
    return (
        str(folder),
        sum(1 for _path in folder.rglob("*")),
        *(
            (id(connections[name].connection), connections[name].connection.total_changes)
            for name in _DATABASES
        ),
    )


def _read_rows(name: str) -> Rows:
    connection = connections[name].connection
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        table: frozenset(map(tuple, connection.execute(f"SELECT * FROM {table}")))  # noqa: S608
        for (table,) in tables
        if table != _WRITTEN_BY_TRIGGERS
    }


def _take_state(key: tuple[object, ...], objects: tuple[Any, ...]) -> _State:
    # Beside the run's own data folder: the first process deletes that when the run ends, while the
    # other processes of a run end without deleting anything.
    place = tempfile.TemporaryDirectory(prefix="states-", dir=_RUN_FOLDER)
    _folders.append(place)
    files = Path(place.name) / "data"
    _copy_files(Path(settings.CAIRN_DATA), files)
    return _State(key, {name: _read_rows(name) for name in _DATABASES}, files, objects)


def _restore(before: _State, after: _State) -> None:
    """Write what lies between two states."""
    for name in _DATABASES:
        if before.rows[name] != after.rows[name]:
            with transaction.atomic(name):
                _write_difference(connections[name].connection, before.rows[name], after.rows[name])
    folder = Path(settings.CAIRN_DATA)
    shutil.rmtree(folder)
    _copy_files(after.files, folder)
    _reach(after)


def _copy_files(source: Path, target: Path) -> None:
    """Copy a data folder and its key, which lies beside it."""
    shutil.copytree(source, target)
    if (key := locate_key_file(source)).exists():
        shutil.copy2(key, locate_key_file(target))


def _write_difference(connection: Any, before: Rows, after: Rows) -> None:
    for table, rows in after.items():
        removed, added = before[table] - rows, rows - before[table]
        if removed:
            _delete_rows(connection, table, removed)
        if added:
            marks = ", ".join("?" * len(next(iter(added))))
            statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - a table of our own
            connection.executemany(statement, sorted(added, key=repr))


def _delete_rows(connection: Any, table: str, rows: frozenset[tuple[Any, ...]]) -> None:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [(place, column[1]) for place, column in enumerate(columns) if column[5]]
    if table == _SEQUENCES:
        keys = [(0, "name")]
    where = " AND ".join(f'"{column}" = ?' for _place, column in keys)
    connection.executemany(
        f"DELETE FROM {table} WHERE {where}",  # noqa: S608
        [tuple(row[place] for place, _column in keys) for row in rows],
    )
