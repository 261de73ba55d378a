"""Find the one school year of the rows of a file."""

from datetime import date

import pytest

from cairn.data.intake.proposals.data_years import find_data_year
from cairn.warehouse.pipeline import prepare_sheet
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import suggest_mapping

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
    (sheet,) = read_file("file.csv", text.encode())
    mapping = suggest_mapping(sheet.header, sheet.table, record)
    elements = frozenset(field.element for field in mapping.type.fields.values())
    prepared = [prepare_sheet(sheet, mapping)]
    assert find_data_year(prepared, mapping, elements, ON) == year
    assert find_data_year(prepared, mapping, frozenset(), ON) == ""
