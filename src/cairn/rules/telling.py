"""What each audience is told of a decision: a reason can itself disclose.

The data owner's steward sees every reason, child by child. A recipient sees what is allowed, and of
the rest only how many children it is, and not even that when they are few: two decisions that
allow the same are told in the same words, whatever the reasons. A family sees its own child. The
public sees nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from cairn.rules.actor import Actor
from cairn.rules.cards import access, clearance, committee, drafting, extract, release, together
from cairn.rules.cards.voice import NOT_COVERED, NOT_PUBLIC, SOME_LEFT_OUT
from cairn.rules.decision import PEOPLE, Decision, Obligation, Reason
from cairn.rules.policy import CONSERVATIVE
from cairn.rules.vocabulary import Audience, OrganizationKind, Outcome, Role

Told = dict[str, Any]

# What the one who asks can put right themselves: their own sign-in, role, training.
_THEIR_OWN: Final = frozenset(card.id for card in (*access.ALL, *clearance.ALL))
# The steps of a paper, of a vote, or of the check of figures, beside others that are out too: they
# are about no child, and hiding them would help nobody.
_BESIDE: Final = (
    release.TELLS_OF_FEW,
    release.OTHER_CHILDREN,
    release.ANOTHER_FIGURE,
    release.CHECK_TOO_OLD,
    release.NOT_ASKED_ALL,
)
# So is where a release stands: what its author hears is what there is to do next.
_ON_ITS_WAY: Final = (
    release.STATE,
    release.AUTHOR,
    release.ONCE,
    release.TWO_REVIEWS,
    release.BOTH_IN,
    release.BLIND,
    release.RETURNED,
    release.SAFE,
    release.STORY,
    release.OWNER_ASKED,
    release.OWNER_CONFIRMED,
    release.OWNER_SILENT,
    release.OWNER_CORRECTS,
    release.NOT_ASKED,
    release.REPORTED,
    release.WRONG_FIGURE,
)
# So are the steps of an extract: whose it is, whether it was fetched, until when its link works.
_FETCHING: Final = (
    extract.STATE,
    extract.RECIPIENT,
    extract.ONCE,
    extract.LINK,
    extract.TERMS,
    extract.NOT_BY_ITS_RECIPIENT,
    extract.WITHDRAWN,
)
_STEPS: Final = frozenset(
    card.id
    for card in (*drafting.ALL, *committee.ALL, *together.ALL, *_BESIDE, *_ON_ITS_WAY, *_FETCHING)
)
# What a recipient has to do. What a law about one class of records asks of those who keep the
# record would tell the class.
_THEIR_DUTIES: Final = frozenset({"R17", "DESTROY", "GIVE_BACK", "SUPPRESS", "SEND_BACK"})
_LAWS_OF_ONE_CLASS: Final = "L"
_AGREED: Final = "What was agreed does not cover this. Ask the owner of the data."


def told(
    decision: Decision,
    audience: Audience,
    *,
    child: str = "",
    told_from: int = CONSERVATIVE.told_from,
) -> Told:
    """The decision as plain JSON for one audience.

    ``child`` is the family's own; ``told_from`` the smallest number of children that a recipient
    is told as a number.
    """
    if audience is Audience.RECIPIENT:
        return _recipient(decision, told_from)
    if audience is Audience.FAMILY:
        return _family(decision, child)
    return _WHOLE[audience](decision)


def _steward(decision: Decision) -> Told:
    return {
        "decision": decision.decision_id,
        "outcome": decision.outcome.value,
        "action": decision.action.value,
        "on": decision.on.isoformat(),
        "actor": decision.actor,
        "purpose": decision.purpose.value if decision.purpose else None,
        "agreements": list(decision.agreements),
        "basis": decision.basis.value if decision.basis else None,
        "elements": _answers(decision.elements),
        "coarser": dict(decision.coarser),
        "people": _answers(decision.people),
        "partly": {child: sorted(allowed) for child, allowed in decision.partly.items()},
        "reasons": [_reason(reason) for reason in decision.reasons],
        "obligations": [_obligation(one) for one in decision.obligations],
        "minimum_cell": decision.minimum_cell,
        "ends_on": decision.ends_on.isoformat() if decision.ends_on else None,
        "ruleset": decision.ruleset,
        "facts_hash": decision.facts_hash,
    }


def _recipient(decision: Decision, told_from: int) -> Told:
    allowed = decision.allowed
    usable = {Outcome.ALLOW, Outcome.COARSEN} if allowed else set()
    elements = {
        element: (answer if answer in usable else Outcome.DENY).value
        for element, answer in decision.elements.items()
    }
    people = sorted(decision.included | decision.partly.keys()) if allowed else []
    return {
        "decision": decision.decision_id,
        "outcome": _outcome(decision).value,
        "action": decision.action.value,
        "on": decision.on.isoformat(),
        "agreements": list(decision.agreements),
        "elements": elements,
        "coarser": dict(decision.coarser) if allowed else {},
        "people": people,
        "partly": {c: sorted(e) for c, e in decision.partly.items()} if allowed else {},
        "not_available": few(len(decision.people) - len(people), told_from),
        "reasons": _for_recipient(decision, elements),
        "obligations": [
            _obligation(one)
            for one in decision.obligations
            if allowed and is_duty_of(one, Audience.RECIPIENT)
        ],
    }


def hearer(actor: Actor, owners: frozenset[str], on: date) -> Audience:
    """In whose words somebody hears a decision about the data of these owners.

    Every reason is for the hub's data manager, who keeps the data, and for whoever acts for each
    of the owners: one owner hears no reasons about another's children, and a recipient's own
    steward is a recipient. Of data whose owner nobody knows, nobody is the owner.
    """
    return _hears(actor, on, whole=speaks_for(actor, owners, on))


def speaks_for(actor: Actor, owners: frozenset[str], on: date) -> bool:
    """Whether somebody acts for each of these owners: what only an owner may see of its own rows,
    the hub's data manager, who has the file in hand, does not."""
    return bool(owners) and owners <= _acts_for(actor, on)


