"""Worked examples that a reader can check by hand."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from cairn.sdc import protect as module
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.protect import ProtectionFailedError, protect_tables
from cairn.sdc.suppression.moves import MoveFinder
from cairn.sdc.tables.certificate import AuditCertificate, FeasibilityInterval
from cairn.sdc.tables.published_tables import CellStatus, PublishedTables
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key, Nest, TableRequest
from cairn.sdc.tables.rule import SuppressionRule


def request_of(
    dims: str, counts: Mapping[Key, int], *tables: str, nests: tuple[Nest, ...] = ()
) -> TableRequest:
    whole = tuple(tuple(table.split()) for table in tables) or (tuple(dims.split()),)
    return TableRequest(CellCounts(tuple(dims.split()), counts), whole, nests)


def shown(published: PublishedTables) -> dict[Key, int | None]:
    return {cell.key: cell.n for cell in published.cells}


def test_a_small_group_takes_one_other_with_it_and_the_total_stays() -> None:
    found = shown(
        protect_tables(request_of("race", {("a",): 5, ("b",): 20, ("c",): 300}), SuppressionRule())
    )
    assert found == {("All",): 325, ("a",): None, ("b",): None, ("c",): 300}


def test_a_table_without_small_groups_is_shown_whole() -> None:
    published = protect_tables(request_of("race", {("a",): 10, ("b",): 20}), SuppressionRule())
    assert published.withheld == 0
    assert published.certificate.ranges == ()
    assert published.certificate.narrowest is None
    assert published.certificate.safe


def test_an_empty_group_is_shown_and_covers_nothing() -> None:
    found = shown(
        protect_tables(request_of("race", {("a",): 5, ("b",): 0, ("c",): 20}), SuppressionRule())
    )
    assert found == {("All",): 25, ("a",): None, ("b",): 0, ("c",): None}


def test_a_group_in_which_no_one_had_the_outcome_is_not_told() -> None:
    counts = {("a", "no"): 50, ("a", "yes"): 0, ("b", "no"): 40, ("b", "yes"): 30}
    found = shown(protect_tables(request_of("race result", counts, "race"), SuppressionRule()))
    assert found["a", "All"] == 50
    assert found["a", "yes"] is found["a", "no"] is None
    assert found["All", "All"] == 120
    assert found["All", "yes"] is None or found["b", "yes"] is None


def test_a_group_in_which_everyone_had_the_outcome_is_not_told_even_if_no_one_else_is() -> None:
    found = shown(
        protect_tables(request_of("race result", {("a", "yes"): 50}, "race"), SuppressionRule())
    )
    assert found["a", "All"] == found["All", "All"] == 50
    assert {found[key, r] for key in ("a", "All") for r in ("yes", "no")} == {None}


def test_cells_that_are_equal_by_construction_share_one_fate() -> None:
    counts = {("d", "one", "K"): 6, ("d", "two", "K"): 30, ("d", "two", "1"): 40}
    request_ = request_of("district school grade", counts, nests=(Nest("school", "district"),))
    found = shown(protect_tables(request_, SuppressionRule()))
    assert found["d", "one", "All"] is found["d", "one", "K"] is None
    assert found["d", "one", "1"] == 0
    assert found["d", "two", "1"] == found["d", "All", "1"]


def test_where_everyone_is_few_even_the_total_goes() -> None:
    published = protect_tables(request_of("race", {("a",): 3, ("b",): 4}), SuppressionRule())
    assert set(shown(published).values()) == {None}
    assert published.certificate.safe


def test_what_one_table_hides_another_does_not_tell() -> None:
    """School a is hidden by race; the table by grade may not show its total's other parts."""
    counts = {
        (school, race, grade): n
        for school in ("a", "b", "c")
        for race in ("r", "s")
        for grade in ("1", "2")
        for n in [2 if (school, race) == ("a", "r") else 25]
    }
    request_ = request_of("school race grade", counts, "school race", "school grade")
    published = protect_tables(request_, SuppressionRule())
    found = shown(published)
    assert found["a", "r", "All"] is None
    assert found["a", "All", "All"] == 54
    hidden = [key for key, n in found.items() if n is None]
    assert all(key[2] == "All" for key in hidden)
    assert len(hidden) == 4


