"""Record reviewers' statements about relationships; each holds until a reviewer undoes it."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from cairn.data.identity.models.person_index import Person
from cairn.data.identity.models.relationships import (
    GUARDIAN,
    NOT_RELATED,
    RelationshipVerdict,
    RelationshipVerdictRecord,
)
from cairn.data.identity.relationships import (
    address_history,
    relationship_update,
    reviewer_statements,
)
from cairn.data.identity.storage.person_ids import find_people_of_records, find_records_of_people
from cairn.data.identity.storage.sql import IDENTITIES
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor, long_action
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_key_ring
from cairn.policy.engine import Permit
from cairn.policy.questions import may_review_possible_matches


class ConflictingStatement(Exception):
    """An earlier reviewer's statement about the same two is in force and must be undone first."""


@action("linkage.related", asks=may_review_possible_matches, also_in=IDENTITIES)
def record_relationship(  # noqa: PLR0913 - two people and their relationship
    permit: Permit,
    /,
    *,
    one: Person,
    other: Person,
    kind: str,
    why: str,
    since: date | None = None,
    until: date | None = None,
    by: User,
    at: datetime,
) -> ActionResult[RelationshipVerdict]:
    """Record how two people of the index are related, or (`NOT_RELATED`) that they are not.

    "Not related" holds from now on. The statement is about all records that belong to them now.

    Args:
        one: a person.
        other: another person.
        kind: a value of `RELATIONSHIP_CHOICES`.
        why: the reason.
        since: the first day, or None for now.
        until: the last day, or None if it still holds.
        by: the reviewer.
        at: the current time.
    Returns:
        The decision.
    Raises:
        ConflictingStatement: an earlier statement about the two is in force.
    """
    both_ids = {one.pk, other.pk}
    if any(
        {statement.one, statement.other} == both_ids
        for statement in reviewer_statements.list_reviewer_statements(both_ids)
    ):
        raise ConflictingStatement(
            "A reviewer already made a statement about these two people. Undo it first."
        )
    sides = [sorted(find_records_of_people([person.pk])) for person in (one, other)]
    verdict = _store_verdict(_build_verdict(kind, since, until, why=why, by=by, at=at), sides)
    _refresh_now(both_ids, at)
    return ActionResult(verdict, subject=verdict, detail={"said": verdict.kind})


@action("linkage.related", asks=may_review_possible_matches, also_in=IDENTITIES)
def deny_guardian(
    permit: Permit, /, *, person: Person, guardian: int, why: str, by: User, at: datetime
) -> ActionResult[RelationshipVerdict]:
    """Record that an adult is not a guardian of a person.

    Args:
        person: the person.
        guardian: keyed hash of the adult's name.
        why: the reason.
        by: the reviewer.
        at: the current time.
    Returns:
        The decision.
    Raises:
        ConflictingStatement: an earlier statement about this adult is in force.
    """
    _require_no_statement(person, guardian)
    unsaved_verdict = _build_verdict(NOT_RELATED, None, None, why=why, by=by, at=at)
    unsaved_verdict.guardian = guardian
    verdict = _store_verdict(unsaved_verdict, [sorted(find_records_of_people([person.pk]))])
    _refresh_now({person.pk}, at)
    return ActionResult(verdict, subject=verdict, detail={"said": "no guardian"})


