"""The children of one line, in little memory."""

import hmac
import os

import pytest

from cairn.governance.disclosure_log import archive
from cairn.governance.disclosure_log.actions import compute_children_digest
from cairn.governance.disclosure_log.archive import ChildHashes, SnapshotVault
from cairn.platform.sealing.api import derive_subkey


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


def test_a_child_has_the_hash_that_it_has_in_older_lines() -> None:
    digest = hmac.digest(derive_subkey("disclosures/children"), b"a child", "sha256")
    assert SnapshotVault.for_installation().hash_child_key("a child") == digest.hex()[:32]
    assert list(ChildHashes(["a child"]).list_blocks()) == [[digest.hex()[:32]]]


def test_hashes_that_differ_in_zeros_at_their_end_are_different_children(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = os.urandom(14)
    hashes = [
        bytes(16),
        b"\xff" * 16,
        *(start + end for end in (b"\0\0", b"\1\0", b"\0\1", b"\x80\0")),
    ]
    monkeypatch.setattr(
        SnapshotVault, "hash_child_keys", lambda _vault, _keys: b"".join(hashes) * 2
    )
    children = ChildHashes(["any"])
    assert len(children) == len(hashes)
    assert [*children.list_blocks()] == [[child.hex() for child in sorted(hashes)]]
