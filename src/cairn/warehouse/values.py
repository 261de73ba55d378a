"""Columns of text → columns of dates, numbers and codes.

A column of a million cells has few different values, so each different value is converted once,
in plain Python, and the result is spread over the column. Free text alone has no such shortcut
and needs none: it is only trimmed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.dates import reader_for
from cairn.warehouse.elements import DAYS_OF_LIFE, Field, Type, key
from cairn.warehouse.encoded.form import checked as encoding
from cairn.warehouse.failures import Failure
from cairn.warehouse.read.sheet import ReadNote

Value = str | int | float | date | None
Convert = Callable[[str], Value | Failure]

ARROW: Final[Mapping[Type, pa.DataType]] = {
    Type.TEXT: pa.string(),
    Type.CODE: pa.string(),
    Type.SCHOOL_YEAR: pa.string(),
    Type.DATE: pa.date32(),
    Type.INTEGER: pa.int64(),
    Type.DECIMAL: pa.float64(),
    Type.ENCODING: pa.string(),
}
_NOTHING: Final = frozenset(
    {"", "na", "null", "nan", "none", "nil", "unknown", "notreported", "notavailable", "declined"}
    | {"notspecified", "prefernottosay", "prefernottoanswer", "missing", "blank", "tbd"}
)
"""What people write for nothing, by key; not in free text, where Null is also a surname."""

_SIGNS: Final = frozenset({"-", "--", "---", ".", "..", "*", "?", "#n/a", "_"})
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?")
_HOURS: Final = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:hours?|hrs?|h)\.?(?:\s*(\d+)\s*(?:minutes?|mins?|m)?\.?)?"
)
_MINUTES: Final = re.compile(r"(\d+(?:\.\d+)?)\s*m(?:in(?:ute)?s?)?\.?")
_SCHOOL_YEARS: Final = range(1950, 2101)
_EXACT: Final = 2.0**53
_QUARTER: Final = re.compile(r"(\d{4}\s*)?q(tr|uarter)?\.?\s*", re.IGNORECASE)
_YEARS: Final = re.compile(
    r"(?:sy|fy|ay)?\s*'?(\d{4}|\d{2})\s*(?:[-/_\u2013]|to)\s*'?(\d{4}|\d{2})"
)
_YEAR: Final = re.compile(r"(?:sy|fy|ay|class of)?\s*'?(\d{4}|\d{2})")


@dataclass(frozen=True, slots=True)
class Converted:
    """A typed column, as long as what it came from. ``failed`` holds a Failure's code or null
    per cell, or is nothing when no cell failed; a failed cell is null.
    """

    values: pa.Array
    failed: pa.Array | None = None
    notes: tuple[ReadNote, ...] = ()


def convert(
    column: pa.Array,
    element: Field,
    *,
    on: date,
    rule: str = "",
    codes: Mapping[str, str] | None = None,
    formats: Sequence[str] = (),
) -> Converted:
    """One column of text as its element's type. ``codes``: the mapping's own spellings → code."""
    if element.type is Type.TEXT:
        return Converted(text(column))
    encoded = column.dictionary_encode()
    distinct = [(v or "").strip() for v in encoded.dictionary.to_pylist()]
    notes: list[ReadNote] = []
    if element.type is Type.DATE:
        known = [v for v in distinct if not _is_nothing(v)]
        past = element.name in DAYS_OF_LIFE
        reader, notes = reader_for(known, on=on, birth=past, formats=formats)
        one: Convert = reader.read
    elif element.type is Type.CODE:
        one = coder(element, codes or {})
    elif element.type is Type.SCHOOL_YEAR:
        one = school_year
    elif element.type is Type.ENCODING:
        one = encoding
    else:
        one = _numberer(element, rule)
    return spread(encoded, distinct, one, ARROW[element.type], tuple(notes))


def text(column: pa.Array) -> pa.Array:
    """Free text: trimmed, empty is null, and spreadsheets' wrappings of numbers taken off."""
    trimmed = pc.utf8_trim_whitespace(column)
    wrapped = pc.or_(pc.ends_with(trimmed, ".0"), pc.starts_with(trimmed, '="'))
    if pc.any(wrapped).as_py():
        trimmed = pc.replace_substring_regex(trimmed, r'^="(.*)"$', r"\1")
        trimmed = pc.replace_substring_regex(trimmed, r"^(\d+)\.0$", r"\1")
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def spread(
    encoded: pa.DictionaryArray,
    distinct: Sequence[str],
    one: Convert,
    kind: pa.DataType,
    notes: tuple[ReadNote, ...],
) -> Converted:
    """Convert each distinct value and put the results where the values were."""
    values: list[Value] = []
    failures: list[str | None] = []
    for value in distinct:
        result = one(value) if value else None
        failed = isinstance(result, Failure)
        if failed and _is_nothing(value):
            result, failed = None, False
        values.append(None if failed else result)
        failures.append(result.value if isinstance(result, Failure) else None)
    converted = pa.array(values, kind).take(encoded.indices)
    if not any(failures):
        return Converted(converted, None, notes)
    return Converted(converted, pa.array(failures, pa.string()).take(encoded.indices), notes)


