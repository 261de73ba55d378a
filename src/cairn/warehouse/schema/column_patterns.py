"""Describe what the cells of a column look like, and whether they can be what its heading says.

A heading alone is a guess: "Level" may be a level of the test, and "FamilyName" a family of
skills. The descriptions hold counts and shapes, such as "8 digits, all different", never a value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.schema.clock_times import TIME_IN_RULE, TIME_OUT_RULE, parse_clock_time
from cairn.warehouse.schema.column_mapping import (
    ADDED_MINUTES_RULE,
    CLASS_PERIOD_RULE,
    MINUTES_RULE,
    WHOLE_NAME,
)
from cairn.warehouse.schema.dates import choose_date_reader
from cairn.warehouse.schema.elements import (
    ElementField,
    FieldType,
    load_code_list,
    normalize_spelling,
)
from cairn.warehouse.schema.failures import Failure
from cairn.warehouse.schema.values import convert_column, find_filled_cells

__all__ = [
    "CodeCount",
    "ColumnPattern",
    "count_codes",
    "count_levels",
    "explain_mismatch",
    "mask_text",
    "summarize_column",
]

_SAMPLE_CELLS: Final = 2_000
_CLEAR_SHARE: Final = 0.8
"""The share of the cells that must have a shape before a column is known to have it."""

_MAX_FAILED_SHARE: Final = 0.5
_MANY_ROWS: Final = 20
_MAX_CODES: Final = 40
_MAX_CODE_LENGTH: Final = 40
_MAX_LEVELS: Final = 12
_MASK_LENGTH: Final = 24

# Only whether a cell is a date is asked here, never whether it is plausible today.
_ANY_DAY: Final = date(2100, 1, 1)

_NAME_FIELDS: Final = frozenset(
    {"given_name", "middle_name", "family_name", "preferred_name", WHOLE_NAME}
)
_PERSON_IDS: Final = frozenset({"local_id", "state_id"})
_NUMBER: Final = re.compile(r"[-+]?\d+([.,]\d+)*%?")
VAGUE_HEADING: Final = "status"
_VAGUE_CODES: Final = frozenset({VAGUE_HEADING, "result", "outcome"})
"""A heading that many programs use for something of their own."""

_LETTER_MARK: Final = re.compile(r"[A-DF][+-]?")
_LEVEL_NUMBER: Final = re.compile(r"[\d./ -]+")
_TITLE_WORDS: Final = 3

_DATE_SHAPES: Final = (
    (re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*"), "looks like dates YYYY-MM-DD"),
    (re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}.*"), "looks like dates MM/DD/YYYY"),
    (re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}.*"), "looks like dates MM/DD/YY"),
)
_DAY: Final = re.compile(r"\d{1,2}(?=[-/. ]\d{1,2}[-/. ]\d)")
_MONTHS: Final = 12
_SHAPES: Final = (*_DATE_SHAPES, (_NUMBER, "numbers"), (re.compile(r".+@.+"), "email addresses"))


@dataclass(frozen=True, slots=True)
class ColumnPattern:
    """What the first cells of a column look like.

    Attributes:
        filled: number of the cells that are not empty.
        distinct: number of different texts among them.
        shape: their usual shape in words, such as "8 digits"; empty if no cell is filled.
    """

    filled: int
    distinct: int
    shape: str

    @property
    def description(self) -> str:
        """The shape and how much the cells differ, for a person: "8 digits, all different"."""
        if not self.filled:
            return "empty in the rows that were looked at"
        if self.filled == 1:
            return self.shape
        if self.distinct == self.filled:
            return f"{self.shape}, all different"
        if self.distinct == 1:
            return f"{self.shape}, the same in each row"
        return f"{self.shape}, {self.distinct:,} different in {self.filled:,} rows"


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often a column has one spelling, and what it means.

    Attributes:
        spelling: the text of the cells.
        count: number of the rows.
        code: the code that it means; empty if it is to be left blank; None if it is unknown.
    """

    spelling: str
    count: int
    code: str | None


def summarize_column(cells: pa.Array | pa.ChunkedArray) -> ColumnPattern:
    """Summarize what the first 2,000 cells of a column look like.

    Args:
        cells: the column, as text.

    Returns:
        The pattern.
    """
    filled = _list_filled_cells(cells)
    distinct = {*filled}
    return ColumnPattern(len(filled), len(distinct), _describe_shape(filled, distinct))


def explain_mismatch(
    cells: pa.Array | pa.ChunkedArray,
    element: ElementField | None,
    heading: str,
    *,
    rule: str = "",
    codes: Mapping[str, str] | None = None,
    formats: Sequence[str] = (),
) -> str:
    """Explain why a column cannot be the data element that its heading suggests.

    Args:
        cells: the column, as text.
        element: the data element; None for a whole name.
        heading: heading of the column.
        rule: rule of the column mapping, such as "minutes".
        codes: the column mapping's own spellings → code.
        formats: the column mapping's date formats.

    Returns:
        What the cells look like instead, in words; empty if they fit or the column is empty.
    """
    name = element.name if element else WHOLE_NAME
    if not (filled := _list_filled_cells(cells)) or rule == CLASS_PERIOD_RULE:
        return ""
    if name in _NAME_FIELDS:
        return _explain_no_name(filled, name)
    if name in _PERSON_IDS:
        return _explain_no_id(filled)
    if element is None or element.type in (FieldType.TEXT, FieldType.ENCODING):
        return _explain_no_level(filled, name, heading) or _explain_no_program(filled, name)
    if element.type is FieldType.CODE:
        return _explain_no_codes(filled, element, rule, codes or {}, heading)
    return _explain_unreadable(filled, element, rule, formats)


