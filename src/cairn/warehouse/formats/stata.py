"""Stata's format 118 (Stata 14 and later), as its manual describes it ("help dta").

Written here rather than by a library: the libraries that do write to a path, and an extract is
never an open file on a disk of ours.
"""

import struct
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from cairn.warehouse.formats.labelled import Kind, Labelled, UnwritableError, Value, Variable

_EPOCH: Final = date(1960, 1, 1)
_DOUBLE, _LONG, _MOST_TEXT = 65526, 65528, 2045
_MISSING_DOUBLE: Final = struct.pack("<Q", 0x7FE0000000000000)
_MISSING_LONG: Final = 2_147_483_621
_NAME, _FORMAT, _LABEL = 129, 57, 321


def stata_bytes(table: Labelled) -> bytes:
    """A .dta file: labels on columns and codes, the terms as notes of the data set (``notes``).

    Raises ``UnwritableError`` for a text of more than 2,045 bytes.
    """
    coded = [v for v in table.variables if v.codes]
    types = [_type(v, table.columns[v.name]) for v in table.variables]
    sections = {
        "variable_types": b"".join(struct.pack("<H", t) for t in types),
        "varnames": b"".join(_fixed(v.name, _NAME) for v in table.variables),
        "sortlist": bytes(2 * (len(types) + 1)),
        "formats": b"".join(
            _fixed(_shown(v, t), _FORMAT) for v, t in zip(table.variables, types, strict=True)
        ),
        "value_label_names": b"".join(
            _fixed(v.name if v.codes else "", _NAME) for v in table.variables
        ),
        "variable_labels": b"".join(_fixed(v.label, _LABEL) for v in table.variables),
        "characteristics": _notes(table.notes),
        "data": _rows(table, types),
        "strls": b"",
        "value_labels": b"".join(_value_labels(v) for v in coded),
    }
    return _assembled(table, sections)


def _assembled(table: Labelled, sections: dict[str, bytes]) -> bytes:
    title = _cut(table.title, 80)
    head = b"".join(
        (
            b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>",
            b"<K>" + struct.pack("<H", len(table.variables)) + b"</K>",
            b"<N>" + struct.pack("<Q", table.rows) + b"</N>",
            b"<label>" + struct.pack("<H", len(title)) + title + b"</label>",
            b"<timestamp>\x00</timestamp></header>",
        )
    )
    body, places = b"", [0, len(head)]
    after_map = len(head) + len(b"<map></map>") + 14 * 8
    for name, content in sections.items():
        places.append(after_map + len(body))
        body += f"<{name}>".encode() + content + f"</{name}>".encode()
    end = after_map + len(body)
    places += [end, end + len(b"</stata_dta>")]
    return head + b"<map>" + struct.pack("<14Q", *places) + b"</map>" + body + b"</stata_dta>"


def _type(variable: Variable, values: Iterable[Value]) -> int:
    if variable.kind is Kind.NUMBER:
        return _DOUBLE
    if variable.kind in (Kind.DATE, Kind.CODE):
        return _LONG
    longest = max((len(str(v).encode()) for v in values if v is not None), default=1)
    if longest > _MOST_TEXT:
        raise UnwritableError(
            f"“{variable.name}” has a text of {longest} bytes; Stata takes {_MOST_TEXT}."
        )
    return max(longest, 1)


def _shown(variable: Variable, kind: int) -> str:
    """How Stata shows it."""
    if variable.kind is Kind.DATE:
        return "%td"
    return {_DOUBLE: "%10.0g", _LONG: "%12.0g"}.get(kind, f"%{kind}s")


def _rows(table: Labelled, types: list[int]) -> bytes:
    cells = [
        map(_writer(v, t), table.columns[v.name])
        for v, t in zip(table.variables, types, strict=True)
    ]
    return b"".join(b"".join(row) for row in zip(*cells, strict=True))


def _writer(variable: Variable, kind: int) -> Callable[[Value], bytes]:
    numbers = variable.numbers

    def number(value: Value) -> bytes:
        return _MISSING_DOUBLE if value is None else struct.pack("<d", value)

    def whole(value: Value) -> bytes:
        if value is None:
            return struct.pack("<i", _MISSING_LONG)
        days = (value - _EPOCH).days if isinstance(value, date) else numbers[str(value)]
        return struct.pack("<i", days)

    def text(value: Value) -> bytes:
        return ("" if value is None else str(value)).encode().ljust(kind, b"\0")

    return {_DOUBLE: number, _LONG: whole}.get(kind, text)


def _notes(notes: tuple[str, ...]) -> bytes:
    said = {"note0": str(len(notes)), **{f"note{n}": s for n, s in enumerate(notes, start=1)}}
    return b"".join(
        b"<ch>"
        + struct.pack("<I", 2 * _NAME + len(content.encode()) + 1)
        + _fixed("_dta", _NAME)
        + _fixed(name, _NAME)
        + content.encode()
        + b"\0</ch>"
        for name, content in said.items()
    )


def _value_labels(variable: Variable) -> bytes:
    texts = [variable.codes[code].encode() + b"\0" for code in variable.codes]
    starts = [sum(map(len, texts[:n])) for n in range(len(texts))]
    n = len(texts)
    inner = struct.pack(f"<ii{n}i", n, sum(map(len, texts)), *starts)
    inner += struct.pack(f"<{n}i", *variable.numbers.values()) + b"".join(texts)
    return (
        b"<lbl>"
        + struct.pack("<I", len(inner))
        + _fixed(variable.name, _NAME)
        + bytes(3)
        + inner
        + b"</lbl>"
    )


def _fixed(text: str, size: int) -> bytes:
    return _cut(text, (size - 1) // 4).ljust(size, b"\0")


def _cut(text: str, characters: int) -> bytes:
    """As many characters as Stata allows; each takes up to four bytes."""
    return text[:characters].encode()
