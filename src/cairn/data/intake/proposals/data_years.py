"""Find the school year of the rows of a file, to propose it as the period."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import pyarrow as pa

from cairn.warehouse import schema

__all__ = ["find_data_year"]

_YEAR_FIELDS: Final = ("school_year", "date", "entry_date")
"""What says when a row was: the first of these that a file has decides."""


def find_data_year(
    sheets: Sequence[schema.Sheet],
    mapping: schema.ColumnMapping,
    covered: frozenset[str],
    on: date,
) -> str:
    """Find the one school year in which all rows of a file are.

    Args:
        sheets: the tables that the mapping reads, prepared.
        mapping: the column mapping.
        covered: the elements (``record.field``) that the agreement covers; no other is read.
        on: the day of the import.

    Returns:
        The school year, such as "2025-26"; empty if the rows are of several years, or do not say.
    """
    for name in _YEAR_FIELDS:
        element = mapping.type.fields.get(name)
        if element is None or element.element not in covered:
            continue
        years = {*_list_years(sheets, mapping, element, on)}
        if years:
            return years.pop() if len(years) == 1 else ""
    return ""


def _list_years(
    sheets: Sequence[schema.Sheet],
    mapping: schema.ColumnMapping,
    element: schema.ElementField,
    on: date,
) -> Iterator[str]:
    """List the school years of a field; cells that cannot be read say nothing."""
    # Headings such as 9/8 get their year from the period, so they cannot propose one.
    has_dated_headings = mapping.wide is not None and not mapping.wide.school_year
    for sheet in sheets:
        targets = {**mapping.targets(sheet.header), **mapping.find_result_columns(sheet.header)}
        for heading, target in targets.items():
            if target.field != element.name or target.rule:
                continue
            distinct = pa.array(sheet.table[heading].unique().to_pylist(), pa.string())
            formats = mapping.date_formats.get(element.name, ())
            converted = schema.convert_column(distinct, element, on=on, formats=formats)
            values = [value for value in converted.values.to_pylist() if value is not None]
            yield from (v if isinstance(v, str) else schema.find_school_year(v) for v in values)
        if has_dated_headings and element.name == "date":
            days = (schema.parse_date_heading(heading, "") for heading in sheet.header)
            yield from (schema.find_school_year(day) for day in days if day)