def count_codes(
    cells: pa.Array | pa.ChunkedArray, element: ElementField, own_spellings: Mapping[str, str]
) -> tuple[CodeCount, ...]:
    """Count the spellings of a column of codes, the most frequent first.

    Args:
        cells: the column, as text.
        element: a data element with a code list.
        own_spellings: the column mapping's spellings → code.

    Returns:
        The spellings with their codes; none if the column does not look like codes, because its
        cells would show what each row says.
    """
    trimmed = pc.utf8_trim_whitespace(cells)
    is_filled = pc.fill_null(pc.not_equal(trimmed, ""), fill_value=False)
    counts = pc.value_counts(trimmed.filter(is_filled))
    spellings, numbers = counts.field("values"), counts.field("counts").to_pylist()
    converted = convert_column(spellings, element, on=_ANY_DAY, codes=own_spellings)
    failed = [False] * len(spellings) if converted.failed is None else converted.failed.to_pylist()
    found = [
        CodeCount(spelling, count, None if failure else (code or ""))
        for spelling, count, code, failure in zip(
            spellings.to_pylist(), numbers, converted.values.to_pylist(), failed, strict=True
        )
    ]
    if not _is_code_column(found):
        return ()
    return tuple(sorted(found, key=lambda code: (-code.count, code.spelling)))


def count_levels(cells: pa.Array | pa.ChunkedArray) -> tuple[tuple[str, int], ...]:
    """Count the texts of a column of performance levels, the most frequent first.

    Args:
        cells: the column, as text.

    Returns:
        Text and number of cells; none if the column does not look like levels, which are few.
    """
    trimmed = pc.utf8_trim_whitespace(cells)
    counts = pc.value_counts(trimmed.filter(find_filled_cells(trimmed)))
    found = zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)
    levels = sorted(found, key=lambda level: (-level[1], level[0]))
    rows = sum(count for _level, count in levels)
    is_short = all(len(level) <= _MAX_CODE_LENGTH for level, _count in levels)
    are_few = len(levels) <= _MAX_LEVELS and len(levels) * 2 <= rows
    return tuple(levels) if is_short and are_few else ()


def mask_text(text: str) -> str:
    """Replace letters by A or a and digits by 9, so that only the shape of a cell is left.

    Args:
        text: a cell.

    Returns:
        The mask, at most 24 characters.
    """
    masked = re.sub(r"[^\W\d_]", lambda m: "A" if m[0].isupper() else "a", text.strip())
    masked = re.sub(r"\d", "9", masked)
    return masked if len(masked) <= _MASK_LENGTH else f"{masked[:_MASK_LENGTH]}…"


def _list_filled_cells(cells: pa.Array | pa.ChunkedArray) -> list[str]:
    return [c.strip() for c in cells.slice(0, _SAMPLE_CELLS).to_pylist() if c and c.strip()]


def _measure_share(cells: list[str], has_shape: Callable[[str], bool]) -> float:
    return sum(1 for cell in cells if has_shape(cell)) / len(cells)


def _describe_shape(filled: list[str], distinct: set[str]) -> str:
    if not filled:
        return ""
    yes_no = {s for code in load_code_list("yes_no").values() for s in code.spellings}
    if all(normalize_spelling(cell) in yes_no for cell in distinct):
        return "yes or no"
    if _measure_share(filled, str.isdigit) >= _CLEAR_SHARE:
        return _describe_lengths([len(cell) for cell in filled if cell.isdigit()])
    for shape, name in _SHAPES:
        if _has_shape(filled, shape):
            is_day_first = any(int(m[0]) > _MONTHS for cell in filled if (m := _DAY.match(cell)))
            return name.replace("MM/DD", "DD/MM") if is_day_first else name
    if _measure_share(filled, _has_letters_only) >= _CLEAR_SHARE:
        words = max(_count_words(cell) for cell in filled)
        return "one word" if words == 1 else f"up to {words} words"
    return "letters and digits"


def _has_shape(filled: list[str], shape: re.Pattern[str]) -> bool:
    return _measure_share(filled, lambda cell: bool(shape.fullmatch(cell))) >= _CLEAR_SHARE


def _describe_lengths(lengths: list[int]) -> str:
    shortest, longest = min(lengths), max(lengths)
    if shortest == longest:
        return f"{longest} digit" if longest == 1 else f"{longest} digits"
    return f"{shortest} to {longest} digits"


def _has_letters_only(cell: str) -> bool:
    return any(c.isalpha() for c in cell) and not any(c.isdigit() for c in cell)


