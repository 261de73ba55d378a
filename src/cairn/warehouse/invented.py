"""A synthetic file in an agreed shape: invented children, made from types and codes alone.

Nothing is drawn from anybody's rows: a field's type, its codes or its provider's own list of values
say what may stand in it, and a seed does the rest. The same seed makes the same children in every
file, so that files of one pilot can be linked. Every name and id says that it is invented.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Final

from cairn.warehouse.elements import Field, RecordType, Type, record_type
from cairn.warehouse.encoded.form import BYTES, cell

MOST: Final = 5_000
"""Rows enough to try everything with."""

_GIVEN: Final = (
    "Aster", "Birch", "Clover", "Dahlia", "Elm", "Fern", "Garnet", "Heath", "Indigo", "Juniper",
    "Kestrel", "Linden", "Marigold", "Nettle", "Olive", "Pepper", "Quill", "Robin", "Sage",
    "Thistle",
)  # fmt: skip
_FAMILY: Final = (
    "Madeup", "Pretend", "Invented", "Notreal", "Example", "Fiction", "Makebelieve", "Sample",
)  # fmt: skip
_SPLIT: Final = re.compile(r"[;,|\n]+")
_MEANING: Final = re.compile(r"\s*(?:=|:|\s-\s).*", re.DOTALL)
_LONGEST: Final = 40
_SCHOOLS: Final = 4
_WHOLE: Final[Mapping[str, tuple[int, int]]] = {
    "days_enrolled": (150, 180),
    "days_absent": (0, 40),
}
_USUAL: Final = (0, 40)
_THIS: Final = "2024-25"


def listed(values: str) -> tuple[str, ...]:
    """The codes in a dictionary's list of values: "Y = yes; N = no" → ("Y", "N"). Sentences, which
    are no list, give none."""
    parts = (_MEANING.sub("", part).strip() for part in _SPLIT.split(values))
    found = tuple(dict.fromkeys(part for part in parts if part))
    several = len(found) > 1 and all(len(part) <= _LONGEST for part in found)
    return found if several else ()


def file(
    record: str,
    fields: Collection[str],
    *,
    rows: int,
    seed: str,
    years: tuple[str, str] = ("", ""),
    values: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """A comma-separated file of invented rows: a column for each of ``fields`` that the record type
    knows, in its order. ``years`` are the first and last school year, ``values`` a provider's own
    codes by field. Raises ``UnknownElement`` for a record type that there is not."""
    kind = record_type(record)
    wanted = [field for name, field in kind.fields.items() if name in fields]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in wanted])
    for number in range(1, min(rows, MOST) + 1):
        writer.writerow(_row(kind, wanted, number, seed, years, values or {}))
    return out.getvalue()


def _row(
    kind: RecordType,
    wanted: Sequence[Field],
    number: int,
    seed: str,
    years: tuple[str, str],
    values: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """One row. What names a child hangs on the child's number alone, so that it is the same in each
    file; what is told of it hangs on the record type and the field too."""
    child = Random(f"{seed}/{number}")  # noqa: S311 - made up, and meant to be made up again
    who = _child(child, number)
    told = Random(f"{seed}/{number}/{kind.name}")  # noqa: S311 - the same
    year = _year(years, told)
    for field in wanted:
        if field.name in who and (kind.subject or field.name not in ("phone", "email", "street")):
            yield who[field.name]
        elif field.name in values:
            yield told.choice(list(values[field.name]))
        else:
            yield _value(field, told, number, year)


def _child(child: Random, number: int) -> dict[str, str]:
    """What names one invented child."""
    born = date(2008, 1, 1) + timedelta(days=child.randrange(10 * 365))
    given, family = child.choice(_GIVEN), child.choice(_FAMILY)
    return {
        "local_id": f"SYN-{number:05}",
        "state_id": f"SYNSTATE-{number:05}",
        "given_name": given,
        "middle_name": "",
        "family_name": family,
        "suffix": "",
        "preferred_name": given,
        "birth_date": born.isoformat(),
        "death_date": "",
        "street": f"{number} Invented Street",
        "phone": f"555-01{number % 100:02}",
        "email": f"child{number}@synthetic.example",
        "guardian_name": f"Guardian {family}",
    }


def _year(years: tuple[str, str], told: Random) -> str:
    first, last = years[0] or _THIS, years[1] or years[0] or _THIS
    begins = told.randint(int(first[:4]), max(int(first[:4]), int(last[:4])))
    return f"{begins}-{(begins + 1) % 100:02}"


def _value(field: Field, told: Random, number: int, year: str) -> str:
    if field.type is Type.CODE:
        return told.choice(list(field.codes))
    if field.type is Type.SCHOOL_YEAR:
        return year
    if field.type is Type.DATE:
        return (date(int(year[:4]), 9, 1) + timedelta(days=told.randrange(270))).isoformat()
    low, high = _WHOLE.get(field.name) or field.range or _USUAL
    if field.type is Type.INTEGER:
        return str(told.randint(int(low), int(min(high, low + 200))))
    if field.type is Type.DECIMAL:
        return f"{told.uniform(low, min(high, low + 200)):.1f}"
    return _text(field, told, number)


def _text(field: Field, told: Random, number: int) -> str:
    if field.type is Type.ENCODING:
        return cell(told.randbytes(BYTES), ())
    school = told.randint(1, _SCHOOLS)
    words = {
        "school_id": f"SYN-SCHOOL-{school}",
        "school_name": f"Invented School {school}",
        "district": "Invented District",
        "postal_code": "00000",
    }
    return words.get(field.name, f"invented {field.name.replace('_', ' ')} {number % 20 + 1}")
