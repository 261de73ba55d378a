"""Margins, and the table behind tables that are linked in a circle."""

import pytest

from cairn.sdc.tables.margins import (
    close_over_parents,
    find_circular_dims,
    list_margins,
    list_published_tables,
)
from cairn.sdc.tables.request import CellCounts, Nest, TableRequest


def sets(*tables: str) -> list[frozenset[str]]:
    return [frozenset(table) for table in tables]


def test_a_school_brings_its_district_and_county() -> None:
    parents = {"school": "district", "district": "county"}
    assert close_over_parents(frozenset({"school"}), parents) == {"school", "district", "county"}


def test_a_margin_never_has_a_school_without_its_district() -> None:
    found = list_margins(frozenset({"school", "district", "race"}), {"school": "district"})
    assert found == {
        frozenset(margin)
        for margin in (
            (), ("race",), ("district",), ("district", "race"),
            ("district", "school"), ("district", "school", "race"),
        )
    }  # fmt: skip


def test_every_table_shows_outcomes_and_none_is_inside_another() -> None:
    cells = CellCounts(("district", "school", "race", "result"), {})
    request = TableRequest(
        cells, (("district",), ("school",), ("race",)), (Nest("school", "district"),)
    )
    assert list_published_tables(request) == [
        frozenset({"district", "school", "result"}),
        frozenset({"race", "result"}),
    ]


@pytest.mark.parametrize(
    ("tables", "behind"),
    [
        (sets("ab"), None),
        (sets("ab", "bc", "cd"), None),
        (sets("ab", "cd"), None),
        (sets("abc", "abd", "ab"), None),
        (sets("ab", "bc", "ac"), "abc"),
        (sets("abx", "bc", "acy"), "abc"),
        (sets("abr", "bcr", "acr"), "abcr"),
        (sets("ab", "bc", "cd", "da"), "abcd"),
        (sets("abc", "cd", "bd", "ad"), "abcd"),
    ],
)
def test_only_a_circle_has_a_table_behind_it(tables, behind) -> None:
    assert find_circular_dims(tables) == (behind and frozenset(behind))
