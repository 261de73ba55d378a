"""Facts about the person who makes a request on a date."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.policy.facts.people.clearance import Clearance, OrganizationSecurity
from cairn.policy.vocabulary import OrganizationKind, Role, SecondFactor

__all__ = ["Actor", "AffiliationFact"]

_PUBLIC_ID: Final = "public"
_FAMILY_ID: Final = "family"


@dataclass(frozen=True, slots=True)
class AffiliationFact:
    """A person's role at one organization, from first to last day.

    A data manager states it in Cairn.

    Attributes:
        organization: slug of the organization.
        kind: kind of organization.
        role: the person's role there.
        starts: first day, included.
        ends: last day, included; None means open.
    """

    organization: str
    kind: OrganizationKind
    role: Role
    starts: date
    ends: date | None = None

    def live(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, the public (``Actor.public()``), or a family (``Actor.family(child_key)``).

    Args:
        id: id of the account.
        active: whether the account is active.
        second_factor: whether the session proved a second factor.
        affiliations: roles at organizations.
        clearance: the person's own clearance; ``None`` is unknown and does not count as cleared.
        security: security of each organization that the person acts for; a missing one is unknown
            and
            does not count as cleared.
        child: key of the one child on the family page that a family session opened.
    """

    id: str
    active: bool = True
    second_factor: SecondFactor = SecondFactor.ABSENT
    affiliations: tuple[AffiliationFact, ...] = ()
    clearance: Clearance | None = None
    security: tuple[OrganizationSecurity, ...] = ()
    child: str = ""

    @property
    def known(self) -> bool:
        """Tell whether the actor is a person or a family rather than the public."""
        return self.id != _PUBLIC_ID

    @classmethod
    def public(cls) -> "Actor":
        """Return the actor without a session."""
        return cls(id=_PUBLIC_ID)

    @classmethod
    def family(cls, child: str) -> "Actor":
        """Return the actor of one child's family page. The id does not reveal which child it is."""
        if not child:
            raise ValueError("A family session is of one child; its key is missing.")
        return cls(id=_FAMILY_ID, child=child)

    def roles(self, on: date) -> frozenset[Role]:
        """Return the roles that are active on a date, at any organization."""
        if self.child and self.active:
            return frozenset({Role.FAMILY})
        live = (
            {affiliation.role for affiliation in self.affiliations if affiliation.live(on)}
            if self.active
            else set()
        )
        return frozenset(live or {Role.PUBLIC})

    def organizations(self, on: date, *roles: Role) -> frozenset[str]:
        """Return the organizations that this person acts for on a date, in any of the roles
        named.
        """
        if not self.active:
            return frozenset()
        return frozenset(
            affiliation.organization
            for affiliation in self.affiliations
            if affiliation.live(on) and (not roles or affiliation.role in roles)
        )

    def find_security(self, organization: str) -> OrganizationSecurity | None:
        """Return what is known of the security of one organization that this person acts for."""
        return next(
            (security for security in self.security if security.organization == organization), None
        )
