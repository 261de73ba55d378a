"""Ranges hold the truth, say nothing new, and do not tell a small cell from one that covers it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.conftest import Oracle
from tests.sdc.test_properties import requests

from cairn.sdc.audit.attacker_knowledge import InconsistentTableError
from cairn.sdc.audit.published_ranges import (
    audit_published_ranges,
    compute_published_ranges,
    round_range_outward,
)
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.perturbation.perturbation_audit import list_true_counts
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.margins import build_lattice
from cairn.sdc.tables.request import ALL, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

SHOWN = SuppressionRule(zeros=Zeros.SHOWN)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(1, 9, (1, 9)), (3, 7, (1, 9)), (0, 4, (0, 9)), (0, 10, (0, 19)), (13, 21, (10, 29))],
)
def test_ends_are_round_and_never_narrower(low: int, high: int, found: tuple[int, int]) -> None:
    assert round_range_outward(low, high, 10) == found


def test_a_withheld_cell_gets_what_a_reader_could_work_out(possible_values: Oracle) -> None:
    dims, tables = ("race",), (("race",),)
    counts: dict[Key, int | None] = {
        ("a",): None, ("b",): None, ("c",): 20, (ALL,): 35,
    }  # fmt: skip
    found = compute_published_ranges(dims, counts, tables, (), SHOWN)
    assert found == {("a",): (1, 19), ("b",): (1, 19)}
    for key, values in possible_values(dims, counts, most=35).items():
        assert found[key][0] <= min(values)
        assert max(values) <= found[key][1]
    request = TableRequest(CellCounts(dims, {("a",): 7, ("b",): 8, ("c",): 20}), tables)
    assert audit_published_ranges(request, SHOWN, counts, found).safe


def test_what_nothing_bounds_has_no_range() -> None:
    counts: dict[Key, int | None] = {("a",): None, ("b",): 30, (ALL,): None}
    assert compute_published_ranges(("race",), counts, (("race",),), (), SHOWN) == {}


def test_tables_in_a_circle_are_read_with_what_is_behind_them() -> None:
    values = {"a": "12", "b": "34", "c": "56"}
    pairs = [("a", "b"), ("b", "c"), ("a", "c")]
    counts: dict[Key, int | None] = {(ALL,) * 3: 80}
    for dim, names in values.items():
        for name in names:
            counts[tuple(name if d == dim else ALL for d in values)] = 40
    for one, other in pairs:
        for x in values[one]:
            for y in values[other]:
                key = tuple({one: x, other: y}.get(dim, ALL) for dim in values)
                counts[key] = None
    found = compute_published_ranges(("a", "b", "c"), counts, pairs, (), SHOWN)
    assert set(found.values()) == {(1, 39)} or set(found.values()) == {(1, 49)}


def test_a_table_that_contradicts_itself_is_told() -> None:
    counts: dict[Key, int | None] = {
        ("a",): None, ("b",): None, ("c",): 40, (ALL,): 30,
    }  # fmt: skip
    with pytest.raises(InconsistentTableError, match="No whole table agrees"):
        compute_published_ranges(("race",), counts, (("race",),), (), SHOWN)


@pytest.mark.slow
@settings(deadline=None, max_examples=35, suppress_health_check=[HealthCheck.too_slow])
@given(requests(), st.sampled_from(Zeros), st.sampled_from(Sums))
def test_ranges_hold_the_truth_and_expose_nothing(
    request: TableRequest, zeros: Zeros, sums: Sums
) -> None:
    rule = SuppressionRule(zeros=zeros, sums=sums)
    made = protect_tables(request, rule)
    counts = {cell.key: cell.n for cell in made.cells}
    found = compute_published_ranges(made.dims, counts, request.tables, request.nests, rule)
    true = list_true_counts(build_lattice(request))
    for key, (low, high) in found.items():
        assert counts[key] is None
        assert low <= true[key] <= high
    for one in made.certificate.ranges:
        if one.key in found:
            assert found[one.key][0] <= one.low
            assert one.high <= found[one.key][1]
    assert audit_published_ranges(request, rule, counts, found).safe
