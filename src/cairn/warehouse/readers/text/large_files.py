"""Read a large delimited file block by block, so that its bytes are never whole in memory.

Only a plain file is read like this: UTF-8 without repairs, no quotation marks, no empty lines,
and every row as long as the header. Any other is read whole, by the reader of all files, and a
plain file is read the same by both.
"""

import codecs
from typing import Final

import pyarrow as pa

from cairn.warehouse.readers.file_content import FileContent
from cairn.warehouse.readers.text import delimited
from cairn.warehouse.readers.text.delimited import SAMPLE_BYTES
from cairn.warehouse.readers.text.text_encoding import needs_repair
from cairn.warehouse.schema import Sheet

LARGE_FILE_BYTES: Final = 32 << 20
"""Files from this size on are read block by block where that is possible."""

_OVERLAP_BYTES: Final = 3
HEAD_BYTES: Final = 2 * SAMPLE_BYTES


def read_large_sheet(
    name: str, content: FileContent, skip_rows: int | None, *, keep_totals: bool
) -> Sheet | None:
    """Read the sheet of a large plain file of delimited text.

    Args:
        name: name of the sheet.
        content: the content of a file of delimited text.
        skip_rows: lines above the header, if known.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The sheet that ``read_delimited_sheet`` reads, or None if the file must be read whole.

    Raises:
        UnreadableFile: its table cannot be read.
    """
    with content.open() as file:
        head = file.read(HEAD_BYTES)
    lines = _count_plain_lines(content)
    if lines is None:
        return None
    if len(head) < content.size:
        head = head[: head.rfind(b"\n") + 1]
        if len(head) <= SAMPLE_BYTES:
            return None
    text, layout, notes = delimited.detect_text_layout(head, skip_rows, keep_totals=keep_totals)
    start = delimited.find_line_start(text, layout.data_line)
    if layout.survey or start is None:
        return None
    irregular: list[int] = []
    with content.open() as file:
        file.seek(len(head) - len(text) + start)  # a byte-order mark is not in the text
        columns = delimited.parse_columns(
            pa.PythonFile(file, mode="r"), layout, irregular, is_quoted=False, threads=True
        )
    if columns is None or irregular or columns.num_rows != lines - layout.data_line + 1:
        return None
    return delimited.build_plain_sheet(name, columns, layout, notes)


def _count_plain_lines(content: FileContent) -> int | None:
    """Count the lines of a plain file; None of any other."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    lines, last, is_ascii = 0, b"", True
    for block in content.read_blocks():
        both = last + block
        if any(mark in both for mark in (b'"', b"\0", b"\n\n", b"\n\r")):
            return None
        if not block.isascii() or not is_ascii:
            is_ascii = False
            try:
                decode(block)
            except UnicodeDecodeError:
                return None
            if needs_repair(both):
                return None
        lines += block.count(b"\n")
        last = block[-_OVERLAP_BYTES:]
    try:
        decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return lines + (not last.endswith(b"\n")) if lines else None
