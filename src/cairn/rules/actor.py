"""Who asks: the facts about a person on a date."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.rules.clearance import Clearance, OrganizationSecurity
from cairn.rules.vocabulary import OrganizationKind, Role, SecondFactor

_PUBLIC: Final = "public"
_FAMILY: Final = "family"


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A person's role in one organization, from and to (both inclusive; no end means open)."""

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

    ``clearance`` is the person's own, ``security`` that of each organization they act for; what is
    not there is unknown, and unknown is not cleared. ``child`` is the key of the one child whose
    family page a family session opened.
    """

    id: str
    active: bool = True
    second_factor: SecondFactor = SecondFactor.ABSENT
    affiliations: tuple[Affiliation, ...] = ()
    clearance: Clearance | None = None
    security: tuple[OrganizationSecurity, ...] = ()
    child: str = ""

    @property
    def known(self) -> bool:
        return self.id != _PUBLIC

    @classmethod
    def public(cls) -> "Actor":
        return cls(id=_PUBLIC)

    @classmethod
    def family(cls, child: str) -> "Actor":
        """Whoever opened one child's family page. The id says nothing of which child it is."""
        if not child:
            raise ValueError("A family session is of one child; its key is missing.")
        return cls(id=_FAMILY, child=child)

    def roles(self, on: date) -> frozenset[Role]:
        """The roles that are live on a date, in whichever organization."""
        if self.child and self.active:
            return frozenset({Role.FAMILY})
        live = {a.role for a in self.affiliations if a.live(on)} if self.active else set()
        return frozenset(live or {Role.PUBLIC})

    def organizations(self, on: date, *roles: Role) -> frozenset[str]:
        """The organizations this person acts for on a date, in any of the roles named."""
        if not self.active:
            return frozenset()
        return frozenset(
            a.organization
            for a in self.affiliations
            if a.live(on) and (not roles or a.role in roles)
        )

    def security_of(self, organization: str) -> OrganizationSecurity | None:
        """What is known of the security of one organization this person acts for."""
        return next((s for s in self.security if s.organization == organization), None)
