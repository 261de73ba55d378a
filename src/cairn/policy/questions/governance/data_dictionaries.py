"""Decide who may read and change data dictionaries."""

from datetime import date

from cairn.policy.engine import Decision, policy_question
from cairn.policy.facts import Actor
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action

__all__ = [
    "may_answer_element_request",
    "may_change_data_dictionary",
    "may_view_data_dictionary",
]


@policy_question
def may_view_data_dictionary(actor: Actor, on: date) -> Decision:
    """Decide whether a user may read the columns of partners' files, never rows.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_DICTIONARY, actor, on=on)


@policy_question
def may_change_data_dictionary(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may import an organization's dictionary and classify its elements.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CHANGE_DICTIONARY, actor, organization=organization, on=on)


@policy_question
def may_answer_element_request(owner: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may answer a request for a data element: who changes the dictionary.

    Args:
        owner: slug of the data owner that is asked.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CHANGE_DICTIONARY, actor, organization=owner, on=on)
