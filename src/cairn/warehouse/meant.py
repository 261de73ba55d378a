"""Rows of children whom an agreement is not about: each row is held up to its population filter.

What is known of a child comes from the rows of the file itself and from what the same partner has
delivered before (its roster). A row that says itself what the filter asks is judged by what it
says; any other follows its child, in the school year of the row. What is not known sets the row
aside too: unknown denies.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from cairn.rules.population import NO_YEARS, Enrollment, Periods, Place, Population, place

LOCAL_ID: Final = "local_id"
_SCHOOLING: Final = {
    "school": "school_id",
    "grade": "grade",
    "school_year": "school_year",
    "starts": "entry_date",
    "ends": "exit_date",
}
_TAKING_PART: Final = {"grade": "grade", "starts": "start_date", "ends": "end_date"}
_PARTICIPATION: Final = "participation"
FIELDS: Final = tuple(
    dict.fromkeys((LOCAL_ID, "birth_date", *_SCHOOLING.values(), *_TAKING_PART.values()))
)
"""Every field that says something of whom a filter asks about."""


@dataclass(frozen=True, slots=True)
class Known:
    """What one partner's rows say of one child."""

    born: date | None = None
    enrollments: tuple[Enrollment, ...] | None = None


Roster = Mapping[str, Known]
"""What is known of a partner's children, by the partner's own id; kept in memory alone."""

NOBODY: Final = Known()
Columns = Mapping[str, pa.Array | pa.ChunkedArray]


def roster(files: Iterable[tuple[str, Columns]], organization: str) -> Roster:
    """What conformed files of one organization say of its children.

    ``files`` gives the record type of each, and those of its columns that are in ``FIELDS``.
    """
    born: dict[str, date] = {}
    enrolled: dict[str, dict[Enrollment, None]] = defaultdict(dict)
    for record, columns in files:
        for row in _rows(columns):
            child = row.get(LOCAL_ID)
            if not child:
                continue
            if (day := row.get("birth_date")) is not None:
                born[child] = day
            if (one := _enrollment(record, row, organization)) is not None:
                enrolled[child][one] = None
    return {
        child: Known(born.get(child), tuple(enrolled[child]) if child in enrolled else None)
        for child in born.keys() | enrolled.keys()
    }


def tells(record: str, fields: Collection[str]) -> bool:
    """Whether a file with these fields says of children whether they are meant: by birth date,
    school or grade, or by taking part."""
    said = {"birth_date", "school_id", "grade"}.intersection(fields)
    return LOCAL_ID in fields and (bool(said) or record == _PARTICIPATION)


def joined(mine: Known, others: Known) -> Known:
    """What one file says of a child beside what others say."""
    told = [e for e in (mine.enrollments, others.enrollments) if e is not None]
    every = tuple(dict.fromkeys(one for some in told for one in some))
    return Known(mine.born or others.born, every if told else None)


def places(
    record: str, columns: Columns, population: Population, organization: str, others: Roster
) -> list[Place]:
    """Where the child of each row stands. ``columns`` are those of one file, typed."""
    mine = roster([(record, columns)], organization)
    kept: dict[tuple[object, ...], Place] = {}
    found = []
    for row in _rows(columns):
        child = row.get(LOCAL_ID) or ""
        known = joined(mine.get(child, NOBODY), others.get(child, NOBODY))
        born = row.get("birth_date") or known.born
        own = _enrollment(record, row, organization)
        tells = own is not None and _tells(own, population)
        year = row.get("school_year")
        years: Periods = (year, year) if year else NO_YEARS
        enrollments = (own,) if tells and own is not None else _all_known(known, population, years)
        case = (born, enrollments, years)
        if case not in kept:
            kept[case] = place(population, born, enrollments, years)
        found.append(kept[case])
    return found


def _rows(columns: Columns) -> Iterator[dict[str, Any]]:
    named = [name for name in FIELDS if name in columns]
    lists: Sequence[list[Any]] = [columns[name].to_pylist() for name in named]
    for values in zip(*lists, strict=True):
        yield dict(zip(named, values, strict=True))


def _enrollment(record: str, row: Mapping[str, Any], organization: str) -> Enrollment | None:
    """What a row says of where its child is enrolled; ``None`` where it says nothing of it."""
    wanted = _TAKING_PART if record == _PARTICIPATION else _SCHOOLING
    said = {name: row[field] for name, field in wanted.items() if row.get(field) is not None}
    if record == _PARTICIPATION:
        return Enrollment(program=organization, **said)
    return Enrollment(**said) if said.keys() & {"school", "grade"} else None


def _tells(own: Enrollment, population: Population) -> bool:
    """Whether a row by itself says everything that the filter asks about enrollment."""
    asked = {
        "grade": own.grade,
        "school": own.school,
        "program": own.program,
        "days of enrollment": own.starts,
    }
    return all(asked[name] for name in population.asks & asked.keys())


def _all_known(
    known: Known, population: Population, years: Periods
) -> tuple[Enrollment, ...] | None:
    """What is known of a child's enrollments in these years; where nothing is of the kind that the
    filter asks about, one of which nothing is known stands beside them."""
    if known.enrollments is None:
        return None
    now = [e for e in known.enrollments if not years[0] or e.school_year in ("", years[0])]
    schooling = bool(population.asks & {"grade", "school"})
    lacks = schooling and not any(e.grade or e.school for e in now)
    lacks |= "program" in population.asks and not any(e.program for e in now)
    return (*now, Enrollment()) if lacks or not now else tuple(now)
