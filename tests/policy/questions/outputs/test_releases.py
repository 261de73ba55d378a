"""Nothing leaves unless it is safe, reviewed by two others, and settled with its owners."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cairn.policy.checks.outputs.release_review import (
    find_event_after_verdict,
    find_preview_due_date,
)
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.release import ReleaseFact, ReviewFact, SendBackFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.questions.outputs.releases import (
    may_answer_release_preview,
    may_audit_release,
    may_correct_release,
    may_draft_release,
    may_open_release_list,
    may_preview_release_to_owners,
    may_publish_release,
    may_redraft_release,
    may_report_release,
    may_review_release,
    may_reword_release,
    may_submit_release,
    may_view_disputed_figures,
    may_view_owner_figures,
    may_view_published_release,
    may_view_release,
    may_withdraw_release,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.projects import NoResponseEffect
from cairn.policy.vocabulary.releases import OwnerAnswer, ReleaseState, ReviewVerdict

Acting = Callable[..., Actor]
Agreed = Callable[..., AgreementFact]
DAY = timedelta(days=1)


def _codes(decision: Decision) -> list[str]:
    return [r.code for r in decision.refusals]


def _publish(release: ReleaseFact, acting: Acting, on: date) -> Decision:
    return may_publish_release(release, acting(Role.DATA_MANAGER), on)


def test_a_draft_rests_on_agreements_for_its_purpose(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    analyst = acting(Role.ANALYST)
    assert may_draft_release("hub", (agreed(),), Purpose.PUBLIC_REPORTING, analyst, on).allowed
    assert _codes(may_draft_release("hub", (agreed(),), Purpose.RESEARCH, analyst, on)) == ["G08"]
    assert _codes(may_draft_release("hub", (), Purpose.RESEARCH, analyst, on)) == ["G09"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"state": ReleaseState.DRAFT}, ["P01"]),
        ({"safe": False}, ["R23"]),
        ({"safe": None}, ["R23"]),
        ({"has_story": False}, ["P06"]),
    ],
)
def test_submitting(
    sent_back: ReleaseFact, acting: Acting, on: date, changes: dict[str, object], codes: list[str]
) -> None:
    checked = replace(sent_back, state=ReleaseState.CHECKED)
    asked = replace(checked, **changes)  # type: ignore[arg-type]
    assert _codes(may_submit_release(asked, acting(Role.ANALYST), on)) == codes


@pytest.mark.parametrize(
    ("state", "codes"),
    [
        (ReleaseState.DRAFT, []),
        (ReleaseState.CHECKED, []),
        (ReleaseState.RETURNED, []),
        (ReleaseState.IN_REVIEW, ["P01"]),
        (ReleaseState.PUBLISHED, ["P01"]),
    ],
)
def test_checking_again_until_it_is_in_review(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState, codes: list[str]
) -> None:
    asked = replace(sent_back, state=state)
    assert _codes(may_audit_release(asked, acting(Role.ANALYST), on)) == codes
    assert not may_audit_release(asked, acting(Role.REVIEWER), on).allowed


def test_the_author_never_reviews_and_nobody_twice(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    first = (ReviewFact("4", ReviewVerdict.APPROVE, on),)
    in_review = replace(sent_back, state=ReleaseState.IN_REVIEW, reviews=first)
    assert may_review_release(in_review, acting(Role.REVIEWER), on).allowed
    assert _codes(may_review_release(in_review, acting(Role.REVIEWER, id="3"), on)) == ["P02"]
    assert _codes(may_review_release(in_review, acting(Role.REVIEWER, id="4"), on)) == ["P03"]
    assert _codes(may_review_release(sent_back, acting(Role.REVIEWER), on)) == ["P01", "P17"]
    assert _codes(may_review_release(in_review, acting(Role.ANALYST), on)) == ["A03"]


def test_nobody_reviews_who_may_have_read_what_others_said(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    in_review = replace(sent_back, state=ReleaseState.IN_REVIEW)
    assert _codes(may_review_release(in_review, acting(Role.REVIEWER, id="9"), on)) == ["P17"]


@pytest.mark.parametrize(
    ("verdicts", "event"),
    [
        ((), "review"),
        ((ReviewVerdict.RETURN,), "review"),
        ((ReviewVerdict.APPROVE, ReviewVerdict.APPROVE), "review"),
        ((ReviewVerdict.APPROVE, ReviewVerdict.RETURN), "return"),
        ((ReviewVerdict.RETURN, ReviewVerdict.RETURN), "return"),
    ],
)
def test_nobody_can_tell_from_its_state_who_said_what(
    on: date, verdicts: tuple[ReviewVerdict, ...], event: str
) -> None:
    given = [ReviewFact(str(at), verdict, on) for at, verdict in enumerate(verdicts)]
    assert find_event_after_verdict(given) == event


def test_an_owner_has_the_longest_of_its_own_agreements(sent_back: ReleaseFact) -> None:
    (one,) = sent_back.agreements[:1]
    (owner,) = sorted(one.list_organizations(PartyRole.PROVIDER))[:1]
    shorter = replace(one, disclosure=replace(one.disclosure, send_back_days=2))
    longer = replace(one, disclosure=replace(one.disclosure, send_back_days=3))
    wednesday = date(2026, 11, 25)
    assert find_preview_due_date([shorter, longer], owner, wednesday) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("ask", "state", "codes"),
    [
        (may_reword_release, ReleaseState.RETURNED, []),
        (may_redraft_release, ReleaseState.CHECKED, []),
        (may_correct_release, ReleaseState.PUBLISHED, []),
        (may_reword_release, ReleaseState.IN_REVIEW, ["P01"]),
        (may_redraft_release, ReleaseState.SENT_BACK, ["P01"]),
        (may_correct_release, ReleaseState.WITHDRAWN, ["P01"]),
    ],
)
def test_changing_it_while_nobody_reviews_it(
    sent_back: ReleaseFact,
    acting: Acting,
    on: date,
    ask: Callable[[ReleaseFact, Actor, date], Decision],
    state: ReleaseState,
    codes: list[str],
) -> None:
    release = replace(sent_back, state=state)
    assert _codes(ask(release, acting(Role.ANALYST), on)) == codes
    assert not ask(release, acting(Role.STEWARD, at="river"), on).allowed


@pytest.mark.parametrize(
    ("reviews", "codes"),
    [
        ((("4", ReviewVerdict.APPROVE), ("5", ReviewVerdict.APPROVE)), []),
        ((("4", ReviewVerdict.APPROVE),), ["P16"]),
        ((("4", ReviewVerdict.RETURN),), ["P16"]),
        ((("4", ReviewVerdict.APPROVE), ("4", ReviewVerdict.APPROVE)), ["P16"]),
        ((("3", ReviewVerdict.APPROVE), ("4", ReviewVerdict.APPROVE)), ["P04"]),
        (
            (
                ("4", ReviewVerdict.APPROVE),
                ("5", ReviewVerdict.APPROVE),
                ("6", ReviewVerdict.RETURN),
            ),
            ["P05"],
        ),
    ],
)
def test_two_different_people_approve(
    sent_back: ReleaseFact,
    acting: Acting,
    on: date,
    reviews: tuple[tuple[str, ReviewVerdict], ...],
    codes: list[str],
) -> None:
    reviewed = replace(sent_back, reviews=tuple(ReviewFact(who, v, on) for who, v in reviews))
    assert _codes(_publish(reviewed, acting, on)) == codes
    in_review = replace(reviewed, state=ReleaseState.IN_REVIEW)
    assert _codes(may_preview_release_to_owners(in_review, acting(Role.ANALYST), on)) == codes


def test_an_owner_answers_once_for_itself(sent_back: ReleaseFact, acting: Acting, on: date) -> None:
    asked = replace(sent_back, send_backs=(SendBackFact("river", on, on + DAY),))
    steward = acting(Role.STEWARD, at="river")
    assert may_answer_release_preview(asked, "river", steward, on).allowed
    assert _codes(may_answer_release_preview(sent_back, "river", steward, on)) == ["P11"]
    assert _codes(
        may_answer_release_preview(asked, "hills", acting(Role.STEWARD, at="hills"), on)
    ) == ["P11"]
    assert _codes(
        may_answer_release_preview(asked, "river", acting(Role.STEWARD, at="hills"), on)
    ) == ["A03"]
    assert _codes(may_answer_release_preview(asked, "river", acting(Role.DATA_MANAGER), on)) == [
        "A03"
    ]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"state": ReleaseState.APPROVED}, []),
        ({"state": ReleaseState.IN_REVIEW}, ["P01"]),
        ({"safe": None}, ["R23"]),
        ({"has_story": False}, ["P06"]),
        ({"send_backs": ()}, ["P07"]),
        ({"agreements": ()}, ["G09"]),
    ],
)
def test_publishing(
    sent_back: ReleaseFact, acting: Acting, on: date, changes: dict[str, object], codes: list[str]
) -> None:
    release = replace(sent_back, **changes)  # type: ignore[arg-type]
    assert _codes(_publish(release, acting, on)) == codes


def test_a_states_board_is_told_ten_business_days_before(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    (owner,) = sent_back.owners
    board, utah = OrganizationKind.STATE_EDUCATION_AGENCY, {"state": "UT"}
    cases: list[tuple[OrganizationKind, dict[str, str], date | None, list[str]]] = [
        (board, utah, None, ["L12.5"]),
        (board, utah, on - 14 * DAY, ["L12.5"]),  # over Veterans Day
        (board, utah, on - 15 * DAY, []),
        (board, {"state": "MD"}, None, []),
        (board, {"state": "OH"}, None, []),
        (board, {}, on - 30 * DAY, ["L12.1"]),
        (OrganizationKind.SCHOOL_DISTRICT, utah, None, []),
        (OrganizationKind.SCHOOL_DISTRICT, {}, None, []),
    ]
    for kind, where, reported, codes in cases:
        source = OrganizationFact(owner, kind, **where)
        release = replace(sent_back, providers=(source,), reported_on=reported)
        assert _codes(_publish(release, acting, on)) == codes


def test_an_owner_that_nobody_knows_is_what_its_agreement_says(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    board = OrganizationKind.STATE_EDUCATION_AGENCY
    (terms,) = sent_back.agreements
    parties = tuple(replace(party, kind=board) for party in terms.parties)
    release = replace(sent_back, agreements=(replace(terms, parties=parties),))
    assert "L12.1" in _codes(_publish(release, acting, on))


def test_a_report_is_on_record_once_it_was_made(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    assert may_report_release(sent_back, on, manager, on).allowed
    assert _codes(may_report_release(sent_back, on + DAY, manager, on)) == ["P15"]
    assert _codes(may_report_release(sent_back, on, acting(Role.ANALYST), on)) == ["A03"]


def test_publishing_is_public_reporting_whatever_the_release_says(
    sent_back: ReleaseFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    only = agreed(purposes=frozenset({Purpose.SERVICE_COORDINATION}))
    release = replace(sent_back, purpose=Purpose.SERVICE_COORDINATION, agreements=(only,))
    assert _codes(_publish(release, acting, on)) == ["G08"]


@pytest.mark.parametrize(
    ("answer", "code"), [(OwnerAnswer.DECLINE, "R26"), (OwnerAnswer.CORRECT, "P10")]
)
def test_an_owner_may_always_decline(
    sent_back: ReleaseFact, acting: Acting, on: date, answer: OwnerAnswer, code: str
) -> None:
    answered = replace(sent_back, send_backs=(SendBackFact("river", on, on, answer),))
    later = date(2027, 6, 1)
    assert _codes(_publish(answered, acting, later)) == [code]


def test_silence_past_the_window_is_what_the_agreement_says(
    sent_back: ReleaseFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    preview = SendBackFact("river", on, on + 3 * DAY, was_notified=True)
    asked = replace(sent_back, send_backs=(preview,))
    assert _codes(_publish(asked, acting, on + 3 * DAY)) == ["P08"]
    lapsed = _publish(asked, acting, on + 4 * DAY)
    assert lapsed.allowed
    assert "P09" in [r.code for r in lapsed.reasons]
    waits = agreed(disclosure=replace(agreed().disclosure, silence=NoResponseEffect.WAITS))
    waiting = replace(asked, agreements=(waits,))
    assert _codes(_publish(waiting, acting, on + 4 * DAY)) == ["P09"]


def test_an_agreement_of_another_owner_says_nothing_of_silence(
    sent_back: ReleaseFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    waits = replace(agreed().disclosure, silence=NoResponseEffect.WAITS)
    parties = (replace(agreed().parties[0], organization="hills"), agreed().parties[1])
    of_hills = agreed(reference="B", disclosure=waits, parties=parties)
    release = replace(
        sent_back,
        agreements=(agreed(), of_hills),
        send_backs=(
            SendBackFact("river", on, on, was_notified=True),
            SendBackFact("hills", on, on, OwnerAnswer.CONFIRM),
        ),
    )
    assert _publish(release, acting, on + DAY).allowed


def test_silence_without_a_delivered_notice_is_no_answer(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    preview = SendBackFact("river", on, on + 3 * DAY)
    unnotified = replace(sent_back, send_backs=(preview,))
    for day in (on, on + 3 * DAY, on + 99 * DAY):
        assert _codes(_publish(unnotified, acting, day)) == ["P43"]
    notified = replace(unnotified, send_backs=(replace(preview, was_notified=True),))
    assert _publish(notified, acting, on + 4 * DAY).allowed
    # An answer needs no notice.
    answered = replace(unnotified, send_backs=(replace(preview, answer=OwnerAnswer.CONFIRM),))
    assert _publish(answered, acting, on).allowed


def test_an_owner_that_is_asked_reads_its_own_figures_and_nobody_else_does(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    asked = replace(sent_back, send_backs=(SendBackFact("river", on, on + DAY),))
    steward = acting(Role.STEWARD, at="river")
    assert may_view_owner_figures(asked, "river", steward, on).allowed
    assert _codes(may_view_owner_figures(replace(asked, send_backs=()), "river", steward, on)) == [
        "P36"
    ]
    for other in (
        acting(Role.STEWARD, at="hills"),
        acting(Role.DATA_MANAGER),
        acting(Role.ANALYST),
        acting(Role.REVIEWER),
    ):
        assert not may_view_owner_figures(asked, "river", other, on).allowed


def test_what_an_owner_calls_wrong_is_read_by_those_who_count_once_it_has_answered(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    open_still = replace(sent_back, send_backs=(SendBackFact("river", on, on + DAY),))
    answered = (SendBackFact("river", on, on + DAY, OwnerAnswer.CORRECT),)
    sent = replace(sent_back, send_backs=answered)
    for reads in (
        acting(Role.ANALYST),
        acting(Role.DATA_MANAGER),
        acting(Role.STEWARD, at="river"),
    ):
        assert _codes(may_view_disputed_figures(open_still, "river", reads, on)) == ["P37"]
        assert may_view_disputed_figures(sent, "river", reads, on).allowed
    for other in (acting(Role.STEWARD, at="hills"), acting(Role.REVIEWER)):
        assert not may_view_disputed_figures(sent, "river", other, on).allowed


def test_makers_and_owners_withdraw(sent_back: ReleaseFact, acting: Acting, on: date) -> None:
    out = replace(sent_back, state=ReleaseState.PUBLISHED)
    assert may_withdraw_release(out, acting(Role.DATA_MANAGER), on).allowed
    assert may_withdraw_release(out, acting(Role.STEWARD, at="river"), on).allowed
    assert not may_withdraw_release(out, acting(Role.STEWARD, at="hills"), on).allowed
    gone = replace(out, state=ReleaseState.WITHDRAWN)
    assert _codes(may_withdraw_release(gone, acting(Role.DATA_MANAGER), on)) == ["P01"]


@pytest.mark.parametrize("state", ReleaseState)
def test_the_public_sees_published_only(
    sent_back: ReleaseFact, on: date, state: ReleaseState
) -> None:
    decision = may_view_published_release(replace(sent_back, state=state), on)
    assert decision.allowed is (state is ReleaseState.PUBLISHED)
    for refusal in decision.refusals:
        assert "published yet" in refusal.message_for(Audience.PUBLIC)
        assert state.value not in refusal.message_for(Audience.RECIPIENT)


def test_who_sees_it_before_the_public(sent_back: ReleaseFact, acting: Acting, on: date) -> None:
    assert may_view_release(sent_back, acting(Role.REVIEWER, at="hills"), on).allowed
    assert may_view_release(sent_back, acting(Role.STEWARD, at="river"), on).allowed
    assert not may_view_release(sent_back, acting(Role.STEWARD, at="hills"), on).allowed
    assert may_open_release_list(acting(Role.STEWARD, at="hills"), on).allowed
    assert not may_open_release_list(acting(Role.PROGRAM_STAFF, at="hills"), on).allowed
