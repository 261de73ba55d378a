"""Make a synthetic file in an agreed layout: invented children, from types and codes alone.

No value is drawn from real rows: a field's type, its codes, or its provider's own list of
values define what may appear in it, and a seed does the rest. The same seed makes the same
children in every file, so that files of one pilot can be linked. Every name and ID says that it
is invented.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Final

from cairn.warehouse import schema

__all__ = ["MAX_SYNTHETIC_ROWS", "make_synthetic_csv", "parse_value_list"]

MAX_SYNTHETIC_ROWS: Final = 5_000
"""The largest number of rows in a synthetic file."""

_GIVEN_NAMES: Final = (
    "Aster", "Birch", "Clover", "Dahlia", "Elm", "Fern", "Garnet", "Heath", "Indigo", "Juniper",
    "Kestrel", "Linden", "Marigold", "Nettle", "Olive", "Pepper", "Quill", "Robin", "Sage",
    "Thistle",
)  # fmt: skip

_FAMILY_NAMES: Final = (
    "Madeup", "Pretend", "Invented", "Notreal", "Example", "Fiction", "Makebelieve", "Sample",
)  # fmt: skip

_VALUE_SEPARATOR: Final = re.compile(r"[;,|\n]+")
_CODE_MEANING: Final = re.compile(r"\s*(?:=|:|\s-\s).*", re.DOTALL)
_MAX_CODE_LENGTH: Final = 40
_SCHOOL_COUNT: Final = 4

_FIELD_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "days_enrolled": (150, 180),
    "days_absent": (0, 40),
}

_DEFAULT_RANGE: Final = (0, 40)
_DEFAULT_YEAR: Final = "2024-25"


def parse_value_list(values: str) -> tuple[str, ...]:
    """Parse the codes in a dictionary's list of values: "Y = yes; N = no" → ("Y", "N").

    Args:
        values: text of the data dictionary.

    Returns:
        The codes; empty for sentences, which are no list.
    """
    parts = (_CODE_MEANING.sub("", part).strip() for part in _VALUE_SEPARATOR.split(values))
    codes = tuple(dict.fromkeys(part for part in parts if part))
    is_list = len(codes) > 1 and all(len(part) <= _MAX_CODE_LENGTH for part in codes)
    return codes if is_list else ()


def make_synthetic_csv(
    record: str,
    fields: Collection[str],
    *,
    rows: int,
    seed: str,
    years: tuple[str, str] = ("", ""),
    values: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Make a comma-separated file of invented rows.

    Args:
        record: name of the record type.
        fields: columns to include; unknown ones are ignored, the order is that of the record
            type.
        rows: number of rows, at most ``MAX_SYNTHETIC_ROWS``.
        seed: the same seed makes the same children in every file.
        years: first and last school year; empty for 2024-25.
        values: a provider's own codes by field.

    Returns:
        The text of the file.

    Raises:
        UnknownElement: there is no such record type.
    """
    record_kind = schema.get_record_type(record)
    included = [field for name, field in record_kind.fields.items() if name in fields]
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([field.name for field in included])
    for number in range(1, min(rows, MAX_SYNTHETIC_ROWS) + 1):
        writer.writerow(_make_row(record_kind, included, number, seed, years, values or {}))
    return buffer.getvalue()


def _make_row(
    record_kind: schema.RecordType,
    included: Sequence[schema.ElementField],
    number: int,
    seed: str,
    years: tuple[str, str],
    values: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """Make one row.

    What identifies a child depends on the child's number alone, so that it is the same in each
    file; other values depend on the record type and the field too.
    """
    child_random = Random(f"{seed}/{number}")  # noqa: S311 - invented, and reproducible on purpose
    identity = _make_identity(child_random, number)
    row_random = Random(f"{seed}/{number}/{record_kind.name}")  # noqa: S311 - the same
    year = _choose_year(years, row_random)
    for field in included:
        if field.name in identity and (
            record_kind.subject or field.name not in ("phone", "email", "street")
        ):
            yield identity[field.name]
        elif field.name in values:
            yield row_random.choice(list(values[field.name]))
        else:
            yield _make_value(field, row_random, number, year)


def _make_identity(child_random: Random, number: int) -> dict[str, str]:
    """Make the identifying fields of one invented child."""
    birth_date = date(2008, 1, 1) + timedelta(days=child_random.randrange(10 * 365))
    given, family = child_random.choice(_GIVEN_NAMES), child_random.choice(_FAMILY_NAMES)
    return {
        "local_id": f"SYN-{number:05}",
        "state_id": f"SYNSTATE-{number:05}",
        "given_name": given,
        "middle_name": "",
        "family_name": family,
        "suffix": "",
        "preferred_name": given,
        "birth_date": birth_date.isoformat(),
        "death_date": "",
        "street": f"{number} Invented Street",
        "phone": f"555-01{number % 100:02}",
        "email": f"child{number}@synthetic.example",
        "guardian_name": f"Guardian {family}",
    }


def _choose_year(years: tuple[str, str], row_random: Random) -> str:
    first, last = years[0] or _DEFAULT_YEAR, years[1] or years[0] or _DEFAULT_YEAR
    start_year = row_random.randint(int(first[:4]), max(int(first[:4]), int(last[:4])))
    return f"{start_year}-{(start_year + 1) % 100:02}"


def _make_value(field: schema.ElementField, row_random: Random, number: int, year: str) -> str:
    if field.type is schema.FieldType.CODE:
        return row_random.choice(list(field.codes))
    if field.type is schema.FieldType.SCHOOL_YEAR:
        return year
    if field.type is schema.FieldType.DATE:
        return (date(int(year[:4]), 9, 1) + timedelta(days=row_random.randrange(270))).isoformat()
    low, high = _FIELD_RANGES.get(field.name) or field.range or _DEFAULT_RANGE
    if field.type is schema.FieldType.INTEGER:
        return str(row_random.randint(int(low), int(min(high, low + 200))))
    if field.type is schema.FieldType.DECIMAL:
        return f"{row_random.uniform(low, min(high, low + 200)):.1f}"
    return _make_text(field, row_random, number)


def _make_text(field: schema.ElementField, row_random: Random, number: int) -> str:
    if field.type is schema.FieldType.ENCODING:
        return schema.format_encoding_cell(row_random.randbytes(schema.ENCODING_BYTES), ())
    school = row_random.randint(1, _SCHOOL_COUNT)
    fixed_texts = {
        "school_id": f"SYN-SCHOOL-{school}",
        "school_name": f"Invented School {school}",
        "district": "Invented District",
        "postal_code": "00000",
    }
    return fixed_texts.get(field.name, f"invented {field.name.replace('_', ' ')} {number % 20 + 1}")
