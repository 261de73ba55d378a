"""Define one use of data about children, and everything on record on one day that decides about it.

Beside the request these are the parts of a disclosure that law packs read, what one partnership
decides for itself where the law leaves a choice, and the facts of all others. What is missing is
unknown, and unknown denies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.data_dictionary import DataDictionaryFact
from cairn.policy.facts.agreements.state_review import StateLawReview
from cairn.policy.facts.data.delivery import RECEIVERS_NOT_RECORDED
from cairn.policy.facts.data.record_keeping import OnwardFact
from cairn.policy.facts.later_fields import ADDED_LATER, added_later
from cairn.policy.facts.people.access import Actor, OrganizationSecurity, ProgramSite
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.projects.project import ProjectFact
from cairn.policy.facts.students.circumstance import (
    AnnualNotice,
    CourtOrder,
    DeidentificationDetermination,
    Emergency,
    EnrollmentTransfer,
    PersonalDetermination,
    RecordCode,
    StudentCircumstance,
)
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.vocabulary import Action, IdentifierClass, Level, Purpose, SpecialClass

__all__ = [
    "AGE_OF_MAJORITY",
    "CONSERVATIVE_POLICY",
    "FIGURE_LEVELS",
    "FIGURE_RELEASE_ACTIONS",
    "FILE_ACTIONS",
    "SENDING_ACTIONS",
    "USE_ACTIONS",
    "DisclosureContext",
    "Facts",
    "LocalPolicy",
    "UseRequest",
]

DIRECT_SERVICE_ACTIONS: Final = frozenset({Action.VIEW, Action.LIST, Action.REFER})
"""Uses in which a person who serves a child sees that child's records."""

SENDING_ACTIONS: Final = frozenset({Action.EXPORT, Action.DELIVER, Action.REFER})
"""Uses that send records to another place."""

FILE_ACTIONS: Final = frozenset({Action.EXPORT, Action.DELIVER})
"""Uses that send records as a file, which an agreement may name."""

FIGURE_RELEASE_ACTIONS: Final = frozenset({Action.RELEASE, Action.PUBLISH})
"""Uses of protected figures: they hold no child's row and identify no child."""

FIGURE_LEVELS: Final = frozenset({Level.POPULATION, Level.PROGRAM, Level.SYSTEMS})
"""Levels of data that hold figures alone."""

USE_ACTIONS: Final = (
    DIRECT_SERVICE_ACTIONS
    | SENDING_ACTIONS
    | FIGURE_RELEASE_ACTIONS
    | {Action.MATCH, Action.AGGREGATE, Action.PARENT_VIEW, Action.EMERGENCY}
)


@dataclass(frozen=True, slots=True)
class UseRequest:
    """A request: the actor, the action, and the elements and children concerned.

    Args:
        actor: id of the person.
        acting_for: organization that the person acts for.
        action: the use.
        purpose: purpose of the use.
        elements: data elements as ``record.field``.
        level: how close the data are to one child.
        people: ids of the children.
        project: reference of the project, if any.
        channel: channel by which the data are sent, if they are.
        recipient: organization that receives the data; empty: ``acting_for`` itself.
        first_year: first school year ("2025-26"; empty: that of the authorization).
        last_year: last school year (empty: that of the authorization).
        file: name of the file in which the data are sent.
    """

    actor: str
    acting_for: str
    action: Action
    purpose: Purpose
    elements: frozenset[str]
    level: Level
    people: tuple[str, ...]
    project: str = ""
    channel: str = ""
    recipient: str = ""
    first_year: str = ""
    last_year: str = ""
    file: str = ""

    @property
    def receiver(self) -> str:
        """Return the organization that would have the data."""
        return self.recipient or self.acting_for

    @property
    def is_extract(self) -> bool:
        """Tell whether the receiver downloads rows without names of an authorized project."""
        return (
            self.action is Action.EXPORT
            and self.level is Level.DE_IDENTIFIED
            and bool(self.project)
            and not self.channel
        )

    @property
    def requires_caseload(self) -> bool:
        """Tell whether the children must be on the receiver's own roster, as it serves each one."""
        serves = self.purpose is Purpose.SERVICE_COORDINATION and self.action in SENDING_ACTIONS
        return self.action in DIRECT_SERVICE_ACTIONS or serves


AGE_OF_MAJORITY: Final = 18
"""The age in years at which the rights pass from the parent to the student (34 CFR 99.3)."""


