"""Decide who may view and record the report to a partner, and when Cairn itself delivers one."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, GiveBackFact, PromisedReportFact
from cairn.policy.vocabulary import Action

__all__ = [
    "may_deliver_promised_report",
    "may_record_partner_report",
    "may_view_partner_report",
    "may_view_promised_report",
]


@policy_question
def may_view_partner_report(report: GiveBackFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read the results of a delivery: its owner, and the recipient.

    Args:
        report: facts of the delivery that is reported on.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_partner_report(Action.VIEW_GIVE_BACK, report, actor, on)


@policy_question
def may_record_partner_report(report: GiveBackFact, actor: Actor, on: date) -> Decision:
    """Decide whether the recipient may record that something was reported back for a delivery.

    The report that the agreement promises after each delivery is then no longer due.

    Args:
        report: facts of the delivery that is reported on.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_partner_report(Action.GIVE_BACK, report, actor, on)


@policy_question
def may_deliver_promised_report(report: PromisedReportFact, on: date) -> Decision:
    """Decide whether Cairn itself may deliver the report that an agreement promises a partner.

    The report has published figures only. Once delivered, the duty is met until the partner's next
    submission or period. What an agreement promised ends with the agreement.

    Args:
        report: facts of the report.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran. A refusal names a missing part.
    """
    public = Actor.public()
    request = PolicyRequest(
        action=Action.RELY_ON_AGREEMENT,
        actor=public,
        facts=(report,),
        access_checks=checks.require_actor_access(Action.RELY_ON_AGREEMENT, public),
        authority_checks=(
            *checks.require_valid_agreement(report.agreement),
            checks.check_report_promised(report),
        ),
        outcome_checks=(
            checks.check_report_due(report),
            checks.check_report_figures(report),
            checks.check_report_reader(report),
        ),
        lineage=checks.summarize_lineage((report.agreement,)),
    )
    return decide_request(request, on)


@policy_question
def may_view_promised_report(report: PromisedReportFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the published tables that an agreement promises a partner.

    Args:
        report: facts of the report.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.VIEW_GIVE_BACK,
        actor=actor,
        facts=(report,),
        access_checks=checks.require_actor_access(
            Action.VIEW_GIVE_BACK, actor, frozenset({report.organization})
        ),
        lineage=checks.summarize_lineage((report.agreement,)),
    )
    return decide_request(request, on)


def _decide_on_partner_report(
    action: Action, report: GiveBackFact, actor: Actor, on: date
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(report,),
        access_checks=checks.require_actor_access(action, actor, frozenset({report.organization})),
        outcome_checks=(checks.check_rows_kept(report),),
        lineage=checks.summarize_lineage((report.agreement,)),
    )
    return decide_request(request, on)
