"""The result of a query arrives as a CSV file; the database is only read."""

import datetime as dt
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from cairn.warehouse import database_query
from cairn.warehouse.database_query import DatabaseQuery, read_database_query
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import UnreadableFile


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "sis.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE student (id TEXT, name TEXT, born DATE, lunch INTEGER)")
        connection.executemany(
            "INSERT INTO student VALUES (?, ?, ?, ?)",
            [("0012", 'Ana "Anita", Íñes', "2015-03-01", 1), ("0013", None, "2016-01-31", None)],
        )
    return path


def _ask(database: Path, query: str = "SELECT * FROM student ORDER BY id") -> bytes:
    return read_database_query("a.toml", DatabaseQuery(f"sqlite:///{database}", query))


def test_a_result_is_read_like_a_file(database: Path) -> None:
    content = _ask(database)
    assert content.decode().splitlines() == [
        "id,name,born,lunch",
        '0012,"Ana ""Anita"", Íñes",2015-03-01,1',
        "0013,,2016-01-31,",
    ]
    (sheet,) = read_file("students.csv", content)
    assert sheet.table["id"].to_pylist() == ["0012", "0013"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (dt.date(2026, 9, 1), "2026-09-01"),
        (dt.datetime(2026, 9, 1, 8, 30, tzinfo=dt.UTC), "2026-09-01T08:30:00+00:00"),
        (dt.time(8, 30), "08:30:00"),
        (Decimal("1.50"), "1.50"),
        ("0012", "0012"),
    ],
)
def test_values_are_written_as_a_file_has_them(value: object, written: str) -> None:
    assert database_query._write_value("a.toml", value) == written


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM student",
        "UPDATE student SET name = 'x' RETURNING id",
        "DROP TABLE student",
        "SELECT 1; DROP TABLE student",
    ],
)
def test_the_database_is_only_read(database: Path, statement: str) -> None:
    before = database.read_bytes()
    with pytest.raises(UnreadableFile):
        _ask(database, statement)
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT name FROM nothing", "refused the query"),
        ("SELECT x'00ff' AS photo", "a column holds values of the kind bytes"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(database: Path, query: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as problem:
        _ask(database, query)
    assert "Ana" not in str(problem.value)


def test_a_database_that_is_not_there_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="there is no database file"):
        _ask(tmp_path / "sis.sqlite")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UnreadableFile, match="could not be reached"):
        _ask(tmp_path)


def test_a_source_file_is_parsed() -> None:
    text = 'url = "postgresql+psycopg://reader@sis.example.org/sis"\nquery = "SELECT 1"\n'
    assert DatabaseQuery.parse("a.toml", text + 'password_variable = "SIS"') == DatabaseQuery(
        "postgresql+psycopg://reader@sis.example.org/sis", "SELECT 1", "SIS"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("url = ", "not valid TOML"),
        ('url = "sqlite://"', "does not describe a database query"),
        ('url = "sqlite://"\nquery = 1', "does not describe a database query"),
        ('url = "sqlite://"\nquery = "SELECT 1"\nrecord = "student"', "does not describe"),
        ('url = "the database"\nquery = "SELECT 1"', "not the address of a database"),
        ('url = "sqlite://"\nquery = "DROP TABLE student"', "Begin it with SELECT"),
        ('url = "sqlite://"\nquery = "-- SELECT\\nSELECTED"', "Begin it with SELECT"),
        ('url = "postgresql://me:secret@host/db"\nquery = "SELECT 1"', "holds a password"),
    ],
)
def test_a_source_file_that_is_wrong_says_why(text: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as problem:
        DatabaseQuery.parse("a.toml", text)
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize(
    "query",
    ["select 1", " \n-- the roster\n/* of all\nschools */ SELECT 1", "(SELECT 1)", "with a AS"],
)
def test_a_query_may_have_comments(query: str) -> None:
    text = f'url = "sqlite://"\nquery = """{query}"""'
    assert DatabaseQuery.parse("a.toml", text).query == query


def test_the_password_comes_from_the_environment() -> None:
    source = DatabaseQuery("sqlite://", "SELECT 1", "SIS_PASSWORD")
    with pytest.raises(UnreadableFile, match="SIS_PASSWORD is not set"):
        read_database_query("a.toml", source, environment={})


def test_a_driver_that_is_missing_is_named() -> None:
    with pytest.raises(UnreadableFile, match="driver for oracle\\+nothing is not installed"):
        read_database_query("a.toml", DatabaseQuery("oracle+nothing://host/db", "SELECT 1"))
