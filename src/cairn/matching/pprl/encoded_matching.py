"""Group encodings into people. This needs no key and reveals no name.

Two records are compared when they share a block. Their Dice similarity is converted into evidence,
and people are grouped from it as for records with names.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.matching.clustering import Positions, WeightedPairs, group_records
from cairn.matching.pprl.encoding import FilterBytes
from cairn.warehouse.schema import EncodedFile, InvalidEncoding

__all__ = ["link_encoded_files", "resolve_encoded_people"]

_EVEN_DICE: Final = 0.72
"""Two records with this Dice similarity are as likely one child as two.

Slightly cautious: to mix up two children is worse than to miss a pair.
"""

_BITS_PER_DICE: Final = 60.0
"""Evidence in bits for each unit of Dice above or below that.

Both were fitted on the synthetic youth of `benchmarks/linkage/`.
"""

_MIN_DICE: Final = 0.55
"""Pairs with less similarity are dropped."""

_MAX_BLOCK_RECORDS: Final = 3_000
"""A block of more records is too common to compare."""

FilterWords: TypeAlias = npt.NDArray[np.uint64]


def link_encoded_files(files: Sequence[EncodedFile]) -> pa.Table:
    """Link the encoded records of several files.

    Args:
        files: encoded files of one project.
    Returns:
        Table[source: str, record_id: str, record_key: str, cluster: int64], sorted by source and
        ID.
    Raises:
        InvalidEncoding: the files use different secrets, or a record ID occurs twice.
    """
    _require_one_secret(files)
    rows = pa.concat_tables([file.rows for file in files])
    keys = pc.binary_join_element_wise(rows["source"], rows["record_id"], "\x1f")
    if pc.count_distinct(keys).as_py() < len(rows):
        raise InvalidEncoding(
            f"{', '.join(file.name for file in files)}: some record IDs of one source occur more "
            "than once. If a roster was sent twice, remove one of the files."
        )
    bits = np.concatenate([file.bits for file in files])
    person = resolve_encoded_people(bits, rows["blocks"].combine_chunks())
    return pa.table(
        {
            "source": rows["source"],
            "record_id": rows["record_id"],
            "record_key": keys,
            "cluster": pa.array(person, pa.int64()),
        }
    ).sort_by([("source", "ascending"), ("record_id", "ascending")])


def resolve_encoded_people(bits: FilterBytes, blocks: pa.ListArray) -> Positions:
    """Group encoded records into people. The caller makes sure that all are of one secret.

    Args:
        bits: one row of `ENCODING_BYTES` bytes for each record.
        blocks: the blocks of each record.
    Returns:
        For each record the smallest position of its person.
    """
    return group_records(_find_similar_pairs(bits.view(np.uint64), blocks), len(blocks))


def _require_one_secret(files: Sequence[EncodedFile]) -> None:
    first = files[0]
    for other in files[1:]:
        if other.mark != first.mark:
            raise InvalidEncoding(
                f"{first.name} (project {first.project}) and {other.name} (project "
                f"{other.project}) were encoded with different secrets, so they cannot be "
                "compared. Encode both with the same project file."
            )


def _find_similar_pairs(words: FilterWords, blocks: pa.ListArray) -> WeightedPairs:
    """Find every pair of rows that share a block and are similar, once, with its evidence."""
    row = blocks.value_parent_indices().to_numpy()
    block = blocks.flatten().dictionary_encode().indices.to_numpy()
    order = np.lexsort((row, block))
    row, block = row[order], block[order]
    size = np.bincount(block)[block] if len(block) else block
    row, block = row[size <= _MAX_BLOCK_RECORDS], block[size <= _MAX_BLOCK_RECORDS]
    bits_set = np.bitwise_count(words).sum(axis=1, dtype=np.int32)
    left, right, dice = [], [], []
    index, step = np.arange(len(block)), 1
    while len(index := index[index + step < len(block)]):
        index = index[block[index] == block[index + step]]
        left_row, right_row = row[index], row[index + step]
        common_bits = np.bitwise_count(words[left_row] & words[right_row]).sum(
            axis=1, dtype=np.int32
        )
        similarity = 2.0 * common_bits / np.maximum(bits_set[left_row] + bits_set[right_row], 1)
        is_similar = similarity >= _MIN_DICE
        left.append(left_row[is_similar])
        right.append(right_row[is_similar])
        dice.append(similarity[is_similar])
        step += 1
    return _drop_duplicate_pairs(
        *(np.concatenate(part) if part else np.array([]) for part in (left, right, dice))
    )


def _drop_duplicate_pairs(
    left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], dice: npt.NDArray[np.float64]
) -> WeightedPairs:
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    _, first = np.unique(np.stack([low, high]), axis=1, return_index=True)
    return WeightedPairs(low[first], high[first], (dice[first] - _EVEN_DICE) * _BITS_PER_DICE)
