"""Who asks: the facts about a person on a date."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.rules.vocabulary import OrganizationKind, Role, SecondFactor

_PUBLIC: Final = "public"


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
    """A person, or the public when nobody is signed in (``Actor.public()``)."""

    id: str
    active: bool = True
    second_factor: SecondFactor = SecondFactor.ABSENT
    affiliations: tuple[Affiliation, ...] = ()

    @property
    def known(self) -> bool:
        return self.id != _PUBLIC

    @classmethod
    def public(cls) -> "Actor":
        return cls(id=_PUBLIC)

    def roles(self, on: date) -> frozenset[Role]:
        """The roles that are live on a date, in whichever organization."""
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
