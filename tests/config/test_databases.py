"""Identities live apart, and the router is a table."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils.functional import SimpleLazyObject

from cairn.accounts.models import User
from cairn.audit.models import AuditLine
from cairn.config.databases import HOMES, Router, configure, home


def test_what_is_not_named_lives_with_governance() -> None:
    assert home("audit", "auditline") == "default"
    assert home("linkage", "person") == "identities"
    assert home("linkage", None) == "default"


@pytest.mark.parametrize("model", apps.get_models())
def test_every_model_migrates_to_exactly_one_database(model: type[models.Model]) -> None:
    label, name = model._meta.app_label, model._meta.model_name
    router = Router()
    homes = [db for db in ("default", "identities") if router.allow_migrate(db, label, name)]
    assert homes == [router.db_for_read(model)] == [router.db_for_write(model)]


def test_relations_stay_in_one_database() -> None:
    assert Router().allow_relation(AuditLine(), User())
    assert Router().allow_relation(AuditLine(), SimpleLazyObject(User))


def test_no_foreign_key_leaves_its_database() -> None:
    crossing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and Router().db_for_read(model) != Router().db_for_read(field.related_model)
    ]
    assert crossing == []


def test_homes_are_lower_case_labels() -> None:
    assert all(label == label.lower() for label in HOMES)


def test_sqlite_takes_its_lock_first_and_keeps_foreign_keys() -> None:
    options = configure("sqlite:////tmp/x.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "foreign_keys=ON" in options["init_command"]


def test_postgresql_keeps_its_own_ways() -> None:
    settings = configure("postgres://ana:x@db.example/cairn")
    assert settings["ENGINE"].endswith("postgresql")
    assert "init_command" not in settings.get("OPTIONS", {})


@pytest.mark.django_db
def test_the_running_database_enforces_foreign_keys() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone() == (1,)
