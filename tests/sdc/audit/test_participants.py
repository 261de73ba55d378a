"""Somebody who knows one record, against an attacker of unlimited patience who knows it too."""

from collections.abc import Mapping
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.conftest import Oracle

from cairn.sdc.audit.attacker_knowledge import InconsistentTableError
from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.audit.table_steps import StepSearch
from cairn.sdc.options import Zeros
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import MOST_DIMS_OF_SHOWN_ZERO, SuppressionRule

slow = settings(
    deadline=None,
    max_examples=35,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
Counts = Mapping[Key, int | None]

DESIGNS: list[tuple[dict[str, int], tuple[tuple[str, ...], ...]]] = [
    ({"a": 3, "b": 2}, (("a", "b"),)),
    ({"a": 2, "b": 2, "c": 2}, (("a", "b", "c"),)),
    ({"a": 2, "b": 2, "c": 2}, (("a", "b"), ("b", "c"))),
    ({"a": 2, "b": 2, "c": 2}, (("a", "b"), ("b", "c"), ("a", "c"))),
    ({"a": 3, RESULT: 2}, (("a",),)),
    ({"a": 2, "b": 2, RESULT: 2}, (("a",), ("b",))),
]
RULES = st.sampled_from([SuppressionRule(minimum=3, width_small=2, zeros=zeros) for zeros in Zeros])


@st.composite
def tiny(draw: st.DrawFn, most: int) -> TableRequest:
    sizes, tables = draw(st.sampled_from(DESIGNS))
    names = {dim: [f"{dim}{at}" for at in range(size)] for dim, size in sizes.items()}
    names |= {RESULT: ["no", "yes"]} if RESULT in sizes else {}
    keys = product(*names.values())
    return TableRequest(
        CellCounts(tuple(sizes), {key: draw(st.integers(0, most)) for key in keys}), tables
    )


def margins(request_: TableRequest) -> dict[Key, int]:
    """Every cell of every margin, all shown."""
    dims, counts = request_.cells.dims, dict[Key, int]()
    for table in request_.tables:
        whole = [*table, *({RESULT} & set(dims))]
        for kept in (k for size in range(len(whole) + 1) for k in combinations(whole, size)):
            margin: dict[Key, int] = {}
            for key, n in request_.cells.counts.items():
                cell = tuple(v if d in kept else ALL for d, v in zip(dims, key, strict=True))
                margin[cell] = margin.get(cell, 0) + n
            counts |= margin
    return counts


def never_empty(dims: tuple[str, ...], rule: SuppressionRule, key: Key) -> bool:
    """Whether a withheld cell is known to have somebody in it: the rule shows it if empty."""
    opened = {dim for dim, value in zip(dims, key, strict=True) if value != ALL}
    few = rule.zeros is Zeros.SHOWN or len(opened) <= MOST_DIMS_OF_SHOWN_ZERO
    return few and RESULT not in opened


@slow
@given(tiny(most=3), RULES)
def test_enough_is_left_to_everyone_who_knows_one_record(
    possible_values: Oracle, request_: TableRequest, rule: SuppressionRule
) -> None:
    published = protect_tables(request_, rule)
    dims, counts = published.dims, {cell.key: cell.n for cell in published.cells}
    assert published.certificate.safe
    for member in request_.cells.people:
        values = possible_values(
            dims,
            counts,
            most=5,
            at_least_one=lambda key: never_empty(dims, rule, key),
            member=member,
            enough=rule.width_complementary,
        )
        for key, found in values.items():
            assert len(found) >= rule.width_complementary, (member, key)


@pytest.mark.slow
@slow
@given(tiny(most=2), st.sampled_from(Zeros), st.booleans(), st.data())
def test_the_audit_of_participants_agrees_with_unlimited_patience(
    possible_values: Oracle, request_: TableRequest, zeros: Zeros, singly: bool, data: st.DataObject
) -> None:
    """Whatever is hidden: a cell is called safe exactly if it is so to the outsider and to each
    person there is. With the short steps and, cell by cell, without them."""
    rule = SuppressionRule(minimum=4, width_small=3, width_complementary=3, zeros=zeros)
    dims, truth = request_.cells.dims, margins(request_)
    total = truth[(ALL,) * len(dims)]
    hidden = {
        key
        for key, n in truth.items()
        if n != total and (n or not never_empty(dims, rule, key)) and data.draw(st.booleans())
    }
    counts = {key: None if key in hidden else n for key, n in truth.items()}
    with pytest.MonkeyPatch.context() as patch:
        if singly:
            patch.setattr(StepSearch, "find_steps", lambda *_: [])
            patch.setattr(StepSearch, "find_steps_for_wishes", lambda *_: [])
        certificate = audit_tables(
            dims, counts, request_.tables, (), rule, people=request_.cells.people
        )
    left = [
        possible_values(
            dims,
            counts,
            most=total,
            at_least_one=lambda key: never_empty(dims, rule, key),
            member=member,
        )
        for member in (None, *request_.cells.people)
    ]
    for found in certificate.ranges:
        fewest = min(len(values[found.key]) for values in left)
        assert found.safe == (fewest >= 3), found
        assert {found.low, found.high} <= left[0][found.key]
        assert found.safe or found.values < 3 or fewest <= found.left < 3


def test_a_member_tells_what_an_outsider_cannot() -> None:
    """Nobody outside knows whether anyone of ten people said yes, in either of two schools where
    they are two in all. Whoever did knows that it is one or two."""
    counts: dict[Key, int | None] = {
        ("All", "All"): 42, ("All", "no"): 40, ("All", "yes"): 2,
        ("a", "All"): 20, ("a", "no"): None, ("a", "yes"): None,
        ("b", "All"): 22, ("b", "no"): None, ("b", "yes"): None,
    }  # fmt: skip
    dims, tables = ("school", RESULT), (("school",),)
    rule = SuppressionRule(minimum=5)
    outside = audit_tables(dims, counts, tables, (), rule)
    assert not outside.narrowed
    assert outside.participants == 0
    assert outside.narrowest == 3
    people = [("a", "yes"), ("b", "yes"), ("a", "no"), ("b", "no")]
    inside = audit_tables(dims, counts, tables, (), rule, people=people)
    assert {found.key for found in inside.narrowed} == {("a", "yes"), ("b", "yes")}
    assert inside.participants == 4
    assert inside.narrowest == 2
    for found in inside.ranges:
        assert (found.values, found.left) == (3, 2)
        assert found.left_required == (3 if found.key[1] == "yes" else 2)


def test_what_is_left_is_told_of_somebody_who_was_proven_to_have_no_more(
    possible_values: Oracle,
) -> None:
    """The audit stops at the first person to whom too little is left: of the others it cannot say
    how much they would find."""
    people = [("a0", "b1", "no"), ("a0", "b1", "yes"), ("a1", "b1", "yes")]
    finest = product(("a0", "a1"), ("b0", "b1"), ("no", "yes"))
    cells = CellCounts(("a", "b", RESULT), {key: int(key in people) for key in finest})
    request_ = TableRequest(cells, (("a",), ("b",)))
    shown = {("All", "All", "All"), ("a0", "All", "no")}
    counts = {
        key: n if key in shown or key[1] == "b0" or key[1:] == ("b1", "All") else None
        for key, n in margins(request_).items()
    }
    rule = SuppressionRule(minimum=4, width_small=3, width_complementary=3)
    certificate = audit_tables(cells.dims, counts, request_.tables, (), rule, people=people)
    left = [
        possible_values(
            cells.dims,
            counts,
            most=3,
            at_least_one=lambda key: never_empty(cells.dims, rule, key),
            member=member,
        )
        for member in (None, *people)
    ]
    assert not certificate.safe
    for found in certificate.ranges:
        assert found.left >= min(len(values[found.key]) for values in left)


def test_where_empty_groups_are_shown_a_member_of_a_group_knows_nothing_more() -> None:
    counts: dict[Key, int | None] = {("All",): 41, ("a",): None, ("b",): None}
    certificate = audit_tables(
        ("race",), counts, (("race",),), (), SuppressionRule(), people=[("a",), ("b",)]
    )
    assert certificate.safe
    assert certificate.participants == 0


def test_somebody_where_nobody_is_shown_is_no_table() -> None:
    counts: dict[Key, int | None] = {("All",): 41, ("a",): 41, ("b",): 0}
    with pytest.raises(InconsistentTableError, match="Somebody is in a cell"):
        audit_tables(("race",), counts, (("race",),), (), SuppressionRule(), people=[("b",)])
