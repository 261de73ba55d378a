"""Convert bytes of unknown encoding to UTF-8, line by line where a file mixes encodings.

A line is converted only where its encoding is certain; otherwise the file is refused with the
number of the line. A wrong letter in a name would make two children of one.
"""

import codecs
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from cairn.warehouse.schema import ReadNote, UnreadableFile

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_LEGACY_ENCODINGS: Final = ["cp1252", "mac_roman"]
"""What spreadsheets on Windows and on older Macs write when they do not write Unicode."""

_WORD_WITH_BYTES: Final = re.compile(rb"[A-Za-z'\x80-\xff]*[\x80-\xff][A-Za-z'\x80-\xff]*")
_LAST_ASCII: Final = 0x7F
_ENCODING_SAMPLE_BYTES: Final = 1 << 16
_MIN_ZERO_SHARE: Final = 0.05

_ENCODING_NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
}

_SIGNS_IN_TEXT: Final = frozenset("\u2018\u2019“”\u2013\u2014…°ºª¡¿\u00b4\u00a0")
"""Signs beside letters that a partner's file may well hold."""

_LETTERS_OF_NAMES: Final = frozenset(
    letter for letter in map(chr, range(0xC0, 0x100)) if letter.isalpha()
) | frozenset("\u0160\u0161\u017d\u017e\u0152\u0153\u0178")
"""The letters of Western Europe that Windows-1252 holds beyond ASCII."""

_APOSTROPHES: Final = frozenset("\u2018\u2019\u00b4")

_NOTED_LINES: Final = 5


def convert_to_utf8(content: bytes) -> tuple[bytes, list[ReadNote]]:
    """Convert bytes of unknown encoding to UTF-8, with notes for the report.

    Args:
        content: bytes of a text file.

    Returns:
        The same text in UTF-8, and what was found.

    Raises:
        UnreadableFile: it is no text, or it is uncertain how a line is encoded.
    """
    notes = []
    encoding = ""
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], name
            notes.append(ReadNote("byte_order_mark", "The file starts with a byte-order mark."))
            break
    encoding = encoding or _detect_utf16(content)
    if encoding in ("", "utf-8"):
        return _convert_bytes(content, notes)
    notes.append(ReadNote("encoding", f"Read as {_ENCODING_NAMES[encoding]}."))
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile("The file is incomplete. Export it again and resend it.") from error
    return _repair_lines(_refuse_binary(text.encode()), notes)


def _convert_bytes(content: bytes, notes: list[ReadNote]) -> tuple[bytes, list[ReadNote]]:
    """Convert text of one byte per letter, or UTF-8, or a mixture of both."""
    if content.isascii():
        notes.append(ReadNote("encoding", "Read as UTF-8."))
        return _refuse_binary(content), notes
    if _is_utf8(content):
        notes.append(ReadNote("encoding", "Read as UTF-8."))
        return _repair_lines(_refuse_binary(content), notes)
    _refuse_binary(content)
    if (mixed := _convert_mixed_lines(content, notes)) is not None:
        return _repair_lines(mixed, notes)
    encoding = _detect_legacy_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refuse_line(content.count(b"\n", 0, error.start) + 1) from error
    notes.append(ReadNote("encoding", f"Read as {_ENCODING_NAMES[encoding]}."))
    return text.encode(), notes


def _convert_mixed_lines(content: bytes, notes: list[ReadNote]) -> bytes | None:
    """Convert the lines that are not UTF-8 in a file with others that are; None if none is."""
    lines = content.split(b"\n")
    foreign = [i for i, line in enumerate(lines) if not line.isascii() and not _is_utf8(line)]
    other = {*foreign}
    if all(line.isascii() or i in other for i, line in enumerate(lines)):
        return None
    for i in foreign:
        lines[i] = _convert_foreign_line(lines[i], i + 1)
    notes.append(ReadNote("encoding", "Read as UTF-8."))
    message = "Lines that were not in UTF-8, as the others are. Cairn read them as Windows-1252."
    numbers = tuple(i + 1 for i in foreign[:_NOTED_LINES])
    notes.append(ReadNote("mixed_encodings", message, len(foreign), numbers))
    return b"\n".join(lines)


def _convert_foreign_line(line: bytes, number: int) -> bytes:
    """Convert a line from Windows-1252, if every letter of it is then plausible."""
    try:
        text = line.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _refuse_line(number) from error
    foreign = {letter for letter in text if ord(letter) > _LAST_ASCII}
    if _DOUBLE_ENCODED.search(text) or not all(
        letter.isalpha() or letter in _SIGNS_IN_TEXT for letter in foreign
    ):
        raise _refuse_line(number)
    return text.encode()


def _refuse_line(number: int) -> UnreadableFile:
    return UnreadableFile(
        f"Line {number} is not in the encoding of the other lines, and Cairn cannot tell which "
        "letters it holds. Save the whole file as “CSV UTF-8” and resend it."
    )


def _to_byte(letter: str) -> int:
    """Return the byte that a Windows program reads as this letter."""
    try:
        return letter.encode("cp1252")[0]
    except UnicodeEncodeError:
        return ord(letter)


