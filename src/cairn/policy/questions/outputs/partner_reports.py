"""Decide who may view and record the report to a partner about its own delivery."""

from datetime import date

from cairn.policy.checks import check_rows_kept, require_actor_access, summarize_lineage
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, GiveBackFact
from cairn.policy.vocabulary import Action

__all__ = ["may_record_partner_report", "may_view_partner_report"]


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


def _decide_on_partner_report(
    action: Action, report: GiveBackFact, actor: Actor, on: date
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(report,),
        access_checks=require_actor_access(action, actor, frozenset({report.organization})),
        outcome_checks=(check_rows_kept(report),),
        lineage=summarize_lineage((report.agreement,)),
    )
    return decide_request(request, on)
