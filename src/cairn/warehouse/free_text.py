"""What people wrote, sealed for the one person who reads it before it may be in an extract.

Each different text lies here once, without any child to whom it belongs, in an order that tells
nothing, with what the aid would mask. The file serves to be read and is destroyed after.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from cairn.rules.decision import Permit
from cairn.warehouse.zones import FileRef, Storehouse, Zone

_STEP: Final = "texts"
Place = tuple[int, int, str]
"""From which character up to which, and the kind of what stands there."""


@dataclass(frozen=True, slots=True)
class Text:
    """One different text of an element; ``key`` is its keyed hash, ``proposed`` what the aid would
    mask."""

    element: str
    key: str
    text: str
    proposed: tuple[Place, ...] = ()


def write(
    store: Storehouse,
    texts: Iterable[Text],
    *,
    permit: Permit,
    inputs: Sequence[FileRef],
    note: Mapping[str, str],
) -> FileRef:
    """Seals the texts, by element and key."""
    rows = sorted(texts, key=lambda one: (one.element, one.key))
    table = pa.table(
        {
            "element": pa.array([one.element for one in rows], pa.string()),
            "key": pa.array([one.key for one in rows], pa.string()),
            "text": pa.array([one.text for one in rows], pa.string()),
            "proposed": pa.array([json.dumps(one.proposed) for one in rows], pa.string()),
        }
    )
    return store.write(Zone.TEXTS, table, permit=permit, step=_STEP, inputs=inputs, note=note)


def read(store: Storehouse, ref: FileRef) -> list[Text]:
    """The texts again, in the order in which they are read."""
    return [
        Text(
            row["element"], row["key"], row["text"], tuple(map(_place, json.loads(row["proposed"])))
        )
        for row in store.read(ref).to_pylist()
    ]


def _place(said: Sequence[int | str]) -> Place:
    start, end, kind = said
    return int(start), int(end), str(kind)
