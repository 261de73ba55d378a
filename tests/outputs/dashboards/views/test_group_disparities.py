"""Gaps between groups, in words: from published figures, and never a ranking."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.outputs.releases.community import AT, Community

from cairn.outputs.dashboards.views import group_disparities
from cairn.outputs.releases.figures import (
    COUNTY_KEY,
    FigureCount,
    OutcomeFigures,
    PercentBand,
)
from cairn.warehouse.exporters import build_group_key


def figures(**races: FigureCount) -> OutcomeFigures:
    table = {COUNTY_KEY: FigureCount(150, 500)}
    table |= {build_group_key({"race_ethnicity": race}): count for race, count in races.items()}
    return OutcomeFigures("o", ("2025-26",), {"2025-26": table})


def race(found: OutcomeFigures, minimum: int = 10) -> dict[str, group_disparities.DisparityLine]:
    division = next(group_disparities.build_group_divisions(found, minimum))
    return {line.label: line for line in division.lines}


def test_each_group_stands_against_everyone_else_in_the_order_of_the_list() -> None:
    found = race(
        figures(white=FigureCount(90, 250), asian=FigureCount(15, 100), black=FigureCount(45, 150))
    )
    assert list(found) == ["Asian", "Black", "White"]
    assert found["Asian"].gap.value == "\N{MINUS SIGN}18.8 points"
    assert found["Asian"].clear == "lower than other children"
    assert found["White"].gap.value == "+12.0 points"
    assert found["White"].clear == "higher than other children"
    assert found["White"].ratio.value == "1.50"
    assert (found["Black"].gap.value, found["Black"].clear) == (
        "0.0 points",
        "may be due to chance",
    )
    assert found["White"].share_ratio.value == "1.20"


def test_what_has_no_measure_says_why() -> None:
    found = race(
        figures(asian=FigureCount(None, 40), black=FigureCount(10, 12), white=FigureCount(145, 480))
    )
    assert (found["Asian"].gap.value, found["Asian"].gap.hidden) == ("suppressed", True)
    assert (found["Asian"].gap.interval, found["Asian"].clear) == ("", "")
    assert found["Black"].risk_ratio.value == "below the minimum size of the federal rule"
    assert found["Black"].ratio.value == "2.90"
    assert found["White"].gap.value == "too few other children"


def test_a_range_is_compared_with_all_children_and_a_suppressed_one_with_nobody() -> None:
    bands = {
        "asian": (70, 79), "black": (10, 19), "hispanic": (25, 34), "white": (None, None),
    }  # fmt: skip
    found = race(figures(**{name: PercentBand(None, None, *band) for name, band in bands.items()}))
    assert (found["Asian"].gap.value, found["Asian"].clear) == (
        "+40 to +49 points from all children",
        "higher than all children",
    )
    assert found["Asian"].ratio.value == "not calculated from ranges"
    assert found["Black"].clear == "lower than all children"
    assert found["Hispanic or Latino"].clear == "the ranges overlap"
    assert (found["White"].gap.value, found["White"].clear) == ("suppressed", "")


def test_the_newest_year_in_which_a_group_has_a_figure_is_compared() -> None:
    pair = build_group_key({"race_ethnicity": "asian", "gender": "F"})
    shown = {COUNTY_KEY: FigureCount(50, 100), pair: FigureCount(20, 50)}
    years = {"2023-24": shown, "2024-25": shown, "2025-26": {pair: FigureCount(None, None)}}
    found = OutcomeFigures("o", tuple(years), years)
    assert group_disparities.select_shown_years(found).years == ("2023-24", "2024-25")
    hidden = OutcomeFigures("o", ("2025-26",), years)
    assert group_disparities.select_shown_years(hidden) is hidden


def test_children_of_whom_nothing_is_recorded_are_no_group() -> None:
    assert (
        list(
            group_disparities.build_group_divisions(figures(not_on_record=FigureCount(20, 60)), 10)
        )
        == []
    )


@pytest.mark.django_db(databases=["default", "identities"])
def test_the_page(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)
    assert Client().get("/public/chronic_absence/groups/").status_code == 404
    community.published()
    assert "/public/chronic_absence/groups/" in Client().get("/public/chronic_absence/").text
    page = Client().get("/public/chronic_absence/groups/").text
    for said in (
        "Newcombe",
        "34 CFR 300.647",
        "34 CFR 99.31(a)(6)",
        "A hard winter.",
        "suppressed",
    ):
        assert said in page, said
    columns = re.findall(r'<th scope="col"[^>]*>([^<]+)', page)
    assert columns[:4] == ["Group", "Percent", "Gap", "Summary"]
    for chosen, column in (("risk_ratio", "Risk ratio"), ("clear", "Gap"), ("", "Gap")):
        other = Client().get(f"/public/chronic_absence/groups/?measure={chosen}").text
        assert re.findall(r'<th scope="col"[^>]*>([^<]+)', other)[2] == column
    spanish = Client().get("/public/chronic_absence/groups/", headers={"accept-language": "es"})
    assert "Razón de riesgo" in spanish.text
    assert "Risk ratio" not in spanish.text
