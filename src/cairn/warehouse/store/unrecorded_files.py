"""Find the files that no record names, and from which nothing that is recorded follows.

A step writes a file and its manifest, and then the database records it. A process that is killed in
between leaves a whole file, which a repeated step finds (`FileStore.find`).
"""

from collections.abc import Collection, Iterable
from typing import Final

from cairn.policy.vocabulary import Action
from cairn.warehouse.store.file_refs import Zone
from cairn.warehouse.store.manifests import Manifest

__all__ = ["find_unrecorded_files"]

_RECORDED_ITSELF: Final = frozenset({Zone.LANDED, Zone.QUARANTINED, Zone.EXTRACT, Zone.TEXTS})
"""Zones with files that are of use only while a record, or a file's note, names them.

A file of another zone is kept with the data it was made from, and destroyed with them: a mart, the
files of an earlier check, the counts of an earlier round.
"""


def find_unrecorded_files(
    manifests: Iterable[Manifest], recorded: Collection[str]
) -> list[Manifest]:
    """Find the files that no record names, and that are not kept with data that a record names.

    Args:
        manifests: the manifest of every file of the store.
        recorded: files that records name, as ``zone/digest``.

    Returns:
        Their manifests, without those of destroyed files, in the order given.
    """
    listed = list(manifests)
    kept = _find_kept_files(listed, recorded)
    return [entry for entry in listed if not entry.destroyed and entry.name not in kept]


def _find_kept_files(manifests: Collection[Manifest], recorded: Collection[str]) -> set[str]:
    """Find what records name, what was made from landed files among it, and what these name."""
    existing = [entry for entry in manifests if not entry.destroyed]
    kept = {entry.name for entry in existing if entry.name in recorded}
    # What was made from a landed file is destroyed with it, so lineage begins at landed files.
    origins = {entry.name for entry in existing if entry.name in kept and _is_landed(entry)}
    while added := {
        entry.name for entry in existing if origins.intersection(entry.inputs)
    }.difference(origins):
        origins |= added
    kept |= {entry.name for entry in existing if entry.name in origins and not _needs_record(entry)}
    return kept | {text for entry in existing if entry.name in kept for text in entry.note.values()}


def _is_landed(entry: Manifest) -> bool:
    return entry.zone == Zone.LANDED


def _needs_record(entry: Manifest) -> bool:
    return entry.zone in _RECORDED_ITSELF or entry.action == Action.PUBLISH_RELEASE