def _is_mostly_letters(cell: str) -> bool:
    letters = sum(1 for c in cell if c.isalpha())
    return letters > sum(1 for c in cell if c.isdigit())


def _count_words(cell: str) -> int:
    return len(cell.split())


def _explain_no_name(filled: list[str], name: str) -> str:
    if _measure_share(filled, _is_mostly_letters) < _CLEAR_SHARE:
        return "not mostly letters, so it holds no names"
    if name == WHOLE_NAME:
        if _measure_share(filled, lambda cell: _count_words(cell) == 1) > _MAX_FAILED_SHARE:
            return "single words, so it holds no full names"
    elif _measure_share(filled, lambda cell: _count_words(cell) >= _TITLE_WORDS) > (
        _MAX_FAILED_SHARE
    ):
        return "several words, like a title"
    if name != "middle_name" and len({*filled}) == 1 and len(filled) >= _MANY_ROWS:
        return "the same in each row, so it holds no names"
    return ""


def _explain_no_id(filled: list[str]) -> str:
    if _measure_share(filled, lambda cell: " " in cell) > 1 - _CLEAR_SHARE:
        return "words, so it holds no IDs"
    if any(_has_shape(filled, shape) for shape, _name in _DATE_SHAPES):
        return "dates, so it holds no IDs"
    if len({*filled}) == 1 and len(filled) >= _MANY_ROWS:
        return "the same in each row, so it holds no IDs of students"
    return ""


def _explain_no_level(filled: list[str], field: str, heading: str) -> str:
    """Explain why numbers under the bare heading "Level" may be no performance level."""
    if field != "performance_level" or normalize_spelling(heading) not in ("level", "nivel"):
        return ""
    numbers = _measure_share(filled, lambda cell: bool(_LEVEL_NUMBER.fullmatch(cell)))
    return "numbers, which may be the level of the test" if numbers >= _CLEAR_SHARE else ""


def _explain_no_program(filled: list[str], field: str) -> str:
    """Explain why single letters and yes or no name no program."""
    yes_no = {s for code in load_code_list("yes_no").values() for s in code.spellings}
    is_mark = all(len(cell) == 1 or normalize_spelling(cell) in yes_no for cell in filled)
    return (
        "single letters, or yes or no, which name no program"
        if (field == "program" and is_mark)
        else ""
    )


def _explain_unreadable(
    filled: list[str], element: ElementField, rule: str, formats: Sequence[str]
) -> str:
    if rule in (TIME_IN_RULE, TIME_OUT_RULE):
        failed = _measure_share(filled, lambda cell: parse_clock_time(cell) is None)
        return "mostly not times" if failed > _MAX_FAILED_SHARE else ""
    if element.type is FieldType.DATE:
        reader, _notes = choose_date_reader({*filled}, on=_ANY_DAY, formats=formats)
        failed = _measure_share(filled, lambda cell: reader.read(cell) is Failure.NOT_A_DATE)
    else:
        minutes = MINUTES_RULE if rule in (MINUTES_RULE, ADDED_MINUTES_RULE) else ""
        converted = convert_column(pa.array(filled), element, on=_ANY_DAY, rule=minutes)
        failed = _measure_failed_share(converted.failed, len(filled))
    if failed <= _MAX_FAILED_SHARE:
        return ""
    kinds = {FieldType.DATE: "dates", FieldType.SCHOOL_YEAR: "school years"}
    return f"mostly not {kinds.get(element.type, 'numbers')}"


def _explain_no_codes(
    filled: list[str],
    element: ElementField,
    rule: str,
    codes: Mapping[str, str],
    heading: str,
) -> str:
    if rule in element.flags:
        element, codes = replace(element, codes=load_code_list("yes_no"), flags={}), {}
    if element.name == "grade" and _measure_share(filled, _is_letter_mark) >= _CLEAR_SHARE:
        return "letters from A to F, which are marks"
    converted = convert_column(pa.array(filled), element, on=_ANY_DAY, codes=codes)
    distinct = len({*filled})
    differs = distinct > _MAX_CODES or (len(filled) >= _MANY_ROWS and distinct * 2 > len(filled))
    if _measure_failed_share(converted.failed, len(filled)) <= _MAX_FAILED_SHARE:
        return ""
    if normalize_spelling(heading.rpartition(".")[2]) in _VAGUE_CODES:
        return "mostly no codes that Cairn knows, and such a heading may be about anything"
    return f"{distinct:,} different texts, which are no codes" if differs else ""


def _is_letter_mark(cell: str) -> bool:
    return _LETTER_MARK.fullmatch(cell) is not None


def _measure_failed_share(failed: pa.Array | None, rows: int) -> float:
    return 0.0 if failed is None else (rows - failed.null_count) / rows


def _is_code_column(found: list[CodeCount]) -> bool:
    """Return whether the spellings may be shown: few, short, and most repeated or known."""
    rows = sum(code.count for code in found)
    known = sum(code.count for code in found if code.code is not None)
    if any(len(code.spelling) > _MAX_CODE_LENGTH for code in found):
        return False
    return len(found) <= _MAX_CODES and (known * 2 >= rows or len(found) * 2 <= rows)
