"""Reads of linkage: runs and files, what reviewers look at, and how right the index is."""

from cairn.linkage.queries.called import called
from cairn.linkage.queries.runs import (
    Part,
    files,
    findings,
    latest,
    parts,
    shadow,
    unlinked_deliveries,
    work,
)
from cairn.linkage.queries.trust import Caveat, caveats, said
from cairn.linkage.queries.waits import waiting

__all__ = [
    "Caveat",
    "Part",
    "called",
    "caveats",
    "files",
    "findings",
    "latest",
    "parts",
    "said",
    "shadow",
    "unlinked_deliveries",
    "waiting",
    "work",
]
