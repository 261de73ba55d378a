"""An extract comes back from the storehouse as it was written."""

from collections.abc import Callable
from datetime import date

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.exporters.extract_files import (
    EXTRACT_PERSON_COLUMN,
    ExtractRoster,
    ExtractTable,
    infer_column_kind,
    read_extract_roster,
    read_extract_table,
    write_extract_files,
)
from cairn.warehouse.exporters.labeled_table import ColumnKind
from cairn.warehouse.store.file_store import FileStore

TABLE = ExtractTable(
    {
        EXTRACT_PERSON_COLUMN: ["a", "b"],
        "grade": ["K", None],
        "days": [1.5, None],
        "entered": [date(2025, 9, 1), None],
    },
    {
        EXTRACT_PERSON_COLUMN: ColumnKind.TEXT,
        "grade": ColumnKind.CODE,
        "days": ColumnKind.NUMBER,
        "entered": ColumnKind.DATE,
    },
)
ROSTER = ExtractRoster({"a": 0, "b": 1}, {"a": ("k1", "k2"), "b": ()})


def test_a_column_is_what_its_values_are() -> None:
    assert infer_column_kind([None, date(2025, 1, 1)], codes={}) is ColumnKind.DATE
    assert infer_column_kind([1, 2.5, None], codes={}) is ColumnKind.NUMBER
    assert infer_column_kind(["K", None], codes={"K": ""}) is ColumnKind.CODE
    assert infer_column_kind(["PK to 2"], codes={"K": ""}) is ColumnKind.TEXT
    assert infer_column_kind([None], codes={}) is ColumnKind.TEXT


def test_it_comes_back(store: FileStore, permit: Callable[..., Permit]) -> None:
    refs, listed = write_extract_files(
        store,
        {"enrollment": TABLE},
        ROSTER,
        permit=permit(Action.PREPARE_EXTRACT, "enrollment"),
        inputs=(),
        note={"extract": "9"},
    )
    found = read_extract_table(store, refs["enrollment"])
    assert (dict(found.columns), dict(found.kinds)) == (dict(TABLE.columns), dict(TABLE.kinds))
    assert read_extract_roster(store, listed) == ROSTER
    assert store.manifest(listed).note["extract"] == "9"
    assert store.verify() == []
