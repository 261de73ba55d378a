"""A release in percentage bands, from its check to the public page and its files."""

import csv
import json
from dataclasses import replace
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import AT, CANARY, Community, Silent
from tests.outputs.releases.test_composition import OUTCOME, changes, public_figures, withdraw
from tests.outputs.releases.test_differencing import codes

from cairn.outputs.releases.actions import disclosure_check, drafts, indicator_protection
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, PercentBand
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import public_state
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.releases import ReleaseState
from cairn.sdc.differencing.public_facts import FactChange
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.exporters.release_files import EVERYONE, build_group_key

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.one_database]

BANDS = ReleaseMethod.BANDS.value
BURR = build_group_key({"district": "Oak", "school": "Burr"})
"""The school at which all but four were absent: its number is suppressed, its band is not."""


def in_bands(community: Community, **more: object) -> Release:
    return community.draft(**{"title": "In ranges", "method": BANDS, **more})


def figures_of(release: Release) -> dict[tuple[str, ...], FigureCount]:
    state = public_state.load_public_state([OUTCOME])
    assert release.pk in {row.pk for row in state.releases.values()}
    return dict(state.collect_figures(OUTCOME).tables["2025-26"])


def test_bands_reach_the_public_page_and_every_file(community: Community, client: Client) -> None:
    release = community.carried(in_bands(community))
    part = release.certificate[-1]
    assert (part["method"], part["safe"], part["contributors"]) == (BANDS, True, 2)
    told = {method["method"]: method for method in part["ways"]["useful"]}
    assert told["bands"]["telling"] == told["bands"]["cells"]
    assert told["suppress"]["telling"] < told["suppress"]["cells"]
    figures = figures_of(release)
    assert all(isinstance(count, PercentBand) for count in figures.values())
    assert figures[BURR] == PercentBand(None, None, 99, 100, 301, None)
    page = client.get(reverse("dashboards:outcome", args=[OUTCOME])).content.decode()
    assert "63%" in page
    assert "of more than 300 children" in page
    assert "Percentages are shown as ranges." in page
    assert 'class="band-bar" x="99" y="0" width="2"' in page
    lines = [*csv.DictReader(StringIO(read_file(client, "csv")))]
    (burr,) = [line for line in lines if line["school"] == "Burr"]
    assert (burr["percent_low"], burr["percent_high"], burr["children_low"]) == ("99", "100", "301")
    assert {line["children"] + line["numerator"] + line["percent"] for line in lines} == {""}
    package = json.loads(read_file(client, "json"))
    assert {field["name"] for field in package["resources"][0]["schema"]["fields"]} >= {
        "percent_low", "percent_high", "children_low", "children_high",
    }  # fmt: skip
    for form in ("xlsx", "zip", "pdf"):
        assert client.get(reverse("dashboards:file", args=[OUTCOME, form])).status_code == 200
    gaps = client.get(reverse("dashboards:apart", args=[OUTCOME])).content.decode()
    assert "points from all children" in gaps
    ratios = client.get(reverse("dashboards:apart", args=[OUTCOME]) + "?measure=ratio").text
    assert "not calculated from ranges" in ratios
    for text in (page, gaps, json.dumps(package)):
        assert str(CANARY) not in text
        assert f"{CANARY:,}" not in text
    spanish = client.get(
        reverse("dashboards:outcome", args=[OUTCOME]), headers={"accept-language": "es"}
    )
    assert "Percentages are shown" not in spanish.content.decode()


def read_file(client: Client, form: str) -> str:
    return client.get(reverse("dashboards:file", args=[OUTCOME, form])).content.decode()


def test_bands_beside_published_numbers_add_to_them(community: Community, client: Client) -> None:
    first = community.published()
    counted = dict(public_figures().tables["2025-26"])
    second = community.checked(in_bands(community))
    assert {part["beside"] for part in second.certificate} == {1}
    told = changes(public_state.list_publication_changes(second))
    table = "by district and school"
    assert {key: n for key, n in told.items() if key[1] is not FactChange.UNCHANGED} == {
        (table, FactChange.REFINED): 2
    }
    author = Client()
    author.force_login(community.author)
    detail = reverse("releases:detail", args=[second.pk])
    assert "no number of children that is not public already" in author.get(detail).text
    Release.objects.filter(pk=second.pk).update(state=ReleaseState.DRAFT.value)
    second.refresh_from_db()
    community.carried(second)
    both = figures_of(second)
    changed = {key for key, count in both.items() if count != counted[key]}
    assert changed == {key for key, count in counted.items() if count.share is None}
    assert both[BURR] == PercentBand(None, CANARY + 4, 99, 100, 301, None)
    assert both[COUNTY_KEY] == counted[COUNTY_KEY]
    assert first.pk in {row.pk for row in public_state.load_public_state().releases.values()}
    page = client.get(reverse("dashboards:outcome", args=[OUTCOME])).content.decode()
    assert "protected in different ways" in page
    county, *_others = csv.DictReader(StringIO(read_file(client, "csv")))
    assert county["percent"] == county["percent_low"] == county["percent_high"] != ""
    package = json.loads(read_file(client, "json"))
    described = {f["name"]: f["title"] for f in package["resources"][0]["schema"]["fields"]}
    assert "or the percent itself where numbers are shown" in described["percent_low"]
    assert FactChange.REMOVED in {
        change for _table, change in changes(public_state.list_withdrawal_changes(first))
    }
    withdraw(community, first)
    left = figures_of(second)
    assert left.keys() == both.keys(), "nothing disappears: a band is left of each number"
    assert isinstance(left[COUNTY_KEY], PercentBand)
    page = client.get(reverse("dashboards:outcome", args=[OUTCOME])).content.decode()
    assert "63%" in page
    assert author.get(detail).status_code == 200


