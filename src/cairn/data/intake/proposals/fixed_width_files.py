"""Read files of fixed width, which do not name their columns, by a layout that is known or sent."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from cairn.warehouse.layouts import load_layouts
from cairn.warehouse.readers import FileContent, read_file_in_child_process
from cairn.warehouse.schema import (
    ColumnMapping,
    FixedWidthColumn,
    Sheet,
    UnreadableFile,
    list_fixed_width_columns,
)

__all__ = ["UnreadableWidthLayout", "read_file_by_known_layout", "read_width_layout"]

_HEAD_BYTES: Final = 1 << 17
_UNNAMED_END: Final = 2
"""How many letters a line may have behind the columns of a shipped layout, such as a mark."""


class UnreadableWidthLayout(UnreadableFile):
    """The layout that came with a file of fixed width cannot be read; the file itself may be."""


def read_file_by_known_layout(
    name: str,
    content: bytes | FileContent,
    saved: Iterable[ColumnMapping] = (),
    *,
    read: Callable[..., Sequence[Sheet]] = read_file_in_child_process,
) -> tuple[tuple[Sheet, ...], tuple[FixedWidthColumn, ...]]:
    """Read a file; one of fixed width by a saved mapping or a shipped layout with its line length.

    Args:
        name: name of the file.
        content: its bytes, or content that can be opened.
        saved: the sender's saved mappings.
        read: the reader.

    Returns:
        The sheets, and the layout by which they were read; empty for a file with separators.

    Raises:
        UnreadableFile: the file cannot be read, or its layout is not known.
    """
    try:
        return tuple(read(name, content)), ()
    except UnreadableFile:
        for columns in _list_candidates(FileContent.wrap(content), saved):
            if sheets := _try_layout(name, content, columns, read):
                return sheets, columns
        raise


def _list_candidates(
    content: FileContent, saved: Iterable[ColumnMapping]
) -> list[tuple[FixedWidthColumn, ...]]:
    """List the layouts that reach about the end of the lines; none if they differ in length."""
    with content.open() as file:
        head = file.read(_HEAD_BYTES)
    lines = head.decode("utf-8-sig", "replace").split("\n")
    if len(head) == _HEAD_BYTES or not lines[-1]:
        del lines[-1]
    lengths = {len(line.rstrip("\r")) for line in lines}
    if len(lengths) != 1:
        return []
    length = lengths.pop()
    shipped = [layout.mapping.fixed_width for layout in load_layouts().values()]
    return [
        *(m.fixed_width for m in saved if m.fixed_width and m.fixed_width[-1].end <= length),
        *(c for c in shipped if c and c[-1].end <= length <= c[-1].end + _UNNAMED_END),
    ]


def _try_layout(
    name: str,
    content: bytes | FileContent,
    columns: tuple[FixedWidthColumn, ...],
    read: Callable[..., Sequence[Sheet]],
) -> tuple[Sheet, ...]:
    """Read a file by a layout; no sheet if a line has text behind its last column."""
    try:
        sheets = tuple(read(name, content, fixed_width=columns))
    except UnreadableFile:
        return ()
    return () if any(sheet.misfits for sheet in sheets) else sheets


def read_width_layout(
    name: str,
    content: bytes | FileContent,
    *,
    read: Callable[..., Sequence[Sheet]] = read_file_in_child_process,
) -> tuple[FixedWidthColumn, ...]:
    """Read the layout that comes with a file of fixed width.

    Args:
        name: name of the layout's file, CSV or Excel.
        content: its bytes, or content that can be opened.
        read: the reader.

    Returns:
        The columns.

    Raises:
        UnreadableWidthLayout: it is no layout; says what it needs.
    """
    problem = "The layout is empty."
    try:
        sheets = read(name, content)
    except UnreadableFile as error:
        raise UnreadableWidthLayout(str(error)) from error
    for sheet in sheets:
        try:
            return list_fixed_width_columns(sheet)
        except ValueError as error:
            problem = str(error)
    raise UnreadableWidthLayout(f"{name}: {problem}")
