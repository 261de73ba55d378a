"""XML of any kind: what repeats is a row; nothing fetched, nothing expanded."""

from typing import Any

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.sheets import ROW_COLUMN, Sheet, UnreadableFile


def _read(text: str) -> dict[str, list[dict[str, Any]]]:
    return {sheet.name: _rows(sheet) for sheet in read_file("export.xml", text.encode())}


def _rows(sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {k: v for k, v in row.items() if v is not None and k != ROW_COLUMN}
        for row in sheet.table.to_pylist()
    ]


def test_what_repeats_is_a_row() -> None:
    sheets = _read(
        '<?xml version="1.0"?><x:Export xmlns:x="urn:a" day="2026-01-02"><Students>'
        '<Student id="1"><Name><First>Ana</First></Name><Phone>1</Phone><Phone>2</Phone></Student>'
        "<Student><Name>Bo <b>Lee</b></Name></Student></Students></x:Export>"
    )
    assert sheets == {
        "Students.Student": [
            {"@id": "1", "Name.First": "Ana", "Phone": "1; 2"},
            {"Name.b": "Lee", "Name.#text": "Bo"},
        ]
    }


def test_a_school_with_one_student_has_a_list_too() -> None:
    sheets = _read(
        "<Schools><School><Id>1</Id><Student><N>a</N></Student><Student><N>b</N></Student></School>"
        "<School><Id>2</Id><Student><N>c</N></Student></School></Schools>"
    )
    assert [(row["N"], row["parent.Id"]) for row in sheets["School.Student"]] == [
        ("a", "1"),
        ("b", "1"),
        ("c", "2"),
    ]
    assert len(sheets["School"]) == 2


def test_values_beside_the_rows_are_counted() -> None:
    (sheet,) = read_file("x.xml", b"<E><Made>today</Made><S><A>1</A></S><S><A>2</A></S></E>")
    assert {n.code: n.count for n in sheet.notes}["wrapper_fields"] == 1


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("<Student><Id>1</Id></Student>", {"export": [{"Id": "1"}]}),
        ("<Id>1</Id>", {"export": [{"value": "1"}]}),
    ],
)
def test_a_single_record(text: str, rows: dict[str, Any]) -> None:
    assert _read(text) == rows


_LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha"}">' for i in range(9))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f'<?xml version="1.0"?><!DOCTYPE x [{_LAUGHS}]><x><y>&a8;</y></x>', "document type"),
        ('<!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>', "document type"),
        # Below a comment that is longer than what is looked at, a workbook is not recognized.
        (
            f'<!--{"x" * 5000}--><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "save it as .xlsx",
        ),
        ("<a>" * 400 + "</a>" * 400, "not well-formed"),
        ("<Rows><Row><A>1</A></Row><Row>", "near line 1.*cut off"),
        ("<Rows></Rows>", "no records"),
    ],
)
def test_what_is_no_table_is_refused(text: str, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        _read(text)
