"""An unclosed quotation mark never turns rows into text; a note of several lines stays."""

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.sheets import UnreadableFile

_HEADER = "ID,First,Last,Born\n"
_TEN = "".join(f"{100 + i},Ana,Cruz,2015-03-0{i}\n" for i in range(10))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f'{_HEADER}1,"Bo,Lee,2015-01-01\n{_TEN}2,"Cy",Day,2015-01-01\n', 2),
        (f'{_HEADER}1,"Bo,Lee,2015-01-01\n{_TEN}', 2),
        (f'{_HEADER}{_TEN}1,"Bo,Lee,2015-01-01\n{_TEN}2,Cy",Day,2015-01-01\n{_TEN}', 12),
        (f'{_HEADER}{_TEN}1,"Bo,Lee,2015-01-01\n2,Cy",Day,2015-01-01\n{_TEN}', 12),
        (f'{_HEADER}{_TEN}1,Bo,Lee,"2015-01-01\n{_TEN}2,Cy,Day,2015-01-02"\n{_TEN}', 12),
        ('First,Last,School\n"Ana,Cruz,Oak\nBo,Lee,Elm\nCy",Day,Oak\nDi,Fox,Elm\n', 2),
        ('First,Last,School\nAna,Cruz,"Oak\nBo,Lee,Elm\nCy,Day,Oak"\nDi,Fox,Elm\n', 2),
        (f'"ID,First,Last,Born\n{_TEN}', 1),
        (f'{_HEADER}1,5" tall,Lee,2015-01-01\n2,"Bo,Lee,2015-01-01\n{_TEN}', 3),
        ('ID;Note\n1;"x\n' + "y\n" * 600 + '"\n2;x\n', 2),
        ('Note,More,Still\nx,"a, b, c\nAna,Bo,Cy\nDi,Ed,Flo\nend",y\nx,y,z\n', 2),
    ],
    ids=[
        *("closes in a cell", "never closes", "closes at an end of cell", "one row"),
        *("last column", "names alone", "names alone in the last column", "header"),
        *("after a stray mark", "a cell of 600 lines", "most lines are rows"),
    ],
)
def test_swallowed_rows_refuse_the_file(content: str, line: int) -> None:
    with pytest.raises(UnreadableFile, match=f"begins on line {line} .*export the file again"):
        read_file("x.csv", content.encode())


@pytest.mark.parametrize(
    "note",
    [
        "two\nlines",
        "Called mom, no answer\nLeft message, will call\nthird",
        "Called, again, and again\nLeft message, will call, ok",
        "9/8: called mom, no answer\n9/9, 3 pm: left message, will call",
        "a list:\n- one\n- two, three",
        'she said ""hello, you""\nand left',
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_note_of_several_lines_stays_a_cell(note: str, end: str) -> None:
    content = f'ID,Note,Born\n1,"{note}",2015-01-01\n2,x,2015-01-02\n'.replace("\n", end)
    (sheet,) = read_file("x.csv", content.encode())
    assert sheet.table["ID"].to_pylist() == ["1", "2"]
    assert sheet.table["Note"][0].as_py() == note.replace('""', '"').replace("\n", end)
    assert sheet.file_rows == 3


@pytest.mark.parametrize("header", ["ID,Name,Address", "First,Last,Address"])
def test_addresses_of_several_lines_stay_where_no_row_has_one_line(header: str) -> None:
    first = "1" if header.startswith("ID") else "Ana"
    content = f'{header}\n{first},Cruz,"12 Oak St\nAlder Creek, VA, 22901"\n'
    (sheet,) = read_file("x.csv", content.encode())
    assert sheet.table["Address"].to_pylist() == ["12 Oak St\nAlder Creek, VA, 22901"]


def test_notes_stay_beside_stray_quotation_marks() -> None:
    content = 'ID,Note\n1,5" tall\n2,"two\nlines"\n3,x\n'
    (sheet,) = read_file("x.csv", content.encode())
    assert sheet.table["Note"].to_pylist() == ['5" tall', "two\nlines", "x"]


def test_one_column_of_notes_is_no_table_of_rows() -> None:
    (sheet,) = read_file("x.csv", b'Note\n"a\nb"\nc\n')
    assert sheet.table.num_rows == 2
