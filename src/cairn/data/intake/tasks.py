"""Long work of intake, done by the worker. Tasks carry IDs only."""

from datetime import datetime, time
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from cairn.data.intake import queries
from cairn.data.intake.actions import conformance, file_requests, proposed_files
from cairn.data.intake.file_requests.request_email import email_request_link
from cairn.data.intake.models import Delivery, FolderFileOutcome, WatchedFolder
from cairn.data.intake.watched_folders.address_pull import pull_address
from cairn.data.intake.watched_folders.folder_pass import SETTLE_SECONDS, sort_folder_files
from cairn.platform.accounts.api import User
from cairn.platform.notifications.api import is_email_on
from cairn.platform.schedule.api import EveryDay, EveryMinutes, JobFindingError, ScheduledJob
from cairn.platform.tasks.api import record_waiting_work, track_work

__all__ = ["enqueue_delivery_check"]


def enqueue_delivery_check(delivery: Delivery, by: User) -> None:
    """Queue the check of a delivery; its page shows from now on that it waits.

    Args:
        delivery: the delivery.
        by: the user who asks for the check.
    """
    record_waiting_work("conform", f"delivery:{delivery.pk}", by=by)
    conform_delivery.enqueue(delivery.pk, by.pk)


@task()
def conform_delivery(delivery_id: int, by_id: int) -> None:
    """Check one delivery, with its progress on the page, for the person who asked."""
    by = User.objects.get(pk=by_id)
    delivery = Delivery.objects.get(pk=delivery_id)
    with track_work("conform", f"delivery:{delivery_id}", by=by) as progress:
        conformance.check_delivery(delivery=delivery, by=by, at=timezone.now(), progress=progress)


def destroy_expired_uploads(now: datetime) -> str:
    """Destroy the files that waited 14 days for a person.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.
    """
    count = proposed_files.destroy_unconfirmed_files(by=None, at=now)
    return f"Files destroyed: {count:,}."


UNCONFIRMED_FILES_JOB: Final = ScheduledJob(
    name="delivery.unconfirmed",
    title=_("Destroy files that no person confirmed"),
    purpose=_("Destroys uploaded files whose columns were not confirmed within 14 days."),
    cadence=EveryDay(time(4, 0)),
    run=destroy_expired_uploads,
)


def remind_of_requested_files(now: datetime) -> str:
    """Email a reminder, once, to each person with a file that is due in two days.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.
    """
    count = 0
    for file_request in queries.list_requests_to_remind(timezone.localdate(now)):
        with transaction.atomic():
            key = file_requests.create_reminder_link(file_request=file_request, by=None, at=now)
            if key:
                email_request_link(file_request, key, at=now, is_reminder=True)
                count += 1
    return f"Reminders made: {count:,}."


FILE_REMINDER_JOB: Final = ScheduledJob(
    name="file_request.remind",
    title=_("Remind partners of requested files"),
    purpose=_("Emails a reminder two days before a requested file is due."),
    cadence=EveryDay(time(8, 0)),
    run=remind_of_requested_files,
    is_on=is_email_on,
)


def receive_watched_files(now: datetime) -> str:
    """Look into every watched folder once.

    Args:
        now: the time.

    Returns:
        How many files were moved, in one sentence.

    Raises:
        JobFindingError: a folder or a file cannot be read or moved.
    """
    count, unreadable = 0, 0
    for folder in WatchedFolder.objects.filter(ended_at=None, source="").select_related(
        "organization", "added_by"
    ):
        enqueue = partial(enqueue_delivery_check, by=folder.added_by)
        try:
            files = sort_folder_files(folder, now, settle=SETTLE_SECONDS, on_received=enqueue)
            count += len(files)
        except OSError:
            unreadable += 1
    if unreadable:
        raise JobFindingError(f"Watched folders that cannot be read or written: {unreadable}.")
    return f"Files moved: {count:,}."


WATCHED_FOLDERS_JOB: Final = ScheduledJob(
    name="watched_folder.receive",
    title=_("Receive files from watched folders"),
    purpose=_("Receives the complete files in each watched folder, and moves them."),
    cadence=EveryMinutes(5),
    run=receive_watched_files,
)


def pull_watched_addresses(now: datetime) -> str:
    """Ask every watched address once.

    Args:
        now: the time.

    Returns:
        How many were asked, and of how many nothing was accepted, in one sentence.

    Raises:
        JobFindingError: asking one of them failed in a way that is a fault of Cairn or of this
            machine. All others were asked.
    """
    outcomes: list[FolderFileOutcome] = []
    failures: list[str] = []
    addresses = WatchedFolder.objects.filter(ended_at=None).exclude(source="")
    for folder in addresses.select_related("organization", "added_by"):
        enqueue = partial(enqueue_delivery_check, by=folder.added_by)
        try:
            outcomes.append(pull_address(folder, now, on_received=enqueue).outcome)
        except Exception as error:  # noqa: BLE001 - one address that fails stops no other
            failures.append(f"{folder.source_name} ({type(error).__name__})")
    if failures:
        raise JobFindingError(f"Watched addresses that failed: {', '.join(failures)}.")
    refused = outcomes.count(FolderFileOutcome.REFUSED)
    return f"Addresses asked: {len(outcomes):,}. Not accepted: {refused:,}."


WATCHED_ADDRESSES_JOB: Final = ScheduledJob(
    name="watched_address.pull",
    title=_("Ask watched addresses for their records"),
    purpose=_(
        "Asks each partner's system that is watched by its address, and receives the answer."
    ),
    cadence=EveryDay(time(3, 0)),
    run=pull_watched_addresses,
)
