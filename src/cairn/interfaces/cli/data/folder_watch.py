"""Run `cairn watch`: watch a folder for a partner's files, and look into it once."""

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
    """Watch a folder or stop, and receive the files that are in it now."""
    by, at = find_operator(options.acting), timezone.localtime()
    path = options.folder.resolve()
    folder = intake_api.WatchedFolder.objects.filter(path=str(path), ended_at=None).first()
    if options.stop:
        if folder is None:
            raise CommandUsageError(f"{path} is not watched.")
        intake_api.end_folder_watch(folder=folder, by=by, at=at)
        output.print_text(f"{path} is not watched any more. Its files stay where they are.")
        return
    if options.sender or options.under or folder is None:
        folder = _begin_watch(options, path, by, at)
    _receive_files(output, folder, at)


def _begin_watch(
    options: WatchOptions, path: Path, by: User, at: datetime
) -> intake_api.WatchedFolder:
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
    return intake_api.watch_folder(submission=submission, path=path, by=by, at=at)


def _receive_files(output: CommandOutput, folder: intake_api.WatchedFolder, at: datetime) -> None:
    by = folder.added_by
    files = intake_api.sort_folder_files(
        folder,
        at,
        settle=intake_api.SETTLE_SECONDS,
        on_received=lambda row: intake_api.enqueue_delivery_check(row, by),
    )
    output.facts["files"] = [
        {"file": file.name, "result": file.outcome.value, "reason": file.reason} for file in files
    ]
    output.print_text(
        f"Watching {folder.path} for {folder.organization.slug} under "
        f"{folder.agreement_reference}, every five minutes while the worker runs."
    )
    if not files:
        output.print_text("No complete file is there now.")
    for file in files:
        output.print_text(f"  {file.outcome.value}: {file.name}")
        if file.reason:
            output.print_text(f"    {file.reason}")
    if any(file.outcome is not intake_api.FolderFileOutcome.RECEIVED for file in files):
        output.mark_findings()
