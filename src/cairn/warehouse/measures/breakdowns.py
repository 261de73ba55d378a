"""Define by what figures may be broken down: a table of dimensions as data.

`breakdowns.toml` beside this file has a table for each breakdown; `breakdown_sql` makes its values.
Most breakdowns are one dimension. A child may be in several programs at once, so each program is a
dimension of its own (`program:Riverside Readers`) with two values: children in it, and all others.
Two values never overlap, so every sum that an attacker could form is a row of the audit.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

__all__ = [
    "MEMBER",
    "Breakdown",
    "BreakdownRule",
    "build_member_dimension",
    "get_breakdown",
    "get_member_name",
    "is_dimension",
    "list_breakdown_elements",
    "load_breakdowns",
    "sort_dimensions",
]

MEMBER: Final = "yes"
"""The value of a child in the program that a dimension is about."""

_MEMBER_SEPARATOR: Final = ":"

_TABLE_SEPARATOR: Final = ","
"""Separates dimensions in the code of a table, so no dimension has one in its name."""

Texts = Mapping[str, str]


class BreakdownRule(StrEnum):
    """How a child's value of a breakdown is made from the rows of a mart.

    A place is the school or district of a year, a group the race or gender: see
    `school_attribution`. The others: the first five digits of a ZIP code; a code as the roster
    records it; a text that is one of a list, or another; full years on a day, in bands; the value
    of the latest row in the school year; whether a row of a service touches the period; whether a
    child was in one program in the period.
    """

    PLACE = "place"
    GROUP = "group"
    ZIP = "zip"
    RECORDED = "recorded"
    LISTED = "listed"
    AGE = "age"
    LATEST_IN_YEAR = "latest_in_year"
    SERVED = "served"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class BreakdownValue:
    """One value of a breakdown.

    Attributes:
        code: as files write it.
        label: its name by language.
        spellings: how partners write it, beside the code.
        least: the youngest age of a band, in years; 0 for other values.
    """

    code: str
    label: Texts
    spellings: tuple[str, ...] = ()
    least: int = 0


@dataclass(frozen=True, slots=True)
class Breakdown:
    """By what figures may be broken down.

    Attributes:
        id: short name, such as "zip".
        title: heading by language.
        phrase: what follows "by", by language.
        rule: how a child's value is made.
        element: the data element that the values come from; empty for place and groups, which
            every count asks for.
        also: further elements that the rule reads.
        note: what a reader must know, by language; empty if nothing.
        values: the values in order; empty where the data have them.
        day: the day on which age counts, in the year in which a period begins.
    """

    id: str
    title: Texts
    phrase: Texts
    rule: BreakdownRule
    element: str = ""
    also: frozenset[str] = frozenset()
    note: Texts | None = None
    values: tuple[BreakdownValue, ...] = ()
    day: date | None = None

    @property
    def record(self) -> str:
        """The record type that the values come from."""
        return self.element.partition(".")[0]

    @property
    def field(self) -> str:
        """The field of that record type."""
        return self.element.partition(".")[2]

    @property
    def elements(self) -> frozenset[str]:
        """Every element that counting by it reads beside those of every count."""
        return self.also | {self.element} if self.element else frozenset()


@cache
def load_breakdowns() -> Mapping[str, Breakdown]:
    """Load every breakdown.

    Returns:
        Breakdowns by ID, in the order of pages and files.
    """
    text = files("cairn.warehouse.measures").joinpath("breakdowns.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    return MappingProxyType({name: _parse_breakdown(name, data) for name, data in tables.items()})


def _parse_breakdown(name: str, data: Mapping[str, Any]) -> Breakdown:
    return Breakdown(
        id=name,
        title=data["title"],
        phrase=data["phrase"],
        rule=BreakdownRule(data["rule"]),
        element=data.get("element", ""),
        also=frozenset(data.get("also", ())),
        note=data.get("note"),
        values=tuple(
            BreakdownValue(
                value["code"],
                value["label"],
                tuple(value.get("spellings", ())),
                value.get("least", 0),
            )
            for value in data.get("values", ())
        ),
        # Any year without a leap day does; only the month and the day count.
        day=date.fromisoformat(f"2001-{data['day']}") if "day" in data else None,
    )


def get_breakdown(dimension: str) -> Breakdown:
    """Return the breakdown of a dimension.

    Args:
        dimension: such as "zip", or "program:Riverside Readers".

    Returns:
        The breakdown.

    Raises:
        KeyError: there is none.
    """
    return load_breakdowns()[dimension.partition(_MEMBER_SEPARATOR)[0]]


def is_dimension(name: str) -> bool:
    """Return whether figures can be counted by a dimension.

    Args:
        name: the dimension. A program must be named: "program" alone counts children twice.

    Returns:
        True if they can.
    """
    breakdown = load_breakdowns().get(name.partition(_MEMBER_SEPARATOR)[0])
    if breakdown is None or _TABLE_SEPARATOR in name:
        return False
    return (breakdown.rule is BreakdownRule.MEMBER) == bool(get_member_name(name))


def build_member_dimension(breakdown: str, name: str) -> str:
    """Build the dimension of one program.

    Args:
        breakdown: ID of the breakdown, "program".
        name: name of the program.

    Returns:
        The dimension.
    """
    words = name.replace(_TABLE_SEPARATOR, " ").split()
    return f"{breakdown}{_MEMBER_SEPARATOR}{' '.join(words)}"


def get_member_name(dimension: str) -> str:
    """Return the name of the program that a dimension is about.

    Args:
        dimension: the dimension.

    Returns:
        The name; empty for any other dimension.
    """
    return dimension.partition(_MEMBER_SEPARATOR)[2]


def sort_dimensions(names: Iterable[str]) -> tuple[str, ...]:
    """Sort dimensions as pages and files have them; each occurs once.

    Args:
        names: the dimensions. One that is no longer in the table comes last.

    Returns:
        The dimensions.
    """
    order = [*load_breakdowns()]

    def find_position(dimension: str) -> tuple[int, str]:
        breakdown = dimension.partition(_MEMBER_SEPARATOR)[0]
        return order.index(breakdown) if breakdown in order else len(order), dimension

    return tuple(sorted(set(names), key=find_position))


def list_breakdown_elements(dimensions: Iterable[str]) -> frozenset[str]:
    """List the elements that counting by dimensions reads, beside those of every count.

    Args:
        dimensions: the dimensions.

    Returns:
        Names of elements.
    """
    return frozenset(
        element for dimension in dimensions for element in get_breakdown(dimension).elements
    )
