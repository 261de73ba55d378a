"""Find what must be destroyed by when, and check that no destruction is overdue."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from cairn.policy.coverage import list_terms_for_element
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import (
    UNTIL_TERMINATED,
    AgreementFact,
    DemandFact,
    DutyFact,
    Holding,
    RevocationFact,
)
from cairn.policy.law.cards.governance import record_keeping as cards
from cairn.policy.vocabulary import RECIPIENT_ROLES, DutyCause, DutyState, PartyRole, label_code

__all__ = [
    "check_data_owner",
    "check_destruction_certified",
    "check_due_date_ahead",
    "check_no_overdue_destruction",
    "find_destruction_due_date",
    "find_destruction_duties",
]

COUNTED_FROM_AGREEMENT_END: Final = "agreement_end"


def find_destruction_due_date(
    agreement: AgreementFact, received_on: date, elements: Collection[str] = ()
) -> date | None:
    """Find the last day on which a delivery may be kept.

    The period counts from the day of delivery, or from the agreement's last day where the text says
    so and that day is known. It is never longer than the text allows.

    Args:
        agreement: facts of the agreement.
        received_on: the day on which the data were received.
        elements: elements (``record.field``) in the delivery. A delivery is destroyed as a whole,
            so the shortest period of its elements counts.

    Returns:
        The last day; ``None`` if the agreement states no period.
    """
    if agreement.retention.period_days is None:
        return None
    shorter_periods = (
        term.retention_days
        for element in elements
        for term in list_terms_for_element(agreement, element)
        if term.retention_days is not None
    )
    period_days = min([agreement.retention.period_days, *shorter_periods])
    counted_from = received_on
    base_date = find_retention_base_date(agreement)
    if agreement.retention.counted_from == COUNTED_FROM_AGREEMENT_END and base_date is not None:
        counted_from = max(received_on, base_date)
    return counted_from + timedelta(days=period_days)


def find_retention_base_date(agreement: AgreementFact) -> date | None:
    """Find the day from which retention counts after an agreement; ``None`` if it is not known.

    It is the day of termination, the first on which the agreement is no longer in force, or the
    last day of its term. `find_last_day_in_force` answers another question: of a terminated
    agreement it returns the day before.
    """
    base_date = agreement.terminated_on or agreement.ends
    return None if base_date == UNTIL_TERMINATED else base_date


CLOSING_PERIOD: Final = timedelta(days=60)
"""Days that a recipient has after an agreement or project ended, when no purpose remains.

