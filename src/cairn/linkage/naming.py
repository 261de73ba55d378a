"""Which person ids groups of records get: the ones that they had, as far as that can be."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.linkage import writing
from cairn.linkage.found import Standing
from cairn.warehouse.person.identity import assign

_ID_BYTES: Final = 16


def new_id() -> str:
    """A person id: random, so that it can be computed from nothing."""
    return secrets.token_hex(_ID_BYTES)


def named(
    names: Sequence[str],
    group: npt.NDArray[np.integer],
    numbers: Sequence[int],
    standing: Mapping[int, Standing],
    known_as: Iterable[tuple[int, str, Any]] = (),
) -> list[str]:
    """The person id of each record, in the order of ``names``.

    ``known_as``: record, person and since when, of records that never stood but come under an id
    that stood for somebody.
    """
    clusters = pa.table({"record_key": pa.array(names, pa.string()), "cluster": pa.array(group)})
    name_of = dict(zip(numbers, names, strict=True))
    known = _table(
        [
            *((name_of[number], was.last, was.since) for number, was in standing.items()),
            *((name_of[number], person, since) for number, person, since in known_as),
        ]
    )
    retired = _table(
        [
            (name_of[number], person, since)
            for number, person, since in writing.retired(n for n, s in standing.items() if s.ended)
        ]
    )
    assigned = assign(clusters, known, new_id=new_id, retired=retired)
    found = dict(
        zip(*(assigned.column(n).to_pylist() for n in ("record_key", "person_id")), strict=True)
    )
    return [found[name] for name in names]


def _table(rows: Collection[tuple[str, str, Any]]) -> pa.Table:
    keys, people, since = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "record_key": pa.array(keys, pa.string()),
            "person_id": pa.array(people, pa.string()),
            "since": pa.array(since),
        }
    )