_CONTINUATIONS: Final = "".join(
    bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0)
) + "".join(chr(byte) for byte in range(0x80, 0xA0))

_DOUBLE_ENCODED: Final = re.compile(
    f"[\u00c2-\u00c5][{re.escape(_CONTINUATIONS)}]|\u00e2[{re.escape(_CONTINUATIONS)}]{{2}}"
)
"""UTF-8 that a program took for Windows-1252: “MarÃ­a” for María."""

_DOUBLE_ENCODED_STARTS: Final = (*(bytes([0xC3, byte]) for byte in range(0x82, 0x86)), b"\xc3\xa2")


def needs_repair(content: bytes) -> bool:
    """Return whether UTF-8 text may hold letters that were lost or encoded twice."""
    return b"\xef\xbf\xbd" in content or any(start in content for start in _DOUBLE_ENCODED_STARTS)


def _repair_lines(content: bytes, notes: list[ReadNote]) -> tuple[bytes, list[ReadNote]]:
    """Repair letters that were encoded twice, in the lines where that is certain."""
    if b"\xef\xbf\xbd" in content:
        lost = [i for i, line in enumerate(content.split(b"\n"), 1) if b"\xef\xbf\xbd" in line]
        message = "Lines in which another program had replaced letters by “\ufffd”. They are lost."
        notes.append(ReadNote("lost_letters", message, len(lost), tuple(lost[:_NOTED_LINES])))
    if not any(start in content for start in _DOUBLE_ENCODED_STARTS):
        return content, notes
    lines = content.split(b"\n")
    repaired = []
    for i, line in enumerate(lines):
        if any(start in line for start in _DOUBLE_ENCODED_STARTS):
            text = line.decode()
            corrected = repair_double_encoding(text)
            if corrected != text:
                lines[i] = corrected.encode()
                repaired.append(i + 1)
    if repaired:
        notes.append(note_repaired_text("Lines", repaired))
    return b"\n".join(lines), notes


def repair_double_encoding(text: str) -> str:
    """Repair letters that were encoded twice where that is certain: “MarÃ­a” is María."""
    return _DOUBLE_ENCODED.sub(_decode_twice, text)


def note_repaired_text(places: str, numbers: Sequence[int]) -> ReadNote:
    """Note where letters were repaired that had been encoded twice.

    Args:
        places: "Lines" or "Rows".
        numbers: numbers of these.

    Returns:
        The note.
    """
    message = f"{places} with letters that were encoded twice (“Ã©” for “é”). Cairn repaired them."
    return ReadNote("encoded_twice", message, len(numbers), tuple(numbers[:_NOTED_LINES]))


def _decode_twice(found: re.Match[str]) -> str:
    """Decode one letter that was encoded twice; unchanged if the result is no letter or sign."""
    try:
        letter = bytes(map(_to_byte, found[0])).decode()
    except (UnicodeDecodeError, ValueError):
        return found[0]
    return letter if letter.isalpha() or letter in _SIGNS_IN_TEXT else found[0]


def _detect_utf16(content: bytes) -> str:
    """Recognize UTF-16 without a mark: of each two bytes of plain text, one is mostly zero."""
    sample = content[:_ENCODING_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 >= len(sample) > 0:
        return "utf-16-be" if even > odd else "utf-16-le"
    if min(even, odd) == 0 and max(even, odd) > len(sample) * _MIN_ZERO_SHARE:
        encoding = "utf-16-be" if even else "utf-16-le"
        text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
        if "\ufffd" not in text[:-1] and ("\n" in text or "\r" in text):
            return encoding
    return ""


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _detect_legacy_encoding(content: bytes) -> str:
    """Choose the encoding in which fewer letters are in unlikely places.

    Each of the two decodes nearly any bytes. In the wrong one a capital follows a small letter
    ("PÌa" for "Pía"), or a sign is in the middle of a word. Of two that are as likely, it is that
    of Windows, which is far more common.
    """
    words = Counter(_WORD_WITH_BYTES.findall(content))
    return min(_LEGACY_ENCODINGS, key=lambda encoding: _count_unlikely_letters(words, encoding))


def _count_unlikely_letters(words: Mapping[bytes, int], encoding: str) -> int:
    """Count the letters in unlikely places, if this is the encoding."""
    unlikely = 0
    for word, count in words.items():
        text = word.decode(encoding, "replace")
        around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
        unlikely += count * sum(
            ord(letter) > _LAST_ASCII and not _is_likely_letter(before, letter, after)
            for before, letter, after in around
        )
    return unlikely


def _is_likely_letter(before: str, letter: str, after: str) -> bool:
    if letter not in _LETTERS_OF_NAMES:
        in_word = before.isalpha() and after.isalpha()
        return letter in _SIGNS_IN_TEXT and (letter in _APOSTROPHES or not in_word)
    if letter.isupper():
        return not before.islower()
    return not (before.isupper() and after.isupper())


def _refuse_binary(content: bytes) -> bytes:
    if b"\0" in content:
        raise UnreadableFile(
            "This is not a text table: it contains zero bytes. Export it as CSV or Excel."
        )
    return content
