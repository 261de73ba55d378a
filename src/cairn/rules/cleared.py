"""Whether a person, and the organization they act for, are cleared to see a child on a date.

Rules of the first stage (POLICY: actor). Every one of them runs, so that all that is missing is
told at once. What is unknown is not cleared.
"""

from collections.abc import Iterator
from datetime import date

from cairn.rules.cards import clearance as cards
from cairn.rules.clearance import Clearance, OrganizationSecurity
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import Outcome


def person_cleared(clearance: Clearance | None, on: date) -> Iterator[Reason]:
    """Confidentiality agreement, modules and workshop, each with its own reason."""
    if clearance is None:
        yield Reason(cards.PERSON_UNKNOWN, Outcome.DENY)
        return
    version = (("version", clearance.required.confidentiality),)
    yield Reason(cards.CONFIDENTIALITY, _met(clearance.has_signed(on)), version)
    missing = clearance.missing(on)
    yield Reason(cards.MODULES, _met(not missing), (("missing", ", ".join(missing)),))
    yield Reason(cards.WORKSHOP, _met(clearance.attended(on)))


def organization_cleared(
    organization: str, security: OrganizationSecurity | None, on: date
) -> Iterator[Reason]:
    """Self-assessment, plan, bar, and that everyone with access there is trained.

    Overdue destructions are asked about where data are delivered and used (`rules.duty`), since
    they must not keep an organization from the very page on which it destroys.
    """
    name = ("organization", organization)
    if security is None:
        yield Reason(cards.ORGANIZATION_UNKNOWN, Outcome.DENY, (name,))
        return
    if security.barred(on):
        until = ("until", _day(security.barred_until))
        yield Reason(cards.BARRED, Outcome.DENY, (name, until))
    assessed = (name, ("until", _day(security.assessment_expires)))
    yield Reason(cards.ASSESSMENT, _met(security.assessed(on)), assessed)
    since = ("since", _day(security.plan_on))
    yield Reason(cards.PLAN, _met(security.planned(on)), (name, since))
    lagging = security.not_trained(on)
    if lagging is None:
        yield Reason(cards.ORGANIZATION_UNKNOWN, Outcome.DENY, (name,))
        return
    people = sum(1 for c in security.colleagues or () if c.holds_access(on))
    facts = (name, ("count", lagging), ("people", people))
    yield Reason(cards.COLLEAGUES, _met(lagging == 0), facts)


def is_cleared(organization: str, security: OrganizationSecurity | None, on: date) -> bool:
    """Whether no reason keeps an organization's people out."""
    reasons = organization_cleared(organization, security, on)
    return all(reason.effect is Outcome.ALLOW for reason in reasons)


def _met(holds: bool) -> Outcome:  # noqa: FBT001 - a fact, not a switch
    return Outcome.ALLOW if holds else Outcome.DENY


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
