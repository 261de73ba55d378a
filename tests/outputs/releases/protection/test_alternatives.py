"""Alternatives to suppression of a release: for those who prepare it, and nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import AT, CANARY, Community

from cairn.outputs.releases.protection import alternatives, counts
from cairn.outputs.releases.protection.counts import ProtectedOutcomeYear, PublishedSnapshot
from cairn.sdc import perturbation

Browser = Callable[..., Client]

RACES = {"asian": (60, 240), "black": (30, 90), "hispanic": (4, 41), "two_or_more": (7, 38)}


def counted(past: tuple[PublishedSnapshot, ...] = ()) -> ProtectedOutcomeYear:
    rows = [
        {
            "school_year": "2025-26", "district": "Elm", "race_ethnicity": race,
            "result": result, "n": n,
        }
        for race, (yes, no) in {**RACES, "not_on_record": (40, 55)}.items()
        for result, n in (("yes", yes), ("no", no))
    ]  # fmt: skip
    found = counts.protect_outcome_years("o", rows, [["race_ethnicity"]], 10, (), past)
    (year,) = (one for one in found if isinstance(one, ProtectedOutcomeYear))
    return year


def test_small_groups_are_merged_with_one_another() -> None:
    year = counted()
    found = alternatives.find_suppression_alternatives(year)
    assert found["blanks"] == year.published.withheld > 0
    assert found["ranges"] == found["blanks"]
    assert found["width"] >= 10
    best = found["merges"][0]
    assert (best["dim"], best["values"]) == ("race_ethnicity", ["hispanic", "two_or_more"])
    assert best["cells"] >= 0
    assert found["share"] < best["share"] <= 100


def test_methods_are_compared_by_what_readers_learn() -> None:
    useful = {
        (method["method"], *method["values"]): method
        for method in alternatives.find_suppression_alternatives(counted())["useful"]
    }
    suppressed, bands = useful["suppress",], useful["bands",]
    assert suppressed["cells"] == bands["cells"] == 6
    assert suppressed["telling"] < bands["telling"] == 6
    assert (bands["share"], bands["width"] or 0) == (100, bands["width"])
    assert 0 < (bands["width"] or 0) <= 20
    assert ("hispanic", 1, 1) in bands["groups"]
    assert ("hispanic", 0, 1) in suppressed["groups"]
    merged = useful["merge", "hispanic", "two_or_more"]
    assert (merged["cells"], merged["telling"]) == (5, 5)


def test_a_method_that_does_not_withstand_the_attack_is_not_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate = perturbation.publish_bands(counted().request, counted().rule).certificate

    def refuse(*_given: object, **_more: object) -> None:
        raise perturbation.BandsExposedError(certificate)

    monkeypatch.setattr(perturbation, "publish_bands", refuse)
    monkeypatch.setattr(alternatives, "MAX_CELLS_ROUNDED", 3)
    useful = alternatives.find_suppression_alternatives(counted())["useful"]
    assert {method["method"] for method in useful} == {"suppress", "merge"}


def test_beside_what_is_out_nothing_is_merged() -> None:
    out = PublishedSnapshot("Last month", [["race_ethnicity"]], tuple(counted().cells()))
    year = counted((out,))
    assert year.beside == 1
    assert alternatives.find_suppression_alternatives(year)["merges"] == []


@pytest.fixture
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.mark.django_db(databases=["default", "identities"])
@pytest.mark.usefixtures("the_day")
def test_whoever_prepares_it_reads_it_and_nobody_else(
    community: Community, browser: Browser
) -> None:
    release = community.checked()
    assert [("ways" in part) for part in release.certificate][-1]
    address = reverse("releases:detail", args=[release.pk])
    for who in (community.author, community.manager):
        page = browser(who).get(address).content.decode()
        assert "Methods compared" in page
        assert "Show ranges for suppressed numbers" in page
        assert "Rounding or noise" in page
        assert "Percentages in ranges by group size" in page
        assert "Exact counts, small groups hidden" in page
        assert "No other number may be shown" in page or "Rounding or noise would show" in page
        assert str(CANARY) not in page
    others = (*community.reviewers, *community.stewards.values())
    for other in others:
        assert "Methods compared" not in browser(other).get(address).content.decode()
    community.in_review(community.draft(title="Another"))
    other = community.draft(title="A third")
    page = browser(community.author).get(reverse("releases:detail", args=[other.pk]))
    assert "Methods compared" not in page.content.decode()


@pytest.mark.django_db(databases=["default", "identities"])
@pytest.mark.usefixtures("the_day")
def test_groups_are_named_in_words(community: Community, browser: Browser) -> None:
    release = community.checked()
    release.certificate[-1]["ways"]["merges"] = [
        {"dim": "race_ethnicity", "values": ["asian", "black"], "cells": 1, "share": 90},
        {"dim": "race_ethnicity", "values": ["white", "two_or_more"], "cells": 0, "share": 91},
    ]
    release.save()
    address = reverse("releases:detail", args=[release.pk])
    page = browser(community.author).get(address).content.decode()
    assert "Combine Asian, Black" in page
    assert "no change" in page
    assert "Combining hides each single group" in page


@pytest.mark.django_db(databases=["default", "identities"])
@pytest.mark.usefixtures("the_day")
def test_a_check_of_before_this_was_looked_at_has_no_such_part(
    community: Community, browser: Browser
) -> None:
    release = community.checked()
    for part in release.certificate:
        part.pop("ways", None)
    release.save()
    address = reverse("releases:detail", args=[release.pk])
    assert "Methods compared" not in browser(community.author).get(address).content.decode()
