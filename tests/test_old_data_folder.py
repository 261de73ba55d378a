"""A data folder that the version before the standard names wrote is read, checked and continued."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.migrated_databases import FILES, copy_migrated_databases

ARCHIVE = Path(__file__).with_name("fixtures") / "data-folder-before-standard-names.tar.xz"
DECISIONS_OF_THE_OLD_VERSION = 78

# The day after the folder was made: its agreements and trainings are in force, also in ten years.
ON_THE_NEXT_DAY = """
import datetime
from django.utils import timezone
timezone.now = lambda: datetime.datetime(2026, 11, 28, 15, 0, tzinfo=datetime.UTC)
"""

RUN_CAIRN = ON_THE_NEXT_DAY + "from cairn.interfaces.cli.main import app; app()"

DESCRIBE = (
    ON_THE_NEXT_DAY
    + """
import django, json; django.setup()
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
settings.CAIRN_LISTENS_ON = "127.0.0.1"
settings.ALLOWED_HOSTS = ["testserver"]
from cairn.data.identity.models import Person
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.models import Agreement
from cairn.governance.disclosure_log.archive import SnapshotVault
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.replay import replay_line
from cairn.outputs.releases.models import Release
from cairn.platform.accounts.models import User

pages = {reverse(name) for name in (
    "web:home", "audit:log", "agreements:list", "intake:deliveries", "linkage:summary",
    "releases:list", "partners:list", "projects:list", "disclosures:list", "retention:list",
)}
pages |= {reverse("agreements:detail", args=[row.reference]) for row in Agreement.objects.all()[:5]}
pages |= {reverse("releases:detail", args=[row.pk]) for row in Release.objects.all()}
pages |= {reverse("linkage:person", args=[row.pk]) for row in Person.objects.order_by("pk")[:3]}
pages.add(reverse("intake:delivery", args=[1]))
client = Client()
client.force_login(User.objects.get(email="dana@partnership.example"))

vault = SnapshotVault.for_installation()
lines = DisclosureRecord.objects.exclude(question="").order_by("pk")
# Values and not rows: a loaded row has the path of today.
tasks = list(DBTaskResult.objects.values_list("status", "task_path"))
print(json.dumps({
    "tasks": tasks,
    "delivery": Delivery.objects.get(pk=1).state,
    "same_digest": [replay_line(row, vault).decision_id == row.decision_id for row in lines],
    "pages": {page: client.get(page).status_code for page in sorted(pages)},
}))
"""
)

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class OldFolder:
    """The unpacked folder, and programs of today that run on it."""

    path: Path

    def run(self, program: str, *arguments: str) -> str:
        """Run a Python program and return what it prints."""
        environment = {
            **os.environ,
            "CAIRN_DATA": str(self.path),
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        for name in ("CAIRN_KEY", "DATABASE_URL", "IDENTITY_DATABASE_URL"):
            environment.pop(name, None)
        finished = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,  # a busy machine migrates the old tables for minutes
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    def read(self, program: str, *arguments: str) -> Any:
        """Run a Python program that prints JSON."""
        return json.loads(self.run(program, *arguments))


@pytest.fixture(scope="module")
def old_folder(tmp_path_factory: pytest.TempPathFactory) -> OldFolder:
    """The old data folder, after today's `cairn work` emptied its queue."""
    place = tmp_path_factory.mktemp("old")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(place, filter="data")
    folder = OldFolder(place / "data")
    folder.run(RUN_CAIRN, "work", "--until-empty")
    return folder


def test_everything_is_sound_and_answered_as_before(old_folder: OldFolder) -> None:
    result = old_folder.read(RUN_CAIRN, "verify", "--replay", "--json")
    assert result["findings"] == []
    assert result["otherwise"] == []


def test_the_queued_task_is_done_digests_are_the_same_and_pages_open(
    old_folder: OldFolder,
) -> None:
    state = old_folder.read(DESCRIBE)
    assert state["tasks"] == [["SUCCESSFUL", "cairn.intake.tasks.conform_delivery"]]
    assert state["delivery"] == "conformed"
    assert len(state["same_digest"]) >= DECISIONS_OF_THE_OLD_VERSION
    assert all(state["same_digest"])
    assert len(state["pages"]) > 25
    assert {page: status for page, status in state["pages"].items() if status != 200} == {}


@pytest.mark.parametrize("name", FILES.values())
def test_the_upgraded_tables_are_those_of_a_new_folder(
    old_folder: OldFolder, tmp_path: Path, name: str
) -> None:
    """A new folder gets its tables in one step, an older one by every step since it was made."""
    copy_migrated_databases(tmp_path)
    assert describe_tables(old_folder.path / name) == describe_tables(tmp_path / name)


def describe_tables(database: Path) -> dict[str, Any]:
    """Return columns, keys, checks, indexes and triggers by table, in no order of columns."""
    with closing(sqlite3.connect(database)) as connection:
        made = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        described: dict[str, Any] = {
            name: {
                "columns": {row[1:4] + row[5:] for row in _pragma(connection, "table_info", name)},
                "keys": sorted(row[2:5] for row in _pragma(connection, "foreign_key_list", name)),
                "checks": sorted(re.findall(r'CONSTRAINT "\w+" (?:CHECK|UNIQUE) [^"]*"', sql)),
                "without_rowid": sql.endswith("WITHOUT ROWID"),
            }
            for kind, name, _, sql in made
            if kind == "table" and not name.startswith("sqlite_")
        }
    for kind, name, table, sql in made:
        if kind != "table" and table in described:
            described[table][kind, name] = sql
    return described


def _pragma(connection: sqlite3.Connection, what: str, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"PRAGMA {what}({table})").fetchall()
