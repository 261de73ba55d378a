"""The person index looks again at what is fresh, and at whatever that touches, and at nothing else.

Read, weigh, group, name, write: one transaction of the identities database. Records whose circle
nothing touched keep their person without being read.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import transaction
from django.db.models import Exists, OuterRef

from cairn.linkage import matching, writing
from cairn.linkage.among import among
from cairn.linkage.around import around
from cairn.linkage.bulk import IDENTITIES, batches
from cairn.linkage.decided import Decided, decided
from cairn.linkage.found import Found, Standing
from cairn.linkage.matching import Pairs
from cairn.linkage.models import Link, Record, SourceId, Statement
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import numbers_of, opened
from cairn.warehouse.linking.groups import groups
from cairn.warehouse.person.circles import circles, inside
from cairn.warehouse.person.difference import Difference, difference
from cairn.warehouse.person.identity import assign

_ID_BYTES: Final = 16
_WHOLE: Final = 2
"""With so many standing records for each fresh one, a look at what is touched suffices."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What one look changed: ``sources`` are those whose rows find other people than before."""

    looked_at: int = 0
    new_people: int = 0
    whole: bool = False
    sources: frozenset[str] = frozenset()


def new_id() -> str:
    """A person id: random, so that it can be computed from nothing."""
    return secrets.token_hex(_ID_BYTES)


@transaction.atomic(using=IDENTITIES)
def settle(sealer: Sealer, at: datetime, *, by: str = "", whole: bool = False) -> Settled:
    """Make the index say what evidence and decisions say today; what that changed.

    ``whole``: weigh all records anew, with a model that is fitted anew.
    """
    fresh, live = _fresh()
    fitted = matching.fitted(sealer)
    whole = whole or fitted is None or _mostly_new(len(live))
    if not fresh and not whole:
        return Settled()
    verdicts = decided(fresh)
    if whole or fitted is None:
        numbers = set(Statement.objects.values_list("record_id", flat=True).distinct())
        verdicts = decided(numbers)
        said = opened(sorted(numbers), sealer)
        standard = matching.standardize(said)
        pairs = matching.fit(standard, sealer, at)
        keys = matching.keys(standard, sealer)
        fresh |= numbers
    else:
        come = opened(sorted(live), sealer)
        coming = matching.standardize(come)
        keys = matching.keys(coming, sealer)
        touched = fresh | verdicts.records
        near = around(coming, keys, touched, fitted.model, sealer) - fresh
        numbers = near | live
        said = pa.concat_tables([come, opened(sorted(near), sealer)])
        standard = matching.standardize(said)
        pairs = matching.evidence(standard, fitted.model)
    found = _found(standard, pairs, numbers, verdicts)
    wrote = writing.write(found, fresh, keys, said, at, by)
    return Settled(len(numbers), wrote.new_people, whole, wrote.sources)


def _mostly_new(fresh: int) -> bool:
    """Whether there are few standing records for so many fresh ones; counts no further."""
    enough = _WHOLE * fresh
    return Link.objects.filter(until__isnull=True)[:enough].count() < enough


def shadow(sealer: Sealer) -> tuple[Difference, str]:
    """What would change if everything were linked anew, by a model fitted anew; nothing does."""
    numbers = set(Statement.objects.values_list("record_id", flat=True).distinct())
    verdicts = decided(numbers)
    standard = matching.standardize(opened(sorted(numbers), sealer))
    names = standard["record_key"].to_pylist()
    pairs, version = matching.beside(standard)
    number_of = numbers_of(names)
    place = {number_of[name]: n for n, name in enumerate(names)}
    together, apart = _places(verdicts.always, place), _places(verdicts.never, place)
    then = groups(pairs, len(names), together=together, apart=apart).tolist()
    return difference(people(names), dict(zip(names, then, strict=True))), version


def look_at(numbers: Iterable[int]) -> None:
    """Lets the next look be at these records, though nothing new is said of them."""
    for batch in batches(numbers):
        Record.objects.filter(pk__among=among(batch)).update(fresh=True)


def people(keys: Iterable[str]) -> dict[str, str]:
    """Record key, or key of an id at a source, → the person that it is of today."""
    found: dict[str, str] = {}
    for batch in batches(keys):
        found.update(
            Link.objects.filter(record__key__among=among(batch), until__isnull=True).values_list(
                "record__key", "person_id"
            )
        )
        found.update(
            SourceId.objects.filter(key__among=among(batch), person__isnull=False).values_list(
                "key", "person_id"
            )
        )
    return found


def _fresh() -> tuple[set[int], set[int]]:
    """The records to look at again, and those of them of which anything is said."""
    rows = Record.objects.filter(fresh=True).annotate(
        said=Exists(Statement.objects.filter(record=OuterRef("pk")))
    )
    found = dict(rows.values_list("pk", "said"))
    return set(found), {number for number, said in found.items() if said}


def _found(standard: pa.Table, pairs: Pairs, numbers: Collection[int], verdicts: Decided) -> Found:
    """Who is who among these records, and in whose circle."""
    names: list[str] = standard["record_key"].to_pylist()
    number_of = numbers_of(names)
    ordered = [number_of[name] for name in names]
    place = {number: n for n, number in enumerate(ordered)}
    together, apart = _places(verdicts.always, place), _places(verdicts.never, place)
    circle = circles(pairs, len(names), together)
    person = groups(pairs, len(names), together=together, apart=apart)
    standing = writing.standing(ordered)
    ids = _named(names, person, ordered, standing)
    return Found(
        names=names,
        numbers=ordered,
        people=ids,
        circle=circle.tolist(),
        group=person.tolist(),
        pairs=inside(pairs, circle),
        standing=standing,
    )


def _named(
    names: list[str],
    group: npt.NDArray[np.integer],
    numbers: list[int],
    standing: Mapping[int, Standing],
) -> list[str]:
    """The person id of each record, in the order of ``names``."""
    clusters = pa.table({"record_key": pa.array(names, pa.string()), "cluster": pa.array(group)})
    name_of = dict(zip(numbers, names, strict=True))
    known = _table(
        [
            *((name_of[number], was.last, was.since) for number, was in standing.items()),
            # A record under an id that stood for somebody: her name was corrected, no more.
            *(
                (name_of[number], person, created)
                for number, person, created in writing.by_id(
                    n for n in numbers if n not in standing
                )
            ),
        ]
    )
    retired = _table(
        [(name_of[number], person, since) for number, person, since in writing.retired(numbers)]
    )
    assigned = assign(clusters, known, new_id=new_id, retired=retired)
    found = dict(
        zip(*(assigned.column(n).to_pylist() for n in ("record_key", "person_id")), strict=True)
    )
    return [found[name] for name in names]


def _table(rows: Collection[tuple[str, str, datetime]]) -> pa.Table:
    keys, people, since = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "record_key": pa.array(keys, pa.string()),
            "person_id": pa.array(people, pa.string()),
            "since": pa.array(since, pa.timestamp("us", tz="UTC")),
        }
    )


def _places(pairs: Iterable[tuple[int, int]], place: Mapping[int, int]) -> npt.NDArray[np.int64]:
    both = [(place[a], place[b]) for a, b in pairs if a in place and b in place]
    return np.array(both, np.int64).reshape(-1, 2).T
