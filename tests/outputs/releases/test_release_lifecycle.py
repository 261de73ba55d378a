"""The life of a release: every state, and every refusal on the way."""

import os
from datetime import date, datetime, timedelta

import pytest
from tests.outputs.releases.community import AT, CANARY, Community, Silent, agreement
from tests.row_logs import keeping_results

from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.partners.api import load_actor
from cairn.governance.retention.unrecorded_files.detection import describe_unrecorded_files
from cairn.governance.retention.unrecorded_files.nightly_job import check_unrecorded_files
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions import (
    disclosure_check,
    drafts,
    owner_answers,
    review_and_publication,
)
from cairn.outputs.releases.models import Release, SendBack
from cairn.outputs.releases.queries import figures as queries_figures
from cairn.outputs.releases.queries import releases
from cairn.platform.actions.api import keep_while_rows_unchanged, may_keep_results
from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications import api as notifications
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.law import add_business_days
from cairn.policy.vocabulary.releases import OwnerAnswer, ReleaseState, ReviewVerdict
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.decision.refusals}


def test_a_release_goes_all_the_way(community: Community) -> None:
    release = community.published()
    assert release.state == ReleaseState.PUBLISHED
    assert release.safe is True
    assert release.withheld > 0
    assert release.minimum_cell == 10
    assert release.agreements == ["DSA-elm", "DSA-oak"]
    events = list(
        AuditLine.objects.filter(event__startswith="release").values_list("event", flat=True)
    )
    assert events == [
        "release.drafted",
        "release.checked",
        "release.submitted",
        "release.reviewed",
        "release.reviewed",
        "release.verdicts_opened",
        "release.sent_back",
        "release.answered",
        "release.answered",
        "release.published",
    ]


def test_the_strictest_minimum_of_the_lineage_wins(community: Community) -> None:
    signature_and_record.load_agreement(
        text=agreement("elm", minimum=25), by=community.manager, at=AT
    )
    assert community.checked().minimum_cell == 25


def test_the_figures_are_those_counted(community: Community) -> None:
    (figures,) = queries_figures.load_protected_figures(community.checked())
    assert figures.latest == "2025-26"
    assert figures.county.n == 300 + CANARY + 4 + 400 + 200 + 250
    schools = {row.value: row.count for row in figures.schools}
    assert list(schools) == ["Drake", "Elder", "Acorn", "Burr", "Cork"]
    assert schools["Burr"].yes is None
    assert schools["Burr"].n == CANARY + 4


def test_data_shared_for_another_purpose_are_not_looked_at(community: Community) -> None:
    text = agreement("elm", purpose="research")
    signature_and_record.load_agreement(text=text, by=community.manager, at=AT)
    release = community.checked()
    assert release.agreements == ["DSA-oak"]
    (figures,) = queries_figures.load_protected_figures(release)
    assert {row.group for row in figures.schools} == {"Oak"}


def test_without_an_agreement_there_is_no_draft(community: Community) -> None:
    for slug in ("oak", "elm"):
        text = agreement(slug, purpose="research")
        signature_and_record.load_agreement(text=text, by=community.manager, at=AT)
    with pytest.raises(Refused):
        community.draft()


def test_a_steward_drafts_nothing(community: Community) -> None:
    with pytest.raises(Refused):
        community.draft(by=community.stewards["oak"])


def test_unchecked_is_not_submitted(community: Community) -> None:
    with pytest.raises(Refused) as refused:
        review_and_publication.submit_release(release=community.draft(), by=community.author, at=AT)
    assert codes(refused) == {"P01", "R12", "R23"}  # its state; no audit found it safe


def test_without_its_story_it_is_not_submitted(community: Community) -> None:
    release = community.draft(story="  ")
    disclosure_check.check_release_disclosure(
        release=release, by=community.author, at=AT, progress=Silent()
    )
    with pytest.raises(Refused):
        review_and_publication.submit_release(release=release, by=community.author, at=AT)


def test_only_the_backbone_checks(community: Community) -> None:
    with pytest.raises(Refused):
        disclosure_check.check_release_disclosure(
            release=community.draft(), by=community.stewards["oak"], at=AT, progress=Silent()
        )


def test_checking_twice_is_harmless(community: Community) -> None:
    release = community.checked()
    before = release.certificate
    disclosure_check.check_release_disclosure(
        release=release, by=community.author, at=AT, progress=Silent()
    )
    assert release.certificate == before
    assert release.state == ReleaseState.CHECKED


