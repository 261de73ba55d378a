"""Every reader: damaged files are refused in words, and every row is in a sheet or counted."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import FixedWidthColumn, Sheet, UnreadableFile

Table = list[list[str]]
_HEADER = ["ID", "Name", "Score"]
_LAYOUT = tuple(FixedWidthColumn(name, 1 + 12 * i, 12) for i, name in enumerate(_HEADER))


def _write_csv(rows: Table) -> bytes:
    return "".join(",".join(row) + "\n" for row in [_HEADER, *rows]).encode()


def _write_excel(rows: Table) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate([_HEADER, *rows]):
            sheet.write_row(i, 0, row)
    return file.getvalue()


_ODS_START = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="S">'
)


def _write_ods(rows: Table) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in row
        )
        + "</table:table-row>"
        for row in [_HEADER, *rows]
    )
    end = "</table:table></office:spreadsheet></office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return _write_zip(
        {
            "mimetype": kind,
            "content.xml": _ODS_START + cells + end,
            "META-INF/manifest.xml": manifest,
        }
    )


def _write_zip(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def _write_parquet(rows: Table) -> bytes:
    file = io.BytesIO()
    pq.write_table(
        pa.table(dict(zip(_HEADER, map(list, zip(*rows, strict=True)), strict=True))), file
    )
    return file.getvalue()


def _write_json(rows: Table) -> bytes:
    return json.dumps([dict(zip(_HEADER, row, strict=True)) for row in rows]).encode()


def _write_json_lines(rows: Table) -> bytes:
    lines = [json.dumps(dict(zip(_HEADER, row, strict=True))) for row in rows]
    return "\n".join([*lines, ""]).encode()


def _write_xml(rows: Table, root: str = "Rows") -> bytes:
    body = "".join(
        "<Row>" + "".join(f"<{h}>{c}</{h}>" for h, c in zip(_HEADER, row, strict=True)) + "</Row>"
        for row in rows
    )
    return f"<{root}>{body}</{root}>".encode()


def _write_fixed_width(rows: Table) -> bytes:
    return "".join("".join(c.ljust(12) for c in row) + "\n" for row in rows).encode()


def _write_page(rows: Table) -> bytes:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in (_HEADER, *rows))
    return f"<table><tr>{'</tr><tr>'.join(lines)}</tr></table>".encode()


def _write_xml_workbook(rows: Table) -> bytes:
    lines = (
        "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)
        for row in (_HEADER, *rows)
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="S"><Table><Row>'
        f"{'</Row><Row>'.join(lines)}</Row></Table></Worksheet></Workbook>"
    ).encode()


_WRITERS: dict[str, Callable[[Table], bytes]] = {
    "t.csv": _write_csv,
    "t.csv.gz": lambda rows: gzip.compress(_write_csv(rows)),
    "t.zip": lambda rows: _write_zip({"t.csv": _write_csv(rows)}),
    "t.xlsx": _write_excel,
    "t.ods": _write_ods,
    "t.parquet": _write_parquet,
    "t.json": _write_json,
    "t.jsonl": _write_json_lines,
    "t.xml": _write_xml,
    "page.xls": _write_page,
    "xml.xls": _write_xml_workbook,
    "edfi.xml": lambda rows: _write_xml(rows, "InterchangeStudent"),
    "fixed.txt": _write_fixed_width,
}


def _read(name: str, content: bytes) -> list[Sheet]:
    return read_file(name, content, fixed_width=_LAYOUT if name == "fixed.txt" else ())


_CELLS = st.text("abcxyz", min_size=1, max_size=6)
_TABLES = st.lists(
    st.tuples(st.integers(1000, 9999).map(str), _CELLS, st.integers(10, 99).map(str)).map(list),
    min_size=2,
    max_size=6,
)


@pytest.mark.parametrize("name", _WRITERS)
@given(rows=_TABLES)
@settings(max_examples=25)
def test_every_row_comes_back(name: str, rows: Table) -> None:
    (sheet,) = _read(name, _WRITERS[name](rows))
    counted = sheet.table.num_rows + len(sheet.misfits) + sum(n.count for n in sheet.left_out)
    assert counted == sheet.file_rows
    read = [[row[h] for h in _HEADER] for row in sheet.table.to_pylist()]
    assert read == rows


def _build_samples() -> dict[str, bytes]:
    rows = [["1001", "ana", "55"], ["1002", "bo", "66"], ["1003", "cy", "77"]]
    return {name: write(rows) for name, write in _WRITERS.items()}


_SAMPLES = _build_samples()


class _Samples(dict[str, bytes]):
    """Samples by name. Their content is too long for the report of a failed example."""

    def __repr__(self) -> str:
        return f"samples of {', '.join(self)}"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return a small file of each format, with those that need a folder to be written."""
    folder = tmp_path_factory.mktemp("statistics")
    frame = pd.DataFrame({"ID": [1, 2, 3], "NAME": ["ana", "bo", "cy"]})
    pyreadstat.write_dta(frame, str(folder / "t.dta"))
    pyreadstat.write_sav(frame, str(folder / "t.sav"))
    written = {name: (folder / name).read_bytes() for name in ("t.dta", "t.sav")}
    return _Samples(_SAMPLES | written)


@pytest.mark.parametrize("name", [*_WRITERS, "t.dta", "t.sav"])
@given(
    changes=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=4),
    place=st.integers(0, 1 << 16),
    loses_its_start=st.sampled_from([False, False, False, True]),
)
@example(changes=[(151, 1)], place=0, loses_its_start=False)
@settings(max_examples=60)
def test_a_damaged_file_is_refused_in_words_or_read(
    samples: dict[str, bytes],
    name: str,
    changes: list[tuple[int, int]],
    place: int,
    loses_its_start: bool,
) -> None:
    content = bytearray(samples[name])
    for at, byte in changes:
        content[at % len(content)] = byte
    cut = place % (len(content) + 1)
    start = cut if loses_its_start else 0
    damaged = bytes(content[start : len(content) if start else cut or None])
    try:
        sheets = _read(name, damaged)
    except UnreadableFile as problem:
        assert len(str(problem)) > 20  # noqa: PT017 - both ends are right
        return
    for sheet in sheets:
        counted = sheet.table.num_rows + len(sheet.misfits) + sum(n.count for n in sheet.left_out)
        assert counted == sheet.file_rows


@given(st.binary(max_size=300), st.sampled_from(["x", "x.json", "x.csv", "x.xml"]))
@settings(max_examples=300)
def test_any_bytes_are_refused_in_words_or_read(content: bytes, name: str) -> None:
    try:
        read_file(name, content)
    except UnreadableFile as problem:
        assert len(str(problem)) > 20  # noqa: PT017 - both ends are right


def test_one_very_long_line_is_read_or_refused() -> None:
    assert read_file("x.csv", b"ID,Note\n1," + b"a" * (1 << 22) + b"\n")[0].table.num_rows == 1
    with pytest.raises(UnreadableFile):
        read_file("x.csv", b"a," * (1 << 20))