def test_a_release_without_the_county_total_is_shown(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = community.carried(in_bands(community))
    state = public_state.load_public_state([OUTCOME])
    facts = {key: fact for key, fact in state.facts.items() if key[2] != EVERYONE}
    state = public_state.PublicState(facts, state.names, state.releases)
    figures = state.collect_figures(OUTCOME)
    assert (figures.county, figures.trend) == (FigureCount(None, None), ())
    assert state.find_headline_source(OUTCOME, figures.latest) == release
    years = {"2024-25": figures.tables["2025-26"], **figures.tables}
    assert replace(figures, years=tuple(years), tables=years).describe_change("higher") is None


def test_numbers_that_would_hide_a_band_are_stopped(community: Community) -> None:
    community.carried(in_bands(community))
    with pytest.raises(Refused) as refused:
        community.checked(community.draft(title="Counts"))
    assert codes(refused) == {"P44"}


def test_the_same_bands_again_are_the_same(community: Community) -> None:
    first = community.carried(in_bands(community))
    again = community.checked(in_bands(community, title="Again"))
    assert [part["digest"] for part in again.certificate] != [""]
    told = changes(public_state.list_publication_changes(again))
    assert {change for _table, change in told} == {FactChange.UNCHANGED}
    assert figures_of(first)


def test_bands_of_children_who_are_not_known_are_stopped(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its counted table nothing is known of whom an earlier release counted."""
    first = community.carried(in_bands(community))
    Release.objects.filter(pk=first.pk).update(counted={})
    with pytest.raises(Refused) as refused:
        community.checked(in_bands(community, title="Again"))
    assert codes(refused) == {"P19"}


def test_a_search_without_result_stops_with_what_to_change(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cairn.outputs.releases.protection import bands

    draft = in_bands(community)

    def find_none(*_given: object) -> None:
        raise bands.NoSafeBandsError(OUTCOME, "2025-26", (("district", "school"),))

    monkeypatch.setattr(bands, "protect_outcome_bands", find_none)
    with pytest.raises(indicator_protection.UnpublishableBands, match="by district and school"):
        community.checked(draft)
    draft.refresh_from_db()
    assert draft.state == ReleaseState.DRAFT


def test_the_method_is_kept_by_a_correction_and_changed_by_the_author(
    community: Community,
) -> None:
    first = community.carried(in_bands(community))
    correction = drafts.begin_release_correction(
        release=first, what_changed="A late record.", by=community.author, at=AT
    )
    assert correction.method == BANDS
    disclosure_check.check_release_disclosure(
        release=correction, by=community.author, at=AT, progress=Silent()
    )
    said = {
        "outcomes": [OUTCOME], "tables": [["district", "school"]], "years": [],
        "by": community.author, "at": AT,
    }  # fmt: skip
    drafts.redraft_release(release=correction, method="suppress", **said)
    assert (correction.method, correction.certificate) == ("suppress", [])
    drafts.redraft_release(release=correction, **said)
    assert correction.method == "suppress"


def test_a_district_reads_its_own_numbers_beside_the_bands(
    community: Community, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    community.carried(in_bands(community))
    client.force_login(community.stewards["oak"])
    page = client.get(f"/figures/own/oak/{OUTCOME}/").content.decode()
    assert f"{CANARY:,} of {CANARY + 4:,}" in page
    assert "≥99%" in page
    client.force_login(community.stewards["elm"])
    page = client.get(f"/figures/own/elm/{OUTCOME}/").content.decode()
    assert f"{CANARY:,}" not in page


def test_a_release_of_ranges_and_measures_says_what_was_suppressed_in_each(
    community: Community,
) -> None:
    release = community.checked(in_bands(community))
    (part,) = release.certificate
    numbers = {name: value for name, value in part.items() if name not in ("method", "ways")}
    release.certificate = [part, {**numbers, "cells": 7, "withheld": 2, "statistic": "mean"}]
    release.save(update_fields=["certificate"])
    author = Client()
    author.force_login(community.author)
    page = author.get(reverse("releases:detail", args=[release.pk])).text
    assert f"{part['cells']} of {part['cells']} groups show a percentage as a range" in page
    assert "2 of 7 numbers are suppressed" in page
