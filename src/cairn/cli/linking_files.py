"""What `cairn link FILES` does and says: what is wrong first, then who is who; never a value."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.cli.progress import Bar
from cairn.cli.voice import Unusable, Voice
from cairn.warehouse.encoded import matching
from cairn.warehouse.encoded.file import is_encoded
from cairn.warehouse.encoded.file import read as read_encoded
from cairn.warehouse.linking.linking import link
from cairn.warehouse.rosters import people
from cairn.warehouse.rosters.roster import read
from cairn.warehouse.soundness import Concern, Inspected, Severity, inspect

_WORDS: Final = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    files: tuple[Path, ...]
    out: Path | None
    previous: Path | None
    leave_out: frozenset[str]


def run_files(voice: Voice, order: Order) -> None:
    """Read, inspect, link, write. Raises `Unusable` for a command that cannot be done."""
    inputs = [*order.files, *([order.previous] if order.previous else [])]
    out = target(order.out, inputs, "people.csv")
    again = [p.name for p, n in Counter(p.resolve() for p in order.files).items() if n > 1]
    if again:
        raise Unusable(f"{', '.join(again)}: named more than once. Name each file once.")
    earlier = people.earlier(order.previous) if order.previous else None
    coded = [path for path in order.files if is_encoded(path)]
    with voice.progress() as progress:
        if coded:
            rows = clusters = _encoded(order.files, coded, progress)
        else:
            found = _inspected(order, progress)
            findings(voice, found)
            if not found.sound:
                voice.facts["written"] = None
                voice.found()
                voice.plain("Nothing was linked. Mend what is marked ✗, and run the command again.")
                return
            rows = people.records(found.rosters)
            clusters = link(rows, progress=progress)
        progress.step("write")
        table = people.numbered(rows, clusters, earlier)
        people.write(table, out)
    if coded:
        voice.facts["encoded"] = True
        voice.plain(f"! {matching.LOSS}")
    _count(voice, table, out)


def _encoded(files: Sequence[Path], coded: Sequence[Path], progress: Bar) -> pa.Table:
    """Encodings, compared with one another."""
    if clear := [path.name for path in files if path not in coded]:
        raise Unusable(
            f"{', '.join(clear)}: not encoded, but {coded[0].name} is. Encode all of them with one "
            "project (cairn encode), or none."
        )
    progress.step("read encodings", len(files))
    read_ones = []
    for path in files:
        read_ones.append(read_encoded(path))
        progress.advance()
    progress.step("compare encodings")
    return matching.link(read_ones)


def _inspected(order: Order, progress: Bar) -> Inspected:
    progress.step("read files", len(order.files))
    rosters = []
    for path in order.files:
        rosters.append(read(path, on=today(), leave_out=order.leave_out))
        progress.advance()
    progress.step("look for what is wrong")
    return inspect(rosters)


def today() -> date:
    """The day at this desk: no child is born after it."""
    return datetime.now().astimezone().date()


def target(out: Path | None, inputs: Sequence[Path], example: str) -> Path:
    """Where the answer goes; never onto a file that is read. Raises `Unusable`."""
    if out is None:
        raise Unusable(f"Say where to write the answer: --out {example}")
    for path in inputs:
        if not path.is_file():
            raise Unusable(f"{path}: there is no such file.")
        if out.exists() and out.samefile(path):
            raise Unusable(f"--out: {out} is one of the files to read. Name another file.")
    if out.is_dir() or not out.parent.is_dir():
        raise Unusable(f"--out: {out} is no file in a folder that exists.")
    return out


def findings(voice: Voice, found: Inspected) -> None:
    """Everything that was found, errors first."""
    voice.facts["findings"] = [_document(c) for c in found.concerns]
    for concern in found.concerns:
        voice.plain(f"{_WORDS[concern.severity]} {concern}")


def _document(concern: Concern) -> dict[str, object]:
    return {
        "severity": concern.severity.value,
        "code": concern.code,
        "file": concern.file,
        "column": concern.column,
        "rows": concern.rows,
        "message": f"{concern.looks} {concern.advice}".rstrip(),
    }


def _count(voice: Voice, table: pa.Table, out: Path) -> None:
    persons = pc.count_distinct(table.column("person_id")).as_py()
    rows = table.num_rows
    voice.facts.update(records=rows, people=persons, sources=_by_source(table), written=str(out))
    voice.plain(f"{rows:,} records are of {persons:,} people. Written: {out}")


def _by_source(table: pa.Table) -> dict[str, dict[str, int]]:
    """Records and people of each source."""
    counted = table.group_by("source").aggregate(
        [("record_id", "count"), ("person_id", "count_distinct")]
    )
    return {
        one["source"]: {
            "records": one["record_id_count"],
            "people": one["person_id_count_distinct"],
        }
        for one in counted.sort_by("source").to_pylist()
    }
