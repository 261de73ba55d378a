"""Properties over random tables: whatever is asked, nothing withheld can be worked out."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.published_tables import CellStatus, PublishedTables
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key, Nest, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

MOST_CELLS = 24
COUNTS = st.one_of(st.just(0), st.integers(1, 9), st.integers(0, 60))

slow = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

rules = st.builds(
    SuppressionRule,
    minimum=st.integers(5, 16),
    width_small=st.integers(2, 4),
    width_complementary=st.just(2),
    zeros=st.sampled_from(Zeros),
    sums=st.sampled_from(Sums),
)


@st.composite
def requests(draw: st.DrawFn) -> TableRequest:
    """Two to four dimensions, now and then nested, with outcomes, in several linked tables.

    No more than MOST_CELLS at the finest: what goes wrong goes wrong in small tables too.
    """
    nested, outcome = draw(st.booleans()), draw(st.booleans())
    dims = ["place", "race", "gender", "grade"][: draw(st.integers(2, 4))]
    if nested:
        dims.insert(1, "school")
    if outcome:
        dims.append(RESULT)
    keys: list[Key] = [()]
    for dim in dims:
        largest = min(3, MOST_CELLS // len(keys))
        size = 2 if dim == RESULT else draw(st.integers(1, max(1, largest)), label=dim)
        names = ["yes", "no"] if dim == RESULT else [f"{dim}{at}" for at in range(size)]
        inside = dim == "school"
        keys = [(*k, f"{k[0]}-{name}" if inside else name) for k in keys for name in names]
    found = {key: draw(COUNTS) for key in keys}
    options = [
        c for size in (1, 2, 3) for c in combinations([d for d in dims if d != RESULT], size)
    ]
    tables = draw(st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True))
    nests = (Nest("school", "place"),) if nested else ()
    return TableRequest(CellCounts(tuple(dims), found), tuple(tables), nests)


def expected_keys(request: TableRequest) -> set[Key]:
    """Every cell of every margin, by the plainest way: hide some values of each finest key."""
    dims = request.cells.dims
    found: set[Key] = set()
    for table in request.tables:
        whole = set(table) | ({RESULT} & set(dims))
        whole |= {"place"} if "school" in table else set()
        values = {
            tuple(v if dim in whole else ALL for dim, v in zip(dims, key, strict=True))
            for key in request.cells.counts
        }
        for size in range(len(whole) + 1):
            for kept in combinations(sorted(whole), size):
                if "school" in kept and "place" not in kept:
                    continue
                found |= {
                    tuple(v if dim in kept else ALL for dim, v in zip(dims, key, strict=True))
                    for key in values
                }
    return found


def true_count(request: TableRequest, key: Key) -> int:
    """People in a cell, counted from the finest cells."""
    return sum(
        n
        for finest, n in request.cells.counts.items()
        if all(v in (ALL, f) for v, f in zip(key, finest, strict=True))
    )


def shown(published: PublishedTables) -> dict[Key, int | None]:
    """The published cells by key."""
    return {cell.key: cell.n for cell in published.cells}


@slow
@given(requests(), rules)
def test_no_withheld_cell_can_be_narrowed(request_: TableRequest, rule: SuppressionRule) -> None:
    published = protect_tables(request_, rule)
    again = audit_tables(published.dims, shown(published), request_.tables, request_.nests, rule)
    assert again.safe
    assert again.digest == published.certificate.digest
    assert {found.key for found in again.ranges} == {
        cell.key for cell in published.cells if cell.status is CellStatus.WITHHELD
    }
    for found in again.ranges:
        assert found.high - found.low + 1 >= found.values >= found.required


@slow
@given(requests(), rules)
def test_every_cell_of_every_margin_is_there_once_and_true(
    request_: TableRequest, rule: SuppressionRule
) -> None:
    published = protect_tables(request_, rule)
    counts = shown(published)
    assert len(counts) == len(published.cells)
    assert set(counts) == expected_keys(request_)
    for cell in published.cells:
        assert (cell.n is None) == (cell.status is CellStatus.WITHHELD)
        assert cell.n is None or cell.n == true_count(request_, cell.key)


@slow
@given(requests(), rules)
def test_nothing_small_is_shown(request_: TableRequest, rule: SuppressionRule) -> None:
    dims = request_.cells.dims
    for key, n in shown(protect_tables(request_, rule)).items():
        group = tuple(ALL if dim == RESULT else v for dim, v in zip(dims, key, strict=True))
        if n is not None and n < rule.minimum:
            assert n == true_count(request_, group) == 0


@pytest.mark.slow
@slow
@given(requests(), rules, st.randoms())
def test_order_does_not_matter(
    request_: TableRequest, rule: SuppressionRule, chance: object
) -> None:
    rows = list(request_.cells.counts.items())
    tables = list(request_.tables)
    chance.shuffle(rows)  # type: ignore[attr-defined]
    chance.shuffle(tables)  # type: ignore[attr-defined]
    other = replace(
        request_, cells=CellCounts(request_.cells.dims, dict(rows)), tables=tuple(tables)
    )
    assert shown(protect_tables(other, rule)) == shown(protect_tables(request_, rule))
    assert (
        protect_tables(other, rule).certificate.digest
        == protect_tables(request_, rule).certificate.digest
    )
