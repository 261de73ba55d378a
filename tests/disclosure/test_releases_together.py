"""Releases one after the other, against an attacker of unlimited patience who kept them all."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.disclosure.conftest import Oracle

from cairn.disclosure.earlier import Earlier, OtherPeopleError
from cairn.disclosure.history import ConflictError, audit_beside, protect_beside
from cairn.disclosure.protect import protect
from cairn.disclosure.published import Published
from cairn.disclosure.rule import Rule, Zeros
from cairn.disclosure.table import ALL, Cells, Key, Request

slow = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TINY = Rule(minimum=3, width_small=2, zeros=Zeros.SHOWN)
Counts = Mapping[Key, int | None]

DESIGNS: list[tuple[dict[str, int], tuple[tuple[str, ...], ...]]] = [
    ({"a": 3, "b": 2}, (("a",), ("a", "b"))),
    ({"a": 3, "b": 2}, (("a", "b"), ("b",), ("a",))),
    ({"a": 2, "b": 2, "c": 2}, (("a", "b"), ("b", "c"), ("a", "c"))),
    ({"a": 2, "b": 2, "c": 2}, (("c",), ("a", "b", "c"))),
]
"""Sizes of dimensions, and the tables that are published one after the other."""


def shown(published: Published) -> dict[Key, int | None]:
    return {cell.key: cell.n for cell in published.cells}


@st.composite
def people(draw: st.DrawFn) -> tuple[Cells, tuple[tuple[str, ...], ...]]:
    sizes, tables = draw(st.sampled_from(DESIGNS))
    keys = product(*([f"{dim}{at}" for at in range(size)] for dim, size in sizes.items()))
    return Cells(tuple(sizes), {key: draw(st.integers(0, 3)) for key in keys}), tables


@slow
@given(people())
def test_a_further_table_of_the_same_people_exposes_nothing(
    possible_values: Oracle, drawn: tuple[Cells, tuple[tuple[str, ...], ...]]
) -> None:
    cells, tables = drawn
    past: list[Earlier] = []
    together: dict[Key, int | None] = {}
    for at, table in enumerate(tables):
        request = Request(cells, (table,))
        try:
            counts = shown(protect_beside(request, TINY, past).published)
        except ConflictError:
            assume(at)
            break
        assert not past or not audit_beside(request, TINY, past, counts)
        past.append(Earlier(f"R{at}", counts))
        for key, n in counts.items():
            together[key] = n if n is not None else together.get(key)
    for key, values in possible_values(cells.dims, together, most=7).items():
        assert len(values) >= TINY.width_complementary, key


@slow
@given(
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.booleans(),
)
def test_a_later_count_exposes_nobody_who_came_or_left(
    first: list[int], more: list[int], left: bool
) -> None:
    """The attacker knows that people only came, or only left, between the two counts."""
    second = [a + b for a, b in zip(first, more, strict=True)]
    then, now = (second, first) if left else (first, second)
    before = shown(protect(_row(then), TINY))
    try:
        after = shown(protect_beside(_row(now), TINY, [Earlier("May", before)]).published)
    except (ConflictError, OtherPeopleError):
        return
    fewer, larger = (after, before) if left else (before, after)
    found: dict[tuple[str, Key], set[int]] = {}
    for one, other in _worlds(fewer, larger):
        for when, counts, world in (("fewer", fewer, one), ("larger", larger, other)):
            for key in (key for key, n in counts.items() if n is None):
                found.setdefault((when, key), set()).add(world[key])
    for place, possible in found.items():
        assert len(possible) >= TINY.width_complementary, place


def _row(counts: list[int]) -> Request:
    return Request(Cells(("a",), {(f"a{at}",): n for at, n in enumerate(counts)}), (("a",),))


def _worlds(fewer: Counts, larger: Counts) -> Iterator[tuple[dict[Key, int], dict[Key, int]]]:
    """Every pair of whole tables that agrees with both releases."""
    ones = [world for world in _tables(9) if _agrees(world, fewer)]
    others = [world for world in _tables(12) if _agrees(world, larger)]
    for one, other in product(ones, others):
        if all(one[key] <= other[key] for key in one):
            yield one, other


def _tables(most: int) -> Iterator[dict[Key, int]]:
    for counts in product(range(most + 1), repeat=3):
        world: dict[Key, int] = {(f"a{at}",): n for at, n in enumerate(counts)}
        yield world | {(ALL,): sum(counts)}


def _agrees(world: Mapping[Key, int], counts: Counts) -> bool:
    """Empty groups are always shown, so what is withheld has a member."""
    return all(world[key] == n if n is not None else world[key] > 0 for key, n in counts.items())
