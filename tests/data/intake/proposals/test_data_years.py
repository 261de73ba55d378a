"""Find the school years of the rows of a file, and what contradicts its period."""

from datetime import date

import pytest

from cairn.data.intake.proposals.data_years import DataYears, find_data_years
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ColumnMapping, suggest_mapping

ON = date(2026, 10, 1)
GRID = "Student ID,Activity,{0},{1}\n1,Choir,P,A\n2,Choir,P,P\n"


@pytest.mark.parametrize(
    ("record", "text", "year"),
    [
        ("attendance", "Student ID,Date,Code\n1,2025-09-20,A\n2,3/2/2026,A\n3,,A\n", "2025-26"),
        ("attendance", "Student ID,Date,Code\n1,2025-06-20,A\n2,2025-09-20,A\n", ""),
        ("attendance", "Student ID,Date,Code\n1,soon,A\n", ""),
        ("attendance", "Student ID,Code\n1,A\n", ""),
        ("enrollment", "Student ID,School Year,Entry Date\n1,24-25,2020-09-01\n", "2024-25"),
        ("enrollment", "Student ID,Entry Date\n1,2025-09-01\n2,2026-01-05\n", "2025-26"),
        ("student", "Student ID,First Name,Birth Date\n1,Ada,2015-03-01\n", ""),
        ("session_attendance", GRID.format("9/8/2025", "9/9/2025"), "2025-26"),
        ("session_attendance", GRID.format("9/8", "9/9"), ""),
    ],
)
def test_the_first_field_that_says_when_decides(record: str, text: str, year: str) -> None:
    sheets = read_file("file.csv", text.encode())
    mapping = suggest_mapping(sheets[0].header, sheets[0].table, record)
    elements = frozenset(field.element for field in mapping.type.fields.values())
    assert find_data_years(sheets, mapping, elements, ON).year == year
    assert find_data_years(sheets, mapping, frozenset(), ON) == DataYears()


def test_years_and_months_are_counted_by_their_cells() -> None:
    text = "Student ID,Date,Code\n1,2025-09-20,A\n2,2025-09-20,A\n3,2024-09-03,A\n"
    mapping = ColumnMapping(record="attendance", columns={"Student ID": "local_id", "Date": "date"})
    elements = frozenset({"attendance.date"})
    found = find_data_years(read_file("x.csv", text.encode()), mapping, elements, ON)
    assert found.cells == {"2024-25": 1, "2025-26": 2}
    assert (len(found.months), found.month) == (2, "")
    september = read_file("x.csv", text.replace("2024", "2025").encode())
    assert find_data_years(september, mapping, elements, ON).month == "2025-09"
    other = read_file("x.csv", b"A,B\n1,2\n")
    assert find_data_years(other, mapping, elements, ON) == DataYears()


ONE = DataYears({"2025-26": 4}, months=("2025-09",))
SEVERAL = DataYears({"2024-25": 1, "2025-26": 1200})
ENTRIES = DataYears({"2019-20": 8, "2025-26": 30}, has_history=True)


@pytest.mark.parametrize(
    ("data_years", "period", "contradiction"),
    [
        (ONE, "2025-26", ""),
        (ONE, "2025-09", ""),
        (ONE, "fall", ""),
        (ONE, "2026-27", "are of the school year 2025-26, and its period is 2026-27."),
        (ONE, "2025-10", "are of the month 2025-09, and its period is 2025-10."),
        (ONE, "2026-09", "are of the school year 2025-26, and its period is 2026-09."),
        (SEVERAL, "2025-26", "Cells of each school year: 2024-25 (1), 2025-26 (1,200)."),
        (ENTRIES, "2025-26", ""),
        (ENTRIES, "2026-27", ""),
        (ENTRIES, "2024-25", "Cells of each school year: 2019-20 (8), 2025-26 (30)."),
        (
            DataYears({"2024-25": 3}, has_history=True),
            "2025-26",
            "are of the school year 2024-25, and its period is 2025-26.",
        ),
        (DataYears({"2025-26": 3}, ("2025-09",), has_history=True), "2025-10", ""),
        (DataYears({"2025-26": 3}, ("2025-08", "2025-09")), "2025-09", ""),
        (
            DataYears({"2025-26": 3}, ("2025-08", "2025-09")),
            "2025-11",
            "are of the months 2025-08 to 2025-09, and its period is 2025-11.",
        ),
        (DataYears(), "2025-26", ""),
    ],
)
def test_dates_can_contradict_a_period(
    data_years: DataYears, period: str, contradiction: str
) -> None:
    described = data_years.describe_contradiction(period)
    assert described.endswith(contradiction)
    assert bool(described) == bool(contradiction)


def test_the_period_is_that_of_all_rows() -> None:
    assert ONE.choose_period("2026-27") == "2025-26"
    assert ONE.choose_period("2025-10") == "2025-09"
    assert SEVERAL.choose_period("2026-27") == "2026-27"
    assert DataYears({"2025-26": 2}).choose_period("2025-10") == "2025-10"
