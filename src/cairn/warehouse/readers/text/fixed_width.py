"""Read text files of fixed width, by a layout that says where each column begins.

Such a file has no header and no separators, so it cannot be read without a layout. A line that is
longer than the layout is set aside if its end holds text: then the layout is not that of the file.
"""

from collections.abc import Sequence
from typing import Final

from cairn.warehouse.readers.sheet_builder import (
    RowCounts,
    build_sheet_from_rows,
    check_filled_cells,
    check_width,
)
from cairn.warehouse.readers.text.text_encoding import convert_to_utf8
from cairn.warehouse.schema import FixedWidthColumn, ReadNote, Sheet, UnreadableFile

_MIN_LINE: Final = 60
_SAMPLE_BYTES: Final = 1 << 17
_MIN_LINES: Final = 2


def read_fixed_width_sheet(name: str, content: bytes, columns: Sequence[FixedWidthColumn]) -> Sheet:
    """Read the one sheet of a file of fixed width.

    Args:
        name: name of the sheet.
        content: bytes of the file.
        columns: its layout, in the order of their places.

    Returns:
        The sheet; ``__row`` is the line of a row. Places that the layout does not name are noted
        if they hold text.

    Raises:
        UnreadableFile: no line is as long as the layout, so it is the layout of another file.
    """
    text, notes = convert_to_utf8(content)
    lines = text.decode().split("\n")
    if not lines[-1]:
        del lines[-1]
    lines = [line.rstrip("\r") for line in lines]
    width, last = len(columns), columns[-1]
    check_width(width)
    check_filled_cells(sum(1 for line in lines if len(line) < last.start) * width)
    if all(len(line) < last.start for line in lines) and width > 1:
        raise UnreadableFile(
            f"No line reaches column “{last.name}”, which the layout places at letter "
            f"{last.start}. The file has another layout. Check the layout, or export the file with "
            "separators."
        )
    places = [(column.start - 1, column.end) for column in columns]
    rows = []
    for number, line in enumerate(lines, 1):
        cells = [line[start:end].strip() for start, end in places] if line.strip() else []
        beyond = line[last.end :].strip()
        rows.append((number, [*cells, beyond] if beyond else cells))
    notes.append(ReadNote("fixed_width", f"Read by a layout of {width} columns.", width))
    if unnamed := _count_unnamed_text(lines, columns):
        message = "Lines with text in places that the layout does not name. It was not read."
        notes.append(ReadNote("text_outside_layout", message, unnamed))
    header = [column.name for column in columns]
    return build_sheet_from_rows(name, header, rows, notes, RowCounts(len(lines), header_row=0))


def _count_unnamed_text(lines: Sequence[str], columns: Sequence[FixedWidthColumn]) -> int:
    """Count the lines with text between the columns."""
    gaps, end = [], 0
    for column in columns:
        if column.start - 1 > end:
            gaps.append((end, column.start - 1))
        end = column.end
    return sum(1 for line in lines if any(line[start:stop].strip() for start, stop in gaps))


def check_separators(text: bytes, header: Sequence[str]) -> None:
    """Refuse a text of long lines of one length without separators: it needs a layout.

    Args:
        text: the text, in UTF-8.
        header: the columns that a search for separators found.

    Raises:
        UnreadableFile: the file seems to be of fixed width.
    """
    if len(header) > 1:
        return
    lines = [
        line.rstrip("\r") for line in text[:_SAMPLE_BYTES].decode("utf-8", "ignore").split("\n")
    ]
    if len(text) > _SAMPLE_BYTES or not lines[-1]:
        del lines[-1]
    lengths = {len(line) for line in lines}
    if len(lines) >= _MIN_LINES and len(lengths) == 1 and lengths.pop() >= _MIN_LINE:
        raise UnreadableFile(
            "Every line has the same length and there are no separators: this file has columns of "
            "fixed width. Send it together with the table of its columns, which its maker "
            "publishes: on the upload page as “Layout of a file of fixed width”, on the command "
            "line with --layout. Or export the file as CSV."
        )
