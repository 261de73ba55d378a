"""Write R's own format (.rds), version 2, as "R Internals" describes serialization.

R reads it with ``readRDS(file)``. No library is used, for the reason in `stata_format`.
"""

import gzip
import math
import struct
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from cairn.warehouse.exporters.labeled_table import (
    ColumnKind,
    LabeledTable,
    LabeledValue,
    LabeledVariable,
)

__all__ = ["export_r"]

_R_EPOCH: Final = date(1970, 1, 1)
_SYMBOL, _PAIRS, _CHARS, _INTEGERS, _REALS, _STRINGS, _LIST = 1, 2, 9, 13, 14, 16, 19
_END: Final = struct.pack(">i", 254)
_OBJECT, _ATTRIBUTES, _TAG, _UTF8 = 0x100, 0x200, 0x400, 0x8000
_NO_INTEGER: Final = -(2**31)
_NO_REAL: Final = struct.pack(">Q", 0x7FF00000000007A2)  # R's NA, a NaN that carries 1954


def export_r(table: LabeledTable) -> bytes:
    """Write a data frame: codes as factors, dates as Date.

    Args:
        table: the table.

    Returns:
        The file, with the attribute ``label`` on each column and ``notes`` on the data frame.
    """
    columns = b"".join(
        _encode_column(variable, table.columns[variable.name]) for variable in table.variables
    )
    frame = struct.pack(">ii", _LIST | _OBJECT | _ATTRIBUTES, len(table.variables)) + columns
    frame += _encode_attributes(
        {
            "names": _encode_strings([variable.name for variable in table.variables]),
            "class": _encode_strings(["data.frame"]),
            "row.names": struct.pack(">iiii", _INTEGERS, 2, _NO_INTEGER, -table.rows),
            "notes": _encode_strings([table.title, *table.notes]),
        }
    )
    head = b"X\n" + struct.pack(">iii", 2, 0x00030500, 0x00020300)
    return gzip.compress(head + frame, mtime=0)


def _encode_column(variable: LabeledVariable, values: Sequence[LabeledValue]) -> bytes:
    label = {"label": _encode_strings([variable.label])}
    if variable.kind is ColumnKind.CODE:
        numbers = variable.numbers
        cells = [_NO_INTEGER if value is None else numbers[str(value)] for value in values]
        factor = {
            "levels": _encode_strings(list(variable.codes)),
            "class": _encode_strings(["factor"]),
        }
        packed = struct.pack(
            f">ii{len(cells)}i", _INTEGERS | _OBJECT | _ATTRIBUTES, len(cells), *cells
        )
        return packed + _encode_attributes(factor | label)
    if variable.kind is ColumnKind.TEXT:
        return _encode_strings(list(values), _ATTRIBUTES) + _encode_attributes(label)
    is_date = variable.kind is ColumnKind.DATE
    kind = _REALS | _ATTRIBUTES | (_OBJECT if is_date else 0)
    reals = b"".join(_encode_real(value) for value in values)
    class_attribute = {"class": _encode_strings(["Date"])} if is_date else {}
    return (
        struct.pack(">ii", kind, len(values)) + reals + _encode_attributes(class_attribute | label)
    )


def _encode_real(value: LabeledValue) -> bytes:
    if value is None:
        return _NO_REAL
    if isinstance(value, date):
        return struct.pack(">d", float((value - _R_EPOCH).days))
    return struct.pack(">d", float(value)) if not math.isnan(float(value)) else _NO_REAL


def _encode_strings(texts: Sequence[LabeledValue], flags: int = 0) -> bytes:
    return struct.pack(">ii", _STRINGS | flags, len(texts)) + b"".join(
        map(_encode_characters, texts)
    )


def _encode_characters(text: LabeledValue) -> bytes:
    if text is None:
        return struct.pack(">ii", _CHARS, -1)
    encoded = str(text).encode()
    return struct.pack(">ii", _CHARS | _UTF8, len(encoded)) + encoded


def _encode_attributes(attributes: Mapping[str, bytes]) -> bytes:
    """Encode a pair list: tag, value, tag, value, end."""
    pairs = (
        struct.pack(">i", _PAIRS | _TAG)
        + struct.pack(">i", _SYMBOL)
        + _encode_characters(name)
        + value
        for name, value in attributes.items()
    )
    return b"".join(pairs) + _END
