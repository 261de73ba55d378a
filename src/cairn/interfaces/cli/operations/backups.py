"""Back up an installation, check a backup, and restore one."""

import os
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cairn.governance.partners.api import find_operator, load_actor
from cairn.interfaces import backups
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.verification import verify_stored_records
from cairn.platform.storage.api import open_key_ring
from cairn.policy.law import format_count
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.warehouse.backup import BackupDestination, BackupPlaces, RestoredBackup


def open_places(to: str, keys_to: str, recipients: list[str]) -> BackupPlaces:
    """Open the places that the options name, or else those of the environment."""
    if to and keys_to:
        days = settings.CAIRN_BACKUP.kept_days if settings.CAIRN_BACKUP else 30
        return BackupPlaces(
            BackupDestination(to), BackupDestination(keys_to), tuple(recipients), days
        )
    if to or keys_to:
        raise CommandUsageError("Name both places: --to for data, --keys-to for keys.")
    places = backups.open_configured_places()
    if places is None:
        raise CommandUsageError(
            "Name the places: --to FOLDER --keys-to OTHER_FOLDER --recipient age1…, or set "
            "CAIRN_BACKUP, CAIRN_BACKUP_KEYS and CAIRN_BACKUP_RECIPIENTS."
        )
    return places


def run_backup(
    output: CommandOutput, places: BackupPlaces, acting_email: str | None, *, check: bool
) -> None:
    """Make a backup, or check the newest one, and print the result."""
    by, at = find_operator(acting_email), timezone.localtime()
    may_open_page(Action.MANAGE_SCHEDULE, load_actor(by), on=timezone.localdate(at)).require()
    if check:
        _check_backup(output, places)
        return
    with output.show_progress() as progress:
        result = backups.back_up_installation(places, at, progress)
    output.facts |= {"backup": result.name, "files": result.files, "bytes": result.size}
    output.print_text(
        f"Backup {result.name}: {format_count(result.files, 'file', 'files')}, "
        f"{result.new_files:,} of them new, {result.size:,} bytes written."
    )
    if result.closed:
        output.print_text(
            f"{format_count(result.closed, 'older backup', 'older backups')} can no longer be "
            "opened, and were removed."
        )
    if note := open_key_ring().note:
        output.print_text(f"The master key is not in the backup. {note}")


def _check_backup(output: CommandOutput, places: BackupPlaces) -> None:
    with output.show_progress() as progress:
        restored, findings = backups.check_backup(places, timezone.now(), progress)
    output.facts |= {"backup": restored.name, "at": restored.at, "findings": findings}
    for finding in findings:
        output.mark_findings()
        output.print_text(f"✗ {finding}")
    if not findings:
        output.print_text(
            f"Backup {restored.name} was restored into a temporary folder and verified: "
            f"{format_count(restored.files, 'file', 'files')}, no changes found."
        )


def finish_restore(output: CommandOutput, restored: RestoredBackup, folder: Path) -> None:
    """Verify a restored installation, record the restore, and print the result."""
    with output.show_progress() as progress:
        state = verify_stored_records(progress)
    findings = state.findings
    output.facts |= {"backup": restored.name, "at": restored.at, "files": restored.files}
    output.facts["findings"] = [{"where": place, "what": problem} for place, problem in findings]
    output.print_text(f"Restored the backup of {restored.at} into {folder}.")
    for place, problem in findings:
        output.mark_findings()
        output.print_text(f"✗ {place}: {problem}")
    if not state.chain:
        backups.record_restore(restored, timezone.now())
    if not findings:
        output.print_text(
            f"No changes found: {state.lines:,} lines of the audit log and {state.files:,} files "
            "are as they were backed up."
        )
    output.print_text(f"Start the site: CAIRN_DATA={folder} cairn serve")
    if "CAIRN_KEY" not in os.environ:
        output.print_text("Keep the key file beside the folder until CAIRN_KEY is set.")
