"""The one decision of a use: may this person do this with these elements of these children?

The stages are those of `decide`: who asks; what was agreed and authorized; each element; each
child; whether the thing itself may go; what remains to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple

from cairn.rules import fingerprint, occasion, pilot, safety
from cairn.rules.access import who, who_of_family
from cairn.rules.authority import filters, lineage
from cairn.rules.authorization import authorized, element_authorized
from cairn.rules.cards import disclosed as disclosures
from cairn.rules.cards import exceptions
from cairn.rules.cards import use as cards
from cairn.rules.child import Terms, Way, each_child
from cairn.rules.decide import ElementRule, PeopleRules, Request, Rule, decide
from cairn.rules.decision import PEOPLE, Decision, PeopleAnswer, Reason
from cairn.rules.element import some_element
from cairn.rules.facts import Facts, by_id
from cairn.rules.footing import Footing, around, behind, footing, parties, settled
from cairn.rules.known import Later, digest
from cairn.rules.owed import owed
from cairn.rules.people import PersonFact
from cairn.rules.project import ProjectFact
from cairn.rules.question import question
from cairn.rules.use import AS_A_FILE, PUTS_OUT, USES, UseRequest
from cairn.rules.vocabulary import (
    Action,
    Decider,
    LegalBasis,
    Outcome,
    SpecialClass,
    StepAnswer,
)
from cairn.rules.ways import Elements, by_element

__all__ = ["UseRequest", "ask"]


class _Children(NamedTuple):
    """The children asked about, in order and each once, and what is on record of children."""

    ids: list[str]
    people: Mapping[str, PersonFact]


def _children(request: UseRequest, facts: Facts) -> _Children:
    return _Children(sorted(set(request.people)), by_id(facts.people))


@question
def ask(request: UseRequest, facts: Facts, on: date) -> Decision:
    """Answers one use on a day, child by child and element by element, with every reason."""
    kinds = {Action.PARENT_VIEW: _by_a_family, Action.EMERGENCY: _in_an_emergency}
    build = kinds.get(request.action, _agreed)
    return decide(build(request, facts, on), on)


def _agreed(request: UseRequest, facts: Facts, on: date) -> Request:
    """A use that rests on agreements, and on a project unless its purpose is a standing one."""
    use, children = footing(request, facts, on), _children(request, facts)
    known = _known(use, facts)
    authority: list[Rule] = [
        partial(_is_a_use, request),
        some_element(request.elements),
        *parties(use),
        *behind(use, facts),
        pilot.apart(use.disclosing),
        pilot.concerns(use.project, use.disclosing),
        pilot.nobody(use.disclosing, request.people),
    ]
    element_rules: list[ElementRule] = [known.opened]
    if not use.standing:
        asks = {"actor": request.actor, "acting_for": request.acting_for}
        purpose, level, owners = request.purpose, request.level, use.owners
        authority += authorized(
            use.project,
            **asks,
            purpose=purpose,
            level=level,
            owners=owners,
            years=(request.first_year, request.last_year),
            file=request.file if request.action in AS_A_FILE else None,
        )
        element_rules.append(element_authorized(use.project))
    if not request.people and request.action not in PUTS_OUT:
        authority.append(partial(_somebody, request))
    terms = _terms(known, facts, by_element(request.elements, known, on), on)
    asked = _asked(use, known, facts, children)
    return replace(
        asked,
        who=who(request.action, use.actor, frozenset({request.acting_for})),
        authority=settled(authority, facts, use.owners),
        element_rules=tuple(element_rules),
        ladders={e: known.ladder(e) for e in request.elements},
        people=_each(children, terms),
        outcome=(
            partial(safety.determined, request, facts),
            partial(safety.coded, request, facts),
        ),
        lineage=lineage(use.disclosing),
    )


def _in_an_emergency(request: UseRequest, facts: Facts, on: date) -> Request:
    """A use that rests on what an agency determined, and on no agreement (34 CFR 99.36)."""
    use, children = footing(request, facts, on), _children(request, facts)
    known = _known(use, facts)
    found = occasion.concerning(facts, request)
    holding = occasion.relied_on(found, request, on)
    ways = tuple(Way(e.id, LegalBasis.EMERGENCY, frozenset({e.organization})) for e in holding)
    owners = frozenset(e.organization for e in found)
    authority = (
        *parties(use),
        partial(occasion.emergency, found, request),
        some_element(request.elements),
        *(() if request.people else (partial(_somebody, request),)),
    )
    terms = _terms(known, facts, dict.fromkeys(request.elements, ways), on)
    return replace(
        _asked(use, known, facts, children),
        who=who(request.action, use.actor, frozenset({request.acting_for})),
        authority=settled(authority, facts, owners),
        element_rules=(partial(_necessary, known, request.receiver),),
        people=_each(children, terms),
    )


def _by_a_family(request: UseRequest, facts: Facts, on: date) -> Request:
    """A family looks at what is on record about its own child (34 CFR 99.10, 99.32(c))."""
    use, children = footing(request, facts, on), _children(request, facts)
    child = request.people[0] if len(set(request.people)) == 1 else ""
    return replace(
        _asked(use, _known(use, facts), facts, children),
        who=who_of_family(use.actor, child),
        authority=(partial(_alone, child),),
        element_rules=(_own_record,),
        people=partial(_own_child, child, children.people),
        obligations=None,
    )


def _asked(use: Footing, known: Elements, facts: Facts, children: _Children) -> Request:
    """What is the same for every use: who, what, the digest of all that is on record."""
    request = use.request
    people = Later(partial(fingerprint.of_people, *children))
    rest = Later(partial(digest, replace(request, people=()), replace(facts, people=())))
    return Request(
        action=request.action,
        actor=use.actor,
        facts=(rest, people),
        who=(),
        elements=request.elements,
        obligations=partial(owed, known),
        purpose=request.purpose,
    )


def _known(use: Footing, facts: Facts) -> Elements:
    """The elements as the dictionaries of the data's owners describe them."""
    mine = tuple(d for d in facts.dictionaries if d.organization in use.owners)
    listed = {e.name: e.special for d in mine for e in d.elements if e.special}
    surroundings = replace(around(use, facts), classes=listed)
    return Elements(use, mine, surroundings, facts.notices)


