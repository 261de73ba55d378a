"""Gaps between groups are computed from published figures, and ranges stay ranges."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from tests.outputs.dashboards.test_targets import build_target
from tests.outputs.releases.community import AT

from cairn.outputs.dashboards import queries
from cairn.outputs.dashboards.audiences import group_comparison
from cairn.outputs.dashboards.audiences.gaps import build_gap_report, describe_points, measure_gap
from cairn.outputs.dashboards.figure_requests import figure_selection
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, OutcomeFigures, PercentBand
from cairn.warehouse.exporters import build_group_key
from cairn.warehouse.measures import load_outcome_catalogue

MINUS = "\N{MINUS SIGN}"


def key(**values: str) -> Any:
    return build_group_key(values)


def build_outcome(tables: dict[str, Any], name: str = "high_school_graduation") -> Any:
    figures = OutcomeFigures(name, tuple(sorted(tables)), tables)
    return SimpleNamespace(definition=load_outcome_catalogue()[name], figures=figures)


def test_gaps_are_ordered_by_what_is_certain() -> None:
    tables = {
        "2024-25": {COUNTY_KEY: FigureCount(50, 100), key(gender="M"): FigureCount(20, 50)},
        "2025-26": {
            COUNTY_KEY: FigureCount(60, 100),
            key(gender="M"): FigureCount(25, 50),
            key(gender="F"): FigureCount(35, 50),
            key(race_ethnicity="asian"): PercentBand(None, None, 30, 39, 31, 60),
            key(race_ethnicity="black"): PercentBand(None, None, 0, 75, 10, 15),
            key(race_ethnicity="white"): PercentBand(None, None),
            key(race_ethnicity="hispanic"): FigureCount(0, 0),
            key(race_ethnicity="not_on_record"): FigureCount(0, 50),
            key(district="Oak"): FigureCount(0, 50),
            key(district="Oak", school="A"): FigureCount(0, 50),
            key(zip="22901"): FigureCount(0, 50),
            build_group_key({"program:Readers": "yes"}): FigureCount(0, 50),
        },
    }
    targets = [
        build_target(70, outcome="high_school_graduation", group={"gender": "M"}),
        build_target(90, outcome="high_school_graduation"),
    ]
    report = build_gap_report([build_outcome(tables)], targets)
    assert (report.better, report.suppressed) == (1, 1)
    asian, boys, black = report.gaps
    assert (asian.group, asian.points, asian.size_text) == ("Asian", "21 to 30 points", "31 to 60")
    assert asian.target_text == "90% in 2027-28: about 51 to 60 points from the target"
    assert (boys.group, boys.points, boys.size) == ("Boys", "10.0 points", 50)
    assert boys.target_text == "70% in 2027-28: 20.0 points from the target"
    assert boys.change_needed == "rises by"
    assert [(year.year, year.gap) for year in boys.list_years()] == [
        ("2024-25", "10.0 points"),
        ("2025-26", "10.0 points"),
    ]
    assert (black.points, black.shares) == (
        "0 to 60 points",
        "\N{LESS-THAN OR EQUAL TO}75%, all children 60%",
    )


def test_a_lower_figure_is_better_for_absence() -> None:
    tables = {"2025-26": {COUNTY_KEY: FigureCount(20, 100), key(gender="M"): FigureCount(15, 50)}}
    (gap,) = build_gap_report([build_outcome(tables, "chronic_absence")], []).gaps
    assert (gap.points, gap.change_needed, gap.target_text) == ("10.0 points", "falls by", "")
    assert gap.breakdown == "Gender"


@pytest.mark.parametrize(
    ("low", "high", "is_rounded", "words"),
    [
        (0.0, 0.0, False, "no gap"),
        (-9.0, -3.0, True, "no gap"),
        (3.2, 2.9, True, "about 3 points"),
        (-3.0, 3.0, True, "0 to 3 points"),
    ],
)
def test_points_in_words(low: float, high: float, words: str, *, is_rounded: bool) -> None:
    assert describe_points(low, high, is_rounded=is_rounded) == words


@given(
    st.tuples(*(st.integers(0, 100) for _ in range(4))),
    st.sampled_from(["higher", "lower"]),
)
def test_no_gap_tells_more_than_the_published_figures(
    ends: tuple[int, int, int, int], direction: str
) -> None:
    """Every pair of shares within the two figures has its gap within the range, and the ends are
    reached: so the range is a function of the published values alone.
    """
    (low, high), (least, most) = sorted(ends[:2]), sorted(ends[2:])
    group, county = PercentBand(None, None, low, high), PercentBand(None, None, least, most)
    found = measure_gap(group, county, direction)
    sign = 1 if direction == "higher" else -1
    gaps = [sign * (all_share - share) for share in (low, high) for all_share in (least, most)]
    assert found == pytest.approx((min(gaps), max(gaps)))
    assert measure_gap(PercentBand(None, None), county, direction) is None


def test_a_program_is_beside_all_others(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    members = build_group_key({"program:Riverside Readers": "yes"})
    others = build_group_key({"program:Riverside Readers": "no"})
    tables = {
        "2023-24": {members: PercentBand(None, None)},
        "2024-25": {members: PercentBand(None, None, 20, 29, 31, 60), others: FigureCount(40, 100)},
        "2025-26": {members: FigureCount(30, 50), others: FigureCount(40, 100)},
        "2026-27": {others: FigureCount(40, 100)},
    }
    outcome = build_outcome(tables)
    outcome.counted_on = [AT.date()]
    unrelated = build_outcome({"2025-26": {COUNTY_KEY: FigureCount(60, 100)}}, "chronic_absence")
    found = iter((outcome, unrelated))
    monkeypatch.setattr(queries, "iterate_published_outcomes", lambda _on: found)
    (compared,) = group_comparison.list_program_outcomes("riverside  readers", AT.date())
    assert compared.title == "High school graduation"
    selection = figure_selection.read_selection(QueryDict(compared.address.partition("?")[2]))
    assert selection.values == {"program:Riverside Readers": "yes"}
    newest, banded, suppressed = compared.years
    assert (newest.year, newest.share, newest.size) == ("2025-26", "60%", "50")
    assert (newest.others, newest.difference) == ("40%", "+20.0 points")
    assert banded.difference == f"{MINUS}20 to {MINUS}11 points"
    assert (suppressed.share, suppressed.difference) == ("suppressed", "")
    assert suppressed.is_suppressed


@pytest.mark.parametrize(
    "values",
    [
        {"district": "Oak"},
        {"district": "Oak", "school": "Elm: upper"},
        {"program:Club: chess": "yes"},
        {},
    ],
)
def test_an_address_selects_the_group(values: dict[str, str]) -> None:
    query = figure_selection.select_group(build_group_key(values)).query
    assert figure_selection.read_selection(QueryDict(query[1:])).values == values


def test_two_programs_are_compared_from_one_reading(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    members = build_group_key({"program:Riverside Readers": "yes"})
    outcome = build_outcome({"2025-26": {members: FigureCount(30, 50)}})
    outcome.counted_on = [AT.date()]
    monkeypatch.setattr(queries, "iterate_published_outcomes", lambda _on: iter([outcome]))
    found = group_comparison.list_outcomes_by_program(["Riverside Readers", "Chess"], AT.date())
    assert [len(found[name]) for name in ("Riverside Readers", "Chess")] == [1, 0]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(40, 40, "0 points"), (42, 42, "+2 points"), (30, 45, "MINUS10 to +5 points")],
)
def test_a_difference_of_ranges_is_a_range(low: int, high: int, text: str) -> None:
    found = group_comparison.describe_difference(
        PercentBand(None, None, low, high), PercentBand(None, None, 40, 40)
    )
    assert found.removeprefix("about ") == text.replace("MINUS", MINUS)
