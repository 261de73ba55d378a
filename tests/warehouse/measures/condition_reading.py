"""A second, plain reading of conditions in Python, against which the compiled SQL is tested."""

import calendar
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cairn.warehouse.measures.computed_records import CountedRecord
from cairn.warehouse.measures.conditions import (
    AllConditions,
    AnyCondition,
    Condition,
    ConditionValue,
    ListCondition,
    MissingCondition,
    NotCondition,
    PeriodDay,
    RangeCondition,
    ScaledField,
    ValueComparison,
)
from cairn.warehouse.schema.elements import ElementField, FieldType

Row = Mapping[str, Any]
Period = tuple[date, date]


def is_met(condition: Condition, row: Row, record: CountedRecord, period: Period) -> bool:
    """Return whether a row meets a condition."""
    match condition:
        case ValueComparison(name, operator, value):
            return compare(record.fields[name], row, operator, value, record, period)
        case RangeCondition(name, low, high):
            element = record.fields[name]
            return compare(element, row, ">=", low, record, period) and compare(
                element, row, "<=", high, record, period
            )
        case ListCondition(name, values):
            element = record.fields[name]
            return any(compare(element, row, "=", value, record, period) for value in values)
        case MissingCondition(name):
            return row[name] is None
        case NotCondition(negated):
            return not is_met(negated, row, record, period)
        case AllConditions(conditions) | AnyCondition(conditions):
            combine = all if isinstance(condition, AllConditions) else any
            return combine(is_met(part, row, record, period) for part in conditions)


def compare(
    element: ElementField,
    row: Row,
    operator: str,
    value: ConditionValue,
    record: CountedRecord,
    period: Period,
) -> bool:
    """Compare the value of a row; nothing compares with a value that is not on record."""
    left = settle(element, row[element.name])
    right: Any
    if isinstance(value, ScaledField):
        other = settle(record.fields[value.name], row[value.name])
        right = other if other is None or value.factor == 1 else other * value.factor
    elif isinstance(value, PeriodDay):
        right = move(period[value.edge == "end"], value)
    else:
        right = settle(element, value)
    if left is None or right is None:
        return False
    if operator in {"=", "!="}:
        return bool((left == right) is (operator == "="))
    if element.codes:
        left, right = (list(element.codes).index(code) for code in (left, right))
    return bool(
        {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
    )


def settle(element: ElementField, value: Any) -> Any:
    if value is None:
        return None
    if element.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        return Decimal(str(value))
    if element.type is FieldType.TEXT:
        stripped = value.strip(" ")
        if stripped[:1] == "-" and stripped[1:].isascii() and stripped[1:].isdigit():
            return stripped
        letters = "".join(c for c in value.lower() if unicodedata.category(c)[0] in "LN")
        return letters or stripped
    return value


def move(day: date, moved: PeriodDay) -> date:
    if moved.unit == "days":
        return day + timedelta(days=moved.amount)
    months = day.year * 12 + day.month - 1 + moved.amount
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
