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
from cairn.warehouse.encoded import loss, matching
from cairn.warehouse.encoded.form import is_encoded
from cairn.warehouse.encoded.form import read as read_encoded
from cairn.warehouse.linking.engines import opened
from cairn.warehouse.rosters import decisions, linked, people
from cairn.warehouse.rosters.decisions import Decisions
from cairn.warehouse.rosters.roster import read
from cairn.warehouse.soundness import Concern, Inspected, Severity, inspect

_NAMED: Final = ("source", "record_id")
_SHOWN: Final = (
    "given_name", "middle_name", "family_name", "birth_date", "gender", "street", "postal_code",
    "phone", "guardian_name",
)  # fmt: skip
"""What a reviewer sees of both records, beside each other."""
_WORDS: Final = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    files: tuple[Path, ...]
    out: Path | None
    previous: Path | None
    leave_out: frozenset[str]
    review: Path | None = None
    explain: bool = False
    engine: str = "duckdb"
    decisions: tuple[Path, ...] = ()


def run_files(voice: Voice, order: Order) -> None:
    """Read, inspect, link, write. Raises `Unusable` for a command that cannot be done."""
    inputs = [*order.files, *([order.previous] if order.previous else []), *order.decisions]
    out = target(order.out, inputs, "people.csv")
    again = [p.name for p, n in Counter(p.resolve() for p in order.files).items() if n > 1]
    if again:
        raise Unusable(f"{', '.join(again)}: named more than once. Name each file once.")
    if order.review:
        target(order.review, [*inputs, *([out] if out.exists() else [])], "pairs.csv")
        if order.review.resolve() == out.resolve():
            raise Unusable("--review and --out name the same file. Name two.")
    earlier = people.earlier(order.previous) if order.previous else None
    decided = decisions.read(order.decisions)
    coded = [path for path in order.files if is_encoded(path)]
    with voice.progress() as progress:
        if coded:
            rows = _encoded(order, coded, progress)
            table = people.numbered(rows, rows, earlier)
            voice.facts["encoded"] = True
            voice.plain(f"! These are encodings. {loss.in_words()}")
        else:
            found = _inspected(order, progress)
            findings(voice, found)
            if not found.sound:
                voice.facts["written"] = None
                voice.found()
                voice.plain("Nothing was linked: no file has anything by which a child is found.")
                voice.plain("Mend what is marked ✗, and run the command again.")
                return
            rows = people.records(found.rosters)
            made = linked.linked(rows, progress, on=opened(order.engine), decided=decided)
            table = people.numbered(rows, made.clusters, earlier)
            whole = rows.append_column(people.PERSON_ID, table[-1])
            _in_words(voice, made, whole, order, decided)
            _held(voice, decided, rows)
        progress.step("write")
        table = people.in_order(table)
        people.write(table, out)
    _count(voice, table, out)
    if warned := voice.facts.get("warnings"):
        voice.plain(f"! Look at the {warned} warnings above before you rely on it.")


def _encoded(order: Order, coded: Sequence[Path], progress: Bar) -> pa.Table:
    """Encodings, compared with one another."""
    if clear := [path.name for path in order.files if path not in coded]:
        raise Unusable(
            f"{', '.join(clear)}: not encoded, but {coded[0].name} is. Encode all of them with one "
            "project (cairn encode), or none."
        )
    if order.review or order.explain or order.decisions:
        raise Unusable("Encodings have no words: --review, --explain and --decisions need names.")
    progress.step("read encodings", len(coded))
    encodings = []
    for path in coded:
        encodings.append(read_encoded(path.name, path))
        progress.advance()
    progress.step("compare encodings")
    return matching.link(encodings)


def _held(voice: Voice, decided: Decisions, rows: pa.Table) -> None:
    """How many decisions hold, and how many speak of records that are in no file."""
    if not decided.pairs:
        return
    unknown = decided.unknown(rows)
    voice.facts.update(decisions=len(decided.pairs), decisions_unknown=unknown)
    voice.plain(f"{len(decided.pairs) - unknown:,} pairs are decided by people, and it holds.")
    if unknown:
        voice.plain(f"! {unknown:,} decided pairs name a record that is in none of these files.")


def _in_words(
    voice: Voice, made: linked.Linked, rows: pa.Table, order: Order, decided: Decisions
) -> None:
    """The files of reasons and of doubts, where they are asked for. ``rows``: with person ids."""
    if order.explain and order.out:
        path = order.out.with_name(f"{order.out.stem}-why.csv")
        told = linked.with_rows(linked.joins(made), rows, _NAMED, (people.PERSON_ID,))
        people.write(told, path)
        voice.facts.update(joins=told.num_rows, reasons=str(path))
        voice.plain(f"{told.num_rows:,} joins are explained in {path}")
        path = order.out.with_name(f"{order.out.stem}-read.csv")
        people.write(linked.readings(rows, made.model), path)
        voice.facts["readings"] = str(path)
        voice.plain(f"How names, dates and addresses were read: {path}")
    if order.review:
        doubts, every = linked.doubtful(made, decided)
        told = linked.with_rows(doubts, rows, (*_NAMED, *_SHOWN))
        people.write(told, order.review)
        voice.facts.update(doubtful=every, review=str(order.review))
        shown = "" if every == told.num_rows else f"; the {told.num_rows:,} nearest are listed"
        voice.plain(f"{every:,} pairs are doubtful{shown}. To be looked at: {order.review}")


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
    voice.facts["warnings"] = sum(c.severity is Severity.WARNING for c in found.concerns)
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
