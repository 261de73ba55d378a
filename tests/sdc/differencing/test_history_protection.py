"""Releases together: each safe alone, and nothing follows from all of them at once."""

from dataclasses import replace
from itertools import product

import pytest

from cairn.sdc.contributors import contributor_protection
from cairn.sdc.contributors.residual import CellContributor
from cairn.sdc.differencing import history_protection
from cairn.sdc.differencing.candidates import SuppressionCandidates
from cairn.sdc.differencing.history_protection import audit_with_history, protect_with_history
from cairn.sdc.differencing.published_history import ReleaseConflictError
from cairn.sdc.differencing.release_comparison import (
    EarlierRelease,
    OtherPeopleError,
    PlacedRelease,
    ReleaseRelation,
    find_small_changes,
)
from cairn.sdc.options import Zeros
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.margins import build_lattice
from cairn.sdc.tables.published_tables import PublishedTables
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

COUNTS: dict[Key, int] = {
    (school, race, sex): 7 + 9 * s * r + 11 * (sex == "f") + 13 * s
    for s, school in enumerate("abcd")
    for r, race in enumerate("xyz")
    for sex in "fm"
}
COUNTS[("b", "y", "f")] = 3
COUNTS[("c", "x", "m")] = 2
DIMS = ("school", "race", "sex")
RULE = SuppressionRule()


def request_of(*tables: str, counts: dict[Key, int] = COUNTS) -> TableRequest:
    return TableRequest(CellCounts(DIMS, counts), tuple(tuple(t.split()) for t in tables))


def as_earlier(name: str, published: PublishedTables) -> EarlierRelease:
    return EarlierRelease(name, {cell.key: cell.n for cell in published.cells})


def test_nothing_follows_from_linked_tables_one_after_the_other() -> None:
    past: list[EarlierRelease] = []
    for name, table in (("R1", "school race"), ("R2", "race sex"), ("R3", "school sex")):
        made = protect_with_history(request_of(table), RULE, past)
        assert made.together is None or made.together.safe
        assert not audit_with_history(
            request_of(table), RULE, past, {c.key: c.n for c in made.published.cells}
        )
        past.append(as_earlier(name, made.published))


def test_another_pattern_of_withholding_is_met_and_named() -> None:
    request = TableRequest(CellCounts(("x",), {("a",): 4, ("b",): 20, ("c",): 60}), (("x",),))
    first = as_earlier("R1", protect_tables(request, RULE))
    other = {("All",): 84, ("a",): None, ("b",): 20, ("c",): None}
    assert audit_with_history(request, RULE, [first], other) == ["R1"]


def test_newcomers_show_in_differences_and_are_withheld() -> None:
    cells = {("a",): 40, ("b",): 50, ("c",): 60}
    first = as_earlier(
        "May", protect_tables(TableRequest(CellCounts(("x",), cells), (("x",),)), RULE)
    )
    later = TableRequest(CellCounts(("x",), {("a",): 43, ("b",): 62, ("c",): 60}), (("x",),))
    made = protect_with_history(later, RULE, [first])
    shown = {cell.key: cell.n for cell in made.published.cells}
    assert shown[("a",)] is None
    assert made.because[("a",)] == "May"
    assert made.relations == {"May": ReleaseRelation.GREW}


def test_too_few_newcomers_stop_the_release() -> None:
    first = as_earlier("May", protect_tables(request_of("race"), RULE))
    grown = COUNTS | {("d", "z", "f"): COUNTS[("d", "z", "f")] + 2}
    with pytest.raises(ReleaseConflictError, match="May counted everyone, and 2"):
        protect_with_history(request_of("race", counts=grown), RULE, [first])


