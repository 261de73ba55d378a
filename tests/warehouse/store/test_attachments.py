"""A scan is encrypted under a key of its own, and lost with it."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from cairn.warehouse.store.attachments import (
    MAX_ATTACHMENT_BYTES,
    AttachmentProblem,
    find_attachment_problems,
    hash_attachment,
    open_attachment,
    remove_attachment,
    store_attachment,
)
from cairn.warehouse.store.keys import KeyRing

PDF = b"%PDF-1.7 signed by an invented parent"


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(b"k" * 32)


def test_a_scan_comes_back_and_is_nowhere_in_the_clear(tmp_path: Path, keys: KeyRing) -> None:
    attached = store_attachment(tmp_path, keys, PDF)
    assert attached.kind == "application/pdf"
    assert open_attachment(tmp_path, keys, attached) == PDF
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"invented parent" not in file.read_bytes()
    again = store_attachment(tmp_path, keys, PDF)
    assert again.name != attached.name


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"plain words", "must be a PDF or an image"),
        (b"", "must be a PDF or an image"),
        (b"%PDF-" + b"0" * MAX_ATTACHMENT_BYTES, "larger than 30 MB"),
    ],
)
def test_what_is_no_scan_is_said(tmp_path: Path, keys: KeyRing, content: bytes, said: str) -> None:
    with pytest.raises(AttachmentProblem, match=said):
        store_attachment(tmp_path, keys, content)


def test_without_its_key_or_file_it_is_gone(tmp_path: Path, keys: KeyRing) -> None:
    attached = store_attachment(tmp_path, keys, b"\x89PNG\r\n\x1a\n")
    with pytest.raises(AttachmentProblem, match="destroyed"):
        open_attachment(tmp_path, keys, replace(attached, wrapped_key=""))
    (file,) = (f for f in tmp_path.rglob("*") if f.is_file())
    sealed = file.read_bytes()
    file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(AttachmentProblem, match="changed on disk"):
        open_attachment(tmp_path, keys, attached)
    remove_attachment(tmp_path, attached.name)
    remove_attachment(tmp_path, attached.name)
    with pytest.raises(AttachmentProblem, match="destroyed"):
        open_attachment(tmp_path, keys, attached)


def test_what_is_not_as_it_was_written_is_told(tmp_path: Path, keys: KeyRing) -> None:
    assert list(find_attachment_problems(tmp_path, keys, [])) == []
    one, other = store_attachment(tmp_path, keys, PDF), store_attachment(tmp_path, keys, PDF)
    assert list(find_attachment_problems(tmp_path, keys, [one, other])) == []
    (file,) = (f for f in tmp_path.rglob(one.name))
    assert hash_attachment(tmp_path, one.name) == hashlib.sha256(file.read_bytes()).hexdigest()
    place = f"attachments/{one.name[:2]}/{one.name}"
    assert dict(find_attachment_problems(tmp_path, keys, [other])) == {
        place: "No record refers to this file. Remove it."
    }
    another = KeyRing(b"j" * 32)
    assert len(list(find_attachment_problems(tmp_path, another, [one, other]))) == 2
    sealed = file.read_bytes()
    file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert "changed on disk" in dict(find_attachment_problems(tmp_path, keys, [one, other]))[place]
    file.unlink()
    assert "destroyed" in dict(find_attachment_problems(tmp_path, keys, [one, other]))[place]
    assert hash_attachment(tmp_path, one.name) == ""
