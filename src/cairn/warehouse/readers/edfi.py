"""Read Ed-Fi interchange XML: one sheet per complex type, one column per path below it.

``AttendanceEvent.EventDate`` is the path under ``StudentSchoolAttendanceEvent``; a repeated
element is ``Address[2].City``; attributes are ``@id`` and ``CourseReference@ref``. Nothing is
fetched and no entity is resolved; a document type declaration is refused.
"""

from collections import Counter
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
from lxml import etree

from cairn.warehouse.readers.sheet_builder import build_sheet, check_width
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile

_ROOT_PREFIX: Final = "Interchange"


MAX_CELLS: Final = 200_000_000
"""Cells of one type: its rows times the paths that any of them has. One takes at least 8 bytes.

A million students with 150 paths fit. A file of three megabytes in which each of 100,000 rows has
a path of its own does not: 80 GB."""


class _TypeRows:
    """Collect the rows of one complex type by column; a path first seen late is filled up."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self.columns: dict[str, list[str | None]] = {}

    def add(self, line: int, cells: dict[str, str]) -> None:
        """Add a row.

        Raises:
            UnreadableFile: the type has too many columns, or more than ``MAX_CELLS`` cells.
        """
        for path, value in cells.items():
            column = self.columns.setdefault(path, [])
            column.extend([None] * (len(self.places) - len(column)))
            column.append(value)
        self.places.append(line)
        check_width(len(self.columns))
        if len(self.columns) * len(self.places) > MAX_CELLS:
            raise UnreadableFile(
                f"The interchange has more than {MAX_CELLS:,} cells of one kind. Send it in parts."
            )

    def to_sheet(self, name: str, notes: list[ReadNote]) -> Sheet:
        columns = []
        for column in self.columns.values():
            column.extend([None] * (len(self.places) - len(column)))
            columns.append(pa.array(column, pa.string()))
        return build_sheet(
            name, list(self.columns), columns, pa.array(self.places, pa.int64()), notes
        )


def read_edfi_sheets(name: str, content: bytes) -> list[Sheet]:
    """Read the sheets of an interchange file, in the order in which their types first appear.

    Raises:
        UnreadableFile: the file is not well-formed, or not an Ed-Fi interchange.
    """
    rows_by_type: dict[str, _TypeRows] = {}
    interchange = ""
    depth = 0
    try:
        for event, node in _parse_events(content):
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                interchange = _read_interchange_name(name, node)
            elif event == "end" and depth == 1:
                rows = rows_by_type.setdefault(_local_name(node), _TypeRows())
                cells: dict[str, str] = {}
                _flatten_element(node, "", cells)
                rows.add(node.sourceline or len(rows.places) + 1, cells)
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise UnreadableFile(
            f"{name} is not well-formed XML near line {line}. Export it again."
        ) from error
    note = ReadNote("interchange", f"Ed-Fi interchange {interchange}.")
    return [rows.to_sheet(kind, [note]) for kind, rows in rows_by_type.items()]


def _parse_events(content: bytes) -> Any:
    return etree.iterparse(
        BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _read_interchange_name(name: str, root: Any) -> str:
    if root.getroottree().docinfo.doctype:
        raise UnreadableFile(
            f"{name} declares a document type, which Ed-Fi files never do, so Cairn "
            "did not read it."
        )
    kind = _local_name(root)
    if not kind.startswith(_ROOT_PREFIX) or kind == _ROOT_PREFIX:
        raise UnreadableFile(
            f"{name} is XML, but not an Ed-Fi interchange. Send Ed-Fi, CSV, Excel or OneRoster."
        )
    return kind.removeprefix(_ROOT_PREFIX)


def _flatten_element(node: Any, path: str, cells: dict[str, str]) -> None:
    for attribute, value in node.attrib.items():
        cells[f"{path}@{etree.QName(attribute).localname}"] = value
    children = list(node)
    if not children:
        if path and (text := (node.text or "").strip()):
            cells[path] = text
        return
    seen: Counter[str] = Counter()
    for child in children:
        kind = _local_name(child)
        seen[kind] += 1
        step = kind if seen[kind] == 1 else f"{kind}[{seen[kind]}]"
        _flatten_element(child, f"{path}.{step}" if path else step, cells)


def _local_name(node: Any) -> str:
    return str(etree.QName(node).localname)