def test_a_correction_and_leavers_are_told_from_other_people() -> None:
    first = as_earlier("May", protect_tables(request_of("race"), RULE))
    moved = COUNTS | {("d", "z", "f"): COUNTS[("d", "z", "f")] + 1,
                      ("d", "y", "f"): COUNTS[("d", "y", "f")] - 1}  # fmt: skip
    assert protect_with_history(request_of("race", counts=moved), RULE, [first]).relations == {
        "May": ReleaseRelation.CHANGED
    }
    left = {key: max(n - 6, 0) for key, n in COUNTS.items()}
    assert protect_with_history(request_of("race", counts=left), RULE, [first]).relations == {
        "May": ReleaseRelation.SHRANK
    }
    others = {key: 3 * n if key[1] == "x" else n // 3 for key, n in COUNTS.items()}
    with pytest.raises(OtherPeopleError, match="May seems to count other people"):
        protect_with_history(request_of("race school", counts=others), RULE, [first])


def test_everyone_who_came_had_the_outcome() -> None:
    dims = ("x", RESULT)
    before = {("a", "yes"): 40, ("a", "no"): 40, ("b", "yes"): 50, ("b", "no"): 50}
    first = as_earlier(
        "May", protect_tables(TableRequest(CellCounts(dims, before), (("x",),)), RULE)
    )
    later = TableRequest(CellCounts(dims, before | {("a", "yes"): 60, ("b", "no"): 80}), (("x",),))
    made = protect_with_history(later, RULE, [first])
    hidden = {cell.key for cell in made.published.cells if cell.n is None}
    assert {("a", "no"), ("b", "yes")} <= hidden


EXPOSING: dict[Key, int] = dict(
    zip(
        ((x, y, z) for x in ("x0", "x1") for y in ("y0", "y1", "y2") for z in ("z0", "z1")),
        (4, 1, 12, 12, 12, 30, 9, 3, 1, 12, 0, 9),
        strict=True,
    )
)
"""Small cells that an outsider could have out of a table that somebody else withheld badly."""
BADLY = EarlierRelease(
    "E",
    {
        ("All", "All", "All"): None, ("x0", "All", "All"): 71, ("x1", "All", "All"): None,
        ("All", "y0", "All"): 17, ("All", "y1", "All"): 37, ("All", "y2", "All"): 51,
        ("x0", "y0", "All"): None, ("x0", "y1", "All"): 24, ("x0", "y2", "All"): None,
        ("x1", "y0", "All"): None, ("x1", "y1", "All"): None, ("x1", "y2", "All"): 9,
    },
)  # fmt: skip


def beside_badly() -> TableRequest:
    return TableRequest(CellCounts(("x", "y", "z"), EXPOSING), (("y", "z"), ("x", "y")))


def test_what_would_follow_together_is_withheld_round_by_round() -> None:
    made = protect_with_history(beside_badly(), RULE, [BADLY])
    shown = {cell.key: cell.n for cell in made.published.cells}
    assert made.because
    assert not audit_with_history(beside_badly(), RULE, [BADLY], shown)


def test_rounds_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_protection, "MOST_PROTECTION_ROUNDS", 1)
    with pytest.raises(
        ReleaseConflictError, match="Together with E, the figures could not be made safe"
    ):
        protect_with_history(beside_badly(), RULE, [BADLY])


def test_where_nothing_is_left_to_withhold_the_release_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SuppressionCandidates, "list_tied_cells", lambda _near, _key: set())
    with pytest.raises(ReleaseConflictError, match="Together with E, a number that is withheld"):
        protect_with_history(beside_badly(), RULE, [BADLY])


def test_what_empty_groups_alone_give_away_stops_the_release() -> None:
    """Who is nowhere else is told by the totals: nothing more that is withheld would help."""
    counts: dict[Key, int] = {("a", "u"): 3, ("b", "v"): 12, ("c", "u"): 20}
    rows, columns, both = (
        TableRequest(CellCounts(("x", "y"), counts), (table,))
        for table in (("x",), ("y",), ("x", "y"))
    )
    past = [as_earlier("R1", protect_tables(rows, RULE))]
    past.append(as_earlier("R2", protect_with_history(columns, RULE, past).published))
    with pytest.raises(
        ReleaseConflictError, match="Together with R1 and R2, a number that"
    ) as stopped:
        protect_with_history(both, RULE, past)
    # Empty groups of two dimensions are shown under either policy.
    assert "empty" not in str(stopped.value)


