"""Run `cairn watch`: watch a folder or an address for a partner's files, and look there once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from cairn.data.intake import api as intake_api
from cairn.governance.partners.api import find_operator
from cairn.interfaces.cli.data.file_import import find_sender_agreement, read_source_secret
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
    address = _read_address(options.folder)
    path = address.source.url if address else str(options.folder.resolve())
    folder = intake_api.WatchedFolder.objects.filter(path=path, ended_at=None).first()
    if options.stop:
        if folder is None:
            raise CommandUsageError(f"{path} is not watched.")
        intake_api.end_folder_watch(folder=folder, by=by, at=at)
        kept = "Its secret was erased." if address else "Its files stay where they are."
        output.print_text(f"{path} is not watched any more. {kept}")
        return
    if address or options.sender or options.under or folder is None:
        folder = _begin_watch(options, address, folder, by, at)
    if address:
        _receive_records(output, folder, at)
    else:
        _receive_files(output, folder, at)


@dataclass(frozen=True, slots=True)
class _Address:
    """The description of an address, and the text that it was read from."""

    source: RestSource
    text: str

    def read_secret(self, watched: intake_api.WatchedFolder | None) -> str | None:
        """Read the secret from the environment; None if the stored one stays."""
        variable = self.source.secret_variable
        secret = read_source_secret(variable)
        if secret or not variable:
            return secret
        if watched is not None and watched.sealed_secret:
            return None
        raise CommandUsageError(
            f"The environment variable {variable} is not set. Set it to the token for this "
            "command; Cairn keeps it encrypted."
        )


def _read_address(path: Path) -> _Address | None:
    """Read the description of an address; None for a folder."""
    if path.is_dir():
        return None
    text = path.read_text("utf-8", errors="replace")
    try:
        return _Address(RestSource.parse(path.name, text), text)
    except UnreadableFile as problem:
        raise CommandUsageError(str(problem)) from problem


def _begin_watch(
    options: WatchOptions,
    address: _Address | None,
    watched: intake_api.WatchedFolder | None,
    by: User,
    at: datetime,
) -> intake_api.WatchedFolder:
    """Begin to watch, or save the new description for the sender who is known."""
    if watched is not None and not (options.sender or options.under):
        options = replace(
            options,
            sender=watched.organization.slug,
            under=watched.agreement_reference,
            feed=options.feed or watched.feed,
            period=options.period or watched.period,
        )
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
    if address is None:
        return intake_api.watch_folder(submission=submission, path=path, by=by, at=at)
    return intake_api.watch_address(
        submission=submission,
        name=path.stem,
        text=address.text,
        secret=address.read_secret(watched),
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