def test_in_review_it_is_not_counted_anew(community: Community) -> None:
    release = community.in_review()
    with pytest.raises(Refused):
        disclosure_check.check_release_disclosure(
            release=release, by=community.author, at=AT, progress=Silent()
        )


def test_a_year_without_children_says_so(community: Community) -> None:
    release = community.draft(years=["2019-20"])
    with pytest.raises(Exception, match="No children were counted"):
        disclosure_check.check_release_disclosure(
            release=release, by=community.author, at=AT, progress=Silent()
        )
    release.refresh_from_db()
    assert release.state == ReleaseState.DRAFT


def test_the_author_never_reviews(community: Community) -> None:
    release = community.in_review()
    release.author = community.reviewers[0]
    release.save()
    with pytest.raises(Refused):
        approve(release, community.reviewers[0])


def test_one_reviewer_counts_once(community: Community) -> None:
    release = community.in_review()
    approve(release, community.reviewers[0])
    with pytest.raises(Refused):
        approve(release, community.reviewers[0])
    with pytest.raises(Refused):
        owner_answers.send_release_to_owners(release=release, by=community.manager, at=AT)


def approve(release: object, by: object) -> None:
    review_and_publication.review_release(
        release=release, verdict=ReviewVerdict.APPROVE, comment="", by=by, at=AT
    )  # type: ignore[arg-type]


def test_a_reviewer_returns_it_and_a_new_round_begins(community: Community) -> None:
    release = community.in_review()
    review_and_publication.review_release(
        release=release,
        verdict=ReviewVerdict.RETURN,
        comment="Say which winter.",
        by=community.reviewers[0],
        at=AT,
    )
    assert release.state == ReleaseState.IN_REVIEW
    approve(release, community.reviewers[1])
    assert release.state == ReleaseState.RETURNED
    assert release.returned_why == "Say which winter."
    disclosure_check.check_release_disclosure(
        release=release, by=community.author, at=AT, progress=Silent()
    )
    review_and_publication.submit_release(release=release, by=community.author, at=AT)
    assert release.round == 2
    assert release.returned_why == ""
    approve(release, community.reviewers[0])


def test_every_owner_is_asked_with_its_own_clock(community: Community) -> None:
    _release, asked = community.sent_back()
    due = {sent.organization.slug: sent.due_on for sent in asked}
    assert due == {"oak": date(2026, 3, 16), "elm": date(2026, 3, 20)}  # 10 and 14 business days


def test_publication_before_the_window_ends_is_refused(community: Community) -> None:
    release, _asked = community.sent_back()
    with pytest.raises(Refused):
        review_and_publication.publish_release(
            release=release, by=community.manager, at=AT + timedelta(days=10)
        )


