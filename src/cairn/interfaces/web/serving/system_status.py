"""Collect the state of an installation for its status page, its tasks and its monitoring.

Everything here only reads, so that a held write lock stops none of it. What takes minutes, as
verifying every file, is not done here: the nightly job's result is shown.
"""

import platform
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from typing import Final

from cryptography import x509
from django.conf import settings
from django.db import DatabaseError, connections
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cairn.governance.retention.api import summarize_unrecorded_files
from cairn.interfaces.backups import BACKUP_CHECK_JOB, BACKUP_JOB
from cairn.interfaces.database_roles import find_excessive_rights
from cairn.interfaces.disk_problems import MINIMUM_FREE_BYTES
from cairn.interfaces.verification import VERIFICATION_JOB
from cairn.interfaces.web.leases import is_worker_dead
from cairn.interfaces.web.models import Lease
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications import api as notifications
from cairn.platform.schedule.api import JobStatus, ScheduledJob, list_job_statuses
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["StatusLine", "StatusTone", "find_unreadiness", "list_status_lines", "list_status_tasks"]

_GIGABYTE: Final = 1 << 30
_LOW_SHARE: Final = 0.1
_QUEUE_PATIENCE: Final = timedelta(minutes=15)
_CERTIFICATE_WARNING: Final = timedelta(days=21)


class StatusTone(StrEnum):
    """Whether one part of the installation works."""

    GOOD = "good"
    WARNING = "warm"
    PROBLEM = "stop"


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The state of one part of the installation.

    Attributes:
        name: stable name of the part, such as "disk".
        title: what it is.
        text: how it is.
        tone: whether that is well.
        next_step: what to do; empty where nothing is.
        url: the page where it is done; empty if it is done on the machine.
        job: name of the scheduled job that may be run now; empty where there is none.
    """

    name: str
    title: str
    text: str
    tone: StatusTone = StatusTone.GOOD
    next_step: str = ""
    url: str = ""
    job: str = ""


def list_status_lines(now: datetime) -> list[StatusLine]:
    """List the state of each part, problems first.

    Args:
        now: the time.

    Returns:
        The lines: disk, databases, workers, queue, mail, files without a record, jobs, backup,
        verification, certificate, version.
    """
    statuses = {status.job.name: status for status in list_job_statuses(now)}
    lines = [
        *(line for describe in _PARTS for line in describe(now)),
        _describe_jobs(statuses.values()),
        *_describe_nightly_jobs(statuses),
        *_describe_certificate(now),
        _describe_version(),
    ]
    order = (StatusTone.PROBLEM, StatusTone.WARNING, StatusTone.GOOD)
    return sorted(lines, key=lambda line: order.index(line.tone))


def list_status_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List what stops the installation, for the data manager's home page.

    Failed jobs and unsent email have tasks of their own.

    Args:
        who: facts about the person.
        on: the day.

    Returns:
        One task, or none.
    """
    if not may_open_page(Action.MANAGE_SCHEDULE, who, on=on).allowed:
        return []
    now = timezone.now()
    wrong = [
        line
        for describe in (
            _describe_disk,
            _describe_queue,
            _describe_unrecorded_files,
            _describe_certificate,
        )
        for line in describe(now)
        if line.tone is StatusTone.PROBLEM
    ]
    if not wrong:
        return []
    title = ngettext("problem with the system", "problems with the system", len(wrong))
    return [
        InboxTask(
            len(wrong),
            title,
            reverse("web:status"),
            wrong[0].text,
            minutes=10,
            keys=tuple(f"status.{line.name}" for line in wrong),
        )
    ]


def find_unreadiness() -> str:
    """Find why this process cannot serve people now, for a monitor that knows no account.

    It reads one row of each database, takes no lock and shows nothing of the data.

    Returns:
        One word: "database" or "disk"; empty if it can serve.
    """
    if _list_lost_databases():
        return "database"
    space = _measure_space()
    return "" if space and space[0] >= MINIMUM_FREE_BYTES else "disk"


def _list_lost_databases() -> list[str]:
    """List the aliases of the databases that do not answer."""
    lost: list[str] = []
    for alias in connections:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            lost.append(alias)
    return lost


def _measure_space() -> tuple[int, int] | None:
    """Measure the free and all bytes of the disk with the data folder; None if it is gone."""
    try:
        usage = shutil.disk_usage(settings.CAIRN_DATA)
    except OSError:
        return None
    return usage.free, usage.total


