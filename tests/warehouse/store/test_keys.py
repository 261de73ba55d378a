"""The master key: where it comes from, and what happens with the wrong one."""

import base64
import os
from pathlib import Path

import pytest

from cairn.warehouse.store.keys import KeyProblem, KeyRing, locate_key_file


def _variable(key: bytes) -> dict[str, str]:
    return {"CAIRN_KEY": base64.b64encode(key).decode()}


def test_a_key_file_is_made_beside_the_folder_and_said_aloud(tmp_path: Path) -> None:
    data = tmp_path / "data"
    ring = KeyRing.open(data, {})
    assert locate_key_file(data) == tmp_path / "data.key"
    assert locate_key_file(data).stat().st_mode & 0o777 == 0o600
    assert "CAIRN_KEY" in ring.note
    assert not list(data.rglob("*.key"))
    assert KeyRing.open(data, {}).subkey("x") == ring.subkey("x")


def test_the_environment_wins_and_needs_no_note(tmp_path: Path) -> None:
    ring = KeyRing.open(tmp_path / "data", _variable(os.urandom(32)))
    assert ring.note == ""
    assert not locate_key_file(tmp_path / "data").exists()


def test_a_wrong_key_is_told_at_once(tmp_path: Path) -> None:
    KeyRing.open(tmp_path / "data", _variable(os.urandom(32)))
    with pytest.raises(KeyProblem, match="not the key"):
        KeyRing.open(tmp_path / "data", _variable(os.urandom(32)))


def test_a_lost_key_file_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    KeyRing.open(tmp_path / "data", {})
    locate_key_file(tmp_path / "data").unlink()
    with pytest.raises(KeyProblem, match="not here"):
        KeyRing.open(tmp_path / "data", {})
    assert not locate_key_file(tmp_path / "data").exists()


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    KeyRing.open(tmp_path / "data", {})
    locate_key_file(tmp_path / "data").chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        KeyRing.open(tmp_path / "data", {})


@pytest.mark.parametrize("text", ["short", "é", base64.b64encode(b"x" * 31).decode()])
def test_a_malformed_key_says_how_to_make_one(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyProblem, match=r"urandom\(32\)"):
        KeyRing.open(tmp_path / "data", {"CAIRN_KEY": text})


def test_only_32_bytes_are_a_master_key() -> None:
    with pytest.raises(KeyProblem, match="16"):
        KeyRing(b"x" * 16)


def test_a_wrapped_key_opens_only_what_it_is_bound_to(keys: KeyRing) -> None:
    wrapped = keys.wrap(b"secret", bound_to="a")
    assert keys.unwrap(wrapped, bound_to="a") == b"secret"
    with pytest.raises(KeyProblem):
        keys.unwrap(wrapped, bound_to="b")
    with pytest.raises(KeyProblem):
        keys.unwrap("not base64!", bound_to="a")


def test_subkeys_differ_by_use(keys: KeyRing) -> None:
    assert keys.subkey("a") != keys.subkey("b")
    assert keys.seal("a", b"x") != keys.seal("b", b"x")
    assert len(keys.subkey("a")) == 32


def test_two_processes_that_begin_at_once_share_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second finds no key file when it looks, and one when it writes."""
    data = tmp_path / "data"
    first = KeyRing.open(data, {})
    (data / "key-fingerprint").unlink()
    there = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: path.suffix != ".key" and there(path))
    assert KeyRing.open(data, {}).subkey("x") == first.subkey("x")
    assert not list(tmp_path.glob(".new-*"))
