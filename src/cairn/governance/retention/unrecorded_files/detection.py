"""Find the files of the store that no record names, and when each may be destroyed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from cairn.governance.retention.data_holders import list_recorded_files
from cairn.governance.retention.models import UnrecordedFile
from cairn.platform.audit.api import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy import checks
from cairn.policy.engine import Permit
from cairn.policy.facts import UnrecordedFileFact
from cairn.policy.questions import may_destroy_unrecorded_file
from cairn.warehouse.store import (
    FileRef,
    FileStore,
    Manifest,
    NoSuchFile,
    find_unrecorded_files,
)

__all__ = [
    "ListedFile",
    "UnrecordedSummary",
    "describe_unrecorded_files",
    "summarize_unrecorded_files",
]

_RESTORE_EVENT = "backup.restored"


@dataclass(frozen=True, slots=True)
class UnrecordedSummary:
    """How many files are listed that no record names, and whether they wait for a person.

    Attributes:
        listed: number of files.
        unconfirmed: number of those that a data manager must confirm; 0 if none must be.
    """

    listed: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A listed file and when it may be destroyed.

    Attributes:
        row: its row.
        manifest: its manifest.
        written_on: date of the permit by which it was written.
        waiting_since: when its wait began.
        due: first day on which it may be destroyed.
        is_confirmed: whether a person confirmed it after its wait began.
    """

    row: UnrecordedFile
    manifest: Manifest
    written_on: date
    waiting_since: datetime
    due: date
    is_confirmed: bool


def find_old_unrecorded_files(store: FileStore, on: date) -> list[Manifest]:
    """Find the files that no record names and that are more than a day old."""
    # Read before the records: a file that is written and recorded meanwhile is not among them.
    manifests = list(store.manifests())
    return [
        entry
        for entry in find_unrecorded_files(manifests, list_recorded_files())
        if checks.is_due_for_report(date.fromisoformat(entry.on), on)
    ]


def find_due_files(store: FileStore, at: datetime) -> dict[str, Permit]:
    """Find the listed files that may be destroyed now, each with the permit of its decision."""
    on = timezone.localdate(at)
    unrecorded = {entry.name for entry in find_old_unrecorded_files(store, on)}
    due: dict[str, Permit] = {}
    for file in load_listed_files(store):
        fact = UnrecordedFileFact(
            waiting_since=timezone.localdate(file.waiting_since),
            is_recorded=file.row.name not in unrecorded,
            listed=len(unrecorded),
            is_confirmed=file.is_confirmed,
        )
        decision = may_destroy_unrecorded_file(fact, on)
        if decision.allowed:
            due[file.row.name] = decision.require()
    return due


def list_waiting_files(store: FileStore, found: Collection[Manifest]) -> list[ListedFile]:
    """List those of the found files that have a row, in the order of their rows."""
    manifests = {entry.name: entry for entry in found}
    rows = UnrecordedFile.objects.filter(name__in=manifests).select_related("confirmed_by")
    last_uses, restored_at = store.find_last_uses(manifests), _list_restores()
    return [_describe_row(row, manifests[row.name], last_uses, restored_at) for row in rows]


def _list_restores() -> list[datetime]:
    return list(AuditLine.objects.filter(event=_RESTORE_EVENT).values_list("at", flat=True))


def _describe_row(
    row: UnrecordedFile,
    manifest: Manifest,
    last_uses: Mapping[str, datetime],
    restored_at: Collection[datetime],
) -> ListedFile:
    since = checks.find_wait_start(row.listed_at, last_uses.get(row.name), restored_at)
    return ListedFile(
        row=row,
        manifest=manifest,
        written_on=date.fromisoformat(manifest.on),
        waiting_since=since,
        due=checks.find_unrecorded_destruction_date(timezone.localdate(since)),
        is_confirmed=row.confirmed_at is not None and row.confirmed_at >= since,
    )


def list_files_destroyed_before(store: FileStore) -> list[str]:
    """List the files with a row that an interrupted run destroyed without recording it."""
    return [
        row.name
        for row in UnrecordedFile.objects.all()
        if (manifest := _find_manifest(store, row.name)) and manifest.destroyed
    ]


def load_listed_files(store: FileStore) -> list[ListedFile]:
    """Load the files that the last night listed and that still exist, in the order of their rows.

    Only their own manifests are read, so that a page of them opens soon.
    """
    names = UnrecordedFile.objects.values_list("name", flat=True)
    manifests = [found for name in names if (found := _find_manifest(store, name))]
    return list_waiting_files(store, [entry for entry in manifests if not entry.destroyed])


def _find_manifest(store: FileStore, name: str) -> Manifest | None:
    try:
        return store.manifest(FileRef.parse(name))
    except NoSuchFile:
        return None


def summarize_unrecorded_files() -> UnrecordedSummary:
    """Count the files that the last night found, from their rows alone.

    Returns:
        The numbers.
    """
    confirmed_at = list(UnrecordedFile.objects.values_list("confirmed_at", flat=True))
    if not checks.needs_confirmation(len(confirmed_at)):
        return UnrecordedSummary(len(confirmed_at), 0)
    restored_at = max(_list_restores(), default=None)
    unconfirmed = sum(
        at is None or (restored_at is not None and at < restored_at) for at in confirmed_at
    )
    return UnrecordedSummary(len(confirmed_at), unconfirmed)


def describe_unrecorded_files(at: datetime) -> list[tuple[str, str]]:
    """Describe each file that no record names and that is more than a day old.

    Args:
        at: the moment.

    Returns:
        Pairs of the file's path and a sentence about it.
    """
    store = open_file_store()
    found = find_old_unrecorded_files(store, timezone.localdate(at))
    due = {file.row.name: file.due for file in list_waiting_files(store, found)}
    return [
        (_format_path(entry), _describe_finding(due.get(entry.name), len(found))) for entry in found
    ]


def _format_path(entry: Manifest) -> str:
    return f"{entry.zone}/{entry.digest[:2]}/{entry.digest}.parquet"


def _describe_finding(due: date | None, listed: int) -> str:
    when = (
        f"on {due.isoformat()} at the earliest" if due else "7 days after the nightly work finds it"
    )
    if checks.needs_confirmation(listed):
        when += ", once a data manager confirms it on the page Files without a record"
    return (
        "No record names this file: a step was cut short before it was recorded. Repeat the step, "
        f"and it is recorded. Otherwise Cairn destroys the file {when}."
    )
