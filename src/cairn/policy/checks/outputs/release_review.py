"""Check what a release needs before it is published: the audit, two reviewers, and every owner."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy.checks.outputs.release_content import find_uncompared_releases
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import (
    Actor,
    AgreementFact,
    DeidentificationDetermination,
    ReleaseFact,
    ReviewFact,
    SendBackFact,
)
from cairn.policy.law import add_business_days
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.outputs import release as cards
from cairn.policy.lifecycles import RELEASE_TRANSITIONS, find_next_state, list_states_allowing
from cairn.policy.vocabulary import (
    ATTACKER_DESCRIPTIONS,
    Attacker,
    LegalBasis,
    NoResponseEffect,
    Outcome,
    OwnerAnswer,
    PartyRole,
    ReleaseState,
    ReviewVerdict,
    label_code,
)

__all__ = [
    "are_verdicts_open",
    "check_all_attackers_tested",
    "check_first_review",
    "check_no_owner_objection",
    "check_not_author",
    "check_owners_settled",
    "check_preview_answered",
    "check_preview_sent",
    "check_preview_unanswered",
    "check_release_published",
    "check_release_state",
    "check_report_date",
    "check_safe_audit",
    "check_story_written",
    "check_two_approvals",
    "check_verdicts_closed",
    "describe_untested_attackers",
    "find_event_after_verdict",
    "find_preview_due_date",
    "find_release_determination",
]


def describe_untested_attackers(tested: frozenset[Attacker]) -> tuple[str, ...]:
    """Describe the attackers that the audit did not test, in plain words.

    Args:
        tested: attackers that the audit tested.
    Returns:
        One description per attacker.
    """
    return tuple(ATTACKER_DESCRIPTIONS[attacker] for attacker in Attacker if attacker not in tested)


@policy_check(cards.NOT_ASKED_ALL)
def check_all_attackers_tested(on: date, release: ReleaseFact) -> Iterator[Reason]:
    """Check that the audit tested every attacker.

    New kinds of attackers become known after a release was audited. A certificate proves only what
    its audit tested, so a release that was not tested against an attacker is audited again before
    it goes on (34 CFR 99.31(b)(1): taking into account other reasonably available information).

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        One reason; none before the first audit, which will test all.
    """
    if release.safe is None:
        return
    missing = "; ".join(describe_untested_attackers(release.asked_to_try))
    yield Reason.from_card(cards.NOT_ASKED_ALL, met=not missing, attackers=missing)


REQUIRED_REVIEWERS: Final = 2


@policy_check(cards.REPORTED)
def check_report_date(on: date, reported_on: date) -> Reason:
    """Check that a report is recorded on or after the day it was made.

    Args:
        on: date of the check.
        reported_on: day of the report.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.REPORTED, met=reported_on <= on, reported=reported_on.isoformat(), on=on.isoformat()
    )


def are_verdicts_open(reviews: Iterable[ReviewFact]) -> bool:
    """Report whether the verdicts of a round may be read: two different people have given theirs.

    Until then neither the other reviewer nor the author learns a verdict.

    Args:
        reviews: the reviews of the present round.

    Returns:
        True once two different reviewers have answered.
    """
    return len({review.reviewer for review in reviews}) >= REQUIRED_REVIEWERS


def find_event_after_verdict(reviews: Iterable[ReviewFact]) -> str:
    """Find the lifecycle event that follows a verdict, that verdict included.

    A verdict that asks for changes returns the release, but only once both verdicts are in, so that
    the state does not reveal who gave which verdict.

    Args:
        reviews: the reviews of the present round.

    Returns:
        "return" or "review".
    """
    all_reviews = tuple(reviews)
    wants_changes = any(review.verdict is ReviewVerdict.RETURN for review in all_reviews)
    return "return" if wants_changes and are_verdicts_open(all_reviews) else "review"


def find_preview_due_date(agreements: Iterable[AgreementFact], owner: str, sent_on: date) -> date:
    """Find the last day on which an owner may answer: the longest period of its own agreements.

    The period is in business days, so that it does not run out over a holiday.

    Args:
        agreements: facts of every agreement that the data were received under.
        owner: slug of the owner.
        sent_on: the day on which the preview was sent.

    Returns:
        The due date.
    """
    own_agreements = (
        agreement
        for agreement in agreements
        if owner in agreement.list_organizations(PartyRole.PROVIDER)
    )
    return add_business_days(
        sent_on, max(agreement.disclosure.send_back_days for agreement in own_agreements)
    )


