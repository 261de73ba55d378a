"""Find the records that are worth comparing: those that share a blocking key.

A blocking key is the code of its rule and one or more values that a true pair seldom has wrong
together. The same declaration gives a batch its SQL and the person index its key texts, which the
index stores hashed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import pyarrow as pa

from cairn.matching.standardize import STANDARD_SCHEMA
from cairn.warehouse.engines import DuckDBEngine

__all__ = [
    "MAX_BLOCK_SIZE",
    "build_blocking_keys",
    "build_blocking_sql",
    "list_blocking_keys",
    "list_household_keys",
]

MAX_BLOCK_SIZE: Final = 60
"""A key of more records than this is too common: its pairs are left to the other keys."""

_SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """One kind of blocking key, with the code `letters`.

    A list among its columns gives one key for each item. Two columns in parentheses give one key
    for each pair of their items, smaller first, so that a surname written in the place of the given
    name is found as well.
    """

    letters: str
    columns: tuple[str | tuple[str, str], ...]

    def sql(self, table: str, name: str) -> str:
        """Build a query for `name` and `key` of every row of `table` that has all the values."""
        column_names = [
            column_name
            for part in self.columns
            for column_name in ((part,) if isinstance(part, str) else part)
        ]
        query = table
        for column in filter(_is_list_column, column_names):
            others = ", ".join(
                column_name for column_name in (name, *column_names) if column_name != column
            )
            query = f"(SELECT {others}, unnest({column}) AS {column} FROM {query})"  # noqa: S608
        parts = [f"'{self.letters}'", *map(_build_value_sql, self.columns)]
        text = f" || '{_SEPARATOR}' || ".join(parts)
        return f"SELECT {name}, {text} AS key FROM {query} WHERE key IS NOT NULL"  # noqa: S608

    def list_keys(self, row: dict[str, Any]) -> list[str]:
        """List the keys of one standardized row."""
        combinations = product(*(_list_items(row, part) for part in self.columns))
        return [_SEPARATOR.join((self.letters, *items)) for items in combinations]


def _build_value_sql(part: str | tuple[str, str]) -> str:
    if isinstance(part, str):
        return part
    a, b = part
    return f"least({a}, {b}) || '{_SEPARATOR}' || greatest({a}, {b})"


def _list_items(row: dict[str, Any], part: str | tuple[str, str]) -> list[str]:
    if isinstance(part, tuple):
        item_pairs = product(*(_list_items(row, column) for column in part))
        return [_SEPARATOR.join(sorted(item_pair)) for item_pair in item_pairs]
    if _is_list_column(part):
        return list(row[part])
    return [] if row[part] is None else [str(row[part])]


_LIST_COLUMNS: Final = frozenset(
    field.name for field in STANDARD_SCHEMA if pa.types.is_list(field.type)
)


def _is_list_column(column: str) -> bool:
    return column in _LIST_COLUMNS


_NAME_COLUMNS: Final = ("given_forms", "family_words")

BLOCKING_RULES: Final = (
    BlockingRule("b", ("birth_key", "name_words")),
    BlockingRule("bp", ("birth_key", "postal")),
    BlockingRule("ny", (_NAME_COLUMNS, "birth_year")),
    BlockingRule("nd", (_NAME_COLUMNS, "birth_day")),
    BlockingRule("np", (_NAME_COLUMNS, "postal")),
    BlockingRule("n", (_NAME_COLUMNS,)),
    BlockingRule("h", ("household",)),
    BlockingRule("s", ("state_id",)),
    BlockingRule("l", ("source", "local_id")),
)


def build_blocking_keys(standard: pa.Table) -> pa.Table:
    """Build the blocking keys of standardized records.

    Args:
        standard: a table with the schema `STANDARD_SCHEMA`.
    Returns:
        Table[record_key: str, key: str], every distinct key of every record once.
    """
    if len(standard) <= _FEW_RECORDS:
        rows = [
            (row["record_key"], key)
            for row in standard.to_pylist()
            for key in list_blocking_keys(row)
        ]
        columns = list(zip(*rows, strict=True)) or [(), ()]
        return pa.table(
            {
                column_name: pa.array(values, pa.string())
                for column_name, values in zip(("record_key", "key"), columns, strict=True)
            }
        )
    return DuckDBEngine().query(
        f"SELECT DISTINCT * FROM ({build_blocking_sql('standard', 'record_key')})",  # noqa: S608 - declared above
        {"standard": standard},
    )


_FEW_RECORDS: Final = 100


def list_blocking_keys(row: dict[str, Any]) -> list[str]:
    """List the distinct blocking keys of one standardized row, in the order of the rules.

    Args:
        row: one row with the columns of `STANDARD_SCHEMA`.
    Returns:
        The key texts, each once.
    """
    return list(dict.fromkeys(text for key in BLOCKING_RULES for text in key.list_keys(row)))


def list_household_keys(values: Iterable[str]) -> list[str]:
    """List the blocking keys by which records of one household meet.

    Args:
        values: household values as `STANDARD_SCHEMA` spells them.
    Returns:
        The key texts.
    """
    (household_rule,) = (key for key in BLOCKING_RULES if key.columns == ("household",))
    return household_rule.list_keys({"household": sorted(values)})


def build_blocking_sql(table: str, name: str) -> str:
    """Build a query for `name` and `key` of all rows; a key may come twice.

    Args:
        table: name of a table of standardized records.
        name: column that identifies a record.
    Returns:
        The SQL text.
    """
    return " UNION ALL ".join(key.sql(table, name) for key in BLOCKING_RULES)
