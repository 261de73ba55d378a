"""A person who writes SQL and lacks the key is found, or is refused at once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.migrated_databases import copy_migrated_databases

from cairn.data.identity.guard import APPEND_ONLY_TABLES as MATCH_TABLES
from cairn.governance.disclosure_log.guard import GUARDED_TABLES
from cairn.interfaces.verification import APPEND_ONLY_TABLES
from cairn.platform.audit.guard import AUDIT_TABLES

PROGRAM = Path(__file__).with_name("database_attacks.py")
NAMED_FIRST = {
    "partners_affiliation",
    "agreements_agreementversion",
    "agreements_signature",
    "consents_consent",
    "releases_release",
    "projects_authorization",
    "accounts_user",
    "linkage_link",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the attacks found, in a data folder of their own."""
    folder = tmp_path_factory.mktemp("attacked") / "data"
    copy_migrated_databases(folder)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    kept |= {"CAIRN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "cairn.config.settings"}
    done = subprocess.run(
        [sys.executable, "-P", PROGRAM], env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_each_row_that_was_changed_deleted_inserted_or_rolled_back_is_named(
    answers: dict[str, Any],
) -> None:
    sealed = answers["sealed"]
    assert set(sealed["tables"]) >= NAMED_FIRST
    assert len(sealed["tables"]) > 60
    assert sealed["unseen"] == []


def test_a_program_without_the_key_cannot_write_while_the_triggers_exist(
    answers: dict[str, Any],
) -> None:
    assert answers["sealed"]["accepted"] == []


def test_databases_that_were_rolled_back_as_a_whole_are_found(answers: dict[str, Any]) -> None:
    said = " ".join(answers["rollback"])
    assert "The database default was rolled back" in said
    assert "The audit log was rolled back: it no longer contains entry" in said


def test_a_log_of_row_changes_that_was_dropped_is_not_begun_anew(answers: dict[str, Any]) -> None:
    said = " ".join(answers["dropped"])
    assert "The log of row changes was removed." in said
    assert "trigger audit_auditline_no_update: The trigger that refuses changes was removed" in said


def test_a_line_of_the_log_of_row_changes_that_was_rewritten_is_found(
    answers: dict[str, Any],
) -> None:
    assert answers["cut"] == [
        "table row_change_log, row 1: The line was changed, or one before it."
    ]


def test_a_damaged_marker_file_does_not_make_changed_rows_accepted(
    answers: dict[str, Any],
) -> None:
    said = " ".join(answers["unmarked"])
    assert "The file row-seals, which says that rows of default are sealed, is lost." in said
    assert "table partners_affiliation, row 1: The row was changed" in said


def test_a_trigger_that_was_added_or_emptied_is_found(answers: dict[str, Any]) -> None:
    assert [line.partition(" outside")[0] for line in answers["triggers"]] == [
        "table audit_auditline: The trigger audit_auditline_no_delete was added",
        "table django_session: The trigger foreign_one was added",
        "trigger audit_auditline_no_delete: The trigger that refuses changes was removed.",
    ]


def test_models_that_are_newer_than_the_database_accuse_no_row(answers: dict[str, Any]) -> None:
    assert answers["migrated"] == []


def test_an_update_that_seals_more_tables_accuses_only_rows_that_were_sealed(
    answers: dict[str, Any],
) -> None:
    assert answers["updated"]["sound"] == []
    said = " ".join(answers["updated"]["attacked"])
    assert "row='1', message='The row was changed or rolled back outside of Cairn." in said
    assert "The trigger sealed_partners_affiliation_insert was removed" in said
    assert "surveys_survey" not in said


def test_a_commit_during_the_verification_accuses_no_row(answers: dict[str, Any]) -> None:
    assert answers["interrupted"] == []


def test_each_append_only_table_is_checked_for_its_triggers() -> None:
    expected = {"default": (*AUDIT_TABLES, *GUARDED_TABLES), "identities": MATCH_TABLES}
    assert expected == APPEND_ONLY_TABLES
