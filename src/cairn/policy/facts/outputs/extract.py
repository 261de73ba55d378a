"""Define the facts of an extract of de-identified rows and of the free text in it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.review import ReviewFact
from cairn.policy.facts.projects.project import ProjectFact
from cairn.policy.vocabulary import ExtractState, PartyRole, SpecialClass

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

    ``requester`` and ``recipient`` are actor ids; ``organization`` is the recipient's employer.
    ``alike`` is the size of the smallest group of indistinguishable children (``None``: not
    prepared).
    ``people`` is the digest of who may be in it, as prepared, and ``people_now`` as of today.
    ``beside``
    are the earlier extracts that it was prepared together with, ``received`` those that the project
    has
    received by now. ``texts`` is its free text, reviewed or not.
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
            for owner in agreement.organizations(PartyRole.PROVIDER)
        )

    @property
    def least(self) -> int:
        """Return the strictest minimum cell of the agreements: the group size that each child
        needs.
        """
        return max(
            (agreement.disclosure.minimum_cell for agreement in self.agreements),
            default=MINIMUM_GROUP_SIZE,
        )
