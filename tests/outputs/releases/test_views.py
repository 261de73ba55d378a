"""The pages of a release: who sees what, and one task at a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import AT, CANARY, Community

from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Affiliation, Organization
from cairn.outputs.releases.actions import owner_answers, review_and_publication
from cairn.outputs.releases.models import Release, Review
from cairn.outputs.releases.queries import releases
from cairn.platform.audit.models import Work
from cairn.platform.notifications import api as notifications
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.releases import OwnerAnswer, ReleaseState, ReviewVerdict

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages ask what day it is; the community lives on one."""
    monkeypatch.setattr(timezone, "now", lambda: AT)


def url(name: str, pk: int) -> str:
    return reverse(f"releases:{name}", args=[pk])


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_an_analyst_drafts_checks_and_submits(community: Community, browser: Browser) -> None:
    client = browser(community.author)
    assert "Checks before publication" in text(client, reverse("releases:new"))
    response = client.post(
        reverse("releases:new"),
        {
            "title": "Absence",
            "outcomes": ["chronic_absence"],
            "tables": ["district,school"],
            "method": "suppress",
            "organization": community.hub.pk,
            "story": "A hard winter.",
        },
    )
    release = Release.objects.get()
    assert response["Location"] == url("detail", release.pk)
    assert "Tables appear here after" in text(client, response["Location"])
    client.post(url("check", release.pk))
    release.refresh_from_db()
    assert release.state == ReleaseState.CHECKED
    work = Work.objects.get(kind="check")
    assert work.state == "done"
    page = text(client, url("detail", release.pk))
    assert f'id="work-{work.pk}"' not in page, "the steps above say that it was checked"
    assert "Passed: no suppressed number could be calculated" in page
    assert "suppressed" in page
    client.post(url("submit", release.pk))
    release.refresh_from_db()
    assert release.state == ReleaseState.IN_REVIEW
    assert "Not ready for data-owner preview" in text(client, url("detail", release.pk))


def test_a_draft_needs_its_story(community: Community, browser: Browser) -> None:
    response = browser(community.author).post(reverse("releases:new"), {"title": "Absence"})
    assert response.status_code == 200
    assert not Release.objects.exists()


def test_no_withheld_number_is_on_a_page(community: Community, browser: Browser) -> None:
    release = community.in_review()
    client = browser(community.reviewers[0])
    for name in ("detail", "review"):
        page = text(client, url(name, release.pk))
        assert str(CANARY) not in page
        assert f"{CANARY:,}" not in page


def test_reviewers_are_blind_until_both_are_in(community: Community, browser: Browser) -> None:
    release = community.in_review()
    first, second = (browser(reviewer) for reviewer in community.reviewers[:2])
    client = browser(community.author)
    said = {"verdict": ReviewVerdict.APPROVE.value, "comment": "Looks right to me."}
    assert first.post(url("review", release.pk), said).status_code == 302
    assert "Looks right to me." in text(first, url("detail", release.pk))
    assert "Looks right to me." not in text(second, url("detail", release.pk))
    assert "Looks right to me." not in text(client, url("detail", release.pk))
    second.post(url("review", release.pk), {"verdict": ReviewVerdict.APPROVE.value})
    assert "Looks right to me." in text(second, url("detail", release.pk))
    assert Review.objects.count() == 2
    assert first.get(url("review", release.pk)).status_code == 403


def test_asking_for_changes_says_which(community: Community, browser: Browser) -> None:
    release = community.in_review()
    client = browser(community.reviewers[0])
    response = client.post(url("review", release.pk), {"verdict": ReviewVerdict.RETURN.value})
    assert "Say what should change." in response.content.decode()
    assert not Review.objects.exists()


def test_a_steward_reads_and_confirms(community: Community, browser: Browser) -> None:
    release, asked = community.sent_back()
    mine = next(sent for sent in asked if sent.organization.slug == "oak")
    client = browser(community.stewards["oak"])
    assert "Preview and answer" in text(client, url("detail", release.pk))
    page = text(client, url("send_back", mine.pk))
    assert "10 business days left" in page
    client.post(url("send_back", mine.pk), {"answer": OwnerAnswer.CONFIRM.value})
    mine.refresh_from_db()
    assert mine.answer == OwnerAnswer.CONFIRM.value
    assert client.get(url("send_back", mine.pk)).status_code == 403


