"""Figures, their words and their file, without a page."""

import pytest
from django.utils.translation import override
from tests.dashboards.figures import FIGURES, HIDDEN

from cairn.dashboards import page, sentences
from cairn.dashboards.spreadsheet import comma_separated
from cairn.releases import labels, tables
from cairn.releases.figures import COUNTY, Change, Count, Figures
from cairn.releases.tables import Kind
from cairn.rules.vocabulary import LegalBasis
from cairn.warehouse.released import ALL


def test_the_county_is_everyone_in_the_latest_year() -> None:
    assert FIGURES.county == Count(60, 100)
    assert FIGURES.county.share == 0.6


def test_children_without_a_school_come_last() -> None:
    assert [row.value for row in FIGURES.schools] == ["Drake", "Elder", "not_on_record"]


def test_what_is_withheld_is_counted_in_every_year() -> None:
    assert FIGURES.withheld == 4


@pytest.mark.parametrize(
    ("direction", "better", "word"),
    [("higher", True, "getting better"), ("lower", False, "getting worse")],
)
def test_a_change_is_called_by_where_better_lies(direction: str, better: bool, word: str) -> None:
    change = FIGURES.change(direction)
    assert change is not None
    assert change.better is better
    assert sentences.verdict(change) == word
    assert sentences.change(change) == "Up 10.0 percentage points from 2024-25"


def test_a_small_change_is_not_called_one() -> None:
    change = Change(-0.2, "2024-25", None)
    assert sentences.change(change) == "About the same as in 2024-25"
    assert sentences.verdict(change) == ""


def test_a_fall_is_said() -> None:
    assert sentences.change(Change(-2.0, "2024-25", better=False)).startswith("Down 2.0")


def test_one_year_or_a_withheld_one_is_no_change() -> None:
    assert HIDDEN.change("higher") is None
    earlier = Figures("o", FIGURES.years[:2], FIGURES.tables)
    assert earlier.change("higher") is None
    assert sentences.change(None) == ""
    assert sentences.verdict(None) == ""


def test_a_chart_has_its_words() -> None:
    assert "2023-24: withheld; 2024-25: 50%" in sentences.alternative(Kind.TREND, FIGURES)
    assert "2 schools" in sentences.alternative(Kind.SCHOOLS, FIGURES)
    assert "50% to 50%; 1 are withheld" in sentences.alternative(Kind.SCHOOLS, FIGURES)
    assert "All are withheld." in sentences.alternative(Kind.SCHOOLS, HIDDEN)


def test_nothing_withheld_needs_no_sentence() -> None:
    assert sentences.withheld(0) == ""
    assert sentences.withheld(1) == "1 group is withheld."


def test_the_words_under_a_figure() -> None:
    assert page.share_line(Count(None, None)) == "The number of children is withheld"
    assert page.share_line(Count(None, 1200)) == "of 1,200 children"
    assert page.share_line(Count(7, 1200)) == "7 of 1,200 children"


def test_one_year_alone_is_no_trend() -> None:
    kinds = [chart.table.kind for chart in page.charts(HIDDEN, "v")]
    assert kinds == [Kind.SCHOOLS]
    (chart,) = page.charts(HIDDEN, "v")
    assert "dashed line" not in chart.note


def test_a_group_of_nobody_has_no_share() -> None:
    assert labels.percent(Count(0, 0)) == "-"
    assert labels.percent(Count(1233, 1237)) == ">99%"
    assert labels.percent(Count(1237, 1237)) == "100%"
    assert labels.percent(Count(4, 1237)) == "<1%"
    assert labels.percent(Count(0, 1237)) == "0%"
    assert labels.percent(Count(None, 4)) == "withheld"


def test_a_table_says_whether_it_needs_the_footnote() -> None:
    trend, schools, groups = tables.of_figures(FIGURES)
    assert (trend.withheld, schools.withheld, groups.withheld) == (True, True, True)
    full = Figures("o", ("2025-26",), {"2025-26": {COUNTY: Count(1, 2)}})
    (only,) = tables.of_figures(full)
    assert not only.withheld


def test_a_name_is_no_formula_in_the_file() -> None:
    key = ("=HYPERLINK(1)", ALL, ALL, ALL)
    risky = Figures("o", ("2025-26",), {"2025-26": {key: Count(1, 2)}})
    assert "'=HYPERLINK(1)" in comma_separated(risky, "2026-03-02")


def test_every_basis_has_its_words() -> None:
    assert all(labels.basis(basis) for basis in LegalBasis)


def test_a_text_without_the_reader_s_language_is_english() -> None:
    with override("es"):
        assert labels.spoken({"en": "Absence"}) == "Absence"
        assert labels.spoken({"en": "Absence", "es": "Ausentismo"}) == "Ausentismo"


def test_reviewers_see_every_group_of_every_year() -> None:
    finer = ("Elm", "Drake", "asian", "F")
    both = Figures(
        "o",
        ("2024-25", "2025-26"),
        {"2024-25": {COUNTY: Count(1, 2), finer: Count(None, 3)}, "2025-26": {COUNTY: Count(1, 2)}},
    )
    assert [(year, [t.kind for t in found]) for year, found in tables.every_year(both)] == [
        ("2025-26", []),
        ("2024-25", [Kind.OTHERS]),
    ]
    assert next(iter(page.charts(both, "v"))).table.kind is Kind.TREND
