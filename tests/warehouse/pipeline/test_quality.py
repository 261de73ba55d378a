"""No row is lost without a word: the rows of a file are kept, set aside or counted by kind."""

import csv
import io
import json
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.pipeline.quality import QualityReport
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping, WideLayout
from cairn.warehouse.store.file_store import FileStore

Permits = Callable[..., Permit]
Rows = list[list[str]]

_HEADER = ["ID", "First", "Last", "Born"]
_COLUMNS = dict(zip(_HEADER, ("local_id", "given_name", "family_name", "birth_date"), strict=True))
_STUDENTS = ColumnMapping(record="student", columns=_COLUMNS)

_OTHER_ROWS = st.sampled_from(
    [
        _HEADER,
        ["", "", "", ""],
        ["Total", "", "", "12"],
        ["Confidential", "", "", ""],
        ["Printed on 11/3/2025", "", "", "Page 1 of 2"],
    ]
)
_NAMELESS = ["", "", "", "2015-01-01"]
_UNDATED = ["7000", "Zed", "Zu", "2015-13-99"]
_BAD_ROWS = st.sampled_from([_NAMELESS, _UNDATED])
_GOOD = "good"
_ROWS = st.lists(st.one_of(st.just(_GOOD), _OTHER_ROWS, _BAD_ROWS), max_size=14)
_TITLES = st.lists(st.sampled_from([["Roster"], ["Spring 2026"]]), max_size=2)


def _fill(rows: list[str | list[str]]) -> Rows:
    """Give each good row a child of its own; two come first, so that there is a table."""
    return [
        [f"{1000 + i}", f"Given{i}", f"Family{i}", "2015-03-04"] if row == _GOOD else [*row]
        for i, row in enumerate([_GOOD, _GOOD, *rows])
    ]


def _write_csv(rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _write_workbook(rows: Rows) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name in ("Kids", "Other"):
            tab = book.add_worksheet(name)
            shown = rows if name == "Kids" else [["Color"], ["red"], ["blue"]]
            for i, row in enumerate(shown):
                tab.write_row(i, 0, [cell or None for cell in row])
    return file.getvalue()


def _write_zip(rows: Rows) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("kids.csv", _write_csv(rows))
        made.writestr("other.csv", b"Color\nred\nblue\n")
        made.writestr("about.pdf", b"%PDF")
    return file.getvalue()


@pytest.fixture(scope="module")
def report_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., QualityReport]:
    """Land and conform a file in a store of its own."""

    def make(
        store: FileStore, permit: Permits, name: str, content: bytes, mapping: ColumnMapping
    ) -> QualityReport:
        sheets = read_file(name, content, skip_rows=mapping.skip_rows)
        landed = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record))
        return conform_landed_file(
            store, landed.ref, mapping, permit=permit(Action.CONFORM, mapping.record)
        ).report

    return make


