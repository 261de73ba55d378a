"""A project keeps its codes, and nobody reads them without the key."""

import contextlib
from pathlib import Path

import pytest

from cairn.warehouse.store.keys import KeyProblem, KeyRing
from cairn.warehouse.store.pseudonyms import ProjectCodes, StudentCodes

RING = KeyRing(b"k" * 32)


def test_a_later_extract_finds_the_codes_of_the_first(tmp_path: Path) -> None:
    books = ProjectCodes(tmp_path, RING)
    assert books.read("P-1") == StudentCodes()
    with books.lock_codes("P-1") as codes:
        codes.codes["person 7"] = "a1b2"
        codes.weeks["a1b2"] = -3
    assert ProjectCodes(tmp_path, RING).read("P-1") == StudentCodes(
        {"person 7": "a1b2"}, {"a1b2": -3}
    )
    assert books.read("P-2") == StudentCodes()


def test_what_fails_keeps_nothing(tmp_path: Path) -> None:
    books = ProjectCodes(tmp_path, RING)
    with contextlib.suppress(RuntimeError), books.lock_codes("P-1") as codes:
        codes.codes["person 7"] = "a1b2"
        raise RuntimeError
    assert books.read("P-1") == StudentCodes()


def test_on_disk_they_are_sealed_and_bound_to_the_project(tmp_path: Path) -> None:
    books = ProjectCodes(tmp_path, RING)
    with books.lock_codes("P-1") as codes:
        codes.codes["person 7"] = "a1b2"
    (file,) = books.root.glob("*.sealed")
    assert b"a1b2" not in file.read_bytes()
    assert b"P-1" not in file.read_bytes()
    sealed = file.read_bytes()
    file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(KeyProblem, match="changed or belong to another project"):
        books.read("P-1")
