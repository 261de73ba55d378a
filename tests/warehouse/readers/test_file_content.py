"""The digest of a file, also while another thread reads it."""

import hashlib
from pathlib import Path

import pytest

from cairn.warehouse.readers import FileContent, file_content
from cairn.warehouse.schema import UnreadableFile

BYTES = b"ID,Name\n1,Ana\n" * 1_000
DIGEST = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileContent:
    monkeypatch.setattr(file_content, "_HASHED_AHEAD_BYTES", len(BYTES))
    path = tmp_path / "x.csv"
    path.write_bytes(BYTES)
    return FileContent.from_path(path)


def count_readings(content: FileContent, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows each time that content is read in blocks."""
    readings: list[str] = []
    read_blocks = FileContent.read_blocks

    def note_reading(self: FileContent) -> object:
        readings.append("read")
        return read_blocks(self)

    monkeypatch.setattr(FileContent, "read_blocks", note_reading)
    return readings


def test_a_large_file_is_hashed_while_it_is_read(
    opened: FileContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = count_readings(opened, monkeypatch)
    for _again in range(2):
        with opened.hash_meanwhile():
            assert opened.read() == BYTES
        assert opened.compute_digest() == DIGEST
    assert readings == ["read"]


def test_a_small_file_is_hashed_when_its_digest_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = FileContent.wrap(BYTES)
    readings = count_readings(content, monkeypatch)
    with content.hash_meanwhile():
        pass
    assert readings == []
    assert content.compute_digest() == DIGEST


def test_a_file_that_changed_since_it_was_hashed_has_no_digest(
    opened: FileContent, tmp_path: Path
) -> None:
    with opened.hash_meanwhile():
        pass
    (tmp_path / "x.csv").write_bytes(BYTES + b"2,Bo\n")
    with pytest.raises(UnreadableFile, match="was changed"):
        opened.compute_digest()


def test_a_file_that_cannot_be_read_is_not_hashed(opened: FileContent) -> None:
    def read() -> None:
        with opened.hash_meanwhile():
            raise UnreadableFile("no rows")

    with pytest.raises(UnreadableFile, match="no rows"):
        read()
    assert opened.compute_digest() == DIGEST
