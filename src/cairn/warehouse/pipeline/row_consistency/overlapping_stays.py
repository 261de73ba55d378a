"""Count each minute of a child in a program once, where rows of one day have times that overlap.

A child who signs in twice, or is on two lists, has stays such as 14:00 to 16:00 and
15:00 to 17:00: together three hours. Minutes count in the stay that began first, so the order of
the rows makes no difference. Stays in different programs keep their hours: each program states
its own, and are counted in a note.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import schema
from cairn.warehouse.pipeline import quality
from cairn.warehouse.schema import ReadNote

__all__ = ["STAY_FIELDS", "list_shared_days", "subtract_overlaps"]

STAY_FIELDS: Final = (
    *("local_id", "state_id", "given_name", "middle_name", "family_name", "birth_date"),
    *("date", "program", "present"),
)
"""The fields by which the rows of one child and day are found."""

_NAMES: Final = STAY_FIELDS[2:6]
_NOTED_ROWS: Final = 5
_NOTES: Final = {
    quality.OVERLAPPING_STAYS: (
        "{n} rows have times that overlap earlier times of the same child, day and program. The "
        "minutes count once."
    ),
    quality.OVERLAPPING_PROGRAMS: (
        "{n} rows have times in one program while the same child was in another one. Each program "
        "keeps its hours, so the child's hours over all programs count these minutes twice."
    ),
}
_Stay = tuple[int, int]


def list_shared_days(columns: Mapping[str, pa.Array], is_used: pa.Array) -> pa.Array:
    """List the rows that share their child and day with another row.

    Args:
        columns: the typed values of ``STAY_FIELDS`` that the file has, one per row.
        is_used: whether the hours of each row count.

    Returns:
        Struct of ``position`` (of the row) and ``day`` (a number for each child and day).
    """
    rows = len(is_used)
    blank = pa.nulls(rows, pa.string())
    texts = {n: columns[n].cast(pa.string()) if n in columns else blank for n in STAY_FIELDS}
    whole = pc.binary_join_element_wise(*(pc.fill_null(texts[name], "") for name in _NAMES), "\x1f")
    whole = pc.if_else(pc.is_valid(texts["family_name"]), whole, pa.scalar(None, pa.string()))
    child = pc.coalesce(
        pc.binary_join_element_wise("1", texts["local_id"], ""),
        pc.binary_join_element_wise("2", texts["state_id"], ""),
        pc.binary_join_element_wise("3", whole, ""),
    )
    came = pc.fill_null(pc.not_equal(texts["present"], "no"), fill_value=True)
    day = pc.binary_join_element_wise(child, texts["date"], "\x1f")
    day = pc.if_else(pc.and_(is_used, came), day, pa.scalar(None, pa.string()))
    codes = pc.fill_null(day.dictionary_encode().indices, -1).to_numpy()
    counts = np.bincount(codes[codes >= 0], minlength=1)
    positions = np.flatnonzero((codes >= 0) & (counts[codes] > 1))
    return pa.StructArray.from_arrays(
        [pa.array(positions, pa.int64()), pa.array(codes[positions], pa.int64())],
        ["position", "day"],
    )


def subtract_overlaps(
    days: Sequence[int],
    programs: Sequence[str | None],
    stays: Sequence[tuple[_Stay, ...]],
    numbers: Sequence[int],
) -> tuple[list[float], list[ReadNote]]:
    """Subtract from the hours of each row the minutes that earlier stays have already.

    Args:
        days: a number for each child and day, one per row.
        programs: the program of each row.
        stays: the stays of each row.
        numbers: the number of each row in the file.

    Returns:
        The hours of each row, and the notes.
    """
    rows_of: dict[tuple[int, str | None], list[int]] = defaultdict(list)
    for index, key in enumerate(zip(days, programs, strict=True)):
        rows_of[key].append(index)
    hours = [0.0] * len(days)
    overlapping: list[int] = []
    together: dict[int, list[tuple[_Stay, int]]] = defaultdict(list)
    for (day, _program), indexes in rows_of.items():
        taken: tuple[_Stay, ...] = ()
        for index in sorted(indexes, key=lambda index: (sorted(stays[index]), index)):
            before = schema.count_minutes(taken)
            taken = schema.merge_stays((*taken, *stays[index]))
            minutes = schema.count_minutes(taken) - before
            hours[index] = round(minutes / 60, 4)
            if minutes < schema.count_minutes(stays[index]):
                overlapping.append(numbers[index])
            together[day] += [(stay, index) for stay in stays[index]]
    elsewhere = [
        numbers[index]
        for found in filter(None, together.values())
        for index in _find_rows_elsewhere(found, programs)
    ]
    notes = [
        *_note(quality.OVERLAPPING_STAYS, overlapping),
        *_note(quality.OVERLAPPING_PROGRAMS, elsewhere),
    ]
    return hours, notes


def _find_rows_elsewhere(
    found: Sequence[tuple[_Stay, int]], programs: Sequence[str | None]
) -> set[int]:
    """Find the rows of a child and day with a stay that overlaps an earlier one elsewhere."""
    rows: set[int] = set()
    last, place, last_elsewhere = 0, found[0][1], 0
    for (start, end), index in sorted(found):
        is_same = programs[index] == programs[place]
        if start < min(end, last_elsewhere if is_same else last):
            rows.add(index)
        if is_same:
            last = max(last, end)
        elif end > last:
            last, place, last_elsewhere = end, index, last
        else:
            last_elsewhere = max(last_elsewhere, end)
    return rows


def _note(code: str, rows: Sequence[int]) -> Iterator[ReadNote]:
    if rows:
        message = _NOTES[code].format(n=f"{len(rows):,}")
        yield ReadNote(code, message, len(rows), (*sorted(rows)[:_NOTED_ROWS],))
