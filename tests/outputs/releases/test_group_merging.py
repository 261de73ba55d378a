"""An author has groups counted as one: on the page, in what is published, and back again."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import AT, Community, Silent

from cairn.outputs.releases import merged_groups
from cairn.outputs.releases.actions import disclosure_check, drafts
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import figures
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.releases import ReleaseState
from cairn.warehouse.exporters import release_files
from cairn.warehouse.store.file_refs import FileRef

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.one_database]
Browser = Callable[..., Client]
PAIR = ["asian", "black"]
ONE = "asian+black"
NAME = "Asian + Black"
WHY = "Both families' councils asked for it."


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)


def merged(community: Community, release: Release | None = None) -> Release:
    release = release or community.draft()
    drafts.merge_release_groups(release=release, values=PAIR, why=WHY, by=community.author, at=AT)
    return release


def races(release: Release, file: str) -> set[str]:
    held = release_files.read_release_figures(open_file_store(), FileRef.parse(file))
    return {cell.group.get("race_ethnicity") for cell in held.cells}


def text(client: Client, route: str, *args: object) -> str:
    return " ".join(client.get(reverse(route, args=args)).content.decode().split())


def test_what_is_published_counts_them_as_one_and_says_so(
    community: Community, browser: Browser
) -> None:
    release = community.carried(merged(community))
    assert ONE in races(release, release.released)
    assert not {*PAIR} & races(release, release.released)
    assert {
        merged_groups.encode_merged_group(those)
        for p in release.certificate
        for those in p["together"]
    } == {ONE}
    public = Client().get("/public/chronic_absence/").content.decode()
    assert NAME in public
    assert f"Combined into one group: {NAME}." in public
    package = Client().get("/public/chronic_absence.json").json()
    assert f"Combined into one group: {NAME}." in package["description"]
    assert ONE in {row["race_ethnicity"] for row in package["resources"][0]["data"]}
    spanish = Client().get("/public/chronic_absence/", headers={"accept-language": "es"})
    assert "Combinados en un solo grupo: " in spanish.content.decode()
    apart = Client().get(reverse("dashboards:apart", args=["chronic_absence"])).content.decode()
    assert NAME in apart


def test_everyone_who_reads_it_before_reads_why(community: Community, browser: Browser) -> None:
    release, asked = community.sent_back(merged(community))
    page = text(browser(community.reviewers[2]), "releases:detail", release.pk)
    assert NAME in page
    assert WHY.replace("'", "&#x27;") in page
    steward = community.stewards["oak"]
    sent = next(one for one in asked if one.organization.slug == "oak")
    owner = text(browser(steward), "releases:send_back", sent.pk)
    assert owner.count(NAME) > 2  # its own numbers are of the same groups
    (mine,) = figures.load_owner_figures(release, "oak")
    assert ONE in mine.races
    assert not {*PAIR} & mine.races


def test_a_checked_release_is_a_draft_again_and_says_what_it_brought(
    community: Community, browser: Browser
) -> None:
    release = community.checked()
    before = release.shown
    merged(community, release)
    assert (release.state, release.certificate, release.shown) == (ReleaseState.DRAFT, [], None)
    assert release.merged == [{"values": PAIR, "why": WHY, "shown": before}]
    disclosure_check.check_release_disclosure(
        release=release, by=community.author, at=AT, progress=Silent()
    )
    page = text(browser(community.author), "releases:detail", release.pk)
    assert f"Numbers shown: {before} before, {release.shown} now." in page
    line = AuditLine.objects.get(event="release.groups_merged")
    assert line.detail == {"group": ONE}


def test_they_are_told_apart_again(community: Community, browser: Browser) -> None:
    release = merged(community)
    author = browser(community.author)
    assert f"Separate: {NAME}" in text(author, "releases:groups", release.pk)
    address = reverse("releases:groups_apart", args=[release.pk])
    assert author.post(address, {"group": ONE}).status_code == 302
    release.refresh_from_db()
    assert release.merged == []
    assert AuditLine.objects.filter(event="release.groups_apart").count() == 1


def test_a_wider_group_takes_the_narrower_one_in(community: Community) -> None:
    release = merged(community)
    wider = [*PAIR, "white"]
    drafts.merge_release_groups(release=release, values=wider, why=WHY, by=community.author, at=AT)
    assert [one["values"] for one in release.merged] == [wider]


def test_the_offer_of_the_check_is_taken_in_three_steps(
    community: Community, browser: Browser
) -> None:
    release = community.checked()
    release.certificate[-1]["ways"]["merges"] = [
        {"dim": "race_ethnicity", "values": PAIR, "cells": 4, "share": 93}
    ]
    release.save()
    author = browser(community.author)
    address = reverse("releases:groups", args=[release.pk])
    offer = f"{address}?{urlencode({'values': PAIR}, doseq=True)}"
    detail = author.get(reverse("releases:detail", args=[release.pk])).content.decode()
    assert offer.replace("&", "&amp;") in detail
    chosen = author.get(offer).content.decode()
    assert chosen.count("checked") == 2
    assert "4 more numbers can be shown." in chosen
    asked = author.post(address, {"values": PAIR, "why": WHY})
    assert asked.status_code == 200
    assert f"Combine “{NAME}” into one group?" in asked.content.decode()
    assert "4 more numbers can be shown." in asked.content.decode()
    release.refresh_from_db()
    assert release.merged == []
    done = author.post(address, {"values": PAIR, "why": WHY, "confirmed": "yes"})
    assert done.status_code == 302
    release.refresh_from_db()
    assert [one["values"] for one in release.merged] == [PAIR]


def test_of_groups_that_were_not_tried_the_check_will_say(
    community: Community, browser: Browser
) -> None:
    release = community.draft()
    address = reverse("releases:groups", args=[release.pk])
    page = browser(community.author).post(address, {"values": PAIR, "why": WHY})
    assert "The next check shows" in page.content.decode()


def test_what_cannot_be_counted_as_one_says_why(community: Community, browser: Browser) -> None:
    release = community.draft()
    address = reverse("releases:groups", args=[release.pk])
    page = browser(community.author).post(address, {"values": ["asian"], "why": WHY})
    assert page.status_code == 422
    assert "at least two groups are needed" in page.content.decode()
    with pytest.raises(Refused):
        drafts.merge_release_groups(
            release=release, values=PAIR, why="", by=community.author, at=AT
        )


def test_nobody_merges_what_others_look_at(community: Community, browser: Browser) -> None:
    release = community.in_review()
    address = reverse("releases:groups", args=[release.pk])
    assert browser(community.author).get(address).status_code == 403
    author = browser(community.author)
    assert author.post(reverse("releases:groups_apart", args=[release.pk])).status_code == 403
    assert address not in author.get(reverse("releases:detail", args=[release.pk])).content.decode()


def test_without_such_a_table_there_is_nothing_to_merge(
    community: Community, browser: Browser
) -> None:
    release = merged(community)
    drafts.redraft_release(
        release=release,
        outcomes=release.outcomes,
        tables=[["district", "school"]],
        years=[],
        by=community.author,
        at=AT,
    )
    assert release.merged == []
    address = reverse("releases:groups", args=[release.pk])
    detail = browser(community.author).get(reverse("releases:detail", args=[release.pk]))
    assert address not in detail.content.decode()
    with pytest.raises(Refused) as refused:
        merged(community, release)
    (reason,) = refused.value.decision.refusals
    assert "no table in this release shows these groups" in reason.message


def test_a_year_that_is_out_apart_stays_apart_and_the_page_says_so(
    community: Community, browser: Browser
) -> None:
    community.published()
    again = merged(community, community.draft(title="Again"))
    disclosure_check.check_release_disclosure(
        release=again, by=community.author, at=AT, progress=Silent()
    )
    assert ONE not in races(again, again.protected)
    page = text(browser(community.author), "releases:detail", again.pk)
    assert (
        "Kept separate in these years, because separate groups are already published: 2025-26"
        in page
    )


def test_a_correction_counts_the_same_groups_as_one(community: Community) -> None:
    release = community.carried(merged(community))
    correction = drafts.begin_release_correction(
        release=release, what_changed="A late record.", by=community.author, at=AT
    )
    assert correction.merged == release.merged
    disclosure_check.check_release_disclosure(
        release=correction, by=community.author, at=AT, progress=Silent()
    )
    assert races(correction, correction.protected) == races(release, release.released)