def test_a_correction_says_what_is_wrong(community: Community, browser: Browser) -> None:
    _release, asked = community.sent_back()
    client = browser(community.stewards[asked[0].organization.slug])
    response = client.post(url("send_back", asked[0].pk), {"answer": OwnerAnswer.CORRECT.value})
    assert "or say here what is wrong" in response.content.decode()


def test_declining_is_asked_twice_and_needs_no_reason(
    community: Community, browser: Browser
) -> None:
    release, asked = community.sent_back()
    client = browser(community.stewards[asked[0].organization.slug])
    response = client.post(url("send_back", asked[0].pk), {"answer": OwnerAnswer.DECLINE.value})
    assert response["Location"] == url("decline", asked[0].pk)
    assert "You can decline without" in text(client, response["Location"])
    client.post(response["Location"])
    release.refresh_from_db()
    assert release.state == ReleaseState.RETURNED
    page = text(browser(community.author), url("detail", release.pk))
    assert "declined without giving a reason" in page


def test_another_owners_table_is_not_answered(community: Community, browser: Browser) -> None:
    _release, asked = community.sent_back()
    other = "oak" if asked[0].organization.slug == "elm" else "elm"
    client = browser(community.stewards[other])
    assert client.get(url("send_back", asked[0].pk)).status_code == 403


def test_a_manager_sends_publishes_and_withdraws(community: Community, browser: Browser) -> None:
    release = community.approved()
    client = browser(community.manager)
    client.post(url("send", release.pk))
    refused = text(client, url("detail", release.pk))
    assert "Not ready to publish" in refused
    assert client.get(url("publish", release.pk)).status_code == 403
    for sent in release.send_backs.all():
        steward = community.stewards[sent.organization.slug]
        owner_answers.answer_send_back(
            send_back=sent, answer=OwnerAnswer.CONFIRM, comment="", by=steward, at=AT
        )
    assert "Publish “Chronic absence”?" in text(client, url("publish", release.pk))
    client.post(url("publish", release.pk))
    release.refresh_from_db()
    assert release.state == ReleaseState.PUBLISHED
    assert "View public page" in text(client, url("detail", release.pk))
    assert "the date, and your reason" in text(client, url("withdraw", release.pk))
    assert client.post(url("withdraw", release.pk), {"reason": ""}).status_code == 422
    client.post(url("withdraw", release.pk), {"reason": "A wrong file."})
    assert "A wrong file." in text(client, url("detail", release.pk))


def test_a_state_that_asks_for_it_is_told_before(community: Community, browser: Browser) -> None:
    release, asked = community.sent_back()
    for sent in asked:
        steward = community.stewards[sent.organization.slug]
        owner_answers.answer_send_back(
            send_back=sent, answer=OwnerAnswer.CONFIRM, comment="", by=steward, at=AT
        )
    Organization.objects.filter(slug="oak").update(kind="state_education_agency", state="UT")
    client, today = browser(community.manager), timezone.localdate()
    page = text(client, url("detail", release.pk))
    assert "was not given to the superintendent" in page
    assert client.get(url("publish", release.pk)).status_code == 403
    assert url("report", release.pk) in page
    ahead = {"day": today + timedelta(days=1)}
    assert client.post(url("report", release.pk), ahead).status_code == 422
    assert client.post(url("report", release.pk), {"day": "soon"}).status_code == 422
    client.post(url("report", release.pk), {"day": today - timedelta(days=18)})
    assert "Reported to state on" in text(client, url("detail", release.pk))
    assert client.get(url("publish", release.pk)).status_code == 200


def test_a_withdrawn_draft_goes_no_further(community: Community, browser: Browser) -> None:
    release = community.draft()
    page = text(browser(community.manager), url("withdraw", release.pk))
    assert "was not published" in page


def test_the_list_is_narrowed_and_begins_with_what_waits(
    community: Community, browser: Browser, person: Callable[..., object]
) -> None:
    release, _asked = community.sent_back()
    address = reverse("releases:list")
    assert "Your tasks" in text(browser(community.stewards["oak"]), address)
    assert "All releases" in text(browser(community.author), address)
    stranger = browser(person(Role.STEWARD, at="elsewhere"))
    assert "No releases yet" in text(stranger, address)
    assert stranger.get(url("detail", release.pk)).status_code == 403
    assert browser(Role.PUBLIC).get(address).status_code == 403


