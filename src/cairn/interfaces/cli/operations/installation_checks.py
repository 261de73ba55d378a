"""Check an installation: does it work (`cairn check`), and is it unchanged (`cairn verify`)?

Each health check of `cairn check` is one small function; none of them changes anything.
`cairn verify` checks the audit chain, the disclosure log, the files and the manifests.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connections
from django.utils import timezone

from cairn.governance.disclosure_log.api import replay_decisions
from cairn.governance.partners.api import find_operator, load_actor
from cairn.interfaces.cli.installation import list_unmigrated_databases
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.cli.progress import ProgressBar
from cairn.interfaces.database_roles import find_excessive_rights, grant_service_rights
from cairn.interfaces.disk_problems import MINIMUM_FREE_BYTES
from cairn.interfaces.verification import list_damaged_attachments, verify_stored_records
from cairn.platform.audit.api import AuditLine, record_audit_event
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.policy.facts import Actor
from cairn.policy.law import format_count
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.warehouse.store import MASTER_KEY_VARIABLE, KeyProblem

_OLDEST_PYTHON = (3, 11)
_EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HealthResult:
    """Hold the result of one check. `next_step` is empty when nothing must be done."""

    what: str
    said: str
    next_step: str = ""
    only_advice: bool = False


def report_health(output: CommandOutput) -> None:
    """Print every result; the exit code is 1 when one of them must be fixed."""
    may_open_page(Action.VIEW_HOME, Actor.public(), on=timezone.localdate()).require()
    results = [result for check_health in HEALTH_CHECKS for result in check_health()]
    output.facts["answers"] = [asdict(result) for result in results]
    for result in results:
        mark = "✓" if not result.next_step else "!" if result.only_advice else "✗"
        output.print_text(f"{mark} {result.what}: {result.said}")
        if result.next_step:
            output.print_text(f"    {result.next_step}")
        if mark == "✗":
            output.mark_findings()


def check_python() -> Iterator[HealthResult]:
    """Check the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    is_too_old = sys.version_info[:2] < _OLDEST_PYTHON
    yield HealthResult("Python", version, "Install Python 3.11 or newer." if is_too_old else "")


def check_data_folder() -> Iterator[HealthResult]:
    """Check that the data folder exists, is writable, is closed to others and has free space."""
    folder: Path = settings.CAIRN_DATA
    if not folder.exists():
        yield HealthResult("Data folder", f"{folder} does not exist yet", "Start with: cairn demo")
        return
    next_step = (
        "" if os.access(folder, os.W_OK) else f"Give your account write permission for {folder}."
    )
    yield HealthResult("Data folder", str(folder), next_step)
    if folder.stat().st_mode & 0o007:
        yield HealthResult(
            "Data folder", "every account on this machine can read it", f"Run: chmod o-rwx {folder}"
        )
    if (free_bytes := shutil.disk_usage(folder).free) < MINIMUM_FREE_BYTES:
        yield HealthResult(
            "Disk", f"{free_bytes >> 20} MB are free", "Free at least 1 GB of disk space."
        )


def check_databases() -> Iterator[HealthResult]:
    """Check that both databases can be reached and have the schema that this version needs."""
    for alias in connections:
        try:
            connections[alias].ensure_connection()
        except DatabaseError as error:
            error_name = type(error).__name__
            next_step = "Start the database, or correct DATABASE_URL and IDENTITY_DATABASE_URL."
            yield HealthResult(f"Database {alias}", f"cannot be reached ({error_name})", next_step)
            return
    for alias in connections:
        is_behind = alias in list_unmigrated_databases()
        state = "must be updated for this version" if is_behind else "reachable and up to date"
        next_step = "Run any other command to update it, such as: cairn people list"
        yield HealthResult(f"Database {alias}", state, next_step if is_behind else "")


def check_database_roles() -> Iterator[HealthResult]:
    """Check that the site may change rows of PostgreSQL and nothing else."""
    try:
        findings = find_excessive_rights()
    except DatabaseError:
        return
    for finding in findings:
        yield HealthResult(
            f"Role of database {finding.alias}",
            f"{finding.role} {finding.problem}",
            "Let the site connect with a role that may change rows only: cairn grant --help",
            only_advice=True,
        )


def report_grants(output: CommandOutput, role: str) -> None:
    """Give a role of PostgreSQL the rights of the service, and print on which databases."""
    try:
        aliases = grant_service_rights(role)
    except DatabaseError as error:
        raise CommandUsageError(
            f"The rights were not given: {str(error).splitlines()[0]}. Run this as the owner of "
            f"both databases, for a role that exists: CREATE ROLE {role} LOGIN"
        ) from error
    if not aliases:
        raise CommandUsageError("Neither database is of PostgreSQL: SQLite has no roles.")
    output.facts["databases"] = aliases
    output.print_text(f"{role} may change rows of {' and '.join(aliases)}, and nothing else.")