def test_a_publication_that_is_killed_leaves_figures_that_are_destroyed(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It published nothing, and its repetition writes the figures again."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    def list_found(at: datetime) -> list[str]:
        found = describe_unrecorded_files(at)
        return [path for path, _problem in found if path.startswith("released")]

    release, asked = community.sent_back()
    _notify(community, asked, AT)
    with monkeypatch.context() as patch:
        patch.setattr(review_and_publication, "get_next_state", die)
        with pytest.raises(KeyboardInterrupt):
            _publish(community, release, 19)
    release.refresh_from_db()
    assert release.state == ReleaseState.SENT_BACK
    store = open_file_store()
    (left,) = (entry for entry in store.manifests() if entry.action == "publish_release")
    _publish(community, release, 19)
    assert list_found(AT + timedelta(days=20)) == []
    night = AT + timedelta(days=21)
    assert list_found(night) == [f"released/{left.digest[:2]}/{left.digest}.parquet"]
    for pointer in store.root.glob("found/*/*/*.*"):
        os.utime(pointer, (AT.timestamp(), AT.timestamp()))
    for days in (0, 7):
        check_unrecorded_files(night + timedelta(days=days))
    assert store.manifest(FileRef.parse(left.name)).destroyed
    assert store.read(FileRef.parse(release.released)).num_rows


def _notify(community: Community, asked: list[SendBack], at: datetime) -> None:
    """What Home does when the stewards of the owners open it."""
    for sent in asked:
        steward = community.stewards[sent.organization.slug]
        tasks = releases.list_release_tasks(load_actor(steward), AT.date())
        keys = notifications.list_unrecorded_notices(steward, tasks)
        notifications.record_notices_read(keys=keys, by=steward, at=at)


def _publish(community: Community, release: Release, days: int) -> None:
    review_and_publication.publish_release(
        release=release, by=community.manager, at=AT + timedelta(days=days)
    )


def test_silence_past_the_window_lapses_once_every_owner_was_notified(
    community: Community,
) -> None:
    release, asked = community.sent_back()
    _notify(community, asked, AT)
    with pytest.raises(Refused) as refused:
        _publish(community, release, 18)
    assert codes(refused) == {"P08"}
    _publish(community, release, 19)
    assert release.state == ReleaseState.PUBLISHED


def test_silence_of_an_owner_that_no_notice_reached_never_lapses(community: Community) -> None:
    release, asked = community.sent_back()
    _notify(community, asked[:1], AT)
    with pytest.raises(Refused) as refused:
        _publish(community, release, 99)
    assert codes(refused) == {"P43"}
    assert facts.load_preview_clock(asked[1]) == facts.PreviewClock(None, asked[1].due_on)


def test_the_window_begins_when_the_notice_is_delivered_and_a_second_one_changes_nothing(
    community: Community,
) -> None:
    release, asked = community.sent_back()
    _notify(community, asked, AT + timedelta(days=20))
    _notify(community, asked, AT + timedelta(days=30))
    clocks = {sent.organization.slug: facts.load_preview_clock(sent) for sent in asked}
    day = AT.date() + timedelta(days=20)
    assert {clock.delivered_on for clock in clocks.values()} == {day}
    assert clocks["oak"].due_on == add_business_days(day, 10)
    assert clocks["elm"].due_on == add_business_days(day, 14)
    with pytest.raises(Refused):
        _publish(community, release, (clocks["elm"].due_on - AT.date()).days)
    _publish(community, release, (clocks["elm"].due_on - AT.date()).days + 1)


def test_tasks_are_kept_until_the_first_notice_and_not_read_again_at_the_second(
    community: Community,
) -> None:
    _release, asked = community.sent_back()
    owner, loads = load_actor(community.stewards["elm"]), []

    @keep_while_rows_unchanged()
    def list_days() -> list[date | None]:
        loads.append(owner)
        return [task.due for task in releases.list_release_tasks(owner, AT.date())]

    with keeping_results():
        before = list_days()
        _notify(community, asked, AT + timedelta(days=20))
        after, read = list_days(), len(loads)
        assert after != before, "the period begins with the first notice"
        _notify(community, asked, AT + timedelta(days=30))
        notifications.record_notices_read(
            keys=["report:1"], by=community.manager, at=AT + timedelta(days=30)
        )
        assert list_days() == after
        assert len(loads) == read or not may_keep_results()


def test_an_email_that_bounced_is_no_notice(community: Community) -> None:
    _release, (sent, *_rest) = community.sent_back()
    steward = community.stewards[sent.organization.slug]
    key = facts.build_task_key("answer", sent.release_id, sent.round)
    delivery = notifications.NoticeDelivery.objects.create(
        user=steward, key=key, channel="email", delivered_at=AT
    )
    assert facts.load_preview_clock(sent).delivered_on == AT.date()
    delivery.bounced_at = AT + timedelta(hours=1)
    delivery.save()
    assert facts.load_preview_clock(sent).delivered_on is None
    # A notice to a person of another organization is no notice to this owner.
    other = next(s for s in community.stewards.values() if s != steward)
    notifications.NoticeDelivery.objects.create(
        user=other, key=key, channel="email", delivered_at=AT
    )
    assert facts.load_preview_clock(sent).delivered_on is None


@pytest.mark.parametrize("given", [OwnerAnswer.CORRECT, OwnerAnswer.DECLINE])
def test_an_owner_stops_it(community: Community, given: OwnerAnswer) -> None:
    release, asked = community.sent_back()
    owner = asked[0].organization.slug
    steward = community.stewards[owner]
    owner_answers.answer_send_back(
        send_back=asked[0], answer=given, comment="No.", by=steward, at=AT
    )
    release.refresh_from_db()
    assert release.state == ReleaseState.RETURNED
    with pytest.raises(Refused):
        review_and_publication.publish_release(
            release=release, by=community.manager, at=AT + timedelta(days=30)
        )


def test_a_steward_answers_for_their_own_organization_only(community: Community) -> None:
    _release, asked = community.sent_back()
    other = next(s for slug, s in community.stewards.items() if slug != asked[0].organization.slug)
    with pytest.raises(Refused):
        owner_answers.answer_send_back(
            send_back=asked[0], answer=OwnerAnswer.CONFIRM, comment="", by=other, at=AT
        )


def test_an_unreviewed_release_is_not_published(community: Community) -> None:
    with pytest.raises(Refused) as refused:
        review_and_publication.publish_release(
            release=community.checked(), by=community.manager, at=AT
        )
    assert len(codes(refused)) >= 3  # its state, two reviews, each owner


def test_the_author_does_not_publish(community: Community) -> None:
    release, _asked = community.sent_back()
    with pytest.raises(Refused):
        review_and_publication.publish_release(
            release=release, by=community.author, at=AT + timedelta(days=30)
        )


def test_a_withdrawal_says_when_and_why(community: Community) -> None:
    release = community.published()
    review_and_publication.withdraw_release(
        release=release, reason="A wrong file.", by=community.manager, at=AT
    )
    assert (release.state, release.withdrawn_why) == (ReleaseState.WITHDRAWN, "A wrong file.")
    assert list(releases.list_withdrawn_releases()) == [release]
    with pytest.raises(Refused):
        review_and_publication.withdraw_release(
            release=release, reason="again", by=community.manager, at=AT
        )


def test_a_draft_withdrawn_was_never_public(community: Community) -> None:
    release = community.draft()
    review_and_publication.withdraw_release(
        release=release, reason="Not needed.", by=community.manager, at=AT
    )
    assert not releases.list_withdrawn_releases().exists()


def test_words_that_rank_stop_a_release_until_they_are_changed(community: Community) -> None:
    release = community.checked()
    words = {"title": "The best schools", "framing": release.framing, "by": community.author}
    drafts.reword_release(release=release, story="A hard winter.", at=AT, **words)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        review_and_publication.submit_release(release=release, by=community.author, at=AT)
    assert codes(refused) == {"P21"}
    words["title"] = "Chronic absence"
    drafts.reword_release(release=release, story="A hard winter.", at=AT, **words)  # type: ignore[arg-type]
    review_and_publication.submit_release(release=release, by=community.author, at=AT)
    with pytest.raises(Refused):
        drafts.reword_release(release=release, story="Another.", at=AT, **words)  # type: ignore[arg-type]


def test_groups_that_nobody_counted_are_accounted_for(community: Community) -> None:
    release = community.draft(framing={})
    disclosure_check.check_release_disclosure(
        release=release, by=community.author, at=AT, progress=Silent()
    )
    assert release.missing_groups == ["american_indian", "pacific_islander", "two_or_more"]
    with pytest.raises(Refused) as refused:
        review_and_publication.submit_release(release=release, by=community.author, at=AT)
    assert codes(refused) == {"P25"}


def test_other_tables_make_it_a_draft_again(community: Community) -> None:
    release = community.checked()
    drafts.redraft_release(
        release=release,
        outcomes=["chronic_absence"],
        tables=[["district"]],
        years=["2025-26"],
        by=community.author,
        at=AT,
    )
    release.refresh_from_db()
    assert (release.state, release.safe, release.protected) == (ReleaseState.DRAFT, None, "")
    disclosure_check.check_release_disclosure(
        release=release, by=community.author, at=AT, progress=Silent()
    )
    assert release.missing_groups == []
    with pytest.raises(Refused):
        drafts.redraft_release(
            release=release,
            outcomes=["chronic_absence"],
            tables=[["district"]],
            years=[],
            by=community.stewards["oak"],
            at=AT,
        )


def test_a_correction_goes_the_same_way_and_then_replaces(community: Community) -> None:
    first = community.published()
    with pytest.raises(Refused):
        drafts.begin_release_correction(
            release=first, what_changed="x", by=community.stewards["oak"], at=AT
        )
    second = drafts.begin_release_correction(
        release=first, what_changed="One school was left out.", by=community.author, at=AT
    )
    assert (second.state, second.corrects, second.story) == ("draft", first, first.story)
    first.refresh_from_db()
    assert first.state == ReleaseState.PUBLISHED
    community.carried(second)
    first.refresh_from_db()
    assert first.state == ReleaseState.CORRECTED
    assert list(releases.list_published_releases()) == [second]
    assert list(releases.list_withdrawn_releases()) == []
    assert AuditLine.objects.filter(event="release.corrected").count() == 1


def test_a_correction_of_what_was_withdrawn_meanwhile_is_published(community: Community) -> None:
    first = community.published()
    second = drafts.begin_release_correction(
        release=first, what_changed="x", by=community.author, at=AT
    )
    review_and_publication.withdraw_release(
        release=first, reason="A wrong file.", by=community.manager, at=AT
    )
    community.carried(second)
    first.refresh_from_db()
    assert (first.state, second.state) == (ReleaseState.WITHDRAWN, ReleaseState.PUBLISHED)
