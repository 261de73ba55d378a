"""A file without a table is named, and the sender learns what to send instead."""

import zipfile
from io import BytesIO

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.readers.file_signatures import refuse_file_without_table
from cairn.warehouse.schema.sheets import UnreadableFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def _package(*parts: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for part in ("[Content_Types].xml", *parts):
            made.writestr(part, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7" + bytes(30), "is a PDF.*export the table"),
        (b"7z\xbc\xaf" + bytes(30), "7-Zip archive.*Unpack"),
        (b"Rar!" + bytes(30), "RAR archive"),
        (b"\x89PNG" + bytes(30), "an image.*Type its rows"),
        (b"RIFF\0\0\0\0WEBP" + bytes(30), "an image"),
        (b"PK\x05\x06" + bytes(30), "empty zip file"),
        (b"\0\1\0\0Standard ACE DB" + bytes(30), "Access database.*Export each table"),
        (b"SQLite format 3\0" + bytes(30), "SQLite database"),
        (b"PGDMP\1" + bytes(30), "database dump"),
        (b"-- MySQL dump 10.13\n--\n", "database dump in SQL"),
        (b"-- made by hand\nSET NAMES utf8;\nINSERT INTO kids VALUES (1);\n", "dump in SQL"),
        (b"CREATE TABLE kids (id int);\n", "dump in SQL"),
        (b"MIME-Version: 1.0\nSubject: roster\n\nhello", "an e-mail"),
        (_package("word/document.xml"), "a Word document"),
        (_package("ppt/presentation.xml"), "a PowerPoint presentation"),
        (_OLE + "WordDocument".encode("utf-16-le"), "a Word document"),
        (_OLE, "not a workbook that can be opened"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_it_is_and_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=f"(?s){says}"):
        read_file("x.dat", content)


@pytest.mark.parametrize(
    "content",
    [
        b"Create Table,Score\n1,2\n",
        b"From: School,To: School\nOak,Elm\n",
        b"RDX,ID\n1,2\n",
    ],
)
def test_a_table_with_such_words_is_read(content: bytes) -> None:
    assert read_file("x.csv", content)[0].table.num_rows == 1


def test_many_comments_are_not_tried_in_every_way() -> None:
    """It took minutes with 18 comments, twice as long with each further one."""
    refuse_file_without_table("x.csv", b"-- a note\n\n\n" * 300 + b"ID,First\n1,Ada\n")
