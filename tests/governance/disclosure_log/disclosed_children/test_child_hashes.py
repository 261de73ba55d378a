"""The children of one line, as hashes of this log, in little memory."""

import hashlib
import hmac
import os

import pytest

from cairn.governance.disclosure_log.disclosed_children import child_hashes
from cairn.governance.disclosure_log.disclosed_children.child_hashes import (
    ChildHashes,
    compute_children_digest,
    hash_child_keys,
    list_hashes_of_child,
)
from cairn.platform.sealing.api import derive_subkey

KEYS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(10)]


def test_each_child_counts_once_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_hashes, "_KEYS_AT_ONCE", 4)
    monkeypatch.setattr(child_hashes, "_DIGESTED_BYTES", 48)
    expected = sorted(hash_child_keys([key]) for key in KEYS)
    hashes = ChildHashes(KEYS[:6])
    assert len(hashes) == 6
    hashes.add_keys(iter(KEYS))
    assert len(hashes) == 10
    assert hashes.list_hashes() == b"".join(expected)
    lines = "\n".join(child.hex() for child in expected)
    digest = hashlib.sha256(lines.encode()).hexdigest()
    pieces = [b"".join(expected[:7]), b"".join(expected[7:])]
    assert compute_children_digest([hashes.list_hashes()]) == digest
    assert compute_children_digest(pieces) == digest


def test_no_children_are_an_empty_line() -> None:
    hashes = ChildHashes()
    assert (len(hashes), hashes.list_hashes()) == (0, b"")
    assert compute_children_digest([b""]) == compute_children_digest([])
    assert compute_children_digest([]) == hashlib.sha256().hexdigest()


def test_a_hash_tells_nothing_of_the_key_and_older_lines_are_known() -> None:
    today, older = list_hashes_of_child(KEYS[0])
    assert today == hash_child_keys(KEYS[:1]).hex()
    assert today not in KEYS[0]
    digest = hmac.digest(derive_subkey("disclosures/children"), KEYS[0].encode(), "sha256")
    assert older == digest.hex()[:32]


@pytest.mark.parametrize("key", ["", "a child", KEYS[0][:62], KEYS[0] + "00"])
def test_what_is_no_child_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"hexadecimal"):
        hash_child_keys([key])


def test_hashes_that_differ_in_zeros_at_their_end_are_different_children(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = os.urandom(14)
    hashes = [
        bytes(16),
        b"\xff" * 16,
        *(start + end for end in (b"\0\0", b"\1\0", b"\0\1", b"\x80\0")),
    ]
    monkeypatch.setattr(child_hashes, "hash_child_keys", lambda _keys: b"".join(hashes) * 2)
    children = ChildHashes(["any"])
    assert len(children) == len(hashes)
    assert children.list_hashes() == b"".join(sorted(hashes))
