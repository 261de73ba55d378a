"""Records → people: which records are of the same child."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.warehouse.linking import chance, rosters, training, two_ids
from cairn.warehouse.linking.groups import Pairs, Places, groups
from cairn.warehouse.linking.model import Model
from cairn.warehouse.linking.scoring import Opened, on_duckdb
from cairn.warehouse.linking.standard import standardize

_RANDOM_PAIRS: Final = 200_000
_SEED: Final = 2026


class Progress(Protocol):
    """Whom a long step tells how far it is."""

    def step(self, name: str, total: int = 0) -> None:
        """A step begins; ``total`` units, 0 when nobody knows."""

    def advance(self, units: int = 1) -> None:
        """So many more units are done."""


class Silence:
    """Progress that nobody watches."""

    def step(self, name: str, total: int = 0) -> None:
        """Nothing to show."""

    def advance(self, units: int = 1) -> None:
        """Nothing to show."""


def link(
    identifiers: pa.Table,
    *,
    model: Model | None = None,
    together: Iterable[tuple[str, str]] = (),
    apart: Iterable[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> pa.Table:
    """``record_key`` and ``cluster`` (int64) for every record key of ``identifiers``.

    ``identifiers`` has the columns of ``standard.FIELDS``; a key may be in several rows that say
    different things. No labels and no tuning: without a ``model`` one is learned from the records.
    ``together`` and ``apart`` are pairs of record keys that people decided upon.
    """
    said = progress or Silence()
    said.step("standardize names and addresses")
    standard = standardize(identifiers)
    said.step("compare records")
    found = compare(standard, model)
    said.step("put people together")
    one, two = (places(pairs, standard) for pairs in (together, apart))
    person, _ = people(standard, found, together=one, apart=two)
    return pa.table({"record_key": standard["record_key"], "cluster": pa.array(person, pa.int64())})


class Compared(NamedTuple):
    """Pairs of records by their places; which of them are twins if not one child; the model."""

    pairs: Pairs
    twins: npt.NDArray[np.bool_]
    model: Model


def compare(standard: pa.Table, model: Model | None = None, *, on: Opened = on_duckdb) -> Compared:
    """Every pair of ``standard`` rows worth comparing. Without a ``model`` one is learned.

    ``on``: the engine that compares, ``scoring.on_duckdb`` or ``on_spark.on_spark``.
    """
    known = model or chance.counted(standard)
    prepared = known.prepare(standard)
    with on(prepared) as batch:
        left, right, patterns = batch.candidates()
        different, inverse, counts = np.unique(patterns, return_inverse=True, return_counts=True)
        if model is None:
            random = batch.random(_RANDOM_PAIRS, _SEED)
            known = training.learned(known, prepared, random, different, counts)
    bits, twins = known.weighed(different)
    return Compared(Pairs(left, right, bits[inverse]), twins[inverse], known)


def people(
    standard: pa.Table,
    found: Compared,
    *,
    together: Places | None = None,
    apart: Places | None = None,
) -> tuple[Places, Model]:
    """For each place in ``standard`` the smallest place of its person; and the model, which knows
    what rosters are worth: measured here, unless it knew before.

    ``together`` and ``apart``: two rows of places, what people decided.
    """
    always, never = (_NONE if pairs is None else pairs for pairs in (together, apart))
    person = groups(found.pairs, len(standard), together=always, apart=never)
    person = two_ids.parted(person, found.pairs, standard, always)
    model = found.model
    if not model.rosters:
        model = replace(model, rosters=rosters.worth(person, standard))
    joined = rosters.joined(person, found.pairs, found.twins, standard, never, model.rosters)
    return joined, model


def places(pairs: Iterable[tuple[str, str]], standard: pa.Table) -> Places:
    """Pairs of record keys as two rows of places; pairs of others are left out."""
    place = {key: i for i, key in enumerate(standard["record_key"].to_pylist())}
    found = [(place[a], place[b]) for a, b in pairs if a in place and b in place]
    return np.array(found, np.int64).reshape(-1, 2).T


_NONE: Final = np.zeros((2, 0), np.int64)
