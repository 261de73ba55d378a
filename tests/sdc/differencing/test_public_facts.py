"""What is public stays public: a later release adds, and only its own withdrawal takes away."""

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.conftest import Oracle

from cairn.sdc.differencing.history_protection import protect_with_history
from cairn.sdc.differencing.public_facts import (
    FactChange,
    PublicFact,
    ReleaseFacts,
    compare_public_facts,
    compose_public_facts,
    find_hidden_facts,
)
from cairn.sdc.differencing.published_history import ReleaseConflictError
from cairn.sdc.differencing.release_comparison import EarlierRelease
from cairn.sdc.options import Zeros
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(minimum=3, width_small=2, zeros=Zeros.SHOWN)


@dataclass(frozen=True)
class Band:
    """A value of another kind than a number: 20 to 40 percent. None is suppressed."""

    width: int | None

    @property
    def is_shown(self) -> bool:
        return self.width is not None

    def hides(self, earlier: "Band") -> bool:
        return earlier.width is not None and (self.width is None or self.width > earlier.width)


HIDDEN, WIDE, NARROW = Band(None), Band(20), Band(5)


def facts(name: str, value: Band, **more: object) -> ReleaseFacts[Band]:
    return ReleaseFacts(name, {"cell": value}, **more)  # type: ignore[arg-type]


def shown(*releases: ReleaseFacts[Band]) -> PublicFact[Band] | None:
    return compose_public_facts(releases).get("cell")


def test_a_later_release_refines_and_never_widens_or_removes() -> None:
    assert shown(facts("A", WIDE), facts("B", NARROW)) == PublicFact(NARROW, "B")
    assert shown(facts("A", NARROW), facts("B", WIDE)) == PublicFact(NARROW, "A")
    assert shown(facts("A", NARROW), facts("B", HIDDEN)) == PublicFact(NARROW, "A")
    assert shown(facts("A", HIDDEN), facts("B", HIDDEN)) == PublicFact(HIDDEN, "B")


def test_a_withdrawal_returns_what_was_public_before() -> None:
    old, new = facts("A", WIDE), facts("B", NARROW, is_withdrawn=True)
    assert shown(old, new) == PublicFact(WIDE, "A")
    assert shown(facts("A", WIDE, is_withdrawn=True)) is None


def test_what_was_corrected_does_not_return_when_its_correction_is_withdrawn() -> None:
    wrong = facts("A", NARROW)
    assert shown(wrong, facts("B", WIDE, corrects="A")) == PublicFact(WIDE, "B")
    assert shown(wrong, facts("B", WIDE, corrects="A", is_withdrawn=True)) is None


def test_a_release_that_hides_a_public_figure_is_found_unless_it_corrects_it() -> None:
    state = compose_public_facts([facts("A", NARROW)])
    assert find_hidden_facts(state, facts("B", HIDDEN)) == {"cell": "A"}
    assert find_hidden_facts(state, facts("B", WIDE)) == {"cell": "A"}
    assert find_hidden_facts(state, facts("B", NARROW)) == {}
    assert find_hidden_facts(state, facts("B", HIDDEN, corrects="A")) == {}
    assert find_hidden_facts({}, facts("B", HIDDEN)) == {}


@pytest.mark.parametrize(
    ("before", "after", "corrected", "change"),
    [
        (None, NARROW, None, FactChange.ADDED),
        (None, HIDDEN, None, FactChange.SUPPRESSED),
        (HIDDEN, HIDDEN, None, FactChange.UNCHANGED),
        (HIDDEN, None, None, FactChange.UNCHANGED),
        (HIDDEN, NARROW, None, FactChange.REFINED),
        (WIDE, NARROW, None, FactChange.REFINED),
        (WIDE, WIDE, None, FactChange.UNCHANGED),
        (WIDE, Band(20), "A", FactChange.UNCHANGED),
        (WIDE, NARROW, "A", FactChange.REPLACED),
        (NARROW, WIDE, None, FactChange.REMOVED),
        (NARROW, None, None, FactChange.REMOVED),
    ],
)
def test_every_change_of_a_figure_has_a_name(
    before: Band | None, after: Band | None, corrected: str | None, change: FactChange
) -> None:
    def state(value: Band | None, name: str) -> dict[object, PublicFact[Band]]:
        return {} if value is None else {"cell": PublicFact(value, name)}

    found = compare_public_facts(state(before, "A"), state(after, "B"), corrected)
    assert found == ({} if before is after is None else {"cell": change})


