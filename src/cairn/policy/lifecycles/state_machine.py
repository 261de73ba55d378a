"""A lifecycle as a table of transitions: state, event, permitted roles, next state.

The tables themselves are in `state_tables`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cairn.policy.law import ROLE_PERMISSIONS
from cairn.policy.vocabulary import Action, Role, label_code

__all__ = ["find_next_state", "list_states_allowing"]


@dataclass(frozen=True, slots=True)
class Transition:
    """One transition: an event leads from a state to the next; ``action`` sets who may cause it."""

    state: StrEnum
    event: str
    next_state: StrEnum
    action: Action

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles that may cause the event."""
        return frozenset(ROLE_PERMISSIONS[self.action])


def find_next_state(table: Iterable[Transition], state: StrEnum, event: str) -> StrEnum | None:
    """Find the state that an event leads to.

    Args:
        table: transitions of the lifecycle.
        state: current state.
        event: name of the event.
    Returns:
        The next state, ``None`` if the event cannot happen in this state.
    """
    return next(
        (
            transition.next_state
            for transition in table
            if transition.state is state and transition.event == event
        ),
        None,
    )


def list_states_allowing(table: Iterable[Transition], event: str) -> tuple[StrEnum, ...]:
    """List the states in which an event can happen, in the order of the table.

    Args:
        table: transitions of the lifecycle.
        event: name of the event.
    Returns:
        The states, each once.
    """
    return tuple(
        dict.fromkeys(transition.state for transition in table if transition.event == event)
    )


def may_role_cause_event(
    table: Iterable[Transition], state: StrEnum, event: str, role: Role
) -> bool:
    """Decide whether a role may cause an event in a state.

    Args:
        table: transitions of the lifecycle.
        state: current state.
        event: name of the event.
        role: role of the person.
    Returns:
        True if the table has a transition with this state, event and role.
    """
    return any(
        transition.state is state and transition.event == event and role in transition.roles
        for transition in table
    )


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The lifecycle of one noun, for pages and documents."""

    name: str
    steps: tuple[Transition, ...]

    def draw_diagram(self) -> str:
        """Draw the table as a Mermaid state diagram with events and the roles that cause them."""
        return "\n".join(["stateDiagram-v2", *self._diagram_lines()]) + "\n"

    def _diagram_lines(self) -> Iterator[str]:
        yield f"    [*] --> {self.steps[0].state}"
        for transition in self.steps:
            roles = ", ".join(sorted(label_code(role) for role in transition.roles))
            yield (
                f"    {transition.state} --> {transition.next_state}: {transition.event} ({roles})"
            )
