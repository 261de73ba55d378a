"""A choice narrows public figures; whether a table is offered never depends on its numbers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.outputs.dashboards.sample_figures import FIGURES

from cairn.outputs.dashboards.figure_requests import figure_selection
from cairn.outputs.dashboards.figure_requests.figure_selection import FigureSelection
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, OutcomeFigures
from cairn.warehouse.exporters import build_group_key

_BLACK = {"race_ethnicity": "black"}
CROSSED = replace(
    FIGURES,
    outcome="chronic_absence",
    tables={
        **FIGURES.tables,
        "2025-26": {
            **FIGURES.tables["2025-26"],
            build_group_key({"zip": "22901"}): FigureCount(None, 40),
            build_group_key({"zip": "22902"}): FigureCount(30, 60),
            build_group_key({"district": "Oak", "school": "Drake"}): FigureCount(7, 50),
            build_group_key({"district": "Elm", **_BLACK}): FigureCount(9, 20),
            build_group_key({"district": "Elm", **_BLACK, "gender": "F"}): FigureCount(4, 10),
        },
    },
)
"""Two schools of one name in two districts, ZIP codes, and one district by race and gender."""


@pytest.mark.parametrize(
    ("chosen", "headline", "years"),
    [
        ({}, FigureCount(60, 100), ("2023-24", "2024-25", "2025-26")),
        ({"year": "2024-25"}, FigureCount(50, 100), ("2023-24", "2024-25")),
        ({"district": "Elm"}, FigureCount(60, 100), ("2025-26",)),
        ({"school": "Elm:Elder"}, FigureCount(None, 40), ("2025-26",)),
        ({"school": "Oak:Drake"}, FigureCount(7, 50), ("2025-26",)),
        ({"district": "Elm", "group": "race_ethnicity:black"}, FigureCount(9, 20), ("2025-26",)),
        ({"group": "zip:22902"}, FigureCount(30, 60), ("2025-26",)),
    ],
)
def test_a_choice_becomes_all_children(
    chosen: dict[str, str], headline: FigureCount, years: tuple[str, ...]
) -> None:
    narrowed = figure_selection.narrow_figures(CROSSED, FigureSelection(**chosen))
    assert narrowed is not None
    assert (narrowed.county, narrowed.years) == (headline, years)


@pytest.mark.parametrize(
    "chosen",
    [
        {"year": "2024-25", "district": "Elm"},
        {"year": "1999"},
        {"district": "Nowhere"},
        {"district": "Oak", "school": "Elm:Drake"},
        {"district": "Oak", "group": "race_ethnicity:black"},
        {"group": "race_ethnicity"},
        {"group": ":"},
        {"group": "school:Nowhere"},
    ],
)
def test_a_choice_that_is_not_published_leaves_nothing(chosen: dict[str, str]) -> None:
    selection = FigureSelection(**chosen)
    assert figure_selection.narrow_figures(CROSSED, selection) is None
    assert isinstance(selection.describe(), str)


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        ({"rows": "year"}, ["2023-24", "2024-25", "2025-26"]),
        ({"rows": "district"}, ["Elm"]),
        ({"rows": "school"}, ["Drake", "Drake", "Elder", "No school reported"]),
        ({"rows": "school", "district": "Oak"}, ["Drake"]),
        ({"rows": "race_ethnicity"}, ["Asian"]),
        ({"rows": "gender", "group": "race_ethnicity:asian"}, ["Girls", "Boys"]),
        ({"rows": "race_ethnicity", "district": "Elm"}, ["Black"]),
        ({"rows": "zip"}, ["22901", "22902"]),
        ({"rows": "zip", "district": "Elm"}, None),
        ({"rows": "zip", "year": "2024-25"}, None),
        ({"rows": "gender"}, None),
        ({"rows": "home_language"}, None),
        ({}, None),
    ],
)
def test_only_a_table_that_is_public_is_composed(
    chosen: dict[str, str], rows: list[str] | None
) -> None:
    table = figure_selection.compose_table(CROSSED, FigureSelection(**chosen))
    assert (table and sorted(line.label for line in table.lines)) == (rows and sorted(rows))


_COUNTS = st.one_of(
    st.just(FigureCount(None, None)), st.builds(FigureCount, st.just(5), st.just(40))
)


@settings(max_examples=25)
@given(counts=st.lists(_COUNTS, min_size=20, max_size=20), rows=st.sampled_from(["zip", "gender"]))
def test_whether_a_table_is_offered_does_not_depend_on_its_numbers(
    counts: list[FigureCount], rows: str
) -> None:
    supply = iter(counts)
    others = replace(
        CROSSED,
        tables={
            year: {key: next(supply) for key in table} for year, table in CROSSED.tables.items()
        },
    )
    for chosen in ({}, {"district": "Elm"}, {"group": "race_ethnicity:asian"}):
        selection = FigureSelection(rows=rows, **chosen)
        offered = figure_selection.compose_table(CROSSED, selection)
        again = figure_selection.compose_table(others, selection)
        assert (offered and [line.label for line in offered.lines]) == (
            again and [line.label for line in again.lines]
        )


def test_the_address_names_the_choice_and_nothing_else() -> None:
    sent = {"rows": "zip", "year": " 2025-26 ", "district": "Elm & Oak", "utm": "x", "group": ""}
    selection = figure_selection.read_selection(sent)
    assert selection == FigureSelection(rows="zip", year="2025-26", district="Elm & Oak")
    assert selection.query == "?rows=zip&year=2025-26&district=Elm+%26+Oak"
    assert selection.describe() == "Elm & Oak, 2025-26"
    assert figure_selection.read_selection({"year": "9" * 999}).year == "9" * 200


def test_the_form_offers_what_some_figure_has() -> None:
    fields = figure_selection.list_selection_fields([CROSSED], FigureSelection(school="Oak:Drake"))
    offered = {
        field.name: [
            (heading, [choice.value for choice in choices]) for heading, choices in field.sections
        ]
        for field in fields
    }
    assert offered["year"] == [("", ["2025-26", "2024-25", "2023-24"])]
    assert offered["school"] == [
        ("Elm", ["Elm:Drake", "Elm:Elder", "Elm:not_on_record"]),
        ("Oak", ["Oak:Drake"]),
    ]
    assert [heading for heading, _values in offered["group"]] == [
        "Race and ethnicity",
        "Gender",
        "ZIP code of residence",
    ]
    chosen = [c.value for f in fields for _h, choices in f.sections for c in choices if c.is_chosen]
    assert chosen == ["Oak:Drake"]


def test_of_a_program_only_its_members_are_rows() -> None:
    program = "program:Readers"
    tables = {
        "2025-26": {
            COUNTY_KEY: FigureCount(60, 100),
            build_group_key({program: "yes"}): FigureCount(10, 30),
            build_group_key({program: "no"}): FigureCount(50, 70),
        }
    }
    figures = OutcomeFigures("chronic_absence", ("2025-26",), tables)
    table = figure_selection.compose_table(figures, FigureSelection(rows="program"))
    assert table is not None
    assert len(table.lines) == 2
    assert all("Readers" in line.label for line in table.lines)
