"""A life as a table: a state, an event, the roles that may bring it about, the next state.

The lives themselves are in `rules.lives`, one noun a file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cairn.rules.roles import ACCESS
from cairn.rules.vocabulary import Action, Role


@dataclass(frozen=True, slots=True)
class Step:
    """From one state, an event leads to another; ``action`` says who may bring it about."""

    state: StrEnum
    event: str
    then: StrEnum
    action: Action

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(ACCESS[self.action])


def next_state(table: Iterable[Step], state: StrEnum, event: str) -> StrEnum | None:
    """Where an event leads from a state; ``None`` when it cannot happen there."""
    return next((s.then for s in table if s.state is state and s.event == event), None)


def states_with(table: Iterable[Step], event: str) -> tuple[StrEnum, ...]:
    """The states in which an event can happen, in the table's order."""
    return tuple(dict.fromkeys(s.state for s in table if s.event == event))


def may_bring_about(table: Iterable[Step], state: StrEnum, event: str, role: Role) -> bool:
    """Whether a role may bring an event about in a state: state, event and role together."""
    return any(s.state is state and s.event == event and role in s.roles for s in table)


@dataclass(frozen=True, slots=True)
class Life:
    """One noun's life, for pages and documents."""

    name: str
    steps: tuple[Step, ...]

    def diagram(self) -> str:
        """The table as a Mermaid state diagram: events, and the roles that bring them about."""
        return "\n".join(["stateDiagram-v2", *self._lines()]) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"    [*] --> {self.steps[0].state}"
        for step in self.steps:
            roles = ", ".join(sorted(r.value.replace("_", " ") for r in step.roles))
            yield f"    {step.state} --> {step.then}: {step.event} ({roles})"
