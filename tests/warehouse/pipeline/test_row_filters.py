"""Rows of children whom an agreement is not about stay out, and so do those nobody can place."""

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from cairn.policy.engine.decision import PeopleAnswer, Permit
from cairn.policy.facts.agreements.population import (
    Enrollment,
    GradeLevel,
    Population,
    PopulationMatch,
)
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.pipeline.row_filters import (
    KnownStudent,
    RowOrigin,
    collect_known_students,
    find_closed_rows,
    place_rows_in_population,
)
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_store import FileStore

IN, OUT, UNKNOWN = PopulationMatch.INSIDE, PopulationMatch.OUTSIDE, PopulationMatch.UNKNOWN
THIRD = Population(grades=frozenset({GradeLevel.THIRD}), clause="§2")


def columns(**values: list[object]) -> dict[str, pa.Array]:
    return {name: pa.array(some) for name, some in values.items()}


def test_a_roster_gathers_what_files_say_of_a_child() -> None:
    born = date(2016, 5, 4)
    files = [
        ("student", columns(local_id=["1", "2", None], birth_date=[born, None, born])),
        ("enrollment", columns(local_id=["1", "1"], grade=["3", "3"], school_id=["12", "12"])),
        ("participation", columns(local_id=["3"], start_date=[date(2025, 9, 1)])),
    ]
    assert collect_known_students(files, "river") == {
        "1": KnownStudent(born, (Enrollment(school="12", grade="3"),)),
        "3": KnownStudent(None, (Enrollment(program="river", starts=date(2025, 9, 1)),)),
    }


def test_a_row_that_says_it_is_judged_by_what_it_says() -> None:
    rows = columns(
        local_id=["1", "1", "2", "3"],
        grade=["3", "2", None, "5"],
        school_year=["2025-26", "2024-25", "2025-26", "2025-26"],
    )
    assert place_rows_in_population("enrollment", rows, THIRD, "river", {}) == [
        IN,
        OUT,
        UNKNOWN,
        OUT,
    ]


def test_any_other_row_follows_its_child_in_its_year() -> None:
    known = {"1": KnownStudent(None, (Enrollment(grade="3", school_year="2025-26"),))}
    rows = columns(
        local_id=["1", "1", "2", None], school_year=["2025-26", "2024-25", "2025-26", ""]
    )
    assert place_rows_in_population("attendance_total", rows, THIRD, "river", known) == [
        IN,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
    ]


def test_a_program_serves_whom_it_lists() -> None:
    club = Population(programs=frozenset({"harbor"}), enrolled_to=date(2025, 9, 1))
    rows = columns(local_id=["1", "2"], start_date=[date(2025, 9, 1), date(2025, 9, 2)])
    assert place_rows_in_population("participation", rows, club, "harbor", {}) == [IN, OUT]
    assert place_rows_in_population(
        "session_attendance", columns(local_id=["1"]), club, "harbor", {}
    ) == [UNKNOWN]


def test_conforming_sets_them_aside_with_the_clause(
    store: FileStore, permit: Callable[..., Permit]
) -> None:
    mapping = ColumnMapping(
        record="enrollment",
        columns={"ID": "local_id", "Grade": "grade", "School": "school_id"},
        constants={"school_year": "2025-26"},
    )
    content = b"ID,Grade,School\n1,3,12\n2,5,12\n3,,12\n"
    came = land_sheets(
        store, read_file("x.csv", content), mapping, permit=permit(Action.RECEIVE, "enrollment")
    ).ref
    may = permit(Action.CONFORM, "enrollment", populations={"RC-DSA-01": THIRD})
    whose = RowOrigin("RC-DSA-01", "river", pa.array)
    done = conform_landed_file(store, came, mapping, permit=may, rows=whose)
    assert store.read(done.ref).column("local_id").to_pylist() == ["1"]
    lines = store.read(done.quarantine_ref).to_pylist()
    assert {(x["source_row"], x["code"]) for x in lines} == {
        (3, "outside_population"),
        (4, "population_unknown"),
    }
    assert all("RC-DSA-01: grade 3, clause §2" in x["message"] for x in lines)
    knows = RowOrigin(
        "RC-DSA-01", "river", pa.array, {"3": KnownStudent(None, (Enrollment(grade="3"),))}
    )
    again = conform_landed_file(store, came, mapping, permit=may, rows=knows)
    assert store.read(again.ref).column("local_id").to_pylist() == ["1", "3"]
    assert conform_landed_file(store, came, mapping, permit=may, rows=whose).ref == done.ref
    other = RowOrigin("RC-DSA-02", "river", pa.array)
    assert (
        len(store.read(conform_landed_file(store, came, mapping, permit=may, rows=other).ref)) == 3
    )


def test_a_student_has_one_key_however_a_program_writes_the_id() -> None:
    origin = RowOrigin(
        "RC-DSA-01", "river", lambda ids: pc.binary_join_element_wise("key of ", ids, "")
    )
    ids = pa.array(["7_", "7.0", '="7"', " 7 ", "7", " ", None])
    assert origin.get_student_keys(ids).to_pylist() == ["key of 7"] * 5 + [None, None]
    plain = pa.array(["7", "", None, "a8", "7"])
    assert origin.get_student_keys(plain).to_pylist() == [
        *("key of 7", None, None, "key of a8", "key of 7")
    ]


STUDENTS = (None, "", "a", "b", "c", "a")
GRADE, BORN = "student.grade", "student.birth_date"


