"""Bytes of unknown origin → UTF-8 bytes, and a note on what they were."""

import codecs
from typing import Final

from charset_normalizer import from_bytes

from cairn.warehouse.read.sheet import ReadNote, Unreadable

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LEGACY: Final = ["cp1252", "mac_roman"]
"""What spreadsheets on Windows and on older Macs write when they do not write Unicode."""

_ASCII: Final = 0x7F
_SAMPLE: Final = 1 << 16
_SPOKEN: Final = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
}


def utf8(content: bytes) -> tuple[bytes, list[ReadNote]]:
    """The text as UTF-8 without a byte-order mark, and what the report says about it."""
    notes = []
    encoding = ""
    for mark, name in _MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], name
            notes.append(ReadNote("byte_order_mark", "The file begins with a byte-order mark."))
            break
    encoding = encoding or _wide(content) or ("utf-8" if _is_utf8(content) else _legacy(content))
    notes.append(ReadNote("encoding", f"Read as {_SPOKEN[encoding]}."))
    if encoding == "utf-8":
        return _whole(content), notes
    try:
        text = content.decode(encoding, "strict" if encoding.startswith("utf") else "replace")
    except UnicodeDecodeError as error:
        raise Unreadable(
            "The file is cut off in the middle. Export it again and resend it."
        ) from error
    return _whole(text.encode()), notes


def _wide(content: bytes) -> str:
    """UTF-16 without a mark: every other byte of plain text is zero."""
    sample = content[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 < len(sample) or not sample:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _legacy(content: bytes) -> str:
    first = next(i for i, b in enumerate(content) if b > _ASCII)
    around = content[max(0, first - _SAMPLE // 2) : first + _SAMPLE // 2]
    best = from_bytes(around, cp_isolation=_LEGACY).best()
    return best.encoding if best and best.encoding in _LEGACY else _LEGACY[0]


def _whole(content: bytes) -> bytes:
    if b"\0" in content:
        raise Unreadable(
            "This is not a table of text: it has zero bytes in it. Export it as CSV or Excel."
        )
    return content
