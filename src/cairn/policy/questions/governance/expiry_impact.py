"""Find what stops when an agreement expires: the same questions, asked with it and without it.

No new decision is made here. Each use brings the question that its own page asks. It is asked about
the agreements as they are and as they would be, for an actor with no other obstacle.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cairn.policy.engine import Decision, Reason
from cairn.policy.facts import (
    Actor,
    AffiliationFact,
    AgreementFact,
    Clearance,
    CompletionFact,
    ConfidentialitySignature,
    Curriculum,
    OrganizationSecurity,
)
from cairn.policy.vocabulary import STAFF_ROLES, OrganizationKind, Outcome, SecondFactor

__all__ = [
    "AgreementsByReference",
    "DependentUse",
    "DependentUseKind",
    "StoppedUse",
    "build_unobstructed_actor",
    "expire_agreement",
    "find_stopped_uses",
]

AgreementsByReference = Mapping[str, AgreementFact]
"""Agreements by reference."""


class DependentUseKind(StrEnum):
    """The kinds of uses that can stop."""

    DELIVERY = "delivery"
    LINK = "link"
    PROJECT = "project"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class DependentUse:
    """An ongoing use that an agreement may carry.

    Attributes:
        kind: kind of use.
        name: name of the use, for readers.
        address: URL path of its page.
        ask: its own policy question, as a function of the agreements by reference and the date.
    """

    kind: DependentUseKind
    name: str
    address: str
    ask: Callable[[AgreementsByReference, date], Decision]


@dataclass(frozen=True, slots=True)
class StoppedUse:
    """A use that is allowed with the agreement and not without it.

    Args:
        kind: kind of the use.
        name: name of the use.
        address: page of the use.
        reasons: why it would be refused.
        agreements: agreements that it rests on.
        elements: elements that it loses while the rest goes on; empty where all of it stops.
    """

    kind: DependentUseKind
    name: str
    address: str
    reasons: tuple[Reason, ...]
    agreements: tuple[str, ...]
    elements: tuple[str, ...] = ()


def expire_agreement(
    agreements: AgreementsByReference, reference: str, on: date
) -> AgreementsByReference:
    """Return the agreements as they would be if one of them ended on the day before ``on``.

    The change also applies where another agreement rests on it, at any distance.

    Args:
        agreements: agreements by reference.
        reference: the agreement that expires.
        on: first day without it.
    Returns:
        The changed agreements.
    """
    return {
        name: _end_agreement(agreement, reference, on) for name, agreement in agreements.items()
    }


def find_stopped_uses(
    uses: Iterable[DependentUse], agreements: AgreementsByReference, reference: str, on: date
) -> tuple[StoppedUse, ...]:
    """Find what would be refused from ``on`` that would otherwise be allowed on that day.

    Args:
        uses: ongoing uses.
        agreements: agreements by reference.
        reference: the agreement that expires.
        on: first day without it.
    Returns:
        The stopped uses.
    """
    return tuple(
        _list_stopped_uses(uses, agreements, expire_agreement(agreements, reference, on), on)
    )


def build_unobstructed_actor(organizations: Iterable[str]) -> Actor:
    """Build an actor who acts for all of these organizations in every role, fully cleared.

    It exists only to ask what the agreements alone decide; no session is ever made for it.

    Args:
        organizations: slugs of the organizations.
    Returns:
        The actor.
    """
    slugs = sorted(organizations)
    last_day = date.max
    return Actor(
        id="anybody",
        second_factor=SecondFactor.PRESENT,
        affiliations=tuple(
            AffiliationFact(slug, OrganizationKind.BACKBONE, role, date.min)
            for slug in slugs
            for role in sorted(STAFF_ROLES)
        ),
        clearance=Clearance(
            Curriculum("", (), ("workshop", "")),
            (ConfidentialitySignature("", date.min),),
            (CompletionFact("workshop", "", date.min, last_day, ""),),
        ),
        security=tuple(
            OrganizationSecurity(slug, date.min, last_day, date.min, overdue=0, colleagues=())
            for slug in slugs
        ),
    )


def _list_stopped_uses(
    uses: Iterable[DependentUse],
    current: AgreementsByReference,
    changed: AgreementsByReference,
    on: date,
) -> Iterator[StoppedUse]:
    for use in uses:
        current_decision = use.ask(current, on)
        if not current_decision.allowed:
            continue
        changed_decision = use.ask(changed, on)
        lost_elements = tuple(
            sorted(
                name
                for name, answer in current_decision.elements.items()
                if answer is Outcome.ALLOW
                and changed_decision.elements.get(name) is not Outcome.ALLOW
            )
        )
        if not changed_decision.allowed:
            new_reasons = tuple(
                reason
                for reason in changed_decision.refusals
                if reason not in current_decision.reasons
            )
            yield StoppedUse(
                use.kind, use.name, use.address, new_reasons, current_decision.agreements
            )
        elif lost_elements:
            new_reasons = tuple(
                reason for reason in changed_decision.refusals if reason.about in lost_elements
            )
            yield StoppedUse(
                use.kind,
                use.name,
                use.address,
                new_reasons,
                current_decision.agreements,
                lost_elements,
            )


def _end_agreement(agreement: AgreementFact, reference: str, on: date) -> AgreementFact:
    agreements_above = tuple(_end_agreement(upper, reference, on) for upper in agreement.above)
    if agreement.reference != reference:
        return replace(agreement, above=agreements_above)
    terminated_on = min(on, agreement.terminated_on or on)
    return replace(agreement, above=agreements_above, terminated_on=terminated_on)
