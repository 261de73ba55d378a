"""R's own format (.rds), version 2, as "R Internals" describes serialization: ``readRDS(file)``.

Written here rather than by a library, for the reason given in `stata`.
"""

import gzip
import math
import struct
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from cairn.warehouse.formats.labelled import Kind, Labelled, Value, Variable

_EPOCH: Final = date(1970, 1, 1)
_SYMBOL, _PAIRS, _CHARS, _INTEGERS, _REALS, _STRINGS, _LIST = 1, 2, 9, 13, 14, 16, 19
_END: Final = struct.pack(">i", 254)
_OBJECT, _ATTRIBUTES, _TAG, _UTF8 = 0x100, 0x200, 0x400, 0x8000
_NO_INTEGER: Final = -(2**31)
_NO_REAL: Final = struct.pack(">Q", 0x7FF00000000007A2)  # R's NA, a NaN that carries 1954


def r_bytes(table: Labelled) -> bytes:
    """A data frame: codes as factors, dates as Date, the attribute ``label`` on each column and
    ``notes`` on the whole."""
    columns = b"".join(_column(v, table.columns[v.name]) for v in table.variables)
    frame = struct.pack(">ii", _LIST | _OBJECT | _ATTRIBUTES, len(table.variables)) + columns
    frame += _attributes(
        {
            "names": _strings([v.name for v in table.variables]),
            "class": _strings(["data.frame"]),
            "row.names": struct.pack(">iiii", _INTEGERS, 2, _NO_INTEGER, -table.rows),
            "notes": _strings([table.title, *table.notes]),
        }
    )
    head = b"X\n" + struct.pack(">iii", 2, 0x00030500, 0x00020300)
    return gzip.compress(head + frame, mtime=0)


def _column(variable: Variable, values: Sequence[Value]) -> bytes:
    label = {"label": _strings([variable.label])}
    if variable.kind is Kind.CODE:
        numbers = variable.numbers
        cells = [_NO_INTEGER if v is None else numbers[str(v)] for v in values]
        factor = {"levels": _strings(list(variable.codes)), "class": _strings(["factor"])}
        packed = struct.pack(
            f">ii{len(cells)}i", _INTEGERS | _OBJECT | _ATTRIBUTES, len(cells), *cells
        )
        return packed + _attributes(factor | label)
    if variable.kind is Kind.TEXT:
        return _strings(list(values), _ATTRIBUTES) + _attributes(label)
    dated = variable.kind is Kind.DATE
    kind = _REALS | _ATTRIBUTES | (_OBJECT if dated else 0)
    reals = b"".join(_real(v) for v in values)
    named = {"class": _strings(["Date"])} if dated else {}
    return struct.pack(">ii", kind, len(values)) + reals + _attributes(named | label)


def _real(value: Value) -> bytes:
    if value is None:
        return _NO_REAL
    if isinstance(value, date):
        return struct.pack(">d", float((value - _EPOCH).days))
    return struct.pack(">d", float(value)) if not math.isnan(float(value)) else _NO_REAL


def _strings(texts: Sequence[Value], more: int = 0) -> bytes:
    return struct.pack(">ii", _STRINGS | more, len(texts)) + b"".join(map(_chars, texts))


def _chars(text: Value) -> bytes:
    if text is None:
        return struct.pack(">ii", _CHARS, -1)
    encoded = str(text).encode()
    return struct.pack(">ii", _CHARS | _UTF8, len(encoded)) + encoded


def _attributes(named: Mapping[str, bytes]) -> bytes:
    """A pair list: tag, value, tag, value, end."""
    pairs = (
        struct.pack(">i", _PAIRS | _TAG) + struct.pack(">i", _SYMBOL) + _chars(name) + value
        for name, value in named.items()
    )
    return b"".join(pairs) + _END
