"""Turn the permission to open a page into the question of an action."""

from collections.abc import Callable
from datetime import date

from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["has_role_at", "has_role_for"]


def has_role_for(action: Action) -> Callable[[Actor, date], Decision]:
    """Build the question whether an actor's role allows an action.

    Args:
        action: the action.

    Returns:
        A question for `@action(asks=…)` without facts.
    """

    def ask(actor: Actor, on: date) -> Decision:
        return may_open_page(action, actor, on=on)

    return ask


def has_role_at(action: Action) -> Callable[[str, Actor, date], Decision]:
    """Build the question whether an actor's role at an organization allows an action.

    Args:
        action: the action.

    Returns:
        A question for `@action(asks=…)` with one fact, the slug of the organization.
    """

    def ask(organization: str, actor: Actor, on: date) -> Decision:
        return may_open_page(action, actor, organization=organization, on=on)

    return ask
