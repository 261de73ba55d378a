"""A hub's own way from a question to data and back, as data: who decides each step, on what.

A partnership writes its flow; the law does not change with it. `faults` says why a flow may not be
used: one that would reach data without engagement, the owners' approval and an authorization, or
close without a reflection, is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from cairn.rules.lives.project import PROJECT
from cairn.rules.vocabulary import Decider, ProjectState, Silence

_S = ProjectState


class Need(StrEnum):
    """What must be there before a step is done."""

    FIVE_QUESTIONS = "five_questions"
    PRINCIPLES = "principles"
    QUESTIONS = "questions"
    ELEMENTS = "elements"
    MINIMIZATION = "minimization"
    LEVEL = "level"
    NATIONS = "nations"
    HARM_STATEMENT = "harm_statement"
    ENGAGEMENT = "engagement"
    SCORES = "scores"
    LICENSE = "license"
    REFLECTION = "reflection"


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step: who completes it, in which state the project waits there, what it needs.

    ``days`` is the time that those who decide have; ``silence`` what it means when they let it
    pass. Only comments may lapse: nobody's data are ever approved by silence.
    """

    name: str
    title: str
    deciders: tuple[Decider, ...]
    state: ProjectState
    needs: tuple[Need, ...] = ()
    days: int | None = None
    silence: Silence = Silence.WAITS


@dataclass(frozen=True, slots=True)
class Flow:
    """The steps in order. ``authorization`` names the step that opens the way to data."""

    name: str
    title: str
    steps: tuple[FlowStep, ...]
    authorization: str
    about: str = ""
    criteria: tuple[str, ...] = ()
    """What a proposal is scored on, one to five points each."""

    def step(self, name: str) -> FlowStep | None:
        return next((s for s in self.steps if s.name == name), None)

    def after(self, name: str) -> FlowStep | None:
        """The step that follows; ``None`` after the last, and for a step that is not here."""
        return next((then for now, then in pairwise(self.steps) if now.name == name), None)

    def deciders_before(self, name: str) -> frozenset[Decider]:
        """Everyone who has completed a step before that one."""
        return frozenset(d for step in self.until(name) for d in step.deciders)

    def needs_through(self, name: str) -> frozenset[Need]:
        """Everything that had to be there before the step that follows that one."""
        own = self.step(name)
        needs = frozenset(n for step in self.until(name) for n in step.needs)
        return needs | frozenset(own.needs if own else ())

    def until(self, name: str) -> tuple[FlowStep, ...]:
        """The steps before that one."""
        names = [s.name for s in self.steps]
        return self.steps[: names.index(name)] if name in names else ()


BEFORE_DATA: Final = frozenset(
    {
        Need.FIVE_QUESTIONS,
        Need.PRINCIPLES,
        Need.QUESTIONS,
        Need.ELEMENTS,
        Need.MINIMIZATION,
        Need.LEVEL,
        Need.NATIONS,
        Need.HARM_STATEMENT,
        Need.ENGAGEMENT,
        Need.LICENSE,
    }
)
"""What no flow may leave out before data are touched."""

_DECIDE_BEFORE_DATA: Final = (Decider.PROVIDERS, Decider.NATIONS)
_COMMENTS: Final = (_S.FEEDBACK,)


def faults(flow: Flow) -> tuple[str, ...]:
    """Why this flow may not be used, in plain words; empty when it may."""
    return tuple(_faults(flow))


def _faults(flow: Flow) -> Iterator[str]:
    names = [step.name for step in flow.steps]
    if not names:
        yield "It has no steps."
        return
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"Two steps are named '{name}'."
    if flow.steps[0].state is not _S.IDEA:
        yield "It must begin as an idea."
    if flow.steps[-1].state is not _S.CLOSING:
        yield "It must end with the closing of the project."
    yield from _broken_ways(flow)
    yield from _open_doors(flow)
    yield from _silences(flow)


def _broken_ways(flow: Flow) -> Iterator[str]:
    ways = {(step.state, step.then) for step in PROJECT}
    for now, then in pairwise(flow.steps):
        if now.state is not then.state and (now.state, then.state) not in ways:
            ways_named = f"'{now.title}' ({now.state}) to '{then.title}' ({then.state})"
            yield f"No project goes from {ways_named}."


def _open_doors(flow: Flow) -> Iterator[str]:
    """What would let a project reach data, or end, without what the law asks first."""
    door = flow.step(flow.authorization)
    if door is None or door.state is not _S.APPROVED:
        yield "It must name the step of an approved project at which it is authorized."
        return
    decided = {d for s in flow.until(door.name) if s.state is not _S.FEEDBACK for d in s.deciders}
    checked = [s for s in flow.until(door.name) if s.state is _S.STAFF_CHECK]
    if not any(Decider.STAFF in step.deciders for step in checked):
        yield "The staff do not check it before the authorization."
    for decider in _DECIDE_BEFORE_DATA:
        if decider not in decided:
            yield f"Nothing before the authorization is decided by: {_words(decider)}."
    if not decided & {Decider.COMMITTEE, Decider.EXECUTIVE}:
        yield "No body votes before the authorization."
    for need in sorted(BEFORE_DATA - flow.needs_through(door.name)):
        yield f"Nothing before the authorization needs: {_words(need)}."
    for step in flow.until(door.name):
        if step.state in (_S.ACTIVE, _S.ANALYSIS):
            yield f"'{step.title}' would touch data before the authorization."
    if Need.REFLECTION not in flow.steps[-1].needs:
        yield "It must not close without the reflection."


def _silences(flow: Flow) -> Iterator[str]:
    for step in flow.steps:
        if step.silence is Silence.LAPSES and not _may_lapse(step):
            yield f"'{step.title}' may not pass by silence: nobody's data are approved so."
        if step.silence is Silence.LAPSES and step.days is None:
            yield f"'{step.title}' lapses, and does not say after how many days."


def _may_lapse(step: FlowStep) -> bool:
    return step.state in _COMMENTS or set(step.deciders) == {Decider.PUBLIC}


def _words(word: StrEnum) -> str:
    return word.value.replace("_", " ")
