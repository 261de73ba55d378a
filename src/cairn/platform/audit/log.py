"""Write audit lines and verify the chain; no other module writes a line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone

from cairn.platform.audit import chain
from cairn.platform.audit.chain import ChainEntry
from cairn.platform.audit.models import AuditLine, ChainHead
from cairn.platform.audit.outside_heads import write_heads
from cairn.platform.audit.row_seals import read_at_one_moment
from cairn.platform.sealing.api import derive_subkey
from cairn.policy.engine import Decision

_SEAL_KEY_LABEL: Final = "audit-head"
_LONGEST_WORK: Final = timedelta(days=2)
"""A line has the time at which its work began; much may have been recorded before it ended."""
_CLOCK_ERROR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """One fault of the chain: where, and what it means in plain words."""

    sequence: int
    message: str


@transaction.atomic
def record_audit_event(
    event: str,
    subject: models.Model | str,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    decision: Decision | None = None,
    detail: Mapping[str, str | int] | None = None,
) -> AuditLine:
    """Write the next line of the chain, in the caller's transaction.

    If the line cannot be written, the exception also undoes the caller's change: nothing
    happens without a record.

    Args:
        event: name of the event, such as "release.published".
        subject: a row, or `"kind:id"`.
        by: the user; None for the public and for the system itself.
        at: the time.
        decision: the policy decision behind the event.
        detail: words and counts, never anything about a child.

    Returns:
        The saved line.
    """
    head = _lock_chain_head()
    kind, _, identifier = _name_subject(subject).partition(":")
    entry = ChainEntry(
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
    line = AuditLine(
        previous=head.hash, hash=chain.hash_entry(entry, head.hash), **_list_entry_columns(entry)
    )
    line.save(force_insert=True)
    head.sequence, head.hash = line.sequence, line.hash
    head.seal = chain.seal_head(derive_subkey(_SEAL_KEY_LABEL), head.sequence, head.hash)
    head.save(update_fields=["sequence", "hash", "seal"])
    transaction.on_commit(write_heads, robust=True)
    return line


def verify_audit_chain() -> list[ChainFinding]:
    """Verify the chain of audit lines.

    Reads the lines in order and stops at the first that does not follow from the one before it,
    since every later line would be wrong for the same reason.

    Returns:
        The faults; empty when the chain is whole.
    """
    with read_at_one_moment(AuditLine.objects.db):
        return _find_chain_faults()


def _find_chain_faults() -> list[ChainFinding]:
    head = ChainHead.objects.first() or ChainHead()
    first_break = next(_find_chain_breaks(), None)
    if first_break is not None:
        return [first_break]
    newest = AuditLine.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, last_hash = newest or (0, chain.GENESIS_HASH)
    if (sequence, last_hash) != (head.sequence, head.hash):
        return [
            ChainFinding(
                sequence + 1,
                f"The audit log ends at entry {sequence}, but its seal says {head.sequence}: "
                "the newest entries were removed, or entries were added outside Cairn.",
            )
        ]
    if sequence and not chain.is_seal_valid(
        derive_subkey(_SEAL_KEY_LABEL), head.sequence, head.hash, head.seal
    ):
        return [
            ChainFinding(
                sequence,
                "The seal of the audit log does not match: the log was rewritten without the key, "
                "or the key of this data folder was replaced.",
            )
        ]
    return []


def find_wrong_times() -> list[ChainFinding]:
    """Find lines with a time that runs backward, or that is in the future.

    Returns:
        One finding for each. Two days backward are allowed, as long as work may take, and an
        hour in the future.
    """
    findings = []
    latest = None
    for sequence, at in AuditLine.objects.order_by("sequence").values_list("sequence", "at"):
        if latest is not None and at < latest - _LONGEST_WORK:
            message = f"Entry {sequence} has an earlier time than the entry before it."
            findings.append(ChainFinding(sequence, message))
        latest = at
    if latest is not None and latest > timezone.now() + _CLOCK_ERROR:
        message = f"Entry {sequence} has a time in the future. Check this machine's clock."
        findings.append(ChainFinding(sequence, message))
    return findings


def _find_chain_breaks() -> Iterator[ChainFinding]:
    expected, previous = 1, chain.GENESIS_HASH
    for line in AuditLine.objects.order_by("sequence").iterator(chunk_size=2000):
        if line.sequence != expected:
            yield ChainFinding(expected, f"Entry {expected} is missing.")
        elif line.previous != previous:
            yield ChainFinding(expected, f"Entry {expected} does not match the entry before it.")
        elif line.hash != chain.hash_entry(line.entry, previous):
            yield ChainFinding(expected, f"Entry {expected} was changed after it was written.")
        expected, previous = line.sequence + 1, line.hash


def _lock_chain_head() -> ChainHead:
    """Lock the head until the transaction ends, so that numbers have no gap and no duplicate.

    PostgreSQL locks the row; SQLite took its write lock when the transaction began.
    """
    head = ChainHead.objects.select_for_update().first()
    if head is not None:
        return head
    ChainHead.objects.bulk_create([ChainHead()], ignore_conflicts=True)
    return ChainHead.objects.select_for_update().get()


def _name_subject(subject: models.Model | str) -> str:
    return subject if isinstance(subject, str) else f"{subject._meta.model_name}:{subject.pk}"


def _list_entry_columns(entry: ChainEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ChainEntry.__slots__} | {
        "codes": list(entry.codes)
    }
