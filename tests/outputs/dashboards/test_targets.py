"""Targets are set from a published figure, shown, changed, ended and taken up again; gaps, too."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from tests.outputs.dashboards.sample_figures import FIGURES
from tests.outputs.releases.community import AT, Community

from cairn.outputs.dashboards import actions, queries
from cairn.outputs.dashboards.charts import targets
from cairn.outputs.dashboards.charts.figures import ChartSize, ChartTheme
from cairn.outputs.dashboards.facts import TargetTerms, build_target_fact
from cairn.outputs.dashboards.models import ContributingFactor, Target
from cairn.outputs.dashboards.queries import (
    list_periods_between,
    list_target_groups,
    measure_target_progress,
)
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, OutcomeFigures, PercentBand
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.exporters import build_group_key
from cairn.warehouse.measures import load_outcome_catalogue

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
PAGE = "/public/chronic_absence/"
LIST = "/figures/targets/"
GAPS = "/figures/gaps/"
SET = "/figures/targets/chronic_absence/set/"
WORDING = TargetTerms(
    baseline_year="2025-26",
    target_year="2028-29",
    percent=Decimal("40.5"),
    agreed_by="Data committee, minutes of February",
    agreed_on=date(2026, 2, 1),
    context="Two bus routes come back.",
)
FORM = {
    "baseline_year": "2025-26",
    "target_year": "2028-29",
    "percent": "40.5",
    "agreed_by": "Data committee, minutes of February",
    "agreed_on": "2026-02-01",
    "context": "Two bus routes come back.",
}


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def manager(community: Community) -> Client:
    community.published()
    client = Client()
    client.force_login(community.manager)
    return client


def events() -> list[str]:
    found = AuditLine.objects.filter(event__startswith="target.").order_by("sequence")
    return list(found.values_list("event", flat=True))


def test_a_target_from_the_form_to_the_public_page(manager: Client) -> None:
    assert "No target yet" in manager.get(LIST).text
    assert "2025-26: 63%" in manager.get(SET).text
    answer = manager.post(SET, FORM, follow=True)
    assert "Target set." in answer.text
    assert "22.9 points from the target" in answer.text
    page = Client().get(PAGE).text
    for said in ("Target: 40.5% in 2028-29", "Two bus routes come back.", "minutes"):
        assert said in page, said
    assert "Baseline: 63.4% in 2025-26" in re.sub(r"\s+", " ", page)
    drawings = sorted(set(re.findall(r'"(/public/[^"]+target-[^"]+\.svg)"', page)))
    assert len(drawings) == 4
    for address in drawings:
        drawn = Client().get(address)
        assert drawn["Content-Type"] == "image/svg+xml"
        assert "40.5%" in drawn.text
    spanish = Client().get(PAGE, headers={"accept-language": "es"}).text
    assert "Meta: " in spanish
    assert Client().get(drawings[0].replace("dark", "pink")).status_code == 404
    assert Client().get(drawings[0].replace("-1.", "-2.")).status_code == 404


def test_a_district_has_a_target_of_its_own(manager: Client, community: Community) -> None:
    chosen = {"group": '[["district", "Oak"]]'}
    form = manager.get(SET, chosen).text
    assert re.search(r'<option value="[^"]+Oak[^"]+" selected>District: Oak', form)
    assert manager.get(SET, {"group": '[["school", "O2"]]'}).status_code == 404
    address = f"{SET}?group=%5B%5B%22district%22%2C+%22Oak%22%5D%5D"
    answer = manager.post(address, {**FORM, "percent": "99"})
    assert "is not better than" in answer.text
    page = manager.post(address, {**FORM, "percent": "20"}, follow=True).text
    row = Target.objects.get()
    assert row.group == {"district": "Oak"}
    assert "Oak: 20% in 2028-29" in page
    assert AuditLine.objects.get(event="target.set").detail["group"] == "Oak"
    change = f"/figures/targets/{row.pk}/change/"
    assert manager.post(change, {**FORM, "percent": "25"}).status_code == 302
    row.refresh_from_db()
    assert (row.group, row.percent) == ({"district": "Oak"}, 25)
    public = re.sub(r"\s+", " ", Client().get(PAGE).text)
    assert "Targets for districts and groups" in public
    assert "25% in 2028-29" in public
    assert "Target: 25%" not in public


def test_groups_with_a_published_share_may_have_a_target() -> None:
    tables: dict[str, Any] = {
        "2025-26": {
            COUNTY_KEY: FigureCount(1, 2),
            build_group_key({"district": "Oak"}): FigureCount(1, 2),
            build_group_key({"district": "Elm"}): FigureCount(None, 2),
            build_group_key({"district": "Oak", "school": "A"}): FigureCount(1, 2),
            build_group_key({"race_ethnicity": "not_on_record"}): FigureCount(1, 2),
            build_group_key({"race_ethnicity": "white"}): PercentBand(None, None, 30, 39),
            build_group_key({"race_ethnicity": "asian"}): FigureCount(1, 2),
            build_group_key({"program:Readers": "yes"}): FigureCount(1, 2),
            build_group_key({"program:Readers": "no"}): FigureCount(1, 2),
        }
    }
    crossed = build_group_key({"race_ethnicity": "asian", "gender": "F"})
    tables["2025-26"][crossed] = FigureCount(1, 2)
    figures = OutcomeFigures("o", ("2025-26",), tables)
    *_others, last = list_target_groups(figures, queries.encode_group(crossed))
    assert last == (crossed, "Asian, Girls")
    found = list_target_groups(figures, '[["district", "Oak"], ["school", "A"]]')
    assert [label for _key, label in found] == [
        "All children",
        "District: Oak",
        "Race and ethnicity: Asian",
        "Race and ethnicity: White",
        "Readers: Readers: in the program",
    ]


def test_a_range_is_a_baseline_and_the_gap_is_a_range() -> None:
    key = build_group_key({"race_ethnicity": "asian"})
    tables = {"2025-26": {key: PercentBand(None, None, 30, 39, 31, 60)}}
    figures = OutcomeFigures("chronic_absence", ("2025-26",), tables)
    terms = TargetTerms("2025-26", "2026-27", Decimal(20), "all", date(2026, 1, 1), "c", key)
    fact = build_target_fact("chronic_absence", terms, figures)
    assert (fact.begins, fact.begins_high, fact.rounding, fact.group) == (300, 390, 5, "Asian")
    changes = {"group": {"race_ethnicity": "asian"}, "baseline_high": Decimal("39.5")}
    row = build_target(20, **changes)
    assert row.baseline_range == "50\N{EN DASH}39.5"
    (line,) = measure_target_progress(row, figures, higher_is_better=False).lines
    assert (line.label, line.share) == ("Asian", "30\N{EN DASH}39%")
    assert line.gap == "about 10 to 19 points from the target"


def test_the_form_says_what_to_do(manager: Client) -> None:
    answer = manager.post(SET, {**FORM, "percent": "70", "agreed_by": " ", "context": ""})
    assert answer.status_code == 422
    assert (
        "Enter the committee and the date of its minutes, or the names of the partners."
        in answer.text
    )
    assert "Describe the planned actions" in answer.text
    answer = manager.post(SET, {**FORM, "percent": "70"})
    assert answer.status_code == 422
    assert "70% in 2028-29 is not better than 63.4% in 2025-26" in answer.text
    assert "Choose a later year and a percentage that is lower" in answer.text
    assert events() == []


def test_a_target_is_changed_ended_and_taken_up_again(
    manager: Client, community: Community
) -> None:
    row = actions.set_target(outcome="chronic_absence", terms=WORDING, by=community.manager, at=AT)
    change = f"/figures/targets/{row.pk}/change/"
    assert "40.5" in manager.get(change).text
    assert manager.post(change, {**FORM, "percent": "90"}).status_code == 422
    assert "Target changed." in manager.post(change, {**FORM, "percent": "35"}, follow=True).text
    row.refresh_from_db()
    assert (row.edition, row.percent) == (2, 35)
    line = AuditLine.objects.get(event="target.changed")
    assert line.detail["before_to"] == "40.5% in 2028-29"
    assert line.detail["to"] == "35% in 2028-29"
    end = f"/figures/targets/{row.pk}/end/"
    assert "End this target?" in manager.get(end).text
    assert manager.post(end, {"why": ""}).status_code == 422
    assert "resume it below" in manager.post(end, {"why": "A new plan."}, follow=True).text
    assert "Target:" not in Client().get(PAGE).text
    assert manager.get(change).status_code == 404
    resumed = manager.post(f"/figures/targets/{row.pk}/resume/", follow=True)
    assert "Target resumed." in resumed.text
    assert "35%" in Client().get(PAGE).text
    assert events() == ["target.set", "target.changed", "target.ended", "target.resumed"]


def test_a_target_needs_published_figures(community: Community) -> None:
    with pytest.raises(Refused, match="has no published figure"):
        actions.set_target(outcome="chronic_absence", terms=WORDING, by=community.manager, at=AT)
    client = Client()
    client.force_login(community.manager)
    assert client.get(SET).status_code == 404
    assert "No figures published yet" in client.get(LIST).text


def test_nobody_else_sets_one(community: Community) -> None:
    community.published()
    client = Client()
    client.force_login(community.stewards["oak"])
    for address in (LIST, SET):
        assert client.get(address).status_code == 403
    with pytest.raises(Refused):
        actions.set_target(
            outcome="chronic_absence", terms=WORDING, by=community.stewards["oak"], at=AT
        )


def build_target(percent: float, **changes: Any) -> Target:
    said = {
        "outcome": "o",
        "baseline_year": "2024-25",
        "baseline": Decimal(50),
        "target_year": "2027-28",
        "percent": Decimal(str(percent)),
        "agreed_by": "all",
        "agreed_on": date(2026, 1, 1),
        "context": "c",
    }
    return Target(**{**said, **changes})


def test_everyone_and_each_group_beside_the_same_target() -> None:
    found = measure_target_progress(build_target(70), FIGURES, higher_is_better=True)
    assert [(line.label, line.share, line.gap) for line in found.lines] == [
        ("All children", "60%", "10.0 points from the target"),
        ("Asian", "40%", "30.0 points from the target"),
    ]
    assert (
        measure_target_progress(build_target(60), FIGURES, higher_is_better=True).gap
        == "target met"
    )
    assert (
        measure_target_progress(build_target(70), FIGURES, higher_is_better=False).gap
        == "target met"
    )
    assert (
        measure_target_progress(build_target(50), FIGURES, higher_is_better=False).gap
        == "10.0 points from the target"
    )


@pytest.mark.parametrize(
    ("low", "high", "percent", "gap"),
    [
        (50, 50, 50, "about 1 point from the target, or less"),
        (51, 51, 50, "target met"),
        (50, 50, 49.5, "target met"),
        (50, 50, 60, "about 10 points from the target"),
        (40, 49, 50, "about 1 to 10 points from the target"),
        (99, 100, 99, "about 1 point from the target, or less"),
        (98, 100, 100, "about 0 to 2 points from the target"),
    ],
)
def test_a_rounded_share_meets_a_target_only_if_every_possible_share_does(
    low: int, high: int, percent: float, gap: str
) -> None:
    """50 percent may be 49.5."""
    band = PercentBand(None, None, low, high, 301, None)
    figures = OutcomeFigures("o", ("2025-26",), {"2025-26": {COUNTY_KEY: band}})
    line = measure_target_progress(build_target(percent), figures, higher_is_better=True)
    assert line.gap == gap


def test_a_rounded_baseline_leaves_half_a_point_open() -> None:
    band = PercentBand(None, None, 50, 50, 301, None)
    figures = OutcomeFigures("o", ("2025-26",), {"2025-26": {COUNTY_KEY: band}})
    terms = TargetTerms("2025-26", "2026-27", Decimal(60), "all", date(2026, 1, 1), "c")
    fact = build_target_fact("chronic_absence", terms, figures)
    assert (fact.begins, fact.rounding) == (500, 5)
    number = OutcomeFigures("o", ("2025-26",), {"2025-26": {COUNTY_KEY: FigureCount(1, 2)}})
    fact = build_target_fact("chronic_absence", terms, number)
    assert (fact.begins, fact.rounding) == (500, 0)


def test_a_withheld_figure_has_no_way_to_go() -> None:
    alone = OutcomeFigures("o", ("2023-24",), FIGURES.tables)
    (line,) = measure_target_progress(build_target(70), alone, higher_is_better=True).lines
    assert (line.share, line.gap, line.withheld) == ("suppressed", "", True)
    row = build_target(70)
    row.pk = 1
    page = render_to_string(
        "dashboards/parts/target.html",
        {
            "aim": {"standing": measure_target_progress(row, alone, higher_is_better=True)},
            "figures": alone,
        },
    )
    assert "The latest figure is suppressed, so progress cannot be shown." in page


@pytest.mark.parametrize("theme", list(ChartTheme))
@pytest.mark.parametrize("size", list(ChartSize))
def test_the_picture_says_its_values(theme: ChartTheme, size: ChartSize) -> None:
    svg = targets.draw_target_chart(build_target(70), FIGURES, theme, size)
    for said in ("70%", "60%", "50%"):
        assert said in svg
    words = targets.describe_target_chart(build_target(70.5), FIGURES)
    assert "Baseline: 50% in 2024-25. Target: 70.5% in 2027-28." in words


def test_years_are_written_as_they_are() -> None:
    assert list_periods_between("2025", "2027") == ["2025", "2026", "2027"]
    assert list_periods_between("2025", "2024") == ["2025"]
    assert list_periods_between("2024-25 S2", "2025-26 S2") == [
        "2024-25 S2",
        "2025-26 S1",
        "2025-26 S2",
    ]


def test_a_target_names_its_outcome() -> None:
    assert str(build_target(70)) == "o: 70% in 2027-28"
    assert build_target(70, outcome="chronic_absence").title == "Chronic absence"


def test_the_committee_sees_gaps_and_names_factors(
    community: Community, person: Callable[..., Any]
) -> None:
    member = Client()
    member.force_login(person(Role.COMMITTEE_MEMBER))
    assert "No figures published yet" in member.get(GAPS).text
    release = community.published()
    page = member.get(GAPS).text
    for words in ("Largest gap: Chronic absence", "Set target", "The committee has named no"):
        assert words in page, words
    for link in re.findall(r'"(/figures/targets/[^"]+group=[^"]+)"', page):
        assert member.get(link).status_code == 200, link
    assert "Acorn" not in page
    narrowed = member.get(GAPS, {"breakdown": "Gender"}).text
    assert "Race and ethnicity, Gender</td>" not in narrowed
    rows = member.get(GAPS, {"download": "csv"}).text
    assert "Group,Outcome,Breakdown,Gap" in rows
    factors = "/figures/factors/chronic_absence/"
    assert "No other indicator has published figures yet." in member.get(factors).text
    assert member.get("/figures/factors/high_school_graduation/").status_code == 404
    row = ContributingFactor.objects.create(
        outcome="chronic_absence",
        factor="program_reach",
        reason="Clubs.",
        named_by=community.manager,
        named_at=AT,
    )
    assert "no longer published" in member.get(GAPS).text
    steward = Client()
    steward.force_login(community.stewards["oak"])
    assert "Set target" not in steward.get(GAPS).text
    removal = f"/figures/factors/{row.pk}/remove/"
    assert steward.post(removal).status_code == 403
    assert "removed" in member.post(removal, follow=True).text
    assert member.post(removal).status_code == 404
    places = "/figures/places/"
    page = steward.get(places).text
    assert "<h1>Oak</h1>" in page
    page = member.get(places, {"district": "Elm", "school": "Drake"}).text
    assert re.findall(r"number[a-z ]*\">([^<]*)</td>", page)[:4] == [
        "25%",
        "200",
        "27%",
        "\N{MINUS SIGN}1.7 points",
    ]
    earlier = re.findall(r"(?s)<tbody>(.*?)</tbody>", page)[1]
    assert '25%</span><br><span class="small soft">27%</span>' in earlier
    build_target(
        20, outcome="chronic_absence", set_by=community.manager, set_at=AT, release=release
    ).save()
    assert "all children: 20% (2027-28): " in member.get(places).text
    assert "1,233" not in member.get(places, {"district": "Oak", "school": "Burr"}).text
    for wrong in ({"district": "Ash"}, {"district": "Elm", "school": "Acorn"}):
        assert member.get(places, wrong).status_code == 404
    assert AuditLine.objects.get(event="factor.removed").detail["reason"] == "Clubs."


def test_results_of_an_agreement_and_the_committees_overview(
    manager: Client, community: Community
) -> None:
    actions.set_target(outcome="chronic_absence", terms=WORDING, by=community.manager, at=AT)
    address = "/figures/agreements/DSA-oak/"
    page = " ".join(manager.get(address).text.split())
    for words in (
        "No approved data request rests on this agreement.",
        "Outcomes published: 1. Tables and reports given back: 1.",
        "target 40.5% in 2028-29. Two bus routes come back.",
        "1 release was shown to its data owner before publication",
        "No report is recorded yet.",
    ):
        assert words in page, words
    assert manager.get("/figures/agreements/unknown/").status_code == 404
    others = Client()
    others.force_login(community.stewards["elm"])
    assert others.get(address).status_code == 403
    overview = " ".join(others.get("/figures/overview/").text.split())
    assert "Published: 1" in overview
    assert "Releases on their way to publication: 0." in overview
    assert re.search(r"[1-9][0-9]*% of the groups in the newest year have no", overview)
    assert "Chronic absence" in overview


def test_a_factor_is_another_published_indicator(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = SimpleNamespace(definition=load_outcome_catalogue()["program_reach"])
    monkeypatch.setattr(
        queries,
        "load_published_outcome",
        lambda name, _on: None if name == "unknown" else shown,
    )

    def name(factor: str, reason: str = "A study.") -> Any:
        return actions.name_factor(
            outcome="chronic_absence", factor=factor, reason=reason, by=community.manager, at=AT
        )

    for factor, reason in (("unknown", "x"), ("chronic_absence", "x"), ("program_reach", " ")):
        with pytest.raises(Refused, match="cannot be named"):
            name(factor, reason)
    row = name("program_reach")
    assert str(row) == "program_reach: chronic_absence"
    with pytest.raises(Refused, match="it is named already"):
        name("program_reach")
    assert AuditLine.objects.filter(event="factor.named").count() == 1
