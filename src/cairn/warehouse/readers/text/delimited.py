"""Read CSV and similar text files: comma, semicolon, tab or pipe.

pyarrow reads the regular rows fast. It does not report on which line a row begins, and it fails
on rows of another length; so line ends are counted separately, and only rows that do not fit
are read one by one. When the two counts disagree (a stray quotation mark), the slow path reads
the whole file.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as fast

from cairn.warehouse.readers import sheet_builder
from cairn.warehouse.readers.sheet_builder import RaggedRows, RowCounts
from cairn.warehouse.readers.surveys.survey_headers import (
    MAX_SURVEY_HEADERS,
    SurveyHeader,
    find_survey_header,
)
from cairn.warehouse.readers.text.fixed_width import check_separators
from cairn.warehouse.readers.text.quoted_cells import check_quoted_cells
from cairn.warehouse.readers.text.text_encoding import convert_to_utf8
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
SAMPLE_BYTES: Final = 1 << 17
_SAMPLE_ROWS: Final = 200
BLOCK_BYTES: Final = 1 << 22
csv.field_size_limit(1 << 24)


@dataclass(frozen=True, slots=True)
class TextLayout:
    """How a file is laid out: its separator, its header, and the line where the data begin.

    ``titles`` are the rows above the header with their lines; ``skipped`` the rows above those
    that the mapping says to skip; ``blank`` the blank ones among all of them. ``survey`` is the
    header of a survey's export, and ``further_headers`` are the lines of its further rows.
    """

    delimiter: str
    header: tuple[str, ...]
    header_line: int
    data_line: int
    titles: tuple[tuple[int, Sequence[str]], ...] = ()
    skipped: int = 0
    blank: int = 0
    keep_totals: bool = False
    survey: SurveyHeader | None = None
    further_headers: tuple[int, ...] = ()

    def count_rows(self, data_rows: int, blank: int) -> RowCounts:
        """Count the rows of the file: these below the header, and those above it."""
        headers = 1 + len(self.further_headers)
        above = self.skipped + len(self.titles) + self.blank + headers
        return RowCounts(
            above + data_rows + blank,
            self.titles,
            self.skipped,
            self.blank + blank,
            self.header_line,
            self.keep_totals,
            self.further_headers,
        )


def read_delimited_sheet(
    name: str, content: bytes, skip_rows: int | None = None, *, keep_totals: bool = False
) -> Sheet:
    """Read the one sheet of a delimited file.

    Args:
        name: name of the sheet.
        content: bytes of the file.
        skip_rows: lines above the header, if known.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The sheet; ``__row`` is the line on which a row begins.

    Raises:
        UnreadableFile: the file is empty or cannot be cut into cells.
    """
    text, layout, notes = detect_text_layout(content, skip_rows, keep_totals=keep_totals)
    check_quoted_cells(text, layout.delimiter)
    sheet = _read_fast(name, text, layout, notes) or _read_slowly(name, text, layout, notes)
    return replace(sheet, survey=layout.survey.form) if layout.survey else sheet


def detect_text_layout(
    content: bytes | memoryview, skip_rows: int | None, *, keep_totals: bool
) -> tuple[bytes, TextLayout, list[ReadNote]]:
    """Convert a text to UTF-8 and detect its layout from its beginning.

    Args:
        content: bytes of the file, or of its first lines.
        skip_rows: lines above the header, if known.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The text, its layout, and remarks about both.

    Raises:
        UnreadableFile: it is empty, or no table.
    """
    text, notes = convert_to_utf8(bytes(content))
    if b"\r" in text and b"\n" not in text:
        text = text.replace(b"\r", b"\n")
        notes.append(ReadNote("old_mac_lines", "The file has old Macintosh line endings."))
    if not text or text.isspace():
        raise UnreadableFile("The file is empty. Export it again and resend it.")
    layout = replace(_detect_layout(text, skip_rows), keep_totals=keep_totals)
    header = sheet_builder.join_header_bands(layout.header, layout.titles, notes)
    layout = replace(layout, header=tuple(header))
    sheet_builder.check_width(len(layout.header))
    check_separators(text, layout.header)
    notes.append(
        ReadNote("delimiter", f"Columns are separated by {_DELIMITERS[layout.delimiter]}.")
    )
    if layout.header_line > 1:
        message = f"The header is on line {layout.header_line}; lines above it were skipped."
        notes.append(ReadNote("title_rows", message, layout.header_line - 1))
    return text, layout, notes


def _detect_layout(text: bytes, skip_rows: int | None) -> TextLayout:
    sample = text[:SAMPLE_BYTES].decode("utf-8", "ignore")
    if len(text) > SAMPLE_BYTES:
        sample = sample[: sample.rfind("\n") + 1] or sample
    skipped = 0
    if skip_rows:
        lines = sample.splitlines(keepends=True)
        skipped = min(skip_rows, len(lines) - 1)
        sample = "".join(lines[skipped:])
    delimiter = _detect_delimiter(sample)
    rows = list(_parse_records(sample, delimiter, skipped))[:_SAMPLE_ROWS]
    header_index = 0 if skip_rows else sheet_builder.find_header_row([r for _, _, r in rows])
    if not rows:
        raise UnreadableFile(
            "There are no rows below the skipped lines. Check how many lines to skip."
        )
    survey = None if skip_rows else find_survey_header([r for _, _, r in rows[:MAX_SURVEY_HEADERS]])
    if survey:
        headers = rows[: survey.rows]
        line, last_line = headers[0][0], headers[-1][1]
        further = tuple(first for first, _, _ in headers[1:])
        blank = last_line - skipped - sum(last - first + 1 for first, last, _ in headers)
        return TextLayout(
            delimiter,
            survey.names,
            line,
            last_line + 1,
            skipped=skipped,
            blank=blank,
            survey=survey,
            further_headers=further,
        )
    line, last_line, cells = rows[header_index]
    names = cells + [""] * _count_unnamed_columns(
        cells, [r for _, _, r in rows[header_index + 1 :]]
    )
    titles = tuple((first, row) for first, _, row in rows[:header_index])
    title_lines = sum(last - first + 1 for first, last, _ in rows[:header_index])
    blank = line - 1 - skipped - title_lines
    return TextLayout(delimiter, tuple(names), line, last_line + 1, titles, skipped, blank)


def _count_unnamed_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Count the columns at the right without a name, where most rows are longer than the header."""
    longer_rows = [r for r in rows if len(r) > len(header)]
    return (
        sheet_builder.detect_width(longer_rows) - len(header)
        if len(longer_rows) * 2 > len(rows)
        else 0
    )


