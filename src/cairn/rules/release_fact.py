"""What the rules know of a release."""

from dataclasses import dataclass, field
from datetime import date

from cairn.rules.agreement import Agreement
from cairn.rules.attackers import Attacker
from cairn.rules.beside import NOTHING_BESIDE, Beside
from cairn.rules.framing import Telling
from cairn.rules.nation import NationWord
from cairn.rules.organization import OrganizationFact
from cairn.rules.review import ReviewFact, SendBackFact
from cairn.rules.vocabulary import PartyRole, Purpose, ReleaseState


@dataclass(frozen=True, slots=True)
class ReleaseFact:
    """A release as it stands: reviews and send-backs are those of its present round.

    ``author`` is an actor's id; ``organization`` the one that made it; ``safe`` what the audit
    found (``None``: not audited) and ``asked_to_try`` who was asked to try; ``has_story`` whether
    it says what is behind its figures.
    ``nations`` are the tribal nations whose children its figures may count, ``words`` what nations
    have said of it, in order; ``asked`` the nations on record, each of which may read and answer.
    ``providers`` are what is known of its owners, ``reported_on`` the day on which it was reported
    to their state (``None``: it was not); ``telling`` is what stands beside its figures.
    A ``pilot`` release was counted from synthetic data. ``beside`` is what is out already.
    """

    id: str
    state: ReleaseState
    author: str
    organization: str
    purpose: Purpose
    agreements: tuple[Agreement, ...]
    reviews: tuple[ReviewFact, ...] = ()
    send_backs: tuple[SendBackFact, ...] = ()
    safe: bool | None = None
    asked_to_try: frozenset[Attacker] = frozenset()
    has_story: bool = False
    providers: tuple[OrganizationFact, ...] = ()
    reported_on: date | None = None
    telling: Telling = field(default_factory=Telling)
    nations: frozenset[str] = frozenset()
    words: tuple[NationWord, ...] = ()
    asked: frozenset[str] = frozenset()
    pilot: bool = False
    beside: Beside = NOTHING_BESIDE

    @property
    def owners(self) -> frozenset[str]:
        """The organizations whose data it was made from."""
        return frozenset(
            owner for a in self.agreements for owner in a.organizations(PartyRole.PROVIDER)
        )

    @property
    def sources(self) -> tuple[OrganizationFact, ...]:
        """Each owner as it is known; of one nobody knows, the kind that its agreement names."""
        known = {one.slug: one for one in self.providers}
        return tuple(
            known.get(party.organization, OrganizationFact(party.organization, party.kind))
            for agreement in self.agreements
            for party in agreement.parties
            if party.role is PartyRole.PROVIDER
        )