@policy_check(cards.SAFE, ferpa_exceptions_cards.STUDY_OUTPUT)
def check_safe_audit(on: date, release: ReleaseFact) -> Iterator[Reason]:
    """Check that the audit found the release safe; not audited is not safe.

    The output of a study must also meet the rule for studies.

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        One reason; two for the output of a study.
    """
    is_safe = release.safe is True
    yield Reason.from_card(cards.SAFE, met=is_safe)
    if any(agreement.basis is LegalBasis.STUDIES for agreement in release.agreements):
        yield Reason.from_card(ferpa_exceptions_cards.STUDY_OUTPUT, met=is_safe)


@policy_check(cards.STORY)
def check_story_written(on: date, release: ReleaseFact) -> Reason:
    """Check that the release explains its figures.

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.STORY, met=release.has_story)


@policy_check(cards.PUBLISHED)
def check_release_published(on: date, release: ReleaseFact) -> Reason:
    """Check that the release is published now.

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        One reason.
    """
    state = release.state
    return Reason.from_card(
        cards.PUBLISHED, met=state is ReleaseState.PUBLISHED, state=label_code(state)
    )


@policy_check(cards.STATE)
def check_release_state(on: date, release: ReleaseFact, event: str) -> Reason:
    """Check that an event is possible in the present state of a release.

    Args:
        on: date of the check.
        release: facts of the release.
        event: event of the release lifecycle, such as "publish".
    Returns:
        One reason.
    """
    is_possible = find_next_state(RELEASE_TRANSITIONS, release.state, event) is not None
    allowed = ", ".join(
        label_code(allowed_state)
        for allowed_state in list_states_allowing(RELEASE_TRANSITIONS, event)
    )
    return Reason.from_card(
        cards.STATE,
        met=is_possible,
        state=label_code(release.state),
        event=event,
        allowed=allowed,
    )


@policy_check(cards.AUTHOR)
def check_not_author(on: date, author: str, actor: Actor) -> Reason:
    """Check that a reviewer does not review their own work.

    Args:
        on: date of the check.
        author: actor id of the author or requester.
        actor: the reviewer.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.AUTHOR, met=actor.id != author)


@policy_check(cards.ONCE)
def check_first_review(on: date, reviews: tuple[ReviewFact, ...], actor: Actor) -> Iterator[Reason]:
    """Check that a reviewer has not reviewed this round before.

    Args:
        on: date of the check.
        reviews: reviews of the present round.
        actor: the reviewer.
    Returns:
        A refusal if they have.
    """
    if any(review.reviewer == actor.id for review in reviews):
        yield Reason.from_card(cards.ONCE, met=False)


@policy_check(cards.BLIND)
def check_verdicts_closed(on: date, reviews: tuple[ReviewFact, ...]) -> Reason:
    """Check that the verdicts are still closed; a later reviewer would have read them.

    Args:
        on: date of the check.
        reviews: reviews of the present round.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.BLIND, met=not are_verdicts_open(reviews))


@policy_check(cards.BOTH_IN, cards.TWO_REVIEWS, cards.RETURNED)
def check_two_approvals(on: date, reviews: tuple[ReviewFact, ...], author: str) -> Iterator[Reason]:
    """Check that two people other than the author approved, and none asked for changes.

    Args:
        on: date of the check.
        reviews: reviews of the present round.
        author: actor id of the author or requester.
    Returns:
        One reason while verdicts are missing; else one, and a refusal if a reviewer asks for
        changes.
    """
    if not are_verdicts_open(reviews):
        yield Reason.from_card(
            cards.BOTH_IN, met=False, n=len({review.reviewer for review in reviews})
        )
        return
    approvers = {
        review.reviewer for review in reviews if review.verdict is ReviewVerdict.APPROVE
    } - {author}
    yield Reason.from_card(
        cards.TWO_REVIEWS, met=len(approvers) >= REQUIRED_REVIEWERS, n=len(approvers)
    )
    if any(review.verdict is ReviewVerdict.RETURN for review in reviews):
        yield Reason.from_card(cards.RETURNED, met=False)


def find_release_determination(
    release: ReleaseFact, elements: frozenset[str], published: frozenset[str], on: date
) -> DeidentificationDetermination | None:
    """Find what the review of a release determined about its figures (34 CFR 99.31(b)(1)).

    The reviewers determine that the figures identify no one, taking the earlier releases into
    account that the audit compared them with. The figures belong to no project.

    Args:
        release: facts of the release.
        elements: elements that its figures are made from.
        published: ids of every release that was published.
        on: the day.
    Returns:
        The determination; None for synthetic data, and until the release is audited and approved.
    """
    review_checks = (
        check_safe_audit(release),
        check_two_approvals(release.reviews, release.author),
    )
    is_reviewed = all(
        reason.effect is Outcome.ALLOW for check in review_checks for reason in check.run(on)
    )
    states = {ReleaseState.PUBLISHED, *list_states_allowing(RELEASE_TRANSITIONS, "publish")}
    if release.pilot or release.state not in states or not is_reviewed:
        return None
    uncompared = {earlier.id for earlier in find_uncompared_releases(release.beside)}
    return DeidentificationDetermination(
        project="",
        by=", ".join(sorted({review.reviewer for review in release.reviews})),
        on=max(review.on for review in release.reviews),
        method="disclosure audit and review of the release",
        covers=(published - uncompared) | {release.id},
        elements=elements,
        years=frozenset(year for _outcome, year in release.beside.counts),
    )


@policy_check(exceptional_bases_cards.NEVER_COMPELLED, cards.OWNER_CORRECTS)
def check_no_owner_objection(on: date, release: ReleaseFact) -> Iterator[Reason]:
    """Check that no owner declined or asked for a correction.

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        A refusal for each owner that did.
    """
    objection_cards = {
        OwnerAnswer.DECLINE: exceptional_bases_cards.NEVER_COMPELLED,
        OwnerAnswer.CORRECT: cards.OWNER_CORRECTS,
    }
    for preview in release.send_backs:
        if preview.answer is not None and (card := objection_cards.get(preview.answer)):
            yield Reason.from_card(card, met=False, owner=preview.organization)


@policy_check(cards.NOT_ASKED)
def check_preview_unanswered(on: date, release: ReleaseFact, owner: str) -> Reason:
    """Check that an owner received the preview and has not answered.

    Args:
        on: date of the check.
        release: facts of the release.
        owner: slug of the owner.
    Returns:
        One reason.
    """
    is_waiting = any(preview.answer is None for preview in _list_previews(release, owner))
    return Reason.from_card(cards.NOT_ASKED, met=is_waiting, owner=owner)


@policy_check(cards.OWN_FIGURES)
def check_preview_sent(on: date, release: ReleaseFact, owner: str) -> Reason:
    """Check that an owner received the preview in this round, answered or not.

    Args:
        on: date of the check.
        release: facts of the release.
        owner: slug of the owner.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.OWN_FIGURES, met=bool(_list_previews(release, owner)), owner=owner
    )


