"""Run `cairn watch`: watch a folder or an address for a partner's files, and look there once."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from cairn.data.intake import api as intake_api
from cairn.governance.partners.api import find_operator
from cairn.interfaces.cli.data.file_import import find_sender_agreement
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Channel
from cairn.warehouse.rest_sources import RestSource
from cairn.warehouse.schema import UnreadableFile


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Hold the options of the command as they were typed."""

    folder: Path
    sender: str
    under: str
    feed: str
    period: str
    acting: str | None
    stop: bool


def watch_partner_folder(output: CommandOutput, options: WatchOptions) -> None:
    """Watch a folder or an address, or stop, and receive the files or records there now."""
    by, at = find_operator(options.acting), timezone.localtime()
    source = _parse_source(options.folder)
    path = source.url if source else str(options.folder.resolve())
    folder = intake_api.WatchedFolder.objects.filter(path=path, ended_at=None).first()
    if options.stop:
        if folder is None:
            raise CommandUsageError(f"{path} is not watched.")
        intake_api.end_folder_watch(folder=folder, by=by, at=at)
        kept = "Its secret was erased." if source else "Its files stay where they are."
        output.print_text(f"{path} is not watched any more. {kept}")
        return
    if options.sender or options.under or folder is None:
        folder = _begin_watch(options, source, by, at)
    if source:
        _receive_records(output, folder, at)
    else:
        _receive_files(output, folder, at)


def _parse_source(path: Path) -> RestSource | None:
    """Read the description of an address; None for a folder."""
    if path.is_dir():
        return None
    try:
        return RestSource.parse(path.name, path.read_text("utf-8", errors="replace"))
    except UnreadableFile as problem:
        raise CommandUsageError(str(problem)) from problem


def _begin_watch(
    options: WatchOptions, source: RestSource | None, by: User, at: datetime
) -> intake_api.WatchedFolder:
    path = options.folder.resolve()
    if not (options.sender and options.under):
        raise CommandUsageError(
            f"{path} is not watched yet. Give --from ORG and --under AGREEMENT."
        )
    organization, agreement = find_sender_agreement(options.sender, options.under, by, at)
    submission = intake_api.Submission(
        organization=organization,
        agreement=agreement.row,
        channel=Channel.COMMAND,
        by=by,
        at=at,
        feed=options.feed,
        period=options.period,
    )
    if source is None:
        return intake_api.watch_folder(submission=submission, path=path, by=by, at=at)
    secret = os.environ.get(source.secret_variable, "") if source.secret_variable else ""
    if source.secret_variable and not secret:
        raise CommandUsageError(
            f"The environment variable {source.secret_variable} is not set. Set it to the token "
            "for this command; Cairn keeps it encrypted."
        )
    return intake_api.watch_address(
        submission=submission,
        name=path.stem,
        text=path.read_text("utf-8"),
        secret=secret,
        by=by,
        at=at,
    )


def _receive_records(output: CommandOutput, folder: intake_api.WatchedFolder, at: datetime) -> None:
    by = folder.added_by
    file = intake_api.pull_address(
        folder, at, on_received=lambda row: intake_api.enqueue_delivery_check(row, by)
    )
    _report_files(output, folder, [file], "every night")


def _receive_files(output: CommandOutput, folder: intake_api.WatchedFolder, at: datetime) -> None:
    by = folder.added_by
    files = intake_api.sort_folder_files(
        folder,
        at,
        settle=intake_api.SETTLE_SECONDS,
        on_received=lambda row: intake_api.enqueue_delivery_check(row, by),
    )
    _report_files(output, folder, files, "every five minutes")


def _report_files(
    output: CommandOutput,
    folder: intake_api.WatchedFolder,
    files: Sequence[intake_api.SortedFile],
    cadence: str,
) -> None:
    output.facts["files"] = [
        {"file": file.name, "result": file.outcome.value, "reason": file.reason} for file in files
    ]
    output.print_text(
        f"Watching {folder.path} for {folder.organization.slug} under "
        f"{folder.agreement_reference}, {cadence} while the worker runs."
    )
    if not files:
        output.print_text("No complete file is there now.")
    for file in files:
        output.print_text(f"  {file.outcome.value}: {file.name}")
        if file.reason:
            output.print_text(f"    {file.reason}")
    if any(file.outcome is not intake_api.FolderFileOutcome.RECEIVED for file in files):
        output.mark_findings()
