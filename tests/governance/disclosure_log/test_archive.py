"""The children of one line, in little memory."""

import pytest

from cairn.governance.disclosure_log import archive
from cairn.governance.disclosure_log.actions import compute_children_digest
from cairn.governance.disclosure_log.archive import ChildHashes, SnapshotVault


def test_each_child_counts_once_in_order_and_whole_blocks_are_the_same_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "_BLOCK_CHILDREN", 4)
    keys = [f"{number:064x}" for number in range(10)]
    vault = SnapshotVault.for_installation()
    expected = sorted(vault.hash_child_key(key) for key in keys)
    hashes = ChildHashes(keys[:6])
    assert len(hashes) == 6
    hashes.add_keys(iter(keys))
    assert len(hashes) == 10
    blocks = list(hashes.list_blocks())
    assert [len(block) for block in blocks] == [4, 4, 2]
    assert [child for block in blocks for child in block] == expected
    assert hashes.compute_digest() == compute_children_digest(expected)


def test_no_children_are_an_empty_line() -> None:
    hashes = ChildHashes()
    assert (len(hashes), list(hashes.list_blocks())) == (0, [])
    assert hashes.compute_digest() == compute_children_digest([])