It applies where the agreement's own period counts from the delivery, so it can only shorten that
period.
"""


def find_destruction_duties(
    agreement: AgreementFact,
    holdings: Iterable[Holding],
    demands: Iterable[DemandFact],
    on: date,
    revocations: Iterable[RevocationFact] = (),
) -> tuple[DutyFact, ...]:
    """Find what must be destroyed of an agreement's holdings, the earliest due date first.

    Each holding has one duty: the cause with the earliest due date. Duties with a future date are
    included, so that a calendar can show them.

    Args:
        agreement: facts of the agreement.
        holdings: data held under the agreement.
        demands: destruction that owners demanded.
        on: the day that the decision is for.
        revocations: consents that were revoked.

    Returns:
        One duty for each owner, cause, due date and state.
    """
    demand_facts, revocation_facts = tuple(demands), tuple(revocations)
    references_by_duty: dict[tuple[str, DutyCause, date, DutyState], list[str]] = {}
    for holding in holdings:
        causes = [
            *_find_destruction_causes(agreement, holding, demand_facts, on),
            *_find_revocation_causes(agreement, holding, revocation_facts),
        ]
        if not causes:
            continue
        due, cause = min(causes)
        state = DutyState.DEMANDED if cause is DutyCause.DEMAND else DutyState.DUE
        references_by_duty.setdefault((holding.owner, cause, due, state), []).append(
            holding.reference
        )
    holders = agreement.list_organizations(*RECIPIENT_ROLES)
    return tuple(
        DutyFact(agreement.reference, owner, holders, cause, due, tuple(sorted(references)), state)
        for (owner, cause, due, state), references in sorted(
            references_by_duty.items(), key=lambda item: (item[0][2], item[0][0], item[0][1])
        )
    )


def _find_destruction_causes(
    agreement: AgreementFact, holding: Holding, demands: tuple[DemandFact, ...], on: date
) -> Iterator[tuple[date, DutyCause]]:
    promised_days = [holding.keep_until, find_destruction_due_date(agreement, holding.since)]
    if known_days := [day for day in promised_days if day is not None]:
        yield min(known_days), DutyCause.TERM
    base_date = find_retention_base_date(agreement)
    if (
        base_date is not None
        and base_date < on
        and agreement.retention.counted_from != COUNTED_FROM_AGREEMENT_END
    ):
        was_terminated = agreement.terminated_on is not None
        cause = DutyCause.TERMINATED if was_terminated else DutyCause.AGREEMENT_ENDED
        yield max(base_date, holding.since) + CLOSING_PERIOD, cause
    if holding.project_ended is not None and holding.project_ended < on:
        yield holding.project_ended + CLOSING_PERIOD, DutyCause.PROJECT_ENDED
    for demand in demands:
        if (demand.agreement, demand.owner) == (holding.agreement, holding.owner):
            yield demand.due, DutyCause.DEMAND


def _find_revocation_causes(
    agreement: AgreementFact, holding: Holding, revocations: tuple[RevocationFact, ...]
) -> Iterator[tuple[date, DutyCause]]:
    """Find holdings received while a consent counted that the family has since revoked.

    They are destroyed only where the agreement says so: a revocation undoes nothing by itself
    (POLICY 2.3).
    """
    days = agreement.retention.revoked_days
    if days is None or holding.is_proof:
        return
    for revocation in revocations:
        is_same_owner = (revocation.agreement, revocation.owner) == (
            holding.agreement,
            holding.owner,
        )
        if is_same_owner and revocation.counted_from <= holding.since <= revocation.revoked_on:
            yield revocation.revoked_on + timedelta(days=days), DutyCause.REVOKED


@policy_check(cards.OVERDUE_KNOWN, cards.OVERDUE)
def check_no_overdue_destruction(
    on: date, overdue: Collection[DutyFact] | None
) -> Iterator[Reason]:
    """Check that a recipient with an overdue destruction receives nothing more.

    ``None`` means that the duties were not looked up, which denies.

    Args:
        on: date of the check.
        overdue: destruction duties of the recipient that are overdue; ``None`` if they were not
            looked up, which denies.
    Returns:
        A refusal for each duty that is overdue, else one reason.
    """
    if overdue is None:
        yield Reason.from_card(cards.OVERDUE_KNOWN, met=False)
        return
    overdue_duties = [duty for duty in overdue if duty.is_overdue(on)]
    for duty in sorted(overdue_duties, key=lambda item: (item.due, item.agreement, item.owner)):
        yield Reason.from_card(
            cards.OVERDUE,
            met=False,
            agreement=duty.agreement,
            owner=duty.owner,
            holder=" or ".join(sorted(duty.holders)),
            due=duty.due.isoformat(),
        )
    if not overdue_duties:
        yield Reason.from_card(cards.OVERDUE, met=True)


@policy_check(cards.OWNER)
def check_data_owner(on: date, agreement: AgreementFact, owner: str) -> Reason:
    """Check that the organization provides data under the agreement.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
        owner: slug of the owner of the data.
    Returns:
        One reason.
    """
    is_provider = owner in agreement.list_organizations(PartyRole.PROVIDER)
    return Reason.from_card(
        cards.OWNER, met=is_provider, agreement=agreement.reference, owner=owner
    )


@policy_check(cards.AHEAD)
def check_due_date_ahead(on: date, due: date) -> Reason:
    """Check that the due date is not in the past.

    Args:
        on: date of the check.
        due: the proposed due date.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.AHEAD, met=due >= on, due=due.isoformat(), on=on.isoformat())


@policy_check(cards.CERTIFIED)
def check_destruction_certified(on: date, state: DutyState) -> Reason:
    """Check that a certificate awaits an answer.

    Args:
        on: date of the check.
        state: present state of the destruction duty.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.CERTIFIED, met=state is DutyState.CERTIFIED, state=label_code(state)
    )
