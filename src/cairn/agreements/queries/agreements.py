"""Reads of what was agreed, narrowed to who asks before anything is fetched."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cairn.agreements import facts
from cairn.agreements.models import Agreement, AgreementVersion, Signature
from cairn.agreements.wording.words import BASIS
from cairn.partners.models import Organization
from cairn.rules import agreement as law
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.authority import in_force, may_load_agreement, may_view_agreement
from cairn.rules.chain import references, resolved
from cairn.rules.decision import Decision
from cairn.rules.drafting import may_amend, may_begin, may_join
from cairn.rules.ending import (
    earliest_end,
    may_begin_closing,
    may_take_back_notice,
    may_terminate,
)
from cairn.rules.vocabulary import Action, PartyRole


@dataclass(frozen=True, slots=True)
class Listed:
    """One agreement with what it says and whether it may be relied on today."""

    row: Agreement
    terms: law.Agreement
    standing: Decision

    @property
    def basis(self) -> str:
        """The legal basis in words."""
        return BASIS[self.terms.basis]


def agreements(who: Actor, on: date) -> list[Listed]:
    """The agreements this person may read, each with its standing. Raises `Refused`."""
    may_open(Action.VIEW_AGREEMENT, who, on=on).require()
    rows = list(_rows())
    return [
        Listed(row, terms, in_force(terms, on))
        for row, terms in zip(rows, facts.agreements(rows, on), strict=True)
        if may_view_agreement(terms, who, on).allowed
    ]


def agreement(reference: str, who: Actor, on: date) -> Listed:
    """One agreement. Raises `Refused`, also for a reference that nobody has heard of."""
    row = _rows().filter(reference=reference).first()
    if row is None:
        may_open(Action.VIEW_AGREEMENT, who, organization="", on=on).require()
        raise Agreement.DoesNotExist(reference)
    terms = facts.agreement(row)
    may_view_agreement(terms, who, on).require()
    return Listed(row, terms, in_force(terms, on))


def to_replace(reference: str, who: Actor, on: date) -> Agreement | None:
    """The agreement that a new text would replace, if there is one. Raises `Refused`."""
    row = _rows().filter(reference=reference).first()
    if row is not None:
        may_load_agreement(facts.agreement(row), who, on).require()
    return row


def as_it_would_stand(terms: law.Agreement) -> law.Agreement:
    """The agreement of a text that is not on record, with those on record that it rests on."""
    rows = Agreement.objects.filter(reference__in=references(terms))
    found = facts.agreements(rows)
    return resolved(terms, {other.reference: other for other in found})


def unregistered(terms: law.Agreement) -> tuple[law.Party, ...]:
    """The parties that are no partners yet, each once, in the order of the text."""
    slugs = {party.organization for party in terms.parties}
    known = set(Organization.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    found = {p.organization: p for p in terms.parties if p.organization not in known}
    return tuple(found.values())


def may_load(who: Actor, on: date) -> Decision:
    """Whether this person may put agreements on record."""
    return may_open(Action.LOAD_AGREEMENT, who, on=on)


def doors_of(
    terms: law.Agreement, who: Actor, on: date, *, given_by: str = ""
) -> dict[str, list[str]]:
    """What may be done with a signed agreement, and for which organizations this person may.

    `given_by` is the party that gave notice, where one did.
    """
    mine = sorted(who.organizations(on) | terms.organizations(*PartyRole))
    asked: dict[str, Callable[[str], Decision]] = {
        "amend": lambda slug: may_amend(terms, slug, who, on),
        "pilot": lambda slug: may_begin(slug, who, on),
        "join": lambda slug: may_join(terms, slug, who, on),
        "terminate": lambda slug: may_terminate(terms, slug, earliest_end(terms, on), who, on),
        "take_back": lambda slug: may_take_back_notice(terms, slug, given_by, who, on),
        "close": lambda _slug: may_begin_closing(terms, who, on),
    }
    if terms.pilot:
        del asked["pilot"]
    return {name: [slug for slug in mine if ask(slug).allowed] for name, ask in asked.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """One version on record, and the signatures made here of exactly its text."""

    version: AgreementVersion
    signatures: list[Signature]


def versions(row: Agreement) -> list[Kept]:
    """Every version of an agreement that may be read, the newest first."""
    found = list(row.versions.all())
    signatures = facts.signatures_of(version.digest for version in found)
    return [Kept(version, signatures.get(version.digest, [])) for version in found]


def _rows() -> QuerySet[Agreement]:
    return Agreement.objects.prefetch_related("versions__loaded_by")
