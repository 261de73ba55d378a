"""A measure, from the question to the public: days absent of two districts."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import AT, CANARY, Community, Silent

from cairn.outputs.releases import facts
from cairn.outputs.releases.actions import disclosure_check, owner_answers
from cairn.outputs.releases.actions.indicator_protection import UnpublishableMeasure
from cairn.outputs.releases.figures import COUNTY_KEY, MeasureAmount, encode_figure_name
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.protection import measures
from cairn.outputs.releases.queries import figures as queries_figures
from cairn.outputs.releases.queries import owner_preview
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.releases import OwnerAnswer
from cairn.sdc.magnitudes.measure import UnfitMeasureError
from cairn.warehouse.exporters import release_files
from cairn.warehouse.exporters.release_files import ALL_GROUPS, ReleasedCell, build_group_key
from cairn.warehouse.store.file_refs import FileRef

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.one_database]
Browser = Callable[..., Client]
TOLD = {"title": "Days absent", "outcomes": ["days_absent"], "statistic": "mean"}
CHILDREN = 2387
DAYS = 30 * (60 + CANARY + 100 + 50 + 70) + 2 * (240 + 4 + 300 + 150 + 180)


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


def cells(release: Release) -> list[ReleasedCell]:
    return list(
        release_files.read_release_figures(
            open_file_store(), FileRef.parse(release.protected)
        ).cells
    )


def test_it_is_counted_protected_and_attacked(community: Community) -> None:
    release = community.checked(community.draft(**TOLD))
    (part,) = release.certificate
    assert (part["statistic"], part["safe"], part["contributors"]) == ("mean", True, 2)
    assert part["asked"] == 0
    assert release.minimum_cell == 10
    (county,) = [
        c
        for c in cells(release)
        if (c.group.get("district"), c.group.get("race_ethnicity"), c.group.get("gender"))
        == (ALL_GROUPS,) * 3
    ]
    assert county.n == CHILDREN
    assert county.value
    assert county.rounded_to
    unit = Decimal(county.rounded_to)
    assert abs(Decimal(county.value) - Decimal(DAYS) / CHILDREN) <= unit / 2
    (figures,) = queries_figures.load_protected_figures(release)
    assert figures.statistic == "mean"
    assert figures.county == MeasureAmount(None, CHILDREN, Decimal(county.value), unit)
    assert figures.describe_change("lower") is None


def test_of_one_year_a_second_figure_is_stopped_and_the_first_is_named(
    community: Community,
) -> None:
    first = community.carried(community.draft(**TOLD))
    for statistic in ("median", "mean"):
        again = community.draft(**{**TOLD, "title": "Again", "statistic": statistic})
        with pytest.raises(Refused) as refused:
            community.checked(again)
        (reason,) = refused.value.decision.refusals
        assert reason.code == "P39"
        assert "“Days absent” (2026-03-02)" in reason.message
        again.refresh_from_db()
        assert not again.protected
    (out,) = facts.build_published_facts([first])
    assert out.figures == {("days_absent", "2025-26")}
    assert out.counts == {("chronic_absence", "2025-26"), ("days_absent", "2025-26")}


def test_its_numbers_of_children_are_held_against_counts_and_counts_against_them(
    community: Community,
) -> None:
    counted = community.carried(community.draft(tables=[["district", "school"]]))
    measured = community.carried(community.draft(**TOLD))
    assert {part["beside"] for part in measured.certificate} == {1}
    hidden = {
        (c.group.get("district"), c.group.get("school"))
        for c in cells(counted)
        if c.n is None and c.result == ALL_GROUPS
    }
    assert not hidden & {
        (c.group.get("district"), c.group.get("school"))
        for c in cells(measured)
        if c.n and c.group.get("race_ethnicity") == ALL_GROUPS
    }
    again = community.checked(community.draft(title="Again"))
    assert {part["beside"] for part in again.certificate} == {2}


def test_an_owner_reads_what_its_own_children_have_and_names_a_wrong_figure(
    community: Community, browser: Browser
) -> None:
    release, asked = community.sent_back(community.draft(**TOLD))
    sent = next(one for one in asked if one.organization.slug == "oak")
    (mine,) = queries_figures.load_owner_figures(release, "oak")
    mean = Decimal(30 * (60 + CANARY + 100) + 2 * 544) / 1937
    assert mine.county == MeasureAmount(None, 1937, mean.quantize(Decimal("0.01")), Decimal("0.01"))
    steward = browser(community.stewards["oak"])
    page = steward.get(reverse("releases:send_back", args=[sent.pk])).content.decode()
    assert "Mean, days" in page
    burr = build_group_key({"district": "Oak", "school": "Burr"})
    figure = f"own {encode_figure_name('days_absent', '2025-26', burr)}"
    address = reverse("releases:wrong_figure", args=[sent.pk])
    form = steward.get(f"{address}?figure={quote(figure)}").content.decode()
    assert "Correct value" in form
    assert "Correct number" not in form
    assert steward.post(address, {"figure": figure}).status_code == 422
    assert steward.post(address, {"figure": figure, "amount": "12.5"}).status_code == 302
    owner_answers.answer_send_back(
        send_back=sent, answer=OwnerAnswer.CORRECT, comment="", by=community.stewards["oak"], at=AT
    )
    (wrong,) = queries_figures.list_disputed_figures(sent)
    assert (wrong.reached, wrong.children, wrong.amount) == (None, None, "12.5")
    detail = browser(community.author).get(reverse("releases:detail", args=[release.pk]))
    assert "12.5" in detail.content.decode()


def test_medians_of_an_owners_own() -> None:
    from cairn.sdc.options import Statistic

    rows = [
        {
            "school_year": year, "district": "Oak", "school": "1", "race_ethnicity": "x",
            "gender": "F", "result": "no", "value": Decimal(value), "n": n,
        }
        for year, value, n in (("2025-26", 2, 2), ("2025-26", 9, 3), ("2024-25", 1, 1))
    ]  # fmt: skip
    found = owner_preview.build_owner_measure_figures(
        "days_absent", rows, [["school"]], ["2025-26"], {}, Statistic.MEDIAN, groupings={}
    )
    assert found.years == ("2025-26",)
    assert found.county == MeasureAmount(None, 5, Decimal("9.00"), Decimal("0.01"))


def test_the_form_asks_for_something_and_for_what_is_told(
    community: Community, browser: Browser
) -> None:
    analyst, address = browser(community.author), reverse("releases:new")
    said = {
        "title": "Days", "story": "A hard winter.", "tables": ["district,school"],
        "method": "suppress",
        "organization": community.hub.pk,
    }  # fmt: skip
    page = analyst.post(address, said)
    assert "Choose an outcome, a measure or a count." in page.content.decode()
    analyst.post(address, {**said, "measures": ["days_absent"], "statistic": "median"})
    release = Release.objects.get(title="Days")
    assert (release.outcomes, release.statistic) == (["days_absent"], "median")
    again = reverse("releases:redraft", args=[release.pk])
    assert "checked" in analyst.get(again).content.decode()
    analyst.post(
        again,
        {"outcomes": ["chronic_absence"], "tables": ["district,school"], "method": "suppress"},
    )
    release.refresh_from_db()
    assert (release.outcomes, release.statistic) == (["chronic_absence"], "")
    analyst.post(
        again,
        {
            "outcomes": ["chronic_absence"],
            "measures": ["days_absent"],
            "tables": ["district,school"],
            "method": "suppress",
        },
    )
    release.refresh_from_db()
    assert (release.outcomes, release.statistic) == (["chronic_absence", "days_absent"], "mean")


def test_reviewers_read_what_was_asked_of_the_attack(
    community: Community, browser: Browser
) -> None:
    release = community.in_review(community.draft(**TOLD))
    page = browser(community.reviewers[0]).get(reverse("releases:review", args=[release.pk]))
    for word in (
        "Values tested for",
        "Would reveal one child's value, or all values",
        "Mean, days",
    ):
        assert word in page.content.decode(), word


def test_an_outcome_and_a_measure_in_one_release(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside: list[str] = []
    protect = measures.protect_measure_years

    def note_snapshots(*given: Any) -> Iterator[Any]:
        beside.extend(snapshot.name for snapshot in given[2])
        return protect(*given)

    monkeypatch.setattr(measures, "protect_measure_years", note_snapshots)
    both = {**TOLD, "outcomes": ["chronic_absence", "days_absent"]}
    release = community.checked(community.draft(**both))
    counts, days = queries_figures.load_protected_figures(release)
    assert (counts.statistic, days.statistic) == ("", "mean")
    assert counts.county.n == days.county.n
    assert days.tables["2025-26"][COUNTY_KEY] == days.county
    assert {part["beside"] for part in release.certificate} == {0}
    assert beside == ["“Chronic absence” of this release"]


def test_what_cannot_be_told_says_what_to_change(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unfit(*given: object) -> None:
        raise UnfitMeasureError("A value is outside of what anyone can have.")

    monkeypatch.setattr(measures, "protect_measure_years", unfit)
    with pytest.raises(UnpublishableMeasure, match="outside of what anyone can have"):
        disclosure_check.check_release_disclosure(
            release=community.draft(**TOLD), by=community.author, at=AT, progress=Silent()
        )
