"""Decide who may see, record, correct and withdraw a school's annual notice to families."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AnnualNotice, OrganizationFact
from cairn.policy.questions.governance.access import OrganizationScope, find_organization_scope
from cairn.policy.vocabulary import Action

__all__ = [
    "find_visible_annual_notices",
    "may_give_annual_notice",
    "may_record_annual_notice",
    "may_withdraw_annual_notice",
]


@policy_question
def may_give_annual_notice(institution: OrganizationFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record annual notices of an organization at all.

    Args:
        institution: facts of the organization.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.RECORD_ANNUAL_NOTICE,
        actor=actor,
        facts=(institution,),
        access_checks=checks.require_actor_access(
            Action.RECORD_ANNUAL_NOTICE, actor, frozenset({institution.slug})
        ),
        authority_checks=(checks.check_noticing_institution(institution),),
    )
    return decide_request(request, on)


@policy_question
def may_record_annual_notice(
    notice: AnnualNotice,
    institution: OrganizationFact,
    seen: int,
    on_record: int,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may record an annual notice, or a corrected version of it.

    Args:
        notice: the notice as it would be recorded.
        institution: facts of the organization that gave it.
        seen: number of the version that the user corrects; 0 for a first notice.
        on_record: number of the version in effect; 0 if the school year has none.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.RECORD_ANNUAL_NOTICE,
        actor=actor,
        facts=(notice, institution, seen, on_record),
        access_checks=checks.require_actor_access(
            Action.RECORD_ANNUAL_NOTICE, actor, frozenset({institution.slug})
        ),
        authority_checks=(
            checks.check_noticing_institution(institution),
            checks.check_notice_version(institution.slug, seen, on_record),
            checks.check_notice_published(notice),
            checks.check_opt_out_period(notice),
            checks.check_noticed_element(notice),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_withdraw_annual_notice(
    organization: str, seen: int, on_record: int, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may withdraw an annual notice; nothing new then rests on it.

    Args:
        organization: slug of the organization that gave it.
        seen: number of the version that the user withdraws.
        on_record: number of the version in effect; 0 if the school year has none.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.RECORD_ANNUAL_NOTICE,
        actor=actor,
        facts=(organization, seen, on_record),
        access_checks=checks.require_actor_access(
            Action.RECORD_ANNUAL_NOTICE, actor, frozenset({organization})
        ),
        authority_checks=(checks.check_notice_version(organization, seen, on_record),),
    )
    return decide_request(request, on)


def find_visible_annual_notices(actor: Actor, on: date) -> OrganizationScope:
    """Find the organizations with annual notices that a user may see.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations.
    """
    return find_organization_scope(Action.VIEW_ANNUAL_NOTICE, actor, on)