def coder(element: Field, own: Mapping[str, str]) -> Convert:
    """Reads one code list: the mapping's own spellings first, then the catalogue's.

    Descriptors ("uri://…#Excused Absence") are known by what follows the number sign. A field
    with flags can hold several codes in one cell, which make "two or more".
    """
    known = element.spellings() | {key(spelling): code for spelling, code in own.items()}
    own_whole = {spelling.strip().casefold(): code for spelling, code in own.items()}

    def one(value: str) -> Value | Failure:
        value = value.rpartition("#")[2].strip() or value
        code = own_whole.get(value.casefold(), known.get(key(value.removesuffix(".0"))))
        if code is None and element.flags:
            several = {known.get(key(p), "") for p in re.split(r"[;|,/&+]| and ", value)}
            if len(several) > 1 and "" not in several:
                code = _of_several(several)
        return Failure.UNKNOWN_CODE if code is None else code or None

    return one


HISPANIC: Final = "hispanic"
TWO_OR_MORE: Final = "two_or_more"


def _of_several(codes: set[str]) -> str:
    """Federal reporting: Hispanic of any race is Hispanic; else several races are one category."""
    return HISPANIC if HISPANIC in codes else TWO_OR_MORE


def combined(parts: Mapping[str, pa.Array], plain: pa.Array | None) -> pa.Array:
    """One code per row from yes/no columns per code and, where there is one, a plain column."""
    said: dict[str, pa.Array] = {
        code: pc.fill_null(pc.equal(flag, "yes"), fill_value=False) for code, flag in parts.items()
    }
    if plain is not None:
        for code in pc.drop_null(plain.unique()).to_pylist():
            mine = pc.fill_null(pc.equal(plain, code), fill_value=False)
            said[code] = pc.or_(said[code], mine) if code in said else mine
    one = pa.nulls(len(next(iter(said.values()))), pa.string())
    count = pa.array([0] * len(one), pa.int8())
    for code, mask in said.items():
        one = pc.if_else(mask, code, one)
        count = pc.add(count, mask.cast(pa.int8()))
    one = pc.if_else(pc.greater(count, 1), TWO_OR_MORE, one)
    return pc.if_else(said[HISPANIC], HISPANIC, one) if HISPANIC in said else one


def school_year(value: str) -> str | Failure:
    """ "2025-26" from 2025-2026, 25/26, SY26 or 2026: one year alone is the one it ends in."""
    folded = value.casefold().strip()
    if m := _YEARS.fullmatch(folded):
        start, end = _full(m[1]), _full(m[2])
        return _spelled(start) if end == start + 1 else Failure.NOT_A_SCHOOL_YEAR
    if m := _YEAR.fullmatch(folded.removesuffix(".0")):
        return _spelled(_full(m[1]) - 1)
    return Failure.NOT_A_SCHOOL_YEAR


def _full(year: str) -> int:
    """Two digits up to 80 are in this century."""
    if len(year) > len("80"):
        return int(year)
    return (1900 if year > "80" else 2000) + int(year)


def _spelled(start: int) -> str | Failure:
    if start not in _SCHOOL_YEARS:
        return Failure.NOT_A_SCHOOL_YEAR
    return f"{start}-{(start + 1) % 100:02d}"


def _numberer(element: Field, rule: str) -> Convert:
    low, high = element.range or (float("-inf"), float("inf"))
    whole = element.type is Type.INTEGER
    read = {"hours": _hours, "quarter": _quarter}.get(element.unit, number)

    def one(value: str) -> Value | Failure:
        found = number(value) if rule else read(value)
        if found is None or (whole and not found.is_integer()):
            return Failure.NOT_A_NUMBER
        if rule == "minutes":
            found = round(found / 60, 4)
        if not low <= found <= high:
            return Failure.OUT_OF_RANGE
        return int(found) if whole else found

    return one


def number(value: str) -> float | None:
    """A number as people write it: 1,234.5 and 85% and 3 ; a lone comma is a decimal point."""
    value = value.removesuffix("%").strip()
    if _THOUSANDS.fullmatch(value):
        value = value.replace(",", "")
    elif value.count(",") == 1 and "." not in value:
        value = value.replace(",", ".")
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) < _EXACT and "_" not in value else None


def _hours(value: str) -> float | None:
    value = value.casefold()
    if m := _CLOCK.fullmatch(value):
        return round(int(m[1]) + int(m[2]) / 60, 4)
    if m := _HOURS.fullmatch(value):
        return round(float(m[1]) + float(m[2] or 0) / 60, 4)
    if m := _MINUTES.fullmatch(value):
        return round(float(m[1]) / 60, 4)
    return number(value)


def _quarter(value: str) -> float | None:
    """The quarter of 3, Q3, Qtr 3 or 2025Q3."""
    return number(_QUARTER.sub("", value))


def _is_nothing(value: str) -> bool:
    return value in _SIGNS or value.casefold() in _SIGNS or key(value) in _NOTHING
