"""Recognize rows that are not records: headings, totals, footers, repeated titles, blank lines.

A report that a person printed to a file has such rows between its records. Most rows are ruled
out by the first and last letters of their first cells, all at once; the others are looked at one
by one. A row with an ID is a record, even if its name is Total: a child may have that name.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.schema import (
    RowKind,
    UnreadableFile,
    get_record_type,
    load_element_catalogue,
    normalize_spelling,
)

SAMPLE_ROWS: Final = 200
_MAX_HEADER_ROWS: Final = 3
TRAILING_ROWS: Final = 10
_REMARK_WORDS: Final = 4
LABEL_COLUMNS: Final = 2

_TOTAL: Final = re.compile(
    r"(?:(?:grand|sub|over ?all|school|class|site|group|page|report|district|column)[\s-]*)?"
    r"(?:totals?|averages?|avg\.?|mean|median|sum|count|minimum|maximum)"
    r"(?:[\s:=(-]+(?:(?:of|for|in|per)\b.{0,60}|(?:students?|rows?|records?|child(?:ren)?|hours?|"
    r"days?|scores?|enrollments?|participants?|members?)\b.{0,20})?[\s:=-]*[\d.,%]*\)?)?"
    r"|(?:number|count|no\.?) of (?:students|children|rows|records|participants)\b.{0,20}",
    re.IGNORECASE,
)

_GROUP_TOTAL: Final = re.compile(
    r".{1,60}\s(?:sub-?)?(?:totals?|averages?|avg|count)", re.IGNORECASE
)
"""What spreadsheets write below a group: “Oak School Total”."""

_FOOTER: Final = re.compile(
    r"confidential\b|printed(?: on| by| at|:| \d)|print date\b|page:? \d+(?: (?:of|/) \d+)?\b"
    r"|report (?:run|generated|date|created|printed|id)\b|generated (?:on|by|at)\b"
    r"|run (?:date|on|time)\b|created (?:on|by)\b|exported (?:on|by|from)\b"
    r"|date (?:printed|run|generated)\b|end of (?:report|file|data|list)\b|source:|notes?:"
    r"|\*+ ?\w|©|copyright\b|this (?:report|document|file|list)\b|for (?:official|internal) use\b"
    r"|data as of\b|as of \d|ferpa\b|do not (?:copy|distribute|share)\b|prepared (?:by|for)\b"
    r"|downloaded (?:on|by|from)\b|last updated\b|disclaimer\b",
    re.IGNORECASE,
)

_LABEL_STARTS: Final = (
    *("grand", "sub", "overall", "school", "class", "site", "group", "page", "report", "district"),
    *("column", "total", "average", "avg", "mean", "median", "sum", "count", "minimum", "maximum"),
    *("number", "no.", "no ", "confidential", "print", "generated", "run", "created", "exported"),
    *("date", "end", "source", "note", "copyright", "this", "for", "data", "as ", "ferpa", "do "),
    *("prepared", "downloaded", "last", "disclaimer", '{"I'),
)
_LABEL_ENDS: Final = ("total", "totals", "average", "averages", "avg", "count")
_ODD_STARTS: Final = frozenset(b"*=-_\xc2\xe2")
"""First bytes of separators, footnotes and signs, which the table of letters cannot hold."""

_DATA_CELL: Final = re.compile(
    r"[-+$(]?\s*[\d.,/:%\s-]*\d[\d.,/:%\s)-]*(?:[ap]\.?m\.?)?", re.IGNORECASE
)
_COUNT: Final = re.compile(
    r"(?:n ?= ?)?[\d.,]+ (?:students?|rows?|records?|child(?:ren)?|participants?|members?)",
    re.IGNORECASE,
)
"""What a total has below the names: “15 students”."""

_DASHES: Final = re.compile(r"[-\u2013\u2014*]+|n/?a", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"[-=_*~\u2013\u2014]{2,}")
_IMPORT_ID: Final = re.compile(r'\{"ImportId"')
_FULL_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_UNIT: Final = re.compile(r"\([^()]{1,40}\)")
_POSSIBLE: Final = re.compile(r"(?:(?:max(?:imum)?|total) )?points possible", re.IGNORECASE)
"""The label of the row with the highest points, below the header of a gradebook."""

_WORDS: Final = re.compile(r"[a-z]{3,}")
_ID_WORDS: Final = re.compile(
    r"(?:^|[^a-z])(?:id|identifier|ssid|number|no|num)(?:$|[^a-z])|#", re.IGNORECASE
)


def find_row_kinds(
    header: Sequence[str],
    columns: Sequence[pa.Array | pa.ChunkedArray],
    titles: Iterable[Sequence[str]] = (),
    *,
    keep_totals: bool = False,
) -> dict[int, RowKind]:
    """Find the rows of a table that are not records.

    Args:
        header: names of the columns.
        columns: their cells, as text.
        titles: the rows above the header, which a report repeats on each page.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The kind of each such row, by its position.
    """
    finder = RowKindFinder(header, titles, keep_totals=keep_totals)
    finder.add_rows(columns, is_last=True)
    return finder.find_kinds()


_GROUP_HEADING: Final = re.compile(
    r".*\b(?:site|school|center|centre|club|program|class|classroom|group|room|campus|location|team"
    r"|section|elementary|academy|library)\b.{0,30}|[a-z][a-z ]*:.*",
    re.IGNORECASE,
)


def find_group_headings(columns: Sequence[pa.Array | pa.ChunkedArray]) -> dict[int, str]:
    """Find the rows that are headings above groups of rows, such as “Oak Street Site”.

    Only its first cell is filled, and its words are those of a place or a group, or it has a colon
    like “Teacher: Ames”: a name alone may
    be that of a child without any other entry.

    Args:
        columns: the cells of the table, as text.

    Returns:
        The heading of each such row, by its position; none if there are rows above the first.
    """
    if len(columns) <= LABEL_COLUMNS:
        return {}
    labels = {
        text
        for text in columns[0].unique().to_pylist()
        if text and _GROUP_HEADING.fullmatch(text.strip()) and not _may_be_label(text.strip(), ())
    }
    if not labels or len(labels) * LABEL_COLUMNS > len(columns[0]):
        return {}
    is_label = pc.is_in(columns[0], value_set=pa.array(sorted(labels), pa.string()))
    positions = np.flatnonzero(is_label.to_numpy(zero_copy_only=False))
    rows = _list_cells([column.take(pa.array(positions)) for column in columns])
    found = {
        int(position): row[0]
        for position, row in zip(positions, rows, strict=True)
        if not any(row[1:])
    }
    return found if 0 in found and len(columns[0]) - 1 not in found else {}


class RowKindFinder:
    """Find the rows of a table that are not records, while its rows come in blocks.

    Args:
        header: names of the columns.
        titles: the rows above the header, which a report repeats on each page.
        keep_totals: whether totals are records, as in a table of counts.
    """

    def __init__(
        self,
        header: Sequence[str],
        titles: Iterable[Sequence[str]] = (),
        *,
        keep_totals: bool = False,
    ) -> None:
        self._header = header
        self._titles = frozenset(text for title in titles if (text := _join_cells(title)))
        self._keep_totals = keep_totals
        self._first_rows: list[list[str]] = []
        self._looked_at: dict[int, list[str]] = {}
        self._rows = 0

    def add_rows(self, columns: Sequence[pa.Array | pa.ChunkedArray], *, is_last: bool) -> None:
        """Look at a block of rows.

        Args:
            columns: the cells of every column, as text. Beyond the first ``LABEL_COLUMNS``, one
                is taken from the sequence only if some row of the block may be no record, or if
                it is the first or the last block.
            is_last: whether it is the last block. It must have ``TRAILING_ROWS``, and the first
                ``SAMPLE_ROWS``, unless the table has fewer.
        """
        rows = len(columns[0]) if columns else 0
        wanted = [_find_candidates(self._header, columns, self._titles)] if rows else []
        if not self._rows:
            self._first_rows = _list_cells([c.slice(0, SAMPLE_ROWS) for c in columns])
            wanted.append(np.arange(min(_MAX_HEADER_ROWS, rows)))
        if is_last:
            wanted.append(np.arange(max(0, rows - TRAILING_ROWS), rows))
        positions = np.unique(np.concatenate([np.zeros(0, np.int64), *wanted]))
        if len(positions):
            taken = pa.array(positions)
            cells = _list_cells([column.take(taken) for column in columns])
            self._looked_at |= zip((positions + self._rows).tolist(), cells, strict=True)
        self._rows += rows

    def find_kinds(self) -> dict[int, RowKind]:
        """Find the rows that are not records, once the last block was added.

        Returns:
            The kind of each such row, by its position.
        """
        if not self._rows:
            return {}
        first_rows = range(min(_MAX_HEADER_ROWS, self._rows))
        context = _TableContext(self._header, self._first_rows, self._titles)
        kinds = _find_header_rows([self._looked_at[i] for i in first_rows], context)
        for position, row in self._looked_at.items():
            kind = kinds.get(position) or _classify_row(row, context)
            if kind and (kind is not RowKind.TOTAL or not self._keep_totals):
                kinds[position] = kind
        for position in reversed(range(max(0, self._rows - TRAILING_ROWS), self._rows)):
            if position not in kinds:
                if not _is_remark(self._looked_at[position], context):
                    break
                kinds[position] = RowKind.FOOTER
        return kinds


def _list_cells(columns: Sequence[pa.Array | pa.ChunkedArray]) -> list[list[str]]:
    """List the rows of some columns, each cell without spaces around it."""
    stripped = [[(c or "").strip() for c in column.to_pylist()] for column in columns]
    return [list(row) for row in zip(*stripped, strict=True)]


@dataclass(frozen=True)
class _TableContext:
    """Facts about the whole table, to judge one of its rows."""

    header: Sequence[str]
    first_rows: Sequence[list[str]]
    titles: frozenset[str]

    @cached_property
    def names(self) -> list[str]:
        """The column names, to compare with cells."""
        return [_fold_cell(name) for name in self.header]

    @cached_property
    def sample(self) -> list[list[str]]:
        """The first rows, without those that look like totals."""
        rows = [row for row in self.first_rows if not _has_total_label(row)]
        return rows or list(self.first_rows)

    @cached_property
    def typical_fill(self) -> int:
        """How many cells the fuller rows fill."""
        filled = sorted(sum(1 for c in row if c) for row in self.sample)
        return filled[len(filled) * 3 // 4]

    @cached_property
    def filled_columns(self) -> list[int]:
        """The columns that nearly every row fills."""
        return [
            i
            for i, cells in enumerate(zip(*self.sample, strict=True))
            if sum(1 for c in cells if c) * 10 >= len(cells) * 8
        ]

    @cached_property
    def data_columns(self) -> list[int]:
        """The columns of numbers or dates, below possible further headers."""
        found = []
        below = self.sample[min(_MAX_HEADER_ROWS, len(self.sample) - 1) :]
        for i, cells in enumerate(zip(*below, strict=True)):
            filled = [c for c in cells if c]
            data = sum(1 for c in filled if _DATA_CELL.fullmatch(c))
            if filled and data * 20 >= len(filled) * 19:
                found.append(i)
        return found

    @cached_property
    def id_columns(self) -> list[int]:
        """The columns that identify a child by a number."""
        fields = get_record_type("student").fields
        spellings = {h for f in ("local_id", "state_id") for h in fields[f].headers}
        return [
            i
            for i, name in enumerate(self.header)
            if normalize_spelling(name) in spellings or _ID_WORDS.search(name)
        ]

    def has_id(self, row: Sequence[str], label: int) -> bool:
        """Return whether a row holds an ID like those of other rows, apart from its label."""
        for i in self.id_columns:
            if i != label and row[i] and not _DASHES.fullmatch(row[i]):
                lengths = {len(r[i]) for r in self.sample if r[i] and r[i] != row[i]}
                if not lengths or len(row[i]) >= min(lengths):
                    return True
        return False

    def has_birth_date(self, row: Sequence[str]) -> bool:
        """Return whether a row has a date in a column of birth dates."""
        headers = get_record_type("student").fields["birth_date"].headers
        return any(
            _FULL_DATE.match(row[i])
            for i, name in enumerate(self.header)
            if normalize_spelling(name) in headers
        )


def _fold_cell(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").casefold().split())


def _join_cells(row: Sequence[str]) -> str:
    return "\x1f".join(folded for c in row if (folded := _fold_cell(c)))


def _classify_row(row: Sequence[str], context: _TableContext) -> RowKind | None:
    filled = [i for i, c in enumerate(row) if c]
    if not filled:
        return RowKind.BLANK
    if _repeats_header(row, filled, context) or _is_separator(row, filled, context):
        return RowKind.HEADER
    _refuse_second_table(row, filled, context)
    if _repeats_title(row, filled, context):
        return RowKind.TITLE
    if _is_total(row, filled, context):
        return RowKind.TOTAL
    return RowKind.FOOTER if _is_footer(row, filled, context) else None


def _is_separator(row: Sequence[str], filled: Sequence[int], context: _TableContext) -> bool:
    return len(filled) * 2 > context.typical_fill and all(
        _SEPARATOR.fullmatch(row[i]) for i in filled
    )


def _repeats_title(row: Sequence[str], filled: Sequence[int], context: _TableContext) -> bool:
    is_title = bool(context.titles) and _join_cells(row) in context.titles
    return is_title and not context.has_id(row, filled[0])


def _repeats_header(row: Sequence[str], filled: Sequence[int], context: _TableContext) -> bool:
    named = sum(1 for name in context.names if name)
    return len(filled) * 10 >= named * 6 and all(
        context.names[i] == _fold_cell(row[i]) for i in filled
    )


def _refuse_second_table(row: Sequence[str], filled: Sequence[int], context: _TableContext) -> None:
    """Refuse a file in which the headings of another table begin below the rows of the first.

    Raises:
        UnreadableFile: says what to do.
    """
    if len(filled) < LABEL_COLUMNS or context.names[filled[0]] != _fold_cell(row[filled[0]]):
        return
    known = list_known_headings()
    if all(normalize_spelling(row[i]) in known for i in filled):
        names = ", ".join(row[i] for i in filled)
        raise UnreadableFile(
            f"Below the first table, the headings of another one begin: {names}. Save each table "
            "as a file or a sheet of its own, and send those."
        )


@cache
def list_known_headings() -> frozenset[str]:
    """List the spellings of the headings of all data elements, normalized."""
    records = load_element_catalogue().values()
    return frozenset(h for r in records for field in r.fields.values() for h in field.headers)


def _has_total_label(row: Sequence[str]) -> bool:
    label = next((c for c in row if c), "")
    return bool(_TOTAL.fullmatch(label) or _GROUP_TOTAL.fullmatch(label))


def _is_total(row: Sequence[str], filled: Sequence[int], context: _TableContext) -> bool:
    """Return whether a row has the label of a total, numbers beside it, and no child's ID."""
    first, rest = filled[0], filled[1:]
    is_labeled = _TOTAL.fullmatch(row[first]) is not None
    if not is_labeled:
        is_labeled = _GROUP_TOTAL.fullmatch(row[first]) is not None
        if not is_labeled and rest and _DATA_CELL.fullmatch(row[first]):
            is_labeled, first, rest = bool(_TOTAL.fullmatch(row[rest[0]])), rest[0], rest[1:]
        if is_labeled and all(row[i] for i in {*context.filled_columns, *context.id_columns}):
            return False
    if not is_labeled or context.has_id(row, first) or context.has_birth_date(row):
        return False
    beside = (_DATA_CELL, _DASHES, _COUNT)
    return all(any(pattern.fullmatch(row[i]) for pattern in beside) for i in rest)


