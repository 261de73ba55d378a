"""The audit can fail, and says why."""

from itertools import product

import pytest

from cairn.disclosure import component
from cairn.disclosure.attack import attack, digest
from cairn.disclosure.handed import Start
from cairn.disclosure.outsider import NotATableError
from cairn.disclosure.rule import Rule, Sums, Zeros
from cairn.disclosure.steps import Steps
from cairn.disclosure.table import Key, Nest
from cairn.disclosure.whole_tables import WholeTables

RACE = (("race",),)


def test_hiding_only_the_small_cells_is_caught() -> None:
    counts = {("All",): 325, ("a",): None, ("b",): 20, ("c",): 300}
    certificate = attack(("race",), counts, RACE, (), Rule())
    assert not certificate.safe
    (found,) = certificate.narrowed
    assert (found.key, found.low, found.high, found.values) == (("a",), 5, 5, 1)
    assert certificate.narrowest == 1


def test_two_hidden_in_every_row_and_column_is_not_enough() -> None:
    """The rule that many states describe: each row and column hides two cells, yet the two
    groups that share the hidden total of 2 must have one member each."""
    counts: dict[Key, int | None] = {
        ("All", "All"): 122, ("a", "All"): 2, ("b", "All"): 120,
        ("All", "x"): 61, ("All", "y"): 61,
        ("a", "x"): None, ("a", "y"): None, ("b", "x"): None, ("b", "y"): None,
    }  # fmt: skip
    certificate = attack(("place", "race"), counts, (("place", "race"),), (), Rule())
    assert {found.key for found in certificate.narrowed} == {
        ("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")
    }  # fmt: skip
    assert certificate.exposed == (("a", "All"),)


def test_knowing_that_empty_groups_are_shown_narrows() -> None:
    counts = {("All",): 20, ("a",): None, ("b",): None, ("c",): 17}
    shown = attack(("race",), counts, RACE, (), Rule(zeros=Zeros.SHOWN))
    assert [(found.low, found.high) for found in shown.narrowed] == [(1, 2), (1, 2)]
    counts = {("All", "All"): 20, ("All", "no"): 20, ("All", "yes"): 0}
    assert attack(("race", "result"), counts, ((),), (), Rule()).exposed == (("All", "yes"),)


def test_a_small_group_known_as_a_sum_is_caught() -> None:
    counts = {("All",): 129, ("a",): None, ("b",): None, ("c",): 30, ("d",): 90}
    certificate = attack(("race",), counts, RACE, (), Rule())
    assert not certificate.narrowed
    assert certificate.pooled == (("All",),)
    assert not certificate.safe
    assert attack(("race",), counts, RACE, (), Rule(sums=Sums.FREE)).safe


def test_a_cell_known_not_to_be_small_may_be_known_more_closely() -> None:
    counts = {("All",): 41, ("a",): None, ("b",): None}
    rule = Rule(minimum=20, width_small=3)
    assert attack(("race",), counts, RACE, (), rule).safe
    nested: dict[Key, int | None] = {
        ("All", "All"): None, ("d", "All"): 100, ("e", "All"): None, ("f", "All"): None,
        ("d", "s"): 60, ("d", "t"): 40, ("e", "u"): None, ("e", "v"): None, ("f", "w"): None,
    }  # fmt: skip
    found = attack(
        ("district", "school"), nested, (("school",),), (Nest("school", "district"),), rule
    )
    assert found.safe


def test_a_circle_of_tables_tells_more_than_its_margins() -> None:
    """Every pair of dimensions is published. All 31 people in a0 but one are in c0, and everyone
    in c0 is in b0: so the hidden (a0, b1), of which its own table allows 1 to 31, is one."""
    finest = {
        ("a0", "b0", "c0"): 30, ("a0", "b1", "c1"): 1, ("a1", "b0", "c1"): 20,
        ("a1", "b1", "c1"): 40, ("a1", "b1", "c0"): 0,
    }  # fmt: skip
    counts: dict[Key, int | None] = {}
    for kept in range(7):
        margin = dict.fromkeys(_cells(kept), 0)
        for key, n in finest.items():
            margin[_cell(key, kept)] += n
        counts |= margin
    tables = (("a", "b"), ("b", "c"), ("a", "c"))
    assert attack(("a", "b", "c"), counts, tables, (), Rule()).ranges == ()
    counts |= dict.fromkeys(_cells(3), None)
    alone = {key: n for key, n in counts.items() if key[2] == "All"}
    assert attack(("a", "b", "c"), alone, tables[:1], (), Rule()).safe
    narrowed = attack(("a", "b", "c"), counts, tables, (), Rule()).narrowed
    assert [(f.low, f.high) for f in narrowed if f.key == ("a0", "b1", "All")] == [(1, 1)]


def _cell(key: Key, kept: int) -> Key:
    return tuple(value if kept >> at & 1 else "All" for at, value in enumerate(key))


def _cells(kept: int) -> list[Key]:
    return [_cell(key, kept) for key in product(("a0", "a1"), ("b0", "b1"), ("c0", "c1"))]


def test_cells_settled_one_by_one_come_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Steps, "steps", lambda *_: [])
    monkeypatch.setattr(Steps, "wishes", lambda *_: [])
    row = {("All",): 41, ("a",): None, ("b",): None}
    (a, b) = attack(("race",), row, RACE, (), Rule()).ranges
    assert (a.values, b.values) == (3, 3)
    unbounded = {("All",): None, ("a",): None, ("b",): 20}
    assert attack(("race",), unbounded, RACE, (), Rule()).safe
    narrow = {("All",): 13, ("a",): None, ("b",): None, ("c",): 10}
    assert len(attack(("race",), narrow, RACE, (), Rule()).narrowed) == 2


