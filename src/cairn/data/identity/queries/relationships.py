"""Read the stored relationships of a person, for reviewers alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.data.identity.models.person_index import Person
from cairn.data.identity.models.relationships import (
    Relationship,
    RelationshipVerdict,
    RelationshipWaiting,
)
from cairn.data.identity.relationships import reviewer_statements
from cairn.data.identity.storage.sql import as_value_set
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.matching.relationships import RelationshipGround, RelationshipKind
from cairn.platform.audit.api import Work

_DERIVED_LABELS: Final = {
    RelationshipKind.GUARDIAN: gettext_lazy("guardian, according to records"),
    RelationshipKind.TWIN: gettext_lazy("likely twin"),
    RelationshipKind.SIBLING: gettext_lazy("likely sibling"),
    RelationshipKind.HOUSEHOLD: gettext_lazy("same household"),
}

_REVIEWED_LABELS: Final = {
    RelationshipKind.GUARDIAN: gettext_lazy("guardian"),
    RelationshipKind.TWIN: gettext_lazy("twin"),
    RelationshipKind.SIBLING: gettext_lazy("sibling"),
    RelationshipKind.HOUSEHOLD: gettext_lazy("same household"),
}

_GROUND_LABELS: Final = {
    RelationshipGround.ADDRESS: gettext_lazy("address"),
    RelationshipGround.GUARDIAN: gettext_lazy("guardian"),
    RelationshipGround.SURNAME: gettext_lazy("last name"),
    RelationshipGround.BIRTH_DATE: gettext_lazy("birth date"),
}


@dataclass(frozen=True, slots=True)
class DisplayedRelationship:
    """A relationship as the page shows it.

    `person`: the person to link to; empty for a guardian (`guardian` identifies it). `verdict`: a
        reviewer's
    decision that made or ended it.
    """

    kind: str | Promise
    name: str
    person: str
    guardian: str
    evidence: str
    sources: tuple[str, ...]
    since: datetime
    until: datetime | None
    verdict: RelationshipVerdict | None


@dataclass(frozen=True, slots=True)
class PersonRelationships:
    """All relationships of a person: current ones, past ones, and reviewers' statements.

    `waits_since`: changes since then are not processed yet; None if all are.
    """

    now: tuple[DisplayedRelationship, ...]
    past: tuple[DisplayedRelationship, ...]
    said: tuple[RelationshipVerdict, ...]
    waits_since: datetime | None = None


def build_person_relationships(person: Person) -> PersonRelationships:
    """Build the household, siblings and guardians of a person, with their sources.

    Args:
        person: the person.
    Returns:
        What the page shows.
    """
    shown = [
        _build_displayed_relationship(relationship, person.pk)
        for relationship in list_relationships(person.pk)
    ]
    verdict_ids = {
        statement.verdict
        for statement in reviewer_statements.list_reviewer_statements([person.pk])
        if person.pk in (statement.one, statement.other)
    }
    return PersonRelationships(
        now=tuple(relationship for relationship in shown if relationship.until is None),
        past=tuple(relationship for relationship in shown if relationship.until is not None),
        said=tuple(RelationshipVerdict.objects.filter(pk__among=as_value_set(verdict_ids))),
        waits_since=RelationshipWaiting.objects.aggregate(first=Min("since"))["first"],
    )


def find_relationship_progress() -> Work | None:
    """Find the worker's progress with relationships that no page waits for.

    Returns:
        The progress, or None.
    """
    return Work.objects.filter(kind="relatives").first()


def list_relationships(person: str) -> list[Relationship]:
    """List the stored relationships of a person: current ones, then past ones, newest first.

    A fact between records that now belong to one person is not listed.

    Args:
        person: person ID.
    Returns:
        The relationships.
    """
    relationships = Relationship.objects.filter(Q(one=person) | Q(other=person))
    order = list(RelationshipKind)
    rows = sorted(
        relationships.select_related("verdict"),
        key=lambda fact: (
            order.index(RelationshipKind(fact.kind)),
            fact.other_id or "",
            fact.since,
            fact.guardian,
        ),
    )
    past = [row for row in rows if row.until is not None]
    return [
        *(row for row in rows if row.until is None),
        *sorted(past, key=lambda row: row.until or row.since, reverse=True),
    ]


def list_relationships_between(person: Person, relative: Person) -> list[DisplayedRelationship]:
    """List the relationships of two people: current ones, then past ones, the newest first.

    Args:
        person: a person.
        relative: another person.
    Returns:
        The relationships.
    """
    first, second = sorted((person.pk, relative.pk))
    stored = Relationship.objects.filter(one=first, other=second).select_related("verdict")
    return [
        _build_displayed_relationship(fact, person.pk)
        for fact in stored.order_by(F("until").desc(nulls_first=True))
    ]


def find_guardian(person: Person, value: int) -> DisplayedRelationship | None:
    """Find the adult that records name, or named, as guardian of a person.

    Args:
        person: the person.
        value: keyed hash of the adult's name.
    Returns:
        The relationship, or None.
    """
    guardians = Relationship.objects.filter(
        one=person, kind=RelationshipKind.GUARDIAN, guardian=value
    )
    fact = guardians.order_by(F("until").desc(nulls_first=True)).first()
    return _build_displayed_relationship(fact, person.pk) if fact else None


def list_relationship_verdicts() -> QuerySet[RelationshipVerdict]:
    """List the reviewers' statements in force about relationships, newest first.

    Returns:
        A queryset.
    """
    return RelationshipVerdict.objects.filter(undone_at__isnull=True)


def format_guardian_slug(value: int) -> str:
    """Format a keyed hash for a URL.

    Args:
        value: the keyed hash.
    Returns:
        16 hexadecimal digits.
    """
    return f"{value % _HASH_RANGE:016x}"


def parse_guardian_slug(slug: str) -> int:
    """Parse a keyed hash from a URL.

    Args:
        slug: hexadecimal digits.
    Returns:
        The keyed hash.
    Raises:
        ValueError: the text is no hexadecimal number.
    """
    value = int(slug, 16)
    return value - _HASH_RANGE if value >= _HASH_RANGE // 2 else value


_HASH_RANGE: Final = 1 << 64


def _build_displayed_relationship(relationship: Relationship, person: str) -> DisplayedRelationship:
    name_of, kind = load_organization_names(), RelationshipKind(relationship.kind)
    is_guardian = kind is RelationshipKind.GUARDIAN
    is_reviewed = relationship.verdict is not None and relationship.until is None
    return DisplayedRelationship(
        kind=_REVIEWED_LABELS[kind] if is_reviewed else _DERIVED_LABELS[kind],
        name=_format_guardian_name(relationship) if is_guardian else "",
        person=""
        if is_guardian
        else str(relationship.other_id if relationship.one_id == person else relationship.one_id),
        guardian=format_guardian_slug(relationship.guardian) if is_guardian else "",
        evidence=_describe_evidence(relationship, kind),
        sources=tuple(name_of.get(source, source) for source in relationship.sources),
        since=relationship.since,
        until=relationship.until,
        verdict=relationship.verdict,
    )


def _format_guardian_name(relationship: Relationship) -> str:
    return reviewer_statements.unseal_guardian_name(relationship).title()


def _describe_evidence(relationship: Relationship, kind: RelationshipKind) -> str:
    """Describe in one sentence why the relationship is assumed."""
    if not relationship.grounds:
        return _("A reviewer stated this. No record states it.")
    if kind is RelationshipKind.GUARDIAN:
        return _("Records of the student name this adult.")
    shared = get_text_list(
        [str(_GROUND_LABELS[RelationshipGround(ground)]) for ground in relationship.grounds],
        _("and"),
    )
    if relationship.until is None:
        return _("Records of both have the same %(shared)s.") % {"shared": shared}
    return _("Records of both had the same %(shared)s.") % {"shared": shared}
