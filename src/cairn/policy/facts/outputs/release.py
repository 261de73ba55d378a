"""Define the facts of a release: data, reviews, owners, nations, narrative, merges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.release_comparison import NO_EARLIER_RELEASES, ReleaseComparison
from cairn.policy.facts.outputs.review import ReviewFact, SendBackFact
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.nation import NationDecisionFact
from cairn.policy.vocabulary import Attacker, PartyRole, Purpose, ReleaseState

__all__ = ["CategoryMergeFact", "ReleaseFact", "ReleaseNarrative"]


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

    @property
    def owners(self) -> frozenset[str]:
        """Return the slugs of the organizations that own the source data."""
        return frozenset(
            owner
            for agreement in self.agreements
            for owner in agreement.organizations(PartyRole.PROVIDER)
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
