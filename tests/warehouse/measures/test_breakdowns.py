"""A child's value of each breakdown, worked out by hand."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.warehouse.measures.test_outcome_counts import YEAR, Rows, tabulate, tally

from cairn.warehouse.measures import breakdowns
from cairn.warehouse.measures.outcome_counts import NOT_ON_RECORD
from cairn.warehouse.schema.elements import load_element_catalogue

__all__ = ["tabulate"]

READERS = "program:Riverside Readers"


def child(name: str, **fields: object) -> dict[str, object]:
    return {"person": name, **fields}


def totals(*people: str) -> Rows:
    """Days of a year for each, so that everyone counts."""
    year = {"school_year": YEAR, "days_enrolled": 180.0, "days_absent": 1.0}
    return [{"person": person, **year} for person in people]


@pytest.mark.parametrize(
    ("dimension", "records", "expected"),
    [
        (
            "zip",
            {
                "student": [
                    child("a", postal_code="97301"),
                    child("b", postal_code=" 97301-1234 "),
                    child("c", postal_code="9730"),
                    # The one that most rows give counts.
                    child("d", postal_code="97302"),
                    child("d", postal_code="97302"),
                    child("d", postal_code="97303"),
                ]
            },
            {"97301": 2, "97302": 1, NOT_ON_RECORD: 1},
        ),
        (
            "home_language",
            {
                "student": [
                    child("a", home_language="Español"),
                    child("b", home_language=" SPA "),
                    child("c", home_language="the language of Ana Ruiz"),
                    child("d", home_language="-"),
                ]
            },
            {"spanish": 2, "other": 1, NOT_ON_RECORD: 1},
        ),
        (
            "age",
            {
                "student": [
                    # Five on the first of September 2021, and one day too young for that.
                    child("a", birth_date=date(2016, 9, 1)),
                    child("b", birth_date=date(2016, 9, 2)),
                    child("c", birth_date=date(2003, 9, 1)),
                ]
            },
            {"5-9": 1, "0-4": 1, "18+": 1, NOT_ON_RECORD: 1},
        ),
        (
            "grade",
            {
                "enrollment": [
                    child("a", school_year=YEAR, grade="2", entry_date=date(2021, 9, 1)),
                    child("a", school_year=YEAR, grade="3", entry_date=date(2022, 1, 9)),
                    child("b", school_year=YEAR, grade="K"),
                    child("c", school_year="2020-21", grade="5"),
                ]
            },
            {"3": 1, "K": 1, NOT_ON_RECORD: 2},
        ),
        (
            READERS,
            {
                "participation": [
                    child("a", program="riverside  readers", start_date=date(2020, 9, 1),
                          end_date=date(2021, 7, 1)),
                    child("b", program="Riverside Readers", start_date=date(2020, 9, 1),
                          end_date=date(2021, 6, 30)),
                    # Without a last day only the year of the first day counts.
                    child("c", program="Riverside Readers", start_date=date(2020, 9, 1)),
                    child("d", program="Riverside Readers", start_date=date(2022, 6, 30)),
                    child("d", program="Math Lift", start_date=date(2022, 6, 30)),
                    child("b", program="Math Lift", start_date=date(2022, 6, 30)),
                ]
            },
            {"yes": 2, "no": 2},
        ),
        (
            "program@2021-10-01:Riverside Readers",
            {
                "participation": [
                    # The day itself counts, the first and the last one of a time, too.
                    child("a", program="Riverside Readers", start_date=date(2021, 10, 1),
                          end_date=date(2021, 10, 1)),
                    # In the program before and after, and not on the day.
                    child("b", program="Riverside Readers", start_date=date(2021, 9, 1),
                          end_date=date(2021, 9, 30)),
                    child("b", program="Riverside Readers", start_date=date(2021, 10, 2)),
                    # Without a last day until the end of the school year of the first one.
                    child("c", program="riverside  readers", start_date=date(2021, 7, 1)),
                    child("d", program="Riverside Readers", start_date=date(2021, 6, 30)),
                    child("d", program="Math Lift", start_date=date(2021, 9, 1)),
                ]
            },
            {"yes": 2, "no": 2},
        ),
        (
            # Without a first day from the beginning of the school year of the last one.
            "program@2020-10-01:Riverside Readers",
            {
                "participation": [
                    child("a", program="Riverside Readers", end_date=date(2021, 6, 30)),
                    child("b", program="Riverside Readers", end_date=date(2021, 7, 1)),
                    child("c", program="Riverside Readers", end_date=date(2020, 9, 30)),
                    child("d", program="Riverside Readers"),
                ]
            },
            {"yes": 1, "no": 3},
        ),
        (
            "english_learner",
            {
                "student": [
                    child("a"), child("b"), child("c"), {**child("d"), "source": "elsewhere"},
                ],
                "english_learner": [
                    child("a", start_date=date(2019, 9, 1), end_date=date(2021, 9, 1)),
                    child("b", start_date=date(2019, 9, 1), end_date=date(2020, 9, 1)),
                ],
            },
            {"yes": 1, "no": 2, NOT_ON_RECORD: 1},
        ),
        (
            "city",
            {
                "student": [
                    # A name that fewer than ten children give is not the city of their ZIP code.
                    *(child(name, postal_code="97301", city="SALEM ") for name in "ab"),
                    child("c", postal_code="97302", city="c/o Ana Ruiz"),
                    child("d", city="Salem"),
                    *(child(f"x{n}", postal_code="97301-0001", city="Salem") for n in range(8)),
                    *(child(f"y{n}", postal_code="97301", city="Keizer") for n in range(4)),
                ]
            },
            {"Salem": 2, NOT_ON_RECORD: 2},
        ),
        (
            "dosage",
            {
                "session_attendance": [
                    *(child("a", date=date(2021, 10, day), hours=7.5) for day in (1, 2)),
                    child("a", date=date(2020, 10, 1), hours=400.0),
                    child("b", date=date(2021, 10, 1), present="yes"),
                    child("d", date=date(2021, 10, 1), hours=0.5),
                ],
                # On a roster without hours, and in no program that year.
                "participation": [child("c", program="Lift", start_date=date(2019, 9, 1))],
            },
            {"15-44": 1, NOT_ON_RECORD: 1, "none": 1, "0-14": 1},
        ),
        (
            "cohort",
            {"graduation": [child("a", cohort_year="2024-25"), child("b", cohort_year=YEAR)]},
            {"2024-25": 1, YEAR: 1, NOT_ON_RECORD: 2},
        ),
        (
            "homeless",
            {
                "student": [
                    child("a"), child("b"), child("c"), {**child("d"), "source": "elsewhere"},
                ],
                "homelessness": [
                    child("a", nighttime_residence="doubled up", school_year=YEAR),
                    child("b", nighttime_residence="shelter", school_year="2019-20"),
                    # A project without a residence is no record of a school.
                    child("c", project_type="prevention", entry_date=date(2021, 9, 1)),
                ],
            },
            {"yes": 1, "no": 2, NOT_ON_RECORD: 1},
        ),
        (
            "foster",
            {
                "child_welfare": [
                    child("a", removal_date=date(2019, 9, 1)),
                    child("b", removal_date=date(2019, 9, 1), exit_date=date(2021, 6, 30)),
                    child("c", setting_start_date=date(2021, 9, 1), exit_date=date(2021, 9, 2)),
                    child("d", report_date=date(2021, 9, 1)),
                ],
            },
            {"yes": 2, "no": 2},
        ),
        (
            "disability",
            {"student": [child("a", disability="yes"), child("b", disability="no")]},
            {"yes": 1, "no": 1, NOT_ON_RECORD: 2},
        ),
        (
            "income",
            {"student": [child("a", meal_status="free"), child("b", meal_status="paid")]},
            {"free": 1, "paid": 1, NOT_ON_RECORD: 2},
        ),
    ],
)  # fmt: skip
def test_each_child_counts_once_under_the_value_of_the_breakdown(
    tabulate: Callable[..., Rows], dimension: str, records: dict[str, Rows], expected: dict
) -> None:
    rows = tabulate("chronic_absence", dimension, attendance_total=totals(*"abcd"), **records)
    assert {
        str(row[dimension]): tally(rows, **{dimension: row[dimension]})["no"] for row in rows
    } == expected


def test_breakdowns_are_counted_together_and_a_child_in_two_programs_is_in_both(
    tabulate: Callable[..., Rows],
) -> None:
    other = 'program:The "Lift"'
    both = [
        child("a", program=name, start_date=date(2021, 9, 1))
        for name in ("Riverside Readers", 'The "Lift"')
    ]
    rows = tabulate(
        "chronic_absence", "zip", READERS, other, "gender",
        attendance_total=totals(*"ab"), participation=both,
        student=[child("a", gender="F", postal_code="97301"), child("b", gender="M")],
    )  # fmt: skip
    assert tally(rows, zip="97301", **{READERS: "yes", other: "yes"}, gender="F") == {"no": 1}
    assert tally(rows, zip=NOT_ON_RECORD, **{READERS: "no", other: "no"}, gender="M") == {"no": 1}


def test_the_table_of_breakdowns_names_elements_and_codes_of_the_catalogue() -> None:
    catalogue = load_element_catalogue()
    for breakdown in breakdowns.load_breakdowns().values():
        for element in breakdown.elements:
            record, _dot, field = element.partition(".")
            assert field in catalogue[record].fields
        assert all({"en", "es"} <= set(value.label) for value in breakdown.values)
        codes = [value.code for value in breakdown.values]
        assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("zip", True), (READERS, True), ("program", False), ("program:", False),
        ("zip:97301", False), ("hours", False), ("program:A, B", False),
    ],
)  # fmt: skip
def test_a_dimension_is_a_breakdown_or_one_program(name: str, is_one: bool) -> None:
    assert breakdowns.is_dimension(name) is is_one


def test_dimensions_stand_in_the_order_of_the_table() -> None:
    assert breakdowns.sort_dimensions(["gone", READERS, "gender", "program:A", "zip", "zip"]) == (
        "gender", "zip", "program:A", READERS, "gone",
    )  # fmt: skip
    assert breakdowns.build_member_dimension("program", " Readers,  Inc ") == "program:Readers Inc"
    assert breakdowns.list_breakdown_elements(["gender", "zip"]) == {"student.postal_code"}


def test_a_fixed_cohort_is_a_dimension_of_its_program() -> None:
    dated = "program@2025-10-01:Riverside Readers"
    assert breakdowns.set_cohort_date(READERS, date(2025, 10, 1)) == dated
    assert breakdowns.set_cohort_date(dated, date(2025, 10, 1)) == dated
    assert breakdowns.set_cohort_date(dated, None) == READERS
    assert breakdowns.set_cohort_date("zip", date(2025, 10, 1)) == "zip"
    assert breakdowns.get_cohort_date(dated) == date(2025, 10, 1)
    assert breakdowns.get_cohort_date(READERS) is None
    assert breakdowns.get_member_name(dated) == "Riverside Readers"
    assert breakdowns.get_breakdown(dated).id == "program"
    assert breakdowns.get_value_rule(dated, {"program": "ever"}) is None
    assert breakdowns.is_dimension(dated)
    assert breakdowns.sort_dimensions([dated, "zip", READERS, "age"]) == (
        "zip", READERS, dated, "age",
    )  # fmt: skip
    assert breakdowns.list_breakdown_elements([dated]) == breakdowns.list_breakdown_elements(
        [READERS]
    )
    for name in ("program@2025-10-01", "program@:Readers", "program@20251001:Readers",
                 "program@fall:Readers", "zip@2025-10-01", "zip@2025-10-01:97301"):  # fmt: skip
        assert not breakdowns.is_dimension(name), name


def test_a_name_that_looks_like_a_day_is_a_name() -> None:
    name = "Lift @2025-10-01"
    dimension = breakdowns.build_member_dimension("program", name)
    assert breakdowns.is_dimension(dimension)
    assert breakdowns.get_cohort_date(dimension) is None
    assert breakdowns.get_member_name(dimension) == name
    assert breakdowns.fold_program_name("The “Lift”!") == "thelift"
