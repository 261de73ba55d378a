"""Read and write many rows of the identities database at the speed of the database.

The Django ORM takes ten times as long for these statements.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup


class ValueSet:
    """Many values as one object, so that Django does not inspect each of them."""

    def __init__(self, values: Iterable[int | str]) -> None:
        self.all = list(values)


def as_value_set(values: Iterable[int | str]) -> ValueSet:
    """Wrap the values for the lookup `field__among`.

    Args:
        values: numbers or texts.
    Returns:
        The values as one object.
    """
    return ValueSet(values)


@ForeignKey.register_lookup
@Field.register_lookup
class AmongLookup(Lookup[Any]):
    """The lookup `field__among=as_value_set(values)`: thousands of values in one parameter.

    Django's own `__in` makes one parameter of each value, which takes longer than the query itself.
    SQLite reads the values from one JSON text, PostgreSQL from one array.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sqlite(
        self, compiler: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        values = json.dumps(self.rhs.all)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*parameters, values)  # noqa: S608

    def as_postgresql(
        self, compiler: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*parameters, self.rhs.all)


IDENTITIES: Final = "identities"

BATCH_SIZE: Final = 20_000
"""Rows or values in one statement."""

Item = TypeVar("Item")


def split_batches(items: Iterable[Item], size: int = BATCH_SIZE) -> Iterator[list[Item]]:
    """Split items into lists of limited size.

    Args:
        items: any items.
        size: the maximum size of a list.
    Yields:
        The lists, in order.
    """
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def fetch_rows(sql: str, values: Iterable[int | str], *before: Any) -> Iterator[tuple[Any, ...]]:
    """Fetch rows of the identities database for many values, in batches.

    Args:
        sql: a statement in which `AMONG` means "is one of the values".
        values: numbers or texts.
        before: parameters of the statement that precede the values.
    Yields:
        The rows as the database holds them.
    """
    connection = connections[IDENTITIES]
    text, as_json_text = _expand_among(sql, connection.vendor)
    for batch in split_batches(values):
        with connection.cursor() as cursor:
            cursor.execute(text, (*before, json.dumps(batch) if as_json_text else batch))
            yield from cursor.fetchall()


def fetch_number_columns(
    sql: str, values: Iterable[int | str], *, columns: int
) -> npt.NDArray[np.int64]:
    """Fetch rows that consist of numbers, column by column.

    Args:
        sql: a statement as for `fetch_rows`.
        values: numbers or texts.
        columns: the number of columns of a row.
    Returns:
        An array with one row for each column.
    """
    flat = np.fromiter(chain.from_iterable(fetch_rows(sql, values)), np.int64)
    return flat.reshape(-1, columns).T


def select_rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Select rows of the identities database with plain parameters.

    Args:
        sql: a statement.
        values: its parameters.
    Returns:
        The rows.
    """
    with connections[IDENTITIES].cursor() as cursor:
        cursor.execute(sql, values)
        selected: list[tuple[Any, ...]] = cursor.fetchall()
    return selected


def select_one_row(sql: str, *values: Any) -> tuple[Any, ...]:
    """Select the single row of a result.

    Args:
        sql: a statement that returns exactly one row.
        values: its parameters.
    Returns:
        The row.
    """
    (row,) = select_rows(sql, *values)
    return row


def execute_statement(sql: str, values: Iterable[int | str], *before: Any) -> None:
    """Change rows of the identities database for many values, in batches.

    Args:
        sql: a statement in which `AMONG` means "is one of the values".
        values: numbers or texts.
        before: parameters of the statement that precede the values.
    """
    connection = connections[IDENTITIES]
    text, as_json_text = _expand_among(sql, connection.vendor)
    for batch in split_batches(values):
        with connection.cursor() as cursor:
            cursor.execute(text, (*before, json.dumps(batch) if as_json_text else batch))


def _expand_among(sql: str, vendor: str) -> tuple[str, bool]:
    """Write `AMONG` in the database's SQL; also return whether the values go as one JSON text."""
    as_json_text = vendor == "sqlite"
    return sql.replace(
        "AMONG", "IN (SELECT value FROM json_each(%s))" if as_json_text else "= ANY(%s)"
    ), as_json_text


def execute_for_each_row(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Make the same change of the identities database for every row of parameters.

    Args:
        sql: a statement.
        rows: the parameters of each execution.
    """
    for batch in split_batches(rows):
        with connections[IDENTITIES].cursor() as cursor:
            cursor.executemany(sql, batch)


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of a model in the identities database.

    Args:
        model: the Django model.
        columns: columns as the table names them.
        rows: the values of each row, in the order of the columns.
    """
    connection = connections[IDENTITIES]
    name = connection.ops.quote_name
    into = f"{name(model._meta.db_table)} ({', '.join(map(name, columns))})"
    values = ", ".join(["%s"] * len(columns))
    for batch in split_batches(rows):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql" and len(batch) > _MIN_COPIED_ROWS:
                _copy_rows(cursor, into, batch)
            else:
                cursor.executemany(f"INSERT INTO {into} VALUES ({values})", batch)  # noqa: S608


_MIN_COPIED_ROWS: Final = 100
"""PostgreSQL copies batches larger than this; single insertions take several times as long."""


def _copy_rows(cursor: Any, into: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def adapt_datetime(at: Any) -> Any:
    """Convert a datetime to what the identities database expects.

    Args:
        at: the datetime.
    Returns:
        The database value.
    """
    return connections[IDENTITIES].ops.adapt_datetimefield_value(at)


def get_next_id(model: type[models.Model]) -> int:
    """Return the number after the highest ID of a model.

    Rows that refer to each other are numbered before they are written, inside one transaction that
    holds the index.

    Args:
        model: the Django model.
    Returns:
        The next ID.
    """
    connection = connections[IDENTITIES]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(id) FROM {connection.ops.quote_name(model._meta.db_table)}"  # noqa: S608
        )
        (top,) = cursor.fetchone()
    return int(top or 0) + 1
