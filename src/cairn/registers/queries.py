"""What anybody may read of agreements, without signing in: who shares what with whom, and why.

Nothing here is about a person: no signer, no contact, no child.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from cairn.agreements import facts
from cairn.agreements.models import Agreement
from cairn.agreements.wording.document import Part
from cairn.agreements.wording.exhibits import schedule
from cairn.agreements.wording.limits import leaving, retention
from cairn.agreements.wording.sharing import basis, data, purpose
from cairn.agreements.wording.standing import term
from cairn.agreements.wording.who import parties
from cairn.agreements.wording.words import KIND
from cairn.families import words
from cairn.releases import queries as releases
from cairn.releases.models import Release
from cairn.rules import agreement as law
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.authority import in_force
from cairn.rules.vocabulary import Action, PartyRole

# The parts of an agreement that name no person: signers and contacts stand in none of them.
_PUBLIC_PARTS = (parties, purpose, basis, data, schedule, retention, leaving, term)


@dataclass(frozen=True, slots=True)
class Entry:
    """One agreement in the register, with what was made of the data shared under it."""

    terms: law.Agreement
    parts: tuple[Part, ...]
    in_force: bool
    releases: tuple[Release, ...]

    @property
    def pilot(self) -> bool:
        """Whether it is about invented children only."""
        return bool(self.terms.pilot)

    @property
    def kind(self) -> str:
        return gettext(KIND[self.terms.tier])

    @property
    def in_short(self) -> list[tuple[str, list[str]]]:
        """What is shared, for what and why the law allows it, in a family's words."""
        return [
            (gettext("What is shared"), words.records(self.terms.elements)),
            (gettext("For what"), words.purposes(p.value for p in self.terms.purposes)),
            (gettext("Why the law allows it"), [str(words.basis(self.terms.basis))]),
        ]

    @property
    def providers(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.terms.parties if p.role is PartyRole.PROVIDER)

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.terms.parties if p.role is not PartyRole.PROVIDER)


def entries(who: Actor, on: date) -> list[Entry]:
    """Every agreement on record, those in force first. Raises `Refused`."""
    may_open(Action.VIEW_REGISTER, who, on=on).require()
    published = list(releases.published())
    found = [_entry(terms, published, on) for terms in facts.agreements(Agreement.objects.all())]
    return sorted(found, key=lambda entry: (not entry.in_force, entry.terms.reference))


def entry(reference: str, who: Actor, on: date) -> Entry:
    """One agreement. Raises `Refused`, or `Agreement.DoesNotExist`."""
    may_open(Action.VIEW_REGISTER, who, on=on).require()
    row = Agreement.objects.get(reference=reference)
    return _entry(facts.agreement(row), releases.published(), on)


def _entry(terms: law.Agreement, published: Iterable[Release], on: date) -> Entry:
    return Entry(
        terms=terms,
        parts=tuple(part for make in _PUBLIC_PARTS if (part := make(terms)).said),
        in_force=in_force(terms, on).allowed,
        releases=tuple(r for r in published if terms.reference in r.agreements),
    )
