"""Decide what a program may do on a day and in a year with its own records.

Reports to funders, meals, incidents, offers of a place and staff. Only people of the program's own
organization do any of it.
"""

from dataclasses import replace
from datetime import date

from cairn.policy import checks, facts
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action

__all__ = [
    "may_add_to_incident",
    "may_answer_offer",
    "may_close_incident",
    "may_file_incident",
    "may_offer_place",
    "may_publish_program_report",
    "may_record_meal",
    "may_report_to_funder",
    "may_write_incident",
]

_DRAFT, _FILED, _CLOSED = "draft", "filed", "closed"


@policy_question
def may_report_to_funder(report: facts.FunderReportFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may report counts of a program's own records to its funder.

    The counts leave the organization under its own grant. They name no child; small groups are
    marked, and the program judges whether its grant requires them.

    Args:
        report: facts of the report.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(_build_report_request(report, actor), on)


@policy_question
def may_publish_program_report(report: facts.FunderReportFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may make the version of a report that anyone may read.

    Args:
        report: facts of the report, with the smallest group of children that it shows.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = _build_report_request(report, actor)
    published = (checks.check_published_year(report), checks.check_published_counts(report))
    return decide_request(
        replace(request, outcome_checks=(*request.outcome_checks, *published)), on
    )


@policy_question
def may_record_meal(
    series: facts.SessionSeriesFact, day: date, meal: facts.MealFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may record how many children were served a meal at a session.

    Args:
        series: facts of the group.
        day: the day of the session.
        meal: facts of the count.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.TAKE_ATTENDANCE,
            actor=actor,
            facts=(series, day, meal),
            access_checks=checks.require_program_access(
                Action.TAKE_ATTENDANCE, actor, series.organization, series.sites
            ),
            outcome_checks=(
                checks.check_series_runs(series, day),
                checks.check_series_weekday(series, day),
                checks.check_attendance_day(day),
                checks.check_meal_present(meal),
            ),
        ),
        on,
    )


@policy_question
def may_write_incident(incident: facts.IncidentFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may write or change the draft of an incident report.

    Args:
        incident: facts of the report, with the children that it is about.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    children = checks.check_incident_children(incident)
    request = _build_incident_request(Action.TAKE_ATTENDANCE, incident, actor, _DRAFT)
    return decide_request(replace(request, outcome_checks=(*request.outcome_checks, children)), on)


@policy_question
def may_file_incident(incident: facts.IncidentFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may file an incident report, after which its text does not change.

    Args:
        incident: facts of the report.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    complete = checks.check_incident_complete(incident)
    request = _build_incident_request(Action.TAKE_ATTENDANCE, incident, actor, _DRAFT)
    return decide_request(replace(request, outcome_checks=(*request.outcome_checks, complete)), on)


@policy_question
def may_add_to_incident(incident: facts.IncidentFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may add to an incident report that was filed.

    Args:
        incident: facts of the report.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = _build_incident_request(Action.TAKE_ATTENDANCE, incident, actor, _FILED, _CLOSED)
    return decide_request(request, on)


@policy_question
def may_close_incident(incident: facts.IncidentFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may close an incident report that was filed.

    Args:
        incident: facts of the report.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = _build_incident_request(Action.CLOSE_INCIDENT, incident, actor, _FILED)
    return decide_request(request, on)


@policy_question
def may_offer_place(
    series: facts.SessionSeriesFact,
    offer: facts.PlaceOfferFact,
    starts: date,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may offer a free place to the family that waits longest.

    Args:
        series: facts of the group, with the places that are held or promised.
        offer: facts of the registration that is next.
        starts: the day from which the place is free.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.CHANGE_PROGRAM,
            actor=actor,
            facts=(series, offer, starts),
            access_checks=checks.require_program_access(
                Action.CHANGE_PROGRAM, actor, series.organization, series.sites
            ),
            outcome_checks=(
                checks.check_series_runs(series, starts),
                checks.check_free_place(series),
                checks.check_offer_next(offer),
            ),
        ),
        on,
    )


@policy_question
def may_answer_offer(offer: facts.PlaceOfferFact, actor: Actor, on: date) -> Decision:
    """Decide whether a family may accept or decline the offer of a place, without an account.

    Args:
        offer: facts of the registration.
        actor: the person who opened the link; the public without a sign-in.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.REGISTER_CHILD,
            actor=actor,
            facts=(offer,),
            access_checks=checks.require_actor_access(Action.REGISTER_CHILD, actor),
            outcome_checks=(checks.check_offer_open(offer),),
        ),
        on,
    )


def _build_incident_request(
    action: Action, incident: facts.IncidentFact, actor: Actor, *states: str
) -> PolicyRequest:
    return PolicyRequest(
        action=action,
        actor=actor,
        facts=(incident,),
        access_checks=checks.require_program_access(
            action, actor, incident.organization, incident.sites
        ),
        outcome_checks=(checks.check_incident_state(incident, frozenset(states)),),
    )


def _build_report_request(report: facts.FunderReportFact, actor: Actor) -> PolicyRequest:
    return PolicyRequest(
        action=Action.REPORT_TO_FUNDER,
        actor=actor,
        facts=(report,),
        access_checks=checks.require_program_access(
            Action.REPORT_TO_FUNDER, actor, report.organization
        ),
        outcome_checks=(checks.check_report_period(report),),
    )
