"""How a family's written answer gets on record, and what it is worth on a date.

Whether a use may rest on a consent is decided per child, element, purpose and receiver in
`rules.people`; the standing here is what a page says of one consent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Final

from cairn.rules.access import who, who_of_family
from cairn.rules.actor import Actor
from cairn.rules.cards import family as cards
from cairn.rules.consent import WrittenConsent
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.consent import CONSENT
from cairn.rules.people import PersonFact
from cairn.rules.policy import Policy
from cairn.rules.question import question
from cairn.rules.rights import Age, Lack, lacking, subject
from cairn.rules.vocabulary import Action, ConsentState, OptOutScope, Outcome, Relation


class Standing(StrEnum):
    """What a written consent is worth on a date."""

    LIVE = "live"
    UNVERIFIED = "unverified"
    AGE_UNKNOWN = "age_unknown"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    RIGHTS_TRANSFERRED = "rights_transferred"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    INCOMPLETE = "incomplete"


# The first that applies is what a page says.
_SAID: Final = {
    Lack.SIGNATURE: Standing.INCOMPLETE,
    Lack.AUTHENTICATION: Standing.INCOMPLETE,
    Lack.APPROVAL: Standing.INCOMPLETE,
    Lack.RELATION: Standing.INCOMPLETE,
    Lack.VERIFICATION: Standing.UNVERIFIED,
    Lack.PASSED: Standing.RIGHTS_TRANSFERRED,
    Lack.AGE: Standing.AGE_UNKNOWN,
}


_THE_COLLECTORS_OWN: Final = (ConsentState.RETURNED, ConsentState.REFUSED, ConsentState.UNDONE)


@dataclass(frozen=True, slots=True)
class FormFact:
    """A form that families sign: whose it is, who is named in it, and whether it is offered."""

    organization: str
    parties: frozenset[str]
    offered: bool


@question
def may_record_consents(form: FormFact, collector: str, actor: Actor, on: date) -> Decision:
    """Whether this person may record signed papers that an organization collected."""
    request = Request(
        action=Action.RECORD_CONSENT,
        actor=actor,
        facts=(form, collector),
        who=who(Action.RECORD_CONSENT, actor, frozenset({collector})),
        authority=(partial(_collector, form, collector), partial(_offered, form)),
    )
    return decide(request, on)


@question
def may_answer_form(
    form: FormFact, relation: Relation, person: PersonFact, actor: Actor, on: date
) -> Decision:
    """Whether a family's session may agree to a form or decline it, signing as what it says."""
    request = Request(
        action=Action.FAMILY_ANSWER,
        actor=actor,
        facts=(form, relation, person),
        who=who_of_family(actor, person.id),
        authority=(partial(_offered, form), partial(holds_right, relation, person)),
    )
    return decide(request, on)


@question
def may_change_consents(
    event: str,
    states: Iterable[ConsentState],
    organizations: Iterable[str],
    actor: Actor,
    on: date,
) -> Decision:
    """Whether this person may bring an event about for consents in these states.

    ``organizations`` are those whose matter it is, any of which will do.
    """
    found, whose = frozenset(states), frozenset(organizations)
    action = _action(event)
    request = Request(
        action=action,
        actor=actor,
        facts=(event, found, whose),
        who=who(action, actor, whose),
        authority=_possible(event, found),
    )
    return decide(request, on)


@question
def may_change_own_consent(
    event: str, state: ConsentState, child: str, actor: Actor, on: date
) -> Decision:
    """Whether a family's session may bring an event about for a consent of its child."""
    request = Request(
        action=_action(event),
        actor=actor,
        facts=(event, state, child),
        who=who_of_family(actor, child),
        authority=_possible(event, frozenset({state})),
    )
    return decide(request, on)


@question
def may_decide_conflict(organization: str, *, disagree: bool, actor: Actor, on: date) -> Decision:
    """Whether this person may decide, for the child's organization, between two who disagree."""
    request = Request(
        action=Action.ANSWER_FAMILY,
        actor=actor,
        facts=(organization, disagree),
        who=who(Action.ANSWER_FAMILY, actor, frozenset({organization})),
        authority=(partial(_disagree, disagree),),
    )
    return decide(request, on)


