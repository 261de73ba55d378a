"""Look into a watched folder once: receive each complete file, and move it.

A file is in the folder, or it was moved: nothing else is remembered between two passes. If the
process dies after a file was received and before it was moved, the next pass receives it again,
which changes nothing, and moves it. A partner's file is never deleted, changed or overwritten.
"""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cairn.data.intake import feed_recognition, queries, upload_recognition
from cairn.data.intake.actions import part_files, proposed_files, receipt, watched_folders
from cairn.data.intake.actions.change_files import receive_changes
from cairn.data.intake.actions.receipt import DeliveryReceipt, ReceiptResult
from cairn.data.intake.delivery_parts import UnclearPart, choose_part_names
from cairn.data.intake.facts import FileOrigin, Submission, load_agreement_by_reference
from cairn.data.intake.models import (
    Delivery,
    DeliveryStateConflict,
    FolderFileOutcome,
    ProposedFile,
    WatchedFolder,
)
from cairn.data.intake.proposals import extract_dates
from cairn.data.intake.proposals.data_years import settle_period
from cairn.data.intake.proposals.delivery_modes import settle_submission
from cairn.data.intake.proposals.file_kinds import describe_file_kind
from cairn.data.intake.proposals.fixed_width_files import read_file_by_known_layout
from cairn.governance.agreements.api import Agreement
from cairn.governance.consents.api import compute_school_year
from cairn.policy.questions import list_reasons_for_sender
from cairn.policy.vocabulary import Channel
from cairn.warehouse.readers import FileContent
from cairn.warehouse.schema import ColumnMapping, UnreadableFile

__all__ = ["SETTLE_SECONDS", "SortedFile", "build_folder_submission", "sort_folder_files"]

MONTH: Final = "month"
"""The period of a folder with one file for each month: that of its dates, or of its arrival."""

_MIN_AGE: Final = 60.0
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp")
_HIDDEN: Final = (".", "~")

FILE_PROBLEMS: Final = (
    UnreadableFile,
    feed_recognition.UnrecognizedFile,
    UnclearPart,
    DeliveryStateConflict,
)
"""Why a file is not accepted; each says what to do."""

SETTLE_SECONDS: Final = 3.0
"""How long the size of a file must stay the same before it is taken."""

OnReceived = Callable[[Delivery], object]


@dataclass(frozen=True, slots=True)
class SortedFile:
    """One file of a pass, and what became of it.

    Attributes:
        name: name of the file.
        outcome: what became of it.
        reason: why, in sentences; empty for a file that was received.
    """

    name: str
    outcome: FolderFileOutcome
    reason: str = ""


def build_folder_submission(folder: WatchedFolder, at: datetime, *, name: str = "") -> Submission:
    """Build the submission of a file in a folder, in the name of the user who added the folder.

    Args:
        folder: the watched folder.
        at: the time, which decides the period.
        name: name of the file; empty while there is none.

    Returns:
        The submission.
    """
    day = timezone.localdate(at)
    period = f"{day:%Y-%m}" if folder.period == MONTH else folder.period
    return Submission(
        organization=folder.organization,
        agreement=Agreement.objects.get(reference=folder.agreement_reference),
        channel=Channel.COMMAND,
        by=folder.added_by,
        at=at,
        name=name,
        feed=folder.feed,
        period=period or compute_school_year(day),
    )


def sort_folder_files(
    folder: WatchedFolder, at: datetime, *, settle: float, on_received: OnReceived
) -> list[SortedFile]:
    """Receive and move every complete file of a folder.

    Args:
        folder: the watched folder.
        at: the time.
        settle: how many seconds the size of a file must stay the same.
        on_received: called with each accepted delivery, in the transaction that records it.

    Returns:
        The files, by name.

    Raises:
        OSError: the folder or a file cannot be read, or a file cannot be moved. What was moved
            before stays moved.
    """
    sorted_files = (
        _sort_file(folder, file, at, on_received)
        for file in _list_complete_files(Path(folder.path), settle)
    )
    return [file for file in sorted_files if file is not None]


