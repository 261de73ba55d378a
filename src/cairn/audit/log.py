"""The one way to write an audit line, and the one way to check them all.

Other rooms say ``from cairn.audit import log as audit`` and then ``audit.record(...)``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from cairn.audit.chain import GENESIS, Entry, digest, seal, seal_holds
from cairn.audit.key import seal_key
from cairn.audit.models import AuditLine, ChainHead
from cairn.rules.decision import Decision


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the chain: where, and what it means in plain words."""

    sequence: int
    message: str


@transaction.atomic
def record(
    event: str,
    subject: models.Model | str,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    decision: Decision | None = None,
    detail: Mapping[str, str | int] | None = None,
) -> AuditLine:
    """Writes the next line of the chain, in the caller's transaction.

    `subject` is a row, or `"kind:id"`. `by` is None for the public and for the system itself.
    `detail` holds words and counts, never anything about a child. If the line cannot be written
    the exception undoes the caller's change too: what is not recorded does not happen.
    """
    head = _locked_head()
    kind, _, identifier = _named(subject).partition(":")
    entry = Entry(
        sequence=head.sequence + 1,
        at=at,
        event=event,
        subject_kind=kind,
        subject_id=identifier,
        actor_id="" if by is None else str(by.pk),
        actor_label="(nobody signed in)" if by is None else str(by),
        decision_id=decision.decision_id if decision else "",
        outcome=str(decision.outcome.value) if decision else "",
        codes=tuple(reason.code for reason in decision.reasons) if decision else (),
        detail=dict(detail or {}),
    )
    line = AuditLine(previous=head.hash, hash=digest(entry, head.hash), **_columns(entry))
    line.save(force_insert=True)
    head.sequence, head.hash = line.sequence, line.hash
    head.seal = seal(seal_key(), head.sequence, head.hash)
    head.save(update_fields=["sequence", "hash", "seal"])
    return line


def verify() -> list[Finding]:
    """Everything that is wrong with the chain; empty when it is whole.

    Reads the lines in order and stops at the first that does not follow from the one before it,
    since every later line would be wrong for the same reason.
    """
    head = ChainHead.objects.first() or ChainHead()
    broken = next(_breaks(), None)
    if broken is not None:
        return [broken]
    newest = AuditLine.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, last = newest or (0, GENESIS)
    if (sequence, last) != (head.sequence, head.hash):
        return [
            Finding(
                sequence + 1,
                f"The chain ends at line {sequence}, but its head says {head.sequence}: "
                "the newest lines were removed, or lines were added without the software.",
            )
        ]
    if sequence and not seal_holds(seal_key(), head.sequence, head.hash, head.seal):
        return [
            Finding(
                sequence,
                "The seal of the chain's head does not match: the chain was rewritten without "
                "the key, or the key of this data folder was exchanged.",
            )
        ]
    return []


def _breaks() -> Iterator[Finding]:
    expected, previous = 1, GENESIS
    for line in AuditLine.objects.order_by("sequence").iterator(chunk_size=2000):
        if line.sequence != expected:
            yield Finding(expected, f"Line {expected} is missing.")
        elif line.previous != previous:
            yield Finding(expected, f"Line {expected} does not follow from the line before it.")
        elif line.hash != digest(line.entry, previous):
            yield Finding(expected, f"Line {expected} was changed after it was written.")
        expected, previous = line.sequence + 1, line.hash


def _locked_head() -> ChainHead:
    """The head, locked until the transaction ends, so that numbers have no gap and no double.

    PostgreSQL locks the row; SQLite took its write lock when the transaction began.
    """
    head = ChainHead.objects.select_for_update().first()
    if head is not None:
        return head
    ChainHead.objects.bulk_create([ChainHead()], ignore_conflicts=True)
    return ChainHead.objects.select_for_update().get()


def _named(subject: models.Model | str) -> str:
    return subject if isinstance(subject, str) else f"{subject._meta.model_name}:{subject.pk}"


def _columns(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__slots__} | {"codes": list(entry.codes)}