def _terms(known: Elements, facts: Facts, ways: Mapping[str, tuple[Way, ...]], on: date) -> Terms:
    """What is asked of each child. Head Start's consent says that it may be taken back."""
    use, request = known.footing, known.footing.request
    owners = frozenset(o for found in ways.values() for way in found for o in way.providers)
    answered = (a for a in facts.answers if a.organization in owners and a.stands(on))
    return Terms(
        ways=ways,
        receiver=request.receiver,
        kind=use.receiver.kind if use.receiver else None,
        purpose=request.purpose,
        caseload=request.caseload,
        policy=facts.policy,
        nations=_approving(use.project, on),
        occasions=occasion.of_children(facts, request, on),
        answered=frozenset((a.card, a.about) for a in answered),
        revocable=frozenset(e for e in ways if SpecialClass.HEAD_START in known.classes(e)),
        populations=filters(use.disclosing),
        years=(use.first_year, use.last_year),
    )


def _approving(project: ProjectFact | None, on: date) -> frozenset[str]:
    """The tribal nations that have approved a project, by their last word."""
    words = () if project is None else project.words
    named = {w.organization for w in words if w.decider is Decider.NATIONS}
    last = {n: project.word(Decider.NATIONS, n, on) for n in named} if project else {}
    return frozenset(n for n, w in last.items() if w and w.answer is StepAnswer.APPROVE)


def _each(children: _Children, terms: Terms) -> PeopleRules | None:
    """The stage of the children; none where figures leave in which nobody is."""
    return partial(each_child, *children, terms) if children.ids else None


def _is_a_use(request: UseRequest, on: date) -> Iterator[Reason]:
    uses = ", ".join(sorted(a.value for a in USES))
    facts = (("action", request.action.value.replace("_", " ")), ("uses", uses))
    effect = Outcome.ALLOW if request.action in USES else Outcome.DENY
    yield Reason(cards.NOT_A_USE, effect, facts)


def _somebody(request: UseRequest, on: date) -> Iterator[Reason]:
    yield Reason(cards.SOMEBODY, Outcome.DENY)


def _necessary(known: Elements, receiver: str, element: str, on: date) -> Iterator[Reason]:
    """In an emergency; what a law of its own protects waits for a person even then."""
    special = known.classes(element)
    official = (("official", "(nobody)"), ("about", element))
    if special:
        yield Reason(exceptions.A_PERSON_DECIDES, Outcome.NEEDS_PERSON, official)
    else:
        yield Reason(exceptions.NECESSARY, Outcome.ALLOW, (("organization", receiver),))


def _alone(child: str, on: date) -> Iterator[Reason]:
    yield Reason(cards.PARENT_ALONE, Outcome.ALLOW if child else Outcome.DENY)


def _own_record(element: str, on: date) -> Iterator[Reason]:
    yield Reason(disclosures.INSPECTION, Outcome.ALLOW)


def _own_child(
    child: str, people: Mapping[str, PersonFact], elements: frozenset[str], on: date
) -> PeopleAnswer:
    """The family's own child, where something is on record about it."""
    if child in people:
        return PeopleAnswer({child: Outcome.ALLOW}, everyone=True)
    reason = Reason(cards.CHILD_UNKNOWN, Outcome.DENY, (("n", 1),), about=PEOPLE, people=(child,))
    return PeopleAnswer({child: Outcome.DENY}, everyone=True, reasons=(reason,))