def rights_passed(person: PersonFact, on: date) -> bool | None:
    """Whether the student holds the rights (34 CFR 99.5(a)); ``None`` where nobody knows."""
    age = subject(person.birth_date, on, postsecondary=person.postsecondary).age
    return None if age is Age.UNKNOWN else age is Age.ELIGIBLE


def standing(consent: WrittenConsent, person: PersonFact, policy: Policy, on: date) -> Standing:
    """What one consent of a person is worth on a date: live when it lacks nothing."""
    if consent.superseded_by:
        return Standing.SUPERSEDED
    if consent.revoked_on is not None and consent.revoked_on <= on:
        return Standing.REVOKED
    of = subject(person.birth_date, on, postsecondary=person.postsecondary)
    passes = policy.rights_pass_at_18
    lacks = set(lacking(consent, of, on, passes=passes, replaced=False))
    if Lack.TERM in lacks:
        ended = consent.ends is not None and consent.ends < on
        return Standing.EXPIRED if ended else Standing.NOT_YET
    return next((said for lack, said in _SAID.items() if lack in lacks), Standing.LIVE)


def collector_reads(
    state: ConsentState,
    consent: WrittenConsent | None,
    person: PersonFact,
    policy: Policy,
    on: date,
) -> bool:
    """Whether a program that collected an answer of another's child still reads it.

    It reads what it has to mend or wrote down itself, and a yes that waits or counts. Once a yes
    does neither, it is gone, whatever the reason: taken back, run out, passed to the student, held
    or in dispute all look alike. ``consent`` is ``None`` where the answer is no yes.
    """
    if state in _THE_COLLECTORS_OWN:
        return True
    if consent is None:
        return False
    scopes = {fact.scope for fact in person.opt_outs or ()}
    stopped = (
        person.opt_outs is None
        or OptOutScope.ALL_DISCRETIONARY in scopes
        or person.parents_conflict
        or person.court_order
        or bool(person.hold)
        or person.nations is None
        or bool(person.nations)
        or person.withheld is None
        or consent.records <= person.withheld
    )
    said = standing(consent, person, policy, on)
    return said in (Standing.LIVE, Standing.UNVERIFIED) and not stopped


def _action(event: str) -> Action:
    """What somebody does who brings an event about; ``LookupError`` for no event of a consent."""
    found = next((step.action for step in CONSENT if step.event == event), None)
    if found is None:
        raise LookupError(f"Nothing in the life of a consent is called {event!r}.")
    return found


def _possible(event: str, states: frozenset[ConsentState]) -> tuple[Rule, ...]:
    return tuple(partial(_follows, event, state) for state in sorted(states))


def _follows(event: str, state: ConsentState, on: date) -> Iterator[Reason]:
    met = next_state(CONSENT, state, event) is not None
    facts = (("state", state.value), ("event", event))
    yield Reason(cards.EVENT, Outcome.ALLOW if met else Outcome.DENY, facts)


def _disagree(disagree: bool, on: date) -> Iterator[Reason]:  # noqa: FBT001 - a fact, no switch
    yield Reason(cards.DISAGREE, Outcome.ALLOW if disagree else Outcome.DENY)


def _collector(form: FormFact, collector: str, on: date) -> Iterator[Reason]:
    met = collector == form.organization or collector in form.parties
    facts = (("collector", collector),)
    yield Reason(cards.COLLECTOR, Outcome.ALLOW if met else Outcome.DENY, facts)


def _offered(form: FormFact, on: date) -> Iterator[Reason]:
    yield Reason(cards.FORM_OPEN, Outcome.ALLOW if form.offered else Outcome.DENY)


def holds_right(relation: Relation, person: PersonFact, on: date) -> Iterator[Reason]:
    """The student answers once the rights have passed, and until then nobody but a parent."""
    passed = rights_passed(person, on)
    met = relation is Relation.STUDENT if passed else relation is not Relation.STUDENT
    yield Reason(cards.RIGHTS_HOLDER, Outcome.ALLOW if met else Outcome.DENY)
