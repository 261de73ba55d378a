"""Mixed and wrong encodings: repaired where that is certain, else refused by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.sheets import Sheet, UnreadableFile

_UTF8 = "ID,Name\n1,María\n2,Zoë\n".encode()


def _read(content: bytes) -> tuple[list[str], dict[str, tuple[int, tuple[int, ...]]]]:
    sheet: Sheet
    (sheet,) = read_file("x.csv", content)
    return sheet.table["Name"].to_pylist(), {n.code: (n.count, n.rows) for n in sheet.notes}


def test_rows_in_another_encoding_are_read_each_in_its_own() -> None:
    names, notes = _read(_UTF8 + "3,Núñez\n4,Ana\n5,O\u2019Neil\n".encode("cp1252"))
    assert names == ["María", "Zoë", "Núñez", "Ana", "O\u2019Neil"]
    assert notes["mixed_encodings"] == (2, (4, 6))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (b"3,\x81x\n", 4),
        (b"3,x\n4,Mar\xa5a\n", 5),
        ("3,José and ".encode() + b"Jos\xe9\n", 4),
    ],
    ids=["no letter", "a sign within a name", "both in one line"],
)
def test_a_line_that_may_be_anything_is_refused(line: bytes, number: int) -> None:
    with pytest.raises(UnreadableFile, match=f"Line {number} .*CSV UTF-8"):
        read_file("x.csv", _UTF8 + line)


def test_a_whole_file_in_no_encoding_is_refused() -> None:
    names = "Renée Müller\n".encode("cp1252") * 10_000
    with pytest.raises(UnreadableFile, match="Line 10002 "):
        read_file("x.csv", b"Name\n" + names + b"B\x81\n")


_NAMES = [
    "Pía",
    "Élise",
    "GARCÍA",
    "Ibáñez",
    "O\u2019Neil",
    "Zoë",
    "Núñez",
    "Siân",
    "Ørsted",
    "Strauß",
]


@pytest.mark.parametrize("name", _NAMES)
def test_one_name_is_enough_to_tell_windows_text(name: str) -> None:
    names, _notes = _read(f"ID,Name\n1,{name}\n".encode("cp1252"))
    assert names == [name]


@pytest.mark.parametrize(
    "name", ["José", "Ibáñez", "GARCÍA", "Élise", "François", "Simón", "NÚÑEZ"]
)
def test_one_name_is_mostly_enough_to_tell_old_mac_text(name: str) -> None:
    names, _notes = _read(f"ID,Name\n1,{name}\n".encode("mac_roman"))
    assert names == [name]


@given(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=20))
def test_windows_text_stays_windows_text(names: list[str]) -> None:
    lines = "".join(f"{number},{name}\n" for number, name in enumerate(names))
    assert _read(f"ID,Name\n{lines}".encode("cp1252"))[0] == names


def test_letters_that_were_encoded_twice_are_repaired() -> None:
    text = "ID,Name\n1,MarÃ­a\n2,Zoë\n3,JosÃ© NÃºÃ±ez\n4,Nuâ€™u\n5,Ã\u008dngrid\n"
    names, notes = _read(text.encode())
    assert names == ["María", "Zoë", "José Núñez", "Nu\u2019u", "Íngrid"]
    assert notes["encoded_twice"] == (4, (2, 4, 5, 6))


@pytest.mark.parametrize("name", ["SÃO", "Ângela", "Âåre", "IRMÃ", "Ã÷", "âme", "Ã\u0100"])
def test_letters_that_only_look_so_stay(name: str) -> None:
    names, notes = _read(f"ID,Name\n1,{name}\n".encode())
    assert names == [name]
    assert "encoded_twice" not in notes


def test_lost_letters_are_told() -> None:
    assert _read("ID,Name\n1,Mar\ufffda\n".encode())[1]["lost_letters"] == (1, (2,))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognized_in_other_scripts(encoding: str) -> None:
    rows = "".join(f"{i},王小明李大卫赵钱孙李周吴郑王冯陈楚卫\n" for i in range(20))
    names, _ = _read(f"ID,Name\n{rows}".encode(encoding))
    assert len(names) == 20
    assert names[0].startswith("王小明")


def test_zero_bytes_are_no_utf_16() -> None:
    with pytest.raises(UnreadableFile, match="zero bytes"):
        read_file("x.csv", b"ab" + b"\0a" * 8 + b"\xd8" * 100 + b"\n" + b"abcdef" * 10)
