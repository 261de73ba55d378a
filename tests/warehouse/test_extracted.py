"""An extract comes back from the storehouse as it was written."""

from collections.abc import Callable
from datetime import date

from cairn.rules.decision import Permit
from cairn.rules.vocabulary import Action
from cairn.warehouse.extracted import PERSON, Roster, Table, kind_of, read, read_roster, write
from cairn.warehouse.formats.labelled import Kind
from cairn.warehouse.zones import Storehouse

TABLE = Table(
    {
        PERSON: ["a", "b"],
        "grade": ["K", None],
        "days": [1.5, None],
        "entered": [date(2025, 9, 1), None],
    },
    {PERSON: Kind.TEXT, "grade": Kind.CODE, "days": Kind.NUMBER, "entered": Kind.DATE},
)
ROSTER = Roster({"a": 0, "b": 1}, {"a": ("k1", "k2"), "b": ()})


def test_a_column_is_what_its_values_are() -> None:
    assert kind_of([None, date(2025, 1, 1)], codes={}) is Kind.DATE
    assert kind_of([1, 2.5, None], codes={}) is Kind.NUMBER
    assert kind_of(["K", None], codes={"K": ""}) is Kind.CODE
    assert kind_of(["PK to 2"], codes={"K": ""}) is Kind.TEXT
    assert kind_of([None], codes={}) is Kind.TEXT


def test_it_comes_back(store: Storehouse, permit: Callable[..., Permit]) -> None:
    refs, listed = write(
        store,
        {"enrollment": TABLE},
        ROSTER,
        permit=permit(Action.PREPARE_EXTRACT, "enrollment"),
        inputs=(),
        note={"extract": "9"},
    )
    found = read(store, refs["enrollment"])
    assert (dict(found.columns), dict(found.kinds)) == (dict(TABLE.columns), dict(TABLE.kinds))
    assert read_roster(store, listed) == ROSTER
    assert store.manifest(listed).note["extract"] == "9"
    assert store.verify() == []