def _detect_delimiter(sample: str) -> str:
    """Choose the separator that cuts the most rows into the same number (above one) of cells."""
    best_delimiter, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        rows = [r for _, _, r in _parse_records(sample, delimiter, 0)][:_SAMPLE_ROWS]
        cells = sheet_builder.detect_width(rows)
        regular_rows = sum(1 for r in rows if len(r) == cells)
        score = regular_rows / max(1, len(rows)) * cells**0.5 if cells > 1 else 0.0
        if score > best_score:
            best_delimiter, best_score = delimiter, score
    return best_delimiter


def _parse_records(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, int, list[str]]]:
    """Yield (first line, last line, cells) of every record that is not an empty line."""
    for first, last, cells in _parse_all_records(text, delimiter):
        if cells:
            yield first + skipped, last + skipped, cells


def _parse_all_records(text: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield (first line, last line, cells) of every record; an empty line has no cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last = 0
    try:
        for cells in reader:
            first, last = last + 1, reader.line_num
            yield first, last, cells
    except csv.Error as error:
        raise UnreadableFile(
            f"The text cannot be split into cells near line {last + 1}: "
            "a closing quotation mark is missing. Correct it, or export the file again."
        ) from error


def _read_slowly(name: str, text: bytes, layout: TextLayout, notes: Sequence[ReadNote]) -> Sheet:
    rows = [
        r for r in _parse_all_records(text.decode(), layout.delimiter) if r[0] >= layout.data_line
    ]
    records = [(first, cells) for first, _, cells in rows if cells]
    counts = layout.count_rows(len(records), len(rows) - len(records))
    return sheet_builder.build_sheet_from_rows(name, layout.header, records, notes, counts)


def _read_fast(
    name: str, text: bytes, layout: TextLayout, notes: Sequence[ReadNote]
) -> Sheet | None:
    """Read the sheet with pyarrow, or return None when its count of rows differs from ours."""
    irregular: list[int] = []
    if lines := _find_plain_lines(text, layout.data_line):
        columns = _parse_columns(text, lines.start, layout, irregular)
        if columns is not None and not irregular and columns.num_rows == lines.count:
            return build_plain_sheet(name, columns, layout, notes)
    records = _locate_records(text, layout.data_line)
    if not len(records.starts):
        return _read_slowly(name, text, layout, notes)
    columns = _parse_columns(text, int(records.starts[0]), layout, irregular)
    if columns is None or columns.num_rows + len(irregular) != len(records.starts):
        return None
    if not irregular:
        return sheet_builder.build_sheet(
            name,
            layout.header,
            columns.columns,
            pa.array(records.lines),
            notes,
            counts=layout.count_rows(len(records.starts), records.blank),
        )
    return _insert_irregular_rows(name, text, layout, notes, columns, irregular, records)


def build_plain_sheet(
    name: str, columns: pa.Table, layout: TextLayout, notes: Sequence[ReadNote]
) -> Sheet:
    """Build the sheet of a file in which every line below the header is one record."""
    first, rows = layout.data_line, columns.num_rows
    return sheet_builder.build_sheet(
        name,
        layout.header,
        columns.columns,
        pa.array(np.arange(first, first + rows)),
        notes,
        counts=layout.count_rows(rows, 0),
    )


@dataclass(frozen=True, slots=True)
class _LineRange:
    """Records that are lines: the offset of the first, and their number."""

    start: int
    count: int


def _find_plain_lines(text: bytes, line: int) -> _LineRange | None:
    """Find the lines from one on if every line is a record: no quotation marks, no empty lines."""
    if b'"' in text or b"\n\n" in text or b"\n\r" in text:
        return None
    start = find_line_start(text, line)
    if start is None:
        return None
    count = text.count(b"\n", start) + (not text.endswith(b"\n"))
    return _LineRange(start, count) if start < len(text) else None


def find_line_start(text: bytes, line: int) -> int | None:
    """Find the offset at which a line starts, counted from 1; None if the text has fewer."""
    start = 0
    for _ in range(line - 1):
        start = text.find(b"\n", start) + 1
        if not start:
            return None
    return start


@dataclass(frozen=True, slots=True)
class _RecordOffsets:
    """Where in the text each record starts and ends, on which line; and how many are blank."""

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    blank: int


def _locate_records(text: bytes, line: int) -> _RecordOffsets:
    """Locate the records from a line on, without empty lines.

    A line end between an odd and an even quotation mark is part of a cell.
    """
    codes = np.frombuffer(text, np.uint8)
    breaks = np.flatnonzero(codes == ord("\n"))
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [len(codes)]])
    lines = np.arange(1, len(starts) + 1)
    if b'"' in text:
        quotes = np.flatnonzero(codes == ord('"'))
        outside = np.searchsorted(quotes, breaks) % 2 == 0
        starts, lines = (a[np.concatenate([[True], outside])] for a in (starts, lines))
        ends = ends[np.concatenate([outside, [True]])]
    ends = ends - ((ends > starts) & (codes[ends - 1] == ord("\r")))
    is_below, is_filled = (lines >= line) & (starts < len(codes)), ends > starts
    wanted = is_filled & is_below
    blank = int((is_below & ~is_filled).sum())
    return _RecordOffsets(starts[wanted], ends[wanted], lines[wanted], blank)