@pytest.mark.parametrize("elements", [{GRADE}, {GRADE, BORN}])
@pytest.mark.parametrize("shut", [{}, {"A": {"river": frozenset({BORN})}}])
@pytest.mark.parametrize("kept_back", [{}, {"a": frozenset({GRADE}), "": frozenset({BORN})}])
@pytest.mark.parametrize(
    "opened", [{}, {"A": {"a": frozenset({GRADE}), "b": frozenset({GRADE, BORN})}}]
)
def test_rows_of_many_students_are_answered_as_each_student_is(
    permit: Callable[..., Permit],
    elements: set[str],
    shut: dict[str, dict[str, frozenset[str]]],
    kept_back: dict[str, frozenset[str]],
    opened: dict[str, dict[str, frozenset[str]]],
) -> None:
    given = permit(Action.CONFORM, "student")
    for name, value in {"shut": shut, "kept_back": kept_back, "rows": opened}.items():
        object.__setattr__(given, name, value)
    origin, asked = RowOrigin("A", "river", pa.array), frozenset(elements)
    students = pa.array(STUDENTS, pa.string()).dictionary_encode()
    closed = find_closed_rows(students, origin, asked, given).to_pylist()
    assert closed == [origin.is_withheld(given, student, asked) for student in STUDENTS]


def test_rows_that_landed_opened_are_named_again_only_under_another_answer(
    store: FileStore, permit: Callable[..., Permit]
) -> None:
    """Naming a million students takes seconds; a consent that ended since still leaves them out."""
    opened = frozenset({"enrollment.local_id", "enrollment.grade", "enrollment.school_year"})
    mapping = ColumnMapping(
        record="enrollment",
        columns={"ID": "local_id", "Grade": "grade"},
        constants={"school_year": "2025-26"},
    )

    def answer(action: Action, *students: str) -> Permit:
        rows = {"RC-DSA-01": dict.fromkeys(students, opened)}
        return permit(action, "enrollment", people=PeopleAnswer(rows=rows))

    named: list[str] = []
    origin = RowOrigin(
        "RC-DSA-01", "river", pa.array, on_named=lambda keys: named.extend(keys.to_pylist())
    )
    sheets = read_file("x.csv", b"ID,Grade\n1,3\n2,5\n2,6\n3,4\n,4\n")
    landed = land_sheets(
        store, sheets, mapping, permit=answer(Action.RECEIVE, "1", "2"), rows=origin
    )
    assert (named, landed.rows) == (["1", "2"], 3)
    same = answer(Action.CONFORM, "1", "2")
    done = conform_landed_file(store, landed.ref, mapping, permit=same, rows=origin)
    assert (named, done.report.rows_kept, done.report.left_out) == (["1", "2"], 3, 2)
    ended = answer(Action.CONFORM, "1")
    later = conform_landed_file(store, landed.ref, mapping, permit=ended, rows=origin)
    assert (named, later.report.rows_kept, later.report.left_out) == (["1", "2", "1"], 1, 4)


_OPENED = frozenset({"enrollment.local_id", "enrollment.grade", "enrollment.school_year"})
_GRADE = frozenset({"enrollment.grade"})
_BOTH = {"RC-DSA-01": {"1": _OPENED, "2": _OPENED}}

# For students 1, 2 and 3: 0 the row stays out, 1 it has no grade, 2 it is whole.
_ANSWERS: dict[str, tuple[PeopleAnswer, tuple[int, int, int]]] = {
    "no consent needed": (PeopleAnswer(), (2, 2, 2)),
    "consent for 1 and 2": (PeopleAnswer(rows=_BOTH), (2, 2, 0)),
    "consent for 1": (PeopleAnswer(rows={"RC-DSA-01": {"1": _OPENED}}), (2, 0, 0)),
    "consent for 2 without the grade": (
        PeopleAnswer(rows={"RC-DSA-01": {"1": _OPENED, "2": _OPENED - _GRADE}}),
        (2, 1, 0),
    ),
    "grade of 1 withheld": (PeopleAnswer(rows=_BOTH, kept_back={"1": _GRADE}), (1, 2, 0)),
    "school has not declared": (PeopleAnswer(shut={"RC-DSA-01": {"river": _GRADE}}), (1, 1, 1)),
}


@pytest.mark.parametrize("later", _ANSWERS)
@pytest.mark.parametrize("landing", _ANSWERS)
def test_a_row_is_opened_only_by_both_answers_that_of_landing_and_that_of_conforming(
    store: FileStore, permit: Callable[..., Permit], landing: str, later: str
) -> None:
    """A consent that ended since closes the row; one that was given since opens nothing again."""
    mapping = ColumnMapping(
        record="enrollment",
        columns={"ID": "local_id", "Grade": "grade"},
        constants={"school_year": "2025-26"},
    )
    origin = RowOrigin("RC-DSA-01", "river", pa.array)
    (first, landed_levels), (second, conformed_levels) = _ANSWERS[landing], _ANSWERS[later]
    landed = land_sheets(
        store,
        read_file("x.csv", b"ID,Grade\n1,3\n2,4\n3,5\n"),
        mapping,
        permit=permit(Action.RECEIVE, "enrollment", people=first),
        rows=origin,
    )
    conforming = permit(Action.CONFORM, "enrollment", people=second)
    done = conform_landed_file(store, landed.ref, mapping, permit=conforming, rows=origin)
    levels = map(min, landed_levels, conformed_levels)
    expected = [
        (student, grade if level > 1 else None)
        for student, grade, level in zip("123", "345", levels, strict=True)
        if level
    ]
    rows = store.read(done.ref).select(["local_id", "grade"]).to_pylist()
    assert [(row["local_id"], row["grade"]) for row in rows] == expected
    assert done.report.rows_kept + done.report.left_out == 3