def test_after_so_many_tables_what_is_left_is_settled_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(component, "BASES", 1)
    narrow = {("All",): 13, ("a",): None, ("b",): None, ("c",): 10}
    assert len(attack(("race",), narrow, RACE, (), Rule()).narrowed) == 2


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({("a",): 20}, "grand total is missing"),
        ({("All",): 20, ("a",): 19}, "do not add up"),
        ({("All",): 1, ("a",): None, ("b",): None}, "No whole table agrees"),
    ],
)
def test_what_is_no_table_proves_nothing(counts: dict[Key, int | None], message: str) -> None:
    with pytest.raises(NotATableError, match=message):
        attack(("race",), counts, RACE, (), Rule())


def test_a_cell_of_no_table_proves_nothing() -> None:
    with pytest.raises(NotATableError, match="belongs to no margin"):
        attack(("race",), {("All",): 20, ("a",): 20}, ((),), (), Rule())


def test_a_missing_cell_proves_nothing() -> None:
    counts = {("All", "All"): 20, ("a", "All"): 20, ("All", "x"): 20}
    with pytest.raises(NotATableError, match="is missing"):
        attack(("place", "race"), counts, (("place", "race"),), (), Rule())


def test_the_digest_names_the_table_and_not_its_order() -> None:
    counts = {("All",): 41, ("a",): None, ("b",): None}
    backwards = dict(reversed(counts.items()))
    same = digest(("race",), counts, RACE, (), Rule())
    assert same == digest(("race",), backwards, RACE, (), Rule())
    assert same != digest(("race",), counts | {("All",): 42}, RACE, (), Rule())
    assert same != digest(("race",), counts, RACE, (), Rule(minimum=11))


def test_nobody_of_those_whose_group_nobody_knows_tells_nothing_of_anyone() -> None:
    counts = {
        ("All", "All"): 127, ("All", "no"): 110, ("All", "yes"): 17,
        ("Oak", "All"): 54, ("Oak", "no"): 37, ("Oak", "yes"): 17,
        ("unknown", "All"): 73, ("unknown", "no"): 73, ("unknown", "yes"): 0,
    }  # fmt: skip
    dims, tables = ("school", "result"), (("school",),)
    assert attack(dims, counts, tables, (), Rule()).exposed == (("unknown", "yes"),)
    apart = Rule(unnamed=frozenset({"unknown"}))
    assert attack(dims, counts, tables, (), apart).safe
    few = counts | {("unknown", "yes"): 2, ("unknown", "no"): 71, ("Oak", "yes"): 15}
    few |= {("Oak", "no"): 39}
    assert attack(dims, few, tables, (), apart).exposed == (("unknown", "yes"),)


def test_a_range_said_beside_a_withheld_cell_narrows_it() -> None:
    counts: dict[Key, int | None] = {("All",): 30, ("a",): None, ("b",): None}
    plain = attack(("x",), counts, [("x",)], (), Rule())
    wide = attack(("x",), counts, [("x",)], (), Rule(), ranges={("a",): (1, 9)})
    narrow = attack(("x",), counts, [("x",)], (), Rule(), ranges={("a",): (4, 5)})
    assert (plain.safe, wide.safe, narrow.safe) == (True, True, False)
    assert {(r.key, r.low, r.high) for r in narrow.ranges} == {(("a",), 4, 5), (("b",), 25, 26)}
    assert len({plain.digest, wide.digest, narrow.digest}) == 3


def test_numbers_to_begin_from_change_what_is_seen_and_never_what_is_safe() -> None:
    counts = {("All",): 325, ("a",): None, ("b",): None, ("c",): 300}
    assert attack(("race",), counts, RACE, (), Rule()).safe
    for start in ({("a",): 5, ("b",): 20}, {}, {("a",): 25}, {("a",): -5, ("b",): 30}):
        assert attack(("race",), counts, RACE, (), Rule(), start=Start(start)).safe
    narrow = {("All",): 325, ("a",): None, ("b",): 20, ("c",): 300}
    for start in ({("a",): 5}, {("a",): 8}):
        (found,) = attack(("race",), narrow, RACE, (), Rule(), start=Start(start)).narrowed
        assert (found.low, found.high) == (5, 5)
    nothing = {("All",): 1, ("a",): None, ("b",): None}
    with pytest.raises(NotATableError):
        attack(("race",), nothing, RACE, (), Rule(), start=Start({("a",): 1, ("b",): 1}))


def test_where_the_solver_splits_people_the_numbers_to_begin_from_serve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(WholeTables, "_checked", lambda *_: None)
    monkeypatch.setattr(Steps, "steps", lambda *_: [])
    monkeypatch.setattr(Steps, "wishes", lambda *_: [])
    counts = {("All",): 325, ("a",): None, ("b",): None, ("c",): 300}
    begun = attack(("race",), counts, RACE, (), Rule(), start=Start({("a",): 5, ("b",): 20}))
    assert [(found.low, found.high) for found in begun.ranges] == [(5, 5), (20, 20)]
    with pytest.raises(NotATableError):
        attack(("race",), counts, RACE, (), Rule(), start=Start({("a",): 5, ("b",): 21}))