def test_what_waits_is_told_at_home(community: Community) -> None:
    def waits(user: object) -> list[tuple[int, str]]:
        return [(w.count, w.url) for w in releases.list_release_tasks(load_actor(user), AT.date())]  # type: ignore[arg-type]

    release = community.draft()
    page = url("detail", release.pk)
    assert waits(community.author) == [(1, page)]
    assert waits(community.stewards["oak"]) == []
    release, asked = community.sent_back()
    mine = next(sent for sent in asked if sent.organization.slug == "oak")
    (line,) = releases.list_release_tasks(load_actor(community.stewards["oak"]), AT.date())
    assert (line.url, line.due) == (url("send_back", mine.pk), mine.due_on)
    later = (AT + timedelta(days=20)).date()
    assert releases.list_release_tasks(load_actor(community.manager), later) == []
    for steward in community.stewards.values():
        tasks = releases.list_release_tasks(load_actor(steward), AT.date())
        keys = notifications.list_unrecorded_notices(steward, tasks)
        notifications.record_notices_read(keys=keys, by=steward, at=AT)
    assert [w.count for w in releases.list_release_tasks(load_actor(community.manager), later)] == [
        1
    ]
    assert releases.list_release_tasks(load_actor(None), AT.date()) == []


def test_who_can_do_nothing_hears_so_and_who_may_not_yet_hears_why(
    community: Community, browser: Browser
) -> None:
    release = community.in_review()
    steward = text(browser(community.stewards["oak"]), url("detail", release.pk))
    assert "Not ready for data-owner preview" not in steward
    author = community.author
    Affiliation.objects.create(
        user=author, organization=community.hub, role=Role.REVIEWER, starts=AT.date()
    )
    assert "You cannot review this" in text(browser(author), url("detail", release.pk))


def test_after_both_reviews_the_page_says_that_the_data_owners_are_next(
    community: Community, browser: Browser
) -> None:
    release = community.in_review()
    detail, words = url("detail", release.pk), ("You cannot review this", "already reviewed")
    first, second = community.reviewers[:2]
    approval = {"verdict": "approve", "comment": "Looks right."}
    browser(first).post(url("review", release.pk), approval)
    page = text(browser(first), detail)
    assert all(word in page for word in words)
    assert "Next, two reviewers decide." in page
    browser(second).post(url("review", release.pk), approval)
    page = text(browser(first), detail)
    assert not any(word in page for word in words)
    assert "Next, the release can be sent to the data owners." in page


def test_only_reviewers_learn_how_many_were_small(community: Community, browser: Browser) -> None:
    release = community.in_review()
    reviewer = text(browser(community.reviewers[0]), url("review", release.pk))
    assert "reviewers only" in reviewer
    steward = text(browser(community.stewards["oak"]), url("detail", release.pk))
    assert "reviewers only" not in steward
    assert "Next, two reviewers decide." in steward


def test_the_page_says_what_a_district_that_subtracts_would_find(
    community: Community, browser: Browser
) -> None:
    release = community.checked()
    address = reverse("releases:detail", args=[release.pk])
    release.certificate[0]["between_two"] = 1
    release.save()
    page = browser(community.author).get(address).content.decode()
    assert "a partner could subtract its own children" in page
    assert "2 districts: for each, the test subtracted its own children" in page
    assert "1 number counts children of only two districts" in page
    for part in release.certificate:
        part["contributors"] = 0
    release.save()
    page = browser(community.author).get(address).content.decode()
    assert "not applicable; fewer than two districts" in page
    release.certificate = [
        {k: v for k, v in part.items() if k != "contributors"} for part in release.certificate
    ]
    release.save()
    page = browser(community.author).get(address).content.decode()
    assert "not tested; this check was run before the test existed" in page


