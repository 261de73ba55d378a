"""Decide who may write, open and close a survey, and whether its link takes an answer."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AgreementFact, DeliveryFact, DutyFact, SurveyFact
from cairn.policy.questions.data.deliveries import build_submission_request
from cairn.policy.questions.governance import access
from cairn.policy.vocabulary import Action

__all__ = [
    "find_surveying_organizations",
    "may_answer_survey",
    "may_change_survey",
    "may_manage_survey",
    "may_name_survey_links",
    "may_open_survey",
]


@policy_question
def may_manage_survey(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may see, close and receive a survey of an organization.

    Args:
        organization: slug of the organization that asks.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return access.may_open_page(Action.MANAGE_SURVEY, actor, organization=organization, on=on)


@policy_question
def may_name_survey_links(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may get the personal links of a survey with the students' names.

    Only the organization's own staff may: it writes to its own families. The hub holds the names
    for other purposes.

    Args:
        organization: slug of the organization that asks.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return access.may_open_page(Action.NAME_SURVEY_LINKS, actor, organization=organization, on=on)


def find_surveying_organizations(actor: Actor, on: date) -> access.OrganizationScope:
    """Find the organizations for which a user may see surveys.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_manage_survey`` for each.
    """
    return access.find_organization_scope(Action.MANAGE_SURVEY, actor, on)


@policy_question
def may_change_survey(survey: SurveyFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may change a survey and its questions: until it is opened.

    Args:
        survey: facts of the survey.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    action = Action.MANAGE_SURVEY
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(survey,),
        access_checks=checks.require_actor_access(action, actor, frozenset({survey.organization})),
        outcome_checks=(checks.check_survey_unopened(survey),),
    )
    return decide_request(request, on)


@policy_question
def may_open_survey(
    survey: SurveyFact,
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    *,
    overdue: Iterable[DutyFact] | None,
) -> Decision:
    """Decide whether a survey may be opened: its answers could be handed in as a file today.

    Args:
        survey: facts of the survey.
        delivery: facts of the file of its answers.
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        overdue: destruction duties of the recipient that are overdue; ``None`` if they were not
            looked up, which denies.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = build_submission_request(Action.MANAGE_SURVEY, delivery, agreement, actor, overdue)
    request = replace(
        request,
        facts=(survey, *request.facts),
        # The others are refused once, by `check_survey_covered`.
        elements=request.elements & agreement.elements,
        authority_checks=(
            *request.authority_checks,
            checks.check_survey_unopened(survey),
            checks.check_survey_complete(survey),
            checks.check_survey_covered(survey, agreement),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_answer_survey(
    survey: SurveyFact, sendings: int, agreement: AgreementFact, actor: Actor, on: date
) -> Decision:
    """Decide whether the link of a survey takes an answer: its agreement must be in force too.

    Args:
        survey: facts of the survey.
        sendings: number of answers that were sent with the personal link; 0 without one.
        agreement: facts of the agreement under which the answers are imported.
        actor: the person who follows the link; the public without a sign-in.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    action = Action.ANSWER_SURVEY
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(survey, sendings, agreement),
        access_checks=checks.require_actor_access(action, actor),
        authority_checks=checks.require_valid_agreement(agreement),
        outcome_checks=(checks.check_survey_answerable(survey, sendings),),
    )
    return decide_request(request, on)
