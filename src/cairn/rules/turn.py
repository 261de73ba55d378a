"""Whose turn it is in a project, until when, and where it goes once they have spoken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cairn.rules.approval import heard
from cairn.rules.committee import CARRIED
from cairn.rules.flow import FlowStep
from cairn.rules.lives.project import PROJECT
from cairn.rules.project import ProjectFact, Word
from cairn.rules.vocabulary import Decider, ProjectState, Silence, StepAnswer

_BODIES = (Decider.COMMITTEE, Decider.EXECUTIVE)
_LAST = ProjectState.CLOSED


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody whose word a step still needs; ``organization`` is empty for staff and bodies."""

    decider: Decider
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a project stands: the name of its step, and its state there."""

    step: str
    state: ProjectState


def present(project: ProjectFact) -> FlowStep | None:
    """The step at which a project stands; ``None`` where its life is over or its flow unknown."""
    return project.flow.step(project.step) if project.flow else None


def due(project: ProjectFact) -> date | None:
    """The last day of those who decide the present step, where the flow gives them days."""
    step = present(project)
    if step is None or step.days is None or project.since is None:
        return None
    return project.since + timedelta(days=step.days)


def lapsed(project: ProjectFact, on: date) -> bool:
    """Whether the time for comments is over, in a step where silence means no comment."""
    step, last = present(project), due(project)
    return step is not None and step.silence is Silence.LAPSES and last is not None and last < on


def awaited(project: ProjectFact, on: date) -> tuple[Awaited, ...]:
    """Everyone whose word the present step still needs on a date, the requester included."""
    step = present(project)
    if step is None or not any(row.state is project.state for row in PROJECT):
        return ()
    if project.state is ProjectState.RETURNED:
        return (Awaited(Decider.REQUESTER),)
    if project.state is ProjectState.CONDITIONS:
        return (Awaited(Decider.STAFF),)
    return tuple(_awaited(project, step, on))


def _awaited(project: ProjectFact, step: FlowStep, on: date) -> Iterator[Awaited]:
    over = lapsed(project, on)
    for decider in step.deciders:
        if decider is Decider.REQUESTER:
            yield Awaited(decider)
        elif decider in _BODIES:
            found = heard(project, decider, on)
            if found is None or found[1].result not in CARRIED:
                yield Awaited(decider)
        elif not over:
            for organization in _whose(project, decider):
                if not spoken(project, step, decider, organization, on):
                    yield Awaited(decider, organization)


def _whose(project: ProjectFact, decider: Decider) -> tuple[str, ...]:
    if decider is Decider.PROVIDERS:
        return tuple(sorted(project.providers))
    if decider is Decider.NATIONS:
        return tuple(sorted(project.nations or ()))
    return ("",)


def spoken(
    project: ProjectFact, step: FlowStep, decider: Decider, organization: str, on: date
) -> bool:
    """Whether a word that lets this step go on was said in it: for a step that asks for comments
    any word, elsewhere approval, and by the last word."""
    said: list[Word] = [
        w
        for w in project.words
        if w.step == step.name
        and w.decider is decider
        and w.organization == organization
        and w.on <= on
    ]
    if for_comments(step):
        return bool(said)
    words = [w for w in said if w.answer is not StepAnswer.COMMENT]
    return bool(words) and words[-1].answer is StepAnswer.APPROVE


def for_comments(step: FlowStep) -> bool:
    """Whether a step asks what people think, and not for their leave."""
    return step.state is ProjectState.FEEDBACK or set(step.deciders) == {Decider.PUBLIC}


def onward(project: ProjectFact, on: date) -> Place | None:
    """The place after the present step; ``None`` where there is none or no such way exists.

    An approval with conditions that are not met yet waits in a state of its own.
    """
    step = present(project)
    if step is None or project.flow is None:
        return None
    following = project.flow.after(step.name)
    place = Place(following.name, following.state) if following else Place(step.name, _LAST)
    if _held_by_conditions(project, step, place, on):
        place = Place(place.step, ProjectState.CONDITIONS)
    if place.state is project.state:
        return place
    known = {(row.state, row.then) for row in PROJECT}
    return place if (project.state, place.state) in known else None


def _held_by_conditions(project: ProjectFact, step: FlowStep, place: Place, on: date) -> bool:
    leaves = step.state is ProjectState.COMMITTEE and place.state is ProjectState.APPROVED
    return leaves and any(not c.met(on) for c in project.conditions)
