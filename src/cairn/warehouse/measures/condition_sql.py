"""Compile conditions to SQL: element names become columns, and every value a parameter.

Two texts are equal without case, spaces and signs, so that "Algebra I" finds "ALGEBRA-I". A
number written as text keeps its minus sign.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from cairn.warehouse.measures import conditions
from cairn.warehouse.measures.condition_types import NUMBER_TYPES
from cairn.warehouse.measures.periods import PeriodBounds
from cairn.warehouse.schema import ElementField, FieldType, load_code_list

__all__ = ["ConditionCompiler", "QueryParameters", "quote_column"]

_NUMBER_SQL: Final = "TRY_CAST({} AS DECIMAL(18, 6))"

_FOLDED_TEXT_SQL: Final = (
    "CASE WHEN regexp_full_match(trim({0}), '-[0-9]+') THEN trim({0}) ELSE "
    r"coalesce(nullif(regexp_replace(lower({0}), '[^\p{{L}}\p{{N}}]', '', 'g'), ''), "
    "trim({0})) END"
)


class QueryParameters:
    """Collect the numbered parameters of a query."""

    def __init__(self) -> None:
        self.values: list[object] = []

    def add_parameter(self, value: object) -> str:
        """Add a parameter and return its placeholder in the text."""
        self.values.append(value)
        return f"${len(self.values)}"


def quote_column(table: str, column: str) -> str:
    """Return a column of a table, quoted."""
    return f'"{table}"."{column}"'


class ConditionCompiler:
    """Compile conditions about the rows of one table.

    Args:
        fields: the elements of the table's record type, by name.
        table: name of the table in the query.
        period: the first and last day of a row's period.
        parameters: collects the values.
    """

    def __init__(
        self,
        fields: Mapping[str, ElementField],
        table: str,
        period: PeriodBounds,
        parameters: QueryParameters,
    ) -> None:
        self._fields = fields
        self._table = table
        self._period = period
        self._parameters = parameters

    def compile_condition(self, condition: conditions.Condition) -> str:
        """Compile a condition that `check_condition` returned.

        Args:
            condition: the condition.

        Returns:
            SQL that is true or false for every row, never NULL.
        """
        match condition:
            case conditions.ValueComparison(name, operator, value):
                return self._compile_comparison(self._fields[name], operator, value)
            case conditions.RangeCondition(name, low, high):
                element = self._fields[name]
                above = self._compile_comparison(element, ">=", low)
                return f"({above} AND {self._compile_comparison(element, '<=', high)})"
            case conditions.ListCondition(name, values):
                element = self._fields[name]
                choices = ", ".join(self._write_value(element, value) for value in values)
                return f"coalesce({self._write_column(element)} IN ({choices}), FALSE)"
            case conditions.MissingCondition(name):
                return f"({quote_column(self._table, name)} IS NULL)"
            case conditions.NotCondition(negated):
                return f"(NOT {self.compile_condition(negated)})"
        parts = [self.compile_condition(part) for part in condition.conditions]
        word = " AND " if isinstance(condition, conditions.AllConditions) else " OR "
        return f"({word.join(parts)})" if parts else "TRUE"

    def _compile_comparison(
        self, element: ElementField, operator: str, value: conditions.ConditionValue
    ) -> str:
        left, right = self._write_column(element), self._write_value(element, value)
        if element.codes and operator not in {"=", "!="}:
            left, right = _write_rank(left), _write_rank(right)
        return f"coalesce({left} {operator} {right}, FALSE)"

    def _write_column(self, element: ElementField) -> str:
        column = quote_column(self._table, element.name)
        if element.type in NUMBER_TYPES:
            return _NUMBER_SQL.format(column)
        return _FOLDED_TEXT_SQL.format(column) if element.type is FieldType.TEXT else column

    def _write_value(self, element: ElementField, value: conditions.ConditionValue) -> str:
        match value:
            case conditions.ScaledField(name, factor):
                other = self._write_column(self._fields[name])
                return other if factor == 1 else f"({other} * {self._write_value(element, factor)})"
            case conditions.PeriodDay(edge, amount, unit):
                day = self._period.start if edge == "start" else self._period.end
                count = self._parameters.add_parameter(amount)
                return f"CAST({day} + to_{unit}(CAST({count} AS INTEGER)) AS DATE)"
            case Decimal():
                return _NUMBER_SQL.format(self._parameters.add_parameter(format(value, "f")))
            case date():
                return f"CAST({self._parameters.add_parameter(value)} AS DATE)"
        # CAST, because a parameter has no type of its own inside a function.
        text = f"CAST({self._parameters.add_parameter(value)} AS VARCHAR)"
        return _FOLDED_TEXT_SQL.format(text) if element.type is FieldType.TEXT else text


def _write_rank(column: str) -> str:
    """Write the place of a grade in the order of grades; NULL for a code that is no grade."""
    grades = ", ".join(f"'{code}'" for code in load_code_list("grade"))
    return f"list_position([{grades}], {column})"
