"""Reviewers say who is related and who is not; what they say holds until somebody takes it back."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake.storehouse import key_ring
from cairn.linkage import kinship, related, stays
from cairn.linkage.bulk import IDENTITIES
from cairn.linkage.models import Person, RelationshipVerdict, RelationshipVerdictRecord
from cairn.linkage.models.kinship import GUARDIAN, NOT_RELATED
from cairn.linkage.sealing import Sealer
from cairn.linkage.whose import people_of, records_of
from cairn.partners.facts import actor
from cairn.rules.decision import Decision
from cairn.rules.linkage import may_review_matches


class AlreadySaid(Exception):
    """What an earlier reviewer said of the same two stands; it has to be taken back first."""


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def relate(
    *,
    one: Person,
    other: Person,
    kind: str,
    why: str,
    since: date | None = None,
    until: date | None = None,
    by: User,
    at: datetime,
) -> RelationshipVerdict:
    """Say what two people of the index are to each other, from a day (else from now) to a day
    (else still); or (``NOT_RELATED``) that from now on they are nothing to each other.

    It speaks of all records that are theirs now. Raises ``AlreadySaid``.
    """
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    both = {one.pk, other.pk}
    if any({w.one, w.other} == both for w in related.words(both)):
        raise AlreadySaid("A reviewer said something of these two already. Take that back first.")
    sides = [sorted(records_of([person.pk])) for person in (one, other)]
    made = _made(_word(kind, since, until, why=why, by=by, at=at), sides)
    _look_again(both, at)
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
    _unsaid_of(person, guardian)
    word = _word(NOT_RELATED, None, None, why=why, by=by, at=at)
    word.guardian = guardian
    made = _made(word, [sorted(records_of([person.pk]))])
    _look_again({person.pk}, at)
    audit.record(
        "linkage.related", made, by=by, at=at, decision=decision, detail={"said": "no guardian"}
    )
    return made


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def name_guardian(
    *,
    person: Person,
    name: str,
    why: str,
    since: date | None = None,
    until: date | None = None,
    by: User,
    at: datetime,
) -> RelationshipVerdict:
    """Say that an adult is, or was, a guardian of hers, whom no record names, or not for that time.

    ``name``: a given name and a surname at least; else ``ValueError``. Raises ``AlreadySaid``.
    """
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    sealer = Sealer(key_ring())
    found = stays.guardian(name, sealer)
    if found is None:
        raise ValueError("a guardian is named by a given name and a surname")
    value, plain = found
    _unsaid_of(person, value)
    word = _word(GUARDIAN, since, until, why=why, by=by, at=at)
    word.guardian, word.sealed = value, related.sealed_name(value, plain, sealer)
    made = _made(word, [sorted(records_of([person.pk]))])
    _look_again({person.pk}, at)
    audit.record(
        "linkage.related", made, by=by, at=at, decision=decision, detail={"said": GUARDIAN}
    )
    return made


def follow_relatives(*, by: User, at: datetime) -> None:
    """Work out who is related to whom, of all who wait for it. The worker's."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    _record_followed(kinship.refresh(Sealer(key_ring()), at), decision, by=by, at=at)


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
        _look_again(people, at)
        audit.record("linkage.relationship_undone", row, by=by, at=at, decision=decision)


@transaction.atomic
def _record_followed(people: int, decision: Decision, *, by: User, at: datetime) -> None:
    audit.record(
        "linkage.relatives_followed",
        "linkage:relatives",
        by=by,
        at=at,
        decision=decision,
        detail={"people": people},
    )


def _unsaid_of(person: Person, guardian: int) -> None:
    if any(w.guardian == guardian and w.one == person.pk for w in related.words([person.pk])):
        raise AlreadySaid("A reviewer spoke of this adult already. Take that back first.")


def _word(
    kind: str, since: date | None, until: date | None, *, why: str, by: User, at: datetime
) -> RelationshipVerdict:
    return RelationshipVerdict(
        kind=kind,
        since=_morning(since),
        until=_morning(until),
        why=why,
        by_id=str(by.pk),
        by_label=str(by),
        at=at,
    )


def _morning(day: date | None) -> datetime | None:
    return None if day is None else timezone.make_aware(datetime.combine(day, time.min))


def _made(word: RelationshipVerdict, sides: Collection[Collection[int]]) -> RelationshipVerdict:
    """Keep the word with the records that it speaks of."""
    word.save()
    RelationshipVerdictRecord.objects.bulk_create(
        RelationshipVerdictRecord(verdict=word, record_id=record, side=number)
        for number, side in enumerate(sides)
        for record in side
    )
    return word


def _look_again(people: Collection[str], at: datetime) -> None:
    kinship.wait(people)
    kinship.follow(people, Sealer(key_ring()), at)
