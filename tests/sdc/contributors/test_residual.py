"""What a partner learns of the others by taking its own children away from a total."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.sdc.contributors.residual import OpenDims, find_safe_margins, list_open_dims
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key, Nest, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

DIMS = ("district", "school", "race", RESULT)
NESTS = (Nest("school", "district"),)
TABLES = (("district", "school"), ("race",))
PLACES: OpenDims = frozenset({"district", "school"})
DISTRICT: OpenDims = frozenset({"district"})
RACE: OpenDims = frozenset({"race"})
Counts = dict[Key, int]


def county(**districts: dict[str, tuple[int, int]]) -> Counts:
    """By district, for each race how many have the outcome and how many have not."""
    return {
        (district, f"{district}1", race, result): n
        for district, races in districts.items()
        for race, pair in races.items()
        for result, n in zip(("yes", "no"), pair, strict=True)
    }


def published(cells: Counts, rule: SuppressionRule) -> dict[Key, int | None]:
    made = protect_tables(TableRequest(CellCounts(DIMS, cells), TABLES, NESTS), rule)
    return {cell.key: cell.n for cell in made.cells}


def left_of(cells: Counts, name: str, keys: dict[Key, int | None]) -> Counter[Key]:
    """The numbers of all districts but one by every published key."""
    found = Counter[Key]()
    for cell, n in cells.items():
        if cell[0] != name:
            for key in keys:
                if all(value in (ALL, part) for value, part in zip(key, cell, strict=True)):
                    found[key] += n
    return found


def find_published_margins(
    cells: Counts, name: str = "a", rule: SuppressionRule | None = None
) -> frozenset[OpenDims]:
    rule = rule or SuppressionRule()
    keys = published(cells, rule)
    return find_margins(
        keys, left_of(cells, name, keys), rule, len({cell[0] for cell in cells}) - 1
    )


def find_margins(
    keys: dict[Key, int | None], left: Counter[Key], rule: SuppressionRule, others: int = 2
) -> frozenset[OpenDims]:
    return find_safe_margins(DIMS, keys, left, by="district", others=others, nests=NESTS, rule=rule)


LARGE = {"x": (40, 60), "y": (30, 70)}


def test_where_all_groups_of_others_are_large_every_margin_holds() -> None:
    assert find_published_margins(county(a=LARGE, b=LARGE, c=LARGE)) == {DISTRICT, PLACES, RACE}


def test_a_few_children_of_others_are_not_left_over() -> None:
    """The county's 46 and 64 of race y are shown; 40 and 60 of them are a's, so 6 and 4 of others
    would be left."""
    cells = county(
        a={"x": (40, 60), "y": (40, 60)},
        b={"x": (30, 70), "y": (3, 2)},
        c={"x": (30, 70), "y": (3, 2)},
    )
    keys = published(cells, SuppressionRule())
    assert keys[(ALL, ALL, "y", "yes")] == 46
    assert find_published_margins(cells) == {DISTRICT, PLACES}
    assert RACE in find_published_margins(cells, "b")


def test_with_one_other_contributor_only_what_names_places_holds() -> None:
    assert find_published_margins(county(a=LARGE, b=LARGE)) == {DISTRICT, PLACES}


def test_alone_there_is_nobody_to_compare_with() -> None:
    assert find_published_margins(county(a=LARGE)) == frozenset()


def test_withheld_parts_of_others_that_come_to_a_few_do_not_hold() -> None:
    """b and c are withheld, and a knows that 14 of the shown total are its own: 6 are left."""
    keys: dict[Key, int | None] = {
        ("All", "All"): 30, ("a", "All"): None, ("b", "All"): None, ("c", "All"): None,
        ("d", "All"): 10,
    }  # fmt: skip
    left = {
        ("All", "All"): 16, ("a", "All"): 0, ("b", "All"): 3, ("c", "All"): 3, ("d", "All"): 10,
    }  # fmt: skip
    found = find_safe_margins(
        ("district", "race"), keys, left, by="district", others=3, nests=(), rule=SuppressionRule()
    )
    assert found == frozenset()


def test_what_is_incomplete_proves_nothing() -> None:
    keys: dict[Key, int | None] = {("a",): 20, ("b",): 20}
    left = {("a",): 0, ("b",): 20}
    found = find_safe_margins(
        ("district",), keys, left, by="district", others=2, nests=(), rule=SuppressionRule()
    )
    assert found == frozenset()


@st.composite
def counties(draw: st.DrawFn) -> Counts:
    numbers = st.tuples(st.integers(0, 60), st.integers(0, 60))
    return county(
        **{
            district: {race: draw(numbers) for race in ("x", "y", "z")}
            for district in ("a", "b", "c")
        }
    )


@settings(max_examples=25, deadline=None)
@given(counties())
def test_no_few_others_are_left_in_what_holds(cells: Counts) -> None:
    rule = SuppressionRule()
    keys = published(cells, rule)
    left = left_of(cells, "a", keys)
    for margin in find_published_margins(cells):
        for key, n in keys.items():
            if n is not None and key[0] != "a" and list_open_dims(DIMS, key) <= margin:
                assert left[key] == 0 or left[key] >= rule.minimum


@settings(max_examples=15, deadline=None)
@given(counties(), st.integers(4, 9))
def test_a_stricter_rule_never_lets_more_hold(cells: Counts, least: int) -> None:
    strict, loose = SuppressionRule(), SuppressionRule(minimum=least)
    keys = published(cells, strict)
    left = left_of(cells, "a", keys)

    def under(rule: SuppressionRule) -> frozenset[OpenDims]:
        return find_margins(keys, left, rule)

    assert under(strict) <= under(loose)


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_the_order_of_cells_does_not_matter(name: str) -> None:
    cells = county(a={"x": (40, 60), "y": (3, 20)}, b=LARGE, c={"x": (12, 18), "y": (11, 4)})
    turned = dict(reversed(cells.items()))
    assert find_published_margins(cells, name) == find_published_margins(turned, name)
