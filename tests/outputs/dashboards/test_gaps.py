"""Gaps between groups are computed from published figures, and ranges stay ranges."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.outputs.dashboards.test_targets import build_target
from tests.outputs.releases.community import AT, Community

from cairn.outputs.dashboards.gaps import build_gap_report, describe_points, measure_gap
from cairn.outputs.dashboards.models import ContributingFactor
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, OutcomeFigures, PercentBand
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.exporters import build_group_key
from cairn.warehouse.measures import load_outcome_catalogue

PAGE = "/figures/gaps/"
DASH = "\N{EN DASH}"


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


@pytest.mark.django_db(databases=["default", "identities"])
def test_the_committee_sees_gaps_and_names_factors(
    community: Community, person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)
    member = Client()
    member.force_login(person(Role.COMMITTEE_MEMBER))
    assert "No figures published yet" in member.get(PAGE).text
    community.published()
    page = member.get(PAGE).text
    for words in ("Largest gap: Chronic absence", "Set target", "The committee has named no"):
        assert words in page, words
    assert "Acorn" not in page
    narrowed = member.get(PAGE, {"breakdown": "Gender"}).text
    assert "Race and ethnicity, Gender</td>" not in narrowed
    rows = member.get(PAGE, {"download": "csv"}).text
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
    assert "no longer published" in member.get(PAGE).text
    steward = Client()
    steward.force_login(community.stewards["oak"])
    assert "Set target" not in steward.get(PAGE).text
    removal = f"/figures/factors/{row.pk}/remove/"
    assert steward.post(removal).status_code == 403
    assert "removed" in member.post(removal, follow=True).text
    assert member.post(removal).status_code == 404
    assert AuditLine.objects.get(event="factor.removed").detail["reason"] == "Clubs."


@pytest.mark.django_db(databases=["default", "identities"])
def test_a_factor_is_another_published_indicator(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    from cairn.outputs.dashboards import actions, queries

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
