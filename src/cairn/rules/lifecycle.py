"""Lives as tables: a state, an event, the roles that may bring it about, the next state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cairn.rules.roles import ACCESS
from cairn.rules.vocabulary import Action, DeliveryState, ReleaseState, Role

_R, _D = ReleaseState, DeliveryState


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


RELEASE: Final = (
    Step(_R.DRAFT, "check", _R.CHECKED, Action.PROTECT),
    Step(_R.CHECKED, "check", _R.CHECKED, Action.PROTECT),
    Step(_R.CHECKED, "submit", _R.IN_REVIEW, Action.SUBMIT_RELEASE),
    Step(_R.IN_REVIEW, "approve", _R.IN_REVIEW, Action.REVIEW_RELEASE),
    Step(_R.IN_REVIEW, "return", _R.RETURNED, Action.REVIEW_RELEASE),
    Step(_R.IN_REVIEW, "send back", _R.SENT_BACK, Action.SEND_BACK_RELEASE),
    Step(_R.RETURNED, "check", _R.CHECKED, Action.PROTECT),
    Step(_R.SENT_BACK, "confirm", _R.SENT_BACK, Action.ANSWER_SEND_BACK),
    Step(_R.SENT_BACK, "confirm last", _R.APPROVED, Action.ANSWER_SEND_BACK),
    Step(_R.SENT_BACK, "correct", _R.RETURNED, Action.ANSWER_SEND_BACK),
    Step(_R.SENT_BACK, "decline", _R.RETURNED, Action.ANSWER_SEND_BACK),
    Step(_R.SENT_BACK, "publish", _R.PUBLISHED, Action.PUBLISH_RELEASE),
    Step(_R.APPROVED, "publish", _R.PUBLISHED, Action.PUBLISH_RELEASE),
    *(
        Step(state, "withdraw", _R.WITHDRAWN, Action.WITHDRAW_RELEASE)
        for state in ReleaseState
        if state is not _R.WITHDRAWN
    ),
)

DELIVERY: Final = (
    Step(_D.RECEIVED, "begin", _D.CONFORMING, Action.CONFORM),
    Step(_D.CONFORMING, "begin", _D.CONFORMING, Action.CONFORM),
    Step(_D.CONFORMING, "finish", _D.CONFORMED, Action.CONFORM),
    Step(_D.RECEIVED, "refuse", _D.REFUSED, Action.CONFORM),
    Step(_D.CONFORMING, "refuse", _D.REFUSED, Action.CONFORM),
    Step(_D.CONFORMED, "remap", _D.RECEIVED, Action.CHANGE_MAPPING),
    Step(_D.RECEIVED, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Step(_D.CONFORMING, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Step(_D.CONFORMED, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Step(_D.SUPERSEDED, "reinstate", _D.RECEIVED, Action.WITHDRAW_DELIVERY),
    Step(_D.RECEIVED, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Step(_D.CONFORMING, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Step(_D.CONFORMED, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Step(_D.WITHDRAWN, "reinstate", _D.RECEIVED, Action.WITHDRAW_DELIVERY),
    *(
        Step(state, "destroy", _D.DESTROYED, Action.DESTROY)
        for state in DeliveryState
        if state not in (_D.DESTROYED, _D.CONFORMING)
    ),
)


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


LIVES: Final = (Life("release", RELEASE), Life("delivery", DELIVERY))
