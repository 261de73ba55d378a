"""What is printed of protected cells: counts, or a percentage in their place, never both."""

from dataclasses import replace

import pytest

from cairn.disclosure.handling import Handling, Shows
from cairn.disclosure.presets import PRESETS
from cairn.disclosure.protect import protect
from cairn.disclosure.published import Published
from cairn.disclosure.rates import Printed, rows
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import ALL, RESULT, Cells, Key, Request

COUNTS: dict[Key, int] = {
    ("a", "yes"): 40, ("a", "no"): 60, ("b", "yes"): 3, ("b", "no"): 57,
    ("c", "yes"): 0, ("c", "no"): 0, ("d", "yes"): 30, ("d", "no"): 45,
    ("e", "yes"): 2, ("e", "no"): 80,
}  # fmt: skip


def published() -> Published:
    return protect(Request(Cells(("x", RESULT), COUNTS), (("x",),)), Rule())


def handling(shows: Shows) -> Handling:
    return replace(PRESETS["ed-nces-2011-603"], shows=shows)


def test_people_alone_are_counted_or_withheld() -> None:
    made = protect(Request(Cells(("x",), {("a",): 3, ("b",): 12, ("c",): 40}), (("x",),)), Rule())
    found = {row.key: row for row in rows(made, PRESETS["plain"])}
    assert found[("a",)].status is Printed.WITHHELD
    assert found[("c",)].n == 40
    assert found[("c",)].status is Printed.PUBLISHED


@pytest.mark.parametrize("shows", list(Shows))
def test_a_percentage_never_stands_beside_what_undoes_it(shows: Shows) -> None:
    for row in rows(published(), handling(shows)):
        if row.percentage and shows is not Shows.COUNTS:
            assert row.n is None
            assert row.status is Printed.RANGE
            assert (row.denominator is None) is (shows is Shows.PERCENTAGES)
        if row.status is Printed.WITHHELD:
            assert row.n is None
            assert row.percentage == ""


def test_counts_are_shown_with_their_percentage() -> None:
    found = {row.key: row for row in rows(published(), handling(Shows.COUNTS))}
    assert (found[("a",)].n, found[("a",)].denominator) == (40, 100)
    assert found[("b",)].n is None
    assert found[(ALL,)].denominator == sum(COUNTS.values())


def test_a_group_of_nobody_says_so() -> None:
    found = {row.key: row for row in rows(published(), handling(Shows.PERCENTAGES))}
    assert found[("c",)].denominator in (0, None)
    assert found[("c",)].percentage == ""


def test_ranges_stand_in_blanks_and_beside_numbers_that_were_moved() -> None:
    spans: dict[Key, tuple[int, int]] = {("b", "yes"): (1, 9), ("b", ALL): (50, 69)}
    found = {row.key: row for row in rows(published(), handling(Shows.COUNTS), spans)}
    assert (found[("b",)].range, found[("b",)].denominator_range) == ("1-9", "50-69")
    assert found[("b",)].status is Printed.RANGE
    assert (found[("a",)].range, found[("a",)].status) == ("", Printed.PUBLISHED)
    made = protect(Request(Cells(("x",), {("a",): 3, ("b",): 12, ("c",): 40}), (("x",),)), Rule())
    (alone,) = (row for row in rows(made, PRESETS["plain"], {("a",): (1, 9)}) if row.range)
    assert (alone.key, alone.n, alone.range, alone.status) == (("a",), None, "1-9", Printed.RANGE)