@pytest.mark.parametrize(
    ("name", "write", "unread"),
    [
        ("x.csv", _write_csv, 0),
        ("x.xlsx", _write_workbook, 2),
        ("x.zip", _write_zip, 2),
    ],
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(titles=_TITLES, rows=_ROWS)
def test_every_row_of_a_file_is_accounted_for(
    name: str,
    write: Callable[[Rows], bytes],
    unread: int,
    titles: Rows,
    rows: list[str | list[str]],
    report_of: Callable[..., QualityReport],
    store: FileStore,
    permit: Permits,
) -> None:
    filled = _fill(rows)
    written = [*titles, _HEADER, *filled]
    while not any(written[-1]):  # a workbook does not hold blank rows at its end
        written.pop()
    report = report_of(store, permit, name, write(written), _STUDENTS)
    assert [table.unaccounted for table in report.sheets] == [0] * len(report.sheets)
    (kids,) = (table for table in report.sheets if not table.not_read)
    assert kids.rows == len(written)
    assert sum(sheet.not_read for sheet in report.sheets) == unread
    good = 2 + rows.count(_GOOD)
    assert kids.kept == report.rows_kept == good + rows.count(_UNDATED)
    assert kids.set_aside == report.rows_quarantined == rows.count(_NAMELESS)
    assert QualityReport.from_json(report.to_json()) == report


def _write_parquet(students: int, others: int) -> bytes:
    file = io.BytesIO()
    ids = [str(1000 + i) for i in range(students)] + [""] * others
    pq.write_table(pa.table({"ID": ids, "First": [f"Given{i}" if i else "" for i in ids]}), file)
    return file.getvalue()


def _write_interchange(students: int, others: int) -> bytes:
    rows = "".join(f"<Student><ID>{1000 + i}</ID></Student>" for i in range(students))
    rows += "<Person><ID>9</ID></Person>" * others
    return f"<?xml version='1.0'?><InterchangeStudent>{rows}</InterchangeStudent>".encode()


def _write_oneroster(students: int, others: int) -> bytes:
    users = "".join(f"u{i},student,Given{i},Ames,{1000 + i}\n" for i in range(students))
    users += "".join(f"t{i},teacher,Pat,Boyd,\n" for i in range(others))
    tables = {
        "manifest": "propertyName,value\noneroster.version,1.2\n",
        "users": f"sourcedId,role,givenName,familyName,ID\n{users}",
        "demographics": "sourcedId,sex\nu0,male\nx9,female\n",
        "orgs": "sourcedId,name,type\no1,Oak,school\n",
        "classes": "sourcedId,classType\nc1,homeroom\nc2,scheduled\n",
        "enrollments": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\n"
        "e1,c1,o1,u0,student\ne2,c2,o1,u0,student\n",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in tables.items():
            made.writestr(f"{name}.csv", text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "write", "sheet", "unread"),
    [
        ("x.parquet", _write_parquet, None, set()),
        ("x.xml", _write_interchange, "Student", {"Person"}),
        ("x.zip", _write_oneroster, "students", {"enrollments"}),
    ],
)
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(students=st.integers(1, 5), others=st.integers(1, 5))
def test_every_row_of_a_format_is_accounted_for(
    name: str,
    write: Callable[[int, int], bytes],
    sheet: str | None,
    unread: set[str],
    students: int,
    others: int,
    report_of: Callable[..., QualityReport],
    store: FileStore,
    permit: Permits,
) -> None:
    first_name = "givenName" if name == "x.zip" else "First"
    columns = {"ID": "local_id", first_name: "given_name"}
    mapping = ColumnMapping(record="student", columns=columns, sheet=sheet)
    report = report_of(store, permit, name, write(students, others), mapping)
    assert [table.unaccounted for table in report.sheets] == [0] * len(report.sheets)
    assert {table.sheet for table in report.unread_sheets} == unread
    read = report.sheets[0]
    assert read.kept == report.rows_kept == students
    told = {note.code: note.count for note in read.left_out}
    if name == "x.zip":
        assert told == {"header_rows": 1, "other_people": others}
        assert any(note.code == "unmatched_demographics" for note in report.notes)
    else:
        assert told == {}
    assert read.set_aside == (others if name == "x.parquet" else 0)
    assert report.records_in_file >= students + others * (name != "x.zip")


def test_rows_of_two_sheets_are_counted_apart(
    report_of: Callable[..., QualityReport], store: FileStore, permit: Permits
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.csv", "ID,First\n1,Ana\n,\n,,\n2,Bo,shifted\n")
        made.writestr("b.csv", "ID,First\n3,Cy\n")
    mapping = ColumnMapping(record="student", columns={"ID": "local_id", "First": "given_name"})
    first, second = report_of(store, permit, "x.zip", file.getvalue(), mapping).sheets
    assert (first.rows, first.kept, first.set_aside, first.count_left_out()) == (5, 1, 1, 3)
    assert (second.rows, second.kept, second.set_aside, second.count_left_out()) == (2, 1, 0, 1)


def test_the_days_of_a_wide_sheet_are_rows_of_their_own(
    report_of: Callable[..., QualityReport], store: FileStore, permit: Permits
) -> None:
    mapping = ColumnMapping(
        record="session_attendance",
        columns={"ID": "local_id"},
        constants={"program": "Oak Club"},
        wide=WideLayout("present", school_year="2025-26"),
    )
    content = b"ID,9/8,9/9\n1,x,x\n2,x,\n3,,\n"
    (table,) = report_of(store, permit, "x.csv", content, mapping).sheets
    assert (table.rows, table.added, table.unaccounted) == (4, 0, 0)
    assert table.kept + table.set_aside == 3


def test_a_report_of_an_earlier_version_is_read() -> None:
    body = {"record": "student", "rows_in": 1, "rows_kept": 1, "rows_quarantined": 0}
    body |= {"cells_blanked": 0, "repeated_rows": 0, "columns": [], "problems": []}
    report = QualityReport.from_json(
        json.dumps({**body, "dropped": [], "notes": [], "missing": []})
    )
    assert report.sheets == ()
    assert (report.unread_sheets, report.has_unusual_rows) == ((), False)
