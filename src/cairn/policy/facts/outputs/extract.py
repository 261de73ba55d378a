"""Define the facts of an extract of de-identified rows and of the free text in it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.release import ReviewFact
from cairn.policy.facts.projects.project import ProjectFact
from cairn.policy.vocabulary import ExtractState, PartyRole, SpecialClass

__all__ = ["MINIMUM_GROUP_SIZE", "ExtractFact", "TextFact"]

MINIMUM_GROUP_SIZE: Final = 5
"""Smallest group of indistinguishable children, even if an agreement's minimum cell is smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFact:
    """Describe the free text in one element of an extract, and how far a person has reviewed it.

    ``texts`` counts the different texts, ``read`` those that a person has decided to keep or
    withhold,
    ``withheld`` those that are withheld. ``readers`` are actor ids, ``on`` the last day of the
    review.
    ``left`` counts what the detector still finds in texts that are kept. ``decided`` is the digest
    of
    all decisions, ``prepared`` the digest when the extract was prepared (empty: the element is not
    in
    it). ``classes`` are the special classes of the element.
    """

    element: str
    texts: int
    read: int = 0
    withheld: int = 0
    readers: frozenset[str] = frozenset()
    on: date | None = None
    left: int = 0
    decided: str = ""
    prepared: str = ""
    classes: frozenset[SpecialClass] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractFact:
    """Describe one extract on a day.

    Cairn states it from its own record of the extract.

    Attributes:
        id: id of the extract.
        state: state of the extract.
        requester: actor id of the person who asked for it.
        recipient: actor id of the person who may download it.
        organization: slug of the recipient's employer.
        project: project that it is for.
        agreements: agreements that its source data come under.
        elements: elements (``record.field``) in it.
        reviews: verdicts of the reviewers in the present round.
        alike: size of the smallest group of indistinguishable children; None if it was not
            prepared.
        people: digest of who may be in it, as prepared; empty if it was not prepared.
        people_now: the same digest as of today; empty if it was not computed, which refuses.
        beside: ids of the earlier extracts that it was prepared together with.
        received: ids of the extracts that the project has received by now.
        link_until: last day of the download link; None if there is no link.
        fetched_on: day of the download; None if it was not downloaded.
        accepted: whether the recipient accepts the terms of use in this request.
        file: name of the file that the recipient downloads; empty if unknown.
        texts: its free text, reviewed or not; empty if it has none.
    """

    id: str
    state: ExtractState
    requester: str
    recipient: str
    organization: str
    project: ProjectFact
    agreements: tuple[AgreementFact, ...]
    elements: frozenset[str]
    reviews: tuple[ReviewFact, ...] = ()
    alike: int | None = None
    people: str = ""
    people_now: str = ""
    beside: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()
    link_until: date | None = None
    fetched_on: date | None = None
    accepted: bool = False
    file: str = ""
    texts: tuple[TextFact, ...] = ()

    @property
    def owners(self) -> frozenset[str]:
        """Return the slugs of the organizations that own the source data."""
        return frozenset(
            owner
            for agreement in self.agreements
            for owner in agreement.list_organizations(PartyRole.PROVIDER)
        )

    @property
    def smallest_group(self) -> int:
        """Return the strictest minimum cell of the agreements: the group size that each child
        needs.
        """
        return max(
            (agreement.disclosure.minimum_cell for agreement in self.agreements),
            default=MINIMUM_GROUP_SIZE,
        )
