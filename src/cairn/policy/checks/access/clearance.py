"""Check whether a person and their organization are cleared to see a child on a date.

These are checks of the first stage. Every one of them runs, so that everything missing is shown at
once. An unknown fact does not count as cleared.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import Actor, Clearance, OrganizationSecurity
from cairn.policy.law.cards.governance import access as cards
from cairn.policy.lifecycles import TrainingState
from cairn.policy.vocabulary import Outcome

__all__ = [
    "check_attested_by_other",
    "check_modules_before_workshop",
    "check_organization_clearance",
    "check_own_signature",
    "find_training_state",
]


def find_training_state(clearance: Clearance, on: date) -> TrainingState:
    """Find the state of a person's clearance on a date.

    Args:
        clearance: what the person has signed and passed, and the requirements.
        on: the date.
    Returns:
        The state.
    """
    if clearance.until(on) is not None:
        return TrainingState.CLEARED
    if any(first <= on for first, _last_day in clearance.list_cleared_periods()):
        return TrainingState.LAPSED
    return TrainingState.LEARNING if clearance.missing(on) else TrainingState.READY


@policy_check(cards.PERSON_UNKNOWN, cards.CONFIDENTIALITY, cards.MODULES, cards.WORKSHOP)
def check_person_clearance(on: date, clearance: Clearance | None) -> Iterator[Reason]:
    """Check confidentiality agreement, modules and workshop, each with its own reason.

    Args:
        clearance: the person's clearance, ``None`` if unknown.
        on: date of the check.
    Returns:
        One reason per requirement.
    """
    if clearance is None:
        yield Reason.from_card(cards.PERSON_UNKNOWN, met=False)
        return
    is_signed, version = clearance.has_signed(on), clearance.required.confidentiality
    yield Reason.from_card(cards.CONFIDENTIALITY, met=is_signed, version=version)
    missing = clearance.missing(on)
    yield Reason.from_card(cards.MODULES, met=not missing, missing=", ".join(missing))
    yield Reason.from_card(cards.WORKSHOP, met=clearance.has_attended_workshop(on))


ORGANIZATION_CARDS: Final = (
    cards.ORGANIZATION_UNKNOWN,
    cards.BARRED,
    cards.ASSESSMENT,
    cards.PLAN,
    cards.COLLEAGUES,
)


@policy_check(*ORGANIZATION_CARDS)
def check_organization_clearance(
    on: date, organization: str, security: OrganizationSecurity | None
) -> Iterator[Reason]:
    """Check self-assessment, security plan, bar, and that everyone with access there is trained.

    Overdue destructions are checked where data are delivered and used (`checks.retention`), since
    they must not block an organization from the page on which it destroys data.

    Args:
        organization: slug of the organization.
        security: its security facts, ``None`` if unknown.
        on: date of the check.
    Returns:
        One reason per requirement.
    """
    if security is None:
        yield Reason.from_card(cards.ORGANIZATION_UNKNOWN, met=False, organization=organization)
        return
    if security.is_barred(on):
        until = _format_day(security.barred_until)
        yield Reason.from_card(cards.BARRED, met=False, organization=organization, until=until)
    yield Reason.from_card(
        cards.ASSESSMENT,
        met=security.is_assessed(on),
        organization=organization,
        until=_format_day(security.assessment_expires),
    )
    yield Reason.from_card(
        cards.PLAN,
        met=security.has_security_plan(on),
        organization=organization,
        since=_format_day(security.plan_on),
    )
    untrained = security.count_untrained_people(on)
    if untrained is None:
        yield Reason.from_card(cards.ORGANIZATION_UNKNOWN, met=False, organization=organization)
        return
    people = sum(1 for colleague in security.colleagues or () if colleague.has_access(on))
    yield Reason.from_card(
        cards.COLLEAGUES,
        met=untrained == 0,
        organization=organization,
        count=untrained,
        people=people,
    )


def is_organization_cleared(
    organization: str, security: OrganizationSecurity | None, on: date
) -> bool:
    """Tell whether no reason denies an organization's people access to student data.

    Args:
        organization: slug of the organization.
        security: its security facts, ``None`` if unknown.
        on: date of the check.
    Returns:
        True if every requirement is met.
    """
    reasons = check_organization_clearance(organization, security).run(on)
    return all(reason.effect is Outcome.ALLOW for reason in reasons)


def _format_day(day: date | None) -> str:
    return day.isoformat() if day else ""


@policy_check(cards.OWN_SIGNATURE)
def check_own_signature(on: date, actor: Actor, person: str) -> Reason:
    """Check that a person signs for themselves only.

    Args:
        on: date of the check.
        actor: the person who asks.
        person: actor id of the person who is to sign.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.OWN_SIGNATURE, met=actor.id == person)


@policy_check(cards.ATTEST_OTHERS)
def check_attested_by_other(
    on: date, actor: Actor, person: str, organization: str, others: int
) -> Reason:
    """Check that another person attests the training, where there is one.

    Args:
        on: date of the check.
        actor: the person who asks.
        person: actor id of the person trained.
        organization: slug of the organization for which they hold a role.
        others: number of other people at that organization who could attest it.
    Returns:
        One reason.
    """
    is_own_attestation = actor.id == person and others > 0
    return Reason.from_card(
        cards.ATTEST_OTHERS, met=not is_own_attestation, organization=organization
    )


@policy_check(cards.WORKSHOP_LAST)
def check_modules_before_workshop(on: date, clearance: Clearance, took_place: date) -> Reason:
    """Check that every module was passed before the workshop took place.

    Args:
        on: date of the check.
        clearance: clearance of the person trained.
        took_place: day of the workshop.
    Returns:
        One reason.
    """
    missing = clearance.missing(took_place)
    return Reason.from_card(
        cards.WORKSHOP_LAST, met=not missing, on=took_place.isoformat(), missing=", ".join(missing)
    )
