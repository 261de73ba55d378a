"""Figures, their words and their file, without a page."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override
from tests.outputs.dashboards.sample_figures import FIGURES, HIDDEN

from cairn.outputs.dashboards import outcome_page, wording
from cairn.outputs.dashboards.downloads.data_files import format_figures_csv
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.releases import labels, tables
from cairn.outputs.releases.figures import (
    COUNTY_KEY,
    FigureCount,
    OutcomeFigures,
    PercentBand,
    YearlyChange,
)
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.tables import BreakdownKind
from cairn.policy.vocabulary.data_use import LegalBasis
from cairn.warehouse.exporters.release_files import build_group_key
from cairn.warehouse.measures.outcomes import load_outcome_catalogue


def test_the_county_is_everyone_in_the_latest_year() -> None:
    assert FIGURES.county == FigureCount(60, 100)
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
    change = FIGURES.describe_change(direction)
    assert change is not None
    assert change.better is better
    assert wording.label_change(change) == word
    assert wording.describe_change(change) == "Up 10.0 percentage points from 2024-25"


def test_a_small_change_is_not_called_one() -> None:
    change = YearlyChange(-0.2, "2024-25", None)
    assert wording.describe_change(change) == "About the same as in 2024-25"
    assert wording.label_change(change) == ""


def test_a_fall_is_said() -> None:
    assert wording.describe_change(YearlyChange(-2.0, "2024-25", better=False)).startswith(
        "Down 2.0"
    )


@pytest.mark.parametrize(
    ("before", "now", "words", "word"),
    [
        ((20, 24), (15, 19), "Down 1 to 9 percentage points from 2023-24", "getting better"),
        ((20, 20), (25, 29), "Up 5 to 9 percentage points from 2023-24", "getting worse"),
        ((50, 100), (0, 49), "Lower than in 2023-24", "getting better"),
        ((0, 49), (50, 100), "Higher than in 2023-24", "getting worse"),
        ((15, 19), (19, 24), "No clear change from 2023-24", ""),
        ((49.6, 49.6), (50, 54), "No clear change from 2023-24", ""),
    ],
)
def test_the_change_of_ranges_is_a_range_over_a_year_that_is_suppressed(
    before: tuple[float, float], now: tuple[float, float], words: str, word: str
) -> None:
    bands = {"2023-24": before, "2024-25": (None, None), "2025-26": now}
    tables = {year: {COUNTY_KEY: PercentBand(None, None, *band)} for year, band in bands.items()}
    change = OutcomeFigures("o", tuple(bands), tables).describe_change("lower")
    assert wording.describe_change(change) == words
    assert wording.label_change(change) == word


def test_one_year_or_a_withheld_one_is_no_change() -> None:
    assert HIDDEN.describe_change("higher") is None
    earlier = OutcomeFigures("o", FIGURES.years[:2], FIGURES.tables)
    assert earlier.describe_change("higher") is None
    assert wording.describe_change(None) == ""
    assert wording.label_change(None) == ""


def test_a_chart_has_its_words() -> None:
    assert "2023-24: suppressed; 2024-25: 50%" in wording.describe_chart(
        BreakdownKind.TREND, FIGURES
    )
    assert "2 schools" in wording.describe_chart(BreakdownKind.SCHOOLS, FIGURES)
    assert "50% to 50%; 1 are suppressed" in wording.describe_chart(BreakdownKind.SCHOOLS, FIGURES)
    assert "All are suppressed." in wording.describe_chart(BreakdownKind.SCHOOLS, HIDDEN)


def test_nothing_withheld_needs_no_sentence() -> None:
    assert wording.describe_withheld_groups(0) == ""
    assert wording.describe_withheld_groups(1) == "1 group is suppressed."


def test_the_words_under_a_figure() -> None:
    assert (
        outcome_page.describe_share(FigureCount(None, None))
        == "The number of children is suppressed"
    )
    assert outcome_page.describe_share(FigureCount(None, 1200)) == "of 1,200 children"
    assert outcome_page.describe_share(FigureCount(7, 1200)) == "7 of 1,200 children"


@pytest.mark.django_db  # an ID that Cairn does not ship is looked up
def test_one_year_alone_is_no_trend() -> None:
    kinds = [chart.table.kind for chart in outcome_page.build_outcome_charts(HIDDEN, "v")]
    assert kinds == [BreakdownKind.SCHOOLS]
    (chart,) = outcome_page.build_outcome_charts(HIDDEN, "v")
    assert "dashed line" not in chart.note


def test_a_group_of_nobody_has_no_share() -> None:
    assert labels.format_percent(FigureCount(0, 0)) == "-"
    assert labels.format_percent(FigureCount(1233, 1237)) == ">99%"
    assert labels.format_percent(FigureCount(1237, 1237)) == "100%"
    assert labels.format_percent(FigureCount(4, 1237)) == "<1%"
    assert labels.format_percent(FigureCount(0, 1237)) == "0%"
    assert labels.format_percent(FigureCount(None, 4)) == "suppressed"


@pytest.mark.django_db  # an ID that Cairn does not ship is looked up
def test_a_table_says_whether_it_needs_the_footnote() -> None:
    trend, schools, groups = tables.build_breakdown_tables(FIGURES)
    assert (trend.withheld, schools.withheld, groups.withheld) == (True, True, True)
    full = OutcomeFigures("o", ("2025-26",), {"2025-26": {COUNTY_KEY: FigureCount(1, 2)}})
    (only,) = tables.build_breakdown_tables(full)
    assert not only.withheld


def test_a_name_is_no_formula_in_the_file() -> None:
    key = build_group_key({"district": "=HYPERLINK(1)"})
    risky = OutcomeFigures("o", ("2025-26",), {"2025-26": {key: FigureCount(1, 2)}})
    definition = load_outcome_catalogue()["chronic_absence"]
    counted = {("2025-26", key): Release(as_of=date(2026, 3, 2))}
    published = PublishedOutcome(definition, Release(), (), risky, counted)
    text = format_figures_csv(published)
    assert "'=HYPERLINK(1)" in text
    assert "2026-03-02" in text
    assert "reached" not in text


def test_the_column_of_absent_children_is_not_headed_as_a_success() -> None:
    headings = {
        outcome: tables.list_number_headings(replace(FIGURES, outcome=outcome))[1]
        for outcome in ("chronic_absence", "early_grade_reading")
    }
    assert headings == {
        "chronic_absence": "Chronically absent",
        "early_grade_reading": "Met the standard",
    }
    with override("es"):
        absent = replace(FIGURES, outcome="chronic_absence")
        assert tables.list_number_headings(absent)[1] == "Con ausentismo crónico"


def test_figures_of_one_day_need_no_sentence_about_populations() -> None:
    definition = load_outcome_catalogue()["chronic_absence"]
    march, may = date(2026, 3, 2), date(2026, 5, 4)
    first = Release(as_of=march, agreements=["A"], minimum_cell=10)
    same = Release(as_of=march, agreements=["A"], minimum_cell=12)
    published = PublishedOutcome(definition, same, (same, first), FIGURES, {})
    assert published.has_one_population
    assert published.minimum_cell == 10
    for other in (
        Release(as_of=may, agreements=["A"]),
        Release(as_of=march, agreements=["A", "B"]),
        Release(as_of=march, agreements=["A"], nations=["river"]),
        Release(as_of=march, agreements=["A"], caveats=[{"code": "left_out"}]),
    ):
        assert not replace(published, sources=(other, first)).has_one_population
    assert "March 2, 2026; May 4, 2026" in wording.describe_populations([march, may])
    assert "may not include the same children" in wording.describe_populations([march])


def test_every_basis_has_its_words() -> None:
    assert all(labels.label_legal_basis(basis) for basis in LegalBasis)


def test_a_text_without_the_reader_s_language_is_english() -> None:
    with override("es"):
        assert labels.localize_text({"en": "Absence"}) == "Absence"
        assert labels.localize_text({"en": "Absence", "es": "Ausentismo"}) == "Ausentismo"


@pytest.mark.django_db  # an ID that Cairn does not ship is looked up
def test_reviewers_see_every_group_of_every_year() -> None:
    finer = build_group_key(
        {"district": "Elm", "school": "Drake", "race_ethnicity": "asian", "gender": "F"}
    )
    both = OutcomeFigures(
        "o",
        ("2024-25", "2025-26"),
        {
            "2024-25": {COUNTY_KEY: FigureCount(1, 2), finer: FigureCount(None, 3)},
            "2025-26": {COUNTY_KEY: FigureCount(1, 2)},
        },
    )
    assert [
        (year, [t.kind for t in found]) for year, found in tables.build_yearly_tables(both)
    ] == [
        ("2025-26", []),
        ("2024-25", [BreakdownKind.OTHERS]),
    ]
    assert (
        next(iter(outcome_page.build_outcome_charts(both, "v"))).table.kind is BreakdownKind.TREND
    )


@pytest.mark.django_db  # an ID that Cairn does not ship is looked up
def test_the_trend_is_open_and_longer_charts_are_folded() -> None:
    folded = {
        chart.table.kind: chart.is_folded
        for chart in outcome_page.build_outcome_charts(FIGURES, "1")
    }
    assert folded[BreakdownKind.TREND] is False
    assert folded[BreakdownKind.SCHOOLS] is True


@pytest.mark.django_db  # an ID that Cairn does not ship is looked up
def test_a_chart_without_any_number_is_not_folded() -> None:
    charts = list(outcome_page.build_outcome_charts(HIDDEN, "1"))
    assert [chart.is_folded for chart in charts if chart.table.is_all_withheld] == [False] * sum(
        chart.table.is_all_withheld for chart in charts
    )


def test_a_later_release_keeps_the_story_of_the_earlier_one() -> None:
    definition = load_outcome_catalogue()["chronic_absence"]
    first, later, plain = Release(story="The buses."), Release(story="By ZIP code."), Release()
    published = PublishedOutcome(definition, later, (later, plain, first), FIGURES, {})
    assert published.stories == ("By ZIP code.", "The buses.")
    same = Release(story="The buses.")
    assert replace(published, release=same, sources=(same, first)).stories == ("The buses.",)
