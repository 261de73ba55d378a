"""A text on its way to signature: who may write it, read it as counsel, and sign it.

A draft is not an agreement: nobody may rely on it. What is signed is exactly one text, named by
its sha256; whatever changes the text takes back every review, override and signature of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from cairn.rules import pilot
from cairn.rules.access import authenticated, may_open, who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.cards import drafting as cards
from cairn.rules.citations import RuleCard
from cairn.rules.clause import ClauseKind
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.lifecycle import next_state, states_with
from cairn.rules.lives.agreement import AGREEMENT
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, AgreementState, Outcome, PartyRole


@dataclass(frozen=True, slots=True)
class DraftFact:
    """A draft as it stands; everything said of its text is said of the text named by ``digest``.

    ``organization`` writes it; ``parties`` and ``owners`` (who provide data) are slugs;
    ``mistakes`` counts what keeps the text from being read; ``unregistered`` are parties that
    nobody knows; ``findings`` the open findings of law, those overridden left out; ``reviewed``
    and ``signed`` the parties whose counsel read it and who signed it. ``joins`` names what a
    joinder joins, and ``base`` is that as it stands (``None``: nobody has heard of it);
    ``overtaken`` says that another text went on record under this reference since it was begun.
    ``pilot``: the text is of a pilot; ``was_pilot``: what is on record under the reference is
    (``None``: nothing is).
    """

    reference: str
    state: AgreementState
    organization: str
    parties: frozenset[str]
    owners: frozenset[str]
    digest: str
    mistakes: int = 0
    unregistered: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    reviewed: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    joins: str = ""
    base: Agreement | None = None
    overtaken: bool = False
    pilot: bool = False
    was_pilot: bool | None = None

    @property
    def unsigned(self) -> frozenset[str]:
        """The parties whose signature on this very text is missing."""
        return self.parties - self.signed


@question
def may_begin(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may write an agreement for an organization."""
    return may_open(Action.DRAFT_AGREEMENT, actor, organization=organization, on=on)


@question
def may_amend(agreement: Agreement, organization: str, actor: Actor, on: date) -> Decision:
    """Whether a new version of an agreement, a renewal, may be written for one of its parties."""
    request = Request(
        action=Action.DRAFT_AGREEMENT,
        actor=actor,
        facts=(agreement, organization),
        who=who(Action.DRAFT_AGREEMENT, actor, frozenset({organization})),
        outcome=(in_state(agreement.state, "amend"), partial(party_to, agreement, organization)),
    )
    return decide(request, on)


@question
def may_replace(
    agreement: Agreement, actor: Actor, on: date, *, new: Agreement | None = None
) -> Decision:
    """Whether the record of another signed text, ``new``, may take this one's place: not of one
    that a party has ended, or that is closing or closed; nor one of another world."""
    request = Request(
        action=Action.LOAD_AGREEMENT,
        actor=actor,
        facts=(agreement, new),
        who=who(Action.LOAD_AGREEMENT, actor, agreement.organizations(*PartyRole)),
        outcome=(
            in_state(agreement.state, "amend"),
            pilot.remains(
                agreement.reference,
                was=bool(agreement.pilot),
                now=bool((new or agreement).pilot),
            ),
        ),
    )
    return decide(request, on)


@question
def may_join(agreement: Agreement, organization: str, actor: Actor, on: date) -> Decision:
    """Whether a joinder to an agreement may be written: its parties let others join."""
    request = Request(
        action=Action.DRAFT_AGREEMENT,
        actor=actor,
        facts=(agreement, organization),
        who=who(Action.DRAFT_AGREEMENT, actor, frozenset({organization})),
        outcome=(in_state(agreement.state, "amend"), partial(_joinable, agreement)),
    )
    return decide(request, on)


