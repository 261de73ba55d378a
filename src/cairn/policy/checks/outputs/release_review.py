"""Check what a release needs before it is published: the audit, two reviewers, and every owner."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Final

from cairn.policy.engine import Reason, Rule
from cairn.policy.facts import Actor, AgreementFact, ReviewFact, SendBackFact
from cairn.policy.law import RuleCard, add_business_days
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.law.cards.legal_bases import studies as studies_cards
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
)


def require_all_attackers(asked: frozenset[Attacker] | None) -> Rule:
    """Build the rule that the audit tested every attacker.

    New kinds of attackers become known after a release was audited. A certificate proves only what
    its
    audit tested, so a release that was not tested against an attacker is audited again before it
    goes
    on (34 CFR 99.31(b)(1): taking into account other reasonably available information).

    Args:
        asked: attackers that the audit tested; ``None`` before the first audit, which will test
            all.
    Returns:
        The rule.
    """
    return partial(_check_all_attackers, asked)


def describe_untested_attackers(asked: frozenset[Attacker]) -> tuple[str, ...]:
    """Describe the attackers that the audit did not test, in plain words.

    Args:
        asked: attackers that the audit tested.
    Returns:
        One description per attacker.
    """
    return tuple(ATTACKER_DESCRIPTIONS[attacker] for attacker in Attacker if attacker not in asked)


def _check_all_attackers(asked: frozenset[Attacker] | None, on: date) -> Iterator[Reason]:
    if asked is None:
        return
    missing = "; ".join(describe_untested_attackers(asked))
    effect = Outcome.DENY if missing else Outcome.ALLOW
    yield Reason(cards.NOT_ASKED_ALL, effect, (("attackers", missing),))


REQUIRED_REVIEWERS: Final = 2


def require_release_state(state: ReleaseState, event: str) -> Rule:
    """Build the rule that the event is possible in this state of a release."""
    return partial(_check_release_state, state, event)


def require_past_report(day: date) -> Rule:
    """Build the rule that a report is recorded on or after the day it was made."""
    return partial(_check_past_report, day)


def _check_past_report(reported_on: date, on: date) -> Iterator[Reason]:
    facts = (("reported", reported_on.isoformat()), ("on", on.isoformat()))
    yield Reason(cards.REPORTED, Outcome.ALLOW if reported_on <= on else Outcome.DENY, facts)


def require_safe_audit(
    *, audit_result: bool | None, agreements: Iterable[AgreementFact] = ()
) -> Rule:
    """Build the rule that the audit found the release safe; not audited is not safe.

    The output of a study must also meet the rule for studies.
    """
    is_study = any(agreement.basis is LegalBasis.STUDIES for agreement in agreements)
    effect = Outcome.ALLOW if audit_result is True else Outcome.DENY
    return partial(
        _check_safe_audit, (cards.SAFE, studies_cards.OUTPUT) if is_study else (cards.SAFE,), effect
    )


def require_story(*, has_text: bool) -> Rule:
    """Build the rule that the release explains its figures."""
    return _require_fixed_outcome(cards.STORY, met=has_text)


def require_other_than_author(author: str, actor: Actor) -> Rule:
    """Build the rule that the author does not review their own work."""
    return _require_fixed_outcome(cards.AUTHOR, met=actor.id != author)


def require_published(state: ReleaseState) -> Rule:
    """Build the rule that the release is published now."""
    met = state is ReleaseState.PUBLISHED
    return _require_fixed_outcome(cards.PUBLISHED, met=met, state=_format_release_state(state))


def require_first_review(reviews: Iterable[ReviewFact], actor: Actor) -> Rule:
    """Build the rule that the user has not reviewed this round before."""
    return partial(_check_first_review, tuple(reviews), actor)


def require_blind_review(reviews: Iterable[ReviewFact]) -> Rule:
    """Build the rule that the verdicts are still closed; a later reviewer would have read them."""
    is_open = are_verdicts_open(reviews)
    return _require_fixed_outcome(cards.BLIND, met=not is_open)


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
    the
    state does not reveal who gave which verdict.

    Args:
        reviews: the reviews of the present round.

    Returns:
        "return" or "review".
    """
    all_reviews = tuple(reviews)
    wants_changes = any(review.verdict is ReviewVerdict.RETURN for review in all_reviews)
    return "return" if wants_changes and are_verdicts_open(all_reviews) else "review"


def require_two_approvals(reviews: Iterable[ReviewFact], author: str) -> Rule:
    """Build the rule that two people other than the author approved, and none returned the
    release.
    """
    return partial(_check_two_approvals, tuple(reviews), author)


def require_unanswered_preview(send_backs: Iterable[SendBackFact], organization: str) -> Rule:
    """Build the rule that the owner received the preview and has not answered."""
    is_waiting = any(
        send_back.organization == organization and send_back.answer is None
        for send_back in send_backs
    )
    return _require_fixed_outcome(cards.NOT_ASKED, met=is_waiting, owner=organization)


def require_preview_sent(send_backs: Iterable[SendBackFact], organization: str) -> Rule:
    """Build the rule that the owner received the preview in this round, answered or not."""
    is_sent = any(send_back.organization == organization for send_back in send_backs)
    return _require_fixed_outcome(cards.OWN_FIGURES, met=is_sent, owner=organization)


