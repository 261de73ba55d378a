"""The records of one look, compared: a few of them row by row, many of them by an engine.

Both are told what is said of records as it is opened, and answer the same three questions: by what
do records meet, which of them are tied, who is who. Keys of records are their order.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import table_of
from cairn.warehouse.linking import blocking
from cairn.warehouse.linking.few import Few as FewRecords
from cairn.warehouse.linking.groups import Pairs, Places
from cairn.warehouse.linking.linking import Compared, compare, people
from cairn.warehouse.linking.model import Model
from cairn.warehouse.linking.scoring import on_duckdb
from cairn.warehouse.linking.standard import standardize
from cairn.warehouse.person.circles import ties

Row: TypeAlias = Mapping[str, Any]


class Keys(NamedTuple):
    """By what records meet: the ``hashed`` keys of records, each beside the place of its record in
    ``names``. Millions of them are two columns, not as many objects."""

    names: Sequence[str]
    place: npt.NDArray[np.int64]
    hashed: npt.NDArray[np.int64]


_FEW: Final = 25
"""Records that come and are compared one by one; for more of them an engine is worth its start."""


@dataclass(frozen=True)
class Weighed:
    """Records by their places: the pairs worth comparing, which of them are twins if not one
    child, and the smallest place of each record's person."""

    pairs: Pairs
    twins: npt.NDArray[np.bool_]
    person: Places


class Comparing(Protocol):
    """Records that are compared by a model that stands."""

    def add(self, said: list[Row]) -> None:
        """More records; of each of them all that is said."""

    def keys(self, sealer: Sealer) -> Keys:
        """The keyed hashes of what each record may share with another record of its child."""

    def tied(self, come: Collection[str]) -> set[str]:
        """The other records that could be one child with one that comes."""

    def weighed(self, names: list[str], together: Places, apart: Places) -> Weighed:
        """Who is who among these records, which are in their order."""


def comparing(records: int, model: Model) -> Comparing:
    """For so many records that come."""
    return Few(model) if records <= _FEW else Many(model)


class Few:
    """Row by row."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._rows = FewRecords(model)

    def add(self, said: list[Row]) -> None:
        """More records."""
        self._rows.add(said)

    def keys(self, sealer: Sealer) -> Keys:
        """Of all that were added."""
        found = self._rows.keys()
        place = np.repeat(np.arange(len(found)), [len(texts) for texts in found.values()])
        return Keys([*found], place, sealer.blocking_keys(chain.from_iterable(found.values())))

    def tied(self, come: Collection[str]) -> set[str]:
        """Of all that were added."""
        others = self._rows.keys().keys() - set(come)
        names = sorted({*come, *others})
        found = self._rows.compared(come, others)
        strong = ties(found.pairs, found.twins)
        both = {*found.pairs.left[strong].tolist(), *found.pairs.right[strong].tolist()}
        return {names[place] for place in both} & others

    def weighed(self, names: list[str], together: Places, apart: Places) -> Weighed:
        """Of these that were added."""
        found = self._rows.compared(names, names)
        rows = self._rows.standard(names)
        table = pa.table(
            {
                "source": pa.array([row["source"] for row in rows], pa.string()),
                "birth_year": pa.array([row["birth_year"] for row in rows], pa.int32()),
                "state_id": pa.array([row["state_id"] for row in rows], pa.string()),
            }
        )
        return _settled(table, found, together, apart)


class Many:
    """By an engine."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._added: list[pa.Table] = []

    def add(self, said: list[Row]) -> None:
        """More records."""
        self._added.append(standardize(table_of(said)))

    def keys(self, sealer: Sealer) -> Keys:
        """Of all that were added."""
        return keys(pa.concat_tables(self._added), sealer)

    def tied(self, come: Collection[str]) -> set[str]:
        """Of all that were added."""
        standard = pa.concat_tables(self._added)
        first = pc.is_in(standard["record_key"], pa.array(sorted(come), pa.string()))
        both = pa.concat_tables([standard.filter(first), standard.filter(pc.invert(first))])
        with on_duckdb(self._model.prepare(both)) as batch:
            left, right, patterns = batch.across(pc.sum(first).as_py() or 0)
        bits, twins = self._model.weighed(patterns)
        strong = ties(Pairs(left, right, bits), twins)
        return set(both["record_key"].take(pa.array(np.unique(right[strong]))).to_pylist())

    def weighed(self, names: list[str], together: Places, apart: Places) -> Weighed:
        """Of these that were added."""
        standard = pa.concat_tables(self._added)
        mine = pc.is_in(standard["record_key"], pa.array(names, pa.string()))
        standard = standard.filter(mine).sort_by("record_key")
        return _settled(standard, compare(standard, self._model), together, apart)


def _settled(standard: pa.Table, found: Compared, together: Places, apart: Places) -> Weighed:
    person, _ = people(standard, found, together=together, apart=apart)
    return Weighed(found.pairs, found.twins, person)


def keys(standard: pa.Table, sealer: Sealer) -> Keys:
    """The keyed hashes of what each record may share with another record of its child."""
    texts = blocking.keys(standard)
    text = texts["key"].combine_chunks().dictionary_encode()
    record = texts["record_key"].combine_chunks().dictionary_encode()
    hashes = sealer.blocking_keys(text.dictionary.to_pylist())
    place = record.indices.to_numpy().astype(np.int64)
    return Keys(record.dictionary.to_pylist(), place, hashes[text.indices.to_numpy()])
