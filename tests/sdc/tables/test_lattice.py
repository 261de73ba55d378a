"""Every cell of every margin once, and the sums that tie them."""

import pytest

from cairn.sdc.tables.margins import build_lattice
from cairn.sdc.tables.request import ALL, CellCounts, Nest, TableRequest, UnfitRequestError


def test_counts_and_sums_of_a_small_table() -> None:
    cells = CellCounts(("a", "b"), {("x", "m"): 3, ("x", "n"): 4, ("y", "m"): 5})
    lattice = build_lattice(TableRequest(cells, (("a", "b"),)))
    counts = dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))
    assert counts == {
        ("All", "All"): 12, ("x", "All"): 7, ("y", "All"): 5, ("All", "m"): 8, ("All", "n"): 4,
        ("x", "m"): 3, ("x", "n"): 4, ("y", "m"): 5, ("y", "n"): 0,
    }  # fmt: skip
    sums = {(lattice.keys[s.total], tuple(lattice.keys[p] for p in s.parts)) for s in lattice.sums}
    assert (("All", "n"), (("x", "n"), ("y", "n"))) in sums
    assert len(sums) == 6


def test_two_dimensions_within_one_parent_meet_only_inside_it() -> None:
    cells = CellCounts(("d", "school", "program"), {("d1", "s1", "p1"): 9, ("d2", "s2", "p2"): 9})
    nests = (Nest("school", "d"), Nest("program", "d"))
    keys = build_lattice(TableRequest(cells, (("school", "program"),), nests)).keys
    assert ("d1", "s1", "p1") in keys
    assert not any(ALL not in key and key[1][1] != key[2][1] for key in keys)


def test_no_people_leave_the_total_and_both_outcomes() -> None:
    lattice = build_lattice(TableRequest(CellCounts(("a", "result"), {}), (("a",),)))
    assert lattice.keys == [("All", "All"), ("All", "no"), ("All", "yes")]
    assert not lattice.counts.any()


def test_the_table_behind_a_circle_is_counted_but_not_public() -> None:
    cells = CellCounts(("a", "b", "c"), {("x", "m", "p"): 2, ("y", "n", "q"): 3})
    lattice = build_lattice(TableRequest(cells, (("a", "b"), ("b", "c"), ("a", "c"))))
    behind = [key for key, public in zip(lattice.keys, lattice.public, strict=True) if not public]
    assert len(behind) == 8
    assert all(ALL not in key for key in behind)


def test_ten_million_cells_are_refused_before_they_are_laid_out() -> None:
    counts = {(str(n), str(n), str(n), str(n)): 1 for n in range(60)}
    asked = TableRequest(CellCounts(("a", "b", "c", "d"), counts), (("a", "b", "c", "d"),))
    with pytest.raises(UnfitRequestError, match="13,845,841 cells"):
        build_lattice(asked)
