"""Who may decline for a child, and who may end what somebody declined."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cairn.rules.access import who, who_of_family
from cairn.rules.actor import Actor
from cairn.rules.cards import family as cards
from cairn.rules.consent_record import holds_right, rights_passed
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.people import PersonFact
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Outcome, Relation


@question
def may_decline(relation: Relation, person: PersonFact, actor: Actor, on: date) -> Decision:
    """Whether a family's session may opt its child out, speaking as what it says."""
    request = Request(
        action=Action.FAMILY_ANSWER,
        actor=actor,
        facts=(relation, person),
        who=who_of_family(actor, person.id),
        authority=(partial(holds_right, relation, person),),
    )
    return decide(request, on)


@question
def may_end_own(
    made_by: str, signer: str, relation: Relation, person: PersonFact, actor: Actor, on: date
) -> Decision:
    """Whether a family's session may end an opt-out of its child. ``made_by`` and ``signer`` are
    opaque: who opted out, and who wants it ended; empty where that is not on record."""
    request = Request(
        action=Action.FAMILY_ANSWER,
        actor=actor,
        facts=(made_by, signer, relation, person),
        who=who_of_family(actor, person.id),
        authority=_ends(made_by, signer, relation, person),
    )
    return decide(request, on)


@question
def may_record_end(
    made_by: str,
    signer: str,
    relation: Relation,
    person: PersonFact,
    organization: str,
    actor: Actor,
    on: date,
) -> Decision:
    """The same where somebody at the child's organization writes down what a family says."""
    request = Request(
        action=Action.RECORD_OPT_OUT,
        actor=actor,
        facts=(made_by, signer, relation, person, organization),
        who=who(Action.RECORD_OPT_OUT, actor, frozenset({organization})),
        authority=_ends(made_by, signer, relation, person),
    )
    return decide(request, on)


def _ends(made_by: str, signer: str, relation: Relation, person: PersonFact) -> tuple[Rule, ...]:
    return (
        partial(holds_right, relation, person),
        partial(_own_word, made_by, signer, person),
    )


def _own_word(made_by: str, signer: str, person: PersonFact, on: date) -> Iterator[Reason]:
    # Once the rights are the student's, no parent's word stands against it.
    own = bool(signer) and signer == made_by
    met = own or bool(rights_passed(person, on))
    yield Reason(cards.OWN_WORD, Outcome.ALLOW if met else Outcome.NEEDS_PERSON)
