"""Run `cairn verify`: check the audit chain, the disclosure log, the files and the manifests."""

from collections.abc import Iterator

from django.utils import timezone

from cairn.data.identity.api import list_referenced_files
from cairn.data.intake.api import list_delivery_files
from cairn.governance.consents.api import find_damaged_scans, list_sittings_with_scan
from cairn.governance.disclosure_log.api import find_changed_lines, replay_decisions
from cairn.governance.partners.api import find_operator, load_actor
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.cli.progress import ProgressBar
from cairn.outputs.extracts.api import list_extract_files
from cairn.outputs.releases.api import list_release_files
from cairn.platform.audit.api import AuditLine, record_audit_event, verify_audit_chain
from cairn.platform.storage.api import open_file_store
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.warehouse.store import FileRef, FileStore, NoSuchFile


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
        progress.step("Audit chain")
        chain_findings = [
            (f"audit line {finding.sequence}", finding.message) for finding in verify_audit_chain()
        ]
        chain_findings += _check_known_head(known_head)
        progress.step("Record of disclosures")
        log_findings = [
            (f"disclosure {record_finding.record}", record_finding.message)
            for record_finding in find_changed_lines()
        ]
        progress.step("Files and manifests")
        store = open_file_store()
        file_findings = [(finding.path, finding.message) for finding in store.verify()]
        file_findings += find_damaged_scans()
        file_findings += [] if file_findings else list(_find_lost_files(store))
        file_count = (
            0
            if file_findings
            else sum(1 for _ in store.manifests()) + list_sittings_with_scan().count()
        )
        changed_decisions = _replay_decisions(output, progress) if replay else []
    findings = chain_findings + log_findings + file_findings
    output.facts["findings"] = [{"where": place, "what": problem} for place, problem in findings]
    for place, problem in findings:
        output.plain(f"✗ {place}: {problem}")
    if findings:
        output.found()
        output.plain("Restore what was changed from a backup, and find out who changed it.")
    else:
        audit_line_count = AuditLine.objects.count()
        output.plain(
            f"Sound: {audit_line_count:,} audit lines and {file_count:,} files are as they were "
            f"written."
        )
    for place, problem in changed_decisions:
        output.found()
        output.plain(f"≠ {place}: {problem}")
    if changed_decisions:
        output.plain("Look at these disclosures again: today they would be answered otherwise.")
    elif replay:
        output.plain("Every past decision would be answered the same today.")
    if not chain_findings:
        # A broken chain gets no further link: it must stay as it was found.
        detail = {"findings": len(findings)}
        line = record_audit_event(
            "verified", "installation:", by=by, at=at, decision=decision, detail=detail
        )
        output.facts["head"] = f"{line.sequence}:{line.hash}"
        output.plain(f"Keep this outside the machine, for --head: {line.sequence}:{line.hash}")


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
        raise CommandUsageError(
            "--head: write the line and the hash as they were printed, LINE:HASH."
        )
    if not AuditLine.objects.filter(sequence=int(number), hash=digest).exists():
        yield (
            f"audit line {number}",
            "It is not the line whose hash you kept: the chain was cut or written anew.",
        )


def _find_lost_files(store: FileStore) -> Iterator[tuple[str, str]]:
    """Find files that the database refers to and the store does not know.

    A file and its manifest that were removed together leave no other trace.
    """
    referenced_files = {
        *list_delivery_files(),
        *list_referenced_files(),
        *list_release_files(),
        *list_extract_files(),
    }
    for name in sorted(referenced_files):
        try:
            store.manifest(FileRef.parse(name))
        except NoSuchFile:
            yield name, "The ledger points at this file, but it and its manifest are gone."
