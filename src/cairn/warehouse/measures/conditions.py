"""Say which rows an indicator counts: conditions over data elements, and how they are written.

A condition is a small closed language, never SQL: compare, between, in, and, or, not, "is
missing", and days relative to the period that is counted. Two examples::

    subject in ['Math', 'Algebra I'] and met = 'yes'
    days_absent >= 0.1 * days_enrolled or entry_date > start of period + 30 days

An element that a row leaves empty meets no comparison, ``!=`` included; ``is missing`` asks for
it. So each condition is met or not met, and ``not`` turns one into the other.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

__all__ = [
    "EVERY_ROW",
    "AllConditions",
    "AnyCondition",
    "Condition",
    "format_condition",
    "list_condition_fields",
]

ComparisonOperator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class ScaledField:
    """The value of another element of the row, times a number: ``0.1 * days_enrolled``."""

    name: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class PeriodDay:
    """A day counted from the first or last day of the period: ``end of period - 2 months``."""

    edge: Literal["start", "end"]
    amount: int = 0
    unit: Literal["days", "months"] = "days"


ConditionValue: TypeAlias = str | Decimal | date | PeriodDay | ScaledField


@dataclass(frozen=True, slots=True)
class ValueComparison:
    """An element compares with a value in this way."""

    field: str
    operator: ComparisonOperator
    value: ConditionValue


@dataclass(frozen=True, slots=True)
class RangeCondition:
    """An element lies between two values, both included."""

    field: str
    low: ConditionValue
    high: ConditionValue


@dataclass(frozen=True, slots=True)
class ListCondition:
    """An element has one of these values."""

    field: str
    values: tuple[ConditionValue, ...]


@dataclass(frozen=True, slots=True)
class MissingCondition:
    """The row leaves an element empty."""

    field: str


@dataclass(frozen=True, slots=True)
class NotCondition:
    """A condition is not met."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class AllConditions:
    """Every one of these conditions is met."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyCondition:
    """At least one of these conditions is met."""

    conditions: tuple["Condition", ...]


Condition: TypeAlias = (
    ValueComparison
    | RangeCondition
    | ListCondition
    | MissingCondition
    | NotCondition
    | AllConditions
    | AnyCondition
)

EVERY_ROW: Final = AllConditions(())
"""The condition that every row meets. It is written as an empty text."""


def format_condition(condition: Condition) -> str:
    """Write a condition as text, so that `parse_condition` reads the same condition from it.

    Args:
        condition: the condition.

    Returns:
        The text; empty for `EVERY_ROW`.
    """
    match condition:
        case ValueComparison(field, operator, value):
            return f"{field} {operator} {_format_value(value)}"
        case RangeCondition(field, low, high):
            return f"{field} between {_format_value(low)} and {_format_value(high)}"
        case ListCondition(field, values):
            return f"{field} in [{', '.join(_format_value(value) for value in values)}]"
        case MissingCondition(field):
            return f"{field} is missing"
        case NotCondition(negated):
            return f"not {_enclose(negated)}"
    word = " and " if isinstance(condition, AllConditions) else " or "
    return word.join(_enclose(part) for part in condition.conditions)


def _enclose(condition: Condition) -> str:
    text = format_condition(condition)
    return f"({text})" if isinstance(condition, AllConditions | AnyCondition) else text


def _format_value(value: ConditionValue) -> str:
    match value:
        case str():
            doubled = value.replace("'", "''")
            return f"'{doubled}'"
        case Decimal():
            return format(value, "f")
        case ScaledField(name, factor):
            return name if factor == 1 else f"{factor:f} * {name}"
        case PeriodDay(edge, amount, unit):
            sign = "-" if amount < 0 else "+"
            return f"{edge} of period" + (f" {sign} {abs(amount)} {unit}" if amount else "")
    return value.isoformat()


def list_condition_fields(condition: Condition) -> frozenset[str]:
    """Return the names of all elements that a condition reads.

    Args:
        condition: the condition.

    Returns:
        Names of fields of the condition's record type.
    """
    match condition:
        case ValueComparison(field, _, value):
            return frozenset({field}) | _list_value_fields(value)
        case RangeCondition(field, low, high):
            return frozenset({field}) | _list_value_fields(low) | _list_value_fields(high)
        case ListCondition(field, _) | MissingCondition(field):
            return frozenset({field})
        case NotCondition(negated):
            return list_condition_fields(negated)
    return frozenset().union(*(list_condition_fields(part) for part in condition.conditions))


def _list_value_fields(value: ConditionValue) -> frozenset[str]:
    return frozenset({value.name}) if isinstance(value, ScaledField) else frozenset()