FEW = SuppressionRule(minimum=3, width_small=2)


def beside_each(
    dims: tuple[str, ...], counts: dict[Key, int], *asked: tuple[str, ...]
) -> tuple[TableRequest, list[EarlierRelease]]:
    """The last of some tables of the same people, and those before, each protected beside those
    before it."""
    *before, last = (TableRequest(CellCounts(dims, counts), (table,)) for table in asked)
    past: list[EarlierRelease] = []
    for at, request in enumerate(before, 1):
        past.append(as_earlier(f"R{at}", protect_with_history(request, FEW, past).published))
    return last, past


def test_where_it_helps_to_withhold_empty_groups_the_stop_says_so() -> None:
    counts: dict[Key, int] = dict.fromkeys(product(("a", "b"), ("c", "d"), ("e", "f", "g")), 0)
    counts |= {
        ("a", "c", "e"): 1,
        ("a", "c", "f"): 3,
        ("a", "d", "e"): 8,
        ("b", "c", "e"): 3,
        ("b", "c", "g"): 2,
        ("b", "d", "f"): 8,
        ("b", "d", "g"): 1,
    }
    last, past = beside_each(("x", "y", "z"), counts, ("x", "y"), ("x", "z"), ("x", "y", "z"))
    with pytest.raises(ReleaseConflictError, match="allow empty groups to be withheld"):
        protect_with_history(last, FEW, past)
    made = protect_with_history(last, replace(FEW, zeros=Zeros.COVER), past)
    assert made.together
    assert made.together.safe


def test_it_is_not_said_where_the_policy_of_then_tells_more() -> None:
    """A group of three dimensions was withheld when empty groups were always shown: that it has
    members stays known."""
    values = (("a", "b"), ("c", "d"), ("e", "f"), ("g", "h"))
    counts: dict[Key, int] = dict.fromkeys(product(*values), 0)
    counts |= {
        ("a", "c", "e", "g"): 1,
        ("a", "c", "e", "h"): 2,
        ("a", "c", "f", "g"): 5,
        ("a", "c", "f", "h"): 8,
        ("a", "d", "f", "g"): 5,
        ("a", "d", "f", "h"): 8,
        ("b", "c", "f", "g"): 5,
        ("b", "c", "f", "h"): 1,
        ("b", "d", "e", "h"): 5,
        ("b", "d", "f", "h"): 1,
    }
    asked = ("x", "y", "z"), ("x", "w"), ("x", "y", "w")
    last, past = beside_each(("x", "y", "z", "w"), counts, *asked)
    with pytest.raises(ReleaseConflictError, match="Together with R1 and R2") as stopped:
        protect_with_history(last, FEW, past)
    assert "empty" not in str(stopped.value)


def test_what_a_table_gives_away_itself_is_no_fault_of_the_past() -> None:
    before = {("a",): 2, ("b",): 12, ("c",): 20}
    first = as_earlier(
        "May", protect_tables(TableRequest(CellCounts(("x",), before), (("x",),)), RULE)
    )
    assert None in first.counts.values()
    now = TableRequest(CellCounts(("x",), {("a",): 3, ("b",): 24, ("c",): 60}), (("x",),))
    bare: dict[Key, int | None] = {("All",): 87, ("a",): None, ("b",): 24, ("c",): 60}
    assert audit_with_history(now, RULE, [first], bare) == ["May"]


def test_the_same_people_changed_in_nothing() -> None:
    lattice = build_lattice(request_of("race"))
    same = PlacedRelease("May", {("All", "x", "All"): 1}, ReleaseRelation.SAME)
    assert find_small_changes(same, lattice, DIMS, 10) == {}


