"""Read the result of a query of a partner's database, as a table of text like a file's.

A source is described in a small TOML file, so that the same query is run each month. The password
is in the environment, never in the file. The query runs in a transaction that only reads.
"""

import csv
import io
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from cairn.warehouse.schema import UnreadableFile

__all__ = ["DatabaseQuery", "read_database_query"]

_ROWS_AT_ONCE: Final = 10_000

_READ_ONLY: Final[Mapping[str, str]] = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}
"""The statement after which a transaction only reads. Of other databases it is rolled back."""

_SELECT: Final = re.compile(
    r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(?:SELECT|WITH)\b", re.IGNORECASE | re.DOTALL
)
"""How a query begins. MariaDB ends the transaction by itself before DROP, and executes it."""


@dataclass(frozen=True, slots=True)
class DatabaseQuery:
    """A query of a database, as a source file describes it.

    Attributes:
        url: address of the database as SQLAlchemy writes it, without a password.
        query: the SQL of one query.
        password_variable: environment variable with the password; empty if there is none.
    """

    url: str
    query: str
    password_variable: str = ""

    @classmethod
    def parse(cls, name: str, text: str) -> Self:
        """Parse the text of a source file.

        Args:
            name: name of the file.
            text: its text, in TOML.

        Returns:
            The query.

        Raises:
            UnreadableFile: it is no source file, or holds a password.
        """
        try:
            keys = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UnreadableFile(f"{name} is not valid TOML: {error}.") from error
        unknown = set(keys) - {"url", "query", "password_variable"}
        if unknown or not all(isinstance(keys.get(key), str) for key in ("url", "query")):
            raise UnreadableFile(
                f"{name} does not describe a database query. Write url and query, and "
                "password_variable if the database asks for a password."
            )
        try:
            address = make_url(keys["url"])
        except ArgumentError as error:
            raise UnreadableFile(
                f"The url in {name} is not the address of a database. Example: "
                "postgresql+psycopg://reader@sis.example.org/sis"
            ) from error
        if not _SELECT.match(keys["query"]):
            raise UnreadableFile(f"{name}: the query returns no table. Begin it with SELECT.")
        if address.password:
            raise UnreadableFile(
                f"{name} holds a password. Remove it from the url, put it into an environment "
                "variable, and write the variable's name as password_variable."
            )
        return cls(keys["url"], keys["query"], str(keys.get("password_variable", "")))


def read_database_query(
    name: str, source: DatabaseQuery, environment: Mapping[str, str] = os.environ
) -> bytes:
    """Run a query and return its result as the bytes of a CSV file, in memory.

    Args:
        name: name of the source file, for messages.
        source: the query.
        environment: where the password is.

    Returns:
        A CSV file in UTF-8: a header, then one line for each row. Dates are in ISO 8601; a missing
        value is empty.

    Raises:
        UnreadableFile: the database cannot be reached, refuses the query, or returns no table.
            The message holds nothing of what the database says, which may quote a record.
    """
    address = make_url(source.url)
    if source.password_variable:
        if source.password_variable not in environment:
            raise UnreadableFile(
                f"{name}: the environment variable {source.password_variable} is not set. Set it "
                "to the password of the database."
            )
        address = address.set(password=environment[source.password_variable])
    is_file = address.get_backend_name() == "sqlite" and address.database
    if is_file and not Path(str(address.database)).exists():  # SQLite would make an empty one
        raise UnreadableFile(f"{name}: there is no database file {address.database}.")
    try:
        engine = create_engine(address, hide_parameters=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise UnreadableFile(
            f"{name}: the driver for {address.drivername} is not installed. Install it beside "
            "Cairn, such as pymysql for MariaDB."
        ) from error
    try:
        with engine.connect() as connection:
            if (only_read := _READ_ONLY.get(engine.dialect.name)) is not None:
                connection.execute(text(only_read))
            result = connection.execution_options(
                stream_results=True, yield_per=_ROWS_AT_ONCE
            ).execute(text(source.query))
            return _write_csv(name, list(result.keys()), result)
    except SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise UnreadableFile(
            f"{name}: the database could not be reached, or refused the query ({kind}). Nothing "
            "was imported. Run the query in the database's own program to see why."
        ) from error
    finally:
        engine.dispose()


def _write_csv(name: str, header: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([_write_value(name, value) for value in row] for row in rows)
    return file.getvalue().encode()


def _write_value(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() | date() | time():
            return value.isoformat()
        case str() | int() | float() | Decimal():
            return str(value)
        case _:
            raise UnreadableFile(
                f"{name}: a column holds values of the kind {type(value).__name__}, which is no "
                "text, number or date. Leave the column out of the query, or convert it there."
            )
