"""Decide who may read and add tables that an agency has published, which need no agreement."""

from datetime import date

from cairn.policy.engine import Decision, policy_question
from cairn.policy.facts import Actor
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["may_add_public_source", "may_view_public_source"]


@policy_question
def may_view_public_source(actor: Actor, on: date) -> Decision:
    """Decide whether a user may read published tables, which hold no record of a student.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_PUBLIC_SOURCE, actor, on=on)


@policy_question
def may_add_public_source(actor: Actor, on: date) -> Decision:
    """Decide whether a user may add a published table, or discard one that is not confirmed.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.ADD_PUBLIC_SOURCE, actor, on=on)
