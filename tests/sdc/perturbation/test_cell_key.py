"""Noise that belongs to people: the same people, the same noise."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.test_properties import requests

from cairn.sdc.options import Sums, Zeros
from cairn.sdc.perturbation.cell_key import (
    KEY_SPACE,
    STANDARD_NOISE,
    compute_keys_from_counts,
    compute_record_key,
    perturb_by_cell_key,
)
from cairn.sdc.perturbation.perturbation_audit import PerturbationTooNarrowError, list_true_counts
from cairn.sdc.tables.margins import build_lattice
from cairn.sdc.tables.request import ALL, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

SECRET = b"an invented secret of 32 bytes.."
RULE = SuppressionRule(zeros=Zeros.COVER, sums=Sums.FREE)
DIMS = ("school", "race")
COUNTS = {key: 4 + 7 * at for at, key in enumerate(product("abc", "xy"))}


def request(counts: dict[Key, int], *tables: tuple[str, ...]) -> TableRequest:
    return TableRequest(CellCounts(DIMS, counts), tables or (DIMS,))


def test_the_same_secret_gives_the_same_table_and_another_another() -> None:
    asked = request(COUNTS)
    one = perturb_by_cell_key(asked, RULE, compute_keys_from_counts(asked.cells, SECRET))
    assert one == perturb_by_cell_key(asked, RULE, compute_keys_from_counts(asked.cells, SECRET))
    other = compute_keys_from_counts(asked.cells, SECRET[::-1])
    assert other != compute_keys_from_counts(asked.cells, SECRET)


def test_the_same_people_have_the_same_noise_in_every_table() -> None:
    keys = compute_keys_from_counts(CellCounts(DIMS, COUNTS), SECRET)
    by_both, by_school = (
        perturb_by_cell_key(request(COUNTS, *tables), RULE, keys)
        for tables in ((DIMS,), (("school",),))
    )
    for key, n in by_school.cells.items():
        assert by_both.cells[key] == n


def test_records_carry_their_key_into_any_table() -> None:
    """By school and race, or by race alone from a file without schools: the same by race."""
    people = [
        (school, race, f"{school}{race}{at}")
        for (school, race), n in COUNTS.items()
        for at in range(n)
    ]
    fine: dict[Key, int] = {}
    coarse: dict[Key, int] = {}
    for school, race, record in people:
        key = compute_record_key(SECRET, record)
        fine[school, race] = fine.get((school, race), 0) + key
        coarse[race,] = coarse.get((race,), 0) + key
    races = {(race,): sum(n for key, n in COUNTS.items() if key[1] == race) for race in "xy"}
    by_race = TableRequest(CellCounts(("race",), races), (("race",),))
    one = perturb_by_cell_key(request(COUNTS), RULE, fine)
    other = perturb_by_cell_key(by_race, RULE, coarse)
    for race in "xy":
        assert one.cells[ALL, race] == other.cells[race,]


def test_the_order_of_dimensions_does_not_matter() -> None:
    turned = CellCounts(DIMS[::-1], {key[::-1]: n for key, n in COUNTS.items()})
    found = compute_keys_from_counts(turned, SECRET)
    assert {key[::-1]: n for key, n in found.items()} == compute_keys_from_counts(
        CellCounts(DIMS, COUNTS), SECRET
    )


def test_an_empty_cell_has_no_key_and_no_noise() -> None:
    counts = {**COUNTS, ("d", "x"): 0, ("d", "y"): 30}
    assert ("d", "x") not in compute_keys_from_counts(CellCounts(DIMS, counts), SECRET)
    found = perturb_by_cell_key(
        request(counts), RULE, compute_keys_from_counts(CellCounts(DIMS, counts), SECRET)
    )
    assert found.cells["d", "x"] == 0


def test_one_person_more_is_other_noise() -> None:
    more = {**COUNTS, ("a", "x"): COUNTS["a", "x"] + 1}
    assert (
        compute_keys_from_counts(CellCounts(DIMS, more), SECRET)["a", "x"]
        != compute_keys_from_counts(CellCounts(DIMS, COUNTS), SECRET)["a", "x"]
    )


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        compute_record_key(b"short", "1")


def test_keys_are_spread_over_all_there_are() -> None:
    keys = [compute_record_key(SECRET, str(at)) for at in range(2_000)]
    assert max(keys) < KEY_SPACE
    assert sum(key < KEY_SPACE // 2 for key in keys) == pytest.approx(1_000, abs=120)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(requests(), st.binary(min_size=32, max_size=32), st.sampled_from(Zeros))
def test_bounded_deterministic_and_zeros_kept(
    asked: TableRequest, secret: bytes, zeros: Zeros
) -> None:
    rule, keys = (
        SuppressionRule(zeros=zeros, sums=Sums.FREE),
        compute_keys_from_counts(asked.cells, secret),
    )
    try:
        found = perturb_by_cell_key(asked, rule, keys)
    except PerturbationTooNarrowError:
        return
    true = list_true_counts(build_lattice(asked))
    assert perturb_by_cell_key(asked, rule, keys) == found
    for key, n in found.cells.items():
        assert abs(n - true[key]) <= STANDARD_NOISE.limit
        assert n == 0 or n >= STANDARD_NOISE.least
        assert true[key] or not n
        low, high = found.find_range(key)
        assert low <= true[key] <= high
