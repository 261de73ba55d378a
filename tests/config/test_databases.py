"""Identities live apart, and the router is a table."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils.functional import SimpleLazyObject

from cairn.config.databases import (
    MODEL_DATABASES,
    DatabaseRouter,
    configure_database,
    get_model_database,
)
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine


def test_what_is_not_named_lives_with_governance() -> None:
    assert get_model_database("audit", "auditline") == "default"
    assert get_model_database("linkage", "person") == "identities"
    assert get_model_database("linkage", None) == "default"


@pytest.mark.parametrize("model", apps.get_models())
def test_every_model_migrates_to_exactly_one_database(model: type[models.Model]) -> None:
    label, name = model._meta.app_label, model._meta.model_name
    router = DatabaseRouter()
    homes = [db for db in ("default", "identities") if router.allow_migrate(db, label, name)]
    assert homes == [router.db_for_read(model)] == [router.db_for_write(model)]


def test_relations_stay_in_one_database() -> None:
    assert DatabaseRouter().allow_relation(AuditLine(), User())
    assert DatabaseRouter().allow_relation(AuditLine(), SimpleLazyObject(User))


def test_no_foreign_key_leaves_its_database() -> None:
    crossing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and DatabaseRouter().db_for_read(model) != DatabaseRouter().db_for_read(field.related_model)
    ]
    assert crossing == []


def test_homes_are_lower_case_labels() -> None:
    assert all(label == label.lower() for label in MODEL_DATABASES)


def test_sqlite_takes_its_lock_first_and_keeps_foreign_keys() -> None:
    options = configure_database("sqlite:////tmp/x.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "foreign_keys=ON" in options["init_command"]


def test_postgresql_keeps_its_own_ways() -> None:
    settings = configure_database("postgres://ana:x@db.example/cairn")
    assert settings["ENGINE"].endswith("postgresql")
    assert "init_command" not in settings.get("OPTIONS", {})


@pytest.mark.django_db
def test_the_running_database_enforces_foreign_keys() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone() == (1,)
