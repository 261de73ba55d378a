"""Check that every file and manifest is as it was written; one changed byte is a finding."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from cairn.warehouse.store import manifests, sealed_files
from cairn.warehouse.store.file_refs import LOOKUP_FOLDER, FileRef, Zone, hold_exclusive_lock
from cairn.warehouse.store.keys import FileKeys, KeyRing
from cairn.warehouse.store.manifests import Manifest, ManifestProblem


@dataclass(frozen=True, slots=True)
class StoreFinding:
    """One thing in the data folder that is not as Cairn left it; ``path`` is within the folder.

    Kinds: changed, missing, extra, unsealed, unfinished (left by a crash, harmless: see
    ``sweep``).
    """

    kind: str
    path: str
    message: str


def find_store_problems(root: Path, keys: KeyRing, file_keys: FileKeys) -> list[StoreFinding]:
    """List every finding under the folders of zones and of file keys, in a stable order."""
    records: dict[str, Manifest] = {}
    results = list(_check_manifests(root, keys, records))
    results += _check_files(root, file_keys, records)
    results += _check_lineage(records)
    results += _find_foreign_files(root)
    results += _find_foreign_keys(root, file_keys)
    with hold_exclusive_lock(root) as has_no_writer:
        if has_no_writer:
            results += (
                _report_unfinished(root, path) for path in find_crash_leftovers(root, file_keys)
            )
    return sorted(results, key=lambda finding: (finding.path, finding.kind))


def find_crash_leftovers(
    root: Path, file_keys: FileKeys, recorded: Collection[str] = ()
) -> list[Path]:
    """List what a crash left: temporary files, and files or keys without a manifest.

    A file exists once its manifest does, so no step ever relied on these. A file among `recorded`
    has lost its manifest since, and is none of them.
    """
    unfinished = [
        p
        for folder in (root, file_keys.root)
        for p in folder.rglob(f"{sealed_files.TEMPORARY_PREFIX}*")
        if p.is_file()
    ]
    orphans = [
        p
        for p in root.glob("*/*/*.parquet")
        if not p.with_suffix(".json").exists()
        and f"{p.relative_to(root).parts[0]}/{p.stem}" not in recorded
    ]
    keys = [path for path, ref in file_keys.list_files() if ref and ref.data_path(root) in orphans]
    return sorted(unfinished + orphans + keys)


def format_finding_path(path: Path, root: Path) -> str:
    """Return a path as findings show it: within the zones, or else within the data folder."""
    return str(path.relative_to(root if path.is_relative_to(root) else root.parent))


def _check_manifests(
    root: Path, keys: KeyRing, records: dict[str, Manifest]
) -> Iterator[StoreFinding]:
    for path in sorted(root.glob("*/*/*.json")):
        relative = path.relative_to(root)
        try:
            record = manifests.open_manifest(path.read_bytes(), keys)
        except ManifestProblem as problem:
            yield StoreFinding("unsealed", str(relative), str(problem))
            continue
        if Path(record.zone, record.digest[:2], f"{record.digest}.json") != relative:
            yield StoreFinding("unsealed", str(relative), "The manifest belongs to another file.")
            continue
        records[record.name] = record


def _check_files(
    root: Path, file_keys: FileKeys, records: dict[str, Manifest]
) -> Iterator[StoreFinding]:
    for name, record in records.items():
        ref = FileRef.parse(name)
        path = ref.data_path(root)
        relative = str(path.relative_to(root))
        if record.destroyed:
            if path.exists():
                yield StoreFinding(
                    "extra", relative, ("The file is recorded as destroyed, but it still exists.")
                )
            if file_keys.has_key(ref):
                yield StoreFinding(
                    "extra",
                    relative,
                    ("The file is recorded as destroyed, but its key still exists."),
                )
        elif not path.exists():
            yield StoreFinding(
                "missing", relative, ("The file is missing. Restore it from a backup.")
            )
        elif sealed_files.hash_file(path) != record.digest:
            yield StoreFinding(
                "changed", relative, "The file's content has changed since it was written."
            )
        elif problem := file_keys.describe_problem(ref):
            yield StoreFinding("unsealed", relative, problem)


def _check_lineage(records: dict[str, Manifest]) -> Iterator[StoreFinding]:
    known_names = set(records)
    for name in sorted({i for r in records.values() for i in r.inputs} - known_names):
        path = FileRef.parse(name).manifest_path(Path())
        yield StoreFinding(
            "missing", str(path), "The file is missing, and other files were made from it."
        )


def _find_foreign_files(root: Path) -> Iterator[StoreFinding]:
    """Find what Cairn does not write here: another kind of file, or a file in another place."""
    zone_names = {z.value for z in Zone}
    for path in sorted(p for p in root.rglob("*") if not p.is_dir()):
        relative = path.relative_to(root)
        if relative == Path(".lock") or path.name.startswith(sealed_files.TEMPORARY_PREFIX):
            continue
        if relative.parts[0] == LOOKUP_FOLDER and not path.stat().st_size:
            continue
        is_ours = relative.parts[0] in zone_names and relative.parts[1:] == (
            path.stem[:2],
            path.name,
        )
        if not is_ours or path.suffix not in (".parquet", ".json") or path.is_symlink():
            yield StoreFinding("extra", str(relative), "Cairn did not create this file.")


def _find_foreign_keys(root: Path, file_keys: FileKeys) -> Iterator[StoreFinding]:
    """Find files in the folder of keys that open no file of the store."""
    for path, ref in file_keys.list_files():
        if path.name.startswith(sealed_files.TEMPORARY_PREFIX):
            continue
        shown_path = format_finding_path(path, root)
        if ref is None or path.stat().st_mode & 0o077:
            yield StoreFinding(
                "extra", shown_path, "Cairn did not create this key, or the key has changed."
            )
        elif not ref.manifest_path(root).exists() and not ref.data_path(root).exists():
            yield StoreFinding(
                "missing", shown_path, "The file of this key is missing, and so is its record."
            )


def _report_unfinished(root: Path, path: Path) -> StoreFinding:
    shown_path = format_finding_path(path, root)
    return StoreFinding(
        "unfinished",
        shown_path,
        "An interrupted write left this file, or its manifest was removed. It cannot be read.",
    )
