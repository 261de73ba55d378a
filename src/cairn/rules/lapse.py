"""What stops when an agreement lapses: the same questions, asked with it and without it.

Nothing here decides anew. Each use brings the question that its own door asks; it is asked of the
agreements as they stand and as they would stand, for somebody to whom nothing else is in the way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cairn.rules.access import who
from cairn.rules.actor import Actor, Affiliation
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage, relied_on
from cairn.rules.clearance import (
    Clearance,
    Completion,
    ConfidentialitySigned,
    Curriculum,
    OrganizationSecurity,
)
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.question import question
from cairn.rules.vocabulary import (
    STAFF_ROLES,
    Action,
    OrganizationKind,
    Outcome,
    Purpose,
    SecondFactor,
)

Agreements = Mapping[str, Agreement]
"""Agreements by reference."""


class UseKind(StrEnum):
    """What can stop."""

    DELIVERY = "delivery"
    LINK = "link"
    PROJECT = "project"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Use:
    """Something that goes on today: ``ask`` is its own question, about the agreements given."""

    kind: UseKind
    name: str
    address: str
    ask: Callable[[Agreements, date], Decision]


@dataclass(frozen=True, slots=True)
class Stop:
    """A use that is allowed with the agreement and not without it.

    ``agreements`` are those that it rests on; ``elements`` those that it loses while the rest goes
    on, empty where all of it stops.
    """

    kind: UseKind
    name: str
    address: str
    reasons: tuple[Reason, ...]
    agreements: tuple[str, ...]
    elements: tuple[str, ...] = ()


def lapsed(agreements: Agreements, reference: str, on: date) -> Agreements:
    """The agreements as they would stand if one of them counted until the day before ``on``.

    Also where another rests on it, however far above.
    """
    return {name: _without(agreement, reference, on) for name, agreement in agreements.items()}


def stops(
    uses: Iterable[Use], agreements: Agreements, reference: str, on: date
) -> tuple[Stop, ...]:
    """What would be refused from ``on`` that would otherwise be allowed on that day."""
    return tuple(_stops(uses, agreements, lapsed(agreements, reference, on), on))


@question
def may_rely(
    agreements: Iterable[Agreement], purpose: Purpose | None, actor: Actor, on: date
) -> Decision:
    """Whether somebody may rely on all of these agreements for a purpose on a date."""
    behind = tuple(agreements)
    request = Request(
        action=Action.RELY_ON_AGREEMENT,
        actor=actor,
        facts=(behind,),
        who=who(Action.RELY_ON_AGREEMENT, actor),
        authority=relied_on(behind, actor, purpose),
        lineage=lineage(behind),
        purpose=purpose,
    )
    return decide(request, on)


def nothing_in_the_way(organizations: Iterable[str]) -> Actor:
    """Somebody who acts for all of these organizations in every role, cleared and proved.

    Exists only to ask what the agreements alone decide; no session is ever made for it.
    """
    acting = sorted(organizations)
    ends = date.max
    return Actor(
        id="anybody",
        second_factor=SecondFactor.PRESENT,
        affiliations=tuple(
            Affiliation(slug, OrganizationKind.BACKBONE, role, date.min)
            for slug in acting
            for role in sorted(STAFF_ROLES)
        ),
        clearance=Clearance(
            Curriculum("", (), ("workshop", "")),
            (ConfidentialitySigned("", date.min),),
            (Completion("workshop", "", date.min, ends, ""),),
        ),
        security=tuple(
            OrganizationSecurity(slug, date.min, ends, date.min, overdue=0, colleagues=())
            for slug in acting
        ),
    )


def _stops(uses: Iterable[Use], before: Agreements, after: Agreements, on: date) -> Iterator[Stop]:
    for use in uses:
        now = use.ask(before, on)
        if not now.allowed:
            continue
        then = use.ask(after, on)
        lost = tuple(
            sorted(
                name
                for name, answer in now.elements.items()
                if answer is Outcome.ALLOW and then.elements.get(name) is not Outcome.ALLOW
            )
        )
        if not then.allowed:
            new = tuple(r for r in then.refusals if r not in now.reasons)
            yield Stop(use.kind, use.name, use.address, new, now.agreements)
        elif lost:
            new = tuple(r for r in then.refusals if r.about in lost)
            yield Stop(use.kind, use.name, use.address, new, now.agreements, lost)


def _without(agreement: Agreement, reference: str, on: date) -> Agreement:
    above = tuple(_without(one, reference, on) for one in agreement.above)
    if agreement.reference != reference:
        return replace(agreement, above=above)
    ended = min(on, agreement.terminated_on or on)
    return replace(agreement, above=above, terminated_on=ended)
