"""Keep what was read from sealed rows until one of these rows changes.

A page asks the same questions about agreements, projects and releases as the page before, and on
most days none of them changes. The log of row changes says exactly when one did, in any process:
each written row has its line there, in the transaction that wrote it. So a result is kept with the
tables that were read for it, and it is used as long as the log has no later line of one of them.

Which tables were read is seen in the statements themselves, not declared. A result that rests on a
table without seals, or for which something was written, is not kept.

Results about children are kept apart: fewer, for a shorter time, and forgotten as soon as the log
shows that a row of theirs changed, whether or not somebody asks for them again.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any, Final, ParamSpec, TypeVar, TypeVarTuple, cast

from django.apps import apps
from django.db import connections
from django.utils.timezone import localdate
from django.utils.translation import get_language

from cairn.platform.actions.actors import isolate_request_caches, open_request_cache
from cairn.platform.audit.api import (
    NoRowLogError,
    has_row_log,
    list_sealed_tables,
    read_newest_row_change,
    read_row_changes,
)

__all__ = [
    "do_not_keep_result",
    "forget_kept_results",
    "keep_while_rows_unchanged",
    "may_keep_results",
    "watch_value",
]

_MAX_RESULTS: Final = 2_000
_MAX_SECONDS: Final = 3_600
_MAX_CHILDREN: Final = 5_000
"""An answer about a child takes about 8 KB, so 40 MB in all for each process."""
_MAX_SECONDS_ABOUT_CHILDREN: Final = 900
_MAX_LINES: Final = 500
_NO_LOG: Final = -1
_WORD: Final = re.compile(r"\w+")

Params = ParamSpec("Params")
Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")
_Place = tuple[str, str]
"""A database and the name of one of its tables."""


@dataclass(slots=True)
class _Reading:
    """What one function read so far."""

    is_about_children: bool
    places: set[_Place] = field(default_factory=set)
    values: dict[tuple[Callable[..., Any], tuple[Any, ...]], Any] = field(default_factory=dict)
    may_be_kept: bool = True
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class _KeptResult:
    """A result, the tables that it rests on, and how far each log was when it was read.

    `values` are the results of watched functions that it rests on, by function and arguments.
    """

    value: Any
    places: frozenset[_Place]
    values: Mapping[tuple[Callable[..., Any], tuple[Any, ...]], Any]
    heads: dict[str, int]
    kept_at: float
    weight: int

    def rests_on_change(self, changed: Mapping[_Place, int]) -> bool:
        """Return whether a row was changed later, given the newest change of each table."""
        return any(changed.get(place, 0) > self.heads[place[0]] for place in self.places)

    def has_same_values(self) -> bool:
        """Ask each watched function again, and return whether all results are as they were."""
        return all(function(*args) == value for (function, args), value in self.values.items())


class _Shelf:
    """Some kept results, the one that was used longest ago first."""

    def __init__(self, max_weight: int, max_seconds: float) -> None:
        self.max_weight = max_weight
        self.max_seconds = max_seconds
        self.weight = 0
        self.results: OrderedDict[Hashable, _KeptResult] = OrderedDict()

    def put(self, key: Hashable, kept: _KeptResult) -> None:
        """Put a result here, unless it is too large, and take away the oldest ones."""
        self.drop(key)
        if kept.weight > self.max_weight:
            return
        self.results[key] = kept
        self.weight += kept.weight
        while self.weight > self.max_weight or self._is_oldest_past(kept.kept_at):
            self.drop(next(iter(self.results)))

    def drop(self, key: Hashable) -> None:
        """Take a result away, if it is here."""
        if (kept := self.results.pop(key, None)) is not None:
            self.weight -= kept.weight

    def drop_changed(self, changed: Mapping[_Place, int]) -> None:
        """Take away each result that rests on a changed row."""
        for key in [key for key, kept in self.results.items() if kept.rests_on_change(changed)]:
            self.drop(key)

    def clear(self) -> None:
        """Take all results away."""
        self.results.clear()
        self.weight = 0

    def _is_oldest_past(self, now: float) -> bool:
        """Tell whether the result that was used longest ago, such as one of yesterday, is old."""
        oldest = next(iter(self.results.values()))
        return now - oldest.kept_at > self.max_seconds


class _Logs:
    """How far this process has read the log of each database, and what it found there."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.general = _Shelf(_MAX_RESULTS, _MAX_SECONDS)
        self.about_children = _Shelf(_MAX_CHILDREN, _MAX_SECONDS_ABOUT_CHILDREN)
        self.newest: dict[str, tuple[int, bytes]] = {}
        self.changed: dict[_Place, int] = {}
        self.times_emptied = 0

    def empty(self) -> None:
        """Forget all results, and how far the logs were read."""
        with self.lock:
            self._empty()
            self.newest.clear()

    def _empty(self) -> None:
        self.general.clear()
        self.about_children.clear()
        self.changed.clear()
        self.times_emptied += 1

    def read_on(self, alias: str) -> int:
        """Read the new lines of a log.

        Returns:
            The number of the newest line that this transaction sees; below zero if there is none.
        """
        # No other thread may move on in between: it may see what will be rolled back.
        with self.lock:
            number, digest = self.newest.get(alias, (0, b""))
            lines = read_row_changes(alias, number, _MAX_LINES + 1)
            if not lines:
                self._empty()
                self.newest.clear()
                return _NO_LOG
            newest = (lines[-1][0], lines[-1][2])
            is_continued = (lines[0][0], lines[0][2]) == (number, digest)
            if not is_continued or len(lines) > _MAX_LINES:
                # The first look; or what was seen was rolled back; or too much is new.
                self._empty()
                newest = read_newest_row_change(alias) or newest
            else:
                for sequence, table, _digest in lines[1:]:
                    known = self.changed.get((alias, table), 0)
                    self.changed[alias, table] = max(known, sequence)
                if len(lines) > 1:
                    self.about_children.drop_changed(self.changed)
            self.newest[alias] = newest
            return newest[0]

    def find(
        self, shelf: _Shelf, key: Hashable, heads: dict[str, int], max_seconds: float
    ) -> _KeptResult | None:
        """Find a result that still holds for a reader who sees the logs this far."""
        with self.lock:
            kept = shelf.results.get(key)
            if kept is None or time.monotonic() - kept.kept_at > max_seconds:
                return None
            if any(number > heads[alias] for alias, number in kept.heads.items()):
                return None
            if kept.rests_on_change(self.changed):
                shelf.drop(key)
                return None
            shelf.results.move_to_end(key)
            return kept

    def keep(self, shelf: _Shelf, key: Hashable, kept: _KeptResult, times_emptied: int) -> None:
        """Keep a result, unless all results were forgotten while it was made."""
        with self.lock:
            if times_emptied == self.times_emptied:
                shelf.put(key, kept)