def reader(actor: Actor, parties: frozenset[str], on: date) -> Audience:
    """In whose words somebody hears why a paper between these parties counts or does not.

    Each party hears every reason about its own paper, which names no child; so does the hub's data
    manager.
    """
    return _hears(actor, on, whole=not parties.isdisjoint(_acts_for(actor, on)))


def _acts_for(actor: Actor, on: date) -> frozenset[str]:
    return actor.organizations(on, Role.STEWARD, Role.COUNSEL, Role.DATA_MANAGER)


def _hears(actor: Actor, on: date, *, whole: bool) -> Audience:
    if actor.roles(on) == {Role.PUBLIC}:
        return Audience.PUBLIC
    keeps = any(
        held.kind is OrganizationKind.BACKBONE and held.role is Role.DATA_MANAGER
        for held in actor.affiliations
        if held.live(on)
    )
    return Audience.STEWARD if whole or keeps else Audience.RECIPIENT


def few(count: int, told_from: int) -> int | str:
    """A number of children, unless it is so small that it could point at one."""
    return count if count == 0 or count >= told_from else f"fewer than {told_from}"


def _outcome(decision: Decision) -> Outcome:
    """The outcome, without what only the case of one child or one class of records explains."""
    if decision.allowed:
        return decision.outcome
    whole = {r.effect for r in decision.refusals if not r.about}
    return Outcome.NEEDS_PERSON if whole == {Outcome.NEEDS_PERSON} else Outcome.DENY


def _for_recipient(decision: Decision, elements: Mapping[str, str]) -> list[Told]:
    """One line a cause that the recipient may know, each said once."""
    lines = [_whole(reason) for reason in decision.refusals if not reason.about]
    lines += [
        {"code": "ELEMENT", "message": NOT_COVERED.format(element=element)}
        for element, answer in elements.items()
        if answer == Outcome.DENY.value
    ]
    if decision.people and decision.people.keys() != decision.included:
        lines.append({"code": "PEOPLE", "message": SOME_LEFT_OUT})
    return list({str(line): line for line in lines}.values())


def is_duty_of(one: Obligation, audience: Audience) -> bool:
    """Whether an audience is told of a duty: a recipient of what it has to do itself alone."""
    if audience is Audience.STEWARD:
        return True
    return audience is Audience.RECIPIENT and one.code in _THEIR_DUTIES


def is_their_own(reason: Reason) -> bool:
    """Whether whoever asks can mend this themselves: their own sign-in, role or training. They
    hear what to do whatever the audience."""
    return reason.code in _THEIR_OWN


def is_a_step(reason: Reason) -> bool:
    """Whether a reason says only where a paper, a vote or a release stands: staff hear it whole."""
    return reason.code in _STEPS


def tells_a_class(reason: Reason) -> bool:
    """Whether the law that a reason cites would tell a recipient what is special about a record
    or about a child."""
    return bool(reason.about) or reason.code.startswith(_LAWS_OF_ONE_CLASS)


def _whole(reason: Reason) -> Told:
    """A reason about the whole request: in full what the asker can mend, the rest in a word."""
    if tells_a_class(reason):
        return {"code": "AGREED", "message": _AGREED}
    line = {"code": reason.code, "message": reason.told(Audience.RECIPIENT)}
    if is_their_own(reason):
        line |= {"citation": reason.citation, "next_step": reason.next_step}
    return line


def _family(decision: Decision, child: str) -> Told:
    """What concerns one child: whether something is shared, and if not, why."""
    answer = decision.people.get(child, Outcome.DENY) if decision.allowed else Outcome.DENY
    shared = answer in (Outcome.ALLOW, Outcome.ALLOW_SUBSET)
    elements = decision.partly.get(child, decision.usable) if shared else frozenset()
    mine = [r for r in decision.refusals if r.about != PEOPLE or child in r.people]
    return {
        "shared": shared,
        "on": decision.on.isoformat(),
        "action": decision.action.value,
        "purpose": decision.purpose.value if decision.purpose else None,
        "agreements": list(decision.agreements),
        "elements": sorted(elements),
        "reasons": list(dict.fromkeys(r.told(Audience.FAMILY) for r in mine)),
    }


def _public(decision: Decision) -> Told:
    return {"message": NOT_PUBLIC}


_WHOLE: Final[Mapping[Audience, Callable[[Decision], Told]]] = MappingProxyType(
    {Audience.STEWARD: _steward, Audience.PUBLIC: _public}
)


def _answers(answers: Mapping[str, Outcome]) -> dict[str, str]:
    return {key: answer.value for key, answer in answers.items()}


def _reason(reason: Reason) -> Told:
    return {
        "code": reason.code,
        "effect": reason.effect.value,
        "message": reason.message,
        "citation": reason.citation,
        "next_step": reason.next_step,
        "about": reason.about,
        "people": list(reason.people),
    }


def _obligation(one: Obligation) -> Told:
    due = one.due.isoformat() if one.due else None
    return {"code": one.code, "message": one.message, "citation": one.citation, "due": due}
