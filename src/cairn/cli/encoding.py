"""What `cairn encode` does: keys, projects, and the file that is sent instead of names."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cairn.cli.linking_files import findings, target, today
from cairn.cli.voice import Unusable, Voice
from cairn.warehouse.encoded import file as sent
from cairn.warehouse.encoded import secret
from cairn.warehouse.rosters import people
from cairn.warehouse.rosters.roster import read
from cairn.warehouse.soundness import inspect

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be encoded, with which keys, and where it goes."""

    file: Path | None
    key: Path | None
    project: Path | None
    out: Path | None
    leave_out: frozenset[str]


def make_key(voice: Voice, name: str) -> None:
    """A new pair of keys in the present folder; never over an old one."""
    private, public = secret.new_pair(_named(name))
    _new(Path(f"{name}.private"), private, mode=0o600)
    _new(Path(f"{name}.public"), public, mode=0o644)
    mark = secret.fingerprint(public)
    voice.facts.update(private=f"{name}.private", public=f"{name}.public", fingerprint=mark)
    voice.plain(f"{name}.private stays on this machine. Nobody else may have it; keep a copy safe.")
    voice.plain(f"{name}.public goes to the partner who makes the project. Its fingerprint,")
    voice.plain(f"to be read out on the phone: {mark}")


def make_project(voice: Voice, name: str, key: Path | None, partners: Sequence[Path]) -> None:
    """A project that the maker and the named partners can open."""
    if key is None or not partners:
        raise Unusable("A project needs your key and at least one partner: --key, --with.")
    private = _text(key, "--key")
    halves = {path.name: _text(path, "--with") for path in partners}
    made = secret.new_project(_named(name), private, list(halves.values()))
    _new(Path(f"{name}.project"), made, mode=0o600)
    marks = {file: secret.fingerprint(half) for file, half in halves.items()}
    voice.facts.update(project=f"{name}.project", partners=marks)
    voice.plain(f"{name}.project goes to every partner, and not to whoever links.")
    voice.plain("Before you send it, have each partner read you the fingerprint of their key:")
    for file, mark in marks.items():
        voice.plain(f"  {file}: {mark}")


def encode_file(voice: Voice, order: Order) -> None:
    """Read, inspect, encode, write. Raises `Unusable`."""
    if order.file is None or order.key is None or order.project is None:
        raise Unusable("Name the file, your key and the project: FILE --key … --project … --out …")
    out = target(order.out, [order.file, order.key, order.project], "encoded.parquet")
    opened = secret.opened(_text(order.project, "--project"), _text(order.key, "--key"))
    with voice.progress() as progress:
        progress.step("read the file")
        found = inspect([read(order.file, on=today(), leave_out=order.leave_out)])
        findings(voice, found)
        if not found.sound:
            voice.facts["written"] = None
            voice.found()
            voice.plain("Nothing was encoded. Mend what is marked ✗, and run the command again.")
            return
        progress.step("encode")
        rows = people.records(found.rosters)
        sent.write(sent.encode(rows, opened), out)
    if telling := people.record_ids_tell(rows):
        voice.plain(
            f"! The record ids are the children's own numbers ({telling}) and are sent as they "
            "are. Number the rows instead, and keep the list at home."
        )
    if undated := rows.column("birth_date").null_count:
        voice.plain(f"! {undated:,} rows have no birth date: their children will not be found.")
    voice.facts.update(
        without_birth_date=undated,
        records=rows.num_rows,
        project=opened.project,
        written=str(out),
        record_ids_tell=telling,
    )
    voice.plain(f"{rows.num_rows:,} records are encoded for “{opened.project}”. Written: {out}")


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Unusable(f"“{name}”: a name has letters, digits, spaces, - and _ only.")
    return name


def _text(path: Path, option: str) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Unusable(f"{option}: {path} cannot be read.") from None


def _new(path: Path, text: str, *, mode: int) -> None:
    """A new file; an old one is never replaced: its key may be in use."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise Unusable(f"{path} is there already. Choose another name, or move it away.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
