"""The door: what the agreement does not cover is never written, in no form and no file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline import landing
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.conversion import fields
from cairn.warehouse.pipeline.landing import UnusableDelivery, land_sheets, load_landing_result
from cairn.warehouse.pipeline.quality import LandingResult
from cairn.warehouse.readers import FileContent, packed_table, read_file
from cairn.warehouse.readers.packed_table import PackedTable
from cairn.warehouse.readers.text import large_files
from cairn.warehouse.schema.column_mapping import ColumnMapping, WideLayout
from cairn.warehouse.schema.mapping_rules import DeletionMark, RowFilter
from cairn.warehouse.store.file_store import FileStore, WrongPermit

Permits = Callable[..., Permit]
CANARY = "Zq7canary"

_STUDENTS = f"""ID,First,Last,Born,Meals,Notes
1,Ana,Cruz,2016-05-01,{CANARY}meal,{CANARY}note
2,Bo,Lee,{CANARY}born,F,x
""".encode()
_MAPPING = ColumnMapping(
    record="student",
    columns={
        "ID": "local_id",
        "First": "given_name",
        "Last": "family_name",
        "Born": "birth_date",
        "Meals": "meal_status",
    },
)


def _land(
    store: FileStore, content: bytes, mapping: ColumnMapping, permit: Permit, name: str = "x.csv"
) -> LandingResult:
    return land_sheets(store, read_file(name, content), mapping, permit=permit)


def test_uncovered_and_unmapped_columns_are_dropped_and_named(
    store: FileStore, permit: Permits
) -> None:
    given = permit(Action.RECEIVE, "student", without=["meal_status"])
    done = _land(store, _STUDENTS, _MAPPING, given)
    assert store.read(done.ref).column_names == ["__sheet", "__row", "ID", "First", "Last", "Born"]
    assert {d.name: d.reason for d in done.dropped} == {
        "Meals": "not covered by RC-DSA-01",
        "Notes": "not mapped",
    }
    assert load_landing_result(store, done.ref) == done


def test_the_canary_is_in_no_file(store: FileStore, permit: Permits, tmp_path: Path) -> None:
    """Neither plain nor inside what our own key opens, after landing and after conforming."""
    less = ["meal_status", "birth_date"]
    done = _land(store, _STUDENTS, _MAPPING, permit(Action.RECEIVE, "student", without=less))
    conform_landed_file(
        store, done.ref, _MAPPING, permit=permit(Action.CONFORM, "student", without=less)
    )
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    from cairn.warehouse.store.file_refs import FileRef, Zone

    refs = [FileRef(Zone(m.zone), m.digest) for m in store.manifests()]
    assert len(refs) == 3
    for ref in refs:
        assert CANARY not in str(store.read(ref).to_pydict())


def test_a_canary_that_is_covered_would_be_seen(store: FileStore, permit: Permits) -> None:
    done = _land(store, _STUDENTS, _MAPPING, permit(Action.RECEIVE, "student"))
    assert CANARY in str(store.read(done.ref).to_pydict())


def test_a_whole_name_loses_the_parts_that_are_not_covered(
    store: FileStore, permit: Permits
) -> None:
    content = b'ID,Child\n1,"Cruz Jr, Ana Zqmiddle"\n2,\n'
    mapping = ColumnMapping(
        record="student", columns={"ID": "local_id", "Child": "name:last_first"}
    )
    part = permit(Action.RECEIVE, "student", without=["middle_name"])
    assert store.read(_land(store, content, mapping, part).ref)["Child"].to_pylist() == [
        "Cruz Jr, Ana",
        "",
    ]
    whole = permit(Action.RECEIVE, "student")
    kept = store.read(_land(store, content, mapping, whole).ref)["Child"].to_pylist()
    assert kept[0] == "Cruz Jr, Ana Zqmiddle"
    none = permit(Action.RECEIVE, "student", without=["family_name"])
    assert [d.name for d in _land(store, content, mapping, none).dropped] == ["Child"]


def test_a_record_type_without_suffix_does_not_land_one(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(record="assessment", columns={"Child": "name:first_last"})
    done = _land(store, b"Child\nLuis Cruz Jr\n", mapping, permit(Action.RECEIVE, "assessment"))
    assert store.read(done.ref)["Child"].to_pylist() == ["Cruz, Luis"]


def test_a_constant_that_is_not_covered_is_said(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(record="student", columns={"ID": "local_id"}, constants={"city": "Elm"})
    done = _land(store, b"ID\n1\n", mapping, permit(Action.RECEIVE, "student", without=["city"]))
    assert [(d.name, d.sheet) for d in done.dropped] == [("city", "(constant)")]


def test_sheets_are_chosen_by_name_or_by_their_columns(store: FileStore, permit: Permits) -> None:
    import zipfile
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("Week 1.csv", "ID,Date,Code\n1,2025-09-08,A\n")
        made.writestr("Week 2.csv", "ID,Date,Code,More\n2,2025-09-15,T,x\n")
        made.writestr("Key.csv", "Code,Meaning\nA,Absent\n")
    columns = {"ID": "local_id", "Date": "date", "Code": "event", "Lost": "duration"}
    given = permit(Action.RECEIVE, "attendance")
    every = ColumnMapping(record="attendance", columns=columns)
    done = _land(store, out.getvalue(), every, given, "x.zip")
    assert store.read(done.ref)["__sheet"].to_pylist() == ["Week 1", "Week 2"]
    assert done.missing == ("Lost",)
    named = ColumnMapping(record="attendance", columns=columns, sheet="week 2")
    assert _land(store, out.getvalue(), named, given, "x.zip").rows == 1
    with pytest.raises(UnusableDelivery, match="no sheet “Month”"):
        _land(
            store,
            out.getvalue(),
            ColumnMapping(record="attendance", columns=columns, sheet="Month"),
            given,
            "x.zip",
        )


def test_cells_can_be_filled_down(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(
        record="participation",
        columns={"Site": "program", "Name": "name:first_last"},
        fill_down=("Site", "Nowhere"),
    )
    content = b"Site,Name\nNorth,Ana Cruz\n ,Bo Lee\nSouth,Cy Day\n"
    done = _land(store, content, mapping, permit(Action.RECEIVE, "participation"))
    assert store.read(done.ref)["Site"].to_pylist() == ["North", "North", "South"]


_WIDE = b"Name,9/8,9/10,Phone\nAna Cruz,1,,555\nBo Lee,2,1:30,556\n"


def test_a_column_a_day_becomes_a_row_a_day(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(
        record="session_attendance",
        columns={"Name": "name:first_last"},
        wide=WideLayout("hours", school_year="2025-26"),
    )
    done = _land(store, _WIDE, mapping, permit(Action.RECEIVE, "session_attendance"))
    table = store.read(done.ref)
    assert table["(heading)"].to_pylist() == ["2025-09-08", "2025-09-08", "2025-09-10"]
    assert table["(cell)"].to_pylist() == ["1", "2", "1:30"]
    assert table["__row"].to_pylist() == [2, 3, 3]
    assert [d.name for d in done.dropped] == ["Phone"]


def test_days_that_are_not_covered_are_not_written(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(
        record="session_attendance",
        columns={"Name": "name:first_last"},
        constants={"date": "2025-09-08"},
        wide=WideLayout("hours", "date", "2025-26"),
    )
    given = permit(Action.RECEIVE, "session_attendance", without=["hours"])
    done = _land(store, _WIDE, mapping, given)
    assert store.read(done.ref).column_names == ["__sheet", "__row", "Name"]
    assert {d.name for d in done.dropped} == {"9/8", "9/10", "Phone"}


def test_headings_without_a_date_are_refused(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(
        record="session_attendance", columns={"Name": "name:first_last"}, wide=WideLayout("hours")
    )
    with pytest.raises(UnusableDelivery, match="No heading"):
        _land(store, _WIDE, mapping, permit(Action.RECEIVE, "session_attendance"))


@pytest.mark.parametrize(
    ("content", "without", "says"),
    [
        (b"Some,Thing\n1,2\n", [], "none of the columns"),
        (b"ID,Day\n1,2025-09-08\n", [], "no column of the file is mapped"),
        (b"ID,Day,Code\n1,2025-09-08,A\n", ["event"], "which RC-DSA-01 does not cover"),
        (b"ID,Day,Code\n1,2025-09-08,A\n", ["local_id"], "identifies the child"),
    ],
)
def test_a_delivery_of_no_use_is_refused_whole(
    store: FileStore, permit: Permits, content: bytes, without: list[str], says: str
) -> None:
    mapping = ColumnMapping(
        record="attendance", columns={"ID": "local_id", "Day": "date", "Code": "event"}
    )
    with pytest.raises(UnusableDelivery, match=says):
        _land(store, content, mapping, permit(Action.RECEIVE, "attendance", without=without))
    assert list(store.manifests()) == []


def test_another_permit_opens_no_door(store: FileStore, permit: Permits) -> None:
    with pytest.raises(WrongPermit):
        _land(store, _STUDENTS, _MAPPING, permit(Action.CONFORM, "student"))


_LARGE_ROWS = "".join(
    f"{n},Ana {n % 7},Cruz,2016-05-0{1 + n % 9},F,x,{'' if n % 5 else 'Oak'},P\n"
    for n in range(2_000)
)
_LARGE_MAPPINGS = {
    "plain": _MAPPING,
    "filtered": replace(
        _MAPPING,
        filters=(RowFilter("tests", "First", drop=("ana 3",)),),
        deletes=DeletionMark("Last", ("gone",)),
    ),
    "filled": replace(
        _MAPPING,
        columns={**_MAPPING.columns, "School": "preferred_name"},
        fill_down=("School",),
    ),
    "days": ColumnMapping(
        record="attendance",
        columns={"ID": "local_id"},
        wide=WideLayout(field="date", value="event"),
    ),
}


@pytest.mark.parametrize("name", _LARGE_MAPPINGS)
def test_a_file_that_is_read_in_blocks_lands_as_one_that_is_read_whole(
    name: str, store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row and no problem is lost or comes in another order, whatever the mapping does."""
    mapping = _LARGE_MAPPINGS[name]
    header = "ID,First,Last,Born,Meals,Notes,School,2026-01-12\n"
    content = (header + _LARGE_ROWS.replace("2016-05-07", "2016-13-07")).encode()
    choose = None if mapping.wide else mapping.list_read_columns
    whole = read_file("x.csv", content)
    for setting, size in (("LARGE_FILE_BYTES", 0), ("BLOCK_BYTES", 20_000), ("EDGE_BYTES", 9_000)):
        monkeypatch.setattr(large_files, setting, size)
    monkeypatch.setattr(packed_table, "PLAIN_BYTES", 60_000)  # some blocks are packed, some not
    packed = read_file("x.csv", FileContent.wrap(content), choose_columns=choose)
    assert isinstance(packed[0].table, PackedTable)
    monkeypatch.setattr(landing, "_BLOCK_ROWS", 300)
    monkeypatch.setattr(fields, "BLOCK_ROWS", 300)
    assert {type(block) for block in packed[0].table._blocks} == {pa.Table, pa.Buffer}
    results = []
    for sheets in (whole, packed):
        landed = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record))
        checked = conform_landed_file(
            store, landed.ref, mapping, permit=permit(Action.CONFORM, mapping.record)
        )
        tables = [store.read(r) for r in (landed.ref, checked.ref, checked.quarantine_ref)]
        results.append((replace(landed, ref=checked.ref), checked.report, tables))
        assert checked.report.sheets[0].unaccounted == 0
    (one, one_report, one_tables), (other, other_report, other_tables) = results
    assert replace(one, ref=other.ref) == other
    assert one_report == other_report
    assert one_tables == other_tables
    assert one_report.rows_kept > 1_000