def test_the_grand_total_is_the_last_to_go() -> None:
    counts = {("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60}
    found = shown(protect_tables(request_of("place race", counts), SuppressionRule()))
    assert found["All", "All"] == 153
    assert {n for key, n in found.items() if "All" not in key} == {None}
    assert None not in {n for key, n in found.items() if "All" in key}


def test_an_empty_group_may_cover_only_where_the_policy_says_so() -> None:
    counts = {
        (a, b, c): 0 if (a, b, c) == ("a0", "b0", "c0") else 30
        for a in ("a0", "a1")
        for b in ("b0", "b1")
        for c in ("c0", "c1")
    }
    counts["a1", "b1", "c1"] = 4
    request_ = request_of("a b c", counts)
    totals = {key for key in shown(protect_tables(request_, SuppressionRule())) if "All" in key}
    open_ = shown(protect_tables(request_, SuppressionRule(zeros=Zeros.SHOWN), known=totals))
    cover = shown(protect_tables(request_, SuppressionRule(zeros=Zeros.COVER), known=totals))
    assert open_["a0", "b0", "c0"] == 0
    assert cover["a0", "b0", "c0"] is None
    assert all("All" not in key for key, n in cover.items() if n is None)
    assert any("All" in key for key, n in open_.items() if n is None)


def test_structure_is_known_from_below_too_when_empty_groups_may_cover() -> None:
    """(s, g, r) could be anyone's only in grade x, which meets neither: so it is empty for all
    to see and may not cover."""
    counts = {
        ("s", "g", "q", "x"): 0, ("s", "g", "q", "y"): 30, ("s", "h", "r", "y"): 4,
        ("t", "g", "r", "x"): 30, ("t", "h", "q", "y"): 30, ("t", "h", "r", "x"): 30,
        ("s", "h", "q", "y"): 30, ("t", "g", "q", "x"): 30,
    }  # fmt: skip
    found = shown(protect_tables(request_of("a b c d", counts), SuppressionRule(zeros=Zeros.COVER)))
    assert found["s", "g", "r", "All"] == 0


def test_two_small_groups_are_not_told_as_their_sum() -> None:
    """Four and five children: hidden alone, each could be 1 to 8, but nine would be known."""
    request_ = request_of("race", {("a",): 4, ("b",): 5, ("c",): 30, ("d",): 90})
    free = shown(protect_tables(request_, SuppressionRule(sums=Sums.FREE)))
    assert free == {("All",): 129, ("a",): None, ("b",): None, ("c",): 30, ("d",): 90}
    assert shown(protect_tables(request_, SuppressionRule())) == free | {("c",): None}


def test_should_the_solver_fail_everything_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(mover: MoveFinder, *_: object) -> tuple[NDArray[np.float64], float]:
        return np.zeros(4), 0.0

    monkeypatch.setattr(MoveFinder, "find_cheapest_move", stuck)
    monkeypatch.setattr(MoveFinder, "find_integer_move", stuck)
    published = protect_tables(
        request_of("race", {("a",): 5, ("b",): 20, ("c",): 300}), SuppressionRule()
    )
    assert set(shown(published).values()) == {None}


def test_reviewers_learn_how_many_cells_were_withheld_for_what() -> None:
    counts = {("d", "a"): 4, ("d", "b"): 30, ("e", "c"): 60}
    request_ = request_of(
        "district school", counts, "school", "district", nests=(Nest("school", "district"),)
    )
    published = protect_tables(request_, SuppressionRule())
    assert published.withheld == 2
    assert (published.explanation.small, published.explanation.complementary) == (1, 1)
    assert published.explanation.by_table == {("school",): 2, ("district",): 0}
    assert [cell.status for cell in published.cells if cell.n is None] == [CellStatus.WITHHELD] * 2


def test_progress_is_told_and_ends_within_what_was_promised() -> None:
    said: list[tuple[int, int]] = []
    protect_tables(
        request_of("race", {("a",): 5, ("b",): 20, ("c",): 300}),
        SuppressionRule(),
        progress=lambda done, total: said.append((done, total)),
    )
    assert said
    assert all(0 <= done <= total for done, total in said)
    assert said[-1][0] == said[-1][1]


def test_nothing_is_published_if_the_audit_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = AuditCertificate(
        "", (FeasibilityInterval(("a",), 5, 5, 1, 3, 1, 3),), (("b",),), (), 1, 0, SuppressionRule()
    )
    monkeypatch.setattr(module, "audit_tables", lambda *_, **__: narrow)
    with pytest.raises(ProtectionFailedError, match="narrow 1 withheld cells too far") as caught:
        protect_tables(request_of("race", {("a",): 5, ("b",): 20}), SuppressionRule())
    assert caught.value.certificate is narrow


def test_tables_in_a_circle_are_protected_together() -> None:
    """The audit reasons about the table of all three dimensions; the protector must too."""
    counts = {
        ("a0", "b0", "c0"): 30, ("a0", "b1", "c1"): 1, ("a1", "b0", "c1"): 20,
        ("a1", "b1", "c1"): 40, ("a1", "b1", "c0"): 25, ("a0", "b0", "c1"): 15,
    }  # fmt: skip
    published = protect_tables(request_of("a b c", counts, "a b", "b c", "a c"), SuppressionRule())
    found = shown(published)
    assert published.certificate.safe
    assert found["All", "All", "All"] == 131
    assert found["a0", "b1", "All"] is None


def test_those_on_no_record_cost_the_others_nothing() -> None:
    counts = {
        ("Oak", "yes"): 17, ("Oak", "no"): 98, ("Elm", "yes"): 15, ("Elm", "no"): 49,
        ("Ash", "yes"): 12, ("Ash", "no"): 36, ("unknown", "no"): 733,
    }  # fmt: skip
    asked = TableRequest(CellCounts(("school", "result"), counts), (("school",),))
    assert protect_tables(asked, SuppressionRule()).withheld > 0
    assert protect_tables(asked, SuppressionRule(unnamed=frozenset({"unknown"}))).withheld == 0


def test_what_the_source_withheld_stays_withheld_and_unknown() -> None:
    counts = {(race, result): 40 + 10 * at
              for at, (race, result) in enumerate(product("abc", ("yes", "no")))}  # fmt: skip
    cells = CellCounts(("race", RESULT), counts)
    sealed = {("a", "yes"), ("a", "no"), ("a", ALL)}
    published = protect_tables(TableRequest(cells, (("race",),)), SuppressionRule(), sealed=sealed)
    hidden = {cell.key for cell in published.cells if cell.n is None}
    assert hidden > sealed
    assert published.certificate.safe


def test_what_is_public_already_covers_nothing() -> None:
    cells = CellCounts(("race",), {("a",): 4, ("b",): 20, ("c",): 60})
    alone = protect_tables(TableRequest(cells, (("race",),)), SuppressionRule())
    after = protect_tables(TableRequest(cells, (("race",),)), SuppressionRule(), known={("b",)})
    assert {c.key for c in alone.cells if c.n is None} == {("a",), ("b",)}
    assert {c.key for c in after.cells if c.n is None} == {("a",), ("c",)}
