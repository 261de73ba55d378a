"""Convert columns of text into columns of dates, numbers and codes.

A column of a million cells has few different values, so each different value is converted once,
in plain Python, and the result is spread over the column. Free text is only trimmed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.schema.dates import DateReader, choose_date_reader
from cairn.warehouse.schema.elements import (
    LIFE_DATE_FIELDS,
    ElementField,
    FieldType,
    normalize_spelling,
)
from cairn.warehouse.schema.encoded_records import check_encoding_cell
from cairn.warehouse.schema.failures import Failure
from cairn.warehouse.schema.school_years import parse_school_year
from cairn.warehouse.schema.sheets import ReadNote

__all__ = [
    "ARROW_TYPES",
    "SSN_PATTERN",
    "ConvertedColumn",
    "choose_column_date_reader",
    "clean_text",
    "combine_flag_columns",
    "convert_column",
    "find_filled_cells",
    "holds_scientific_ids",
    "parse_number",
    "repair_id",
]

CellValue = str | int | float | date | None
CellConverter = Callable[[str], CellValue | Failure]

ARROW_TYPES: Final[Mapping[FieldType, pa.DataType]] = {
    FieldType.TEXT: pa.string(),
    FieldType.CODE: pa.string(),
    FieldType.SCHOOL_YEAR: pa.string(),
    FieldType.DATE: pa.date32(),
    FieldType.INTEGER: pa.int64(),
    FieldType.DECIMAL: pa.float64(),
    FieldType.ENCODING: pa.string(),
}

_EMPTY_SPELLINGS: Final = frozenset(
    {"", "na", "null", "nan", "none", "nil", "unknown", "notreported", "notavailable", "declined"}
    | {"notspecified", "prefernottosay", "prefernottoanswer", "missing", "blank", "tbd"}
)
"""What people write for an empty cell, normalized.

