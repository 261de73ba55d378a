"""A data manager sees on the status page that no backup was ever restored, and has one restored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from tests.journeys.visitor import Visitor

from cairn.config.environment import BackupSettings
from cairn.platform.audit import row_seals
from cairn.platform.schedule import tasks
from cairn.platform.schedule.models import JobRun
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


def test_the_restore_drill_is_run_from_the_status_page(
    visitor: Callable[..., Visitor], person: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    places = (str(tmp_path / "files"), str(tmp_path / "keys"))
    settings.CAIRN_BACKUP = BackupSettings(*places, (recipient,), 30)
    # The database of tests is a copy of one whose rows were sealed; its data folder says so.
    row_seals._write_marker(["default"])
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    manager = visitor(person(Role.DATA_MANAGER))
    manager.open("web:status")
    manager.sees("Restore drill", "It has not run yet.")

    # Before the first backup the drill says what is missing.
    manager.follow("Open Restore drill")
    _run(manager, "Check the backup")
    manager.sees("Failed", "There is no")
    _run(manager, "Back up")
    manager.sees("bytes written")
    _run(manager, "Check the backup")
    manager.sees("was restored and verified")

    manager.open("web:status")
    drill = manager.page.get_by_role("row").filter(has_text="Restore drill")
    assert "OK" in drill.inner_text()
    assert "was restored and verified" in drill.inner_text()


def _run(manager: Visitor, job: str) -> None:
    """Have a job run now, do what the worker does, and look at its result."""
    manager.enter(manager.page.get_by_role("button", name=job))
    manager.sees("The job runs now.")
    tasks.run_scheduled_job.func(JobRun.objects.get(state__in=JobRun.OPEN).pk)
    manager.reload()