@dataclass(frozen=True, slots=True)
class LocalPolicy:
    """Hold the local settings of a decision; every default is the conservative reading.

    Attributes:
        rights_pass_at_18: whether a parent's consent stops supporting new disclosures once the
            student is 18 or in postsecondary education. FERPA passes the *right* then (34 CFR
            99.5(a)) and does not say in terms whether an earlier consent ends; counsel may read it
            otherwise, so that such a consent still counts.
        standing_purposes: purposes for which the agreement itself names the use, so that no project
            has to be authorized in addition: a tutoring program that serves children daily.
        told_from: smallest number of children that a recipient sees as a number.
        standing_figures: actions that make figures of the agreements' own purposes, with no project
            of their own: the partnership counts and publishes what its agreements name.
    """

    rights_pass_at_18: bool = True
    standing_purposes: frozenset[Purpose] = frozenset()
    told_from: int = 10
    standing_figures: frozenset[Action] = field(default=frozenset(), metadata=ADDED_LATER)


CONSERVATIVE_POLICY: Final = LocalPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureContext:
    """The parts of a disclosure that lie outside its agreements.

    A part that is ``None`` does not apply (a delivery has no purpose of its own).

    Args:
        classes: special classes that data dictionaries give an element, by element; an element with
            none is there if a person confirmed that it has none.
        providers: organizations that own the records.
        receiver: organization that would receive them.
        purpose: purpose of the disclosure.
        action: action that is asked for.
        level: how close the data are to one student.
        reported_on: day on which a release was reported to a state, ``None`` if it was not.
        identifiers: how an element identifies a student, by the owners' dictionaries; ``None`` is
            unconfirmed, which counts as identifying. An element that is absent was not looked up.
        state_reviews: counsel's reviews of the law of states for which Cairn has no pack.
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
    identifiers: Mapping[str, IdentifierClass | None] = field(
        default_factory=lambda: MappingProxyType({}), metadata=ADDED_LATER
    )
    state_reviews: tuple[StateLawReview, ...] = field(default=(), metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hold everything on record on one day.

    Args:
        disclosed: onward recipients that owners have listed.
        releases: earlier releases of overlapping data; ``None`` where they were not looked up.
        reported_on: day on which a release was reported to the state, where a state requires it.
        answers: answers of named persons to questions that the law leaves to a person.
        policy: local settings of the partnership.
        state_reviews: counsel's reviews of the law of states for which Cairn has no pack.
        circumstances: circumstances of single students on which a legal basis depends.
        received: elements that files brought, by the reference of their agreement. They show what
            an owner has, as its data dictionary does.
        receivers: security records of the organizations that may receive data; ``None`` is unknown,
            which denies sending records of individuals.
        program_sites: programs and sites at which a student is enrolled on the day, by student, at
            the organizations where assignments limit the person who asks. A student who is absent
            is at none.
    """

    agreements: tuple[AgreementFact, ...] = ()
    dictionaries: tuple[DataDictionaryFact, ...] = ()
    projects: tuple[ProjectFact, ...] = ()
    people: tuple[PersonFact, ...] = ()
    actors: tuple[Actor, ...] = ()
    organizations: tuple[OrganizationFact, ...] = ()
    disclosed: tuple[OnwardFact, ...] = ()
    notices: tuple[AnnualNotice, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    transfers: tuple[EnrollmentTransfer, ...] = ()
    orders: tuple[CourtOrder, ...] = ()
    determinations: tuple[DeidentificationDetermination, ...] = ()
    codes: tuple[RecordCode, ...] = ()
    releases: frozenset[str] | None = None
    reported_on: date | None = None
    answers: tuple[PersonalDetermination, ...] = ()
    policy: LocalPolicy = CONSERVATIVE_POLICY
    state_reviews: tuple[StateLawReview, ...] = field(default=(), metadata=ADDED_LATER)
    circumstances: tuple[StudentCircumstance, ...] = field(default=(), metadata=ADDED_LATER)
    receivers: tuple[OrganizationSecurity, ...] | None = field(
        default=None, metadata=added_later(recorded=RECEIVERS_NOT_RECORDED)
    )
    received: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({}), metadata=ADDED_LATER
    )
    program_sites: Mapping[str, frozenset[ProgramSite]] = field(
        default_factory=lambda: MappingProxyType({}), metadata=ADDED_LATER
    )

    def find_actor(self, actor_id: str) -> Actor:
        """Return the person with this id; the public where there is none, or more than one."""
        matches = [candidate for candidate in self.actors if candidate.id == actor_id]
        return matches[0] if len(matches) == 1 else Actor.public()

    def find_organization(self, slug: str) -> OrganizationFact | None:
        """Return what is on record about an organization; ``None`` unless there is exactly one
        match.
        """
        matches = [candidate for candidate in self.organizations if candidate.slug == slug]
        return matches[0] if len(matches) == 1 else None

    def find_project(self, reference: str) -> ProjectFact | None:
        """Return the project with this reference; ``None`` unless there is exactly one match."""
        matches = [candidate for candidate in self.projects if candidate.reference == reference]
        return matches[0] if len(matches) == 1 else None
