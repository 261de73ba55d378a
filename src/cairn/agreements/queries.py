"""Reads of what was agreed, narrowed to who asks before anything is fetched."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cairn.agreements import facts
from cairn.agreements.models import Agreement
from cairn.partners.models import Organization
from cairn.rules import agreement as law
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.authority import in_force, may_load_agreement, may_view_agreement
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import Action, Channel, Purpose


@dataclass(frozen=True, slots=True)
class Plain:
    """What an agreement says, in an order for people: sets have none."""

    data: tuple[tuple[law.DataTerm, tuple[str, ...]], ...]
    criteria: tuple[tuple[str, str], ...]
    purposes: tuple[Purpose, ...]
    channels: tuple[Channel, ...]


def plain(terms: law.Agreement) -> Plain:
    """The parts of an agreement that a page lists."""
    return Plain(
        data=tuple((term, tuple(sorted(term.elements))) for term in terms.data),
        criteria=tuple((key.replace("_", " "), said) for key, said in terms.criteria.items()),
        purposes=tuple(sorted(terms.purposes)),
        channels=tuple(sorted(terms.delivery.channels)),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """One agreement with what it says and whether it may be relied on today."""

    row: Agreement
    terms: law.Agreement
    standing: Decision


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


def unregistered(terms: law.Agreement) -> tuple[law.Party, ...]:
    """The parties that are no partners yet, each once, in the order of the text."""
    slugs = {party.organization for party in terms.parties}
    known = set(Organization.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    found = {p.organization: p for p in terms.parties if p.organization not in known}
    return tuple(found.values())


def may_load(who: Actor, on: date) -> Decision:
    """Whether this person may put agreements on record."""
    return may_open(Action.LOAD_AGREEMENT, who, on=on)


def _rows() -> QuerySet[Agreement]:
    return Agreement.objects.prefetch_related("versions__loaded_by")
