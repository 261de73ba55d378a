"""Write Stata's format 118 (Stata 14 and later), as its manual describes it ("help dta").

No library is used: those that write this format write to a path, and an extract is never a
readable file on a disk of the installation.
"""

import struct
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from cairn.warehouse.exporters.labeled_table import (
    ColumnKind,
    LabeledTable,
    LabeledValue,
    LabeledVariable,
    UnwritableError,
)

__all__ = ["export_stata"]

_STATA_EPOCH: Final = date(1960, 1, 1)
_DOUBLE, _LONG, _MOST_TEXT = 65526, 65528, 2045
_MISSING_DOUBLE: Final = struct.pack("<Q", 0x7FE0000000000000)
_MISSING_LONG: Final = 2_147_483_621
_NAME, _FORMAT, _LABEL = 129, 57, 321


def export_stata(table: LabeledTable) -> bytes:
    """Write a .dta file: labels on columns and codes, the terms as notes (Stata: ``notes``).

    Args:
        table: the table.

    Returns:
        The file.

    Raises:
        UnwritableError: a text has more than 2,045 bytes.
    """
    coded_variables = [variable for variable in table.variables if variable.codes]
    types = [_choose_type(variable, table.columns[variable.name]) for variable in table.variables]
    sections = {
        "variable_types": b"".join(struct.pack("<H", type_code) for type_code in types),
        "varnames": b"".join(_pad_text(variable.name, _NAME) for variable in table.variables),
        "sortlist": bytes(2 * (len(types) + 1)),
        "formats": b"".join(
            _pad_text(_choose_display_format(variable, type_code), _FORMAT)
            for variable, type_code in zip(table.variables, types, strict=True)
        ),
        "value_label_names": b"".join(
            _pad_text(variable.name if variable.codes else "", _NAME)
            for variable in table.variables
        ),
        "variable_labels": b"".join(
            _pad_text(variable.label, _LABEL) for variable in table.variables
        ),
        "characteristics": _encode_notes(table.notes),
        "data": _encode_rows(table, types),
        "strls": b"",
        "value_labels": b"".join(_encode_value_labels(variable) for variable in coded_variables),
    }
    return _assemble_file(table, sections)


def _assemble_file(table: LabeledTable, sections: dict[str, bytes]) -> bytes:
    title = _truncate_text(table.title, 80)
    head = b"".join(
        (
            b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>",
            b"<K>" + struct.pack("<H", len(table.variables)) + b"</K>",
            b"<N>" + struct.pack("<Q", table.rows) + b"</N>",
            b"<label>" + struct.pack("<H", len(title)) + title + b"</label>",
            b"<timestamp>\x00</timestamp></header>",
        )
    )
    body, offsets = b"", [0, len(head)]
    after_map = len(head) + len(b"<map></map>") + 14 * 8
    for name, content in sections.items():
        offsets.append(after_map + len(body))
        body += f"<{name}>".encode() + content + f"</{name}>".encode()
    end = after_map + len(body)
    offsets += [end, end + len(b"</stata_dta>")]
    return head + b"<map>" + struct.pack("<14Q", *offsets) + b"</map>" + body + b"</stata_dta>"


def _choose_type(variable: LabeledVariable, values: Iterable[LabeledValue]) -> int:
    if variable.kind is ColumnKind.NUMBER:
        return _DOUBLE
    if variable.kind in (ColumnKind.DATE, ColumnKind.CODE):
        return _LONG
    longest = max((len(str(value).encode()) for value in values if value is not None), default=1)
    if longest > _MOST_TEXT:
        raise UnwritableError(
            f"“{variable.name}” has a text of {longest} bytes; Stata takes {_MOST_TEXT}."
        )
    return max(longest, 1)


def _choose_display_format(variable: LabeledVariable, kind: int) -> str:
    """How Stata shows it."""
    if variable.kind is ColumnKind.DATE:
        return "%td"
    return {_DOUBLE: "%10.0g", _LONG: "%12.0g"}.get(kind, f"%{kind}s")


def _encode_rows(table: LabeledTable, types: list[int]) -> bytes:
    cells = [
        map(_make_cell_writer(variable, type_code), table.columns[variable.name])
        for variable, type_code in zip(table.variables, types, strict=True)
    ]
    return b"".join(b"".join(row) for row in zip(*cells, strict=True))


def _make_cell_writer(variable: LabeledVariable, kind: int) -> Callable[[LabeledValue], bytes]:
    numbers = variable.numbers

    def write_number(value: LabeledValue) -> bytes:
        return _MISSING_DOUBLE if value is None else struct.pack("<d", value)

    def write_integer(value: LabeledValue) -> bytes:
        if value is None:
            return struct.pack("<i", _MISSING_LONG)
        days = (value - _STATA_EPOCH).days if isinstance(value, date) else numbers[str(value)]
        return struct.pack("<i", days)

    def write_text(value: LabeledValue) -> bytes:
        return ("" if value is None else str(value)).encode().ljust(kind, b"\0")

    return {_DOUBLE: write_number, _LONG: write_integer}.get(kind, write_text)


def _encode_notes(notes: tuple[str, ...]) -> bytes:
    characteristics = {
        "note0": str(len(notes)),
        **{f"note{n}": note for n, note in enumerate(notes, start=1)},
    }
    return b"".join(
        b"<ch>"
        + struct.pack("<I", 2 * _NAME + len(content.encode()) + 1)
        + _pad_text("_dta", _NAME)
        + _pad_text(name, _NAME)
        + content.encode()
        + b"\0</ch>"
        for name, content in characteristics.items()
    )


def _encode_value_labels(variable: LabeledVariable) -> bytes:
    texts = [variable.codes[code].encode() + b"\0" for code in variable.codes]
    starts = [sum(map(len, texts[:n])) for n in range(len(texts))]
    n = len(texts)
    table_bytes = struct.pack(f"<ii{n}i", n, sum(map(len, texts)), *starts)
    table_bytes += struct.pack(f"<{n}i", *variable.numbers.values()) + b"".join(texts)
    return (
        b"<lbl>"
        + struct.pack("<I", len(table_bytes))
        + _pad_text(variable.name, _NAME)
        + bytes(3)
        + table_bytes
        + b"</lbl>"
    )


def _pad_text(text: str, size: int) -> bytes:
    return _truncate_text(text, (size - 1) // 4).ljust(size, b"\0")


def _truncate_text(text: str, characters: int) -> bytes:
    """Cut a text to as many characters as Stata allows; each takes up to four bytes."""
    return text[:characters].encode()
