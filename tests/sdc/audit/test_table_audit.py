"""The audit can fail, and says why."""

from itertools import product

import pytest

from cairn.sdc.audit import component_solver
from cairn.sdc.audit.attacker_knowledge import InconsistentTableError
from cairn.sdc.audit.audit_hints import AuditHints
from cairn.sdc.audit.feasible_tables import FeasibleTableSearch
from cairn.sdc.audit.table_audit import audit_tables, compute_audit_digest
from cairn.sdc.audit.table_steps import StepSearch
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.tables.request import Key, Nest
from cairn.sdc.tables.rule import SuppressionRule

RACE = (("race",),)


def test_hiding_only_the_small_cells_is_caught() -> None:
    counts = {("All",): 325, ("a",): None, ("b",): 20, ("c",): 300}
    certificate = audit_tables(("race",), counts, RACE, (), SuppressionRule())
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
    certificate = audit_tables(
        ("place", "race"), counts, (("place", "race"),), (), SuppressionRule()
    )
    assert {found.key for found in certificate.narrowed} == {
        ("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")
    }  # fmt: skip
    assert certificate.exposed == (("a", "All"),)


def test_knowing_that_empty_groups_are_shown_narrows() -> None:
    counts = {("All",): 20, ("a",): None, ("b",): None, ("c",): 17}
    shown = audit_tables(("race",), counts, RACE, (), SuppressionRule(zeros=Zeros.SHOWN))
    assert [(found.low, found.high) for found in shown.narrowed] == [(1, 2), (1, 2)]
    counts = {("All", "All"): 20, ("All", "no"): 20, ("All", "yes"): 0}
    assert audit_tables(("race", "result"), counts, ((),), (), SuppressionRule()).exposed == (
        ("All", "yes"),
    )


def test_a_small_group_known_as_a_sum_is_caught() -> None:
    counts = {("All",): 129, ("a",): None, ("b",): None, ("c",): 30, ("d",): 90}
    certificate = audit_tables(("race",), counts, RACE, (), SuppressionRule())
    assert not certificate.narrowed
    assert certificate.pooled == (("All",),)
    assert not certificate.safe
    assert audit_tables(("race",), counts, RACE, (), SuppressionRule(sums=Sums.FREE)).safe


def test_a_cell_known_not_to_be_small_may_be_known_more_closely() -> None:
    counts = {("All",): 41, ("a",): None, ("b",): None}
    rule = SuppressionRule(minimum=20, width_small=3)
    assert audit_tables(("race",), counts, RACE, (), rule).safe
    nested: dict[Key, int | None] = {
        ("All", "All"): None, ("d", "All"): 100, ("e", "All"): None, ("f", "All"): None,
        ("d", "s"): 60, ("d", "t"): 40, ("e", "u"): None, ("e", "v"): None, ("f", "w"): None,
    }  # fmt: skip
    found = audit_tables(
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
    assert audit_tables(("a", "b", "c"), counts, tables, (), SuppressionRule()).ranges == ()
    counts |= dict.fromkeys(_cells(3), None)
    alone = {key: n for key, n in counts.items() if key[2] == "All"}
    assert audit_tables(("a", "b", "c"), alone, tables[:1], (), SuppressionRule()).safe
    narrowed = audit_tables(("a", "b", "c"), counts, tables, (), SuppressionRule()).narrowed
    assert [(f.low, f.high) for f in narrowed if f.key == ("a0", "b1", "All")] == [(1, 1)]


def _cell(key: Key, kept: int) -> Key:
    return tuple(value if kept >> at & 1 else "All" for at, value in enumerate(key))


def _cells(kept: int) -> list[Key]:
    return [_cell(key, kept) for key in product(("a0", "a1"), ("b0", "b1"), ("c0", "c1"))]


def test_cells_settled_one_by_one_come_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StepSearch, "find_steps", lambda *_: [])
    monkeypatch.setattr(StepSearch, "find_steps_for_wishes", lambda *_: [])
    row = {("All",): 41, ("a",): None, ("b",): None}
    (a, b) = audit_tables(("race",), row, RACE, (), SuppressionRule()).ranges
    assert (a.values, b.values) == (3, 3)
    unbounded = {("All",): None, ("a",): None, ("b",): 20}
    assert audit_tables(("race",), unbounded, RACE, (), SuppressionRule()).safe
    narrow = {("All",): 13, ("a",): None, ("b",): None, ("c",): 10}
    assert len(audit_tables(("race",), narrow, RACE, (), SuppressionRule()).narrowed) == 2


def test_after_so_many_tables_what_is_left_is_settled_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(component_solver, "MOST_BASES", 1)
    narrow = {("All",): 13, ("a",): None, ("b",): None, ("c",): 10}
    assert len(audit_tables(("race",), narrow, RACE, (), SuppressionRule()).narrowed) == 2


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({("a",): 20}, "grand total is missing"),
        ({("All",): 20, ("a",): 19}, "do not add up"),
        ({("All",): 1, ("a",): None, ("b",): None}, "No whole table agrees"),
    ],
)
def test_what_is_no_table_proves_nothing(counts: dict[Key, int | None], message: str) -> None:
    with pytest.raises(InconsistentTableError, match=message):
        audit_tables(("race",), counts, RACE, (), SuppressionRule())


