"""Rules that change rows: every row is kept, set aside or counted under the rule's name."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline.conform import ConformResult, conform_landed_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.pipeline.reshape import prepare_sheet
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ROW_COLUMN, ColumnMapping, Sheet
from cairn.warehouse.store.file_store import FileStore

Permits = Callable[..., Permit]

_WIDE = ColumnMapping.parse("""
record = "assessment"

[columns]
"Student" = "local_id"
"Record" = "record_id"
"Grade" = "grade"

[derived.Student]
from = ["ID"]
strip = "_"
pad = 7

[[filters]]
name = "Consent given"
column = "Consent"
drop = ["no"]

[[results]]
columns = { "{season} Score" = "score", "{season} Level" = "performance_level" }
constants = { season = "{season}", subject = "Reading" }
each = { season = ["Fall", "Spring"] }

[codes.subject]
Reading = "ELA"

[levels]
"At Level" = "yes"
Below = "no"
"Not scored" = ""

[[cut_scores]]
at_least = 30
where = { grade = ["3"] }

[[cut_scores]]
at_least = 40
where = { grade = ["4"] }
""")

_FILE = b"""ID,Record,Grade,Consent,Fall Score,Fall Level,Spring Score,Spring Level
12_,a,3,yes,10,Below,31,
13_,b,4,,39,,41,
14_,c,3,NO,50,At Level,50,At Level
15_,d,3,yes,--,,N/A,
16_,e,5,yes,7,,8,Beyond
17_,f,3,yes,x,At Level,,Not scored
"""


def _receive(
    store: FileStore, permit: Permits, content: bytes, without: tuple[str, ...] = ()
) -> ConformResult:
    sheets = read_file("x.csv", content)
    may_land = permit(Action.RECEIVE, "assessment", without=without)
    landed = land_sheets(store, sheets, _WIDE, permit=may_land)
    may_conform = permit(Action.CONFORM, "assessment", without=without)
    return conform_landed_file(store, landed.ref, _WIDE, permit=may_conform)


def test_each_result_of_a_row_is_a_row_and_meets_the_standard_or_not(
    store: FileStore, permit: Permits
) -> None:
    done = _receive(store, permit, _FILE)
    fields = ["record_id", "local_id", "season", "subject", "score", "met"]
    assert [tuple(row[f] for f in fields) for row in store.read(done.ref).to_pylist()] == [
        ("a:Fall Reading", "0000012", "fall", "ELA", 10, "no"),
        ("a:Spring Reading", "0000012", "spring", "ELA", 31, "yes"),
        ("b:Fall Reading", "0000013", "fall", "ELA", 39, "no"),
        ("b:Spring Reading", "0000013", "spring", "ELA", 41, "yes"),
        ("e:Fall Reading", "0000016", "fall", "ELA", 7, None),
        ("e:Spring Reading", "0000016", "spring", "ELA", 8, None),
        ("f:Fall Reading", "0000017", "fall", "ELA", None, "yes"),
        ("f:Spring Reading", "0000017", "spring", "ELA", None, None),
    ]
    (sheet,) = done.report.sheets
    assert (sheet.rows, sheet.kept, sheet.added, sheet.unaccounted) == (7, 8, 4, 0)
    assert {(n.code, n.count, n.rows) for n in sheet.left_out} == {
        ("header_rows", 1, (1,)),
        ("filtered_rows", 1, (4,)),
        ("no_result", 1, (5,)),
    }
    assert any("“Consent given”" in note.message for note in sheet.left_out)
    problems = {(c.field, p.code, p.count, p.kept) for c in done.report.columns for p in c.problems}
    assert problems == {("score", "not_a_number", 1, True), ("met", "unknown_level", 1, True)}
    assert ("no_cut_score", 2) in [(n.code, n.count) for n in done.report.notes]
    assert done.report.dropped == done.report.missing == ()


def test_fields_of_results_that_are_not_covered_are_never_written(
    store: FileStore, permit: Permits
) -> None:
    done = _receive(store, permit, _FILE, without=("performance_level", "record_id", "met"))
    table = store.read(done.ref)
    assert not {"performance_level", "met"} & {*table.column_names}
    assert table["record_id"].to_pylist()[:2] == ["2:Fall Reading", "2:Spring Reading"]
    assert {d.name for d in done.report.dropped} == {"Record", "Fall Level", "Spring Level"}


def test_a_file_without_any_result_column_lands_nothing(store: FileStore, permit: Permits) -> None:
    done = _receive(store, permit, b"ID,Record,Grade,Consent\n1,a,3,yes\n2,b,3,yes\n")
    assert (done.report.rows_kept, done.report.sheets[0].unaccounted) == (0, 0)
    assert done.report.missing == ("Fall Score", "Fall Level")


_CELLS = st.sampled_from(["", " ", "12", "N/A", "--", "high"])
_ROWS = st.lists(st.tuples(st.sampled_from(["yes", "No ", ""]), *[_CELLS] * 4), max_size=12)


@given(rows=_ROWS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_is_lost_by_filters_and_results(
    rows: list[tuple[str, ...]], tmp_path: Path, keys: object, permit: Permits
) -> None:
    store = FileStore(tmp_path / "data", keys)  # type: ignore[arg-type]
    lines = [f"{i},r{i},3,{','.join(row)}" for i, row in enumerate(rows)]
    header = _FILE.decode().splitlines()[0]
    done = _receive(store, permit, "\n".join([header, *lines, ""]).encode())
    (sheet,) = done.report.sheets
    assert sheet.unaccounted == 0

    def has_value(cell: str) -> bool:
        return cell in ("12", "high")

    let_in = [row for row in rows if row[0].strip() != "No"]
    results = sum(
        (has_value(row[1]) or has_value(row[2])) + (has_value(row[3]) or has_value(row[4]))
        for row in let_in
    )
    assert sheet.kept == results
    assert sum(n.count for n in sheet.left_out if n.code == "filtered_rows") == len(rows) - len(
        let_in
    )


@pytest.mark.parametrize(
    ("rule", "cells", "expected"),
    [
        ('from = "A"\nstrip = "_0"', [("_0120_", ""), (" ", "")], ["12", ""]),
        ('from = "A"\npad = 4', [("7", ""), ("", ""), ("12345", "")], ["0007", "", "12345"]),
        (
            'from = ["A", "B"]',
            [("Ana", "Cruz"), ("", "Lee"), ("Bo", "")],
            ["Ana Cruz", "Lee", "Bo"],
        ),
        (
            'from = "A"\npattern = "- (Fall|Spring) [0-9]+"',
            [("Reading - Spring 2024", ""), ("Reading", "")],
            ["Spring", ""],
        ),
        ('from = "A"\npattern = "^([0-9]{2})"', [("23-24", ""), ("x23", "")], ["23", ""]),
        ('from = ["A", "C"]', [("x", "y")], None),
    ],
)
def test_derived_columns(
    rule: str, cells: list[tuple[str, str]], expected: list[str] | None
) -> None:
    mapping = ColumnMapping.parse(
        f"record = 'assessment'\ncolumns = {{ New = 'local_id' }}\n[derived.New]\n{rule}"
    )
    first, second = ([pair[i] for pair in cells] for i in (0, 1))
    table = pa.table({"A": first, "B": second, ROW_COLUMN: range(len(cells))})
    sheet = prepare_sheet(Sheet("x", ("A", "B"), table), mapping)
    if expected is None:
        assert sheet.header == ("A", "B")
    else:
        assert (sheet.header, sheet.table["New"].to_pylist()) == (("A", "B", "New"), expected)


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ('keep = ["final", "FULL"]', ["Final ", "full"]),
        ('drop = ["final"]', ["full", "", None]),
    ],
)
def test_filters_keep_or_drop(rule: str, kept: list[str | None]) -> None:
    mapping = ColumnMapping.parse(
        f"record = 'assessment'\ncolumns = {{ A = 'score' }}\n[[filters]]\nname = 'n'\n"
        f"column = 'a'\n{rule}\n[[filters]]\nname = 'm'\ncolumn = 'missing'\ndrop = ['x']"
    )
    table = pa.table({"A": pa.array(["Final ", "full", "", None]), ROW_COLUMN: range(4)})
    sheet = prepare_sheet(Sheet("x", ("A",), table), mapping)
    assert sheet.table["A"].to_pylist() == kept
    assert [note.count for note in sheet.left_out] == [4 - len(kept)]
