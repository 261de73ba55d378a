"""What is printed of protected cells: counts, or a percentage in their place, never both."""

from dataclasses import replace

import pytest

from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.published_tables import PublishedTables, RowStatus, build_printed_rows
from cairn.sdc.tables.reporting_rules import REPORTING_RULES, PercentageDetail, ReportingRule
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

COUNTS: dict[Key, int] = {
    ("a", "yes"): 40, ("a", "no"): 60, ("b", "yes"): 3, ("b", "no"): 57,
    ("c", "yes"): 0, ("c", "no"): 0, ("d", "yes"): 30, ("d", "no"): 45,
    ("e", "yes"): 2, ("e", "no"): 80,
}  # fmt: skip


def published() -> PublishedTables:
    return protect_tables(
        TableRequest(CellCounts(("x", RESULT), COUNTS), (("x",),)), SuppressionRule()
    )


def handling(shows: PercentageDetail) -> ReportingRule:
    return replace(REPORTING_RULES["ed-nces-2011-603"], shows=shows)


def test_people_alone_are_counted_or_withheld() -> None:
    made = protect_tables(
        TableRequest(CellCounts(("x",), {("a",): 3, ("b",): 12, ("c",): 40}), (("x",),)),
        SuppressionRule(),
    )
    found = {row.key: row for row in build_printed_rows(made, REPORTING_RULES["plain"])}
    assert found[("a",)].status is RowStatus.WITHHELD
    assert found[("c",)].n == 40
    assert found[("c",)].status is RowStatus.PUBLISHED


@pytest.mark.parametrize("shows", list(PercentageDetail))
def test_a_percentage_never_stands_beside_what_undoes_it(shows: PercentageDetail) -> None:
    for row in build_printed_rows(published(), handling(shows)):
        if row.percentage and shows is not PercentageDetail.COUNTS:
            assert row.n is None
            assert row.status is RowStatus.RANGE
            assert (row.denominator is None) is (shows is PercentageDetail.PERCENTAGES)
        if row.status is RowStatus.WITHHELD:
            assert row.n is None
            assert row.percentage == ""


def test_counts_are_shown_with_their_percentage() -> None:
    found = {
        row.key: row for row in build_printed_rows(published(), handling(PercentageDetail.COUNTS))
    }
    assert (found[("a",)].n, found[("a",)].denominator) == (40, 100)
    assert found[("b",)].n is None
    assert found[(ALL,)].denominator == sum(COUNTS.values())


def test_a_group_of_nobody_says_so() -> None:
    found = {
        row.key: row
        for row in build_printed_rows(published(), handling(PercentageDetail.PERCENTAGES))
    }
    assert found[("c",)].denominator in (0, None)
    assert found[("c",)].percentage == ""


def test_ranges_stand_in_blanks_and_beside_numbers_that_were_moved() -> None:
    spans: dict[Key, tuple[int, int]] = {("b", "yes"): (1, 9), ("b", ALL): (50, 69)}
    found = {
        row.key: row
        for row in build_printed_rows(published(), handling(PercentageDetail.COUNTS), spans)
    }
    assert (found[("b",)].range, found[("b",)].denominator_range) == ("1-9", "50-69")
    assert found[("b",)].status is RowStatus.RANGE
    assert (found[("a",)].range, found[("a",)].status) == ("", RowStatus.PUBLISHED)
    made = protect_tables(
        TableRequest(CellCounts(("x",), {("a",): 3, ("b",): 12, ("c",): 40}), (("x",),)),
        SuppressionRule(),
    )
    (alone,) = (
        row
        for row in build_printed_rows(made, REPORTING_RULES["plain"], {("a",): (1, 9)})
        if row.range
    )
    assert (alone.key, alone.n, alone.range, alone.status) == (("a",), None, "1-9", RowStatus.RANGE)
