"""Check bases for one occasion (emergency, transfer, court order) and what they open."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from cairn.policy.checks.students.student_case import ExceptionalBasis
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import (
    AnnualNotice,
    CourtOrder,
    Emergency,
    EnrollmentTransfer,
    Facts,
    StudentCircumstance,
    UseRequest,
)
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.vocabulary import Action, LegalBasis, Outcome

__all__ = [
    "check_emergency",
    "find_emergencies",
    "list_exceptional_bases",
    "select_valid_emergencies",
]

MAX_EMERGENCY_CHILDREN: Final = 25
"""Children in one emergency above which a person has to decide.

A guard of this software against bulk exchange that is labeled an emergency.
"""


CIRCUMSTANCE_BASES: Final = frozenset(
    {
        LegalBasis.FINANCIAL_AID,
        LegalBasis.JUVENILE_JUSTICE,
        LegalBasis.TREATMENT,
        LegalBasis.IMMUNIZATION_PROOF,
    }
)
"""Legal bases that a documented circumstance of the student opens."""


def list_exceptional_bases(
    facts: Facts, request: UseRequest, on: date
) -> Mapping[str, frozenset[ExceptionalBasis]]:
    """List, for each student, the bases that open the records to the receiver on a day.

    Args:
        facts: everything on record.
        request: the request.
        on: date of the use.
    Returns:
        Exceptional bases by student.
    """
    bases: dict[str, set[ExceptionalBasis]] = defaultdict(set)
    receiver = request.receiver
    if request.action is Action.EMERGENCY:
        for emergency in select_valid_emergencies(find_emergencies(facts, request), request, on):
            for student in emergency.people:
                bases[student].add((LegalBasis.EMERGENCY, emergency.organization))
    for transfer in facts.transfers:
        if transfer.receiver == receiver and _is_transfer_notified(transfer, facts.notices, on):
            bases[transfer.person].add((LegalBasis.TRANSFER, transfer.sender))
    for order in facts.orders:
        if order.recipient == receiver and _is_order_notified(order, on):
            for student in order.people:
                bases[student].add((LegalBasis.SUBPOENA, order.organization))
    for circumstance in _select_circumstances(facts, receiver, on):
        bases[circumstance.person].add((circumstance.basis, circumstance.organization))
    return {student: frozenset(occasions) for student, occasions in bases.items()}


def _select_circumstances(facts: Facts, receiver: str, on: date) -> Iterator[StudentCircumstance]:
    """Select the circumstances of single students that are documented and last, for a receiver.

    A transfer, an order and an emergency are facts of their own, with conditions of their own.
    """
    for circumstance in facts.circumstances:
        is_valid = circumstance.basis in CIRCUMSTANCE_BASES and circumstance.is_valid(on)
        if circumstance.receiver == receiver and is_valid:
            yield circumstance


def _is_transfer_notified(
    transfer: EnrollmentTransfer, notices: Iterable[AnnualNotice], on: date
) -> bool:
    """Tell whether the family was notified, or the annual notice covers it (34 CFR 99.34(a)(1))."""
    is_notified = transfer.notified_on is not None and transfer.notified_on <= on
    by_notice = any(
        notice.organization == transfer.sender and notice.forwarding and notice.published_on <= on
        for notice in notices
    )
    return is_notified or by_notice


def _is_order_notified(order: CourtOrder, on: date) -> bool:
    """Tell whether the order was issued, and a reasonable effort to notify the family came first.

    An order that forbids notification excepts it. Source: 34 CFR 99.31(a)(9)(ii).
    """
    efforts = (order.notified_on, order.effort_on)
    has_tried = any(day is not None and day <= on for day in efforts)
    return order.issued_on <= on and (has_tried or bool(order.sealed.strip()))


def find_emergencies(facts: Facts, request: UseRequest) -> tuple[Emergency, ...]:
    """Find the emergencies on record that name the receiver as one that needs the information.

    Args:
        facts: everything on record.
        request: the request.
    Returns:
        The emergencies.
    """
    return tuple(
        candidate for candidate in facts.emergencies if request.receiver in candidate.recipients
    )


@policy_check(
    cards.EMERGENCY,
    exceptional_bases_cards.THREAT,
    exceptional_bases_cards.TIME_BOX,
    exceptional_bases_cards.STANDING,
    exceptional_bases_cards.A_PERSON_DECIDES,
)
def check_emergency(
    on: date, emergencies: tuple[Emergency, ...], request: UseRequest
) -> Iterator[Reason]:
    """Check that an emergency is stated, determined by an official and not over (34 CFR 99.36).

    Args:
        emergencies: emergencies that name the receiver.
        request: the request.
        on: date of the use.
    Returns:
        The reasons of the emergency that is closest to allowing.
    """
    reasons_by_emergency = [
        tuple(_list_emergency_reasons(candidate, request, on)) for candidate in emergencies
    ]
    if not reasons_by_emergency:
        yield Reason.from_card(cards.EMERGENCY, met=False, organization=request.receiver)
        return
    yield Reason.from_card(cards.EMERGENCY, met=True, organization=request.receiver)
    yield from min(reasons_by_emergency, key=_rank_refusal)


def select_valid_emergencies(
    emergencies: tuple[Emergency, ...], request: UseRequest, on: date
) -> tuple[Emergency, ...]:
    """Select the emergencies that open records: no rule refuses them, no question is open.

    Where none is valid, it is the one about which `check_emergency` asks a person. An emergency
    that is over, or that no official determined, opens no records beside one that is valid.

    Args:
        emergencies: emergencies that name the receiver.
        request: the request.
        on: date of the use.
    Returns:
        The emergencies to rely on.
    """
    worst = {
        candidate.id: _rank_refusal(tuple(_list_emergency_reasons(candidate, request, on)))
        for candidate in emergencies
    }
    if valid := tuple(candidate for candidate in emergencies if not worst[candidate.id]):
        return valid
    nearest = min(emergencies, key=lambda candidate: worst[candidate.id], default=None)
    return (nearest,) if nearest is not None and worst[nearest.id] == 1 else ()


def _list_emergency_reasons(
    emergency: Emergency, request: UseRequest, on: date
) -> Iterator[Reason]:
    official, determined_on = emergency.determined_by.strip(), emergency.determined_on
    facts = (("official", official or "(nobody)"), ("determined", str(determined_on)))
    if not emergency.threat.strip():
        yield Reason(exceptional_bases_cards.THREAT, Outcome.DENY, facts)
    if not official or determined_on is None or determined_on > on:
        yield Reason(
            exceptional_bases_cards.A_PERSON_DECIDES,
            Outcome.NEEDS_PERSON,
            (*facts, ("about", emergency.id)),
        )
        return
    yield Reason(exceptional_bases_cards.THREAT, Outcome.ALLOW, facts)
    is_over = emergency.ends is None or on > emergency.ends
    yield Reason.from_card(
        exceptional_bases_cards.TIME_BOX,
        met=not is_over,
        determined=str(determined_on),
        ends=str(emergency.ends),
    )
    count = len(set(request.people))
    count_effect = Outcome.NEEDS_PERSON if count > MAX_EMERGENCY_CHILDREN else Outcome.ALLOW
    yield Reason(
        exceptional_bases_cards.STANDING,
        count_effect,
        (("n", count), ("most", MAX_EMERGENCY_CHILDREN), ("about", emergency.id)),
    )


def _rank_refusal(reasons: tuple[Reason, ...]) -> int:
    """Rank how far an emergency is from allowing: 0 clear, 1 a person to ask, 2 or 3 a refusal."""
    effects = {reason.effect for reason in reasons}
    return (Outcome.DENY in effects) * 2 + (Outcome.NEEDS_PERSON in effects)
