"""Reviewers say who is related and who is not; what they say holds until somebody takes it back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake.storehouse import key_ring
from cairn.linkage import kinship, related
from cairn.linkage.bulk import IDENTITIES
from cairn.linkage.models import Person, RelationshipVerdict, RelationshipVerdictRecord
from cairn.linkage.models.kinship import NOT_RELATED
from cairn.linkage.sealing import Sealer
from cairn.linkage.whose import people_of, records_of
from cairn.partners.facts import actor
from cairn.rules.linkage import may_review_matches


class AlreadySaid(Exception):
    """What an earlier reviewer said of the same two stands; it has to be taken back first."""


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def relate(
    *, one: Person, other: Person, kind: str, why: str, by: User, at: datetime
) -> RelationshipVerdict:
    """Say what two people of the index are to each other, or (``NOT_RELATED``) that they are not.

    It speaks of all records that are theirs now. Raises ``AlreadySaid``.
    """
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    sealer = Sealer(key_ring())
    kinship.refresh(sealer, at)
    both = {one.pk, other.pk}
    if any({w.one, w.other} == both for w in related.words(both)):
        raise AlreadySaid("A reviewer said something of these two already. Take that back first.")
    sides = [sorted(records_of([person.pk])) for person in (one, other)]
    made = _made(kind, 0, sides, why=why, by=by, at=at)
    _look_again(both, sealer, at)
    audit.record(
        "linkage.related", made, by=by, at=at, decision=decision, detail={"said": made.kind}
    )
    return made


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def deny_guardian(
    *, person: Person, guardian: int, why: str, by: User, at: datetime
) -> RelationshipVerdict:
    """Say that an adult, by the keyed hash of the name, is no guardian of hers. Raises
    ``AlreadySaid``."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    sealer = Sealer(key_ring())
    if any(w.guardian == guardian and w.one == person.pk for w in related.words([person.pk])):
        raise AlreadySaid("A reviewer said this already.")
    sides = [sorted(records_of([person.pk]))]
    made = _made(NOT_RELATED, guardian, sides, why=why, by=by, at=at)
    _look_again({person.pk}, sealer, at)
    audit.record(
        "linkage.related", made, by=by, at=at, decision=decision, detail={"said": "no guardian"}
    )
    return made


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def undo_relationship(*, verdict: RelationshipVerdict, by: User, at: datetime) -> None:
    """Takes such a word back; what records state alone says again who is related."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    row = RelationshipVerdict.objects.select_for_update().get(pk=verdict.pk)
    if row.undone_at is None:
        named = set(people_of(row.records.values_list("record_id", flat=True)).values())
        people = named | kinship.spoken_of(named)
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        _look_again(people, Sealer(key_ring()), at)
        audit.record("linkage.relationship_undone", row, by=by, at=at, decision=decision)


def _made(
    kind: str,
    guardian: int,
    sides: Collection[Collection[int]],
    *,
    why: str,
    by: User,
    at: datetime,
) -> RelationshipVerdict:
    made = RelationshipVerdict.objects.create(
        kind=kind, guardian=guardian, why=why, by_id=str(by.pk), by_label=str(by), at=at
    )
    RelationshipVerdictRecord.objects.bulk_create(
        RelationshipVerdictRecord(verdict=made, record_id=record, side=number)
        for number, side in enumerate(sides)
        for record in side
    )
    return made


def _look_again(people: Collection[str], sealer: Sealer, at: datetime) -> None:
    kinship.wait(people)
    kinship.refresh(sealer, at)
