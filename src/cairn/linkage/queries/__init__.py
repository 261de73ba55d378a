"""Reads of linkage: runs and files, what reviewers look at, and how right the index is."""

from cairn.linkage.queries.runs import (
    Part,
    files,
    latest,
    parts,
    shadow,
    unlinked_deliveries,
    work,
)
from cairn.linkage.queries.trust import caveats
from cairn.linkage.queries.waits import waiting

__all__ = [
    "Part",
    "caveats",
    "files",
    "latest",
    "parts",
    "shadow",
    "unlinked_deliveries",
    "waiting",
    "work",
]
