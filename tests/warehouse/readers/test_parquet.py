"""A Parquet file is read as the text a person would have typed."""

from datetime import UTC, date, datetime
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.sheets import ROW_COLUMN, UnreadableFile


def _file(table: pa.Table) -> bytes:
    sink = BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def test_typed_columns_become_text() -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2, None], pa.int32()),
            "phone": [5550100.0, None, 1.5],
            "born": [date(2012, 3, 4), None, date(2011, 1, 1)],
            "seen": pa.array(
                [datetime(2026, 1, 2, tzinfo=UTC), None, datetime(2026, 1, 2, 8, 30, tzinfo=UTC)]
            ),
            "here": [True, False, None],
            "name": pa.array(["Ana", "Ben", "Ana"]).dictionary_encode(),
        }
    )
    (sheet,) = read_file("camp.parquet", _file(table))
    assert sheet.name == "camp"
    read = sheet.table.to_pydict()
    assert read["id"] == ["1", "2", None]
    assert read["phone"] == ["5550100", None, "1.5"]
    assert read["born"] == ["2012-03-04", None, "2011-01-01"]
    assert read["seen"][0] == "2026-01-02"
    assert read["seen"][2].startswith("2026-01-02 08:30")
    assert read["here"] == ["yes", "no", None]
    assert read["name"] == ["Ana", "Ben", "Ana"]
    assert read[ROW_COLUMN] == [1, 2, 3]


def test_lists_are_left_out_and_told() -> None:
    (sheet,) = read_file("a.parquet", _file(pa.table({"id": [1], "x": [[1, 2]], "y": [b"0"]})))
    assert sheet.header == ("id",)
    assert next(n for n in sheet.notes if n.code == "nested_columns").count == 2


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1 and nothing else", _file(pa.table({"a": []}))])
def test_a_file_that_is_none_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="Parquet"):
        read_file("a.parquet", content)