def test_rates_of_newcomers_who_all_fared_alike_are_withheld() -> None:
    then = {("a", "yes"): 20, ("a", "no"): 30, ("b", "yes"): 25, ("b", "no"): 35}
    now = then | {("a", "no"): 45}
    dims = ("x", RESULT)
    first = as_earlier("May", protect_tables(TableRequest(CellCounts(dims, then), (("x",),)), RULE))
    made = protect_with_history(TableRequest(CellCounts(dims, now), (("x",),)), RULE, [first])
    shown = {cell.key: cell.n for cell in made.published.cells}
    assert shown[("a", "yes")] is None
    assert made.because[("a", "yes")] == "May"


SHARED: dict[Key, int] = {
    (race, gender): n
    for race, pair in {"x": (40, 60), "y": (46, 64), "z": (80, 70)}.items()
    for gender, n in zip("fm", pair, strict=True)
}
MINE = CellContributor("a", {("y", "f"): 40, ("y", "m"): 60, ("x", "f"): 20, ("z", "m"): 20})
"""Of race y 6 girls and 4 boys are others."""


def shared(table: str, counts: dict[Key, int] = SHARED) -> TableRequest:
    return TableRequest(CellCounts(("race", "gender"), counts), (tuple(table.split()),))


def test_a_contributor_is_thought_of_beside_what_is_out() -> None:
    first = protect_with_history(shared("gender"), RULE, [], [MINE])
    assert set(first.contributors) == {"a"}
    made = protect_with_history(
        shared("race gender"), RULE, [as_earlier("May", first.published)], [MINE]
    )
    assert {("y", "f"), ("y", "m")} <= made.few_others
    assert {c.key for c in made.published.cells if c.n is None} >= made.few_others


def test_what_a_contributor_has_from_the_past_alone_stops_nothing() -> None:
    """May was published before contributors were thought of."""
    first = as_earlier("May", protect_tables(shared("race gender"), RULE))
    made = protect_with_history(shared("race gender"), RULE, [first], [MINE])
    assert made.together
    assert made.together.safe


def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The protector forgets the contributors; only what is out is thought of."""

    def forgetting(
        request: TableRequest, rule: SuppressionRule, _contributors: object, **more: object
    ) -> contributor_protection.ContributorProtection:
        return contributor_protection.ContributorProtection(protect_tables(request, rule, **more))  # type: ignore[arg-type]

    monkeypatch.setattr(history_protection, "protect_from_contributors", forgetting)


def test_what_a_contributor_has_by_everything_together_is_withheld(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _forgetful(monkeypatch)
    first = as_earlier("May", protect_tables(shared("gender"), RULE))
    made = protect_with_history(shared("race gender"), RULE, [first], [MINE])
    shown = {cell.key: cell.n for cell in made.published.cells}
    assert shown[("y", "f")] is None
    assert shown[("y", "m")] is None


def test_a_contributor_knows_how_many_there_were_when_fewer_were_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _forgetful(monkeypatch)
    before = {key: n - 30 for key, n in SHARED.items()}
    first = as_earlier("May", protect_tables(shared("race", before), RULE))
    made = protect_with_history(shared("race gender"), RULE, [first], [MINE])
    assert made.relations == {"May": ReleaseRelation.GREW}
    assert {cell.key: cell.n for cell in made.published.cells}[("y", "f")] is None


def test_a_contributor_with_everybody_is_not_thought_of() -> None:
    first = as_earlier("May", protect_tables(shared("gender"), RULE))
    everybody = CellContributor("a", SHARED)
    assert not protect_with_history(shared("race"), RULE, [first], [everybody]).few_others


def test_results_are_counted_beside_numbers_of_people_alone() -> None:
    """A release before told how many there were in each group, and of nobody the outcome."""
    cells = CellCounts(("group", RESULT), {("a", "yes"): 0, ("b", "no"): 0})
    sizes = {(ALL, ALL): 0, ("a", ALL): 0, ("b", ALL): 0}
    made = protect_with_history(
        TableRequest(cells, ((),)), SuppressionRule(minimum=4), [EarlierRelease("Sizes", sizes)]
    )
    assert {cell.key: cell.n for cell in made.published.cells}[ALL, ALL] == 0
