"""Ed-Fi interchange XML: a sheet a type, a column a path; nothing fetched, nothing expanded."""

import pytest

from cairn.warehouse.readers import read_file, record_rows, sheet_builder
from cairn.warehouse.schema.sheets import ROW_COLUMN, UnreadableFile

_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<InterchangeStudent xmlns="http://ed-fi.org/5.2.0">
  <!-- a comment -->
  <Student id="S1">
    <StudentUniqueId>1</StudentUniqueId>
    <Name><FirstName> Ana </FirstName></Name>
    <Address><City>Elm</City></Address>
    <Address><City>Oak</City></Address>
  </Student>
  <Person><PersonId>9</PersonId></Person>
  <Student>
    <StudentUniqueId>2</StudentUniqueId>
    <SchoolReference ref="SC1"/>
  </Student>
</InterchangeStudent>
"""


def test_a_type_is_a_sheet_and_a_path_a_column() -> None:
    student, person = read_file("Student.xml", _XML)
    assert (student.name, person.name) == ("Student", "Person")
    first, second = student.table.to_pylist()
    assert first == {
        "@id": "S1",
        "StudentUniqueId": "1",
        "Name.FirstName": "Ana",
        "Address.City": "Elm",
        "Address[2].City": "Oak",
        "SchoolReference@ref": None,
        ROW_COLUMN: 4,
    }
    assert (second["StudentUniqueId"], second["SchoolReference@ref"], second[ROW_COLUMN]) == (
        "2",
        "SC1",
        11,
    )
    assert student.notes[0].message == "Ed-Fi interchange Student."


_SCORE = "<ScoreResult><Result>{}</Result>{}</ScoreResult>"
_METHOD = "<AssessmentReportingMethod>{}</AssessmentReportingMethod>"


@pytest.mark.parametrize(
    ("level", "first"),
    [
        ("<PerformanceLevel><PerformanceLevel>Pass</PerformanceLevel>{}</PerformanceLevel>", "650"),
        ("<PerformanceLevel><PerformanceLevel>Pass</PerformanceLevel></PerformanceLevel>", "89"),
        ("", "89"),
    ],
)
def test_the_score_of_the_performance_level_comes_first(level: str, first: str) -> None:
    raw, percentile = _METHOD.format("Raw score"), _METHOD.format("Percentile")
    scores = _SCORE.format("89", percentile) + _SCORE.format("650", raw)
    content = (
        '<InterchangeStudentAssessment xmlns="http://ed-fi.org/5.2.0"><StudentAssessment>'
        f"{scores}{level.format(raw)}</StudentAssessment></InterchangeStudentAssessment>"
    )
    (sheet,) = read_file("StudentAssessment.xml", content.encode())
    (row,) = sheet.table.to_pylist()
    assert row["ScoreResult.Result"] == first
    assert {row["ScoreResult.Result"], row["ScoreResult[2].Result"]} == {"89", "650"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("uri://ed-fi.org/SexDescriptor#Female", "Female"),
        ("uri://tx.example/GradeLevelDescriptor#A #1 grade", "A #1 grade"),
        ("uri://ed-fi.org/SexDescriptor#", "uri://ed-fi.org/SexDescriptor#"),
        ("Apartment #4", "Apartment #4"),
    ],
)
def test_of_a_descriptor_the_word_is_kept(text: str, read: str) -> None:
    content = f"<InterchangeStudent><Student><A>{text}</A></Student></InterchangeStudent>"
    (sheet,) = read_file("Student.xml", content.encode())
    assert sheet.table["A"].to_pylist() == [read]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert len(read_file("Student.xml", b"\xef\xbb\xbf" + _XML)) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'<?xml version="1.0"?><Students><Student/></Students>', "no records"),
        (_XML[:-30], "well-formed XML near line"),
        (b"<x:InterchangeStudent><Student/></x:InterchangeStudent>", "well-formed XML near line"),
        (
            (
                b'<?xml version="1.0"?><!DOCTYPE InterchangeStudent [<!ENTITY a "b">]>'
                b"<InterchangeStudent><Student><A>&a;</A></Student></InterchangeStudent>"
            ),
            "document type",
        ),
        (
            b'<!DOCTYPE InterchangeStudent SYSTEM "http://example.org/x.dtd"><InterchangeStudent/>',
            "document type",
        ),
    ],
)
def test_anything_else_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read_file("x.xml", content)


def test_a_file_on_this_machine_is_never_read() -> None:
    content = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        b"<InterchangeStudent><Student><A>&f;</A></Student></InterchangeStudent>"
    )
    with pytest.raises(UnreadableFile):
        read_file("x.xml", content)


def test_paths_that_differ_in_every_row_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = "".join(f"<Student><P{i}>1</P{i}></Student>" for i in range(100))
    content = f"<InterchangeStudent>{rows}</InterchangeStudent>".encode()
    assert len(read_file("x.xml", content)[0].header) == 100
    monkeypatch.setattr(record_rows, "MAX_CELLS", 9_000)
    with pytest.raises(UnreadableFile, match="Send it in parts"):
        read_file("x.xml", content)
    monkeypatch.setattr(sheet_builder, "MAX_COLUMNS", 50)
    with pytest.raises(UnreadableFile, match="51 columns"):
        read_file("x.xml", content)
