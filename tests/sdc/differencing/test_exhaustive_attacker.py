"""Releases one after the other, against an attacker of unlimited patience who kept them all."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.sdc.conftest import Oracle

from cairn.sdc.differencing.history_protection import audit_with_history, protect_with_history
from cairn.sdc.differencing.published_history import ReleaseConflictError
from cairn.sdc.differencing.release_comparison import EarlierRelease, OtherPeopleError
from cairn.sdc.options import Zeros
from cairn.sdc.tables.published_tables import PublishedTables
from cairn.sdc.tables.request import ALL, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

pytestmark = pytest.mark.slow

slow = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TINY = SuppressionRule(minimum=3, width_small=2, zeros=Zeros.SHOWN)
Counts = Mapping[Key, int | None]

DESIGNS: list[tuple[dict[str, int], tuple[tuple[str, ...], ...]]] = [
    ({"a": 3, "b": 2}, (("a",), ("a", "b"))),
    ({"a": 3, "b": 2}, (("a", "b"), ("b",), ("a",))),
    ({"a": 2, "b": 2, "c": 2}, (("a", "b"), ("b", "c"), ("a", "c"))),
    ({"a": 2, "b": 2, "c": 2}, (("c",), ("a", "b", "c"))),
]
"""Sizes of dimensions, and the tables that are published one after the other."""


def shown(published: PublishedTables) -> dict[Key, int | None]:
    return {cell.key: cell.n for cell in published.cells}


@st.composite
def people(draw: st.DrawFn) -> tuple[CellCounts, tuple[tuple[str, ...], ...]]:
    sizes, tables = draw(st.sampled_from(DESIGNS))
    keys = product(*([f"{dim}{at}" for at in range(size)] for dim, size in sizes.items()))
    return CellCounts(tuple(sizes), {key: draw(st.integers(0, 3)) for key in keys}), tables


@slow
@given(people())
def test_a_further_table_of_the_same_people_exposes_nothing(
    possible_values: Oracle, drawn: tuple[CellCounts, tuple[tuple[str, ...], ...]]
) -> None:
    cells, tables = drawn
    past: list[EarlierRelease] = []
    together: dict[Key, int | None] = {}
    for at, table in enumerate(tables):
        request = TableRequest(cells, (table,))
        try:
            counts = shown(protect_with_history(request, TINY, past).published)
        except ReleaseConflictError:
            assume(at)
            break
        assert not past or not audit_with_history(request, TINY, past, counts)
        past.append(EarlierRelease(f"R{at}", counts))
        for key, n in counts.items():
            together[key] = n if n is not None else together.get(key)
    for key, values in possible_values(
        cells.dims, together, most=7, enough=TINY.width_complementary
    ).items():
        assert len(values) >= TINY.width_complementary, key


ROW = st.lists(st.integers(0, 4), min_size=3, max_size=3)


@slow
@given(st.lists(ROW, min_size=2, max_size=3), st.booleans())
def test_later_counts_expose_nobody_who_stayed_came_or_left(
    more: list[list[int]], left: bool
) -> None:
    """The attacker knows that people only came, or only left, between the counts; and of one of
    them, when."""
    sizes = [[sum(part) for part in zip(*more[: at + 1], strict=True)] for at in range(len(more))]
    past: list[EarlierRelease] = []
    for counts in reversed(sizes) if left else sizes:
        try:
            made = shown(protect_with_history(_row(counts), TINY, list(past)).published)
        except (ReleaseConflictError, OtherPeopleError):
            return
        past.append(EarlierRelease(f"R{len(past)}", made))
    releases = [one.counts for one in (reversed(past) if left else past)]
    for place, possible in _possible(sizes, releases).items():
        assert len(possible) >= TINY.width_complementary, place


def _possible(
    sizes: list[list[int]], releases: Sequence[Counts]
) -> dict[tuple[object, int, Key], set[int]]:
    """For everybody who was there, and for nobody's record, the values of each withheld cell.

    Tries every series of tables that agrees with the releases, each with no fewer people than the
    one before. A group's series meets the others' only in the totals, so that it is tried against
    what the other two groups come to together.
    """
    most = 12  # the most that three counts of up to four come to
    series = [_list_series(releases, (f"a{group}",), most) for group in range(3)]
    totals = [counts[ALL,] for counts in releases]
    withheld = [(at, key) for at, counts in enumerate(releases) for key in counts]
    withheld = [(at, key) for at, key in withheld if releases[at][key] is None]
    found: dict[tuple[object, int, Key], set[int]] = {}
    for known in (None, *_list_newcomers(sizes)):
        narrowed = list(series)
        if known:
            at, group = known
            before = series[group][:, at - 1] if at else 0
            narrowed[group] = series[group][series[group][:, at] > before]
        for group in range(3):
            one, other = (narrowed[place] for place in range(3) if place != group)
            others = np.unique(_add_pairs(one, other).reshape(-1, len(releases)), axis=0)
            sums = _add_pairs(narrowed[group], others)
            fits = np.ones(sums.shape[:2], dtype=bool)
            for at, total in enumerate(totals):
                fits &= sums[:, :, at] == total if total is not None else sums[:, :, at] > 0
            possible = narrowed[group][fits.any(axis=1)]
            for at, key in withheld:
                if key == (f"a{group}",):
                    found[known, at, key] = set(possible[:, at].tolist())
                elif key == (ALL,):
                    found[known, at, key] = set(sums[:, :, at][fits].tolist())
    return found


def _list_newcomers(sizes: list[list[int]]) -> Iterator[tuple[int, int]]:
    """When and to which group somebody came."""
    for at, group in product(range(len(sizes)), range(3)):
        if sizes[at][group] > (sizes[at - 1][group] if at else 0):
            yield at, group


def _list_series(releases: Sequence[Counts], key: Key, most: int) -> np.ndarray:
    """Counts of one group that only grow and agree with what is shown of it.

    Empty groups are always shown, so what is withheld has a member.
    """
    shown = [counts[key] for counts in releases]
    values = (range(1, most + 1) if n is None else (n,) for n in shown)
    growing = [row for row in product(*values) if list(row) == sorted(row)]
    return np.array(growing, dtype=int).reshape(-1, len(releases))


def _add_pairs(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The sum of each series with each other one."""
    return some[:, None, :] + others[None, :, :]


def _row(counts: list[int]) -> TableRequest:
    return TableRequest(
        CellCounts(("a",), {(f"a{at}",): n for at, n in enumerate(counts)}), (("a",),)
    )
