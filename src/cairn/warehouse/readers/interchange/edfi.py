"""Read Ed-Fi interchange XML: one sheet per complex type, one column per path below it.

``AttendanceEvent.EventDate`` is the path under ``StudentSchoolAttendanceEvent``; a repeated
element is ``Address[2].City``; attributes are ``@id`` and ``CourseReference@ref``. Of a descriptor,
``uri://ed-fi.org/SexDescriptor#Female``, the word is kept. Of the scores of a student
assessment, in an order without meaning, the one that its performance level rests on comes first.
A student's association with a contact gets the contact's name, telephone and email.
"""

import re
from dataclasses import replace
from typing import Any, Final

from cairn.warehouse.readers.interchange import xml_records
from cairn.warehouse.readers.interchange.table_joins import join_columns
from cairn.warehouse.readers.record_rows import RecordRows
from cairn.warehouse.schema import ROW_COLUMN, ReadNote, Sheet

_ROOT_PREFIX: Final = "Interchange"
_ASSESSMENT: Final = "StudentAssessment"
_SCORE: Final = "ScoreResult"
_LEVEL: Final = "PerformanceLevel"
_METHOD: Final = "AssessmentReportingMethod"
_CONTACT_TABLES: Final = {
    "StudentContactAssociation": "Contact",
    "StudentParentAssociation": "Parent",
}
"""Tables of associations and of people: Contact since data standard 5, Parent before."""

_CONTACT_COLUMNS: Final = (
    "Name.FirstName",
    "Name.LastSurname",
    "Telephone.TelephoneNumber",
    "ElectronicMail.ElectronicMailAddress",
)
_DESCRIPTOR: Final = re.compile(r"^uri://[^#\s]*Descriptor#(?=\S)")


def is_edfi(content: bytes) -> bool:
    """Return whether an XML file is an Ed-Fi interchange, by the name of its first element."""
    for _, node in xml_records.parse_xml_events(content):
        kind = xml_records.get_local_name(node)
        return kind.startswith(_ROOT_PREFIX) and kind != _ROOT_PREFIX
    return False


def read_edfi_sheets(content: bytes) -> list[Sheet]:
    """Read the sheets of an interchange file, in the order in which their types first appear.

    Args:
        content: bytes of the file.

    Returns:
        The sheets; ``__row`` is the line of an element.

    Raises:
        UnreadableFile: the file is not well-formed.
    """
    rows_by_type: dict[str, RecordRows] = {}
    interchange = ""
    depth = 0
    for event, node in xml_records.parse_xml_events(content):
        depth += 1 if event == "start" else -1
        if event == "start" and depth == 1:
            interchange = xml_records.get_local_name(node).removeprefix(_ROOT_PREFIX)
        elif event == "end" and depth == 1:
            _add_element(rows_by_type, node)
    note = ReadNote("interchange", f"Ed-Fi interchange {interchange}.")
    sheets = {kind: rows.build_sheet(kind, [note]) for kind, rows in rows_by_type.items()}
    for association, contact in _CONTACT_TABLES.items():
        if association in sheets and contact in sheets:
            joined = _join_contacts(sheets[association], sheets[contact], contact)
            sheets[association] = joined
    return [*sheets.values()]


def _join_contacts(associations: Sheet, contacts: Sheet, kind: str) -> Sheet:
    """Add name, telephone and email of the contact to each student's association with them."""
    names = {column: f"Contact.{column}" for column in _CONTACT_COLUMNS}
    table = associations.table
    for foreign, key in (
        (f"{kind}Reference@ref", "@id"),
        (f"{kind}Reference.{kind}Identity.{kind}UniqueId", f"{kind}UniqueId"),
    ):
        table = join_columns(table, foreign, contacts.table, names, key)
    header = tuple(name for name in table.column_names if name != ROW_COLUMN)
    return replace(associations, header=header, table=table, sources=(contacts.name,))


def _add_element(rows_by_type: dict[str, RecordRows], node: Any) -> None:
    rows = rows_by_type.setdefault(xml_records.get_local_name(node), RecordRows())
    cells: dict[str, str] = {}
    if xml_records.get_local_name(node) == _ASSESSMENT:
        _put_leveled_score_first(node)
    xml_records.flatten_element(node, "", cells)
    cells = {path: _DESCRIPTOR.sub("", text) for path, text in cells.items()}
    rows.add_row(node.sourceline or len(rows.places) + 1, cells)
    xml_records.release_element(node)


def _put_leveled_score_first(node: Any) -> None:
    """Put the score first that has the reporting method of the performance level."""
    scores = [child for child in node if xml_records.get_local_name(child) == _SCORE]
    levels = [child for child in node if xml_records.get_local_name(child) == _LEVEL]
    if not (scores and levels):
        return
    method = levels[0].findtext(f"{{*}}{_METHOD}")
    leveled = next((s for s in scores if s.findtext(f"{{*}}{_METHOD}") == method), scores[0])
    if leveled is not scores[0]:
        scores[0].addprevious(leveled)
