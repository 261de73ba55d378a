"""Compute the hash chain of the audit log: pure functions over plain values.

Each line's hash covers the line and the hash before it, so changing, removing or reordering any
line changes every later hash. The head carries a keyed seal, so cutting off the newest lines,
or rewriting the whole chain with fresh hashes, is found by a person who holds the key.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

GENESIS_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """The content of one line.

    `at` is aware; `detail` holds words and counts, never a child's data.
    """

    sequence: int
    at: datetime
    event: str
    subject_kind: str
    subject_id: str
    actor_id: str
    actor_label: str
    decision_id: str
    outcome: str
    codes: tuple[str, ...]
    detail: Mapping[str, str | int]


def hash_entry(entry: ChainEntry, previous: str) -> str:
    """Compute the SHA-256 (hex) of an entry and the hash of the line before it.

    The entry is written as canonical JSON.
    """
    content = {
        **asdict(entry),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": previous,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def seal_head(key: bytes, sequence: int, newest: str) -> str:
    """Compute the keyed seal of the head: HMAC-SHA-256 (hex) of its number and newest hash."""
    return hmac.new(key, f"{sequence}:{newest}".encode("ascii"), hashlib.sha256).hexdigest()


def is_seal_valid(key: bytes, sequence: int, newest: str, stored_seal: str) -> bool:
    """Return whether a head's seal was made with this key for this very head (constant time)."""
    return hmac.compare_digest(seal_head(key, sequence, newest), stored_seal)
