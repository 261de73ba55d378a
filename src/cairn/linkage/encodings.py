"""Children whose names nobody here has: encodings of one project, compared with one another alone.

Their records stand in the index as others do, each with the *mark* of its project's secret. What
one mark's records say is compared whenever anything new is said under it: of bits that is quick.
Nobody is asked about them and no sign is raised of them: there is nothing that a person could see.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.db.models import Count

from cairn.linkage import writing
from cairn.linkage.bulk import one_row, rows
from cairn.linkage.comparing import Keys
from cairn.linkage.found import Found
from cairn.linkage.models import Link
from cairn.linkage.naming import named
from cairn.linkage.sealing import Sealer, plain
from cairn.linkage.statements import Told, bound_to, rows_of
from cairn.linkage.writing import Wrote
from cairn.warehouse.encoded import form, matching
from cairn.warehouse.linking.groups import Pairs, Places

_SAYS: Final = ("encoding", "encoding_project", "encoding_mark")
_NO_KEYS: Final = Keys([], np.zeros(0, np.int64), np.zeros(0, np.int64))
_NO_PAIRS: Final = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


@dataclass(frozen=True, slots=True)
class _Said:
    """What the newest delivery says of one record."""

    number: int
    key: str
    bits: bytes
    blocks: Sequence[bytes]


def told(seen: pa.Table) -> list[Told]:
    """What rows with the columns of ``identifiers.ENCODED`` say; a row without an encoding, an
    id, or a mark as secrets have them says nothing. The id itself is not kept."""
    found = {
        str(row["record_key"]): Told(
            str(row["record_key"]),
            str(row["source"]),
            anchor(str(row["anchor"])),
            plain([{name: row[name] for name in _SAYS}]),
            str(row["encoding_mark"]),
        )
        for row in rows_of(seen)
        if all(row[name] is not None for name in ("local_id", *_SAYS))
        and len(row["encoding_mark"]) == form.MARK_SIGNS
    }
    return [found[key] for key in sorted(found)]


def anchor(key: str) -> str:
    """Where an id stands for somebody encoded, by the key of the same id where it stands for
    somebody with a name: the two are never one entry, or an id would tie bits to a name."""
    return hashlib.sha256(f"encoded {key}".encode()).hexdigest()


def looked_at() -> int:
    """How many records of the index came encoded, of those that were looked at."""
    (count,) = one_row("SELECT count(*) FROM linkage_record WHERE mark > '' AND NOT fresh")
    return int(count)


def settle(sealer: Sealer, at: datetime, *, by: str, whole: bool) -> tuple[int, Wrote]:
    """Make the index say who is who among encodings; how many were looked at, and what changed.

    ``whole``: of all projects, and not only of those of which anything is fresh. Called inside the
    transaction of ``index.settle``.
    """
    records, new_people, sources = 0, 0, frozenset[str]()
    for (mark,) in rows(_EVERY if whole else _FRESH_MARKS):
        some, wrote = _settled(mark, sealer, at, by)
        records += some
        new_people += wrote.new_people
        sources |= wrote.sources
    return records, Wrote(new_people, sources)


def _settled(mark: str, sealer: Sealer, at: datetime, by: str) -> tuple[int, Wrote]:
    said = sorted(_said(mark, sealer), key=lambda one: one.key)
    fresh = {number for (number,) in rows(_FRESH, mark)}
    names, numbers = [one.key for one in said], [one.number for one in said]
    group = _people(said)
    standing = writing.standing(numbers)
    found = Found(
        names=names,
        numbers=numbers,
        people=named(names, group, numbers, standing),
        circle=group.tolist(),
        group=group.tolist(),
        pairs=_NO_PAIRS,
        standing=standing,
    )
    return len(said), writing.write(found, fresh, _NO_KEYS, (), sealer, at, by)


def _people(said: Sequence[_Said]) -> Places:
    raw = np.frombuffer(b"".join(one.bits for one in said), np.uint8)
    blocks = pa.array([one.blocks for one in said], pa.list_(pa.binary(form.BLOCK)))
    return matching.people(raw.reshape(len(said), form.BYTES), blocks)


def _said(mark: str, sealer: Sealer) -> Iterable[_Said]:
    """The newest of what is said of each record of a mark."""
    newest: dict[int, tuple[str, int, bytes]] = {}
    for number, key, delivery, sealed in rows(_STATED, mark):
        newest[number] = (key, delivery, bytes(sealed))
    for number, (key, delivery, sealed) in newest.items():
        (way,) = sealer.open(bound_to(key, delivery), sealed)
        yield _Said(number, key, *form.opened(way["encoding"]))


_EVERY: Final = "SELECT DISTINCT mark FROM linkage_record WHERE mark > '' ORDER BY mark"
_FRESH_MARKS: Final = (
    "SELECT DISTINCT mark FROM linkage_record WHERE fresh AND mark > '' ORDER BY mark"
)
_FRESH: Final = "SELECT id FROM linkage_record WHERE fresh AND mark = %s"
_STATED: Final = """
SELECT said.record_id, record.key, said.delivery, said.sealed FROM linkage_record record
JOIN linkage_statement said ON said.record_id = record.id
WHERE record.mark = %s ORDER BY said.record_id, said.delivery
"""


def of_projects(sealer: Sealer) -> list[dict[str, Any]]:
    """For each mark, as plain JSON: its project as its partners call it, records, people, and
    records and people of each source."""
    found = []
    for (mark,) in rows(_EVERY):
        standing = Link.objects.filter(until__isnull=True, record__mark=mark)
        by_source = {
            row["record__source"]: [row["n"], row["people"]]
            for row in standing.values("record__source")
            .annotate(n=Count("pk"), people=Count("person", distinct=True))
            .order_by("record__source")
        }
        if by_source:
            found.append(
                {
                    "project": _called(mark, sealer),
                    "mark": mark,
                    "records": sum(n for n, _people in by_source.values()),
                    "people": standing.values("person").distinct().count(),
                    "by_source": by_source,
                }
            )
    return found


def _called(mark: str, sealer: Sealer) -> str:
    (key, delivery, sealed) = rows(_ONE, mark)[0]
    (way,) = sealer.open(bound_to(key, delivery), bytes(sealed))
    return str(way["encoding_project"])


_ONE: Final = """
SELECT record.key, said.delivery, said.sealed FROM linkage_record record
JOIN linkage_statement said ON said.record_id = record.id
WHERE record.mark = %s ORDER BY said.id LIMIT 1
"""
