"""Read the reviewers' statements in force about the relationships of people."""

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import product

from django.db.models import Q

from cairn.data.identity.models.relationships import (
    NOT_RELATED,
    Relationship,
    RelationshipVerdict,
    RelationshipVerdictRecord,
)
from cairn.data.identity.review.match_decisions import expand_decision_sides
from cairn.data.identity.storage.person_ids import find_people_of_records, find_records_of_people
from cairn.data.identity.storage.sql import as_value_set, select_rows, split_batches
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.matching.relationships import RelationshipKind, ReviewerStatement
from cairn.platform.storage.api import open_key_ring


def list_reviewer_statements(people: Iterable[str]) -> list[ReviewerStatement]:
    """List every statement about any of these people, and the other people it is about.

    "Are related" is about the part of a person that has most of the records it names, "are not"
    about every part that has any of them (`RelationshipVerdict`).

    Args:
        people: person IDs.
    Returns:
        The statements.
    """
    return [
        statement
        for verdict in RelationshipVerdict.objects.filter(
            pk__among=as_value_set(find_relationship_verdicts(people))
        )
        for statement in _build_statements(verdict)
    ]


def find_relationship_verdicts(people: Iterable[str]) -> set[int]:
    """Find the decisions in force about records of these people, or records that share an ID.

    Args:
        people: person IDs.
    Returns:
        Primary keys of `RelationshipVerdict`.
    """
    if not select_rows("SELECT 1 FROM linkage_relationshipverdict WHERE undone_at IS NULL LIMIT 1"):
        return set()
    verdict_ids: set[int] = set()
    for batch in split_batches(find_records_of_people(people)):
        verdict_records = RelationshipVerdictRecord.objects.filter(
            verdict__undone_at__isnull=True
        ).filter(
            Q(record__among=as_value_set(batch))
            | Q(record__source_id__records__among=as_value_set(batch))
        )
        verdict_ids.update(verdict_records.values_list("verdict_id", flat=True))
    return verdict_ids


def _build_statements(verdict: RelationshipVerdict) -> list[ReviewerStatement]:
    sides_of_records = expand_decision_sides(verdict)
    person_of = find_people_of_records(sides_of_records[0] | sides_of_records[1])
    parts = [
        sorted((record, person_of[record]) for record in side if record in person_of)
        for side in sides_of_records
    ]
    is_denial = verdict.kind == NOT_RELATED
    kind = None if is_denial else RelationshipKind(verdict.kind)
    left_people, right_people = (
        _list_people(part) if is_denial else _choose_majority_person(part) for part in parts
    )
    return [
        ReviewerStatement(
            verdict.pk, kind, left, right, verdict.at, verdict.guardian,
            unseal_guardian_name(verdict),
            verdict.since, verdict.until,
        )
        for left, right in product(left_people, [""] if verdict.guardian else right_people)
        if left != right
    ]  # fmt: skip


def unseal_guardian_name(relationship: Relationship | RelationshipVerdict) -> str:
    """Decrypt the name of the guardian that a fact or a decision is about.

    Args:
        relationship: the fact or the decision.
    Returns:
        The standardized name, or an empty text.
    """
    sealed = bytes(relationship.sealed)
    if not sealed:
        return ""
    return (
        IdentitySealer(open_key_ring())
        .unseal(_build_guardian_context(relationship.guardian), sealed)
        .decode()
    )


def seal_guardian_name(guardian: int, name: str, sealer: IdentitySealer) -> bytes:
    """Encrypt the name of a guardian.

    Args:
        guardian: keyed hash of the name.
        name: the standardized name, or an empty text.
        sealer: encrypts.
    Returns:
        The sealed name; empty for no name.
    """
    return sealer.seal(_build_guardian_context(guardian), name.encode()) if name else b""


def _build_guardian_context(guardian: int) -> str:
    """Build the context that the seal of a guardian's name is bound to."""
    return f"guardian {guardian}"


def _list_people(part: Collection[tuple[int, str]]) -> list[str]:
    return sorted({person for _number, person in part})


def _choose_majority_person(part: Collection[tuple[int, str]]) -> list[str]:
    """Choose the person with most of these records, or else with the oldest."""
    return [
        person
        for person, _count in Counter(person_id for _number, person_id in part).most_common(1)
    ]
