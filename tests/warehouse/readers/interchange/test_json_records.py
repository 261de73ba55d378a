"""JSON: objects are rows, paths are columns, lists of objects are sheets of their own."""

import json
from typing import Any

import pytest

from cairn.warehouse.readers import read_file, sheet_builder
from cairn.warehouse.schema.sheets import ROW_COLUMN, Sheet, UnreadableFile


def _read(value: Any, name: str = "kids.json") -> dict[str, Sheet]:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return {sheet.name: sheet for sheet in read_file(name, content)}


def _rows(sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {k: v for k, v in row.items() if v is not None and k != ROW_COLUMN}
        for row in sheet.table.to_pylist()
    ]


def test_nested_values_are_columns_and_lists_are_sheets() -> None:
    sheets = _read(
        [
            {
                "id": 10000000000000001,
                "name": {"first": "Ana"},
                "active": True,
                "gpa": 3.10,
                "tags": ["a", "b"],
                "scores": [{"test": "R", "value": 5, "parts": [{"p": 1}]}, {"test": "M"}],
            },
            {"id": 2, "name": {"first": "Bo"}, "scores": [], "left": None},
        ]
    )
    assert set(sheets) == {"kids", "scores", "scores.parts"}
    first, second = _rows(sheets["kids"])
    assert first == {
        "id": "10000000000000001",
        "name.first": "Ana",
        "active": "yes",
        "gpa": "3.1",
        "tags": "a; b",
    }
    assert second == {"id": "2", "name.first": "Bo"}
    reading, math = _rows(sheets["scores"])
    assert (reading["test"], reading["parent.id"], math["parent.name.first"]) == (
        "R",
        first["id"],
        "Ana",
    )
    assert _rows(sheets["scores.parts"])[0]["parent.parent.id"] == first["id"]
    assert sheets["kids"].table[ROW_COLUMN].to_pylist() == [1, 2]


def test_json_lines_keep_their_line() -> None:
    (sheet,) = read_file("kids.jsonl", b'{"id": "01"}\n\n{"id": "02"}\n')
    assert sheet.table.to_pylist() == [{"id": "01", ROW_COLUMN: 1}, {"id": "02", ROW_COLUMN: 3}]


def test_records_inside_an_object_are_found() -> None:
    sheets = _read(
        {"count": 2, "page": {"next": None}, "data": {"students": [{"id": 1}, {"id": 2}]}}
    )
    (sheet,) = sheets.values()
    assert (sheet.name, sheet.table.num_rows) == ("data.students", 2)
    assert {n.code: n.count for n in sheet.notes}["wrapper_fields"] == 1
    (single,) = _read({"id": 1, "name": {"last": "Cruz"}}).values()
    assert _rows(single) == [{"id": "1", "name.last": "Cruz"}]


def test_arrays_have_their_header_first() -> None:
    (sheet,) = _read(
        [["NAME", "E", "state"], ["Oak", "12", "51"], ["Total", None, "51", "x"]]
    ).values()
    assert sheet.header == ("NAME", "E", "state")
    assert sheet.misfits == (3,)
    assert sheet.file_rows == 3


def test_a_map_gives_properties_and_points() -> None:
    point = {"type": "Point", "coordinates": [-78.5, 38.1]}
    shape = {"type": "Polygon", "coordinates": [[[0, 0]]]}
    features = [
        {"type": "Feature", "id": 7, "geometry": point, "properties": {"NAME": "Oak"}},
        {"type": "Feature", "geometry": shape, "properties": {"NAME": "Elm", "id": 8}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": []}, "properties": None},
        None,
    ]
    (sheet,) = _read({"type": "FeatureCollection", "features": features}).values()
    first, second, *_ = _rows(sheet)
    assert first == {"id": "7", "NAME": "Oak", "longitude": "-78.5", "latitude": "38.1"}
    assert second == {"NAME": "Elm", "id": "8"}
    assert sheet.table.num_rows == 4
    assert {n.code: n.count for n in sheet.notes}["geometries"] == 2


def test_nothing_of_an_odd_object_is_lost() -> None:
    (sheet,) = _read(b'[{"id": 1, "id": 2}, null, "free", [3]]').values()
    assert _rows(sheet) == [{"id": "1", "id (2)": "2"}, {}, {"value": "free"}, {"column 1": "3"}]
    (cut,) = _read(b'[{"note": "ok \\ud83d"}]').values()
    assert _rows(cut) == [{"note": "ok \ufffd"}]
    assert "cut_characters" in {n.code for n in cut.notes}
    mixed = _read(b'[{"id": 1, "x": [5, {"a": 2}]}]')
    assert _rows(mixed["x"]) == [{"value": "5", "parent.id": "1"}, {"a": "2", "parent.id": "1"}]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'[{"id": 1}, {"id": ', "near line 1.*cut off"),
        (b'{"id": 1}\n{"id": }\n', "near line 2"),
        (b'{"id": 1\n}\n{"id": }\n', "near line 3"),
        (b"[" * 100_000, "nested too deep|not valid"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deep"),
        (b"[]", "no records"),
        (b'{"results": []}', "no records"),
        (b"{}", "no records"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read_file("kids.json", content)


def test_columns_that_differ_in_every_row_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet_builder, "MAX_COLUMNS", 50)
    with pytest.raises(UnreadableFile, match="51 columns"):
        _read([{f"c{i}": 1} for i in range(60)])
