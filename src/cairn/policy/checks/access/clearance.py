"""Check whether a person and their organization are cleared to see a child on a date.

These are rules of the first stage. Every one of them runs, so that everything missing is shown at
once. What is unknown does not count as cleared.
"""

from collections.abc import Iterator
from datetime import date

from cairn.policy.engine import Reason
from cairn.policy.facts import Clearance, OrganizationSecurity
from cairn.policy.law.cards.governance import clearance as cards
from cairn.policy.lifecycles import TrainingState
from cairn.policy.vocabulary import Outcome


def find_training_state(clearance: Clearance, on: date) -> TrainingState:
    """Find the state of a person's clearance on a date.

    Args:
        clearance: what the person has signed and passed, and what is required.
        on: the date.
    Returns:
        The state.
    """
    if clearance.until(on) is not None:
        return TrainingState.CLEARED
    if any(first <= on for first, _last_day in clearance.list_cleared_periods()):
        return TrainingState.LAPSED
    return TrainingState.LEARNING if clearance.missing(on) else TrainingState.READY


def check_person_clearance(clearance: Clearance | None, on: date) -> Iterator[Reason]:
    """Check confidentiality agreement, modules and workshop, each with its own reason.

    Args:
        clearance: the person's clearance, ``None`` if unknown.
        on: date of the check.
    Returns:
        One reason per requirement.
    """
    if clearance is None:
        yield Reason(cards.PERSON_UNKNOWN, Outcome.DENY)
        return
    version = (("version", clearance.required.confidentiality),)
    yield Reason(cards.CONFIDENTIALITY, _outcome_of(clearance.has_signed(on)), version)
    missing = clearance.missing(on)
    yield Reason(cards.MODULES, _outcome_of(not missing), (("missing", ", ".join(missing)),))
    yield Reason(cards.WORKSHOP, _outcome_of(clearance.has_attended_workshop(on)))


def check_organization_clearance(
    organization: str, security: OrganizationSecurity | None, on: date
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
    organization_fact = ("organization", organization)
    if security is None:
        yield Reason(cards.ORGANIZATION_UNKNOWN, Outcome.DENY, (organization_fact,))
        return
    if security.is_barred(on):
        until_fact = ("until", _format_day(security.barred_until))
        yield Reason(cards.BARRED, Outcome.DENY, (organization_fact, until_fact))
    assessed = (organization_fact, ("until", _format_day(security.assessment_expires)))
    yield Reason(cards.ASSESSMENT, _outcome_of(security.is_assessed(on)), assessed)
    since_fact = ("since", _format_day(security.plan_on))
    yield Reason(
        cards.PLAN, _outcome_of(security.has_security_plan(on)), (organization_fact, since_fact)
    )
    untrained = security.count_untrained_people(on)
    if untrained is None:
        yield Reason(cards.ORGANIZATION_UNKNOWN, Outcome.DENY, (organization_fact,))
        return
    people = sum(1 for colleague in security.colleagues or () if colleague.has_access(on))
    facts = (organization_fact, ("count", untrained), ("people", people))
    yield Reason(cards.COLLEAGUES, _outcome_of(untrained == 0), facts)


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
    reasons = check_organization_clearance(organization, security, on)
    return all(reason.effect is Outcome.ALLOW for reason in reasons)


def _outcome_of(holds: bool) -> Outcome:  # noqa: FBT001 - a fact, not a switch
    return Outcome.ALLOW if holds else Outcome.DENY


def _format_day(day: date | None) -> str:
    return day.isoformat() if day else ""
