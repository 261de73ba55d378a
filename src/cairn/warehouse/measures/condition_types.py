"""Check a condition against the data elements of its record type, and settle its codes."""

import difflib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from cairn.policy.vocabulary import IdentifierClass
from cairn.warehouse.measures import conditions
from cairn.warehouse.measures.computed_records import CountedRecord
from cairn.warehouse.measures.condition_parser import InvalidIndicator
from cairn.warehouse.schema import (
    ElementField,
    FieldType,
    load_code_list,
    normalize_spelling,
    parse_school_year,
)

__all__ = ["check_condition", "find_record_field", "is_ordered_field", "suggest_name"]

NUMBER_TYPES: Final = frozenset({FieldType.INTEGER, FieldType.DECIMAL})


def check_condition(condition: conditions.Condition, record: CountedRecord) -> conditions.Condition:
    """Check every element and value of a condition, and replace spellings by codes.

    Args:
        condition: the condition, from `parse_condition`.
        record: the record type with the rows that it reads.

    Returns:
        The condition with the catalogue's codes: ``grade = 0`` becomes ``grade = 'K'``.

    Raises:
        InvalidIndicator: an element is not in the record type or identifies a child, or a value
            does not fit its element; the message names the element and says what to write.
    """
    match condition:
        case conditions.ValueComparison(name, operator, value):
            element = find_record_field(record, name)
            if operator not in {"=", "!="}:
                _require_order(element, operator)
            return conditions.ValueComparison(name, operator, _check_value(element, value, record))
        case conditions.RangeCondition(name, low, high):
            element = find_record_field(record, name)
            _require_order(element, "between")
            return conditions.RangeCondition(
                name, _check_value(element, low, record), _check_value(element, high, record)
            )
        case conditions.ListCondition(name, values):
            element = find_record_field(record, name)
            if any(
                isinstance(value, conditions.ScaledField | conditions.PeriodDay) for value in values
            ):
                raise InvalidIndicator(
                    f"The list of {name} holds values only. Write texts in 'single quotes'."
                )
            return conditions.ListCondition(
                name, tuple(_check_value(element, value, record) for value in values)
            )
        case conditions.MissingCondition(name):
            find_record_field(record, name)
            return condition
        case conditions.NotCondition(negated):
            return conditions.NotCondition(check_condition(negated, record))
    return type(condition)(tuple(check_condition(part, record) for part in condition.conditions))


def find_record_field(record: CountedRecord, name: str) -> ElementField:
    """Find an element that a condition may read.

    Args:
        record: the record type.
        name: name of the field, such as "grade".

    Returns:
        The element.

    Raises:
        InvalidIndicator: there is none, or it identifies a child by itself.
    """
    element = record.fields.get(name)
    if element is None:
        usable = [
            field.name
            for field in record.fields.values()
            if field.identifier is not IdentifierClass.DIRECT
        ]
        raise InvalidIndicator(
            f"There is no element “{name}” in {record.title} ({record.name}). "
            f"{suggest_name(name, usable)}"
        )
    if element.identifier is IdentifierClass.DIRECT or element.type is FieldType.ENCODING:
        raise InvalidIndicator(
            f"{element.element} identifies a single child, so an indicator may not read it. "
            "Choose another element."
        )
    return element


def suggest_name(name: str, names: Iterable[str]) -> str:
    """Suggest what a writer may have meant.

    Args:
        name: the unknown name.
        names: the names that exist.

    Returns:
        A sentence with the nearest name, or with all names.
    """
    known_names = sorted(names)
    nearest = difflib.get_close_matches(name.lower(), known_names, n=1)
    if nearest:
        return f"Did you mean “{nearest[0]}”?"
    return f"There are: {', '.join(known_names)}."


def is_ordered_field(element: ElementField) -> bool:
    """Return whether an element's values have an order: numbers, days, years and grades."""
    return element.type in {
        *NUMBER_TYPES,
        FieldType.DATE,
        FieldType.SCHOOL_YEAR,
    } or element.codes is load_code_list("grade")


def _require_order(element: ElementField, operator: str) -> None:
    if not is_ordered_field(element):
        raise InvalidIndicator(
            f"{element.element} has no order, so “{operator}” cannot compare it. Use = or in."
        )


def _check_value(
    element: ElementField, value: conditions.ConditionValue, record: CountedRecord
) -> conditions.ConditionValue:
    if isinstance(value, conditions.ScaledField):
        return _check_field_value(element, value, record)
    if element.type in NUMBER_TYPES:
        if not isinstance(value, Decimal):
            raise InvalidIndicator(f"{element.element} is a number. Write a number, such as 10.")
        return value
    if element.type is FieldType.DATE:
        if not isinstance(value, date | conditions.PeriodDay):
            raise InvalidIndicator(
                f"{element.element} is a day. Write it as 2026-09-01, or as start of period or "
                "end of period, such as end of period - 2 months."
            )
        return value
    if element.codes:
        return _check_code(element, value)
    if not isinstance(value, str):
        raise InvalidIndicator(
            f"{element.element} is text. Write it in quotes, such as "
            f"'{'2025-26' if element.type is FieldType.SCHOOL_YEAR else value}'."
        )
    if element.type is FieldType.SCHOOL_YEAR and parse_school_year(value) != value:
        raise InvalidIndicator(f"{element.element} is a school year. Write it as '2025-26'.")
    return value


def _check_field_value(
    element: ElementField, value: conditions.ScaledField, record: CountedRecord
) -> conditions.ScaledField:
    other = find_record_field(record, value.name)
    are_numbers = element.type in NUMBER_TYPES and other.type in NUMBER_TYPES
    are_alike = element.type is other.type and element.codes == other.codes
    if not are_numbers and (value.factor != 1 or not are_alike):
        raise InvalidIndicator(
            f"{element.element} and {other.element} cannot be compared: they are not of one kind."
        )
    return value


def _check_code(element: ElementField, value: conditions.ConditionValue) -> str:
    spelling = format(value, "f") if isinstance(value, Decimal) else value
    code = (
        element.list_code_spellings().get(normalize_spelling(spelling))
        if isinstance(spelling, str)
        else None
    )
    if code is None:
        raise InvalidIndicator(
            f"{element.element} has no code “{spelling}”. "
            f"{suggest_name(str(spelling), element.codes)}"
        )
    return code