@policy_check(cards.WRONG_FIGURE)
def check_preview_answered(on: date, release: ReleaseFact, owner: str) -> Reason:
    """Check that an owner has answered; until then its text is its own draft.

    Args:
        on: date of the check.
        release: facts of the release.
        owner: slug of the owner.
    Returns:
        One reason.
    """
    is_answered = any(preview.answer is not None for preview in _list_previews(release, owner))
    return Reason.from_card(cards.WRONG_FIGURE, met=is_answered, owner=owner)


@policy_check(cards.OWNER_ASKED, cards.OWNER_CONFIRMED, cards.OWNER_NOTIFIED, cards.OWNER_SILENT)
def check_owners_settled(on: date, release: ReleaseFact) -> Iterator[Reason]:
    """Check that every owner saw the preview, and confirmed or let the agreed days pass.

    The days count from a delivered notice: an owner that never learned of the preview did not let
    them pass.

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        The reasons of each owner; none about an owner that objected.
    """
    for owner in sorted(release.owners):
        previews = _list_previews(release, owner)
        if not previews:
            yield Reason.from_card(cards.OWNER_ASKED, met=False, owner=owner)
        for preview in previews:
            yield from _check_preview_settled(release.agreements, preview, on)


def _check_preview_settled(
    agreements: tuple[AgreementFact, ...], preview: SendBackFact, on: date
) -> Iterator[Reason]:
    owner, due = preview.organization, preview.due_on.isoformat()
    if preview.answer is not None:
        if preview.answer is OwnerAnswer.CONFIRM:
            yield Reason.from_card(cards.OWNER_CONFIRMED, met=True, owner=owner, due=due)
        return
    yield Reason.from_card(cards.OWNER_NOTIFIED, met=preview.was_notified, owner=owner)
    if preview.was_notified and on <= preview.due_on:
        yield Reason.from_card(cards.OWNER_CONFIRMED, met=False, owner=owner, due=due)
    elif preview.was_notified:
        yield from _check_silence_terms(agreements, owner, due)


def _list_previews(release: ReleaseFact, owner: str) -> list[SendBackFact]:
    return [preview for preview in release.send_backs if preview.organization == owner]


def _check_silence_terms(
    agreements: tuple[AgreementFact, ...], owner: str, due: str
) -> Iterator[Reason]:
    """Check what each agreement of a silent owner says about silence; one that waits is enough."""
    for agreement in agreements:
        if owner in agreement.list_organizations(PartyRole.PROVIDER):
            yield Reason.from_card(
                cards.OWNER_SILENT,
                met=agreement.disclosure.silence is NoResponseEffect.LAPSES,
                owner=owner,
                due=due,
                agreement=agreement.reference,
            ).at_clause(agreement.disclosure.clause)
