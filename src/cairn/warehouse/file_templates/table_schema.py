"""Write the columns of a file as a Table Schema, which other software checks files against.

Table Schema is a part of the Data Package standard, version 2 (https://datapackage.org/standard/
table-schema/). Version 1 software reads it too and ignores the labels of codes (``categories``).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from cairn.warehouse.file_templates.file_template import FileTemplate, describe_values
from cairn.warehouse.schema import ElementField, FieldType

__all__ = ["build_table_schema"]

_PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
_TYPES: Final[Mapping[FieldType, str]] = MappingProxyType(
    {
        FieldType.DATE: "date",
        FieldType.INTEGER: "integer",
        FieldType.DECIMAL: "number",
    }
)
_SCHOOL_YEAR: Final = r"\d{4}-\d{2}"


def build_table_schema(template: FileTemplate, *, title: str) -> dict[str, Any]:
    """Build the Table Schema of a file.

    Args:
        template: its columns.
        title: title of the schema.

    Returns:
        The schema, ready for JSON. ``fieldsMatch`` is "equal": a file made from the template has
        all its headings, in any order.
    """
    return {
        "$schema": _PROFILE,
        "title": title,
        "description": template.record.description,
        "fieldsMatch": "equal",
        "missingValues": [""],
        "fields": [_build_field(column) for column in template.columns],
    }


def _build_field(element: ElementField) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": element.name,
        "title": element.label,
        "description": element.description or f"{describe_values(element).capitalize()}.",
        "type": _TYPES.get(element.type, "string"),
    }
    if element.type is FieldType.DATE:
        body["format"] = "default"
    if element.codes:
        body["categories"] = [
            {"value": code.code, "label": code.label} for code in element.codes.values()
        ]
    if constraints := _build_constraints(element):
        body["constraints"] = constraints
    return body


def _build_constraints(element: ElementField) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if element.required:
        constraints["required"] = True
    if element.codes:
        constraints["enum"] = [*element.codes]
    if element.range:
        constraints["minimum"], constraints["maximum"] = element.range
    if element.type is FieldType.SCHOOL_YEAR:
        constraints["pattern"] = _SCHOOL_YEAR
    return constraints
