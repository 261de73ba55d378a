"""Reads of linkage: runs and files, what reviewers look at, and how right the index is."""

from cairn.linkage.queries.runs import (
    Part,
    files,
    latest,
    parts,
    unlinked_deliveries,
    waiting,
    work,
)

__all__ = ["Part", "files", "latest", "parts", "unlinked_deliveries", "waiting", "work"]
