"""Why a cell is withheld, told to those who may know."""

from dataclasses import replace

from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.reporting_rules import REPORTING_RULES, ReportingRule
from cairn.sdc.tables.request import RESULT, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule
from cairn.sdc.tables.withholding_reasons import (
    REASON_SENTENCES,
    WithholdingReason,
    explain_withheld_cells,
    find_small_groups,
)

PLAIN = REPORTING_RULES["plain"]


def explain_cells(
    dims: tuple[str, ...], counts: dict[Key, int], handling: ReportingRule = PLAIN, **more: object
) -> dict[Key, WithholdingReason]:
    cells = CellCounts(dims, counts)
    made = protect_tables(TableRequest(cells, (dims[:1],)), SuppressionRule())
    return explain_withheld_cells(made, cells, handling, **more)  # type: ignore[arg-type]


def test_every_reason_has_its_words() -> None:
    assert set(REASON_SENTENCES) == set(WithholdingReason)


def test_small_ones_and_those_that_cover_them() -> None:
    said = explain_cells(("x",), {("a",): 3, ("b",): 12, ("c",): 40})
    assert said[("a",)] is WithholdingReason.SMALL
    assert WithholdingReason.COVERS in said.values()


def test_the_source_and_an_earlier_release() -> None:
    counts: dict[Key, int] = {("a",): 3, ("b",): 12, ("c",): 40}
    said = explain_cells(("x",), counts, source={("a",)}, earlier={("b",): "May"})
    assert said[("a",)] is WithholdingReason.SOURCE
    assert said.get(("b",), WithholdingReason.EARLIER) is WithholdingReason.EARLIER
    assert explain_cells(("x",), counts, others={("b",)})[("b",)] is WithholdingReason.OTHERS


def test_nobody_with_an_outcome_and_groups_that_are_small() -> None:
    counts: dict[Key, int] = {
        ("a", "yes"): 0, ("a", "no"): 15, ("b", "yes"): 14, ("b", "no"): 12,
        ("c", "yes"): 40, ("c", "no"): 60, ("d", "yes"): 4, ("d", "no"): 60,
    }  # fmt: skip
    wide = replace(PLAIN, group=30)
    said = explain_cells(("x", RESULT), counts, wide)
    assert said[("d", "yes")] is WithholdingReason.SMALL
    assert set(said.values()) <= set(WithholdingReason)
    cells = CellCounts(("x", RESULT), counts)
    assert find_small_groups(cells, [("b", "yes"), ("c", "yes")], 30) == {("b", "yes")}
    bare = CellCounts(("x",), {("a",): 3, ("b",): 40})
    assert find_small_groups(bare, [("a",), ("b",)], 10) == {("a",)}
