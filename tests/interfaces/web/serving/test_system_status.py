"""The status page says how each part is and what to do; monitoring gets one word."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import DatabaseError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.serving import system_status
from cairn.interfaces.web.serving.system_status import (
    find_unreadiness,
    list_status_lines,
    list_status_tasks,
)
from cairn.platform.notifications.models import BouncedAddress
from cairn.platform.schedule.models import JobRun
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

_GOOD, _WARNING, _PROBLEM = system_status.StatusTone


def _read(now: datetime | None = None) -> dict[str, system_status.StatusLine]:
    return {line.name: line for line in list_status_lines(now or timezone.now())}


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    """Sets how many GB of 100 are free."""

    def fill(gigabytes: float) -> None:
        usage = SimpleNamespace(free=int(gigabytes * (1 << 30)), total=100 << 30)
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)

    fill(50)
    return fill


@pytest.fixture
def write_certificate(tmp_path: Path, settings: Any) -> Callable[[timedelta], None]:
    """Writes a certificate that ends after some time."""

    def write(left: timedelta) -> None:
        key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + left)
            .sign(key, hashes.SHA256())
        )
        settings.CAIRN_TLS_CERTIFICATE = tmp_path / "proxy.pem"
        settings.CAIRN_TLS_CERTIFICATE.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    return write


@pytest.mark.usefixtures("free")
def test_each_part_has_a_line_and_what_is_wrong_comes_first() -> None:
    lines = list_status_lines(timezone.now())
    names = {line.name for line in lines}
    assert names == {
        *("disk", "databases", "workers", "queue", "mail", "jobs", "backup", "verification"),
        *("unrecorded", "certificate", "version"),
    }
    tones = [line.tone for line in lines]
    assert tones == sorted(tones, key=[_PROBLEM, _WARNING, _GOOD].index)
    assert all(line.next_step for line in lines if line.tone is not _GOOD)
    assert (lines[0].name, lines[0].tone) == ("workers", _PROBLEM)


def test_a_full_disk_is_a_task_and_stops_readiness(
    free: Callable[[float], None], person: Callable[..., Any]
) -> None:
    manager, today = load_actor(person(Role.DATA_MANAGER)), timezone.localdate()
    assert (_read()["disk"].tone, find_unreadiness()) == (_GOOD, "")
    assert not list_status_tasks(manager, today)
    free(5)
    assert (_read()["disk"].tone, find_unreadiness()) == (_WARNING, "")
    free(0)
    assert _read()["disk"].text == "0.0 GB of 100.0 GB are free."
    free(0.5)
    assert (_read()["disk"].tone, find_unreadiness()) == (_PROBLEM, "disk")
    (task,) = list_status_tasks(manager, today)
    assert (task.count, task.url) == (1, reverse("web:status"))
    assert not list_status_tasks(load_actor(person(Role.STEWARD, at="river")), today)
    assert Client().get(reverse("web:ready")).status_code == 503


def test_a_folder_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: Path) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(shutil, "disk_usage", fail)
    line = _read()["disk"]
    assert (line.tone, "cannot be read" in line.text) == (_PROBLEM, True)
    assert find_unreadiness() == "disk"


@pytest.mark.usefixtures("free")
def test_readiness_needs_no_account_and_says_when_a_database_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = Client().get(reverse("web:ready"))
    assert (answer.status_code, answer.content) == (200, b"ready")

    def fail() -> None:
        raise DatabaseError

    monkeypatch.setattr(connections["identities"], "cursor", fail)
    answer = Client().get(reverse("web:ready"))
    assert (answer.status_code, answer.content) == (503, b"database")
    line = _read()["databases"]
    assert (line.tone, line.text) == (_PROBLEM, "No answer from: identities.")


@pytest.mark.usefixtures("free")
def test_a_task_that_waits_too_long_is_a_problem(person: Callable[..., Any]) -> None:
    manager, now = load_actor(person(Role.DATA_MANAGER)), timezone.now()
    task = DBTaskResult.objects.create(
        status="READY",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="cairn.nowhere.task",
        backend_name="default",
        run_after=now,
        enqueued_at=now,
        exception_class_path="",
        traceback="",
    )
    assert _read(now)["queue"].tone is _GOOD
    assert _read(now + timedelta(minutes=16))["queue"].tone is _PROBLEM
    DBTaskResult.objects.filter(pk=task.pk).update(status="FAILED", finished_at=now)
    assert _read(now + timedelta(minutes=16))["queue"].tone is _WARNING
    assert not list_status_tasks(manager, now.date())


@pytest.mark.usefixtures("free")
def test_nightly_jobs_are_shown_with_their_result(settings: Any) -> None:
    settings.CAIRN_BACKUP = SimpleNamespace()
    now = timezone.now()
    runs = {
        name: JobRun.objects.create(
            job=f"installation.{name}", due_at=now, state=state, ended_at=now, result=result
        )
        for name, state, result in (
            ("verify", "done", "9 lines are unchanged."),
            ("backup", "failed", "The folder is full."),
        )
    }
    lines = _read(now)
    assert "9 lines are unchanged." in lines["verification"].text
    assert lines["verification"].tone is _GOOD
    assert "The folder is full." in lines["backup"].text
    assert lines["backup"].tone is _PROBLEM
    assert "has not run yet" in lines["backup_check"].text
    assert lines["jobs"].tone is _PROBLEM
    # Each can be run from here; one that waits cannot, and it is no success if it failed before.
    jobs = {name: f"installation.{name}" for name in ("backup", "backup_check")}
    assert {name: lines[name].job for name in jobs} == jobs
    JobRun.objects.filter(pk=runs["backup"].pk).update(state="waiting")
    waiting = _read(now)["backup"]
    assert (waiting.job, waiting.tone) == ("", _WARNING)
    # A run that was only just requested says nothing, unless the last one ended well in time.
    runs["backup"].delete()
    JobRun.objects.create(job="installation.backup", due_at=now, state="waiting")
    assert _read(now)["backup"].tone is _WARNING
    soon = now + timedelta(minutes=1)
    JobRun.objects.create(job="installation.verify", due_at=soon, state="waiting")
    assert _read(now)["verification"].tone is _GOOD
    JobRun.objects.filter(pk=runs["verify"].pk).update(ended_at=now - timedelta(days=20))
    assert _read(now)["verification"].tone is _WARNING
    JobRun.objects.filter(state="waiting").delete()
    runs["verify"].save()
    assert _read(now + timedelta(hours=27))["verification"].tone is _WARNING


@pytest.mark.parametrize(
    ("left", "tone"),
    [
        (timedelta(days=60), _GOOD),
        (timedelta(days=5), _WARNING),
        (timedelta(days=-1), _PROBLEM),
    ],
)
def test_a_certificate_warns_before_it_ends(
    left: timedelta,
    tone: system_status.StatusTone,
    write_certificate: Callable[[timedelta], None],
) -> None:
    write_certificate(left)
    assert _read()["certificate"].tone is tone


def test_a_certificate_that_cannot_be_read_is_a_warning(tmp_path: Path, settings: Any) -> None:
    settings.CAIRN_TLS_CERTIFICATE = tmp_path / "none.pem"
    assert _read()["certificate"].tone is _WARNING


@pytest.mark.usefixtures("free")
def test_email_that_bounced_is_a_warning(settings: Any, browser: Callable[..., Client]) -> None:
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert _read()["mail"].tone is _GOOD
    BouncedAddress.objects.create(address="gone@example.org", bounced_at=timezone.now())
    assert _read()["mail"].tone is _WARNING
    page = browser(Role.DATA_MANAGER).get(reverse("web:status")).content.decode()
    assert "Addresses that bounced: 1." in page
    assert reverse("web:mail") in page
