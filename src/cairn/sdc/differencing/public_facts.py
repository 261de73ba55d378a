"""Compose published releases into the public state: the value and the source of each figure.

A published figure stays public until the release that states it is withdrawn or corrected. So the
public state is not "the newest release": it is a set of facts, and each release adds to it. A later
release replaces the value of a figure only if it shows at least as much of it. What was withdrawn
or corrected is no longer public, but attackers still have it (`published_history`).

A value may be of any kind (an exact count, a rounded mean, a percentage band): it only says how it
compares with an earlier value.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, Self, TypeVar

__all__ = [
    "FactChange",
    "PublicFact",
    "PublicValue",
    "ReleaseFacts",
    "compare_public_facts",
    "compose_public_facts",
    "find_hidden_facts",
]


class PublicValue(Protocol):
    """Describe what a release says of one figure; a suppressed figure is a value, too."""

    @property
    def is_shown(self) -> bool:
        """Whether readers see anything of the figure."""

    def hides(self, earlier: Self) -> bool:
        """Tell whether a reader of an earlier value would lose something by this one."""


ValueT = TypeVar("ValueT", bound=PublicValue)


@dataclass(frozen=True, slots=True)
class ReleaseFacts(Generic[ValueT]):
    """Hold what one published release says.

    Args:
        name: identifies the release.
        values: its value of each figure. The key has the indicator, the period and the cell.
        corrects: the release that it corrects; None if it corrects none.
        is_withdrawn: whether it was withdrawn.
    """

    name: str
    values: Mapping[Hashable, ValueT]
    corrects: str | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PublicFact(Generic[ValueT]):
    """Hold the public value of one figure, and the release that states it."""

    value: ValueT
    release: str


class FactChange(Enum):
    """What happens to one public figure when a release is published, or withdrawn."""

    ADDED = "a figure is shown for the first time"
    REFINED = "a suppressed figure is shown, or more of a figure is"
    UNCHANGED = "the figure stays as it is"
    UPDATED = "another release says another value"
    REPLACED = "a correction says another value"
    REMOVED = "the figure, or a part of it, is no longer shown"
    SUPPRESSED = "a figure is listed for the first time, as suppressed"


PublicFacts = Mapping[Hashable, PublicFact[ValueT]]


def compose_public_facts(
    releases: Iterable[ReleaseFacts[ValueT]],
) -> dict[Hashable, PublicFact[ValueT]]:
    """Compose releases into the public state.

    A withdrawn release says nothing. A corrected one says nothing either, even if its correction
    was withdrawn: what was wrong does not return.

    Args:
        releases: every release that was published, in the order of publication.

    Returns:
        The public value of each figure, with the release that states it.
    """
    in_order = tuple(releases)
    corrected = {release.corrects for release in in_order}
    state: dict[Hashable, PublicFact[ValueT]] = {}
    for release in in_order:
        if release.is_withdrawn or release.name in corrected:
            continue
        for key, value in release.values.items():
            if key not in state or not value.hides(state[key].value):
                state[key] = PublicFact(value, release.name)
    return state


def find_hidden_facts(
    state: PublicFacts[ValueT], proposed: ReleaseFacts[ValueT]
) -> dict[Hashable, str]:
    """Find public figures that a proposed release would show less of.

    Args:
        state: the public state.
        proposed: the release. What it corrects may be hidden: it was wrong.

    Returns:
        The release that shows each of these figures now.
    """
    return {
        key: state[key].release
        for key, value in proposed.values.items()
        if key in state
        and state[key].release != proposed.corrects
        and value.hides(state[key].value)
    }


def compare_public_facts(
    before: PublicFacts[ValueT], after: PublicFacts[ValueT], corrected: str | None = None
) -> dict[Hashable, FactChange]:
    """Compare the public state before and after a publication or a withdrawal.

    Args:
        before: the state before.
        after: the state after.
        corrected: the release that a correction replaces; None for another change.

    Returns:
        What happens to each figure of either state.
    """
    return {
        key: _classify_change(before.get(key), after.get(key), corrected)
        for key in dict.fromkeys([*before, *after])
    }


def _classify_change(
    before: PublicFact[ValueT] | None, after: PublicFact[ValueT] | None, corrected: str | None
) -> FactChange:
    if before is None or not before.value.is_shown:
        return _classify_new_value(before, after)
    if after is None or after.value.hides(before.value):
        return FactChange.REMOVED
    if before.value == after.value:
        return FactChange.UNCHANGED
    if before.release == corrected:
        return FactChange.REPLACED
    return FactChange.REFINED if before.value.hides(after.value) else FactChange.UPDATED


def _classify_new_value(
    before: PublicFact[ValueT] | None, after: PublicFact[ValueT] | None
) -> FactChange:
    if after is not None and after.value.is_shown:
        return FactChange.ADDED if before is None else FactChange.REFINED
    return FactChange.SUPPRESSED if before is None else FactChange.UNCHANGED
