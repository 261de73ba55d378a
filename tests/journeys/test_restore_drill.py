"""A data manager sees on the status page that no backup was ever restored, and has one restored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.utils import timezone
from tests.journeys.visitor import Visitor

from cairn.config.environment import BackupSettings
from cairn.interfaces import backups
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
    drill = manager.page.get_by_role("row").filter(has_text="Restore drill")

    manager.open("web:status")
    assert "It has not run yet." in drill.inner_text()
    manager.enter(drill.get_by_role("button", name="Run now"))
    manager.sees("The job runs now.")
    assert "Waiting" in drill.inner_text()
    assert not drill.get_by_role("button").count()

    # The backup has what the site wrote, by a connection that earlier tests opened.
    assert "bytes written" in backups.back_up_each_night(timezone.now())
    tasks.run_scheduled_job.func(JobRun.objects.get(state__in=JobRun.OPEN).pk)
    manager.reload()
    assert "was restored and verified" in drill.inner_text()
    assert "OK" in drill.inner_text()
