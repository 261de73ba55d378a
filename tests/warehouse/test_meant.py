"""Rows of children whom an agreement is not about stay out, and so do those nobody can place."""

from collections.abc import Callable
from datetime import date

import pyarrow as pa

from cairn.rules.decision import Permit
from cairn.rules.population import Enrollment, Grade, Place, Population
from cairn.rules.vocabulary import Action
from cairn.warehouse.children import RowsOf
from cairn.warehouse.conform import conform
from cairn.warehouse.landing import land
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.meant import Known, places, roster
from cairn.warehouse.read import read_file
from cairn.warehouse.zones import Storehouse

IN, OUT, UNKNOWN = Place.INSIDE, Place.OUTSIDE, Place.UNKNOWN
THIRD = Population(grades=frozenset({Grade.THIRD}), clause="§2")


def columns(**values: list[object]) -> dict[str, pa.Array]:
    return {name: pa.array(some) for name, some in values.items()}


def test_a_roster_gathers_what_files_say_of_a_child() -> None:
    born = date(2016, 5, 4)
    files = [
        ("student", columns(local_id=["1", "2", None], birth_date=[born, None, born])),
        ("enrollment", columns(local_id=["1", "1"], grade=["3", "3"], school_id=["12", "12"])),
        ("participation", columns(local_id=["3"], start_date=[date(2025, 9, 1)])),
    ]
    assert roster(files, "river") == {
        "1": Known(born, (Enrollment(school="12", grade="3"),)),
        "3": Known(None, (Enrollment(program="river", starts=date(2025, 9, 1)),)),
    }


def test_a_row_that_says_it_is_judged_by_what_it_says() -> None:
    rows = columns(
        local_id=["1", "1", "2", "3"],
        grade=["3", "2", None, "5"],
        school_year=["2025-26", "2024-25", "2025-26", "2025-26"],
    )
    assert places("enrollment", rows, THIRD, "river", {}) == [IN, OUT, UNKNOWN, OUT]


def test_any_other_row_follows_its_child_in_its_year() -> None:
    known = {"1": Known(None, (Enrollment(grade="3", school_year="2025-26"),))}
    rows = columns(
        local_id=["1", "1", "2", None], school_year=["2025-26", "2024-25", "2025-26", ""]
    )
    assert places("attendance_total", rows, THIRD, "river", known) == [
        IN,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
    ]


def test_a_program_serves_whom_it_lists() -> None:
    club = Population(programs=frozenset({"harbor"}), enrolled_to=date(2025, 9, 1))
    rows = columns(local_id=["1", "2"], start_date=[date(2025, 9, 1), date(2025, 9, 2)])
    assert places("participation", rows, club, "harbor", {}) == [IN, OUT]
    assert places("session_attendance", columns(local_id=["1"]), club, "harbor", {}) == [UNKNOWN]


def test_conforming_sets_them_aside_with_the_clause(
    store: Storehouse, permit: Callable[..., Permit]
) -> None:
    mapping = Mapping(
        record="enrollment",
        columns={"ID": "local_id", "Grade": "grade", "School": "school_id"},
        constants={"school_year": "2025-26"},
    )
    content = b"ID,Grade,School\n1,3,12\n2,5,12\n3,,12\n"
    came = land(
        store, read_file("x.csv", content), mapping, permit=permit(Action.RECEIVE, "enrollment")
    ).ref
    may = permit(Action.CONFORM, "enrollment", populations={"RC-DSA-01": THIRD})
    whose = RowsOf("RC-DSA-01", "river", str)
    done = conform(store, came, mapping, permit=may, rows=whose)
    assert store.read(done.ref).column("local_id").to_pylist() == ["1"]
    lines = store.read(done.quarantine_ref).to_pylist()
    assert {(x["source_row"], x["code"]) for x in lines} == {
        (3, "outside_population"),
        (4, "population_unknown"),
    }
    assert all("RC-DSA-01: grade 3, clause §2" in x["message"] for x in lines)
    knows = RowsOf("RC-DSA-01", "river", str, {"3": Known(None, (Enrollment(grade="3"),))})
    again = conform(store, came, mapping, permit=may, rows=knows)
    assert store.read(again.ref).column("local_id").to_pylist() == ["1", "3"]
    assert conform(store, came, mapping, permit=may, rows=whose).ref == done.ref
    other = RowsOf("RC-DSA-02", "river", str)
    assert len(store.read(conform(store, came, mapping, permit=may, rows=other).ref)) == 3
