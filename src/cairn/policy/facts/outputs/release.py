"""Define the facts of a release: data, reviews, owners, nations, narrative, merges.

A review has reviewers' verdicts and the owners' previews. A release is compared with earlier
releases. Small cells have a way of display and the requirements of rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.later_fields import ADDED_LATER, added_later
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.nation import NationDecisionFact
from cairn.policy.vocabulary import (
    Attacker,
    OwnerAnswer,
    PartyRole,
    Purpose,
    ReleaseState,
    ReviewVerdict,
)

__all__ = [
    "NO_EARLIER_RELEASES",
    "CategoryMergeFact",
    "DifferencingConflict",
    "DifferencingConflictKind",
    "EarlierReleaseFact",
    "OutcomeYear",
    "ReleaseAudience",
    "ReleaseComparison",
    "ReleaseFact",
    "ReleaseNarrative",
    "ReviewFact",
    "SendBackFact",
    "SmallCellDisplay",
    "SmallCellRequirement",
]


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """Record one reviewer's verdict and its day.

    Attributes:
        reviewer: actor id of the reviewer.
        verdict: the verdict.
        on: day of the verdict.
    """

    reviewer: str
    verdict: ReviewVerdict
    on: date


@dataclass(frozen=True, slots=True)
class SendBackFact:
    """Record the preview sent to one owner, the last day to answer, and the answer if there is one.

    Attributes:
        organization: slug of the owner.
        sent_on: day on which the preview was sent.
        due_on: last day to answer, counted from the day on which a notice of the preview was
            delivered; from the day on which it was sent while none was.
        answer: the owner's answer; None if there is none yet.
        was_notified: whether a notice of the preview was delivered to a person of the owner. Until
            then its silence means nothing. Facts recorded without it are read as notified.
    """

    organization: str
    sent_on: date
    due_on: date
    answer: OwnerAnswer | None = None
    was_notified: bool = field(default=False, metadata=added_later(recorded=True))


OutcomeYear = tuple[str, str]
"""An outcome and a school year."""


class DifferencingConflictKind(StrEnum):
    """The kinds of conflict by which an earlier release blocks a new one."""

    TELLS_OF_FEW = "tells_of_few"
    OTHER_CHILDREN = "other_children"
    ANOTHER_FIGURE = "another_figure"
    HIDES_PUBLIC = "hides_public"
    ANOTHER_VERSION = "another_version"
    OVERLAPPING_GROUPS = "overlapping_groups"


@dataclass(frozen=True, slots=True)
class DifferencingConflict:
    """A conflict that the audit found for one outcome and year, with the earlier releases by name.

    Attributes:
        outcome: title of the outcome or measure in a loaded fact; its id during the check.
        school_year: school year, such as "2025-26".
        how: kind of conflict.
        releases: names of the earlier releases, each with its title and day of publication.
        leave_out: tables that hide a public number, in words, such as "by district and gender";
            codes of dimensions during the check. Empty for another kind of conflict.
        works: the nearest set of tables that hides nothing; empty if the check found none.
    """

    outcome: str
    school_year: str
    how: DifferencingConflictKind
    releases: tuple[str, ...]
    leave_out: tuple[str, ...] = field(default=(), metadata=ADDED_LATER)
    works: tuple[str, ...] = field(default=(), metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class EarlierReleaseFact:
    """A release that was published, withdrawn since or not, and what it counts.

    Attributes:
        id: id of the release.
        name: title and day of publication, for readers.
        counts: outcomes and school years that it counts.
        figures: measures, with their years, that it showed as a mean, a median or a sum; empty if
            it showed none.
    """

    id: str
    name: str
    counts: frozenset[OutcomeYear]
    figures: frozenset[OutcomeYear] = frozenset()


@dataclass(frozen=True, slots=True)
class ReleaseComparison:
    """A release and the earlier releases that it was audited with.

    Args:
        counts: people and years that the audit counted, and those that definitions about almost
            the same people count.
        out: every release that was published.
        attacked: ids of the releases that the audit used; ``None`` if they were not recorded.
        met: conflicts that the audit found.
    """

    counts: frozenset[OutcomeYear] = frozenset()
    out: tuple[EarlierReleaseFact, ...] = ()
    attacked: frozenset[str] | None = None
    met: tuple[DifferencingConflict, ...] = ()


NO_EARLIER_RELEASES: Final = ReleaseComparison()


@dataclass(frozen=True, slots=True)
class ReleaseNarrative:
    """Hold the text that readers see next to the figures.

    The author writes it, except ``missing``, which the disclosure check finds.

    Attributes:
        title: title of the release.
        story: the author's explanation of the figures; empty if there is none.
        together: the author's explanation of each set of groups that are counted as one.
        missing: groups (in words) for which the tables show nothing.
        answers: the author's reasons, by the code of the rule that asked; an empty answer does not
            count.
    """

    title: str = ""
    story: str = ""
    together: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def text(self) -> str:
        """Return the title, the story and the explanations as one text."""
        return "\n".join((self.title, self.story, *self.together))


@dataclass(frozen=True, slots=True)
class ReleaseAudience:
    """Describe the one partner that a release is for, and how its figures are protected.

    Attributes:
        organization: slug of the partner.
        minimum: the smallest group that is shown, in children.
        in_ranges: whether it has percentages in ranges only, without exact numbers or measures.
        was_tested: whether the audit attacked as this partner, who knows all of its own children
            but one.
        cohort_on: the day on which the counted children of its programs were enrolled; None if
            those of each period count.
    """

    organization: str
    minimum: int
    in_ranges: bool
    was_tested: bool = False
    cohort_on: date | None = field(default=None, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class ReleaseFact:
    """Describe a release; its reviews and send-backs are those of the present round.

    Cairn states it from its own record of the release.

    Attributes:
        id: id of the release.
        state: state of the release.
        author: actor id of the author.
        organization: slug of the organization that made it.
        purpose: purpose that the data are used for.
        agreements: agreements that cover the data.
        reviews: verdicts of the reviewers.
        send_backs: previews sent to the owners, with their answers.
        safe: result of the audit; None if it was not audited.
        asked_to_try: attackers that the audit simulated; empty if the certificate does not say.
        has_story: whether it explains its figures.
        providers: facts of the organizations that own the source data.
        reported_on: day on which it was reported to the owners' state; None if it was not.
        telling: text next to its figures.
        nations: slugs of the tribal nations with children who may be counted.
        words: decisions of nations about it, in order.
        asked: slugs of the nations on record, which may all read and answer.
        pilot: whether it was counted from synthetic data.
        beside: releases that are already published, and what the audit found next to them.
        audience: the one partner that it is for; None for the public.
    """

    id: str
    state: ReleaseState
    author: str
    organization: str
    purpose: Purpose
    agreements: tuple[AgreementFact, ...]
    reviews: tuple[ReviewFact, ...] = ()
    send_backs: tuple[SendBackFact, ...] = ()
    safe: bool | None = None
    asked_to_try: frozenset[Attacker] = frozenset()
    has_story: bool = False
    providers: tuple[OrganizationFact, ...] = ()
    reported_on: date | None = None
    telling: ReleaseNarrative = field(default_factory=ReleaseNarrative)
    nations: frozenset[str] = frozenset()
    words: tuple[NationDecisionFact, ...] = ()
    asked: frozenset[str] = frozenset()
    pilot: bool = False
    beside: ReleaseComparison = NO_EARLIER_RELEASES
    audience: ReleaseAudience | None = field(default=None, metadata=ADDED_LATER)

    @property
    def owners(self) -> frozenset[str]:
        """Return the slugs of the organizations that own the source data."""
        return frozenset(
            owner
            for agreement in self.agreements
            for owner in agreement.list_organizations(PartyRole.PROVIDER)
        )

    @property
    def sources(self) -> tuple[OrganizationFact, ...]:
        """Return the facts of each owner; an unknown owner has the kind that its agreement
        names.
        """
        known = {provider.slug: provider for provider in self.providers}
        return tuple(
            known.get(party.organization, OrganizationFact(party.organization, party.kind))
            for agreement in self.agreements
            for party in agreement.parties
            if party.role is PartyRole.PROVIDER
        )


@dataclass(frozen=True, slots=True)
class CategoryMergeFact:
    """Describe a request to count some groups as one.

    ``chosen`` are codes of groups, ``why`` the author's reason; ``groups`` are the groups that the
    tables distinguish (none: the release has no such breakdown), ``already`` those that are merged
    now.
    """

    chosen: frozenset[str]
    why: str
    groups: frozenset[str]
    already: tuple[frozenset[str], ...] = ()


class SmallCellDisplay(StrEnum):
    """What a protection method shows in place of a small number."""

    NOTHING = "nothing"
    RANGE = "range"
    ANOTHER_NUMBER = "another_number"


@dataclass(frozen=True, slots=True)
class SmallCellRequirement:
    """What a rule of the field or an agreement requires for small numbers.

    Args:
        name: the rule's name, or the agreement's reference.
        citation: where the requirement is written.
        minimum: a number of fewer people is withheld.
        percentages: whether it allows only percentages, without their counts.
    """

    name: str
    citation: str
    minimum: int
    percentages: bool = False
