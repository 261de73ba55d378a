"""Every published sample file is read whole: vendor exports and an Ed-Fi district."""

import csv
from pathlib import Path

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.sheets import ROW_COLUMN

# Every export has its header on the first line, but for this one: its first line has the titles of
# groups of columns, and its second line only separators.
_HEADER_LINES = {"CIRCLE": 3}

_STUDENTS, _EVENTS, _SCHOOLS = 960, 1917, 3


def test_every_vendor_export(real_data: Path) -> None:
    files = sorted((real_data / "assessments").glob("*/data/*.csv"))
    assert len(files) > 20
    for path in files:
        (sheet,) = read_file(path.name, path.read_bytes())
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
        header_line = _HEADER_LINES.get(path.parts[-3], 1)
        header, rows = lines[header_line - 1], lines[header_line:]
        assert next(h for h in header if h.strip()) == sheet.header[0], path
        assert len(sheet.header) >= sum(1 for h in header if h.strip()), path
        assert sheet.table.num_rows == len(rows), path
        assert sheet.misfits == ()
        assert sheet.table[ROW_COLUMN][0].as_py() == header_line + 1, path


def test_every_interchange_file(real_data: Path) -> None:
    sheets = {
        (path.stem, sheet.name): sheet
        for path in sorted((real_data / "edfi_grandbend").glob("*.xml"))
        for sheet in read_file(path.name, path.read_bytes())
    }
    assert sheets["Student", "Student"].table.num_rows == _STUDENTS
    events = sheets["StudentSchoolAttendance", "StudentSchoolAttendanceEvent"].table
    assert events.num_rows == _EVENTS
    assert len(events["SchoolReference.SchoolIdentity.SchoolId"].unique()) == _SCHOOLS
    sessions = sheets["EducationOrgCalendar", "Session"].table
    assert sorted(set(sessions["TotalInstructionalDays"].to_pylist())) == ["81", "88"]