def _is_footer(row: Sequence[str], filled: Sequence[int], context: _TableContext) -> bool:
    first = filled[0]
    if not _FOOTER.match(row[first]) or context.has_id(row, first):
        return False
    return all(_DATA_CELL.fullmatch(row[i]) or _FOOTER.match(row[i]) for i in filled[1:])


def _is_remark(row: Sequence[str], context: _TableContext) -> bool:
    """Return whether a row at the end of the file is one sentence beside empty cells."""
    filled = [c for c in row if c]
    wide = context.typical_fill > LABEL_COLUMNS
    return wide and len(filled) == 1 and len(filled[0].split()) >= _REMARK_WORDS


def _find_header_rows(rows: Sequence[Sequence[str]], context: _TableContext) -> dict[int, RowKind]:
    """Find the further headers right below the header."""
    import_ids = [
        i
        for i, row in enumerate(rows)
        if sum(bool(_IMPORT_ID.match(c)) for c in row) * 2 > len(row)
    ]
    if import_ids:
        return dict.fromkeys(range(import_ids[-1] + 1), RowKind.HEADER)
    found: dict[int, RowKind] = {}
    for i, row in enumerate(rows):
        if not _is_further_header(row, context):
            break
        found[i] = RowKind.HEADER
    return found


def _is_further_header(row: Sequence[str], context: _TableContext) -> bool:
    """Return whether a row has names where all others have numbers or dates.

    It also has a word of the name above, or another known name of a column.
    """
    filled = [i for i, c in enumerate(row) if c]
    if filled and all(_UNIT.fullmatch(row[i]) for i in filled):
        return True
    if filled and _POSSIBLE.fullmatch(row[filled[0]]) and not context.has_id(row, filled[0]):
        return True
    typed = [i for i in context.data_columns if row[i]]
    if len(typed) < LABEL_COLUMNS or len(filled) * 10 < context.typical_fill * 6:
        return False
    if any(any(c.isdigit() for c in row[i]) or _DASHES.fullmatch(row[i]) for i in typed):
        return False
    if len({_fold_cell(row[i]) for i in filled}) < len(filled):
        return False
    shared = sum(
        1
        for i in filled
        if {*_WORDS.findall(context.names[i])} & {*_WORDS.findall(_fold_cell(row[i]))}
    )
    fields = get_record_type("student").fields.values()
    known = {h for element in fields for h in element.headers}
    recognized = sum(1 for i in filled if normalize_spelling(row[i]) in known)
    return shared > 0 or recognized >= LABEL_COLUMNS


