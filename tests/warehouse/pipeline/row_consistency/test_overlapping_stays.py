"""A minute of a child in a program counts once, whatever the order of the rows."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.pipeline.row_consistency.overlapping_stays import subtract_overlaps
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping
from cairn.warehouse.store.file_store import FileStore

_STAYS = """Student ID,Program,Date,Time In,Time Out
1,Chess,9/15/2025,14:00,16:00
1,Chess,9/15/2025,15:00,17:00
1,Art,9/15/2025,15:30,17:30
1,Chess,9/16/2025,15:00,17:00
2,Chess,9/15/2025,2:00 PM,4:00 PM
2,Chess,9/15/2025,2:00 PM,4:00 PM
2,Chess,9/15/2025,3:00 PM,
3,Chess,9/15/2025,14:00,15:00
3,Chess,9/15/2025,15:00,16:00
,Chess,9/15/2025,14:00,16:00
"""


def test_rows_that_overlap_are_kept_and_noted(
    store: FileStore, permit: Callable[..., Permit]
) -> None:
    (sheet,) = read_file("x.csv", _STAYS.encode())
    mapping = suggest_mapping(sheet.header, sheet.table)
    record = "session_attendance"
    landed = land_sheets(store, [sheet], mapping, permit=permit(Action.RECEIVE, record))
    done = conform_landed_file(store, landed.ref, mapping, permit=permit(Action.CONFORM, record))
    rows = store.read(done.ref).to_pylist()
    assert [row["hours"] for row in rows] == [2.0, 1.0, 2.0, 2.0, 2.0, 0.0, 1.0, 1.0]
    assert {p.code: p.count for p in done.report.set_aside_problems} == {
        "no_time_out": 1,
        "no_subject": 1,
    }
    notes = {note.code: (note.count, note.rows) for note in done.report.notes}
    assert notes["overlapping_stays"] == (2, (3, 7))
    assert notes["overlapping_programs"] == (1, (4,))
    assert [sheet.unaccounted for sheet in done.report.sheets] == [0]


_STAY = st.tuples(st.integers(0, 40), st.integers(0, 15)).map(lambda t: (t[0], t[0] + t[1]))
_ROW = st.tuples(
    st.integers(0, 1), st.sampled_from(["Chess", "Art", None]), st.lists(_STAY, max_size=2)
)


@given(st.lists(_ROW, min_size=1, max_size=7), st.randoms())
def test_each_program_has_the_minutes_of_all_its_stays(
    rows: list[tuple[int, str | None, list[tuple[int, int]]]], order: random.Random
) -> None:
    """The minutes of a child, day and program are those in any stay, counted one by one."""
    for _ in range(2):
        days, programs, stays = zip(*rows, strict=True)
        numbers = range(2, len(rows) + 2)
        hours, notes = subtract_overlaps(days, programs, [*map(tuple, stays)], numbers)
        for key in {*zip(days, programs, strict=True)}:
            of = [i for i, row in enumerate(rows) if row[:2] == key]
            minutes = {m for i in of for start, end in stays[i] for m in range(start, end)}
            assert sum(hours[i] for i in of) == pytest.approx(len(minutes) / 60, abs=0.001)
        is_doubled = any(
            programs[i] != programs[j] and days[i] == days[j] and max(a, c) < min(b, d)
            for i in range(len(rows))
            for j in range(i)
            for a, b in stays[i]
            for c, d in stays[j]
        )
        assert is_doubled == ("overlapping_programs" in {note.code for note in notes})
        order.shuffle(rows)