@dataclass(frozen=True, slots=True)
class _CompleteFile:
    """A file that no program writes to any more; no content if it is too large."""

    path: Path
    state: tuple[int, float]
    content: bytes | None


def _list_complete_files(path: Path, settle: float) -> Iterator[_CompleteFile]:
    """List the files that no program writes to any more, by their size, time and name."""
    first = {entry: _look_at(entry) for entry in sorted(path.iterdir()) if _is_candidate(entry)}
    old_enough = {
        entry: state
        for entry, state in first.items()
        if state is not None and abs(time.time() - state[1]) >= _MIN_AGE
    }
    if old_enough:
        time.sleep(settle)
    for entry, state in old_enough.items():
        if _look_at(entry) != state:
            continue
        content = None if state[0] > settings.CAIRN_WATCHED_FILE_LIMIT else _read_content(entry)
        if _look_at(entry) == state:
            yield _CompleteFile(entry, state, content)


def _is_candidate(entry: Path) -> bool:
    return not entry.name.startswith(_HIDDEN) and entry.suffix.lower() not in _UNFINISHED


def _look_at(entry: Path) -> tuple[int, float] | None:
    """Return size and time of a regular file; None for a link, a folder, or a file that is gone."""
    try:
        state = entry.lstat()
    except FileNotFoundError:
        return None
    return (state.st_size, state.st_mtime) if stat.S_ISREG(state.st_mode) else None