_logs: Final = _Logs()
_readings: Final = threading.local()


def forget_kept_results() -> None:
    """Forget what this process keeps, as after the logs were created again."""
    _logs.empty()
    _has_log.cache_clear()


def may_keep_results() -> bool:
    """Return whether results are kept now, so that reading more at once saves the next reader.

    Returns:
        False without a log of row changes, and in a transaction that has written on PostgreSQL.
    """
    return _read_heads() is not None


def do_not_keep_result() -> None:
    """Say, within a function with a kept result, that this result is for its caller alone."""
    for reading in _list_readings():
        reading.may_be_kept = False


def keep_while_rows_unchanged(
    *,
    max_seconds: float = float("inf"),
    key: Callable[..., Hashable] | None = None,
    count_children: Callable[..., int] | None = None,
) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """Decorate a function so that its result is kept until a row that it read changes.

    The result depends on the arguments, the day, the language and the databases alone: not on the
    time of day, a setting or a file. It is shared by its callers, who do not change it; a list is
    copied.

    Args:
        max_seconds: for how long a result is kept at most, for a function that shows what also
            depends on the time or on files, and decides nothing.
        key: computes from the arguments what the result is found by, for arguments that are not
            hashable. It holds everything in them on which the result depends.
        count_children: counts from the arguments how many children the result is about, if it is
            about children. It names none: it is kept in memory. Then it is kept for 15 minutes at
            most, with those about 5,000 children in all, and forgotten at the first change.

    Returns:
        The decorator. Without ``key``, the function's arguments must be hashable.
    """

    def decorate(function: Callable[Params, Result]) -> Callable[Params, Result]:
        shelf = _logs.about_children if count_children else _logs.general
        seconds = min(max_seconds, shelf.max_seconds) if count_children else max_seconds

        @wraps(function)
        def read(*args: Params.args, **kwargs: Params.kwargs) -> Result:
            begun, emptied, heads = time.monotonic(), _logs.times_emptied, _read_heads()
            if emptied != _logs.times_emptied:
                # By the first look, or by another thread: what was seen before does not count.
                emptied, heads = _logs.times_emptied, _read_heads()
            if heads is None:
                return function(*args, **kwargs)
            asked = key(*args, **kwargs) if key else (args, tuple(sorted(kwargs.items())))
            place = (function, asked, get_language(), localdate())
            if max_seconds != float("inf"):
                do_not_keep_result()
            for outer in _list_readings() if count_children else ():
                outer.may_be_kept &= outer.is_about_children
            kept = _logs.find(shelf, place, heads, seconds)
            if kept is not None and kept.has_same_values():
                for outer in _list_readings():
                    outer.places |= kept.places
                return cast("Result", _copy_list(kept.value))
            with _noting_tables(shelf is _logs.about_children) as reading, isolate_request_caches():
                value = function(*args, **kwargs)
            if reading.may_be_kept:
                weight = max(1, count_children(*args, **kwargs)) if count_children else 1
                result = _KeptResult(
                    _copy_list(value),
                    frozenset(reading.places),
                    reading.values,
                    heads,
                    begun,
                    weight,
                )
                _logs.keep(shelf, place, result, emptied)
            return value

        return read

    return decorate


