"""Encodings → people. Whoever does this needs no key and learns no name.

Two records are compared when they share a block; how alike their bits are (Dice) is turned into
evidence, and people are put together from it as in the clear.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.encoded.bits import Bits
from cairn.warehouse.encoded.form import Encodings, NotEncoded
from cairn.warehouse.linking.groups import Pairs, Places, groups

_EVEN: Final = 0.72
"""Two records this much alike are as likely one child as two; a little on the careful side: to mix
up two children is worse than to miss one."""
_BITS_A_POINT: Final = 60.0
"""Evidence in bits for each point of Dice above or below that: both were fitted on the invented
youth of `benchmarks/linkage/`."""
_LEAST: Final = 0.55
"""Less alike than this is not worth keeping."""
_CROWD: Final = 3_000
"""A block with more records is no clue."""

Words: TypeAlias = npt.NDArray[np.uint64]


def link(files: Sequence[Encodings]) -> pa.Table:
    """``source``, ``record_id``, ``record_key`` and ``cluster`` of every encoded record."""
    _one_secret(files)
    rows = pa.concat_tables([file.rows for file in files])
    keys = pc.binary_join_element_wise(rows["source"], rows["record_id"], "\x1f")
    if pc.count_distinct(keys).as_py() < len(rows):
        raise NotEncoded(
            f"{', '.join(file.name for file in files)}: some record ids of one source occur more "
            "than once. Was a roster sent twice? Leave one file out."
        )
    bits = np.concatenate([file.bits for file in files])
    person = people(bits, rows["blocks"].combine_chunks())
    return pa.table(
        {
            "source": rows["source"],
            "record_id": rows["record_id"],
            "record_key": keys,
            "cluster": pa.array(person, pa.int64()),
        }
    ).sort_by([("source", "ascending"), ("record_id", "ascending")])


def people(bits: Bits, blocks: pa.ListArray) -> Places:
    """For each record the smallest place of its person. ``bits``: a row of ``form.BYTES`` for each
    record; ``blocks``: its blocks. All of one secret, which is the caller's to see to."""
    return groups(_alike(bits.view(np.uint64), blocks), len(blocks))


def _one_secret(files: Sequence[Encodings]) -> None:
    first = files[0]
    for other in files[1:]:
        if other.mark != first.mark:
            raise NotEncoded(
                f"{first.name} (project {first.project}) and {other.name} (project "
                f"{other.project}) were encoded with different secrets: nothing in them can be "
                "compared. Encode both with the same project file."
            )


def _alike(words: Words, blocks: pa.ListArray) -> Pairs:
    """Every pair of rows that share a block and are alike, once, with its evidence."""
    row = blocks.value_parent_indices().to_numpy()
    block = blocks.flatten().dictionary_encode().indices.to_numpy()
    order = np.lexsort((row, block))
    row, block = row[order], block[order]
    size = np.bincount(block)[block] if len(block) else block
    row, block = row[size <= _CROWD], block[size <= _CROWD]
    filled = np.bitwise_count(words).sum(axis=1, dtype=np.int32)
    left, right, dice = [], [], []
    at, step = np.arange(len(block)), 1
    while len(at := at[at + step < len(block)]):
        at = at[block[at] == block[at + step]]
        a, b = row[at], row[at + step]
        both = np.bitwise_count(words[a] & words[b]).sum(axis=1, dtype=np.int32)
        alike = 2.0 * both / np.maximum(filled[a] + filled[b], 1)
        kept = alike >= _LEAST
        left.append(a[kept])
        right.append(b[kept])
        dice.append(alike[kept])
        step += 1
    return _once(*(np.concatenate(part) if part else np.array([]) for part in (left, right, dice)))


def _once(
    left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], dice: npt.NDArray[np.float64]
) -> Pairs:
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    _, first = np.unique(np.stack([low, high]), axis=1, return_index=True)
    return Pairs(low[first], high[first], (dice[first] - _EVEN) * _BITS_A_POINT)
