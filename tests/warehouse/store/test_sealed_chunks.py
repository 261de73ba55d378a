"""A file in sealed chunks reads as it was written, and no chunk is moved or cut off unseen."""

import io
import os
from pathlib import Path

import pytest

from cairn.warehouse.store import attachments, sealed_chunks
from cairn.warehouse.store.attachments import (
    UPLOADS_FOLDER,
    AttachmentProblem,
    find_attachment_problems,
    open_upload,
    store_upload,
)
from cairn.warehouse.store.keys import KeyRing
from cairn.warehouse.store.sealed_chunks import SealedSpool

CHUNK = 64
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 5 * CHUNK + 7)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_chunks, "CHUNK_BYTES", CHUNK)
    monkeypatch.setattr(sealed_chunks, "_SEALED_BYTES", CHUNK + 16)


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(b"k" * 32)


def make_content(size: int) -> bytes:
    return bytes(index * 7 % 251 for index in range(size))


def split(content: bytes, step: int) -> list[bytes]:
    return [content[start : start + step] for start in range(0, len(content), step)]


@pytest.mark.parametrize("size", SIZES)
def test_a_spool_reads_as_it_was_written(tmp_path: Path, size: int) -> None:
    content, spool = make_content(size), SealedSpool(tmp_path / "uploads")
    for piece in split(content, 23):
        spool.append(piece)
    assert len(spool) == size
    for _ in range(2):
        with spool.open() as file:
            assert file.read() == content
            file.seek(-3, io.SEEK_END)
            assert file.read() == content[-3:] if size >= 3 else True
            assert file.seek(CHUNK - 5) == file.tell()
            assert file.read(10) == content[CHUNK - 5 : CHUNK + 5]
    assert (tmp_path / "uploads").exists() is (size > CHUNK)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]  # it has no name
    spool.close()
    assert len(spool) == 0


def test_only_sealed_bytes_of_a_spool_reach_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda *at: seen.append(pread(*at)) or seen[-1])
    spool = SealedSpool(tmp_path)
    spool.append(b"Ana Kovac, 01/02/2015\n" * 20)
    spool.open().read()
    assert seen
    assert not any(b"Ana" in sealed for sealed in seen)


@pytest.mark.parametrize("size", SIZES)
def test_an_upload_comes_back_and_is_nowhere_in_the_clear(
    tmp_path: Path, keys: KeyRing, size: int
) -> None:
    content = make_content(size)
    stored = store_upload(tmp_path, keys, split(content, 50))
    opened = open_upload(tmp_path, keys, stored)
    assert opened.size == size
    assert opened.open().read() == opened.open().read() == content
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert size < 8 or content[:8] not in file.read_bytes()
    assert list(find_attachment_problems(tmp_path, keys, [stored], UPLOADS_FOLDER)) == []


def test_no_change_of_a_stored_upload_goes_unseen(tmp_path: Path, keys: KeyRing) -> None:
    stored = store_upload(tmp_path, keys, [make_content(5 * CHUNK + 7)])
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    written = file.read_bytes()
    mark, sealed = len(sealed_chunks.CHUNKS_MARK), CHUNK + 16
    parts = [written[start : start + sealed] for start in range(mark, len(written), sealed)]
    changed = [
        written[:-1],
        written[:mark],
        written[: mark + 16],
        written[:5],
        written[: mark + 2 * sealed],
        written[:mark] + b"".join([parts[1], parts[0], *parts[2:]]),
        written[:mark] + b"".join([*parts[:2], *parts[3:]]),
        written[:mark] + b"".join([*parts, parts[-1]]),
        written[: mark + 3] + bytes([written[mark + 3] ^ 1]) + written[mark + 4 :],
    ]
    for content in changed:
        file.write_bytes(content)
        problems = dict(find_attachment_problems(tmp_path, keys, [stored], UPLOADS_FOLDER))
        assert [*problems.values()] == ["This file was changed on disk after it was stored."]
    file.unlink()
    with pytest.raises(AttachmentProblem, match="destroyed"):
        open_upload(tmp_path, keys, stored)


def test_an_upload_of_before_is_still_opened(tmp_path: Path, keys: KeyRing) -> None:
    stored = attachments._write_encrypted(tmp_path, keys, b"a,b\n1,2\n", "", UPLOADS_FOLDER)
    opened = open_upload(tmp_path, keys, stored)
    assert (opened.size, opened.open().read()) == (8, b"a,b\n1,2\n")
    assert list(find_attachment_problems(tmp_path, keys, [stored], UPLOADS_FOLDER)) == []
