"""Protected figures, written once and read by whoever may: reviewers before, everyone after.

A file holds every cell of every table of one release: `n` is the number of people, null where it
is withheld. Of a measure it holds what is told of these people, too. A withheld number is in no
column and no note, so no page can leak it by mistake.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from cairn.rules.decision import Permit
from cairn.rules.vocabulary import Action
from cairn.warehouse.zones import FileRef, Storehouse, Zone

ALL: Final = "All"
DIMS: Final = ("district", "school", "race_ethnicity", "gender")
_WORDS: Final = ("outcome", "school_year", *DIMS, "result")
_TOLD: Final = ("statistic", "value", "rounded_to")
SCHEMA: Final = pa.schema(
    [
        *(pa.field(name, pa.string(), nullable=False) for name in _WORDS),
        pa.field("n", pa.int64()),
        *(pa.field(name, pa.string()) for name in _TOLD),
    ]
)
_STEPS: Final = {Action.PROTECT: "protect", Action.PUBLISH_RELEASE: "publish"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of people, or None where it is withheld. A key is "All" where summed over.

    Of a measure ``statistic`` is what is told of them, ``value`` that figure as it is printed, and
    ``rounded_to`` the unit it is a multiple of; both None where it is withheld. An outcome has none
    of the three, nor has a file that was written before there were measures.
    """

    outcome: str
    school_year: str
    district: str
    school: str
    race_ethnicity: str
    gender: str
    result: str
    n: int | None
    statistic: str | None = None
    value: str | None = None
    rounded_to: str | None = None

    @property
    def withheld(self) -> bool:
        """Whether something about these people is not told. Of nobody there is nothing to tell."""
        return self.n is None or (bool(self.statistic and self.n) and self.value is None)


@dataclass(frozen=True, slots=True)
class Released:
    """What a file holds, with the names of its schools by their codes."""

    cells: tuple[Cell, ...]
    names: Mapping[str, str]


def write(
    store: Storehouse,
    cells: Sequence[Cell],
    *,
    names: Mapping[str, str],
    permit: Permit,
    inputs: Sequence[FileRef],
    note: Mapping[str, str] | None = None,
) -> FileRef:
    """Writes the figures of one release; ``permit`` is one to protect or to publish."""
    columns = {name: [getattr(cell, name) for cell in cells] for name in SCHEMA.names}
    return store.write(
        Zone.RELEASED,
        pa.table(columns, schema=SCHEMA),
        permit=permit,
        step=_STEPS[permit.action],
        inputs=inputs,
        counts={"cells": len(cells), "withheld": sum(cell.withheld for cell in cells)},
        note={**(note or {}), "names": json.dumps(dict(names), ensure_ascii=False)},
    )


def read(store: Storehouse, ref: FileRef) -> Released:
    """The figures of one release, in the order written."""
    rows = store.read(ref).to_pylist()
    names = json.loads(store.manifest(ref).note["names"])
    return Released(tuple(Cell(**row) for row in rows), names)
