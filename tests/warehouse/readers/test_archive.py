"""Zip files: opened in memory, and only when they are what a delivery would be."""

import base64
import gzip
import zipfile
from io import BytesIO

import pytest
import pyzipper

from cairn.warehouse.readers import archive, read_file, unlock_zip_in_child_process
from cairn.warehouse.schema.sheets import UnreadableFile


def _zip(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in files:
            made.writestr(name, content)
    return out.getvalue()


def _protect(*members: tuple[str, bytes]) -> bytes:
    out = BytesIO()
    with pyzipper.AESZipFile(
        out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as made:
        made.setpassword(b"old key")
        for name, content in members:
            made.writestr(name, content)
    return out.getvalue()


_CSV = b"ID,Name\n1,Ana\n"


def test_every_table_in_it_is_read() -> None:
    content = _zip(
        ("export/roster.csv", _CSV),
        ("export/scores.txt", b"ID\tScore\n1\t5\n"),
        ("__MACOSX/export/._roster.csv", b"\0\0"),
        ("export/.DS_Store", b"\0\0"),
        ("export/README.md", b"# hello"),
    )
    assert [s.name for s in read_file("all.zip", content)] == ["roster", "scores"]


def test_sheets_of_the_same_name_are_told_apart() -> None:
    content = _zip(*((f"{folder}/roster.csv", _CSV) for folder in "abc"))
    assert {s.name for s in read_file("all.zip", content)} == {"roster", "b/roster", "c/roster"}


def test_zip_files_in_a_zip_are_read_within_the_limits_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    months = [(f"2025-{month}.zip", _zip(("visits.csv", _CSV))) for month in (9, 10, 11)]
    sheets = read_file("year.zip", _zip(*months, ("notes.md", b"x")))
    assert {s.name for s in sheets} == {"visits", "2025-10/visits", "2025-11/visits"}
    assert sum(s.table.num_rows for s in sheets) == len(months)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 5)
    with pytest.raises(UnreadableFile, match="too large"):
        read_file("year.zip", _zip(*months))
    monkeypatch.setattr(archive, "MAX_BYTES", sum(len(c) for _name, c in months) + len(_CSV))
    with pytest.raises(UnreadableFile, match=r"visits\.csv|larger than it states|too large"):
        read_file("year.zip", _zip(*months))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a/b/c.csv", _CSV, "nested folders"),
        ("../c.csv", _CSV, "nested folders"),
        ("/etc/c.csv", _CSV, "nested folders"),
        ("more.zip", b"x", "damaged or incomplete"),
        ("more.gz", b"x", "another archive"),
        ("locked.zip", _protect(("a.csv", _CSV)), "in the zip file, has a password"),
        ("deep.zip", _zip(("more.zip", _zip(("a.csv", _CSV)))), "in a zip file in a zip file"),
        ("deep.dat", _zip(("more.dat", _zip(("a.csv", _CSV)))), "in a zip file in a zip file"),
        ("twice.zip", _zip(*((f"{i}.csv", b"1" * (1 << 19)) for i in range(9))), "far more"),
        ("zeros.csv", b"0" * (1 << 22), "far more"),
        ("notes.md", b"x", "no tables"),
        (".", _zip(("a.csv", _CSV)), "damaged or incomplete"),
        (".", _CSV, "damaged or incomplete"),
        ("r.numbers", _zip(("Index/Document.iwa", b"x")), r"^r\.numbers is a Numbers or Pages"),
        ("r.kmz", _zip(("doc.kml", b"x"), ("a.csv", _CSV)), r"^r\.kmz is a map"),
    ],
)
def test_what_a_delivery_never_holds_is_refused(name: str, content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read_file("x.zip", _zip((name, content)))


def test_limits_on_size_and_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    with pytest.raises(UnreadableFile, match="too large"):
        read_file("x.zip", _zip(*((f"{i}.csv", _CSV) for i in range(3))))
    monkeypatch.setattr(archive, "MAX_BYTES", 10)
    with pytest.raises(UnreadableFile, match="too large"):
        read_file("x.zip", _zip(("a.csv", _CSV)))


def test_a_file_larger_than_it_says_is_refused() -> None:
    content = bytearray(_zip(("a.csv", b"x" * 5000), method=zipfile.ZIP_STORED))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableFile):
        read_file("x.zip", bytes(content))