Not used for free text, where Null is also a surname.
"""

_EMPTY_SIGNS: Final = frozenset({"-", "--", "---", ".", "..", "*", "?", "#n/a", "_"})
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?")

_HOURS: Final = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:hours?|hrs?|h)\.?(?:\s*(\d+)\s*(?:minutes?|mins?|m)?\.?)?"
)

_MINUTES: Final = re.compile(r"(\d+(?:\.\d+)?)\s*m(?:in(?:ute)?s?)?\.?")
_MAX_EXACT_FLOAT: Final = 2.0**53
_ID_ENDING: Final = "_id"
_DECIMAL_ID: Final = r"^\d+\.0$"
_UNDERSCORED_ID: Final = r"^([0-9A-Za-z-]*[0-9])_$"
_SCIENTIFIC_ID: Final = r"^\d([.,]\d+)?[Ee]\+\d{2,3}$"
_QUARTER: Final = re.compile(r"(\d{4}\s*)?q(tr|uarter)?\.?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ConvertedColumn:
    """A typed column, as long as its source.

    Attributes:
        values: the typed values; null where the cell is empty or failed.
        failed: code of a ``Failure``, or null, for each cell; None if no cell failed.
        notes: remarks about how the column was read.
    """

    values: pa.Array
    failed: pa.Array | None = None
    notes: tuple[ReadNote, ...] = ()


def convert_column(
    column: pa.Array,
    element: ElementField,
    *,
    on: date,
    rule: str = "",
    codes: Mapping[str, str] | None = None,
    formats: Sequence[str] = (),
    date_reader: DateReader | None = None,
) -> ConvertedColumn:
    """Convert one column of text to the type of its element.

    Args:
        column: cells as text (``Array[str]``, or a dictionary of different texts).
        element: the data element.
        on: day of the import, for dates.
        rule: rule of the column mapping, such as "minutes".
        codes: the mapping's own spellings → code, or → text for a field of text.
        formats: the mapping's date formats.
        date_reader: how dates are read, where these cells are a part of their column; None to
            choose it by them.

    Returns:
        The typed column, its failures, and notes for the quality report. Text is in a dictionary
        where the cells were.
    """
    if element.type is FieldType.TEXT:
        return _convert_text(column, element, codes or {})
    encoded = column.dictionary_encode()
    distinct = [(v or "").strip() for v in encoded.dictionary.to_pylist()]
    notes: list[ReadNote] = []
    if element.type is FieldType.DATE:
        if date_reader is None:
            date_reader, notes = choose_column_date_reader(
                distinct, element, on=on, formats=formats
            )
        converter: CellConverter = date_reader.read
    elif element.type is FieldType.CODE:
        converter = make_code_converter(element, codes or {})
    elif element.type is FieldType.SCHOOL_YEAR:
        converter = parse_school_year
    elif element.type is FieldType.ENCODING:
        converter = check_encoding_cell
    else:
        converter = _make_number_converter(element, rule)
    arrow_type = ARROW_TYPES[element.type]
    stays_encoded = pa.types.is_dictionary(column.type) and arrow_type == pa.string()
    spread = _spread_texts if stays_encoded else pc.take
    return _convert_distinct_values(encoded, distinct, converter, arrow_type, tuple(notes), spread)


def _convert_text(
    column: pa.Array, element: ElementField, codes: Mapping[str, str]
) -> ConvertedColumn:
    """Clean a column of text; each different text once, unless there is a note about its rows."""
    if pa.types.is_dictionary(column.type):
        distinct = _convert_text(column.dictionary, element, codes)
        if distinct.failed is None and not distinct.notes:
            return ConvertedColumn(_spread_texts(distinct.values, column.indices))
        column = column.dictionary_decode()
    if element.name.endswith(_ID_ENDING):
        return _convert_ids(column)
    text = clean_text(column)
    return ConvertedColumn(_replace_texts(text, codes) if codes else text)


def _spread_texts(texts: pa.Array, indices: pa.Array) -> pa.DictionaryArray:
    """Put texts where their spellings were; one that was spelled in several ways is stored once."""
    encoded = texts.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.take(indices), encoded.dictionary)


def choose_column_date_reader(
    distinct: Iterable[str], element: ElementField, *, on: date, formats: Sequence[str] = ()
) -> tuple[DateReader, list[ReadNote]]:
    """Choose how the dates of a column are read, by all its different values.

    Args:
        distinct: the different cells of the whole column.
        element: the data element.
        on: day of the import.
        formats: the mapping's date formats.

    Returns:
        The reader, and notes for the quality report.
    """
    trimmed = (value.strip() for value in distinct)
    filled = [value for value in trimmed if not _is_empty_spelling(value)]
    is_life_date = element.name in LIFE_DATE_FIELDS
    return choose_date_reader(filled, on=on, birth=is_life_date, formats=formats)


def clean_text(column: pa.Array) -> pa.Array:
    """Trim free text, make empty cells null, and remove spreadsheets' wrappings of numbers.

    Args:
        column: cells as text (``pa.Array``).

    Returns:
        The cleaned column.
    """
    trimmed = pc.utf8_trim_whitespace(column)
    is_wrapped = pc.or_(pc.ends_with(trimmed, ".0"), pc.starts_with(trimmed, '="'))
    if pc.any(is_wrapped).as_py():
        trimmed = pc.replace_substring_regex(trimmed, r'^="(.*)"$', r"\1")
        trimmed = pc.replace_substring_regex(trimmed, r"^(\d+)\.0$", r"\1")
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def find_filled_cells(column: pa.ChunkedArray | pa.Array) -> pa.BooleanArray:
    """Return for each cell whether it has a value; "N/A", "--" and the like are none.

    Args:
        column: cells as text (``Array[str]``).

    Returns:
        Array[bool] of the same length.
    """
    cells = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = cells.dictionary_encode()
    distinct = [(value or "").strip() for value in encoded.dictionary.to_pylist()]
    is_filled = pa.array([bool(v) and not _is_empty_spelling(v) for v in distinct], pa.bool_())
    return pc.fill_null(is_filled.take(encoded.indices), fill_value=False)


def _replace_texts(column: pa.Array, codes: Mapping[str, str]) -> pa.Array:
    """Replace the spellings of a code table; any other text stays."""
    encoded = column.dictionary_encode()
    replacements = {spelling.strip().casefold(): code for spelling, code in codes.items()}
    texts = [replacements.get(v.casefold(), v) or None for v in encoded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(encoded.indices)


def _convert_ids(column: pa.Array) -> ConvertedColumn:
    """Clean IDs and note what was repaired; IDs in scientific notation fail."""
    cleaned, notes = clean_text(column), []
    failed = None
    if _holds_byte(column, "."):
        trimmed = pc.utf8_trim_whitespace(column)
        if repaired := _count_matches(trimmed, _DECIMAL_ID):
            notes.append(
                ReadNote("decimal_ids", "IDs had “.0” at the end. Cairn removed it.", repaired)
            )
    if _holds_byte(column, "_") and (repaired := _count_matches(cleaned, _UNDERSCORED_ID)):
        cleaned = pc.replace_substring_regex(cleaned, _UNDERSCORED_ID, r"\1")
        message = "IDs had an underscore at the end, as in StudentTracker files. Cairn removed it."
        notes.append(ReadNote("underscored_ids", message, repaired))
    if _holds_byte(column, "+") and _count_matches(cleaned, _SCIENTIFIC_ID):
        is_failed = pc.match_substring_regex(cleaned, _SCIENTIFIC_ID)
        none = pa.scalar(None, pa.string())
        failed = pc.if_else(is_failed, Failure.SCIENTIFIC_ID.value, none)
        cleaned = pc.if_else(pc.fill_null(is_failed, fill_value=False), none, cleaned)
    return ConvertedColumn(cleaned, failed, tuple(notes))


def holds_scientific_ids(column: pa.Array | pa.ChunkedArray) -> bool:
    """Return whether a spreadsheet wrote the IDs of a column in scientific notation.

    Args:
        column: the IDs, as text.

    Returns:
        Whether any of them is written as 4.4E+09.
    """
    texts = pc.utf8_trim_whitespace(column)
    return bool(pc.any(pc.match_substring_regex(texts, _SCIENTIFIC_ID)).as_py())


def repair_id(value: str) -> str:
    """Repair one ID of a file: remove what spreadsheets and StudentTracker add to it.

    Args:
        value: the cell.

    Returns:
        The ID by which the conformed row names the student.
    """
    if not value.endswith(("_", ".0", '"', " ")) and not value.startswith(" "):
        return value
    return _convert_ids(pa.array([value], pa.string())).values[0].as_py() or value


def _holds_byte(column: pa.Array, sign: str) -> bool:
    """Return whether any cell has this sign; quick, and it may see cells beside the column's."""
    text = column.buffers()[2]
    return text is not None and bool((np.frombuffer(text, np.uint8) == ord(sign)).any())


