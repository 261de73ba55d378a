"""Check that the audit log, the disclosure log and every stored file are as they were written.

`cairn verify` prints the result; the nightly job keeps it on the page of scheduled jobs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.data.intake.api import find_damaged_uploads
from cairn.governance.agreements.api import count_signed_pages, find_damaged_signed_pages
from cairn.governance.consents.api import find_damaged_scans, list_sittings_with_scan
from cairn.governance.disclosure_log.api import find_changed_lines
from cairn.governance.retention.api import describe_unrecorded_files, list_recorded_files
from cairn.platform.actions.api import ActionResult, system_action
from cairn.platform.audit import api as audit
from cairn.platform.audit.api import verify_audit_chain
from cairn.platform.schedule.api import EveryDay, JobFindingError, ScheduledJob
from cairn.platform.storage.api import open_file_store
from cairn.platform.tasks.api import NullProgress, Progress
from cairn.services.families.api import find_damaged_amendment_scans, list_scanned_amendments
from cairn.warehouse.store import FileRef, FileStore, NoSuchFile

APPEND_ONLY_TABLES: Final = {
    "default": (
        "audit_auditline",
        "disclosures_snapshot",
        "disclosures_disclosurerecord",
        "disclosures_disclosureparty",
        "disclosures_disclosedchild",
        "disclosures_childblock",
    ),
    "identities": ("linkage_matchevent",),
}
"""Tables with rows that must never change, by database."""

VerificationFinding = tuple[str, str]
"""Where something was changed, and what."""


@dataclass(frozen=True, slots=True)
class InstallationState:
    """What a verification found.

    Attributes:
        chain: findings of the audit log.
        records: findings of the disclosure log and of stored files.
        lines: number of lines of the audit log.
        files: number of files that are unchanged; 0 if one was changed.
        unrecorded: files that no record names, which are unchanged; looked for only where no other
            file was changed or is missing.
    """

    chain: tuple[VerificationFinding, ...]
    records: tuple[VerificationFinding, ...]
    lines: int
    files: int
    unrecorded: tuple[VerificationFinding, ...] = ()

    @property
    def findings(self) -> tuple[VerificationFinding, ...]:
        """Every finding, in the order of their kinds."""
        return (*self.chain, *self.records, *self.unrecorded)


def verify_stored_records(progress: Progress) -> InstallationState:
    """Check the audit log, the disclosure log, the files, the scans and the manifests.

    What interrupted writes left is removed before: it is no change, and holds nothing.

    Args:
        progress: is shown each step.

    Returns:
        The findings.
    """
    progress.step("Audit log")
    chain = [
        (f"audit line {finding.sequence}", finding.message) for finding in verify_audit_chain()
    ]
    progress.step("Governance rows")
    rows = list(find_database_problems())
    progress.step("Disclosure log")
    records = [
        (f"disclosure {finding.record}", finding.message) for finding in find_changed_lines()
    ]
    progress.step("Files and manifests")
    store = open_file_store()
    store.sweep(list_recorded_files())
    files = [(finding.path, finding.message) for finding in store.verify()]
    files += list_damaged_attachments()
    files += [] if files else list(_find_lost_files(store))
    return InstallationState(
        chain=tuple(chain),
        records=(*rows, *records, *files),
        lines=audit.AuditLine.objects.count(),
        files=0 if files else _count_files(store),
        unrecorded=() if files else tuple(describe_unrecorded_files(timezone.now())),
    )


def find_database_problems() -> Iterator[VerificationFinding]:
    """Find what a person with SQL and without the key did to the databases.

    Yields:
        The table, row or trigger, and what was done.
    """
    for found in (*audit.find_changed_rows(), *audit.find_lost_heads()):
        yield found.place, found.message
    for wrong in audit.find_wrong_times():
        yield f"audit line {wrong.sequence}", wrong.message
    for alias, tables in APPEND_ONLY_TABLES.items():
        for name in audit.find_missing_triggers(connections[alias], tables):
            yield f"trigger {name}", "The trigger that refuses changes was removed."


def list_damaged_attachments() -> list[VerificationFinding]:
    """List the stored papers and waiting files that are not as they were written.

    Returns:
        Path and problem of each.
    """
    return [
        *find_damaged_scans(),
        *find_damaged_amendment_scans(),
        *find_damaged_signed_pages(),
        *find_damaged_uploads(),
    ]


def _count_files(store: FileStore) -> int:
    return (
        sum(1 for _manifest in store.manifests())
        + list_sittings_with_scan().count()
        + list_scanned_amendments().count()
        + count_signed_pages()
    )


def _find_lost_files(store: FileStore) -> Iterator[VerificationFinding]:
    """Find files that the database refers to and the store does not know.

    A file and its manifest that were removed together leave no other trace.
    """
    for name in sorted(list_recorded_files()):
        try:
            store.manifest(FileRef.parse(name))
        except NoSuchFile:
            yield (
                name,
                "The database refers to this file, but the file and its manifest are missing.",
            )


@system_action("verified", reason="the schedule verifies the installation each night")
def _record_verification(*, findings: int, by: None, at: datetime) -> ActionResult[None]:
    return ActionResult(subject="installation:", detail={"findings": findings})


def verify_each_night(now: datetime) -> str:
    """Verify the installation, and record that it was done.

    Args:
        now: the time.

    Returns:
        How much was checked, in one sentence.

    Raises:
        JobFindingError: something was changed, or a file has no record.
    """
    state = verify_stored_records(NullProgress())
    count = len(state.findings)
    if not state.chain:
        # A broken chain gets no further link: it must stay as it was found.
        _record_verification(findings=count, by=None, at=now)
    if count:
        raise JobFindingError(f"Findings: {count}. List them with the command: cairn verify")
    return f"{state.lines:,} lines of the audit log and {state.files:,} files are unchanged."


VERIFICATION_JOB: Final = ScheduledJob(
    name="installation.verify",
    title=_("Verify records and files"),
    purpose=_("Checks that the audit log, the disclosure log and every stored file are unchanged."),
    cadence=EveryDay(time(2)),
    run=verify_each_night,
)
