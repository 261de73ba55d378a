"""Store the children of a line, and find the lines of a child.

A line of few children has a row for each. The children of a large file are stored in blocks: those
with hashes that begin with the same digits, sorted and sealed together. The beginning is as long as
keeps a block below 1,024 children, so a question about one child opens one small block a line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

import numpy as np
from cryptography.exceptions import InvalidTag

from cairn.governance.disclosure_log.disclosed_children import child_hashes
from cairn.governance.disclosure_log.disclosed_children.child_hashes import HASH_BYTES, ChildHashes
from cairn.governance.disclosure_log.models import ChildBlock, DisclosedChild, DisclosureRecord
from cairn.platform.sealing.api import FieldSealer, derive_subkey

_SEAL_LABEL: Final = "disclosures/child-blocks"
_BLOCK_CHILDREN: Final = 1 << 10
_DIGIT_BITS: Final = 4
_MOST_DIGITS: Final = 4
_ROWS_AT_ONCE: Final = 1 << 10


class ChangedChildrenError(Exception):
    """A block of children is not what was sealed for its line."""


def insert_children(record: int, children: ChildHashes) -> None:
    """Insert the children of a line: a row for each, or blocks for many.

    Args:
        record: number of the line.
        children: its children.
    """
    hashes = children.list_hashes()
    if len(children) < _BLOCK_CHILDREN:
        starts = range(0, len(hashes), HASH_BYTES)
        DisclosedChild.objects.bulk_create(
            DisclosedChild(record_id=record, child=hashes[start : start + HASH_BYTES].hex())
            for start in starts
        )
        return
    sealer = _open_sealer()
    blocks = (
        ChildBlock(
            record_id=record,
            beginning=beginning,
            sealed=sealer.seal(_bind_block(record, beginning), block),
        )
        for beginning, block in split_by_beginning(hashes)
    )
    while some := list(islice(blocks, _ROWS_AT_ONCE)):
        ChildBlock.objects.bulk_create(some)


def split_by_beginning(hashes: bytes) -> Iterator[tuple[str, bytes]]:
    """Split sorted hashes by their first hexadecimal digits, as few as keep a part small.

    Args:
        hashes: hashes in ascending order, one after the other.

    Yields:
        The digits, and the hashes that begin with them.
    """
    count, digits = len(hashes) // HASH_BYTES, 1
    while digits < _MOST_DIGITS and count > _BLOCK_CHILDREN << (_DIGIT_BITS * digits):
        digits += 1
    bits = _DIGIT_BITS * digits
    firsts = np.frombuffer(hashes, ">u2")[:: HASH_BYTES // 2] >> (16 - bits)
    bounds = np.searchsorted(firsts, np.arange((1 << bits) + 1)) * HASH_BYTES
    for number, (start, end) in enumerate(pairwise(bounds.tolist())):
        if start < end:
            yield f"{number:0{digits}x}", hashes[start:end]


@dataclass(frozen=True, slots=True)
class LinesOfChild:
    """The lines of a child.

    Attributes:
        named: numbers of the lines that name it.
        changed: numbers of the lines that may name it: a block of them was changed, and does not
            open.
    """

    named: set[int]
    changed: set[int]


def find_lines_of_child(child_key: str) -> LinesOfChild:
    """Find the lines that name a child, and those that no longer say it.

    Args:
        child_key: the child's key in the consents app.

    Returns:
        The lines.
    """
    rows = DisclosedChild.objects.filter(child__in=child_hashes.list_hashes_of_child(child_key))
    lines = set(rows.values_list("record_id", flat=True))
    child = child_hashes.hash_child_keys([child_key])
    beginnings = [child.hex()[:digits] for digits in range(1, _MOST_DIGITS + 1)]
    sealer, changed = _open_sealer(), set[int]()
    for block in ChildBlock.objects.filter(beginning__in=beginnings).iterator(_ROWS_AT_ONCE):
        try:
            children = _open_block(sealer, block)
        except ChangedChildrenError:
            changed.add(block.record_id)
            continue
        if has_hash(children, child):
            lines.add(block.record_id)
    return LinesOfChild(lines, changed - lines)


def iterate_line_hashes(row: DisclosureRecord) -> Iterator[bytes]:
    """Yield the hashes of the children of a line in ascending order, some at a time.

    Args:
        row: the line's row.

    Yields:
        16 bytes for each child, one after the other.

    Raises:
        ChangedChildrenError: a block of them was changed.
    """
    # Both, so that a child who was added to a line in the other way is found too.
    rows = row.children.order_by("child").values_list("child", flat=True)
    if children := b"".join(map(bytes.fromhex, rows.iterator(_ROWS_AT_ONCE))):
        yield children
    sealer = _open_sealer()
    for block in row.child_blocks.order_by("beginning").iterator(_ROWS_AT_ONCE):
        yield _open_block(sealer, block)


def _open_sealer() -> FieldSealer:
    return FieldSealer(derive_subkey(_SEAL_LABEL))


def _bind_block(record: int, beginning: str) -> str:
    return f"{record}/{beginning}"


def _open_block(sealer: FieldSealer, block: ChildBlock) -> bytes:
    try:
        return sealer.unseal(_bind_block(block.record_id, block.beginning), block.sealed)
    except InvalidTag as error:
        raise ChangedChildrenError(
            f"The children of line {block.record_id} were changed."
        ) from error


def has_hash(block: bytes, child: bytes) -> bool:
    """Return whether one of the hashes of a block is this child's."""
    position = block.find(child)
    while position % HASH_BYTES and position > 0:  # one that begins within another hash
        position = block.find(child, position + 1)
    return position >= 0
