"""What stands between a draft and the public: the check, two reviewers, every owner."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from cairn.rules import business
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.cards import exceptions, studies
from cairn.rules.cards import release as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.lifecycle import next_state, states_with
from cairn.rules.lives.release import RELEASE
from cairn.rules.vocabulary import (
    Answer,
    LegalBasis,
    Outcome,
    PartyRole,
    ReleaseState,
    Silence,
    Verdict,
)

REVIEWERS: Final = 2


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """One reviewer's (actor id) verdict and its day."""

    reviewer: str
    verdict: Verdict
    on: date


@dataclass(frozen=True, slots=True)
class SendBackFact:
    """One owner asked, with the last day to answer, and the answer if there is one."""

    organization: str
    sent_on: date
    due_on: date
    answer: Answer | None = None


def in_state(state: ReleaseState, event: str) -> Rule:
    """The event can happen in this state."""
    return partial(_in_state, state, event)


def reported(day: date) -> Rule:
    """A report is on record once it was made, never ahead."""
    return partial(_reported, day)


def _reported(day: date, on: date) -> Iterator[Reason]:
    facts = (("reported", day.isoformat()), ("on", on.isoformat()))
    yield Reason(cards.REPORTED, Outcome.ALLOW if day <= on else Outcome.DENY, facts)


def safe(*, found: bool | None, agreements: Iterable[Agreement] = ()) -> Rule:
    """The audit found it safe; not audited is not safe. What a study puts out has to be."""
    study = any(a.basis is LegalBasis.STUDIES for a in agreements)
    effect = Outcome.ALLOW if found is True else Outcome.DENY
    return partial(_safe, (cards.SAFE, studies.OUTPUT) if study else (cards.SAFE,), effect)


def has_story(*, said: bool) -> Rule:
    """It says what is behind its figures."""
    return _on_any_date(cards.STORY, met=said)


def not_the_author(author: str, actor: Actor) -> Rule:
    """Whoever made it does not judge it."""
    return _on_any_date(cards.AUTHOR, met=actor.id != author)


def published(state: ReleaseState) -> Rule:
    """It is published now."""
    met = state is ReleaseState.PUBLISHED
    return _on_any_date(cards.PUBLISHED, met=met, state=_words(state))


def not_yet_reviewed(reviews: Iterable[ReviewFact], actor: Actor) -> Rule:
    """Nobody counts twice."""
    return partial(_not_yet, tuple(reviews), actor)


def still_blind(reviews: Iterable[ReviewFact]) -> Rule:
    """The verdicts are not open yet: whoever comes later would have read them."""
    opened = verdicts_open(reviews)
    return _on_any_date(cards.BLIND, met=not opened)


def verdicts_open(reviews: Iterable[ReviewFact]) -> bool:
    """Whether everyone may read the verdicts of a round: two different people have given theirs.

    Until then neither the other reviewer nor the author learns which way one went.
    """
    return len({review.reviewer for review in reviews}) >= REVIEWERS


def after_verdict(reviews: Iterable[ReviewFact]) -> str:
    """What a verdict leads to, itself among them: one that asks for changes returns the release,
    but only once both are in, so that nobody can tell from its state who said what."""
    given = tuple(reviews)
    asked = any(review.verdict is Verdict.RETURN for review in given)
    return "return" if asked and verdicts_open(given) else "review"


def approved_by_two(reviews: Iterable[ReviewFact], author: str) -> Rule:
    """Two different people other than the author approved, and nobody returned it."""
    return partial(_approved, tuple(reviews), author)


def asked_and_silent(send_backs: Iterable[SendBackFact], organization: str) -> Rule:
    """The owner has been asked and has not answered."""
    waiting = any(s.organization == organization and s.answer is None for s in send_backs)
    return _on_any_date(cards.NOT_ASKED, met=waiting, owner=organization)


def asked_about(send_backs: Iterable[SendBackFact], organization: str) -> Rule:
    """The owner has been asked in this round, whether or not it has answered."""
    asked = any(s.organization == organization for s in send_backs)
    return _on_any_date(cards.OWN_FIGURES, met=asked, owner=organization)


def sent_its_answer(send_backs: Iterable[SendBackFact], organization: str) -> Rule:
    """The owner has answered; until then what it writes is its own draft."""
    sent = any(s.organization == organization and s.answer is not None for s in send_backs)
    return _on_any_date(cards.WRONG_FIGURE, met=sent, owner=organization)


def not_declined(send_backs: Iterable[SendBackFact]) -> Rule:
    """No owner declined or asked for a correction, whatever else has been confirmed since."""
    return partial(_not_declined, tuple(send_backs))