def _read_content(entry: Path) -> bytes:
    """Read a file that may have become a link to a file elsewhere: then it fails."""
    with os.fdopen(os.open(entry, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read()


def _sort_file(
    folder: WatchedFolder, file: _CompleteFile, at: datetime, on_received: OnReceived
) -> SortedFile | None:
    """Receive and move one file; None where it changed meanwhile, for the next pass."""
    outcome, reason = _try_file(folder, file, at, on_received)
    watched_folders.record_folder_file(
        folder=folder,
        name=file.path.name,
        content_digest=hashlib.sha256(file.content or b"").hexdigest(),
        outcome=outcome,
        reason=reason,
        by=None,
        at=at,
    )
    if _look_at(file.path) != file.state:
        return None
    _move_file(file.path, file.path.parent / outcome.value, reason)
    return SortedFile(file.path.name, outcome, reason)


def _try_file(
    folder: WatchedFolder, file: _CompleteFile, at: datetime, on_received: OnReceived
) -> tuple[FolderFileOutcome, str]:
    if file.content is None:
        return FolderFileOutcome.REFUSED, _TOO_LARGE
    try:
        return receive_folder_file(folder, file.path.name, file.content, at, on_received)
    except FILE_PROBLEMS as problem:
        return FolderFileOutcome.REFUSED, str(problem)


def _move_file(path: Path, target: Path, reason: str) -> None:
    """Write the reason, then move the file; names that are taken are left to their files."""
    if target.is_symlink():
        raise NotADirectoryError(target)
    target.mkdir(exist_ok=True)
    free, number = target / path.name, 1
    while os.path.lexists(free) or os.path.lexists(_name_reason_file(free)):
        number += 1
        free = target / f"{path.stem}-{number}{path.suffix}"
    if reason:
        _name_reason_file(free).write_text(f"{reason}\n", "utf-8")
    path.rename(free)


def _name_reason_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.txt")


def receive_folder_file(
    folder: WatchedFolder,
    name: str,
    content: bytes,
    at: datetime,
    on_received: OnReceived,
    origin: FileOrigin | None = None,
) -> tuple[FolderFileOutcome, str]:
    """Receive the content of one file of a folder or address.

    Args:
        folder: the watched folder or address.
        name: name of the file.
        content: its bytes.
        at: the time.
        on_received: called with the accepted delivery, in the transaction that records it.
        origin: what the server of an address says; None for a file.

    Returns:
        What became of it, and why.

    Raises:
        UnreadableFile: the content cannot be read.
        UnrecognizedFile: its columns do not show what it holds.
        UnclearPart: nothing says which part of the period it holds.
        DeliveryStateConflict: a person must decide first about an earlier file.
    """
    submission = replace(build_folder_submission(folder, at, name=name), origin=origin)
    decision = receipt.decide_submission(submission)
    if not decision.allowed:
        unread = replace(submission, feed=submission.feed or "watched-folder")
        receipt.record_unread_file(
            submission=unread,
            content=content,
            recorded_refusal=_find_recorded_refusal(folder, unread, content),
            by=unread.by,
            at=at,
        )
        reasons = list_reasons_for_sender(decision) or (NOT_ALLOWED,)
        return FolderFileOutcome.REFUSED, " ".join(reasons)
    results = [
        _receive_feed(folder, replace(submission, feed=feed), content, layout, on_received)
        for feed, layout in _list_layouts(submission, content)
    ]
    for outcome in (FolderFileOutcome.REFUSED, FolderFileOutcome.WAITING):
        reasons = tuple(reason for found, reason in results if found is outcome)
        if reasons:
            return outcome, " ".join(reasons)
    return FolderFileOutcome.RECEIVED, ""


def _find_recorded_refusal(
    folder: WatchedFolder, submission: Submission, content: bytes
) -> Delivery | None:
    """Find the refusal of a file that an earlier pass recorded before it died, if there is one.

    A file that was moved is among the refused ones of the folder: then this one was put there
    again, and its refusal is another one.
    """
    refusal = queries.find_refused_file(submission, hashlib.sha256(content).hexdigest())
    refused_files = Path(folder.path, FolderFileOutcome.REFUSED.value)
    return None if refusal is None or _has_same_file(refused_files, content) else refusal


def _has_same_file(path: Path, content: bytes) -> bool:
    """Tell whether a folder holds a file with these bytes."""
    entries = sorted(path.iterdir()) if path.is_dir() else []
    sizes = ((entry, _look_at(entry)) for entry in entries)
    return any(
        state is not None and state[0] == len(content) and _read_content(entry) == content
        for entry, state in sizes
    )


def _list_layouts(
    submission: Submission, content: bytes
) -> list[tuple[str, upload_recognition.UploadLayout]]:
    """List the feeds of a file that the agreement covers, each with how it would be read."""
    organization, name = submission.organization, submission.name
    if submission.feed:
        upload = upload_recognition.recognize_upload(submission, "", content)
        return [(submission.feed, upload)]
    known = {
        row.feed: ColumnMapping.parse(row.text) for row in queries.list_saved_mappings(organization)
    }
    sheets, widths = read_file_by_known_layout(name, content, known.values())
    feeds = feed_recognition.recognize_feeds(
        name, sheets, known, queries.load_unread_columns(organization), widths
    )
    terms = load_agreement_by_reference(submission.agreement.reference)
    feed_recognition.refuse_file_without_rows(
        sheets, [feed.mapping for feed in feeds], terms, organization.slug
    )
    is_new = (
        all(feed.guessed for feed in feeds) and feed_recognition.make_feed_name(name) not in known
    )
    if is_new and (template := upload_recognition.recognize_template(submission, sheets)):
        layout = upload_recognition.UploadLayout(
            sheets, template, is_confirmed=False, is_template=True
        )
        return [(feed_recognition.make_feed_name(name), layout)]
    covered = {term.record for term in terms.data}
    layouts = [
        (
            feed.name,
            upload_recognition.UploadLayout(sheets, feed.mapping, is_confirmed=not feed.guessed),
        )
        for feed in feeds
        if feed.mapping.record in covered
    ]
    if not layouts:
        raise feed_recognition.UnrecognizedFile(
            _NOT_COVERED if feeds else describe_file_kind(sheets) or _UNKNOWN
        )
    return layouts


def _receive_feed(
    folder: WatchedFolder,
    submission: Submission,
    content: bytes,
    layout: upload_recognition.UploadLayout,
    on_received: OnReceived,
) -> tuple[FolderFileOutcome, str]:
    if folder.period in ("", MONTH):
        submission = settle_period(submission, layout.mapping, layout.sheets)
    layout = upload_recognition.suggest_part_column(submission, layout)
    submission = extract_dates.date_submission(submission, layout.mapping, layout.sheets)
    slot = queries.DeliverySlot.from_submission(submission)
    submission = settle_submission(
        submission,
        layout.mapping,
        lambda: choose_part_names([Path(submission.name)], slot.list_current_parts())[0],
    )
    submission, proposal = upload_recognition.propose_submission(
        submission, layout, FileContent.wrap(content)
    )
    if not proposal.lands_by_itself:
        waiting = proposed_files.propose_file(
            submission=submission,
            content=content,
            proposal=proposal,
            preview={},
            by=submission.by,
            at=submission.at,
        )
        reasons = (
            extract_dates.describe_missing_date(submission, layout.mapping),
            proposal.data_years.describe_contradiction(submission.period),
            _describe_waiting(waiting),
        )
        return FolderFileOutcome.WAITING, " ".join(filter(None, reasons))
    receive = (
        receive_changes
        if submission.changes_as_of
        else partial(
            part_files.receive_whole_file,
            recorded_refusal=_find_recorded_refusal(folder, submission, content),
        )
    )
    received = receive(
        submission=submission,
        content=content,
        mapping=layout.mapping,
        by=submission.by,
        at=submission.at,
        on_received=on_received,
    )
    return _describe_received(received)


def _describe_received(received: DeliveryReceipt) -> tuple[FolderFileOutcome, str]:
    """Describe what became of a file that needed no person; of one with parts, of those that do."""
    row, page = received.delivery, reverse("intake:delivery", args=[received.delivery.pk])
    same = [part for part in received.parts if part.result is received.result]
    if len(same) < len(received.parts) and received.result in _UNSETTLED:
        names = ", ".join(part.delivery.part for part in same)
        outcome, reason = _describe_received(replace(received, parts=()))
        return outcome, f"Parts: {names}. {reason} The other parts of the file were imported."
    match received.result:
        case ReceiptResult.HELD:
            return FolderFileOutcome.WAITING, f"{_HELD} {settings.CAIRN_SITE}{page}"
        case ReceiptResult.UNUSABLE:
            return FolderFileOutcome.REFUSED, row.report["problem"]
        case ReceiptResult.REFUSED:
            return FolderFileOutcome.REFUSED, f"{NOT_ALLOWED} {settings.CAIRN_SITE}{page}"
        case _:
            return FolderFileOutcome.RECEIVED, ""


_UNSETTLED: Final = (ReceiptResult.HELD, ReceiptResult.REFUSED, ReceiptResult.UNUSABLE)


def _describe_waiting(waiting: ProposedFile) -> str:
    page = reverse("intake:proposal", args=[waiting.pk])
    return f"{_CONFIRM} {settings.CAIRN_SITE}{page}"


_TOO_LARGE: Final = "The file is too large for a watched folder. Import it with cairn receive."
NOT_ALLOWED: Final = "The agreement or the access requirements do not allow this file now."
_NOT_COVERED: Final = "The agreement covers no records of this kind."
_UNKNOWN: Final = (
    "Cairn does not recognize the kind of records from the columns. Upload the file on the page "
    "and choose its record type."
)
_CONFIRM: Final = (
    "Nothing was imported yet: the layout is new or has changed. Confirm the columns, or the file "
    "that Cairn keeps is destroyed after 14 days:"
)
_HELD: Final = (
    "Nothing was replaced: the file differs from the earlier one of this data set and period. "
    "Decide on its page:"
)