def test_damaged_and_locked_archives_are_refused() -> None:
    whole = _zip(("a.csv", _CSV))
    with pytest.raises(UnreadableFile, match="damaged"):
        read_file("x.zip", whole[:40])
    broken = bytearray(_zip(("a.csv", _CSV * 50), method=zipfile.ZIP_STORED))
    broken[60] ^= 0xFF
    with pytest.raises(UnreadableFile, match=r"^a\.csv, in the zip file, is damaged"):
        read_file("x.zip", bytes(broken))
    locked = bytearray(whole)
    at = locked.rfind(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(UnreadableFile, match="password"):
        read_file("x.zip", bytes(locked))


def test_an_archive_of_a_later_version_of_the_format_is_refused() -> None:
    content = bytearray(_zip(("students.csv", b"a\n1\n")))
    content[content.index(b"PK\x01\x02") + 6] = 64  # made for version 6.4
    with pytest.raises(UnreadableFile, match="damaged or incomplete"):
        archive.list_member_names(bytes(content))


def test_a_gzip_file_is_the_file_in_it() -> None:
    (sheet,) = read_file("roster.csv.gz", gzip.compress(_CSV))
    assert (sheet.name, sheet.table.num_rows) == ("roster", 1)
    (inner,) = read_file("all.json.gz", gzip.compress(b'[{"ID": 1}]'))
    assert inner.name == "all"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (gzip.compress(_CSV)[:-6], "cut off"),
        (gzip.compress(_CSV)[:12] + b"\xff" * 20, "damaged"),
        (gzip.compress(b"0" * (1 << 22)), "far more"),
        (gzip.compress(gzip.compress(_CSV)), "another archive"),
        (gzip.compress(_zip(("a.csv", _CSV))), "another archive"),
        (gzip.compress(b"\0" * 257 + b"ustar" + b"\0" * 300), "tar archive"),
        (gzip.compress(b""), "is empty"),
    ],
    ids=["cut", "damaged", "bomb", "gzip", "zip", "tar", "empty"],
)
def test_other_gzip_files_are_refused(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read_file("x.csv.gz", content)


_ZIP_CRYPTO = base64.b64decode(
    "UEsDBAoACQAAACE9fl2N13A8OwAAAC8AAAAKABwAcm9zdGVyLmNzdlVUCQADjigNa44oDWt1eAsA"
    "AQQAAAAABAAAAABJdXlGWQJYhJ/4B2ZRPiFr0TbgNrXsmu7O0yY6+KlqMjiSwCUKTc9e6+Sk+ODR"
    "7QHd75KSGF8jo7R681BLBwiN13A8OwAAAC8AAABQSwECHgMKAAkAAAAhPX5djddwPDsAAAAvAAAA"
    "CgAYAAAAAAABAAAApIEAAAAAcm9zdGVyLmNzdlVUBQADjigNa3V4CwABBAAAAAAEAAAAAFBLBQYA"
    "AAAAAQABAFAAAACPAAAAAAA="
)
"""One invented child, as `zip -P "old key"` (Info-ZIP 3.0) wrote it."""


def test_a_password_opens_a_zip_once_and_gives_the_same_bytes_each_time() -> None:
    for content, rows in ((_protect(("a.csv", _CSV)), 1), (_ZIP_CRYPTO, 1)):
        unlocked = archive.unlock_zip("x.zip", content, "old key")
        assert not archive.has_zip_password(unlocked)
        assert [sheet.table.num_rows for sheet in read_file("x.zip", unlocked)] == [rows]
        for wrong in ("", "New key", "old key "):
            with pytest.raises(UnreadableFile, match="does not open the zip file"):
                archive.unlock_zip("x.zip", content, wrong)
    first, second = (
        archive.unlock_zip("x.zip", _protect(("a.csv", _CSV)), "old key") for _time in range(2)
    )
    assert first == second
    assert archive.unlock_zip("a.csv", _CSV, "old key") == _CSV
    child = unlock_zip_in_child_process("x.zip", _ZIP_CRYPTO, "old key")
    assert child.read() == archive.unlock_zip("x.zip", _ZIP_CRYPTO, "old key")
    assert unlock_zip_in_child_process("x.zip", _ZIP_CRYPTO, "").read() == _ZIP_CRYPTO
    with pytest.raises(UnreadableFile, match="does not open"):
        unlock_zip_in_child_process("x.zip", _ZIP_CRYPTO, "wrong")


def test_the_limits_hold_for_a_zip_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    tampered = bytearray(_protect(("a.csv", _CSV * 9)))
    tampered[70] ^= 1
    cases = (
        (_protect(("a.csv", b"0" * (1 << 24))), "far more data"),
        (_protect(("a/b/c.csv", _CSV)), "nested folders"),
        (_protect(("../a.csv", _CSV)), "nested folders"),
        (_protect(("a.7z", _CSV)), "another archive"),
        (bytes(tampered), "does not open"),
        (_ZIP_CRYPTO[:100], "damaged"),
    )
    for content, problem in cases:
        with pytest.raises(UnreadableFile, match=problem):
            archive.unlock_zip("x.zip", content, "old key")
    monkeypatch.setattr(archive, "MAX_PROTECTED_BYTES", 10)
    with pytest.raises(UnreadableFile, match="too large to open"):
        archive.unlock_zip("x.zip", _ZIP_CRYPTO, "old key")
