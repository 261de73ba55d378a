"""Which records are worth comparing: those that share a key.

A key is a kind and one or more values that a true pair seldom has wrong together. The same
declaration gives a batch its SQL and the person index its texts (which it keeps hashed).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import pyarrow as pa

from cairn.warehouse.engines.duckdb import DuckDB
from cairn.warehouse.linking.standard import STANDARD

CEILING: Final = 60
"""A key that more records have is no clue: its pairs are left to the other keys."""
_SIGN: Final = "|"


@dataclass(frozen=True, slots=True)
class Key:
    """One kind of key: ``letters`` name it. A list among its columns gives a key for each item;
    two columns in parentheses give one for each two of their items, smaller first: a surname in
    the given name's place is found all the same."""

    letters: str
    columns: tuple[str | tuple[str, str], ...]

    def sql(self, table: str, name: str) -> str:
        """A query for ``name`` and ``key`` of every row of ``table`` that has all the values."""
        plain = [c for part in self.columns for c in ((part,) if isinstance(part, str) else part)]
        query = table
        for column in filter(_is_list, plain):
            others = ", ".join(c for c in (name, *plain) if c != column)
            query = f"(SELECT {others}, unnest({column}) AS {column} FROM {query})"  # noqa: S608
        parts = [f"'{self.letters}'", *map(_written, self.columns)]
        text = f" || '{_SIGN}' || ".join(parts)
        return f"SELECT {name}, {text} AS key FROM {query} WHERE key IS NOT NULL"  # noqa: S608

    def texts(self, row: dict[str, Any]) -> list[str]:
        """The keys of one standard row."""
        found = product(*(_items(row, part) for part in self.columns))
        return [_SIGN.join((self.letters, *items)) for items in found]


def _written(part: str | tuple[str, str]) -> str:
    if isinstance(part, str):
        return part
    a, b = part
    return f"least({a}, {b}) || '{_SIGN}' || greatest({a}, {b})"


def _items(row: dict[str, Any], part: str | tuple[str, str]) -> list[str]:
    if isinstance(part, tuple):
        both = product(*(_items(row, column) for column in part))
        return [_SIGN.join(sorted(two)) for two in both]
    if _is_list(part):
        return list(row[part])
    return [] if row[part] is None else [str(row[part])]


_LISTS: Final = frozenset(field.name for field in STANDARD if pa.types.is_list(field.type))


def _is_list(column: str) -> bool:
    return column in _LISTS


_NAME: Final = ("given_forms", "family_words")
KEYS: Final = (
    Key("b", ("birth_key", "name_words")),
    Key("bp", ("birth_key", "postal")),
    Key("ny", (_NAME, "birth_year")),
    Key("nd", (_NAME, "birth_day")),
    Key("np", (_NAME, "postal")),
    Key("n", (_NAME,)),
    Key("h", ("household",)),
    Key("s", ("state_id",)),
    Key("l", ("source", "local_id")),
)


def keys(standard: pa.Table) -> pa.Table:
    """``record_key`` and ``key`` (text), every different key of every ``standard`` row once."""
    if len(standard) <= _FEW:
        rows = [(row["record_key"], key) for row in standard.to_pylist() for key in texts(row)]
        columns = list(zip(*rows, strict=True)) or [(), ()]
        return pa.table(
            {
                n: pa.array(c, pa.string())
                for n, c in zip(("record_key", "key"), columns, strict=True)
            }
        )
    return DuckDB().query(
        f"SELECT DISTINCT * FROM ({sql('standard', 'record_key')})",  # noqa: S608 - declared above
        {"standard": standard},
    )


_FEW: Final = 100


def texts(row: dict[str, Any]) -> list[str]:
    """The different keys of one standard row, in their order."""
    return list(dict.fromkeys(text for key in KEYS for text in key.texts(row)))


def household_keys(values: Iterable[str]) -> list[str]:
    """The keys by which records of one household meet, of values as ``STANDARD`` spells them."""
    (kind,) = (key for key in KEYS if key.columns == ("household",))
    return kind.texts({"household": sorted(values)})


def sql(table: str, name: str) -> str:
    """A query for ``name`` and ``key`` of all rows; a key may come twice."""
    return " UNION ALL ".join(key.sql(table, name) for key in KEYS)
