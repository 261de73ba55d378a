"""Read rows by a query that is compiled to SQL once.

Django compiles a query set each time. For a small table this takes ten times as long as the
database needs to answer, and each page and each action asks the queries about the person who acts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connections, router
from django.db.models import Model, QuerySet

__all__ = ["PreparedRows"]


@dataclass(frozen=True, slots=True)
class _Statement:
    """The SQL of a query for a number of IDs, in the words of one database.

    A parameter below zero is replaced with the ID at that place, counted from the end. A converter
    of a column turns the database's value into Python's.
    """

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, Any, Any], ...]

    def fill(self, ids: Sequence[int]) -> list[Any]:
        return [ids[value] if _is_placeholder(value) else value for value in self.parameters]


def _is_placeholder(value: object) -> bool:
    return type(value) is int and value < 0


class PreparedRows:
    """A query for the rows of some IDs, from a query set of the same IDs.

    Everything else in the query set is constant. Its other parameters hold no negative number.
    """

    def __init__(self, select: Callable[[Sequence[int]], QuerySet[Any, Any]]) -> None:
        """Keep how to select; nothing is asked of the database yet.

        Args:
            select: builds the query set of some IDs, which ends in `values_list` of columns.
        """
        self._select = select
        self._statements: dict[tuple[str, int], _Statement] = {}

    def read(self, ids: Iterable[int]) -> list[tuple[Any, ...]]:
        """Read the rows of some IDs, as the query set itself would give them.

        Args:
            ids: the IDs, in any order.

        Returns:
            The rows, in the order of the query set; none if no ID is given.
        """
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return []
        # The number of IDs is rounded up, so that few statements serve all.
        size = 1 << (len(wanted) - 1).bit_length()
        wanted += wanted[-1:] * (size - len(wanted))
        alias = router.db_for_read(self._model)
        statement = self._statements.get((alias, size))
        if statement is None:
            statement = self._statements[alias, size] = self._prepare(alias, size)
        connection = connections[alias]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.fill(wanted))
            rows = [list(row) for row in cursor.fetchall()]
        for place, convert, column in statement.converters:
            for row in rows:
                row[place] = convert(row[place], column, connection)
        return [tuple(row) for row in rows]

    @cached_property
    def _model(self) -> type[Model]:
        return self._select(()).model

    def _prepare(self, alias: str, size: int) -> _Statement:
        compiler = self._select(range(-size, 0)).query.get_compiler(using=alias)
        sql, parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        converters = tuple(
            (place, convert, column)
            for place, (functions, column) in compiler.get_converters(columns).items()
            for convert in functions
        )
        return _Statement(sql, tuple(parameters), converters)
