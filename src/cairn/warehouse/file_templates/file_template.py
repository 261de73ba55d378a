"""Build the columns of the file that an agreement asks for, and recognize a file made from it.

Each heading is the name of its data element, so a file with exactly these headings leaves nothing
to guess: ``local_id`` is the local student ID.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cairn.warehouse.schema import (
    ENCODED_RECORD_TYPE,
    ColumnMapping,
    ElementField,
    FieldType,
    RecordType,
    load_element_catalogue,
)

__all__ = [
    "FileTemplate",
    "build_file_template",
    "describe_values",
    "find_template_records",
]

_VALUE_TEXTS: Final[Mapping[FieldType, str]] = MappingProxyType(
    {
        FieldType.TEXT: "text",
        FieldType.DATE: "date as YYYY-MM-DD",
        FieldType.INTEGER: "whole number",
        FieldType.DECIMAL: "number",
        FieldType.CODE: "one of the codes",
        FieldType.SCHOOL_YEAR: "school year such as 2025-26",
        FieldType.ENCODING: "encoding that “cairn encode” wrote",
    }
)


@dataclass(frozen=True, slots=True)
class FileTemplate:
    """The columns of a file of one record type.

    Attributes:
        record: the record type.
        columns: the data elements that the file may have, in the order of the catalogue.
        others: the data elements of the record type that are never imported.
    """

    record: RecordType
    columns: tuple[ElementField, ...]
    others: tuple[ElementField, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings: the names of the data elements."""
        return tuple(column.name for column in self.columns)

    @property
    def missing(self) -> tuple[ElementField, ...]:
        """The data elements that each row needs and that are never imported."""
        return tuple(element for element in self.others if element.required)

    @property
    def person_columns(self) -> tuple[ElementField, ...]:
        """The columns by which a row finds its student; a row needs at least one of them."""
        return tuple(column for column in self.columns if column.name in self.record.person)

    def build_mapping(self) -> ColumnMapping:
        """Build the column mapping of a file with these headings."""
        return ColumnMapping(record=self.record.name, columns={n: n for n in self.headings})


def build_file_template(record: RecordType, elements: Collection[str]) -> FileTemplate:
    """Build the columns of a file of one record type.

    Args:
        record: the record type.
        elements: the elements (``record.field``) that may be imported; others are ignored.

    Returns:
        The template; without columns if no element of the record type may be imported, or if its
        files are made by `cairn encode`, which writes the columns itself.
    """
    is_encoded = record.name == ENCODED_RECORD_TYPE
    fields = record.fields.values()
    columns = tuple(f for f in fields if f.element in elements and not is_encoded)
    return FileTemplate(record, columns, tuple(f for f in fields if f not in columns))


def find_template_records(
    header: Sequence[str], elements: Collection[str]
) -> tuple[FileTemplate, ...]:
    """Find the record types for which a file has exactly the headings of the template.

    Args:
        header: the headings of the file, in any order.
        elements: the elements (``record.field``) that may be imported.

    Returns:
        The templates; several where record types have the same columns, so that the headings do
        not say which one it is.
    """
    return tuple(
        template
        for template in _build_templates(elements)
        if len(header) == len(template.headings) and {*header} == {*template.headings}
    )


def _build_templates(elements: Collection[str]) -> Iterable[FileTemplate]:
    records = {element.partition(".")[0] for element in elements}
    for name, record in load_element_catalogue().items():
        if name in records:
            template = build_file_template(record, elements)
            if template.columns:
                yield template


def describe_values(element: ElementField) -> str:
    """Describe in words which values a column takes.

    Args:
        element: the data element.

    Returns:
        Such as "whole number from 0 to 366" or "date as YYYY-MM-DD".
    """
    text = _VALUE_TEXTS[element.type]
    if element.range:
        low, high = (f"{bound:g}" for bound in element.range)
        text = f"{text} from {low} to {high}"
    return f"{text}, in {element.unit}" if element.unit else text
