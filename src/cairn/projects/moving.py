"""Moves a version along its flow, where the rules say that it goes; no decision is made here."""

from datetime import date

from cairn.projects import facts
from cairn.projects.models import Version
from cairn.rules.turn import awaited, onward
from cairn.rules.vocabulary import Decider, ProjectState


def hold(version: Version) -> None:
    """Locks a version until the transaction ends, and reads again where it stands."""
    Version.objects.select_for_update().get(pk=version.pk)
    version.refresh_from_db(fields=["state", "step", "round", "since"])


def advance(version: Version, on: date, *, finished: bool = False) -> bool:
    """Takes the version onward when nobody is awaited any more; says whether it moved.

    `finished`: the requester has just finished their own part of the step.
    """
    moved = False
    while _may_go(version, on, finished=finished and not moved):
        place = onward(facts.version(version), on)
        if place is None:
            break
        version.step, version.state, version.since = place.step, place.state.value, on
        version.save(update_fields=["step", "state", "since"])
        moved = True
    return moved


def _may_go(version: Version, on: date, *, finished: bool) -> bool:
    """Nobody is awaited. A step that nobody has to decide (no nation is concerned) is passed."""
    left = awaited(facts.version(version), on)
    over = version.state == ProjectState.CLOSED.value
    return not over and all(finished and a.decider is Decider.REQUESTER for a in left)


def send_back(version: Version, why: str, on: date) -> None:
    """Returns the version to those who ask: at the step before they handed it in, a round later."""
    flow = facts.version(version).flow
    steps = flow.steps if flow else ()
    names = [step.name for step in steps if step.state is ProjectState.SUBMITTED]
    before = [step.name for step in steps[: [s.name for s in steps].index(names[0])]]
    version.step, version.state = before[-1], ProjectState.RETURNED.value
    version.round, version.since, version.returned_why = version.round + 1, on, why
    version.save(update_fields=["step", "state", "round", "since", "returned_why"])
