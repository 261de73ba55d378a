"""Why a cell is withheld, told to those who may know."""

from dataclasses import replace

from cairn.disclosure.handling import Handling
from cairn.disclosure.presets import PRESETS
from cairn.disclosure.protect import protect
from cairn.disclosure.reasons import WORDS, Why, small_groups, why
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import RESULT, Cells, Key, Request

PLAIN = PRESETS["plain"]


def found(
    dims: tuple[str, ...], counts: dict[Key, int], handling: Handling = PLAIN, **more: object
) -> dict[Key, Why]:
    cells = Cells(dims, counts)
    made = protect(Request(cells, (dims[:1],)), Rule())
    return why(made, cells, handling, **more)  # type: ignore[arg-type]


def test_every_reason_has_its_words() -> None:
    assert set(WORDS) == set(Why)


def test_small_ones_and_those_that_cover_them() -> None:
    said = found(("x",), {("a",): 3, ("b",): 12, ("c",): 40})
    assert said[("a",)] is Why.SMALL
    assert Why.COVERS in said.values()


def test_the_source_and_an_earlier_release() -> None:
    counts: dict[Key, int] = {("a",): 3, ("b",): 12, ("c",): 40}
    said = found(("x",), counts, source={("a",)}, earlier={("b",): "May"})
    assert said[("a",)] is Why.SOURCE
    assert said.get(("b",), Why.EARLIER) is Why.EARLIER
    assert found(("x",), counts, others={("b",)})[("b",)] is Why.OTHERS


def test_nobody_with_an_outcome_and_groups_that_are_small() -> None:
    counts: dict[Key, int] = {
        ("a", "yes"): 0, ("a", "no"): 15, ("b", "yes"): 14, ("b", "no"): 12,
        ("c", "yes"): 40, ("c", "no"): 60, ("d", "yes"): 4, ("d", "no"): 60,
    }  # fmt: skip
    wide = replace(PLAIN, group=30)
    said = found(("x", RESULT), counts, wide)
    assert said[("d", "yes")] is Why.SMALL
    assert set(said.values()) <= set(Why)
    cells = Cells(("x", RESULT), counts)
    assert small_groups(cells, [("b", "yes"), ("c", "yes")], 30) == {("b", "yes")}
    bare = Cells(("x",), {("a",): 3, ("b",): 40})
    assert small_groups(bare, [("a",), ("b",)], 10) == {("a",)}
