"""The site's role of PostgreSQL changes rows, and nothing that protects them."""

import os
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from cairn.governance.partners.models import Organization
from cairn.interfaces.database_roles import find_excessive_rights, grant_service_rights
from cairn.platform.audit.api import record_audit_event, verify_audit_chain
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
FORBIDDEN = (
    "CREATE TABLE helpful (a int)",
    "DROP TABLE consents_consent",
    "TRUNCATE consents_consent",
    "DELETE FROM audit_auditline",
    "UPDATE audit_auditline SET event = 'x'",
    "UPDATE disclosures_disclosurerecord SET id = id",
    "ALTER TABLE audit_auditline DISABLE TRIGGER ALL",
    "CREATE OR REPLACE FUNCTION audit_line_refuse() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "SET session_replication_role = replica",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
)


@pytest.fixture
def role() -> str:
    """A role of the server, which both databases must know; it has rights within the test only."""
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        pytest.skip("roles are those of PostgreSQL: DATABASE_URL names no such server")
    name = "cairn_service_of_tests"
    place = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/postgres"
    with closing(psycopg.connect(place, autocommit=True)) as server:
        if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
            server.execute(f"CREATE ROLE {name}")
    return name


def test_sqlite_has_no_roles() -> None:
    if connections["default"].vendor == "sqlite":
        assert grant_service_rights("cairn_service") == []
        assert find_excessive_rights() == []


def test_the_service_changes_rows_and_nothing_that_protects_them(
    role: str, person: Callable[..., Any]
) -> None:
    user = person(Role.STEWARD, at="river")
    assert [finding.problem for finding in find_excessive_rights()] == ["is a superuser"] * 2
    with connections["default"].cursor() as cursor:
        assert grant_service_rights(role) == ["default", "identities"]
        cursor.execute(f"SET LOCAL ROLE {role}")
        assert [finding.alias for finding in find_excessive_rights()] == ["identities"]
        for statement in FORBIDDEN:
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement)
        # What the site does all day.
        Organization.objects.filter(slug="river").update(name="River Schools")
        record_audit_event("demo.begun", "demo:", by=user, at=timezone.now())
        assert verify_audit_chain() == []
        user.sign_in_changes.all().delete()
        cursor.execute("RESET ROLE")
    assert Organization.objects.get(slug="river").name == "River Schools"
