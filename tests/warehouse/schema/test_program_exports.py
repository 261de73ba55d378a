"""Attendance and participation exports of program software are recognized, whatever the product.

The files are invented. Their headings are words that the products use in their documentation.
"""

import io

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping, MappingProblem
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping


def suggest(text: str, record: str | None = None) -> ColumnMapping:
    (sheet,) = read_file("export.csv", text.encode())
    return suggest_mapping(sheet.header, sheet.table, record)


def write(header: str, *rows: str) -> str:
    out = io.StringIO()
    out.write(header + "\n")
    for number in range(4):
        out.writelines(row.replace("#", str(number)) + "\n" for row in rows)
    return out.getvalue()


_LISTS = (
    (
        "Participant ID,First Name,Last Name,Activity,Date of Visit,Hours",
        "90#,Ana,Ames,Homework Club,09/0#/2026,1.5",
        {"Participant ID": "local_id", "Activity": "program", "Date of Visit": "date"},
        ("Hours", "hours"),
    ),
    (
        "Participant Name,Program Name,Attendance Date,Attendance Status,Total Minutes",
        '"Ames, Ana #",Choir,2026-09-0#,Present,90',
        {"Program Name": "program", "Attendance Date": "date", "Attendance Status": "present"},
        ("Total Minutes", "hours:minutes"),
    ),
    (
        "Client ID,Service Name,Date of Service,Contact Hours",
        "C-#,Tutoring,9/#/2026,0.5",
        {"Client ID": "local_id", "Service Name": "program", "Date of Service": "date"},
        ("Contact Hours", "hours"),
    ),
    (
        "Participant/Entity Identifier,First Name,Last Name,Site Name,Program Name,Response Date",
        "55#,Ana,Ames,North,Robotics,2026-09-0#",
        {"Participant/Entity Identifier": "local_id", "Program Name": "program"},
        ("Response Date", "date"),
    ),
    (
        "Youth ID,Activity Name,Activity Date,Attended,Minutes Attended",
        "7#,Chess,2026-09-0#,P,45",
        {"Youth ID": "local_id", "Activity Name": "program", "Activity Date": "date"},
        ("Minutes Attended", "hours:minutes"),
    ),
)


@pytest.mark.parametrize(("header", "row", "targets", "amount"), _LISTS)
def test_a_list_with_a_row_for_each_visit(
    header: str, row: str, targets: dict[str, str], amount: tuple[str, str]
) -> None:
    mapping = suggest(write(header, row))
    assert mapping.record == "session_attendance"
    expected = targets | dict([amount])
    assert {name: mapping.columns.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("days", "cells", "value"),
    [
        ("09/08/2026,09/09/2026,09/10/2026", "P,A,P", "present"),
        ("Mon 9/8,Tue 9/9,Wed 9/10", "1,0,1", "present"),
        ("Sep 8,Sep 9,Sep 10", "1.5,2,", "hours"),
        ("9/8,9/9,2/29", "1:30,0:45,2:00", "hours"),
        ("2026-09-08,2026-09-09,2026-09-10", "90,45,0", "hours:minutes"),
        ("9/8,9/9,9/10", "ON,OFF,ON", "present"),
    ],
)
def test_a_grid_with_a_column_for_each_day(days: str, cells: str, value: str) -> None:
    text = write(
        f"Participant ID,Participant Name,Activity,{days},Total Days,Total Hours",
        f'90#,"Ames, Ana",Homework Club,{cells},2,3.5',
    )
    mapping = suggest(text)
    assert (mapping.record, mapping.wide and mapping.wide.value) == ("session_attendance", value)
    assert mapping.columns["Participant ID"] == "local_id"
    assert mapping.columns["Activity"] == "program"


@pytest.mark.parametrize(
    ("days", "hours"),
    [
        ("Days Attended", "Total Hours"),
        ("Total Days Attended", "Total Minutes"),
        ("Total Sessions", "Hours Attended"),
    ],
)
def test_totals_of_each_participant(days: str, hours: str) -> None:
    mapping = suggest(
        write(f"Participant ID,Last Name,Program,{days},{hours}", "90#,Ames,Choir,31,46.5")
    )
    assert mapping.record == "participation"
    rule = "total_hours:minutes" if "Minutes" in hours else "total_hours"
    assert mapping.columns[days] == "days_attended"
    assert mapping.columns[hours] == rule
    assert mapping.columns["Program"] == "program"


def test_a_grid_with_no_known_heading_is_still_one_of_days() -> None:
    text = write("Row no.,Offering,9/8,9/9", "#,Choir,P,A")
    for record in (None, "session_attendance"):
        mapping = suggest(text, record)
        assert (mapping.record, mapping.columns) == ("session_attendance", {})
        assert mapping.wide
        assert ColumnMapping.parse(mapping.dump()) == mapping
    unknown = write("Row no.,Offering,Tag", "#,Choir,7")
    assert suggest(unknown, "participation").columns == {}
    with pytest.raises(MappingProblem, match="choose the record type"):
        suggest(unknown)


def test_attendance_of_schools_is_none_of_programs() -> None:
    school = suggest(write("Student ID,School ID,Date,Attendance Code", "1#,7,2026-09-0#,UNX"))
    assert school.record == "attendance"
    totals = suggest(
        write(
            "Student ID,School Year,Days Enrolled,Days Absent,Days Present", "1#,2026-27,170,9,161"
        )
    )
    assert totals.record == "attendance_total"


@pytest.mark.parametrize(
    ("header", "rows", "rules"),
    [
        ("Hrs,Min", ("1,30", "0,45"), ("hours", "hours:added_minutes")),
        ("Min,Hours", ("30,1", "45,0"), ("hours:added_minutes", "hours")),
        ("Hours,Minutes", ("1.5,90", "2,120"), ("hours", None)),
        ("Hours,Total Minutes", ("1,60", "2,59"), ("hours", None)),
    ],
)
def test_minutes_beside_whole_hours_are_added_to_them(
    header: str, rows: tuple[str, ...], rules: tuple[str | None, ...]
) -> None:
    text = f"Student ID,Program,Date,{header}\n"
    text += "".join(f"{n},Chess,2026-09-0{n},{row}\n" for n, row in enumerate(rows, 1))
    (sheet,) = read_file("hours.csv", text.encode())
    mapping = suggest_mapping(sheet.header, sheet.table, "session_attendance")
    assert tuple(mapping.columns.get(name) for name in header.split(",")) == rules


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"Min": "hours:added_minutes"}, "no column has the hours"),
        ({"H": "hours", "A": "hours:added_minutes", "B": "hours:added_minutes"}, "Two columns"),
        ({"H": "hours:minutes", "A": "hours:added_minutes"}, "no column has the hours"),
    ],
)
def test_minutes_need_one_column_of_hours(columns: dict[str, str], problem: str) -> None:
    with pytest.raises(MappingProblem, match=problem):
        ColumnMapping(record="session_attendance", columns={"ID": "local_id", **columns})
