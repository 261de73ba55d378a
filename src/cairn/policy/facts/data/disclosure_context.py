"""The facts about a disclosure that law packs read beside the agreement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.vocabulary import Action, Level, Purpose, SpecialClass

__all__ = ["DisclosureContext"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureContext:
    """The parts of a disclosure that lie outside its agreements.

    What is ``None`` does not apply to the question at hand (a delivery has no purpose of its own).

    Args:
        classes: special classes that data dictionaries add to an element's own, by element.
        providers: organizations that own the records.
        receiver: organization that would receive them.
        purpose: purpose of the disclosure.
        action: action that is asked for.
        level: how close the data are to one student.
        reported_on: day on which a release was reported to a state, ``None`` if it was not.
    """

    classes: Mapping[str, frozenset[SpecialClass]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    providers: tuple[OrganizationFact, ...] = ()
    receiver: OrganizationFact | None = None
    purpose: Purpose | None = None
    action: Action | None = None
    level: Level = Level.INDIVIDUAL
    reported_on: date | None = None
