"""A file of encodings is known by what it says of itself, and comes as one sheet without names."""

import zipfile
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.matching.pprl.encoded_files import SUMMER, WINTER, encoded
from tests.matching.rosters.roster_rows import children, csv_of

from cairn.warehouse.readers import read_file
from cairn.warehouse.readers.parquet import ENCODED_HEADER
from cairn.warehouse.schema import encoded_records
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping
from cairn.warehouse.schema.sheets import UnreadableFile

THREE = children(3)


def _table() -> pa.Table:
    return pq.read_table(BytesIO(encoded(THREE)))


def _parquet(table: pa.Table) -> bytes:
    whole = BytesIO()
    pq.write_table(table, whole)
    return whole.getvalue()


def _zip(**files: bytes) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return whole.getvalue()


def test_each_child_is_an_id_and_bits() -> None:
    (found,) = read_file("clinic.parquet", encoded(THREE))
    assert found.header == ENCODED_HEADER
    assert sorted(found.table["local_id"].to_pylist()) == ["r0", "r1", "r2"]
    assert set(found.table["encoding_project"].to_pylist()) == {"summer"}
    assert set(found.table["encoding_mark"].to_pylist()) == {SUMMER.mark}
    for cell in found.table["encoding"].to_pylist():
        bits, blocks = encoded_records.parse_encoding_cell(cell)
        assert len(bits) == encoded_records.ENCODING_BYTES
        assert len(blocks) == 2  # birth date; year and initials
    assert suggest_mapping(found.header, found.table).columns == {
        name: name for name in ENCODED_HEADER
    }
    assert suggest_mapping(found.header, found.table).record == encoded_records.ENCODED_RECORD_TYPE


def test_an_ordinary_parquet_file_is_none() -> None:
    (found,) = read_file("a.parquet", _parquet(pa.table({"record_id": ["1"], "bits": ["x"]})))
    assert found.header == ("record_id", "bits")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_parquet(pa.concat_tables([_table(), _table()])), "more than once"),
        (
            _parquet(_table().slice(0, 0)),
            "no records",
        ),
        (
            _parquet(
                pa.table({"bits": [b"1"]}).replace_schema_metadata(
                    {encoded_records.FORMAT_KEY: encoded_records.FORMAT_VERSION}
                )
            ),
            "another version",
        ),
        (
            _parquet(
                _table().replace_schema_metadata(
                    {encoded_records.FORMAT_KEY: encoded_records.FORMAT_VERSION}
                )
            ),
            "damaged",
        ),
    ],
)
def test_what_cannot_be_used_says_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_file("clinic.parquet", content)


def test_encodings_come_by_themselves() -> None:
    for other in (csv_of(THREE).encode(), encoded(THREE, WINTER)):
        both = _zip(clinic_parquet=encoded(THREE), other_csv=other)
        with pytest.raises(UnreadableFile, match="Send only the file"):
            read_file("sent.zip", both)