@dataclass(frozen=True)
class Number:
    """An exact number of a table; None is suppressed."""

    n: int | None

    @property
    def is_shown(self) -> bool:
        return self.n is not None

    def hides(self, earlier: "Number") -> bool:
        return self.n is None and earlier.n is not None


def test_another_number_of_a_later_day_is_an_update() -> None:
    before, after = {"c": PublicFact(Number(40), "A")}, {"c": PublicFact(Number(60), "B")}
    assert compare_public_facts(before, after) == {"c": FactChange.UPDATED}


def request(cells: CellCounts, *tables: tuple[str, ...]) -> TableRequest:
    return TableRequest(cells, tables)


def test_a_stricter_minimum_does_not_hide_what_is_public() -> None:
    cells = CellCounts(("x",), {("a",): 11, ("b",): 30, ("c",): 60})
    lax = protect_with_history(request(cells, ("x",)), SuppressionRule(minimum=10), [])
    public = {cell.key: cell.n for cell in lax.published.cells}
    assert None not in public.values()
    strict = SuppressionRule(minimum=20)
    kept = protect_with_history(
        request(cells, ("x",)), strict, [EarlierRelease("May", public, is_public=True)]
    )
    assert {cell.key: cell.n for cell in kept.published.cells} == public
    assert kept.hides == {}
    withdrawn = protect_with_history(
        request(cells, ("x",)), strict, [EarlierRelease("May", public)]
    )
    assert next(cell.n for cell in withdrawn.published.cells if cell.key == ("a",)) is None
    assert withdrawn.hides == {}


def test_a_count_of_more_children_that_hides_a_public_number_says_so() -> None:
    """Forty came, none of them absent: the unchanged number, shown again, would say so."""
    then = {("yes",): 30, ("no",): 70, (ALL,): 100}
    cells = CellCounts((RESULT,), {("yes",): 30, ("no",): 110})
    made = protect_with_history(
        request(cells, ()), RULE, [EarlierRelease("May", then, is_public=True)]
    )
    assert made.hides == {("yes",): "May", ("no",): "May"}


SIZES = {"a": 3, "b": 2}
TABLES = ((), ("a",), ("b",), ("a", "b"))
KEYS = tuple(product(*([f"{dim}{at}" for at in range(size)] for dim, size in SIZES.items())))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("publish", "publish", "publish", "correct", "withdraw")),
        st.lists(st.sampled_from(TABLES), min_size=1, max_size=2, unique=True),
        st.sampled_from((RULE, SuppressionRule(minimum=6, width_small=2, zeros=Zeros.SHOWN))),
    ),
    min_size=2,
    max_size=5,
)


@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(st.lists(st.integers(0, 4), min_size=len(KEYS), max_size=len(KEYS)), STEPS)
def test_a_sequence_of_releases_removes_nothing_and_exposes_nothing(
    possible_values: Oracle, counts: list[int], steps: list[tuple[object, ...]]
) -> None:
    cells = CellCounts(tuple(SIZES), dict(zip(KEYS, counts, strict=True)))
    published: list[ReleaseFacts[Number]] = []
    for at, (step, tables, rule) in enumerate(steps):
        before = compose_public_facts(published)
        if step == "withdraw":
            published[-1:] = [
                ReleaseFacts(last.name, last.values, last.corrects, is_withdrawn=True)
                for last in published[-1:]
            ]
            continue
        corrects = published[-1].name if step == "correct" and published else None
        gone = {release.corrects for release in published} | {corrects}
        past = [
            EarlierRelease(
                release.name,
                {key: value.n for key, value in release.values.items()},  # type: ignore[misc]
                is_public=not release.is_withdrawn and release.name not in gone,
            )
            for release in reversed(published)
        ]
        try:
            made = protect_with_history(request(cells, *tables), rule, past)  # type: ignore[arg-type]
        except ReleaseConflictError:
            continue
        values = {cell.key: Number(cell.n) for cell in made.published.cells}
        proposed = ReleaseFacts(f"R{at}", values, corrects)
        # All releases count the same people: what is public is a constant and stays shown.
        assert find_hidden_facts(before, proposed) == made.hides == {}
        published.append(proposed)
        changes = compare_public_facts(before, compose_public_facts(published), corrects)
        removed = [key for key, change in changes.items() if change is FactChange.REMOVED]
        assert all(before[key].release == corrects for key in removed)
    together: dict[Key, int | None] = {}
    for release in published:
        for key, value in release.values.items():
            together[key] = value.n if value.n is not None else together.get(key)  # type: ignore[index]
    if together:
        possible = possible_values(cells.dims, together, most=9, enough=RULE.width_complementary)
        for key, found in possible.items():
            assert len(found) >= RULE.width_complementary, key
