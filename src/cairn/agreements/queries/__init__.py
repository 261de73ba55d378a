"""Reads of what was agreed and of what is being written, narrowed to who asks."""

from cairn.agreements.queries.agreements import (
    Listed,
    agreement,
    agreements,
    as_it_would_stand,
    doors_of,
    may_load,
    to_replace,
    unregistered,
    versions,
)
from cairn.agreements.queries.drafts import (
    Opened,
    doors,
    drafts,
    drafts_of,
    may_write,
    opened,
    patterns,
    writers,
    written_for,
)
from cairn.agreements.queries.waits import due, waiting

__all__ = [
    "Listed",
    "Opened",
    "agreement",
    "agreements",
    "as_it_would_stand",
    "doors",
    "doors_of",
    "drafts",
    "drafts_of",
    "due",
    "may_load",
    "may_write",
    "opened",
    "patterns",
    "to_replace",
    "unregistered",
    "versions",
    "waiting",
    "writers",
    "written_for",
]