def _count_matches(column: pa.Array, pattern: str) -> int:
    return pc.sum(pc.match_substring_regex(column, pattern)).as_py() or 0


def _convert_distinct_values(
    encoded: pa.DictionaryArray,
    distinct: Sequence[str],
    converter: CellConverter,
    arrow_type: pa.DataType,
    notes: tuple[ReadNote, ...],
    spread: Callable[[pa.Array, pa.Array], pa.Array],
) -> ConvertedColumn:
    """Convert each distinct value, and spread the results to where the values were."""
    values: list[CellValue] = []
    failures: list[str | None] = []
    for value in distinct:
        result = converter(value) if value else None
        failed = isinstance(result, Failure)
        if failed and _is_empty_spelling(value):
            result, failed = None, False
        values.append(None if failed else result)
        failures.append(result.value if isinstance(result, Failure) else None)
    converted = spread(pa.array(values, arrow_type), encoded.indices)
    if not any(failures):
        return ConvertedColumn(converted, None, notes)
    return ConvertedColumn(converted, pa.array(failures, pa.string()).take(encoded.indices), notes)


def make_code_converter(element: ElementField, own_spellings: Mapping[str, str]) -> CellConverter:
    """Make a converter for a code list: the mapping's spellings first, then the catalogue's.

    Descriptors ("uri://…#Excused Absence") are recognized by the part after the number sign. A
    field with flags can hold several codes in one cell, which make "two or more".
    """
    codes_by_key = element.list_code_spellings() | {
        normalize_spelling(spelling): code for spelling, code in own_spellings.items()
    }
    codes_by_text = {spelling.strip().casefold(): code for spelling, code in own_spellings.items()}

    def convert_code(value: str) -> CellValue | Failure:
        value = value.rpartition("#")[2].strip() or value
        code = codes_by_text.get(
            value.casefold(), codes_by_key.get(normalize_spelling(value.removesuffix(".0")))
        )
        if code is None and element.flags:
            cell_codes = {
                codes_by_key.get(normalize_spelling(p), "")
                for p in re.split(r"[;|,/&+]| and ", value)
            }
            if len(cell_codes) > 1 and "" not in cell_codes:
                prevails = element.prevailing_code in cell_codes
                code = element.prevailing_code if prevails else TWO_OR_MORE
        return Failure.UNKNOWN_CODE if code is None else code or None

    return convert_code