def require_preview_answered(send_backs: Iterable[SendBackFact], organization: str) -> Rule:
    """Build the rule that the owner has answered; until then its text is its own draft."""
    is_answered = any(
        send_back.organization == organization and send_back.answer is not None
        for send_back in send_backs
    )
    return _require_fixed_outcome(cards.WRONG_FIGURE, met=is_answered, owner=organization)


def require_no_owner_objection(send_backs: Iterable[SendBackFact]) -> Rule:
    """Build the rule that no owner declined or asked for a correction."""
    return partial(_check_no_owner_objection, tuple(send_backs))


def require_owners_settled(
    agreements: Iterable[AgreementFact], owners: frozenset[str], send_backs: Iterable[SendBackFact]
) -> Rule:
    """Build the rule that every owner saw the preview, and confirmed or let the agreed days
    pass.
    """
    return partial(_check_owners_settled, tuple(agreements), owners, tuple(send_backs))


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
        if owner in agreement.organizations(PartyRole.PROVIDER)
    )
    return add_business_days(
        sent_on, max(agreement.disclosure.send_back_days for agreement in own_agreements)
    )


def _yield_reason(reason: Reason, on: date) -> Iterator[Reason]:
    yield reason


def _require_fixed_outcome(card: RuleCard, *, met: bool, **facts: str) -> Rule:
    effect = Outcome.ALLOW if met else Outcome.DENY
    return partial(_yield_reason, Reason(card, effect, tuple(facts.items())))


def _format_release_state(state: ReleaseState) -> str:
    return state.value.replace("_", " ")


def _check_safe_audit(
    rule_cards: tuple[RuleCard, ...], effect: Outcome, on: date
) -> Iterator[Reason]:
    yield from (Reason(card, effect) for card in rule_cards)


def _check_release_state(state: ReleaseState, event: str, on: date) -> Iterator[Reason]:
    is_possible = find_next_state(RELEASE_TRANSITIONS, state, event) is not None
    allowed = " or ".join(
        allowed_state.value.replace("_", " ")
        for allowed_state in list_states_allowing(RELEASE_TRANSITIONS, event)
    )
    facts = (("state", _format_release_state(state)), ("event", event), ("allowed", allowed))
    yield Reason(cards.STATE, Outcome.ALLOW if is_possible else Outcome.DENY, facts)


def _check_first_review(
    reviews: tuple[ReviewFact, ...], actor: Actor, on: date
) -> Iterator[Reason]:
    if any(review.reviewer == actor.id for review in reviews):
        yield Reason(cards.ONCE, Outcome.DENY)


def _check_two_approvals(
    reviews: tuple[ReviewFact, ...], author: str, on: date
) -> Iterator[Reason]:
    if not are_verdicts_open(reviews):
        yield Reason(
            cards.BOTH_IN, Outcome.DENY, (("n", len({review.reviewer for review in reviews})),)
        )
        return
    approvers = {
        review.reviewer for review in reviews if review.verdict is ReviewVerdict.APPROVE
    } - {author}
    effect = Outcome.ALLOW if len(approvers) >= REQUIRED_REVIEWERS else Outcome.DENY
    yield Reason(cards.TWO_REVIEWS, effect, (("n", len(approvers)),))
    if any(review.verdict is ReviewVerdict.RETURN for review in reviews):
        yield Reason(cards.RETURNED, Outcome.DENY)


def _check_no_owner_objection(send_backs: tuple[SendBackFact, ...], on: date) -> Iterator[Reason]:
    objection_cards = {
        OwnerAnswer.DECLINE: exceptional_bases_cards.NEVER_COMPELLED,
        OwnerAnswer.CORRECT: cards.OWNER_CORRECTS,
    }
    for preview in send_backs:
        if preview.answer is not None and (card := objection_cards.get(preview.answer)):
            yield Reason(card, Outcome.DENY, (("owner", preview.organization),))


def _check_owners_settled(
    agreements: tuple[AgreementFact, ...],
    owners: frozenset[str],
    send_backs: tuple[SendBackFact, ...],
    on: date,
) -> Iterator[Reason]:
    for owner in sorted(owners):
        previews = [send_back for send_back in send_backs if send_back.organization == owner]
        if not previews:
            yield Reason(cards.OWNER_ASKED, Outcome.DENY, (("owner", owner),))
        for preview in previews:
            facts = (("owner", owner), ("due", preview.due_on.isoformat()))
            if preview.answer is OwnerAnswer.CONFIRM:
                yield Reason(cards.OWNER_CONFIRMED, Outcome.ALLOW, facts)
            elif preview.answer is None and on <= preview.due_on:
                yield Reason(cards.OWNER_CONFIRMED, Outcome.DENY, facts)
            elif preview.answer is None:
                yield from _check_silence_terms(agreements, owner, facts)


def _check_silence_terms(
    agreements: tuple[AgreementFact, ...], owner: str, facts: tuple[tuple[str, str], ...]
) -> Iterator[Reason]:
    """Check what each agreement of a silent owner says about silence; one that waits is enough."""
    for agreement in agreements:
        if owner in agreement.organizations(PartyRole.PROVIDER):
            silence_lapses = agreement.disclosure.silence is NoResponseEffect.LAPSES
            effect = Outcome.ALLOW if silence_lapses else Outcome.DENY
            agreement_facts = (*facts, ("agreement", agreement.reference))
            yield Reason(
                cards.OWNER_SILENT, effect, agreement_facts, where=agreement.disclosure.clause
            )
