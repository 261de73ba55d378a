"""What PostgreSQL notes is sealed with each write, and a database without notes is written too."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import (
    IntegrityError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)

from cairn.governance.partners.models import Contact, Organization
from cairn.platform.audit.postgresql_seals import (
    NOTES_TABLE,
    PostgresqlSealStore,
    name_writer,
)
from cairn.platform.audit.seal_store import LOG_TABLE

pytestmark = [
    pytest.mark.skipif(
        "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        reason="seals rows of PostgreSQL: DATABASE_URL names no such server",
    ),
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
TABLE = "partners_organization"


def _drop_notes() -> None:
    PostgresqlSealStore("default").drop_triggers()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {LOG_TABLE}, {NOTES_TABLE}")


@pytest.fixture
def store() -> Iterator[PostgresqlSealStore]:
    """A database in which the rows of one table are sealed."""
    store = PostgresqlSealStore("default")
    store.create_log()
    (table,) = store.list_tables({TABLE})
    store.create_triggers(table)
    yield store
    _drop_notes()


def _read_log(store: PostgresqlSealStore) -> list[tuple[int, str, bool]]:
    lines = store.read_lines()
    return [(number, row, bool(digest)) for number, _table, row, digest, _chained in lines]


def _create(slug: str) -> Organization:
    return Organization.objects.create(slug=slug, name=slug, kind="backbone")


def test_each_write_is_sealed_in_and_outside_of_a_transaction(store: PostgresqlSealStore) -> None:
    first = _create("one")  # the first write of the connection learns of the notes
    second, key = _create("two"), str(first.pk)
    assert Organization.objects.filter(pk=second.pk).update(name="Two") == 1
    with transaction.atomic():
        Organization.objects.bulk_create(
            Organization(slug=f"many-{n}", name="many", kind="backbone") for n in range(60)
        )
        first.delete()
    with pytest.raises(IntegrityError):
        _create("two")
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("UPDATE nowhere SET a = 1")
    log = _read_log(store)
    assert [number for number, _row, _kept in log] == list(range(1, 65))
    assert [row for _number, row, _kept in log[:3]] == [key, str(second.pk), str(second.pk)]
    assert log[-1] == (64, key, False)
    assert list(store.find_foreign_notes()) == []


def test_a_connection_that_knew_of_notes_writes_after_they_were_removed(
    store: PostgresqlSealStore,
) -> None:
    _create("one")
    _create("two")
    _drop_notes()
    assert _create("three").pk
    with connection.cursor() as cursor:
        assert not store.has_log()
        store.create_log()
        cursor.execute("SELECT 1")
    with transaction.atomic():
        _create("four")
    _drop_notes()
    with transaction.atomic():
        row: Any = _create("five")
    row.refresh_from_db()
    assert Organization.objects.count() == 5


def test_nothing_is_written_that_cannot_be_sealed(store: PostgresqlSealStore) -> None:
    """Without the log alone, triggers still note what is written."""
    _create("one")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {LOG_TABLE}")
    with pytest.raises(ProgrammingError):
        _create("two")
    with pytest.raises(ProgrammingError), transaction.atomic():
        _create("three")
    assert Organization.objects.get().slug == "one"


def test_an_error_at_the_end_of_a_write_is_one_of_django(store: PostgresqlSealStore) -> None:
    first = _create("one")
    with pytest.raises(IntegrityError):  # a foreign key is checked when the write is committed
        Contact.objects.create(organization_id=first.pk + 1000)
    with closing(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)) as other:
        process = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s)", (process,))
    with pytest.raises(OperationalError):
        _create("two")
    assert _create("three").pk  # by a new connection


def test_no_statement_has_the_word_of_a_connection(
    store: PostgresqlSealStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server shows the text of the newest statement to other connections."""
    words = ["a word of the test"]
    monkeypatch.setattr(secrets, "token_hex", lambda _size: words[0])
    name_writer(connection)
    with connection.cursor() as cursor:
        texts = []
        for write in (lambda: None, lambda: _create("one"), lambda: _create("two")):
            write()
            with closing(psycopg.connect(os.environ["DATABASE_URL"])) as other:
                seen = other.execute("SELECT query FROM pg_stat_activity").fetchall()
            texts += [query for (query,) in seen]
        cursor.execute("SELECT current_setting('cairn.writer')")
        assert cursor.fetchone() == (words[0],)
    assert any("row_change_log" in text for text in texts)
    assert not any(words[0] in text for text in texts)
    assert len(_read_log(store)) == 2
