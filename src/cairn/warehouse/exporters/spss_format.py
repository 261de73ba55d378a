"""Write SPSS system files (.sav), as the PSPP project describes them ("System File Format").

No library is used, for the reason in `stata_format`.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.warehouse.exporters.labeled_table import (
    ColumnKind,
    LabeledTable,
    LabeledValue,
    LabeledVariable,
    UnwritableError,
)

__all__ = ["export_spss"]

_SPSS_EPOCH: Final = date(1582, 10, 14)
_SECONDS_PER_DAY: Final = 86_400
_MISSING_VALUE: Final = -1.7976931348623157e308
_HIGHEST, _LOWEST = 1.7976931348623157e308, -1.7976931348623155e308
_MOST_TEXT, _WORD, _LINE = 255, 8, 80
_NUMBER, _TEXT, _DATE = 5, 1, 39  # the print formats F, A and SDATE
_CODE_WIDTH, _NUMBER_WIDTH, _DATE_WIDTH = 8, 12, 10


def export_spss(table: LabeledTable) -> bytes:
    """Write a .sav file: labels on columns and codes, the terms as DISPLAY DOCUMENTS.

    Args:
        table: the table.

    Returns:
        The file.

    Raises:
        UnwritableError: a text has more than 255 bytes.
    """
    widths = [_measure_width(item, table.columns[item.name]) for item in table.variables]
    words = [-(-width // _WORD) or 1 for width in widths]
    names = [f"V{number}" for number in range(1, len(widths) + 1)]
    parts = [_encode_header(table, sum(words))]
    for variable, width, short_name in zip(table.variables, widths, names, strict=True):
        parts.append(_encode_variable(variable, width, short_name))
    start_words = [1 + sum(words[:number]) for number in range(len(words))]
    for variable, start in zip(table.variables, start_words, strict=True):
        parts.append(_encode_value_labels(variable, start))
    parts += [
        _encode_document(table.notes),
        *_encode_extensions(table, names),
        struct.pack("<ii", 999, 0),
    ]
    parts += _encode_rows(table, widths)
    return b"".join(parts)


def _measure_width(variable: LabeledVariable, values: Iterable[LabeledValue]) -> int:
    """Return the bytes of a text column; 0 for what SPSS stores as a number."""
    if variable.kind is not ColumnKind.TEXT:
        return 0
    longest = max((len(str(value).encode()) for value in values if value is not None), default=1)
    if longest > _MOST_TEXT:
        raise UnwritableError(
            f"“{variable.name}” has a text of {longest} bytes; SPSS takes {_MOST_TEXT}."
        )
    return max(longest, 1)


def _encode_header(table: LabeledTable, words_per_row: int) -> bytes:
    return struct.pack(
        "<4s60siiiiid9s8s64s3x",
        b"$FL2",
        _pad_text("@(#) SPSS DATA FILE - Cairn", 60),
        2,
        words_per_row,
        0,
        0,
        table.rows,
        100.0,
        b"01 Jan 70",
        b"00:00:00",
        _pad_text(table.title, 64),
    )


def _encode_variable(variable: LabeledVariable, width: int, short_name: str) -> bytes:
    label = _truncate_text(variable.label, 255)
    print_formats = {
        ColumnKind.TEXT: (_TEXT, width, 0),
        ColumnKind.CODE: (_NUMBER, _CODE_WIDTH, 0),
        ColumnKind.NUMBER: (_NUMBER, _NUMBER_WIDTH, 2),
        ColumnKind.DATE: (_DATE, _DATE_WIDTH, 0),
    }[variable.kind]
    print_format = print_formats[0] << 16 | print_formats[1] << 8 | print_formats[2]
    record = struct.pack(
        "<iiiiii8s", 2, width, 1, 0, print_format, print_format, _pad_text(short_name, 8)
    )
    record += struct.pack("<i", len(label)) + label + bytes(-len(label) % 4)
    continuation = struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b" " * 8)
    return record + continuation * (-(-width // _WORD) - 1)


def _encode_value_labels(variable: LabeledVariable, start: int) -> bytes:
    if not variable.codes:
        return b""
    encoded = struct.pack("<ii", 3, len(variable.codes))
    for code, number in variable.numbers.items():
        label = _truncate_text(variable.codes[code], 120)
        encoded += struct.pack("<dB", float(number), len(label)) + label
        encoded += b" " * (-(1 + len(label)) % _WORD)
    return encoded + struct.pack("<iii", 4, 1, start)


def _encode_document(notes: tuple[str, ...]) -> bytes:
    lines = [line for note in notes for line in _wrap_note(note)]
    if not lines:
        return b""
    return struct.pack("<ii", 6, len(lines)) + b"".join(lines)


def _wrap_note(note: str) -> Iterator[bytes]:
    """Wrap a note into lines of 80 bytes, broken between words."""
    line = ""
    for word in note.split():
        extended = f"{line} {word}".strip()
        if len(extended.encode()) > _LINE and line:
            yield _pad_text(line, _LINE)
            extended = word
        line = extended
    yield _pad_text(line, _LINE)


def _encode_extensions(table: LabeledTable, names: list[str]) -> Iterator[bytes]:
    """Encode the machine, its numbers, the long names, and the encoding."""
    yield struct.pack("<iiii8i", 7, 3, 4, 8, 1, 0, 0, -1, 1, 1, 2, 65001)
    yield struct.pack("<iiii3d", 7, 4, 8, 3, _MISSING_VALUE, _HIGHEST, _LOWEST)
    long_names = "\t".join(
        f"{short_name}={variable.name}"
        for short_name, variable in zip(names, table.variables, strict=True)
    ).encode()
    yield struct.pack("<iiii", 7, 13, 1, len(long_names)) + long_names
    yield struct.pack("<iiii", 7, 20, 1, 5) + b"UTF-8"


def _encode_rows(table: LabeledTable, widths: list[int]) -> Iterator[bytes]:
    columns = [
        [_encode_cell(variable, width, value) for value in table.columns[variable.name]]
        for variable, width in zip(table.variables, widths, strict=True)
    ]
    yield from (b"".join(row) for row in zip(*columns, strict=True))


def _encode_cell(variable: LabeledVariable, width: int, value: LabeledValue) -> bytes:
    if width:
        return ("" if value is None else str(value)).encode().ljust(-(-width // _WORD) * _WORD)
    if value is None:
        return struct.pack("<d", _MISSING_VALUE)
    if isinstance(value, date):
        return struct.pack("<d", (value - _SPSS_EPOCH).days * _SECONDS_PER_DAY)
    number = variable.numbers[str(value)] if variable.kind is ColumnKind.CODE else float(value)
    return struct.pack("<d", number)


def _pad_text(text: str, size: int) -> bytes:
    return _truncate_text(text, size).ljust(size)


def _truncate_text(text: str, size: int) -> bytes:
    """Cut a text to so many bytes without splitting a character."""
    return text.encode()[:size].decode(errors="ignore").encode()