def _describe_disk(_now: datetime) -> Iterator[StatusLine]:
    title, space = _("Disk space"), _measure_space()
    if space is None:
        text = _("The data folder cannot be read: %(folder)s.") % {"folder": settings.CAIRN_DATA}
        next_step = _("Mount its disk, or correct CAIRN_DATA, and restart the server.")
        yield StatusLine("disk", title, text, StatusTone.PROBLEM, next_step)
        return
    free, total = space
    tone = StatusTone.GOOD
    if free < MINIMUM_FREE_BYTES:
        tone = StatusTone.PROBLEM
    elif free < total * _LOW_SHARE:
        tone = StatusTone.WARNING
    sizes = {"free": f"{free / _GIGABYTE:,.1f}", "total": f"{total / _GIGABYTE:,.1f}"}
    yield StatusLine(
        "disk",
        title,
        _("%(free)s GB of %(total)s GB are free.") % sizes,
        tone,
        ""
        if tone is StatusTone.GOOD
        else _("Free space, or use a larger disk. Below 1 GB, uploads may fail."),
    )


def _describe_databases(_now: datetime) -> Iterator[StatusLine]:
    title = _("Databases")
    if lost := _list_lost_databases():
        text = _("No answer from: %(aliases)s.") % {"aliases": ", ".join(lost)}
        next_step = _("Start the database, or correct DATABASE_URL and IDENTITY_DATABASE_URL.")
        yield StatusLine("databases", title, text, StatusTone.PROBLEM, next_step)
        return
    kinds = ", ".join(f"{alias}: {connections[alias].display_name}" for alias in connections)
    if findings := find_excessive_rights():
        problem = findings[0]
        text = _("%(kinds)s. The role %(role)s %(problem)s.") % {
            "kinds": kinds,
            "role": problem.role,
            "problem": problem.problem,
        }
        next_step = _("Let the site connect with a role that may change rows only: cairn grant")
        yield StatusLine("databases", title, text, StatusTone.WARNING, next_step)
        return
    yield StatusLine("databases", title, kinds)


def _describe_workers(now: datetime) -> Iterator[StatusLine]:
    alive = [lease for lease in Lease.objects.all() if not is_worker_dead(lease, now)]
    text = ngettext("%(n)s worker runs.", "%(n)s workers run.", len(alive)) % {"n": len(alive)}
    yield StatusLine(
        "workers",
        _("Background work"),
        text,
        StatusTone.GOOD if alive else StatusTone.PROBLEM,
        "" if alive else _("Start the server, or a worker beside it: cairn work"),
    )


def _describe_queue(now: datetime) -> Iterator[StatusLine]:
    rows = DBTaskResult.objects
    waiting = rows.filter(status=TaskResultStatus.READY).order_by("enqueued_at")
    due = waiting.exclude(run_after__gt=now)
    count, oldest = due.count(), due.first()
    failed = rows.filter(
        status=TaskResultStatus.FAILED, finished_at__gt=now - timedelta(days=7)
    ).count()
    is_stuck = oldest is not None and oldest.enqueued_at < now - _QUEUE_PATIENCE
    counts = {"waiting": count, "failed": failed}
    yield StatusLine(
        "queue",
        _("Queue of tasks"),
        _("Waiting: %(waiting)s. Failed in the last 7 days: %(failed)s.") % counts,
        StatusTone.PROBLEM if is_stuck else StatusTone.WARNING if failed else StatusTone.GOOD,
        _("A task has waited for over 15 minutes. Start a worker: cairn work")
        if is_stuck
        else _("Open the page where the work was started. It says why it failed.")
        if failed
        else "",
    )


def _describe_mail(_now: datetime) -> Iterator[StatusLine]:
    if not notifications.is_email_on():
        yield StatusLine(
            "mail",
            _("Email"),
            _("No mail server is set, so nobody is notified."),
            StatusTone.WARNING,
            _("Set CAIRN_MAIL_HOST, and restart the server."),
            reverse("web:mail"),
        )
        return
    unsent = notifications.list_unsent_messages().count()
    bounced = notifications.list_bounced_addresses().count()
    is_wrong = bool(unsent or bounced)
    yield StatusLine(
        "mail",
        _("Email"),
        _("Waiting after an attempt, or failed: %(unsent)s. Addresses that bounced: %(bounced)s.")
        % {"unsent": unsent, "bounced": bounced},
        StatusTone.WARNING if is_wrong else StatusTone.GOOD,
        _("Open the messages: each says what the mail server answered.") if is_wrong else "",
        reverse("web:mail"),
    )


def _describe_unrecorded_files(_now: datetime) -> Iterator[StatusLine]:
    """Describe the files that no record named when the nightly job looked last."""
    title, url = _("Files without a record"), reverse("retention:unrecorded")
    summary = summarize_unrecorded_files()
    if not summary.listed:
        yield StatusLine("unrecorded", title, _("Every file has a record."))
        return
    text = ngettext(
        "%(n)s file that no record names waits to be destroyed.",
        "%(n)s files that no record names wait to be destroyed.",
        summary.listed,
    ) % {"n": summary.listed}
    if summary.unconfirmed:
        next_step = _("Check that the database is the newest, then confirm the files.")
        yield StatusLine("unrecorded", title, text, StatusTone.PROBLEM, next_step, url)
        return
    next_step = _("Repeat the step that was cut short, or wait until they are destroyed.")
    yield StatusLine("unrecorded", title, text, StatusTone.WARNING, next_step, url)


