"""Compare the records of one update: a few of them row by row, many of them in an engine.

Both comparers receive the decrypted statements and answer the same three questions: which blocking
keys records have, which records are possible matches, and which person each record belongs to. The
order of record keys is the order of records.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.data.identity.storage.statements import IdentitySealer, build_statement_table
from cairn.matching.blocking import build_blocking_keys
from cairn.matching.clustering import Positions, WeightedPairs, find_possible_links
from cairn.matching.comparison import open_duckdb_comparer
from cairn.matching.pipeline import GROUPED_FIELDS, resolve_people
from cairn.matching.scoring import InMemoryComparer, MatchModel, ScoredPairs, score_pairs
from cairn.matching.standardize import STANDARD_SCHEMA, standardize_records

StatementRow: TypeAlias = Mapping[str, Any]


class HashedKeys(NamedTuple):
    """The hashed blocking keys of records, each beside the position of its record in `names`.

    Millions of them are two columns, not as many objects.
    """

    names: Sequence[str]
    place: npt.NDArray[np.int64]
    hashed: npt.NDArray[np.int64]


_MAX_SINGLE_RECORDS: Final = 25
"""Up to this many new records are compared one by one; for more, an engine is faster."""


@dataclass(frozen=True)
class WeighedRecords:
    """Records by position, with the pairs worth comparing and the people found.

    `twins` marks pairs that are twins if they are not one child; `person` holds the smallest
    position of each record's person.
    """

    pairs: WeightedPairs
    twins: npt.NDArray[np.bool_]
    person: Positions


class RecordComparer(Protocol):
    """Records that are compared with an existing model."""

    def add(self, statements: list[StatementRow]) -> None:
        """Add records, each with everything that is stated of it."""

    def hash_blocking_keys(self, sealer: IdentitySealer) -> HashedKeys:
        """Return the keyed hashes of what each record may share with another record of its
        child.
        """

    def find_possible_matches(self, new_records: Collection[str]) -> set[str]:
        """Find the other records that could be the same child as one of the new records."""

    def resolve_records(
        self, names: list[str], must_link: Positions, cannot_link: Positions
    ) -> WeighedRecords:
        """Resolve the person of each of these sorted records."""


def create_record_comparer(records: int, model: MatchModel) -> RecordComparer:
    """Create the comparer that suits this many new records.

    Args:
        records: number of new records.
        model: the model that weighs pairs.
    Returns:
        The comparer.
    """
    return (
        SingleRecordComparer(model)
        if records <= _MAX_SINGLE_RECORDS
        else BatchRecordComparer(model)
    )


class SingleRecordComparer:
    """Compares row by row, in memory."""

    def __init__(self, model: MatchModel) -> None:
        self._model = model
        self._rows = InMemoryComparer(model)

    def add(self, statements: list[StatementRow]) -> None:
        """Add records."""
        self._rows.add(statements)

    def hash_blocking_keys(self, sealer: IdentitySealer) -> HashedKeys:
        """Return the hashed keys of all added records."""
        texts_by_record = self._rows.get_blocking_keys()
        place = np.repeat(
            np.arange(len(texts_by_record)), [len(texts) for texts in texts_by_record.values()]
        )
        return HashedKeys(
            [*texts_by_record],
            place,
            sealer.blocking_keys(chain.from_iterable(texts_by_record.values())),
        )

    def find_possible_matches(self, new_records: Collection[str]) -> set[str]:
        """Find the possible matches among all added records."""
        others = self._rows.get_blocking_keys().keys() - set(new_records)
        names = sorted({*new_records, *others})
        scored_pairs = self._rows.score_pairs_between(new_records, others)
        strong = find_possible_links(scored_pairs.pairs, scored_pairs.twins)
        linked_positions = {
            *scored_pairs.pairs.left[strong].tolist(),
            *scored_pairs.pairs.right[strong].tolist(),
        }
        return {names[place] for place in linked_positions} & others

    def resolve_records(
        self, names: list[str], must_link: Positions, cannot_link: Positions
    ) -> WeighedRecords:
        """Resolve the person of each of these added records."""
        scored_pairs = self._rows.score_pairs_between(names, names)
        rows = self._rows.get_standard_rows(names)
        table = pa.Table.from_pylist(
            rows, pa.schema([STANDARD_SCHEMA.field(name) for name in GROUPED_FIELDS])
        )
        return _resolve_records(table, scored_pairs, must_link, cannot_link)


class BatchRecordComparer:
    """Compares in an engine."""

    def __init__(self, model: MatchModel) -> None:
        self._model = model
        self._added: list[pa.Table] = []

    def add(self, statements: list[StatementRow]) -> None:
        """Add records."""
        self._added.append(standardize_records(build_statement_table(statements)))

    def hash_blocking_keys(self, sealer: IdentitySealer) -> HashedKeys:
        """Return the hashed keys of all added records."""
        return hash_blocking_keys(pa.concat_tables(self._added), sealer)

    def find_possible_matches(self, new_records: Collection[str]) -> set[str]:
        """Find the possible matches among all added records."""
        standard = pa.concat_tables(self._added)
        is_new = pc.is_in(standard["record_key"], pa.array(sorted(new_records), pa.string()))
        new_then_old = pa.concat_tables(
            [standard.filter(is_new), standard.filter(pc.invert(is_new))]
        )
        with open_duckdb_comparer(self._model.prepare(new_then_old)) as batch:
            left, right, patterns = batch.compare_across(pc.sum(is_new).as_py() or 0)
        bits, twins = self._model.compute_weights_and_twins(patterns)
        strong = find_possible_links(WeightedPairs(left, right, bits), twins)
        return set(new_then_old["record_key"].take(pa.array(np.unique(right[strong]))).to_pylist())

    def resolve_records(
        self, names: list[str], must_link: Positions, cannot_link: Positions
    ) -> WeighedRecords:
        """Resolve the person of each of these added records."""
        standard = pa.concat_tables(self._added)
        is_wanted = pc.is_in(standard["record_key"], pa.array(names, pa.string()))
        standard = standard.filter(is_wanted).sort_by("record_key")
        return _resolve_records(
            standard, score_pairs(standard, self._model), must_link, cannot_link
        )


def _resolve_records(
    standard: pa.Table, scored_pairs: ScoredPairs, must_link: Positions, cannot_link: Positions
) -> WeighedRecords:
    person, _ = resolve_people(standard, scored_pairs, must_link=must_link, cannot_link=cannot_link)
    return WeighedRecords(scored_pairs.pairs, scored_pairs.twins, person)


def hash_blocking_keys(standard: pa.Table, sealer: IdentitySealer) -> HashedKeys:
    """Hash what each record may share with another record of its child.

    Args:
        standard: standardized records.
        sealer: computes the keyed hashes.
    Returns:
        The hashed blocking keys.
    """
    texts = build_blocking_keys(standard)
    text = texts["key"].combine_chunks().dictionary_encode()
    record = texts["record_key"].combine_chunks().dictionary_encode()
    hashes = sealer.blocking_keys(text.dictionary.to_pylist())
    place = record.indices.to_numpy().astype(np.int64)
    return HashedKeys(record.dictionary.to_pylist(), place, hashes[text.indices.to_numpy()])