@question
def may_view_draft(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Whether this person may read a draft: its writers; the parties once counsel has it."""
    writing = draft.state is AgreementState.DRAFT and not (draft.reviewed or draft.signed)
    readers = frozenset({draft.organization}) if writing else draft.parties | {draft.organization}
    return _ask(Action.VIEW_DRAFT, draft, actor, on, of=readers)


@question
def may_save(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Whether this person may change the text, or go back to an earlier one."""
    return _ask(Action.DRAFT_AGREEMENT, draft, actor, on, in_state(draft.state, "save"))


@question
def may_submit(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Whether the text may go to counsel: it can be read. Findings may be open: counsel sees."""
    steps = (in_state(draft.state, "submit"), partial(_readable, draft), partial(_joins, draft))
    return _ask(Action.DRAFT_AGREEMENT, draft, actor, on, *steps)


@question
def may_take_back(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Whether its writers may take it back to change it."""
    return _ask(Action.DRAFT_AGREEMENT, draft, actor, on, in_state(draft.state, "take back"))


@question
def may_set_aside(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Whether its writers may give it up for good."""
    return _ask(Action.DRAFT_AGREEMENT, draft, actor, on, in_state(draft.state, "set aside"))


@question
def may_clear(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may say, as counsel of a party, that they have no objection."""
    return _review(Action.REVIEW_AGREEMENT, "clear", draft, organization, actor, on)


@question
def may_attest_review(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Whether a party's steward may record that its counsel, who does not sign in, read it."""
    return _review(Action.ATTEST_REVIEW, "attest review", draft, organization, actor, on)


@question
def may_return(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Whether counsel of a party may send it back with what must change."""
    steps = (in_state(draft.state, "return"), partial(_party, draft, organization))
    return _ask_for(Action.REVIEW_AGREEMENT, draft, organization, actor, on, *steps)


@question
def may_override(
    draft: DraftFact, organization: str, finding: str, actor: Actor, on: date
) -> Decision:
    """Whether this person may let a finding of law stand, as counsel of a data owner."""
    steps = (
        in_state(draft.state, "override"),
        partial(_owner, draft, organization),
        partial(_open_finding, draft, finding),
    )
    return _ask_for(Action.OVERRIDE_FINDING, draft, organization, actor, on, *steps)


@question
def may_send_out(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Whether the text may be signed from now on: read by counsel, lawful, its parties known."""
    steps = (
        in_state(draft.state, "send out"),
        partial(_readable, draft),
        partial(_registered, draft),
        partial(_lawful, draft),
        partial(_counsel, draft),
        partial(_joins, draft),
        partial(_current, draft),
        pilot.remains(draft.reference, was=draft.was_pilot, now=draft.pilot),
    )
    return _ask(Action.DRAFT_AGREEMENT, draft, actor, on, *steps)


@question
def may_sign(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may sign the text here for a party, proved by a second factor."""
    proved = partial(authenticated, actor)
    return _signature(Action.SIGN_AGREEMENT, "sign", draft, organization, actor, on, proved)


@question
def may_attest(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may record the signature of a party that they saw on paper."""
    return _signature(Action.ATTEST_SIGNATURE, "attest", draft, organization, actor, on)


@question
def may_decline(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Whether a party's signatory may send it back unsigned, with a reason."""
    steps = (in_state(draft.state, "decline"), partial(_party, draft, organization))
    return _ask_for(Action.SIGN_AGREEMENT, draft, organization, actor, on, *steps)


def in_state(state: AgreementState, event: str) -> Rule:
    """The event can happen in this state."""
    return partial(_in_state, state, event)


def _review(
    action: Action, event: str, draft: DraftFact, organization: str, actor: Actor, on: date
) -> Decision:
    once = partial(_once, draft, organization, draft.reviewed, cards.REVIEWED_ONCE)
    steps = (in_state(draft.state, event), partial(_party, draft, organization), once)
    return _ask_for(action, draft, organization, actor, on, *steps)


def _signature(
    action: Action,
    event: str,
    draft: DraftFact,
    organization: str,
    actor: Actor,
    on: date,
    *more: Rule,
) -> Decision:
    steps: tuple[Rule, ...] = (
        in_state(draft.state, event),
        partial(_party, draft, organization),
        partial(_once, draft, organization, draft.signed, cards.SIGNED_ONCE),
        partial(_current, draft),
        pilot.remains(draft.reference, was=draft.was_pilot, now=draft.pilot),
        *more,
    )
    return _ask_for(action, draft, organization, actor, on, *steps)


def _ask(
    action: Action,
    draft: DraftFact,
    actor: Actor,
    on: date,
    *rules: Rule,
    of: frozenset[str] | None = None,
) -> Decision:
    """A question about the draft, of those who write it unless others are named."""
    request = Request(
        action=action,
        actor=actor,
        facts=(draft,),
        who=who(action, actor, of or frozenset({draft.organization})),
        outcome=rules,
    )
    return decide(request, on)


def _ask_for(
    action: Action, draft: DraftFact, organization: str, actor: Actor, on: date, *rules: Rule
) -> Decision:
    return _ask(action, draft, actor, on, *rules, of=frozenset({organization}))


def _in_state(state: AgreementState, event: str, on: date) -> Iterator[Reason]:
    effect = Outcome.DENY if next_state(AGREEMENT, state, event) is None else Outcome.ALLOW
    allowed = " or ".join(_words(s) for s in states_with(AGREEMENT, event))
    facts = (("state", _words(state)), ("event", event), ("allowed", allowed))
    yield Reason(cards.STATE, effect, facts)


def _readable(draft: DraftFact, on: date) -> Iterator[Reason]:
    effect = Outcome.DENY if draft.mistakes else Outcome.ALLOW
    yield Reason(cards.READABLE, effect, (("agreement", draft.reference), ("n", draft.mistakes)))


def _registered(draft: DraftFact, on: date) -> Iterator[Reason]:
    for organization in draft.unregistered:
        yield Reason(cards.REGISTERED, Outcome.DENY, (("organization", organization),))
    if not draft.unregistered:
        yield Reason(cards.REGISTERED, Outcome.ALLOW)


def _lawful(draft: DraftFact, on: date) -> Iterator[Reason]:
    facts = (
        ("agreement", draft.reference),
        ("n", len(draft.findings)),
        ("findings", ", ".join(draft.findings)),
    )
    yield Reason(cards.FINDINGS, Outcome.DENY if draft.findings else Outcome.ALLOW, facts)


def _counsel(draft: DraftFact, on: date) -> Iterator[Reason]:
    lacking = sorted(draft.owners - draft.reviewed)
    for owner in lacking:
        facts = (("organization", owner), ("agreement", draft.reference))
        yield Reason(cards.REVIEWED, Outcome.DENY, facts)
    if not lacking:
        yield Reason(cards.REVIEWED, Outcome.ALLOW)


def _joins(draft: DraftFact, on: date) -> Iterator[Reason]:
    """What a text joins is known, and its parties agreed that others may join."""
    if draft.base is not None:
        yield from _joinable(draft.base, on)
    elif draft.joins:
        yield Reason(cards.JOINABLE, Outcome.DENY, (("agreement", draft.joins),))


def _current(draft: DraftFact, on: date) -> Iterator[Reason]:
    if draft.overtaken:
        yield Reason(cards.OVERTAKEN, Outcome.DENY, (("agreement", draft.reference),))


def _party(draft: DraftFact, organization: str, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if organization in draft.parties else Outcome.DENY
    facts = (
        ("organization", organization),
        ("agreement", draft.reference),
        ("parties", ", ".join(sorted(draft.parties))),
    )
    yield Reason(cards.PARTY, effect, facts)


def _owner(draft: DraftFact, organization: str, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if organization in draft.owners else Outcome.DENY
    facts = (
        ("organization", organization),
        ("agreement", draft.reference),
        ("owners", ", ".join(sorted(draft.owners))),
    )
    yield Reason(cards.OWNER, effect, facts)


def _open_finding(draft: DraftFact, finding: str, on: date) -> Iterator[Reason]:
    if finding not in draft.findings:
        facts = (("finding", finding), ("agreement", draft.reference))
        yield Reason(cards.OPEN_FINDING, Outcome.DENY, facts)


def _once(
    draft: DraftFact,
    organization: str,
    done: frozenset[str],
    card: RuleCard,
    on: date,
) -> Iterator[Reason]:
    if organization in done:
        facts = (("organization", organization), ("agreement", draft.reference))
        yield Reason(card, Outcome.DENY, facts)


def party_to(agreement: Agreement, organization: str, on: date) -> Iterator[Reason]:
    """The organization is one of those that made the agreement."""
    parties = agreement.organizations(*PartyRole)
    facts = (
        ("organization", organization),
        ("agreement", agreement.reference),
        ("parties", ", ".join(sorted(parties))),
    )
    effect = Outcome.ALLOW if organization in parties else Outcome.DENY
    yield Reason(cards.PARTY, effect, facts)


def _joinable(agreement: Agreement, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if agreement.clause(ClauseKind.JOINDER) else Outcome.DENY
    yield Reason(cards.JOINABLE, effect, (("agreement", agreement.reference),))


def _words(state: StrEnum) -> str:
    return str(state.value).replace("_", " ")
