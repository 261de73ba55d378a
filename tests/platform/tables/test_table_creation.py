"""The tables of an app are created and dropped together, and a migration file can say so."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import connections, models, router
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import OperationWriter
from pytest_django import DjangoDbBlocker

from cairn.platform.tables.table_creation import CreateTables

OPERATION = CreateTables(
    models=[
        CreateModel("Room", [("id", models.BigAutoField(primary_key=True))]),
        CreateModel(
            "Door",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("room", models.ForeignKey("houses.room", models.CASCADE)),
                ("height", models.PositiveIntegerField()),
            ],
            {
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(height__gte=2), name="a_person_fits_through"
                    )
                ]
            },
        ),
    ]
)


@pytest.fixture
def database(
    django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DatabaseWrapper]:
    wrapper = DatabaseWrapper(
        {
            "NAME": ":memory:",
            "OPTIONS": {},
            "TIME_ZONE": None,
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": False,
            "AUTOCOMMIT": True,
            "ATOMIC_REQUESTS": False,
            "TEST": {},
        },
        "houses",
    )
    connections["houses"] = wrapper
    monkeypatch.setitem(vars(router), "routers", [])
    with django_db_blocker.unblock():
        wrapper.connect()
        yield wrapper
        wrapper.connection.close()
    del connections["houses"]


def _list_tables(database: DatabaseWrapper) -> list[str]:
    rows = database.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in rows if name.startswith("houses_")]


def test_tables_are_created_with_their_keys_and_checks_and_dropped(
    database: DatabaseWrapper,
) -> None:
    before, after = ProjectState(), ProjectState()
    assert after.apps  # what an earlier migration has built
    OPERATION.state_forwards("houses", after)
    with database.schema_editor() as editor:
        OPERATION.database_forwards("houses", editor, before, after)
    assert _list_tables(database) == ["houses_room", "houses_door"]
    database.connection.execute("INSERT INTO houses_room DEFAULT VALUES")
    database.connection.execute("INSERT INTO houses_door (room_id, height) VALUES (1, 2)")
    with pytest.raises(sqlite3.IntegrityError, match="a_person_fits_through"):
        database.connection.execute("INSERT INTO houses_door (room_id, height) VALUES (1, 1)")
    database.connection.execute("DELETE FROM houses_door")
    with database.schema_editor() as editor:
        OPERATION.database_backwards("houses", editor, after, before)
    assert _list_tables(database) == []


def test_a_migration_file_writes_each_table() -> None:
    text, imports = OperationWriter(OPERATION).serialize()
    assert text.count("CreateModel(") == 2
    assert "import cairn.platform.tables.table_creation" in imports
    assert OPERATION.describe() == "Create 2 tables"
