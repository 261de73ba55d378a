"""Configure the two databases and route each table to one of them, from plain data.

*governance* (`default`) holds users, agreements, pointers and the audit log. *identities* holds
people and identifying fields only: it may be on another machine, under another administrator
(34 CFR 99.35(a)(2) asks for such separation in effect).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import dj_database_url
from django.db.models import Model

# "app" or "app.model" (lower case) → database. All other models are in `default`.
MODEL_DATABASES: Mapping[str, str] = MappingProxyType(
    {
        "linkage.answer": "identities",
        "linkage.blockingkey": "identities",
        "linkage.fittedmodel": "identities",
        "linkage.gap": "identities",
        "linkage.link": "identities",
        "linkage.matchevent": "identities",
        "linkage.person": "identities",
        "linkage.question": "identities",
        "linkage.questionrecord": "identities",
        "linkage.record": "identities",
        "linkage.relationship": "identities",
        "linkage.relationshipverdict": "identities",
        "linkage.relationshipverdictrecord": "identities",
        "linkage.relationshipwaiting": "identities",
        "linkage.sign": "identities",
        "linkage.sourceid": "identities",
        "linkage.statement": "identities",
        "linkage.stay": "identities",
        "linkage.staykey": "identities",
        "linkage.verdict": "identities",
        "linkage.verdictrecord": "identities",
        "programs.incidenttext": "identities",
        "notes.notetext": "identities",
        "programs.participantidentity": "identities",
        "programs.pickupidentity": "identities",
        "programs.registrationdraft": "identities",
        "programs.registrationidentity": "identities",
        "records.studentrecord": "identities",
    }
)

# WAL lets the worker write while pages read. Transactions take the write lock when they begin,
# so two writers wait for each other instead of failing half way. FULL: a commit is on disk.
# 64 MiB of pages in memory: look-up keys of a million records are spread over their index.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON; PRAGMA cache_size=-65536;"
    ),
}


def configure_database(url: str) -> dict[str, Any]:
    """Build Django's settings for the database at `url` (sqlite:/// or postgres://)."""
    settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60))
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = {**settings.get("OPTIONS", {}), **_SQLITE_OPTIONS}
    else:
        settings["ENGINE"] = "cairn.config.postgresql"
    return settings


def get_model_database(app_label: str, model_name: str | None) -> str:
    """Return the name of the database that holds a model's table."""
    return MODEL_DATABASES.get(
        f"{app_label}.{model_name}", MODEL_DATABASES.get(app_label, "default")
    )


class DatabaseRouter:
    """Route each model to its database, and refuse relations between two databases."""

    def db_for_read(self, model: type[Model], **hints: object) -> str:
        return get_model_database(model._meta.app_label, model._meta.model_name)

    def db_for_write(self, model: type[Model], **hints: object) -> str:
        return get_model_database(model._meta.app_label, model._meta.model_name)

    def allow_relation(self, first: Model, second: Model, **hints: object) -> bool:
        # By the row and not its type: a lazily loaded row (`request.user`) has another type.
        databases = {
            get_model_database(row._meta.app_label, row._meta.model_name) for row in (first, second)
        }
        return len(databases) == 1

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: object
    ) -> bool:
        return db == get_model_database(app_label, model_name)
