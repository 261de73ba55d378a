"""Ed-Fi interchange XML: one sheet per complex type, one column per path below it.

``AttendanceEvent.EventDate`` is the path under ``StudentSchoolAttendanceEvent``; an element that
comes again is ``Address[2].City``; attributes are ``@id`` and ``CourseReference@ref``. Nothing is
fetched and no entity is resolved; a document type declaration is refused.
"""

from collections import Counter
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
from lxml import etree

from cairn.warehouse.read.sheet import ReadNote, Sheet, Unreadable, sheet

_ROOT: Final = "Interchange"


class _Rows:
    """The rows of one complex type, column by column; a path first seen late is filled up."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self.columns: dict[str, list[str | None]] = {}

    def add(self, place: int, cells: dict[str, str]) -> None:
        for path, value in cells.items():
            column = self.columns.setdefault(path, [])
            column.extend([None] * (len(self.places) - len(column)))
            column.append(value)
        self.places.append(place)

    def sheet(self, name: str, notes: list[ReadNote]) -> Sheet:
        columns = []
        for column in self.columns.values():
            column.extend([None] * (len(self.places) - len(column)))
            columns.append(pa.array(column, pa.string()))
        return sheet(name, list(self.columns), columns, pa.array(self.places, pa.int64()), notes)


def read(name: str, content: bytes) -> list[Sheet]:
    """The sheets of an interchange file, in the order in which their types first appear."""
    found: dict[str, _Rows] = {}
    interchange = ""
    depth = 0
    try:
        for event, node in _events(content):
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                interchange = _interchange(name, node)
            elif event == "end" and depth == 1:
                rows = found.setdefault(_local(node), _Rows())
                cells: dict[str, str] = {}
                _flatten(node, "", cells)
                rows.add(node.sourceline or len(rows.places) + 1, cells)
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise Unreadable(
            f"{name} is not well-formed XML near line {line}. Export it again."
        ) from error
    note = ReadNote("interchange", f"Ed-Fi interchange {interchange}.")
    return [rows.sheet(kind, [note]) for kind, rows in found.items()]


def _events(content: bytes) -> Any:
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


def _interchange(name: str, root: Any) -> str:
    if root.getroottree().docinfo.doctype:
        raise Unreadable(f"{name} declares a document type, which Ed-Fi files never do. Not read.")
    kind = _local(root)
    if not kind.startswith(_ROOT) or kind == _ROOT:
        raise Unreadable(
            f"{name} is XML, but not an Ed-Fi interchange. Send Ed-Fi, CSV, Excel or OneRoster."
        )
    return kind.removeprefix(_ROOT)


def _flatten(node: Any, path: str, cells: dict[str, str]) -> None:
    for attribute, value in node.attrib.items():
        cells[f"{path}@{etree.QName(attribute).localname}"] = value
    children = list(node)
    if not children:
        if path and (text := (node.text or "").strip()):
            cells[path] = text
        return
    seen: Counter[str] = Counter()
    for child in children:
        kind = _local(child)
        seen[kind] += 1
        step = kind if seen[kind] == 1 else f"{kind}[{seen[kind]}]"
        _flatten(child, f"{path}.{step}" if path else step, cells)


def _local(node: Any) -> str:
    return str(etree.QName(node).localname)