def _parse_columns(
    text: bytes, start: int, layout: TextLayout, irregular: list[int]
) -> pa.Table | None:
    """Parse the rows of the right length; add the ordinals of the others to ``irregular``."""

    def attempt(*, threads: bool) -> pa.Table | None:
        source = pa.BufferReader(pa.py_buffer(text).slice(start))
        return parse_columns(source, layout, irregular, is_quoted=b'"' in text, threads=threads)

    # One block is read as fast on this thread. Other threads would still release its bytes
    # while a short command ends, and the interpreter, half gone, would abort (exit 134).
    table = attempt(threads=len(text) - start > BLOCK_BYTES)
    return attempt(threads=False) if irregular and table is not None else table


def parse_columns(
    source: pa.NativeFile,
    layout: TextLayout,
    irregular: list[int],
    *,
    is_quoted: bool,
    threads: bool,
    wanted: Sequence[int] | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> pa.Table | None:
    """Parse the rows of the right length into columns of text.

    Args:
        source: the text below the header.
        layout: its layout.
        irregular: receives the ordinals of the other rows; right without threads only.
        is_quoted: whether a quoted cell may hold line breaks.
        threads: whether several blocks are parsed at once.
        wanted: positions of the columns to return; None for all.
        block_bytes: bytes that are parsed at a time; a row may not be longer.

    Returns:
        The rows in their order, or None if they cannot be parsed.
    """

    def record_invalid_row(row: fast.InvalidRow) -> str:
        irregular.append(-1 if row.number is None else row.number - 1)
        return "skip"

    irregular.clear()
    names = [f"c{i}" for i in range(len(layout.header))]
    try:
        return fast.read_csv(
            source,
            fast.ReadOptions(use_threads=threads, block_size=block_bytes, column_names=names),
            fast.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=is_quoted,
                invalid_row_handler=record_invalid_row,
            ),
            fast.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=names if wanted is None else [names[i] for i in wanted],
            ),
        )
    except pa.ArrowInvalid:
        return None


