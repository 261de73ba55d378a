"""Everything on record on one day that a decision about a use may read, and no other data.

What is missing is unknown, and unknown denies.
"""

from dataclasses import dataclass
from datetime import date

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.data_dictionary import DataDictionaryFact
from cairn.policy.facts.agreements.local_policy import CONSERVATIVE_POLICY, LocalPolicy
from cairn.policy.facts.data.disclosure import OnwardFact
from cairn.policy.facts.people.actor import Actor
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
)
from cairn.policy.facts.students.student import PersonFact

__all__ = ["Facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is on record on one day.

    Args:
        disclosed: onward recipients that owners have listed.
        releases: earlier releases of overlapping data; ``None`` where they were not looked up.
        reported_on: day on which a release was reported to the state, where a state requires it.
        answers: answers of named persons to questions that the law leaves to a person.
        policy: local settings of the partnership.
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

    def actor(self, actor_id: str) -> Actor:
        """Return the person with this id; the public where there is none, or more than one."""
        matches = [candidate for candidate in self.actors if candidate.id == actor_id]
        return matches[0] if len(matches) == 1 else Actor.public()

    def organization(self, slug: str) -> OrganizationFact | None:
        """Return what is on record about an organization; ``None`` unless there is exactly one
        match.
        """
        matches = [candidate for candidate in self.organizations if candidate.slug == slug]
        return matches[0] if len(matches) == 1 else None

    def project(self, reference: str) -> ProjectFact | None:
        """Return the project with this reference; ``None`` unless there is exactly one match."""
        matches = [candidate for candidate in self.projects if candidate.reference == reference]
        return matches[0] if len(matches) == 1 else None