def _find_candidates(
    header: Sequence[str],
    columns: Sequence[pa.Array | pa.ChunkedArray],
    titles: Iterable[str],
) -> npt.NDArray[np.int64]:
    """Find the rows that may be other than records by the letters of their first cells."""
    names = {folded for name in header if (folded := _fold_cell(name))}
    known = {*names, *(title.partition("\x1f")[0] for title in titles)}
    starts = _make_letter_table([*_LABEL_STARTS, *known], at_end=False)
    ends = _make_letter_table(_LABEL_ENDS, at_end=True)
    rows = len(columns[0])
    is_candidate = np.zeros(rows, bool)
    is_blank = np.ones(rows, bool)
    for number in range(len(columns)):
        if number < LABEL_COLUMNS:
            found, empty = _look_at_letters(columns[number], starts, ends)
            is_blank &= empty
        else:
            found = is_blank
        if found.any():
            is_label, is_empty = _read_cells(columns[number], found, known)
            is_candidate |= is_label
            is_blank &= is_empty | ~found
    return np.flatnonzero(is_candidate | is_blank)


def _read_cells(
    column: pa.Array | pa.ChunkedArray, wanted: npt.NDArray[np.bool_], known: Collection[str]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which of the wanted cells may be labels, and which are blank; a text is read once."""
    positions = np.flatnonzero(wanted)
    cells = column.take(pa.array(positions))
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    encoded = cells.dictionary_encode()
    texts = [(text or "").strip() for text in encoded.dictionary.to_pylist()]
    indices = encoded.indices.to_numpy()
    is_label, is_blank = np.zeros(len(wanted), bool), np.zeros(len(wanted), bool)
    is_label[positions] = np.array([_may_be_label(text, known) for text in texts], bool)[indices]
    is_blank[positions] = np.array([not text for text in texts], bool)[indices]
    return is_label, is_blank


def _may_be_label(cell: str, known: Collection[str]) -> bool:
    return (
        _fold_cell(cell) in known
        or any(p.fullmatch(cell) for p in (_TOTAL, _GROUP_TOTAL, _SEPARATOR))
        or any(p.match(cell) for p in (_FOOTER, _IMPORT_ID))
    )


_LETTERS: Final = 3
_LETTER_BITS: Final = 5


def _make_letter_table(texts: Iterable[str], *, at_end: bool) -> npt.NDArray[np.bool_]:
    """Make a table of the three letters with which texts start or end, capital or not."""
    table = np.zeros(1 << (_LETTERS * _LETTER_BITS), bool)
    for text in texts:
        letters = text.encode()[-_LETTERS:] if at_end else text.encode()[:_LETTERS]
        if len(letters) < _LETTERS:  # any cell that starts or ends like this
            fillers = range(1 << _LETTER_BITS)
            for filler in fillers:
                for other in fillers if len(letters) == 1 else (0,):
                    added = bytes([filler, other])[: _LETTERS - len(letters)]
                    table[_hash_letters(added + letters if at_end else letters + added)] = True
        else:
            table[_hash_letters(letters)] = True
    return table


def _hash_letters(letters: bytes) -> int:
    first, second, third = (letter & 31 for letter in letters)
    return first | second << _LETTER_BITS | third << (2 * _LETTER_BITS)


def _look_at_letters(
    column: pa.Array | pa.ChunkedArray,
    starts: npt.NDArray[np.bool_],
    ends: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which cells may be labels, and which are empty or begin with a space."""
    found, empty = [np.zeros(0, bool)], [np.zeros(0, bool)]
    for offsets, text in _iterate_cells(column):
        first, after = offsets[:-1], offsets[1:]
        byte = text[first]
        is_empty = (after == first) | (byte <= ord(" "))
        start = byte & 31 | (text[first + 1] & 31) << 5 | (text[first + 2] & 31) << 10
        end = text[after - 3] & 31 | (text[after - 2] & 31) << 5 | (text[after - 1] & 31) << 10
        is_spaced = is_empty & (after > first)
        found.append(starts[start] | ends[end] | _ODD_BYTES[byte] | is_spaced)
        empty.append(is_empty)
    return np.concatenate(found), np.concatenate(empty)


_ODD_BYTES: Final = np.array([byte in _ODD_STARTS for byte in range(256)])


def _iterate_cells(
    column: pa.Array | pa.ChunkedArray,
) -> Iterable[tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]]:
    """Yield where the cells of each chunk start, and its bytes with three more on each side."""
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        if len(chunk):
            _, offset_buffer, text_buffer = chunk.buffers()
            offsets = np.frombuffer(offset_buffer, np.int32)
            offsets = offsets[chunk.offset : chunk.offset + len(chunk) + 1]
            text = np.zeros(int(offsets[-1] - offsets[0]) + 2 * _LETTERS, np.int16)
            if text_buffer is not None:
                data = np.frombuffer(text_buffer, np.uint8)[offsets[0] : offsets[-1]]
                text[_LETTERS:-_LETTERS] = data
            yield offsets - offsets[0] + _LETTERS, text


def group_row_kinds(kinds: Mapping[int, RowKind]) -> dict[RowKind, list[int]]:
    """Group the positions of rows by their kind, in the order of the kinds."""
    grouped: dict[RowKind, list[int]] = {}
    for kind in RowKind:
        if positions := sorted(i for i, k in kinds.items() if k is kind):
            grouped[kind] = positions
    return grouped