def owners_settled(
    agreements: Iterable[Agreement], owners: frozenset[str], send_backs: Iterable[SendBackFact]
) -> Rule:
    """Every owner was asked, and confirmed or let the days agreed go by."""
    return partial(_settled, tuple(agreements), owners, tuple(send_backs))


def answer_by(agreements: Iterable[Agreement], owner: str, sent_on: date) -> date:
    """The last day on which an owner may answer: the longest that any agreement of its own gives.

    The days are business days: nobody's time runs out over a holiday.
    """
    mine = (a for a in agreements if owner in a.organizations(PartyRole.PROVIDER))
    return business.after(sent_on, max(a.disclosure.send_back_days for a in mine))


def _always(reason: Reason, on: date) -> Iterator[Reason]:
    yield reason


def _on_any_date(card: RuleCard, *, met: bool, **facts: str) -> Rule:
    effect = Outcome.ALLOW if met else Outcome.DENY
    return partial(_always, Reason(card, effect, tuple(facts.items())))


def _words(state: ReleaseState) -> str:
    return state.value.replace("_", " ")


def _safe(told: tuple[RuleCard, ...], effect: Outcome, on: date) -> Iterator[Reason]:
    yield from (Reason(card, effect) for card in told)


def _in_state(state: ReleaseState, event: str, on: date) -> Iterator[Reason]:
    possible = next_state(RELEASE, state, event) is not None
    allowed = " or ".join(s.value.replace("_", " ") for s in states_with(RELEASE, event))
    facts = (("state", _words(state)), ("event", event), ("allowed", allowed))
    yield Reason(cards.STATE, Outcome.ALLOW if possible else Outcome.DENY, facts)


def _not_yet(reviews: tuple[ReviewFact, ...], actor: Actor, on: date) -> Iterator[Reason]:
    if any(r.reviewer == actor.id for r in reviews):
        yield Reason(cards.ONCE, Outcome.DENY)


def _approved(reviews: tuple[ReviewFact, ...], author: str, on: date) -> Iterator[Reason]:
    if not verdicts_open(reviews):
        yield Reason(cards.BOTH_IN, Outcome.DENY, (("n", len({r.reviewer for r in reviews})),))
        return
    approving = {r.reviewer for r in reviews if r.verdict is Verdict.APPROVE} - {author}
    effect = Outcome.ALLOW if len(approving) >= REVIEWERS else Outcome.DENY
    yield Reason(cards.TWO_REVIEWS, effect, (("n", len(approving)),))
    if any(r.verdict is Verdict.RETURN for r in reviews):
        yield Reason(cards.RETURNED, Outcome.DENY)


def _not_declined(send_backs: tuple[SendBackFact, ...], on: date) -> Iterator[Reason]:
    refusing = {Answer.DECLINE: exceptions.NEVER_COMPELLED, Answer.CORRECT: cards.OWNER_CORRECTS}
    for sent in send_backs:
        if sent.answer is not None and (card := refusing.get(sent.answer)):
            yield Reason(card, Outcome.DENY, (("owner", sent.organization),))


def _settled(
    agreements: tuple[Agreement, ...],
    owners: frozenset[str],
    send_backs: tuple[SendBackFact, ...],
    on: date,
) -> Iterator[Reason]:
    for owner in sorted(owners):
        asked = [s for s in send_backs if s.organization == owner]
        if not asked:
            yield Reason(cards.OWNER_ASKED, Outcome.DENY, (("owner", owner),))
        for sent in asked:
            facts = (("owner", owner), ("due", sent.due_on.isoformat()))
            if sent.answer is Answer.CONFIRM:
                yield Reason(cards.OWNER_CONFIRMED, Outcome.ALLOW, facts)
            elif sent.answer is None and on <= sent.due_on:
                yield Reason(cards.OWNER_CONFIRMED, Outcome.DENY, facts)
            elif sent.answer is None:
                yield from _silent(agreements, owner, facts)


def _silent(
    agreements: tuple[Agreement, ...], owner: str, facts: tuple[tuple[str, str], ...]
) -> Iterator[Reason]:
    """What each agreement of a silent owner says silence means: one that waits is enough."""
    for agreement in agreements:
        if owner in agreement.organizations(PartyRole.PROVIDER):
            lapses = agreement.disclosure.silence is Silence.LAPSES
            effect = Outcome.ALLOW if lapses else Outcome.DENY
            told = (*facts, ("agreement", agreement.reference))
            yield Reason(cards.OWNER_SILENT, effect, told, where=agreement.disclosure.clause)
