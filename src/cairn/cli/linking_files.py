"""What `cairn link FILES` does and says: what is wrong first, then who is who; never a value."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.cli.voice import Unusable, Voice
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
    out = _writable(order)
    today = datetime.now().astimezone().date()
    earlier = people.earlier(order.previous) if order.previous else None
    with voice.progress() as progress:
        progress.step("read files", len(order.files))
        rosters = []
        for path in order.files:
            rosters.append(read(path, on=today, leave_out=order.leave_out))
            progress.advance()
        progress.step("look for what is wrong")
        found = inspect(rosters)
        if not found.sound:
            _tell(voice, found)
            voice.facts["written"] = None
            voice.found()
            voice.plain("Nothing was linked. Mend what is marked ✗, and run the command again.")
            return
        rows = people.records(found.rosters)
        table = people.numbered(rows, link(rows, progress=progress), earlier)
        progress.step("write")
        people.write(table, out)
    _tell(voice, found)
    _count(voice, table, out)


def _writable(order: Order) -> Path:
    """Where the answer goes; never onto a file that is read."""
    if order.out is None:
        raise Unusable("Say where to write who is who: --out people.csv")
    inputs = [*order.files, *([order.previous] if order.previous else [])]
    for path in inputs:
        if not path.is_file():
            raise Unusable(f"{path}: there is no such file.")
        if order.out.exists() and order.out.samefile(path):
            raise Unusable(f"--out: {order.out} is one of the files to read. Name another file.")
    again = [p.name for p, n in Counter(p.resolve() for p in order.files).items() if n > 1]
    if again:
        raise Unusable(f"{', '.join(again)}: named more than once. Name each file once.")
    if order.out.is_dir() or not order.out.parent.is_dir():
        raise Unusable(f"--out: {order.out} is no file in a folder that exists.")
    return order.out


def _tell(voice: Voice, found: Inspected) -> None:
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