def test_a_cell_of_no_table_proves_nothing() -> None:
    with pytest.raises(InconsistentTableError, match="belongs to no margin"):
        audit_tables(("race",), {("All",): 20, ("a",): 20}, ((),), (), SuppressionRule())


def test_a_missing_cell_proves_nothing() -> None:
    counts = {("All", "All"): 20, ("a", "All"): 20, ("All", "x"): 20}
    with pytest.raises(InconsistentTableError, match="is missing"):
        audit_tables(("place", "race"), counts, (("place", "race"),), (), SuppressionRule())


def test_the_digest_names_the_table_and_not_its_order() -> None:
    counts = {("All",): 41, ("a",): None, ("b",): None}
    backwards = dict(reversed(counts.items()))
    same = compute_audit_digest(("race",), counts, RACE, (), SuppressionRule())
    assert same == compute_audit_digest(("race",), backwards, RACE, (), SuppressionRule())
    assert same != compute_audit_digest(
        ("race",), counts | {("All",): 42}, RACE, (), SuppressionRule()
    )
    assert same != compute_audit_digest(("race",), counts, RACE, (), SuppressionRule(minimum=11))


def test_nobody_of_those_whose_group_nobody_knows_tells_nothing_of_anyone() -> None:
    counts = {
        ("All", "All"): 127, ("All", "no"): 110, ("All", "yes"): 17,
        ("Oak", "All"): 54, ("Oak", "no"): 37, ("Oak", "yes"): 17,
        ("unknown", "All"): 73, ("unknown", "no"): 73, ("unknown", "yes"): 0,
    }  # fmt: skip
    dims, tables = ("school", "result"), (("school",),)
    assert audit_tables(dims, counts, tables, (), SuppressionRule()).exposed == (
        ("unknown", "yes"),
    )
    apart = SuppressionRule(unnamed=frozenset({"unknown"}))
    assert audit_tables(dims, counts, tables, (), apart).safe
    few = counts | {("unknown", "yes"): 2, ("unknown", "no"): 71, ("Oak", "yes"): 15}
    few |= {("Oak", "no"): 39}
    assert audit_tables(dims, few, tables, (), apart).exposed == (("unknown", "yes"),)


def test_a_range_said_beside_a_withheld_cell_narrows_it() -> None:
    counts: dict[Key, int | None] = {("All",): 30, ("a",): None, ("b",): None}
    plain = audit_tables(("x",), counts, [("x",)], (), SuppressionRule())
    wide = audit_tables(("x",), counts, [("x",)], (), SuppressionRule(), ranges={("a",): (1, 9)})
    narrow = audit_tables(("x",), counts, [("x",)], (), SuppressionRule(), ranges={("a",): (4, 5)})
    assert (plain.safe, wide.safe, narrow.safe) == (True, True, False)
    assert {(r.key, r.low, r.high) for r in narrow.ranges} == {(("a",), 4, 5), (("b",), 25, 26)}
    assert len({plain.digest, wide.digest, narrow.digest}) == 3


def test_numbers_to_begin_from_change_what_is_seen_and_never_what_is_safe() -> None:
    counts = {("All",): 325, ("a",): None, ("b",): None, ("c",): 300}
    assert audit_tables(("race",), counts, RACE, (), SuppressionRule()).safe
    for start in ({("a",): 5, ("b",): 20}, {}, {("a",): 25}, {("a",): -5, ("b",): 30}):
        assert audit_tables(
            ("race",), counts, RACE, (), SuppressionRule(), hints=AuditHints(start)
        ).safe
    narrow = {("All",): 325, ("a",): None, ("b",): 20, ("c",): 300}
    for start in ({("a",): 5}, {("a",): 8}):
        (found,) = audit_tables(
            ("race",), narrow, RACE, (), SuppressionRule(), hints=AuditHints(start)
        ).narrowed
        assert (found.low, found.high) == (5, 5)
    nothing = {("All",): 1, ("a",): None, ("b",): None}
    with pytest.raises(InconsistentTableError):
        audit_tables(
            ("race",),
            nothing,
            RACE,
            (),
            SuppressionRule(),
            hints=AuditHints({("a",): 1, ("b",): 1}),
        )


def test_where_the_solver_splits_people_the_numbers_to_begin_from_serve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FeasibleTableSearch, "_check_solution", lambda *_: None)
    monkeypatch.setattr(StepSearch, "find_steps", lambda *_: [])
    monkeypatch.setattr(StepSearch, "find_steps_for_wishes", lambda *_: [])
    counts = {("All",): 325, ("a",): None, ("b",): None, ("c",): 300}
    begun = audit_tables(
        ("race",), counts, RACE, (), SuppressionRule(), hints=AuditHints({("a",): 5, ("b",): 20})
    )
    assert [(found.low, found.high) for found in begun.ranges] == [(5, 5), (20, 20)]
    with pytest.raises(InconsistentTableError):
        audit_tables(
            ("race",),
            counts,
            RACE,
            (),
            SuppressionRule(),
            hints=AuditHints({("a",): 5, ("b",): 21}),
        )