def watch_value(function: Callable[[*Arguments], Result]) -> Callable[[*Arguments], Result]:
    """Decorate a function on whose result kept results rest, and not on the rows that it reads.

    It is for a few values from a table that changes often, such as which notices were delivered:
    what rests on them is used again after such a change, if the function returns the same as
    before. Its own result is kept, too.

    Args:
        function: reads sealed rows, none of them about children. Its arguments are hashable and its
            results can be compared.

    Returns:
        The decorated function.
    """
    keep = keep_while_rows_unchanged()(function)

    @wraps(function)
    def watch(*args: *Arguments) -> Result:
        outers = _list_readings()
        if not outers:
            return keep(*args)
        _readings.open = []
        for outer in outers:
            outer.is_paused = True
        is_keepable = False  # if it fails, too: what it read before is noted nowhere
        try:
            with _noting_tables(is_about_children=False) as reading:
                value = keep(*args)
            is_keepable = reading.may_be_kept
        finally:
            for outer in outers:
                outer.is_paused = False
                outer.may_be_kept &= is_keepable
            _readings.open = outers
        for outer in outers:
            outer.values[watch, args] = value
        return value

    return watch


def _copy_list(value: Any) -> Any:
    return value.copy() if isinstance(value, list) else value


def _read_heads() -> dict[str, int] | None:
    """Read how far each log is, as this transaction sees it; None if nothing may be kept.

    A request that changes nothing reads it once, and again after it has written: with PostgreSQL
    each look is a message to the server, and a page has forty kept results. Within a transaction
    each look is new, because the transaction may yet be undone.
    """
    heads = {}
    known: dict[tuple[str, int], int] = open_request_cache("row log heads")
    for alias in connections:
        connection = connections[alias]
        connection.ensure_connection()
        raw = connection.connection
        if connection.in_atomic_block and getattr(raw, "cairn_has_written", False):
            return None  # PostgreSQL: what this transaction wrote is in the log when it commits
        seen = (alias, _count_writes(raw))
        if connection.in_atomic_block or seen not in known:
            if not _has_log(alias, str(connection.settings_dict["NAME"])):
                return None
            try:
                number = _logs.read_on(alias)
            except NoRowLogError:
                forget_kept_results()
                return None
            if number == _NO_LOG:
                return None
            heads[alias] = number
            if not connection.in_atomic_block:
                known[seen] = number
        else:
            heads[alias] = known[seen]
    return heads


def _count_writes(raw: Any) -> int:
    """Count what a connection has written; SQLite's own counts by itself."""
    return int(raw.cairn_writes if hasattr(raw, "cairn_writes") else raw.total_changes)


def _list_readings() -> list[_Reading]:
    readings: list[_Reading] | None = getattr(_readings, "open", None)
    if readings is None:
        readings = _readings.open = []
    return readings


@contextmanager
def _noting_tables(is_about_children: bool) -> Iterator[_Reading]:  # noqa: FBT001 - of the result
    """Note which tables are read within the block, and whether the result may be kept."""
    reading, readings = _Reading(is_about_children), _list_readings()
    with ExitStack() as wrappers:
        for alias in connections:
            wrappers.enter_context(
                connections[alias].execute_wrapper(_note_statement(reading, alias))
            )
        readings.append(reading)
        try:
            yield reading
        finally:
            readings.pop()


def _note_statement(reading: _Reading, alias: str) -> Callable[..., Any]:
    known, sealed = _list_tables(), _list_sealed_tables(alias)

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if reading.is_paused:
            return execute(sql, params, many, context)
        words = frozenset(_WORD.findall(str(sql)))
        tables = words & known
        reading.places |= {(alias, table) for table in tables}
        if not tables <= sealed or str(sql).lstrip()[:6].upper() != "SELECT":
            reading.may_be_kept = False
        return execute(sql, params, many, context)

    return note


@cache
def _has_log(alias: str, _database: str) -> bool:
    """Find out whether a database has a log, once for each: an answer of no stays."""
    return has_row_log(alias)


@cache
def _list_sealed_tables(alias: str) -> frozenset[str]:
    return list_sealed_tables(alias)


@cache
def _list_tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models(include_auto_created=True))
