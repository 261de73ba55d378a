"""Define by what figures may be broken down: a table of dimensions as data.

`breakdowns.toml` beside this file has a table for each breakdown; `breakdown_sql` makes its values.
Most breakdowns are one dimension. A child may be in several programs at once, so each program is a
dimension of its own (`program:Riverside Readers`) with two values: children in it, and all others.
A fixed cohort is another one (`program@2025-10-01:Riverside Readers`): those enrolled on one day.
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
    "ValueRule",
    "build_member_dimension",
    "fold_program_name",
    "get_breakdown",
    "get_cohort_date",
    "get_member_name",
    "get_value_rule",
    "is_dimension",
    "list_breakdown_elements",
    "load_breakdowns",
    "set_cohort_date",
    "sort_dimensions",
]

MEMBER: Final = "yes"
"""The value of a child in the program that a dimension is about."""

_MEMBER_SEPARATOR: Final = ":"
_COHORT_SEPARATOR: Final = "@"
_SCHOOL: Final = "school"

_TABLE_SEPARATOR: Final = ","
"""Separates dimensions in the code of a table, so no dimension has one in its name."""

Texts = Mapping[str, str]


class BreakdownRule(StrEnum):
    """How a child's value of a breakdown is made from the rows of a mart.

    A place is the school or district of a year, a group the race or gender: see
    `school_attribution`. The others: the first five digits of a ZIP code; a code as the roster
    records it; a text that is one of a list, or another; full years on a day, in bands; the value
    of the latest row in the school year; whether a row of a service touches the period, for people
    on the roster of a source that sends such rows; whether an episode touches it, for everyone;
    whether a child was in one program in the period; the area that most records with the child's
    ZIP code give; the hours in all programs in the school year, in bands.
    """

    PLACE = "place"
    GROUP = "group"
    ZIP = "zip"
    RECORDED = "recorded"
    LISTED = "listed"
    AGE = "age"
    LATEST_IN_YEAR = "latest_in_year"
    SERVED = "served"
    EPISODE = "episode"
    MEMBER = "member"
    AREA = "area"
    DOSAGE = "dosage"


class ValueRule(StrEnum):
    """Which value of a breakdown counts for a child with several on record.

    Each child has one value under each rule. Under ``EVER``, which only breakdowns with the values
    "yes" and "no" have, a child with both counts as "yes". ``LONGEST`` is the value of the most
    days of enrollment, or of the most school years of a roster, which has no days. ``BY_YEAR`` is
    the value in the school year that is counted: the most frequent one, if there are several.
    """

    MOST_COMMON = "most_common"
    MOST_RECENT = "most_recent"
    BY_YEAR = "by_year"
    LONGEST = "longest"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class BreakdownValue:
    """One value of a breakdown.

    Attributes:
        code: as files write it.
        label: its name by language.
        spellings: how partners write it, beside the code.
        least: the youngest age of a band, in years, or its fewest hours; 0 for other values.
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
        value_rules: the rules that a definition may name for a child with several values, the
            first if it names none; empty where a child has one value.
        first_days: fields with the first day of a row that lasts; the first on record counts.
        last_days: fields with its last day; an episode without one goes on.
        year: the field with the school year of a row instead of days; empty if it has none.
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
    value_rules: tuple[ValueRule, ...] = ()
    first_days: tuple[str, ...] = ("start_date", "end_date")
    last_days: tuple[str, ...] = ("end_date", "start_date")
    year: str = ""

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
        value_rules=tuple(ValueRule(rule) for rule in data.get("value_rules", ())),
        **{name: tuple(data[name]) for name in ("first_days", "last_days") if name in data},
        year=data.get("year", ""),
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
    return load_breakdowns()[_get_breakdown_id(dimension)]


def _get_breakdown_id(dimension: str) -> str:
    return _split_dimension(dimension)[0]


def _split_dimension(dimension: str) -> tuple[str, str, str]:
    """Split a dimension into its breakdown, the day of its cohort, and the name of its program."""
    kind, _, name = dimension.partition(_MEMBER_SEPARATOR)
    breakdown, _, day = kind.partition(_COHORT_SEPARATOR)
    return breakdown, day, name


def get_value_rule(dimension: str, named: Mapping[str, str]) -> ValueRule | None:
    """Return the rule by which a child with several values of a dimension is counted.

    Args:
        dimension: the dimension.
        named: the rules that the definition names, by breakdown. A district goes by the school.

    Returns:
        The rule; None where a child has one value, as on the day of a fixed cohort.
    """
    if get_cohort_date(dimension):
        return None
    breakdown = get_breakdown(dimension)
    name = _SCHOOL if breakdown.rule is BreakdownRule.PLACE else breakdown.id
    rules = load_breakdowns()[name].value_rules
    return ValueRule(named[name]) if name in named else next(iter(rules), None)


def is_dimension(name: str) -> bool:
    """Return whether figures can be counted by a dimension.

    Args:
        name: the dimension. A program must be named: "program" alone counts children twice.

    Returns:
        True if they can.
    """
    breakdown_id, day, member_name = _split_dimension(name)
    breakdown = load_breakdowns().get(breakdown_id)
    if breakdown is None or _TABLE_SEPARATOR in name:
        return False
    has_members = breakdown.rule is BreakdownRule.MEMBER
    is_dated = _COHORT_SEPARATOR in name.partition(_MEMBER_SEPARATOR)[0]
    return has_members == bool(member_name) and (
        not is_dated or (has_members and _parse_day(day) is not None)
    )


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


def fold_program_name(name: str) -> str:
    """Fold the name of a program, so that its spellings by several partners are equal.

    Args:
        name: the name as a partner writes it.

    Returns:
        The name without case, spaces and signs; empty if it has no letter and no digit.
    """
    return "".join(filter(str.isalnum, name.casefold()))


def set_cohort_date(dimension: str, day: date | None) -> str:
    """Fix the cohort of a program's dimension: the children who were enrolled on one day.

    Args:
        dimension: the dimension, with a fixed cohort or without.
        day: the day; None for the children of each period.

    Returns:
        The dimension; one that is about no program, unchanged.
    """
    breakdown, _day, name = _split_dimension(dimension)
    if not name:
        return dimension
    dated = f"{_COHORT_SEPARATOR}{day.isoformat()}" if day else ""
    return f"{breakdown}{dated}{_MEMBER_SEPARATOR}{name}"


def get_cohort_date(dimension: str) -> date | None:
    """Return the day on which the children of a program's dimension were enrolled.

    Args:
        dimension: the dimension.

    Returns:
        The day; None where the dimension has no fixed cohort.
    """
    return _parse_day(_split_dimension(dimension)[1])


def _parse_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # One day has one spelling, so that it names one dimension.
    return day if day.isoformat() == text else None


def sort_dimensions(names: Iterable[str]) -> tuple[str, ...]:
    """Sort dimensions as pages and files have them; each occurs once.

    Args:
        names: the dimensions. One that is no longer in the table comes last.

    Returns:
        The dimensions.
    """
    order = [*load_breakdowns()]

    def find_position(dimension: str) -> tuple[int, str]:
        breakdown = _get_breakdown_id(dimension)
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
