"""What must be destroyed by when, and why; what is overdue; who may demand it and accept it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.cards import retention as cards
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.question import question
from cairn.rules.retention import FROM_END, destroy_by, last_day
from cairn.rules.vocabulary import RECIPIENTS, Action, DutyCause, DutyState, Outcome, PartyRole

CLOSING: Final = timedelta(days=60)
"""After an agreement ended nothing under it has a purpose any more. Where its own period counts
from the delivery, this is how long a recipient then has: it can only come before that period."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that is held: who holds whose data under which agreement since when.

    ``reference`` names it in the ledger (``delivery:12``). ``keep_until`` is what was promised
    when it came; ``project`` the one it was made for, and ``project_ended`` that one's last day.
    ``is_proof`` says that it is no child's record but the signed paper: that a consent was taken
    back does not end what shows that it was given.
    """

    reference: str
    agreement: str
    owner: str
    since: date
    keep_until: date | None = None
    project: str = ""
    project_ended: date | None = None
    is_proof: bool = False


@dataclass(frozen=True, slots=True)
class DemandFact:
    """An owner asks for its data back into nobody's hands (F128): for any reason, by a day."""

    agreement: str
    owner: str
    demanded_on: date
    due: date


@dataclass(frozen=True, slots=True)
class RevocationFact:
    """A consent under an agreement counted from one day on, and was taken back on another."""

    agreement: str
    owner: str
    counted_from: date
    revoked_on: date


@dataclass(frozen=True, slots=True)
class DutyFact:
    """What must be destroyed under one agreement, of one owner, for one cause, by one day."""

    agreement: str
    owner: str
    holders: frozenset[str]
    cause: DutyCause
    due: date
    references: tuple[str, ...]
    state: DutyState = DutyState.DUE

    def overdue(self, on: date) -> bool:
        """Whether the day is past and nobody has certified the destruction."""
        done = self.state in (DutyState.CERTIFIED, DutyState.ACCEPTED)
        return not done and self.due < on


def duties(
    agreement: Agreement,
    holdings: Iterable[Holding],
    demands: Iterable[DemandFact],
    on: date,
    revocations: Iterable[RevocationFact] = (),
) -> tuple[DutyFact, ...]:
    """What must be destroyed of an agreement's holdings, the earliest first.

    Each holding has one duty: by the cause that asks for it first. A day that lies ahead is a duty
    too, so that a calendar can show it.
    """
    asked, revoked = tuple(demands), tuple(revocations)
    found: dict[tuple[str, DutyCause, date, DutyState], list[str]] = {}
    for holding in holdings:
        causes = [
            *_causes(agreement, holding, asked, on),
            *_revoked(agreement, holding, revoked),
        ]
        if not causes:
            continue
        due, cause = min(causes)
        state = DutyState.DEMANDED if cause is DutyCause.DEMAND else DutyState.DUE
        found.setdefault((holding.owner, cause, due, state), []).append(holding.reference)
    holders = agreement.organizations(*RECIPIENTS)
    return tuple(
        DutyFact(agreement.reference, owner, holders, cause, due, tuple(sorted(held)), state)
        for (owner, cause, due, state), held in sorted(
            found.items(), key=lambda one: (one[0][2], one[0][0], one[0][1])
        )
    )


def _causes(
    agreement: Agreement, holding: Holding, demands: tuple[DemandFact, ...], on: date
) -> Iterator[tuple[date, DutyCause]]:
    promised = [holding.keep_until, destroy_by(agreement, holding.since)]
    if terms := [day for day in promised if day is not None]:
        yield min(terms), DutyCause.TERM
    ends = last_day(agreement)
    if ends is not None and ends < on and agreement.retention.counted_from != FROM_END:
        terminated = agreement.terminated_on is not None
        cause = DutyCause.TERMINATED if terminated else DutyCause.AGREEMENT_ENDED
        yield max(ends, holding.since) + CLOSING, cause
    if holding.project_ended is not None and holding.project_ended < on:
        yield holding.project_ended + CLOSING, DutyCause.PROJECT_ENDED
    for demand in demands:
        if (demand.agreement, demand.owner) == (holding.agreement, holding.owner):
            yield demand.due, DutyCause.DEMAND


def _revoked(
    agreement: Agreement, holding: Holding, revocations: tuple[RevocationFact, ...]
) -> Iterator[tuple[date, DutyCause]]:
    """What came while a consent counted that was taken back since, where the agreement says that
    it is destroyed then (POLICY 2.3: revoking undoes nothing by itself)."""
    days = agreement.retention.revoked_days
    if days is None or holding.is_proof:
        return
    for one in revocations:
        same = (one.agreement, one.owner) == (holding.agreement, holding.owner)
        if same and one.counted_from <= holding.since <= one.revoked_on:
            yield one.revoked_on + timedelta(days=days), DutyCause.REVOKED


def nothing_overdue(overdue: Collection[DutyFact] | None) -> Rule:
    """A recipient that has not destroyed what it had to receives nothing more.

    ``None`` means that nobody looked: unknown denies.
    """
    return partial(_overdue, overdue)


def _overdue(overdue: Collection[DutyFact] | None, on: date) -> Iterator[Reason]:
    if overdue is None:
        yield Reason(cards.OVERDUE_KNOWN, Outcome.DENY)
        return
    late = [duty for duty in overdue if duty.overdue(on)]
    for duty in sorted(late, key=lambda d: (d.due, d.agreement, d.owner)):
        facts = (
            ("agreement", duty.agreement),
            ("owner", duty.owner),
            ("holder", " or ".join(sorted(duty.holders))),
            ("due", duty.due.isoformat()),
        )
        yield Reason(cards.OVERDUE, Outcome.DENY, facts)
    if not late:
        yield Reason(cards.OVERDUE, Outcome.ALLOW)


@question
def may_demand(agreement: Agreement, owner: str, due: date, actor: Actor, on: date) -> Decision:
    """Whether this person may ask, for an owner, that its data be destroyed by a day."""
    request = Request(
        action=Action.DEMAND_DESTRUCTION,
        actor=actor,
        facts=(agreement, owner, due),
        who=who(Action.DEMAND_DESTRUCTION, actor, frozenset({owner})),
        authority=(partial(_owner, agreement, owner), partial(_ahead, due)),
    )
    return decide(request, on)


def _owner(agreement: Agreement, owner: str, on: date) -> Iterator[Reason]:
    provides = owner in agreement.organizations(PartyRole.PROVIDER)
    facts = (("agreement", agreement.reference), ("owner", owner))
    yield Reason(cards.OWNER, Outcome.ALLOW if provides else Outcome.DENY, facts)


def _ahead(due: date, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if due >= on else Outcome.DENY
    yield Reason(cards.AHEAD, effect, (("due", due.isoformat()), ("on", on.isoformat())))


@question
def may_accept(owner: str, state: DutyState, actor: Actor, on: date) -> Decision:
    """Whether this person may accept or dispute a certificate: the owner's steward, once."""
    request = Request(
        action=Action.ACCEPT_CERTIFICATE,
        actor=actor,
        facts=(owner, state),
        who=who(Action.ACCEPT_CERTIFICATE, actor, frozenset({owner})),
        outcome=(partial(_certified, state),),
    )
    return decide(request, on)


def _certified(state: DutyState, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if state is DutyState.CERTIFIED else Outcome.DENY
    yield Reason(cards.CERTIFIED, effect, (("state", state.value),))


@question
def may_open_duties(actor: Actor, on: date) -> Decision:
    """Whether this person may open the list; each duty in it is asked for by itself."""
    return may_open(Action.VIEW_DUTIES, actor, on=on)
