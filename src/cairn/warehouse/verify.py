"""Is every file and manifest as it was written? One changed byte is a finding."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cairn.warehouse import manifest as manifests
from cairn.warehouse import sealed_file
from cairn.warehouse.file_keys import FileKeys
from cairn.warehouse.keys import KeyRing
from cairn.warehouse.manifest import Manifest, ManifestProblem
from cairn.warehouse.place import FOUND, FileRef, Zone, alone


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the data folder that is not as Cairn left it. ``path`` is within the folder.

    Kinds: changed, missing, extra, unsealed, unfinished (a crash's leavings, harmless: ``sweep``).
    """

    kind: str
    path: str
    message: str


def findings(root: Path, keys: KeyRing, file_keys: FileKeys) -> list[Finding]:
    """Every finding under the folders of zones and of their keys, in a stable order."""
    records: dict[str, Manifest] = {}
    found = list(_manifests(root, keys, records))
    found += _files(root, file_keys, records)
    found += _lineage(records)
    found += _strangers(root)
    found += _strange_keys(root, file_keys)
    with alone(root) as nobody_writes:
        if nobody_writes:
            found += (_unfinished(root, path) for path in leavings(root, file_keys))
    return sorted(found, key=lambda f: (f.path, f.kind))


def leavings(root: Path, file_keys: FileKeys) -> list[Path]:
    """What a crash left: files under a temporary name, and files or keys without a manifest.

    A file exists once its manifest does, so nobody ever relied on these.
    """
    half = [
        p
        for folder in (root, file_keys.root)
        for p in folder.rglob(f"{sealed_file.TEMPORARY}*")
        if p.is_file()
    ]
    orphans = [p for p in root.glob("*/*/*.parquet") if not p.with_suffix(".json").exists()]
    keys = [path for path, ref in file_keys.all() if ref and ref.file(root) in orphans]
    return sorted(half + orphans + keys)


def named(path: Path, root: Path) -> str:
    """A path as findings name it: within the zones, or else within the data folder."""
    return str(path.relative_to(root if path.is_relative_to(root) else root.parent))


def _manifests(root: Path, keys: KeyRing, records: dict[str, Manifest]) -> Iterator[Finding]:
    for path in sorted(root.glob("*/*/*.json")):
        here = path.relative_to(root)
        try:
            record = manifests.opened(path.read_bytes(), keys)
        except ManifestProblem as problem:
            yield Finding("unsealed", str(here), str(problem))
            continue
        if Path(record.zone, record.digest[:2], f"{record.digest}.json") != here:
            yield Finding("unsealed", str(here), "The manifest is that of another file.")
            continue
        records[record.name] = record


def _files(root: Path, file_keys: FileKeys, records: dict[str, Manifest]) -> Iterator[Finding]:
    for name, record in records.items():
        ref = FileRef.parse(name)
        path = ref.file(root)
        here = str(path.relative_to(root))
        if record.destroyed:
            if path.exists():
                yield Finding("extra", here, "The file was destroyed, yet it is here.")
            if file_keys.holds(ref):
                yield Finding("extra", here, "The file was destroyed, yet its key is here.")
        elif not path.exists():
            yield Finding("missing", here, "The file is gone. Restore it from a backup.")
        elif sealed_file.sha256_of(path) != record.digest:
            yield Finding("changed", here, "The file's bytes are not those that were written.")
        elif problem := file_keys.problem(ref):
            yield Finding("unsealed", here, problem)


def _lineage(records: dict[str, Manifest]) -> Iterator[Finding]:
    known = set(records)
    for name in sorted({i for r in records.values() for i in r.inputs} - known):
        path = FileRef.parse(name).manifest(Path())
        yield Finding("missing", str(path), "Other files were made from this one, and it is gone.")


def _strangers(root: Path) -> Iterator[Finding]:
    """Whatever Cairn does not write here: another kind of file, or one in another place."""
    zones = {z.value for z in Zone}
    for path in sorted(p for p in root.rglob("*") if not p.is_dir()):
        here = path.relative_to(root)
        if here == Path(".lock") or path.name.startswith(sealed_file.TEMPORARY):
            continue
        if here.parts[0] == FOUND and not path.stat().st_size:
            continue
        ours = here.parts[0] in zones and here.parts[1:] == (path.stem[:2], path.name)
        if not ours or path.suffix not in (".parquet", ".json") or path.is_symlink():
            yield Finding("extra", str(here), "Cairn did not put this file here.")


def _strange_keys(root: Path, file_keys: FileKeys) -> Iterator[Finding]:
    """Whatever in the folder of keys opens no file of ours."""
    for path, ref in file_keys.all():
        if path.name.startswith(sealed_file.TEMPORARY):
            continue
        here = named(path, root)
        if ref is None or path.stat().st_mode & 0o077:
            yield Finding("extra", here, "Cairn did not put this key here, or not like this.")
        elif not ref.manifest(root).exists() and not ref.file(root).exists():
            yield Finding("missing", here, "The file of this key is gone, and its record too.")


def _unfinished(root: Path, path: Path) -> Finding:
    here = named(path, root)
    return Finding("unfinished", here, "An interrupted write left this; nobody can read it.")
