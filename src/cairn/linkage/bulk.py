"""Many rows at the speed of the database: Django's own way takes ten times as long for these."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
from django.db import connections, models

IDENTITIES: Final = "identities"
BATCH: Final = 20_000
"""Rows or values in one statement."""

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items, so many at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def ask(sql: str, values: Iterable[int | str], *before: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of the identities database as it holds them. ``AMONG`` stands for "is one of the
    values"; ``before`` are parameters of the statement that come before it."""
    connection = connections[IDENTITIES]
    text, one = _among(sql, connection.vendor)
    for batch in batches(values):
        with connection.cursor() as cursor:
            cursor.execute(text, (*before, json.dumps(batch) if one else batch))
            yield from cursor.fetchall()


def table(sql: str, values: Iterable[int | str], *, columns: int) -> npt.NDArray[np.int64]:
    """What ``ask`` yields where every row is so many numbers, column by column."""
    flat = np.fromiter(chain.from_iterable(ask(sql, values)), np.int64)
    return flat.reshape(-1, columns).T


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of the identities database, by plain parameters."""
    with connections[IDENTITIES].cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def one_row(sql: str, *values: Any) -> tuple[Any, ...]:
    """The one row that there is."""
    (row,) = rows(sql, *values)
    return row


def tell(sql: str, values: Iterable[int | str], *before: Any) -> None:
    """Changes rows of the identities database; otherwise as ``ask``."""
    connection = connections[IDENTITIES]
    text, one = _among(sql, connection.vendor)
    for batch in batches(values):
        with connection.cursor() as cursor:
            cursor.execute(text, (*before, json.dumps(batch) if one else batch))


def _among(sql: str, vendor: str) -> tuple[str, bool]:
    """The statement in the database's words, and whether the values go as one JSON text."""
    one = vendor == "sqlite"
    return sql.replace("AMONG", "IN (SELECT value FROM json_each(%s))" if one else "= ANY(%s)"), one


def tell_each(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """The same change of the identities database for every row of parameters."""
    for batch in batches(rows):
        with connections[IDENTITIES].cursor() as cursor:
            cursor.executemany(sql, batch)


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """New rows of a model in the identities database; ``columns`` as the table names them."""
    connection = connections[IDENTITIES]
    name = connection.ops.quote_name
    into = f"{name(model._meta.db_table)} ({', '.join(map(name, columns))})"
    values = ", ".join(["%s"] * len(columns))
    for batch in batches(rows):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql" and len(batch) > _COPIED:
                _copy(cursor, into, batch)
            else:
                cursor.executemany(f"INSERT INTO {into} VALUES ({values})", batch)  # noqa: S608


_COPIED: Final = 100
"""PostgreSQL copies more rows than these: an insertion for each takes some times as long."""


def _copy(cursor: Any, into: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def moment(at: Any) -> Any:
    """A moment as the database wants it."""
    return connections[IDENTITIES].ops.adapt_datetimefield_value(at)


def next_id(model: type[models.Model]) -> int:
    """The number after the highest: rows that refer to each other are numbered before they are
    written, inside one transaction that holds the index."""
    connection = connections[IDENTITIES]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(id) FROM {connection.ops.quote_name(model._meta.db_table)}"  # noqa: S608
        )
        (top,) = cursor.fetchone()
    return int(top or 0) + 1
