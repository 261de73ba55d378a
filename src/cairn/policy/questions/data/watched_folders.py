"""Decide who may stop watching a folder, and who may take a refused file off the list."""

from datetime import date

from cairn.policy.engine import Decision, policy_question
from cairn.policy.facts import Actor
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["may_dismiss_folder_file", "may_end_folder_watch"]


@policy_question
def may_end_folder_watch(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may stop watching a folder, so that no more of its files are received.

    Args:
        organization: slug of the organization that sends the files.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.END_FOLDER_WATCH, actor, organization=organization, on=on)


@policy_question
def may_dismiss_folder_file(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may take a file that was not accepted off the list.

    Args:
        organization: slug of the organization that sends the files.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.DISMISS_FOLDER_FILE, actor, organization=organization, on=on)
