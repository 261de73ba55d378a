"""Rounded tables add up, are near the truth, and cannot be moved back."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.test_properties import requests

from cairn.sdc.options import Sums, Zeros
from cairn.sdc.perturbation import perturbation_audit
from cairn.sdc.perturbation.controlled_rounding import NoRoundingError, round_tables
from cairn.sdc.perturbation.perturbation_audit import PerturbationTooNarrowError, list_true_counts
from cairn.sdc.tables.margins import build_lattice
from cairn.sdc.tables.request import ALL, CellCounts, TableRequest, UnfitRequestError
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(zeros=Zeros.COVER, sums=Sums.FREE)


def table(rows: list[list[int]]) -> TableRequest:
    counts = {(f"r{r}", f"c{c}"): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    return TableRequest(CellCounts(("row", "column"), counts), (("row", "column"),))


def test_every_number_goes_to_a_neighboring_multiple_and_sums_hold() -> None:
    request = table([[3, 4, 12], [17, 20, 6], [8, 1, 33]])
    found = round_tables(request, RULE, 5)
    assert found.cells["r1", "c1"] == 20
    assert found.reach == 4
    assert found.find_range(("r1", "c1")) == (16, 24)
    assert found.certificate.safe
    lattice = build_lattice(request)
    for one in lattice.sums:
        total, *parts = (found.cells[lattice.keys[at]] for at in (one.total, *one.parts))
        assert total == sum(parts)


def test_what_leaves_is_every_number_as_it_was_moved() -> None:
    found = round_tables(table([[3, 4, 12], [17, 20, 6]]), RULE, 5)
    assert {cell.key: cell.n for cell in found.published.cells} == found.cells
    assert found.published.withheld == 0
    assert found.published.certificate == found.certificate


def test_the_same_table_is_rounded_in_the_same_way() -> None:
    request = table([[3, 4, 12], [17, 20, 6]])
    assert round_tables(request, RULE, 5) == round_tables(request, RULE, 5)


def test_multiples_alone_need_no_search() -> None:
    request = table([[5, 10, 20], [15, 20, 30]])
    assert round_tables(request, RULE, 5).cells == list_true_counts(build_lattice(request))


def test_a_base_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="Round to 3 or more"):
        round_tables(table([[5, 6], [7, 8]]), RULE, 2)


def test_numbers_that_could_be_moved_back_are_not_shown() -> None:
    """One of the withheld width's values is left out by the distance itself."""
    strict = SuppressionRule(minimum=12, width_small=7, zeros=Zeros.COVER, sums=Sums.FREE)
    with pytest.raises(PerturbationTooNarrowError, match="an attacker could bring") as caught:
        round_tables(table([[3, 4, 12], [17, 20, 6]]), strict, 3)
    assert caught.value.certificate.narrowed


def test_too_many_cells_are_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perturbation_audit, "MOST_PERTURBED_CELLS", 11)
    with pytest.raises(UnfitRequestError, match="have 12 cells, and at most 11"):
        round_tables(table([[3, 4, 12], [17, 20, 6]]), RULE, 5)


def test_three_dimensions_may_have_no_rounding() -> None:
    """Each of its numbers has neighbors, and no choice of them adds up in all three directions."""
    people = [3, 1, 2, 3, 3, 3, 2, 3, 3, 1, 2, 1, 2, 1, 1, 3, 0, 2]
    cube = dict(zip(product("abc", "def", "gh"), people, strict=True))
    request = TableRequest(CellCounts(("a", "b", "c"), cube), (("a", "b", "c"),))
    with pytest.raises(NoRoundingError, match="No rounding to 3 was found") as caught:
        round_tables(request, RULE, 3)
    assert caught.value.base == 3
    assert round_tables(request, RULE, 5).certificate.safe


def test_tables_in_a_circle_are_rounded_as_they_are_published() -> None:
    counts = {key: 3 + sum(map(ord, "".join(key))) % 9 for key in product("ab", "cd", "ef")}
    request = TableRequest(
        CellCounts(("a", "b", "c"), counts), (("a", "b"), ("b", "c"), ("a", "c"))
    )
    found = round_tables(request, RULE, 5)
    assert all(ALL in key for key in found.cells)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(requests(), st.sampled_from([5, 10]), st.sampled_from(Zeros))
def test_additive_and_within_the_base(request: TableRequest, base: int, zeros: Zeros) -> None:
    try:
        found = round_tables(request, SuppressionRule(zeros=zeros, sums=Sums.FREE), base)
    except (NoRoundingError, PerturbationTooNarrowError):
        return
    lattice = build_lattice(request)
    true = list_true_counts(lattice)
    assert set(found.cells) == set(true)
    for key, n in found.cells.items():
        assert n % base == 0
        assert abs(n - true[key]) < base
        assert found.find_range(key)[0] <= true[key] <= found.find_range(key)[1]
    for one in lattice.sums:
        if lattice.public[[one.total, *one.parts]].all():
            total, *parts = (found.cells[lattice.keys[at]] for at in (one.total, *one.parts))
            assert total == sum(parts)
    assert not found.certificate.narrowed
