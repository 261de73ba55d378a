"""Check a program's day and year: reports to funders, meals, incidents, offers and staff."""

from datetime import date, timedelta
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import FunderReportFact, IncidentFact, MealFact, PlaceOfferFact
from cairn.policy.law.cards.services import program_day as cards

__all__ = [
    "check_incident_children",
    "check_incident_complete",
    "check_incident_state",
    "check_meal_present",
    "check_offer_next",
    "check_offer_open",
    "check_published_counts",
    "check_published_year",
    "check_report_period",
]

_LONGEST_REPORT: Final = timedelta(days=366)
_SMALLEST_GROUP: Final = 10
"""The default minimum of `cairn.sdc.tables.SuppressionRule`: as in most states' reports."""


@policy_check(cards.REPORT_PERIOD)
def check_report_period(on: date, report: FunderReportFact) -> Reason:
    """Check that a report covers days that have come, and a year at most.

    Args:
        on: date of the check.
        report: facts of the report.
    Returns:
        One reason.
    """
    length = report.last_day - report.first_day
    fits = report.first_day <= report.last_day <= on and length < _LONGEST_REPORT
    return Reason.from_card(
        cards.REPORT_PERIOD,
        met=fits,
        first=report.first_day.isoformat(),
        last=report.last_day.isoformat(),
    )


@policy_check(cards.PUBLISHED_COUNTS)
def check_published_counts(on: date, report: FunderReportFact) -> Reason:
    """Check that the version for publication shows no small group of children.

    Args:
        on: date of the check.
        report: facts of the report.
    Returns:
        One reason.
    """
    smallest = report.smallest_shown
    return Reason.from_card(
        cards.PUBLISHED_COUNTS,
        met=smallest is None or smallest >= _SMALLEST_GROUP,
        smallest=smallest or 0,
    )


@policy_check(cards.PUBLISHED_YEAR)
def check_published_year(on: date, report: FunderReportFact) -> Reason:
    """Check that the version for publication covers a whole school year that has ended.

    Args:
        on: date of the check.
        report: facts of the report.
    Returns:
        One reason.
    """
    first, last = report.first_day, report.last_day
    is_year = (first.month, first.day, last) == (7, 1, date(first.year + 1, 6, 30))
    return Reason.from_card(
        cards.PUBLISHED_YEAR,
        met=is_year and last < on,
        first=first.isoformat(),
        last=last.isoformat(),
    )


@policy_check(cards.MEAL_PRESENT)
def check_meal_present(on: date, meal: MealFact) -> Reason:
    """Check that no more meals are counted than children were present.

    Args:
        on: date of the check.
        meal: facts of the count.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.MEAL_PRESENT,
        met=meal.served <= meal.present,
        served=meal.served,
        present=meal.present,
    )


@policy_check(cards.INCIDENT_STATE)
def check_incident_state(on: date, incident: IncidentFact, states: frozenset[str]) -> Reason:
    """Check that an incident report is in a state in which something may be done with it.

    Args:
        on: date of the check.
        incident: facts of the report.
        states: the states in which it may be done.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.INCIDENT_STATE, met=incident.state in states, state=incident.state
    )


@policy_check(cards.INCIDENT_CHILDREN)
def check_incident_children(on: date, incident: IncidentFact) -> Reason:
    """Check that the children of an incident report are on record with the organization.

    Args:
        on: date of the check.
        incident: facts of the report.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.INCIDENT_CHILDREN, met=not incident.others, others=incident.others
    )


@policy_check(cards.INCIDENT_COMPLETE)
def check_incident_complete(on: date, incident: IncidentFact) -> Reason:
    """Check that an incident report names a child, what happened and what was done.

    Args:
        on: date of the check.
        incident: facts of the report.
    Returns:
        One reason.
    """
    is_complete = incident.is_complete and incident.names_child and incident.day <= on
    return Reason.from_card(cards.INCIDENT_COMPLETE, met=is_complete)


@policy_check(cards.OFFER_NEXT)
def check_offer_next(on: date, offer: PlaceOfferFact) -> Reason:
    """Check that a family waits for a place, or that an offer to it has expired.

    Args:
        on: date of the check.
        offer: facts of the registration that is next.
    Returns:
        One reason.
    """
    is_expired = offer.offered_until is not None and offer.offered_until < on
    waits = offer.state == "waiting" or (offer.state == "offered" and is_expired)
    return Reason.from_card(cards.OFFER_NEXT, met=waits)


@policy_check(cards.OFFER_OPEN)
def check_offer_open(on: date, offer: PlaceOfferFact) -> Reason:
    """Check that an offer was not answered, and its last day has not passed.

    Args:
        on: date of the check.
        offer: facts of the registration.
    Returns:
        One reason.
    """
    is_open = offer.offered_until is not None and on <= offer.offered_until
    return Reason.from_card(cards.OFFER_OPEN, met=offer.state == "offered" and is_open)
