"""A person who writes SQL on PostgreSQL is found, also as the owner of the database."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

PROGRAM = Path(__file__).with_name("postgresql_attacks.py")
NAMES = ("attacked_governance", "attacked_identities")
pytestmark = pytest.mark.skipif(
    "postgresql" not in settings.DATABASES["default"]["ENGINE"],
    reason="attacks a server of PostgreSQL: DATABASE_URL names none",
)


@pytest.fixture(scope="module")
def urls() -> Iterator[list[str]]:
    """Two empty databases on the server of the tests."""
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    with closing(psycopg.connect(f"{base}/postgres", autocommit=True)) as server:
        for name in NAMES:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name}")
        yield [f"{base}/{name}" for name in NAMES]
        for name in NAMES:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def answers(urls: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the attacks found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    kept |= {
        "CAIRN_DATA": str(tmp_path_factory.mktemp("attacked") / "data"),
        "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
        "DATABASE_URL": urls[0],
        "IDENTITY_DATABASE_URL": urls[1],
    }
    done = subprocess.run(
        [sys.executable, "-P", PROGRAM], env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


# One test, so that the program runs once also where tests of a file are in several processes.
@pytest.mark.django_db  # chosen with the tests of the databases
def test_each_write_outside_of_cairn_is_found_and_the_row_named(answers: dict[str, Any]) -> None:
    sealed = answers["sealed"]
    assert len(sealed["tables"]) > 60
    assert sealed["unseen"] == []
    assert sealed["accepted"] == [], "written while the triggers were on, without a word of Cairn"
    assert any("was written outside of Cairn" in line for line in sealed["forged"])
    assert "The database default was rolled back" in " ".join(answers["rollback"])
    assert "table row_change_log, row 5: The line was changed, or one before it." in answers["cut"]
    table = "table partners_affiliation: "
    rule = "The rule helpful was added outside of Cairn: it may change other rows."
    assert answers["tampered"] == {
        "emptied": ["table row_change_log: The function cairn_note_row was changed."],
        "accepting": ["table row_change_log: The function audit_line_refuse was changed."],
        "off": [f"{table}The trigger sealed_partners_affiliation was changed outside of Cairn."],
        "rule": [f"table django_session: {rule}"],
    }