def _describe_jobs(statuses: Collection[JobStatus]) -> StatusLine:
    late = [status for status in statuses if status.is_late]
    failed = [status for status in statuses if status.has_failed]
    counts = {"jobs": len(statuses), "late": len(late), "failed": len(failed)}
    return StatusLine(
        "jobs",
        _("Scheduled jobs"),
        _("Jobs: %(jobs)s. Late: %(late)s. Failed: %(failed)s.") % counts,
        StatusTone.PROBLEM if late or failed else StatusTone.GOOD,
        _("Open the jobs: each says why it failed, and can be run again.")
        if late or failed
        else "",
        reverse("web:schedule"),
    )


def _describe_nightly_jobs(statuses: Mapping[str, JobStatus]) -> Iterator[StatusLine]:
    yield _describe_nightly_job("verification", _("Verification"), VERIFICATION_JOB, statuses)
    if settings.CAIRN_BACKUP is None:
        yield StatusLine(
            "backup",
            _("Backup"),
            _("No place for backups is set."),
            StatusTone.WARNING,
            _("Set CAIRN_BACKUP, CAIRN_BACKUP_KEYS and CAIRN_BACKUP_RECIPIENTS."),
            reverse("web:help_page", args=["how-to/back-up-and-restore"]),
        )
        return
    yield _describe_nightly_job("backup", _("Backup"), BACKUP_JOB, statuses)
    yield _describe_nightly_job("backup_check", _("Restore drill"), BACKUP_CHECK_JOB, statuses)


def _describe_nightly_job(
    name: str, title: str, job: ScheduledJob, statuses: Mapping[str, JobStatus]
) -> StatusLine:
    """Describe the last run of a nightly job, and whether it is late."""
    url, status = reverse("web:schedule"), statuses.get(job.name)
    last = status.last_run if status else None
    if status is None or last is None:
        text, next_step = _("It has not run yet."), _("It runs each night while a worker runs.")
        return StatusLine(name, title, text, StatusTone.WARNING, next_step, url, job.name)
    moment = timezone.localtime(last.ended_at or last.started_at or last.due_at)
    state = last.result or last.get_state_display()
    text = f"{date_format(moment, 'DATETIME_FORMAT')}: {state}"
    if status.is_open:
        next_step = _("A run is open. Reload this page to see its result.")
        tone = StatusTone.GOOD if _was_done_in_time(status) else StatusTone.WARNING
        return StatusLine(name, title, text, tone, next_step, url)
    if status.has_failed:
        next_step = _("Follow what it says, then run it again.")
        return StatusLine(name, title, text, StatusTone.PROBLEM, next_step, url, job.name)
    if status.is_late:
        next_step = _("It missed a night. Check that a worker runs, then run it now.")
        return StatusLine(name, title, text, StatusTone.WARNING, next_step, url, job.name)
    return StatusLine(name, title, text, url=url, job=job.name)


def _was_done_in_time(status: JobStatus) -> bool:
    """Report whether no due time passed without success before an open run, and it did not fail."""
    run = status.last_run
    if run is None or status.last_success is None or run.result:
        return False
    until, zone = run.due_at - timedelta(seconds=1), timezone.get_default_timezone()
    return status.job.cadence.count_due(status.last_success, until, zone) == 0


def _describe_certificate(now: datetime) -> Iterator[StatusLine]:
    title, file = _("TLS certificate"), settings.CAIRN_TLS_CERTIFICATE
    if file is None:
        text = _("Not watched: CAIRN_TLS_CERTIFICATE names no file.")
        yield StatusLine("certificate", title, text)
        return
    try:
        ends = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        yield StatusLine(
            "certificate",
            title,
            _("%(file)s cannot be read as a certificate.") % {"file": file},
            StatusTone.WARNING,
            _("Correct CAIRN_TLS_CERTIFICATE, or let Cairn's account read the file."),
        )
        return
    day = date_format(timezone.localtime(ends), "DATE_FORMAT")
    is_over, is_near = ends <= now, ends <= now + _CERTIFICATE_WARNING
    yield StatusLine(
        "certificate",
        title,
        (_("It ended on %(day)s.") if is_over else _("It ends on %(day)s.")) % {"day": day},
        StatusTone.PROBLEM if is_over else StatusTone.WARNING if is_near else StatusTone.GOOD,
        _("Renew it, and reload the proxy.") if is_near else "",
    )


def _describe_version() -> StatusLine:
    versions = {"cairn": version("cairn"), "python": platform.python_version()}
    text = _("Cairn %(cairn)s on Python %(python)s.") % versions
    return StatusLine("version", _("Version"), text)


_PARTS: Final[tuple[Callable[[datetime], Iterator[StatusLine]], ...]] = (
    _describe_disk,
    _describe_databases,
    _describe_workers,
    _describe_queue,
    _describe_mail,
    _describe_unrecorded_files,
)