def test_a_release_checked_before_everyone_was_asked_offers_the_check_and_says_why(
    community: Community, browser: Browser
) -> None:
    release = community.in_review()
    address = reverse("releases:detail", args=[release.pk])
    author, check = browser(community.author), reverse("releases:check", args=[release.pk])
    now = author.get(address).content.decode()
    assert "Check out of date: contributors" not in now
    assert check not in now
    unthought_of(release, "contributor")
    page = author.get(address).content.decode()
    assert "Check out of date: contributors" in page
    assert "a district that subtracts its own children from the totals" in page.lower()
    assert check in page
    reviewer = text(browser(community.reviewers[0]), url("review", release.pk))
    assert "Check out of date: contributors" in reviewer


def unthought_of(release: Release, attacker: str) -> None:
    """As if the release had been checked before anybody thought of one attacker."""
    for part in release.certificate:
        part["tried_by"] = [one for one in part["tried_by"] if one != attacker]
    release.save()


def test_reviewers_are_told_what_was_published_since_the_check(
    community: Community, browser: Browser
) -> None:
    first = community.published()
    review_and_publication.withdraw_release(
        release=first, reason="A wrong file.", by=community.manager, at=AT
    )
    release = community.in_review()
    reviewer = browser(community.reviewers[0])
    page = text(reviewer, url("review", release.pk))
    assert "Check out of date: new releases" not in page
    assert "1 earlier release of the same outcome and year" in page
    Release.objects.filter(pk=release.pk).update(attacked=[])
    assert "Check out of date: new releases" in text(reviewer, url("review", release.pk))


def test_rows_say_what_they_are(community: Community) -> None:
    release, asked = community.sent_back()
    assert str(release) == "Chronic absence"
    assert str(asked[0]) == "Chronic absence: Elm"
    assert str(release.reviews.first()) == "Chronic absence: Approved"


def test_the_author_answers_what_is_asked_of_the_words(
    community: Community, browser: Browser
) -> None:
    release = community.checked()
    client, said = browser(community.author), {"title": "Absence", "story": "The gap grew."}
    assert url("reword", release.pk) in text(client, url("detail", release.pk))
    page = text(client, url("reword", release.pk))
    assert "Nobody of these groups lives here." in page
    assert "pilot" not in page
    response = client.post(url("reword", release.pk), {**said, "P25": "Nobody asked."})
    assert response["Location"] == url("reword", release.pk)
    assert "nothing that schools" in text(client, url("reword", release.pk))
    answered = {**said, "P25": "Nobody asked.", "P24": "No rule changed."}
    response = client.post(url("reword", release.pk), answered)
    assert response["Location"] == url("detail", release.pk)
    assert "No rule changed." in text(client, url("detail", release.pk))
    assert client.post(url("reword", release.pk), {"title": ""}).status_code == 422


def test_the_author_chooses_other_tables(community: Community, browser: Browser) -> None:
    release = community.checked()
    client = browser(community.author)
    assert "becomes a draft and must be checked again" in text(client, url("redraft", release.pk))
    assert client.post(url("redraft", release.pk), {"outcomes": ["none"]}).status_code == 422
    said = {
        "outcomes": ["chronic_absence"], "tables": ["district,school"], "method": "bands",
    }  # fmt: skip
    response = client.post(url("redraft", release.pk), said)
    assert response["Location"] == url("detail", release.pk)
    release.refresh_from_db()
    assert (release.state, release.tables) == (ReleaseState.DRAFT, [["district", "school"]])


def test_readers_see_what_was_corrected(community: Community, browser: Browser) -> None:
    first = community.published()
    client, said = browser(community.author), {"what_changed": "One school was left out."}
    assert url("correct", first.pk) in text(client, url("detail", first.pk))
    assert "stay public" in text(client, url("correct", first.pk))
    assert client.post(url("correct", first.pk), {"what_changed": ""}).status_code == 422
    response = client.post(url("correct", first.pk), said)
    second = Release.objects.get(corrects=first)
    assert response["Location"] == url("detail", second.pk)
    assert "Correction in progress" in text(client, url("detail", first.pk))
    assert "One school was left out." in text(client, url("detail", second.pk))
    community.carried(second)
    public = text(Client(), reverse("dashboards:outcome", args=["chronic_absence"]))
    assert "One school was left out." in public
    assert "Corrected" in text(client, url("detail", first.pk))
