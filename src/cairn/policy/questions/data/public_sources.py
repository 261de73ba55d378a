"""Decide who may read, add and show tables that an agency has published; they need no agreement."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action

__all__ = [
    "may_add_public_source",
    "may_hide_public_source",
    "may_show_public_source",
    "may_view_public_source",
    "may_view_shown_source",
]


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
    """Decide whether a user may add or replace a published table, or discard an unconfirmed one.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.ADD_PUBLIC_SOURCE, actor, on=on)


@policy_question
def may_show_public_source(terms: str, confirmed_terms: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may show a published table to the public.

    Args:
        terms: the license or terms of use of the table.
        confirmed_terms: the terms that a person confirmed to allow it; empty if none were.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.SHOW_PUBLIC_SOURCE,
        actor=actor,
        facts=(terms, confirmed_terms),
        access_checks=checks.require_actor_access(Action.SHOW_PUBLIC_SOURCE, actor),
        outcome_checks=(checks.check_table_terms(terms, confirmed_terms),),
    )
    return decide_request(request, on)


@policy_question
def may_hide_public_source(actor: Actor, on: date) -> Decision:
    """Decide whether a user may hide a published table from the public.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.SHOW_PUBLIC_SOURCE, actor, on=on)


@policy_question
def may_view_shown_source(actor: Actor, on: date, *, shown: bool) -> Decision:
    """Decide whether anyone may read a published table on the public pages.

    Args:
        actor: the person who asks; a visitor without an account too.
        on: the day that the decision is for.
        shown: whether the data manager decided to show the table to the public.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.VIEW_PUBLISHED,
        actor=actor,
        facts=(shown,),
        access_checks=checks.require_actor_access(Action.VIEW_PUBLISHED, actor),
        outcome_checks=(checks.check_table_shown(shown=shown),),
    )
    return decide_request(request, on)
