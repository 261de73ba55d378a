"""A published mean: its page, its drawings, its files, and what it does not offer."""

import csv
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from tests.outputs.dashboards.test_downloads import written_in
from tests.outputs.releases.community import AT, Community

from cairn.outputs.dashboards import outcome_page, queries, wording
from cairn.outputs.releases import labels
from cairn.outputs.releases.figures import FigureCount, MeasureAmount
from cairn.outputs.releases.tables import BreakdownKind
from cairn.warehouse.measures.outcomes import load_outcome_catalogue

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
PAGE = "/public/days_absent"
CHILDREN = 2387


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def out(community: Community) -> Community:
    community.carried(
        community.draft(title="Days absent", outcomes=["days_absent"], statistic="mean")
    )
    return community


def test_its_page_says_what_is_told_of_whom(out: Community) -> None:
    said = Client().get(f"{PAGE}/").content.decode()
    for word in (
        "Days absent", " days</p>", f"mean of {CHILDREN:,} children", "Mean, days", "Rounded to",
        "What is measured", "Legal basis", "suppressed", "reveal one child", "As of",
        "A hard winter.",
    ):  # fmt: skip
        assert word in said, word
    for word in ("Number", "Share", "%</", "Gaps between"):
        assert word not in said, word
    assert "mean of" in Client().get("/public/").content.decode()


def test_its_page_in_spanish(out: Community) -> None:
    said = Client().get(f"{PAGE}/", headers={"Accept-Language": "es"}).content.decode()
    for word in (
        "Días de ausencia",
        "promedio de",
        "Promedio, días",
        "Redondeado a",
        "Qué se mide",
    ):
        assert word in said, word


def test_every_drawing_can_be_drawn(out: Community) -> None:
    one = queries.load_published_outcome("days_absent", AT.date())
    assert one
    with override("en"):
        charts = list(outcome_page.build_outcome_charts(one.figures, one.version))
    assert [chart.table.kind for chart in charts] == [BreakdownKind.SCHOOLS, BreakdownKind.GROUPS]
    for chart in charts:
        for address in (chart.light, chart.dark_phone):
            drawn = Client().get(address)
            assert drawn["Content-Type"] == "image/svg+xml"
            assert b"%" not in drawn.content.partition(b"<text")[2]
        assert "%" not in chart.alternative
    assert "Figures range from" in charts[0].alternative
    assert Client().get(f"{PAGE}/embed/schools/").status_code == 200


def test_its_files(out: Community) -> None:
    text = Client().get(f"{PAGE}.csv").content.decode()
    head, county, *rest = csv.reader(StringIO(text))
    assert ",".join(head) == (
        "outcome,school_year,district,school,race_ethnicity,gender,children,statistic,value,"
        "rounded_to,withheld,as_of"
    )
    told = dict(zip(head, county, strict=True))
    assert (told["children"], told["statistic"], told["withheld"]) == (str(CHILDREN), "mean", "no")
    assert float(told["value"]) > 0
    hidden = [row for row in rest if row[head.index("withheld")] == "yes"]
    assert all(row[head.index("value")] == "" for row in hidden)
    package = json.loads(Client().get(f"{PAGE}.json").content)
    (resource,) = package["resources"]
    assert [field["name"] for field in resource["schema"]["fields"]] == head
    assert resource["data"][0]["value"] == float(told["value"])
    assert Client().get(f"{PAGE}.xlsx").status_code == 200
    assert Client().get(f"{PAGE}.zip").status_code == 200
    paper = written_in(Client().get(f"{PAGE}.pdf").content)
    for word in ("mean of", "Mean, days", "What is measured"):
        assert word in paper, word


def test_what_compares_shares_does_not_offer_it(out: Community, browser: object) -> None:
    assert Client().get(f"{PAGE}/groups/").status_code == 404
    assert not list(queries.iterate_counted_outcomes(AT.date()))
    steward = browser(out.stewards["oak"])  # type: ignore[operator]
    assert "Days absent" not in steward.get("/figures/own/").content.decode()
    assert steward.get("/figures/own/oak/days_absent/").status_code == 404


def test_amounts_in_words() -> None:
    days = load_outcome_catalogue()["days_absent"]
    one = MeasureAmount(None, 40, Decimal(12), Decimal(1))
    assert labels.format_figure_with_unit(one, days) == "12 days"
    assert (
        labels.format_figure_with_unit(
            MeasureAmount(None, 40, Decimal("12.50"), Decimal("0.5")), days
        )
        == "12.50 days"
    )
    assert labels.format_figure_with_unit(MeasureAmount(None, None), days) == "suppressed"
    assert labels.format_figure_with_unit(MeasureAmount(None, 0), days) == "-"
    assert (
        labels.format_figure_with_unit(
            FigureCount(1, 2), load_outcome_catalogue()["chronic_absence"]
        )
        == "50%"
    )
    assert outcome_page.describe_share(one, "mean") == "mean of 40 children"
    coarse = MeasureAmount(None, 12, Decimal(14), Decimal(2))
    assert outcome_page.describe_share(coarse, "median") == "median of 12 children, rounded to 2"
    assert outcome_page.describe_share(MeasureAmount(None, 12), "median") == "of 12 children"
    assert (one.withheld, MeasureAmount(None, 0).withheld, MeasureAmount(None, 12).withheld) == (
        False, False, True
    )  # fmt: skip
    assert wording.describe_change(None) == ""
