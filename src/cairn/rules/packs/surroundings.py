"""What a pack looks at beside the agreement: whose records, to whom, for what, at what level."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from cairn.rules.organization import OrganizationFact
from cairn.rules.vocabulary import Action, Level, Purpose, SpecialClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The part of a use that surrounds its agreements.

    ``classes`` are the special classes that data dictionaries add to an element's own.
    ``providers`` are the organizations whose records these are, ``receiver`` the one that would
    have them. What is ``None`` is not asked about at this door (a delivery has no purpose of its
    own); ``reported_on`` is the day a release was reported to a state, ``None`` where it was not.
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