@action("linkage.related", asks=may_review_possible_matches, also_in=IDENTITIES)
def add_guardian(
    permit: Permit,
    /,
    *,
    person: Person,
    name: str,
    why: str,
    since: date | None = None,
    until: date | None = None,
    by: User,
    at: datetime,
) -> ActionResult[RelationshipVerdict]:
    """Record that an adult is or was a guardian of a person.

    For adults that no record names, or not for that time.

    Args:
        person: the person.
        name: a given name and a surname at least.
        why: the reason.
        since: the first day, or None for now.
        until: the last day, or None if it still holds.
        by: the reviewer.
        at: the current time.
    Returns:
        The decision.
    Raises:
        ValueError: the name has fewer than two words.
        ConflictingStatement: an earlier statement about this adult is in force.
    """
    sealer = IdentitySealer(open_key_ring())
    standardized = address_history.standardize_guardian(name, sealer)
    if standardized is None:
        raise ValueError("A guardian needs a first name and a last name.")
    value, plain = standardized
    _require_no_statement(person, value)
    unsaved_verdict = _build_verdict(GUARDIAN, since, until, why=why, by=by, at=at)
    unsaved_verdict.guardian, unsaved_verdict.sealed = (
        value,
        reviewer_statements.seal_guardian_name(value, plain, sealer),
    )
    verdict = _store_verdict(unsaved_verdict, [sorted(find_records_of_people([person.pk]))])
    _refresh_now({person.pk}, at)
    return ActionResult(verdict, subject=verdict, detail={"said": GUARDIAN})


@action("linkage.relatives_followed", asks=may_review_possible_matches)
def _record_refresh(
    permit: Permit, /, *, people: int, by: User, at: datetime
) -> ActionResult[None]:
    return ActionResult(subject="linkage:relatives", detail={"people": people})


@long_action(asks=may_review_possible_matches, finish=_record_refresh)
def refresh_waiting_relationships(permit: Permit, /, *, by: User, at: datetime) -> None:
    """Refresh the relationships of all waiting people, in the worker.

    Args:
        by: the reviewer who asked.
        at: the current time.
    """
    people = relationship_update.refresh_relationships(IdentitySealer(open_key_ring()), at)
    _record_refresh(people=people, by=by, at=at)


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def undo_relationship_verdict(*, verdict: RelationshipVerdict, by: User, at: datetime) -> None:
    """Undo a reviewer's statement; what records state alone decides again.

    Args:
        verdict: the decision.
        by: the reviewer.
        at: the current time.
    """
    decision = may_review_possible_matches(load_current_actor(by), timezone.localdate(at))
    decision.require()
    row = RelationshipVerdict.objects.select_for_update().get(pk=verdict.pk)
    if row.undone_at is None:
        people_of_records = set(
            find_people_of_records(row.records.values_list("record_id", flat=True)).values()
        )
        people = people_of_records | relationship_update.find_people_in_statements(
            people_of_records
        )
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        _refresh_now(people, at)
        record_audit_event("linkage.relationship_undone", row, by=by, at=at, decision=decision)


def _require_no_statement(person: Person, guardian: int) -> None:
    if any(
        statement.guardian == guardian and statement.one == person.pk
        for statement in reviewer_statements.list_reviewer_statements([person.pk])
    ):
        raise ConflictingStatement(
            "A reviewer already made a statement about this adult. Undo it first."
        )


def _build_verdict(
    kind: str, since: date | None, until: date | None, *, why: str, by: User, at: datetime
) -> RelationshipVerdict:
    return RelationshipVerdict(
        kind=kind,
        since=_start_of_day(since),
        until=_start_of_day(until),
        why=why,
        by_id=str(by.pk),
        by_label=str(by),
        at=at,
    )


def _start_of_day(day: date | None) -> datetime | None:
    return None if day is None else timezone.make_aware(datetime.combine(day, time.min))


def _store_verdict(
    verdict: RelationshipVerdict, sides: Collection[Collection[int]]
) -> RelationshipVerdict:
    """Store the decision with the records that it is about."""
    verdict.save()
    RelationshipVerdictRecord.objects.bulk_create(
        RelationshipVerdictRecord(verdict=verdict, record_id=record, side=number)
        for number, side in enumerate(sides)
        for record in side
    )
    return verdict


def _refresh_now(people: Collection[str], at: datetime) -> None:
    relationship_update.mark_people_waiting(people)
    relationship_update.refresh_relationships_for_page(people, IdentitySealer(open_key_ring()), at)
