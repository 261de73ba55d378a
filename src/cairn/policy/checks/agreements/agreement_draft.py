"""Check one rule each about a draft agreement: its state, text, counsel reviews and signatures."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import partial

from cairn.policy.engine import Reason, Rule
from cairn.policy.facts import AgreementFact, ClauseKind, DraftFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import agreement_draft as cards
from cairn.policy.lifecycles import AGREEMENT_TRANSITIONS, find_next_state, list_states_allowing
from cairn.policy.vocabulary import AgreementState, Outcome, PartyRole


def require_agreement_state(state: AgreementState, event: str) -> Rule:
    """Build the rule that the event is possible in this state of an agreement."""
    return partial(check_agreement_state, state, event)


def check_agreement_state(state: AgreementState, event: str, on: date) -> Iterator[Reason]:
    """Check that the event is possible in this state of an agreement."""
    effect = (
        Outcome.DENY
        if find_next_state(AGREEMENT_TRANSITIONS, state, event) is None
        else Outcome.ALLOW
    )
    allowed = " or ".join(
        _format_agreement_state(allowed_state)
        for allowed_state in list_states_allowing(AGREEMENT_TRANSITIONS, event)
    )
    facts = (("state", _format_agreement_state(state)), ("event", event), ("allowed", allowed))
    yield Reason(cards.STATE, effect, facts)


def check_draft_parses(draft: DraftFact, on: date) -> Iterator[Reason]:
    """Check that the text of a draft can be parsed."""
    effect = Outcome.DENY if draft.mistakes else Outcome.ALLOW
    yield Reason(cards.READABLE, effect, (("agreement", draft.reference), ("n", draft.mistakes)))


def check_parties_registered(draft: DraftFact, on: date) -> Iterator[Reason]:
    """Check that every party is in the partner register."""
    for organization in draft.unregistered:
        yield Reason(cards.REGISTERED, Outcome.DENY, (("organization", organization),))
    if not draft.unregistered:
        yield Reason(cards.REGISTERED, Outcome.ALLOW)


def check_no_open_findings(draft: DraftFact, on: date) -> Iterator[Reason]:
    """Check that no finding of law is open."""
    facts = (
        ("agreement", draft.reference),
        ("n", len(draft.findings)),
        ("findings", ", ".join(draft.findings)),
    )
    yield Reason(cards.FINDINGS, Outcome.DENY if draft.findings else Outcome.ALLOW, facts)


def check_counsel_reviewed(draft: DraftFact, on: date) -> Iterator[Reason]:
    """Check that counsel of each data owner reviewed this text."""
    unreviewed_owners = sorted(draft.owners - draft.reviewed)
    for owner in unreviewed_owners:
        facts = (("organization", owner), ("agreement", draft.reference))
        yield Reason(cards.REVIEWED, Outcome.DENY, facts)
    if not unreviewed_owners:
        yield Reason(cards.REVIEWED, Outcome.ALLOW)


def check_joined_agreement(draft: DraftFact, on: date) -> Iterator[Reason]:
    """Check that the agreement that a draft joins is on record and open to joinder."""
    if draft.base is not None:
        yield from check_open_to_joinder(draft.base, on)
    elif draft.joins:
        yield Reason(cards.JOINABLE, Outcome.DENY, (("agreement", draft.joins),))


def check_not_overtaken(draft: DraftFact, on: date) -> Iterator[Reason]:
    """Check that no other text went on record under this reference since the draft was started."""
    if draft.overtaken:
        yield Reason(cards.OVERTAKEN, Outcome.DENY, (("agreement", draft.reference),))


def check_draft_party(draft: DraftFact, organization: str, on: date) -> Iterator[Reason]:
    """Check that an organization is a party to the draft."""
    effect = Outcome.ALLOW if organization in draft.parties else Outcome.DENY
    facts = (
        ("organization", organization),
        ("agreement", draft.reference),
        ("parties", ", ".join(sorted(draft.parties))),
    )
    yield Reason(cards.PARTY, effect, facts)


def check_draft_owner(draft: DraftFact, organization: str, on: date) -> Iterator[Reason]:
    """Check that an organization provides data under the draft."""
    effect = Outcome.ALLOW if organization in draft.owners else Outcome.DENY
    facts = (
        ("organization", organization),
        ("agreement", draft.reference),
        ("owners", ", ".join(sorted(draft.owners))),
    )
    yield Reason(cards.OWNER, effect, facts)


def check_finding_open(draft: DraftFact, finding: str, on: date) -> Iterator[Reason]:
    """Check that the finding to be overridden is open."""
    if finding not in draft.findings:
        facts = (("finding", finding), ("agreement", draft.reference))
        yield Reason(cards.OPEN_FINDING, Outcome.DENY, facts)


def check_first_time(
    draft: DraftFact,
    organization: str,
    organizations_done: frozenset[str],
    card: RuleCard,
    on: date,
) -> Iterator[Reason]:
    """Check that an organization has not reviewed or signed this text before."""
    if organization in organizations_done:
        facts = (("organization", organization), ("agreement", draft.reference))
        yield Reason(card, Outcome.DENY, facts)


def check_agreement_party(
    agreement: AgreementFact, organization: str, on: date
) -> Iterator[Reason]:
    """Check that an organization is a party to an agreement."""
    parties = agreement.organizations(*PartyRole)
    facts = (
        ("organization", organization),
        ("agreement", agreement.reference),
        ("parties", ", ".join(sorted(parties))),
    )
    effect = Outcome.ALLOW if organization in parties else Outcome.DENY
    yield Reason(cards.PARTY, effect, facts)


def check_open_to_joinder(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check that an agreement has a clause that lets others join."""
    effect = Outcome.ALLOW if agreement.clause(ClauseKind.JOINDER) else Outcome.DENY
    yield Reason(cards.JOINABLE, effect, (("agreement", agreement.reference),))


def _format_agreement_state(state: StrEnum) -> str:
    return str(state.value).replace("_", " ")
