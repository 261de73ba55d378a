"""Independent readers find in each format what was put in: values, labels, terms."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pyreadr
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.exporters.csv_format import export_codebook, export_csv
from cairn.warehouse.exporters.labeled_table import (
    ColumnKind,
    LabeledTable,
    LabeledValue,
    LabeledVariable,
    UnwritableError,
)
from cairn.warehouse.exporters.parquet_format import export_parquet
from cairn.warehouse.exporters.r_format import export_r
from cairn.warehouse.exporters.spss_format import export_spss
from cairn.warehouse.exporters.stata_format import export_stata

GRADES = {"03": "Grade 3", "KG": "Kindergarten"}
NOTES = ("Destroy this copy by 2027-06-30.", "License: " + "not to be passed on, " * 12 + "ñ.")
TABLE = LabeledTable(
    title="Enrollments",
    variables=(
        LabeledVariable("person", "The child's code in this project", ColumnKind.TEXT),
        LabeledVariable(
            "grade", "Grade of the child in that year", ColumnKind.CODE, GRADES, "As recorded."
        ),
        LabeledVariable("days_enrolled_in_that_year", "Days enrolled, año", ColumnKind.NUMBER),
        LabeledVariable("entry_date", "First day enrolled", ColumnKind.DATE),
    ),
    columns={
        "person": ["a1", "añ2-a-longer-code", None],
        "grade": ["KG", None, "03"],
        "days_enrolled_in_that_year": [180, 12.5, None],
        "entry_date": [date(2025, 9, 1), None, date(1959, 12, 31)],
    },
    notes=NOTES,
)
READABLE = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
NAMES = [v.name for v in TABLE.variables]
LABELS = [v.label for v in TABLE.variables]


def _stat(reader: str, content: bytes, folder: Path) -> tuple[dict[str, list[object]], ModuleType]:
    file = folder / "table"
    file.write_bytes(content)
    found: tuple[dict[str, list[object]], ModuleType] = getattr(pyreadstat, reader)(
        str(file), output_format="dict"
    )
    return found


def _plain(values: object) -> list[object]:
    """NaN and NaT are missing."""
    return [None if v != v or str(v) in ("NaT", "") else v for v in values]  # type: ignore[attr-defined] # noqa: PLR0124


@pytest.mark.parametrize(
    ("reader", "writer"), [("read_dta", export_stata), ("read_sav", export_spss)]
)
def test_stata_and_spss_open_with_labels(reader: str, writer: object, tmp_path: Path) -> None:
    columns, meta = _stat(reader, writer(TABLE), tmp_path)  # type: ignore[operator]
    assert list(columns) == NAMES
    assert meta.column_labels == LABELS
    assert meta.number_rows == 3
    assert _plain(columns["person"]) == ["a1", "añ2-a-longer-code", None]
    assert _plain(columns["grade"]) == [2, None, 1]
    assert _plain(columns["days_enrolled_in_that_year"]) == [180, 12.5, None]
    days = [str(v)[:10] for v in _plain(columns["entry_date"])]
    assert days == ["2025-09-01", "None", "1959-12-31"]
    assert meta.variable_value_labels["grade"] == {1: "Grade 3", 2: "Kindergarten"}
    assert meta.file_label == "Enrollments"
    said = " ".join(" ".join(meta.notes).split())
    assert said.endswith(" ".join(NOTES).strip())


# The reader, not what it reads, lags behind NumPy's newest spelling of days.
@pytest.mark.filterwarnings("ignore:The 'generic' unit for NumPy timedelta:DeprecationWarning")
def test_r_opens_with_factors_and_dates(tmp_path: Path) -> None:
    file = tmp_path / "table.rds"
    file.write_bytes(export_r(TABLE))
    (frame,) = pyreadr.read_r(str(file)).values()
    assert list(frame.columns) == NAMES
    assert _plain(frame["person"]) == ["a1", "añ2-a-longer-code", None]
    assert _plain(frame["grade"]) == ["Kindergarten" if False else "KG", None, "03"]
    assert _plain(frame["days_enrolled_in_that_year"]) == [180, 12.5, None]
    assert [str(v)[:10] for v in _plain(frame["entry_date"])] == [
        "2025-09-01",
        "None",
        "1959-12-31",
    ]


def test_parquet_carries_labels_and_terms() -> None:
    found = pq.read_table(io.BytesIO(export_parquet(TABLE)))
    assert found.column("grade").to_pylist() == ["KG", None, "03"]
    said = found.schema.field("grade").metadata
    assert json.loads(said[b"codes"]) == GRADES
    assert said[b"label"].decode() == LABELS[1]
    assert json.loads(found.schema.metadata[b"notes"]) == list(NOTES)


def test_csv_has_one_line_a_row_and_runs_no_formula() -> None:
    one = LabeledTable("T", (LabeledVariable("x", "X", ColumnKind.TEXT), LabeledVariable("n", "N",
    ColumnKind.NUMBER)),
                   {"x": ["=1+1", "ok"], "n": [-2.5, None]})  # fmt: skip
    lines = list(csv.reader(io.StringIO(export_csv(one).decode("utf-8-sig"))))
    assert lines == [["x", "n"], ["'=1+1", "-2.5"], ["ok", ""]]


def test_the_codebook_says_what_each_number_means() -> None:
    lines = list(csv.reader(io.StringIO(export_codebook((TABLE,)).decode("utf-8-sig"))))
    assert ["Enrollments", "grade", "", "KG", "2", "Kindergarten", ""] in lines
    assert ["Enrollments", "grade", "code", "", "", LABELS[1], "As recorded."] in lines


def test_what_does_not_fit_is_said() -> None:
    def text(size: int) -> LabeledTable:
        return LabeledTable("T", (LabeledVariable("x", "X", ColumnKind.TEXT),), {"x": ["y" * size]})

    with pytest.raises(UnwritableError, match="SPSS takes 255"):
        export_spss(text(256))
    with pytest.raises(UnwritableError, match="Stata takes"):
        export_stata(text(2046))
    with pytest.raises(UnwritableError, match="differ in length"):
        LabeledTable("T", TABLE.variables[:2], {"person": ["a"], "grade": []})
    with pytest.raises(UnwritableError, match="not in its list of codes"):
        LabeledTable("T", TABLE.variables[1:2], {"grade": ["99"]})


def test_an_empty_table_opens(tmp_path: Path) -> None:
    empty = LabeledTable("None", TABLE.variables, {name: [] for name in NAMES})
    for reader, content in (("read_dta", export_stata(empty)), ("read_sav", export_spss(empty))):
        columns, meta = _stat(reader, content, tmp_path)
        assert (meta.number_rows, list(columns)) == (0, NAMES)
    assert LabeledTable("Nothing", (), {}).rows == 0


@given(
    st.lists(
        st.tuples(
            st.none() | st.text(READABLE, max_size=30),
            st.none() | st.floats(-1e9, 1e9),
            st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        ),
        min_size=1,
        max_size=8,
    )
)  # fmt: skip
def test_every_reader_finds_the_same(
    rows: list[tuple[str | None, float | None, date | None]],
) -> None:
    import tempfile

    text, number, day = (list(c) for c in zip(*rows, strict=True))
    columns: dict[str, list[LabeledValue]] = {"t": text, "n": number, "d": day}  # type: ignore[dict-item]
    kinds = {"t": ColumnKind.TEXT, "n": ColumnKind.NUMBER, "d": ColumnKind.DATE}
    table = LabeledTable("T", tuple(LabeledVariable(n, n, k) for n, k in kinds.items()), columns)
    wanted = [t or None for t in text], number, [str(d) for d in day]
    with tempfile.TemporaryDirectory() as folder:
        for reader, content in (
            ("read_dta", export_stata(table)),
            ("read_sav", export_spss(table)),
        ):
            found, _meta = _stat(reader, content, Path(folder))
            days = [str(v)[:10] for v in _plain(found["d"])]
            assert (_plain(found["t"]), _plain(found["n"]), days) == wanted