def _insert_irregular_rows(
    name: str,
    text: bytes,
    layout: TextLayout,
    notes: Sequence[ReadNote],
    columns: pa.Table,
    irregular: Sequence[int],
    offsets: _RecordOffsets,
) -> Sheet:
    """Read irregular rows one by one and put those that fit back in their place."""
    width_of_header = len(layout.header)
    starts, ends, lines = offsets.starts, offsets.ends, offsets.lines
    fitted: list[tuple[int, list[str]]] = []
    short: list[int] = []
    misfits: list[int] = []
    filled = 0
    for i in irregular:
        record_text = text[int(starts[i]) : int(ends[i])].decode()
        cells = next(csv.reader(io.StringIO(record_text, newline=""), delimiter=layout.delimiter))
        if any(c.strip() for c in cells[width_of_header:]):
            misfits.append(int(lines[i]))
        else:
            fitted.append((i, (cells + [""] * width_of_header)[:width_of_header]))
            if len(cells) < width_of_header:
                short.append(int(lines[i]))
                sheet_builder.check_filled_cells(filled := filled + width_of_header - len(cells))
    regular = np.delete(np.arange(len(starts)), np.asarray(irregular))
    order = np.concatenate([regular, np.array([i for i, _ in fitted], np.int64)])
    sorting = pa.array(np.argsort(order, kind="stable"))
    added = pa.table(
        [pa.array([c[j] for _, c in fitted], pa.string()) for j in range(width_of_header)],
        names=columns.column_names,
    )
    merged = pa.concat_tables([columns, added]).take(sorting)
    return sheet_builder.build_sheet(
        name,
        layout.header,
        merged.columns,
        pa.array(np.sort(lines[order])),
        notes,
        RaggedRows(short, misfits),
        layout.count_rows(len(starts), offsets.blank),
    )
