"""The blocking keys of records, written and taken back.

They lie sorted by key alone. A second order, by record, would take as much room again, and a page
of the database for nearly every key of a first delivery; so each record keeps its own in one field.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cairn.linkage.bulk import ask, insert, tell_each
from cairn.linkage.comparing import Keys
from cairn.linkage.models import BlockingKey

Numbers: TypeAlias = npt.NDArray[np.int64]
_KIND: Final = np.dtype("<i8")


def replace(keys: Keys, changed: Collection[int], number_of: Mapping[str, int]) -> None:
    """The records that changed meet by these keys from now on, and by no other; they are looked at.

    ``number_of``: record key → number, of every record in ``keys``.
    """
    take_back(changed)
    numbers = np.array([number_of[name] for name in keys.names], np.int64)[keys.place]
    order = np.lexsort((keys.hashed, numbers))
    key, record = _once(keys.hashed[order], numbers[order])
    tell_each(_LOOKED_AT, _by_record(key, record, changed))
    order = np.argsort(key, kind="stable")
    rows = zip(key[order].tolist(), record[order].tolist(), strict=True)
    insert(BlockingKey, ("key", "record_id"), rows)


def take_back(numbers: Collection[int]) -> None:
    """Nobody meets these records any more."""
    held = [(number, bytes(keys)) for number, keys in ask(_HELD, numbers, b"")]
    if not held:
        return
    record = np.repeat(
        np.array([number for number, _ in held], np.int64),
        [len(keys) // _KIND.itemsize for _, keys in held],
    )
    key = np.frombuffer(b"".join(keys for _, keys in held), _KIND)
    order = np.argsort(key, kind="stable")
    tell_each(_GONE, zip(key[order].tolist(), record[order].tolist(), strict=True))


def _once(key: Numbers, record: Numbers) -> tuple[Numbers, Numbers]:
    """Sorted by both: every two once."""
    first = np.ones(len(key), bool)
    first[1:] = (np.diff(key) != 0) | (np.diff(record) != 0)
    return key[first], record[first]


def _by_record(
    key: Numbers, record: Numbers, changed: Collection[int]
) -> Iterator[tuple[bytes, int]]:
    """All keys of each record in one text of bytes; of none of those that changed, an empty one."""
    number, start = np.unique(record, return_index=True)
    ends = np.append(start[1:], len(key))
    for mine, first, end in zip(number.tolist(), start.tolist(), ends.tolist(), strict=False):
        yield key[first:end].astype(_KIND).tobytes(), mine
    for silent in sorted(set(changed).difference(number.tolist())):
        yield b"", silent


_HELD: Final = "SELECT id, met_by FROM linkage_record WHERE met_by != %s AND id AMONG"
_GONE: Final = "DELETE FROM linkage_blockingkey WHERE key = %s AND record_id = %s"
_LOOKED_AT: Final = "UPDATE linkage_record SET fresh = FALSE, met_by = %s WHERE id = %s"
