"""Results of a program's participants, counted from the values that are shared with it."""

from collections.abc import Callable

import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.measures.program_results import (
    RESULT_RECORDS,
    SharedRow,
    count_program_result,
    load_program_results,
)
from cairn.warehouse.store import WrongPermit

YEAR = "2026-27"


def rows(record: str, *values: tuple[str, dict[str, str | float | None]]) -> list[SharedRow]:
    return [
        SharedRow(person, "river", record, {"school_year": YEAR, **found})
        for person, found in values
    ]


def days(absent: float, year: str = YEAR) -> dict[str, str | float | None]:
    return {"days_enrolled": 60.0, "days_absent": absent, "school_year": year, "events": 3.0}


def level(name: str, **values: str) -> dict[str, str | float | None]:
    return {"subject": "Reading", "performance_level": name, **values}


CASES: dict[str, tuple[list[SharedRow], list[tuple[str, int, int]]]] = {
    # A tenth of the days is chronic. A row without days, or of single events, says nothing.
    "chronic_absence": (
        rows(
            "attendance_total",
            ("a", days(6)),
            ("a", days(0, "2025-26")),
            ("b", days(5)),
            ("c", {"days_absent": 9.0}),
        )
        + rows("attendance", ("d", {"event": "absent_excused", "events": 30.0})),
        [("2025-26", 0, 1), (YEAR, 1, 1)],
    ),
    # The latest result counts; the standard goes before the level's name.
    "reading_standard": (
        rows(
            "assessment",
            ("a", level("At grade", date="2026-09-02")),
            ("a", level("Below grade", date="2026-11-02")),
            ("b", level("Above grade")),
            ("c", level("Level 3")),
            ("d", level("At grade", met="no")),
            ("e", level("At grade", subject="Math")),
            ("f", {"subject": "ELA", "met": "yes"}),
        ),
        [(YEAR, 2, 2)],
    ),
    "math_standard": (
        rows("assessment", ("a", level("At grade", subject="Math")), ("b", level("At grade"))),
        [(YEAR, 1, 0)],
    ),
    # One failing grade of several is enough.
    "failing_mark": (
        rows(
            "course", ("a", {"mark": "B+"}), ("a", {"mark": "F"}), ("b", {"mark": "C"}),
            ("c", {"mark": "85"}), ("d", {"mark": None}),
        ),
        [(YEAR, 1, 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", load_program_results())
def test_each_participant_counts_once_a_year_where_a_value_says_so(
    name: str, permit: Callable[..., Permit]
) -> None:
    found, expected = CASES[name]
    definition = load_program_results()[name]
    assert {line.partition(".")[0] for line in definition.elements} & RESULT_RECORDS
    counts = count_program_result(
        found, definition, permit=permit(Action.AGGREGATE), engine=open_sql_engine()
    )
    assert [(row.year, row.reached, row.others) for row in counts] == expected


def test_counting_needs_its_permit_and_absence_is_that_of_published_figures(
    permit: Callable[..., Permit],
) -> None:
    definition = load_program_results()["chronic_absence"]
    assert definition is load_outcome_catalogue()["chronic_absence"]
    with pytest.raises(WrongPermit, match="calculate figures"):
        count_program_result([], definition, permit=permit(Action.LIST), engine=open_sql_engine())