TWO_OR_MORE: Final = "two_or_more"


def combine_flag_columns(
    flags: Mapping[str, pa.Array], plain: pa.Array | None, prevailing: str = ""
) -> pa.Array:
    """Combine yes/no columns, one for each code, into one column of codes.

    Several codes are "two or more". In the seven categories Hispanic of any race is Hispanic
    (Final Guidance on Racial and Ethnic Data, U.S. Department of Education, 72 FR 59266, 2007);
    in the 2024 federal standard no code prevails (Statistical Policy Directive 15, 89 FR 22182).

    Args:
        flags: code → Array[str] of "yes", "no" or null.
        plain: Array[str] of codes of the same length, from a column that holds the code itself;
            None if there is no such column.
        prevailing: the code of a row that has it among several; empty if there is none.

    Returns:
        Array[str] with one code or null for each row.
    """
    has_code: dict[str, pa.Array] = {
        code: pc.fill_null(pc.equal(flag, "yes"), fill_value=False) for code, flag in flags.items()
    }
    if plain is not None:
        for code in pc.drop_null(plain.unique()).to_pylist():
            is_code = pc.fill_null(pc.equal(plain, code), fill_value=False)
            has_code[code] = pc.or_(has_code[code], is_code) if code in has_code else is_code
    result = pa.nulls(len(next(iter(has_code.values()))), pa.string())
    count = pa.array([0] * len(result), pa.int8())
    for code, mask in has_code.items():
        result = pc.if_else(mask, code, result)
        count = pc.add(count, mask.cast(pa.int8()))
    result = pc.if_else(pc.greater(count, 1), TWO_OR_MORE, result)
    return (
        pc.if_else(has_code[prevailing], prevailing, result) if prevailing in has_code else result
    )


def _make_number_converter(element: ElementField, rule: str) -> CellConverter:
    low, high = element.range or (float("-inf"), float("inf"))
    is_integer = element.type is FieldType.INTEGER
    parse_unit = {"hours": _parse_hours, "quarter": _parse_quarter}.get(element.unit, parse_number)

    def convert_number(value: str) -> CellValue | Failure:
        parsed = parse_number(value) if rule else parse_unit(value)
        if parsed is None or (is_integer and not parsed.is_integer()):
            return Failure.NOT_A_NUMBER
        if rule == "minutes":
            parsed = round(parsed / 60, 4)
        if not low <= parsed <= high:
            return Failure.OUT_OF_RANGE
        return int(parsed) if is_integer else parsed

    return convert_number


def parse_number(value: str) -> float | None:
    """Parse a number as people write it: 1,234.5, $85 or 85%; a lone comma is a decimal point.

    Args:
        value: the text.

    Returns:
        The number; None if the text is none.
    """
    value = value.removesuffix("%").removeprefix("$").strip()
    if _THOUSANDS.fullmatch(value):
        value = value.replace(",", "")
    elif value.count(",") == 1 and "." not in value:
        value = value.replace(",", ".")
    try:
        parsed = float(value)
    except ValueError:
        return None
    return parsed if abs(parsed) < _MAX_EXACT_FLOAT and "_" not in value else None


def _parse_hours(value: str) -> float | None:
    value = value.casefold()
    if match := _CLOCK.fullmatch(value):
        return round(int(match[1]) + int(match[2]) / 60, 4)
    if match := _HOURS.fullmatch(value):
        return round(float(match[1]) + float(match[2] or 0) / 60, 4)
    if match := _MINUTES.fullmatch(value):
        return round(float(match[1]) / 60, 4)
    return parse_number(value)


def _parse_quarter(value: str) -> float | None:
    """Parse the quarter of 3, Q3, Qtr 3 or 2025Q3."""
    return parse_number(_QUARTER.sub("", value))


def _is_empty_spelling(value: str) -> bool:
    return (
        value in _EMPTY_SIGNS
        or value.casefold() in _EMPTY_SIGNS
        or normalize_spelling(value) in _EMPTY_SPELLINGS
    )


SSN_PATTERN: Final = r"^\d{3}-\d{2}-\d{4}$"