def check_master_key() -> Iterator[HealthResult]:
    """Check the key that opens all rows: it is the right one, and kept apart from them."""
    if not settings.CAIRN_DATA.exists():
        return
    try:
        keys = open_key_ring()
    except KeyProblem as error:
        yield HealthResult("Key", "cannot be used", str(error))
        return
    if keys.note:
        yield HealthResult(
            "Key", f"in a file; {MASTER_KEY_VARIABLE} is not set", keys.note, only_advice=True
        )
    else:
        yield HealthResult("Key", f"from {MASTER_KEY_VARIABLE}")


def check_stored_files() -> Iterator[HealthResult]:
    """Check that the zones and the scans of signed papers are as they were written."""
    if not settings.CAIRN_DATA.exists():
        return
    try:
        finding_count = len(open_file_store().verify()) + _count_wrong_scans()
    except KeyProblem:
        return
    next_step = "List them: cairn verify" if finding_count else ""
    yield HealthResult(
        "Files",
        format_count(finding_count, "finding", "findings") if finding_count else "unchanged",
        next_step,
    )


def _count_wrong_scans() -> int:
    """Count the scans that are not as they were written.

    The count is 0 when no database knows of scans; the check of databases reports that.
    """
    try:
        return sum(1 for _ in list_damaged_attachments())
    except DatabaseError:
        return 0


def check_clock() -> Iterator[HealthResult]:
    """Check the clock: agreements, consents and deadlines are computed for its date."""
    current_time = timezone.localtime()
    next_step = (
        ""
        if current_time >= _EARLIEST_CLOCK
        else "Set this machine's clock. Access depends on the date."
    )
    yield HealthResult("Clock", f"{current_time:%Y-%m-%d %H:%M %Z}", next_step)


def check_page_assets() -> Iterator[HealthResult]:
    """Check for the stylesheet and script that every page needs."""
    missing = [
        name
        for name in ("web/cairn.css", "django_htmx/htmx-2.min.js")
        if finders.find(name) is None
    ]
    next_step = "Install Cairn again. The package is incomplete." if missing else ""
    yield HealthResult(
        "Pages", f"{missing[0]} is missing" if missing else "stylesheet and script found", next_step
    )


HEALTH_CHECKS: tuple[Callable[[], Iterator[HealthResult]], ...] = (
    check_python,
    check_data_folder,
    check_databases,
    check_database_roles,
    check_master_key,
    check_stored_files,
    check_clock,
    check_page_assets,
)


def verify_installation(
    output: CommandOutput, acting_email: str | None, known_head: str, *, replay: bool
) -> None:
    """Print every finding, and record that a user verified the installation.

    `kept` is the head of the audit chain that an earlier run printed. With `replay`, past decisions
    are decided again too.
    """
    by, at = find_operator(acting_email), timezone.localtime()
    decision = may_open_page(Action.VERIFY, load_actor(by), on=timezone.localdate(at))
    decision.require()
    with output.show_progress() as progress:
        state = verify_stored_records(progress)
        chain_findings = [*state.chain, *_check_known_head(known_head)]
        changed_decisions = _replay_decisions(output, progress) if replay else []
    changes = [*chain_findings, *state.records]
    findings = [*changes, *state.unrecorded]
    output.facts["findings"] = [{"where": place, "what": problem} for place, problem in findings]
    for place, problem in findings:
        output.print_text(f"✗ {place}: {problem}")
    if changes:
        output.print_text("Restore the changed files from a backup, and find out who changed them.")
    if findings:
        output.mark_findings()
    else:
        output.print_text(
            f"No changes found: {state.lines:,} lines of the audit log and {state.files:,} "
            f"files are unchanged."
        )
    for place, problem in changed_decisions:
        output.mark_findings()
        output.print_text(f"≠ {place}: {problem}")
    if changed_decisions:
        output.print_text("Review these disclosures: today the decision would be different.")
    elif replay:
        output.print_text("Every past decision would be the same today.")
    if not chain_findings:
        # A broken chain gets no further link: it must stay as it was found.
        detail = {"findings": len(findings)}
        line = record_audit_event(
            "verified", "installation:", by=by, at=at, decision=decision, detail=detail
        )
        output.facts["head"] = f"{line.sequence}:{line.hash}"
        output.print_text(f"Keep this on another machine, for --head: {line.sequence}:{line.hash}")


def _replay_decisions(output: CommandOutput, progress: ProgressBar) -> list[tuple[str, str]]:
    """List past decisions that would be answered differently today."""
    progress.step("Past decisions")
    changed_decisions = [
        (f"disclosure {record_finding.record}", record_finding.message)
        for record_finding in replay_decisions()
    ]
    output.facts["otherwise"] = [
        {"where": place, "what": problem} for place, problem in changed_decisions
    ]
    return changed_decisions


def _check_known_head(known_head: str) -> Iterator[tuple[str, str]]:
    """Report when the chain no longer holds the line that an earlier run printed."""
    if not known_head:
        return
    number, _, digest = known_head.partition(":")
    if not number.isdecimal() or not digest:
        raise CommandUsageError("--head: use the line and hash exactly as printed, LINE:HASH.")
    if not AuditLine.objects.filter(sequence=int(number), hash=digest).exists():
        yield (
            f"audit line {number}",
            (
                "This line does not have the hash that you kept. The audit log was cut short or "
                "rewritten."
            ),
        )
