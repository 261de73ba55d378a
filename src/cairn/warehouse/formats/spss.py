"""SPSS system files (.sav), as the PSPP project describes them ("System File Format").

Written here rather than by a library, for the reason given in `stata`.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.warehouse.formats.labelled import Kind, Labelled, UnwritableError, Value, Variable

_EPOCH: Final = date(1582, 10, 14)
_DAY: Final = 86_400
_MISSING: Final = -1.7976931348623157e308
_HIGHEST, _LOWEST = 1.7976931348623157e308, -1.7976931348623155e308
_MOST_TEXT, _WORD, _LINE = 255, 8, 80
_NUMBER, _TEXT, _DATE = 5, 1, 39  # the print formats F, A and SDATE
_CODE_WIDTH, _NUMBER_WIDTH, _DATE_WIDTH = 8, 12, 10


def spss_bytes(table: Labelled) -> bytes:
    """A .sav file: labels on columns and codes, the terms as its document (DISPLAY DOCUMENTS).

    Raises ``UnwritableError`` for a text of more than 255 bytes.
    """
    widths = [_width(v, table.columns[v.name]) for v in table.variables]
    words = [-(-width // _WORD) or 1 for width in widths]
    names = [f"V{n}" for n in range(1, len(widths) + 1)]
    out = [_header(table, sum(words))]
    for variable, width, short in zip(table.variables, widths, names, strict=True):
        out.append(_variable(variable, width, short))
    starts = [1 + sum(words[:n]) for n in range(len(words))]
    for variable, start in zip(table.variables, starts, strict=True):
        out.append(_value_labels(variable, start))
    out += [_document(table.notes), *_extensions(table, names), struct.pack("<ii", 999, 0)]
    out += _rows(table, widths)
    return b"".join(out)


def _width(variable: Variable, values: Iterable[Value]) -> int:
    """The bytes of a text; 0 for what SPSS keeps as a number."""
    if variable.kind is not Kind.TEXT:
        return 0
    longest = max((len(str(v).encode()) for v in values if v is not None), default=1)
    if longest > _MOST_TEXT:
        raise UnwritableError(
            f"“{variable.name}” has a text of {longest} bytes; SPSS takes {_MOST_TEXT}."
        )
    return max(longest, 1)


def _header(table: Labelled, case: int) -> bytes:
    return struct.pack(
        "<4s60siiiiid9s8s64s3x",
        b"$FL2",
        _padded("@(#) SPSS DATA FILE - Cairn", 60),
        2,
        case,
        0,
        0,
        table.rows,
        100.0,
        b"01 Jan 70",
        b"00:00:00",
        _padded(table.title, 64),
    )


def _variable(variable: Variable, width: int, short: str) -> bytes:
    label = _whole(variable.label, 255)
    shown = {
        Kind.TEXT: (_TEXT, width, 0),
        Kind.CODE: (_NUMBER, _CODE_WIDTH, 0),
        Kind.NUMBER: (_NUMBER, _NUMBER_WIDTH, 2),
        Kind.DATE: (_DATE, _DATE_WIDTH, 0),
    }[variable.kind]
    how = shown[0] << 16 | shown[1] << 8 | shown[2]
    record = struct.pack("<iiiiii8s", 2, width, 1, 0, how, how, _padded(short, 8))
    record += struct.pack("<i", len(label)) + label + bytes(-len(label) % 4)
    more = struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b" " * 8)
    return record + more * (-(-width // _WORD) - 1)


def _value_labels(variable: Variable, start: int) -> bytes:
    if not variable.codes:
        return b""
    out = struct.pack("<ii", 3, len(variable.codes))
    for code, number in variable.numbers.items():
        label = _whole(variable.codes[code], 120)
        out += struct.pack("<dB", float(number), len(label)) + label
        out += b" " * (-(1 + len(label)) % _WORD)
    return out + struct.pack("<iii", 4, 1, start)


def _document(notes: tuple[str, ...]) -> bytes:
    lines = [line for note in notes for line in _lines(note)]
    if not lines:
        return b""
    return struct.pack("<ii", 6, len(lines)) + b"".join(lines)


def _lines(note: str) -> Iterator[bytes]:
    """A note in lines of 80 bytes, broken between words."""
    line = ""
    for word in note.split():
        longer = f"{line} {word}".strip()
        if len(longer.encode()) > _LINE and line:
            yield _padded(line, _LINE)
            longer = word
        line = longer
    yield _padded(line, _LINE)


def _extensions(table: Labelled, names: list[str]) -> Iterator[bytes]:
    """The machine, its numbers, the long names, the encoding."""
    yield struct.pack("<iiii8i", 7, 3, 4, 8, 1, 0, 0, -1, 1, 1, 2, 65001)
    yield struct.pack("<iiii3d", 7, 4, 8, 3, _MISSING, _HIGHEST, _LOWEST)
    long = "\t".join(f"{s}={v.name}" for s, v in zip(names, table.variables, strict=True)).encode()
    yield struct.pack("<iiii", 7, 13, 1, len(long)) + long
    yield struct.pack("<iiii", 7, 20, 1, 5) + b"UTF-8"


def _rows(table: Labelled, widths: list[int]) -> Iterator[bytes]:
    columns = [
        [_cell(v, width, value) for value in table.columns[v.name]]
        for v, width in zip(table.variables, widths, strict=True)
    ]
    yield from (b"".join(row) for row in zip(*columns, strict=True))


def _cell(variable: Variable, width: int, value: Value) -> bytes:
    if width:
        return ("" if value is None else str(value)).encode().ljust(-(-width // _WORD) * _WORD)
    if value is None:
        return struct.pack("<d", _MISSING)
    if isinstance(value, date):
        return struct.pack("<d", (value - _EPOCH).days * _DAY)
    number = variable.numbers[str(value)] if variable.kind is Kind.CODE else float(value)
    return struct.pack("<d", number)


def _padded(text: str, size: int) -> bytes:
    return _whole(text, size).ljust(size)


def _whole(text: str, size: int) -> bytes:
    """At most so many bytes, with no character cut in two."""
    return text.encode()[:size].decode(errors="ignore").encode()
