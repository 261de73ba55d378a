"""Run `cairn receive`: import each file, and report what was received, dropped and refused."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from cairn.data.intake import api as intake_api
from cairn.governance.agreements.api import Agreement, find_visible_agreement
from cairn.governance.consents.api import compute_school_year
from cairn.governance.disclosure_log.api import deserialize_answer
from cairn.governance.partners.api import Organization, find_operator, load_actor
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError, describe_reason
from cairn.platform.accounts.api import User
from cairn.policy.facts import AgreementFact
from cairn.policy.vocabulary import Channel
from cairn.warehouse.pipeline import QualityReport, parse_sheet_rows
from cairn.warehouse.progress import Progress
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ColumnMapping, UnreadableFile

_UNRECOGNIZED: Final = (
    "Cairn does not recognize the kind of records from the columns. Add --mapping."
)


@dataclass(frozen=True, slots=True)
class ReceiveOptions:
    """Hold the options of the command as they were typed."""

    files: tuple[Path, ...]
    sender: str
    under: str
    feed: str
    period: str
    mapping: Path | None
    acting: str | None
    synthetic: str = ""


@dataclass(slots=True)
class _ImportContext:
    """Hold everything that is the same for each file of one command."""

    organization: Organization
    agreement: Agreement
    terms: AgreementFact
    period: str
    feed: str
    known_mappings: dict[str, ColumnMapping]
    by: User
    at: datetime
    synthetic: str
    left: list[tuple[str, str]] = field(default_factory=list)


def import_files(output: CommandOutput, options: ReceiveOptions) -> None:
    """Receive and check every file, then report what was received, set aside and not received."""
    context = _build_import_context(options)
    received_files: list[intake_api.DeliveryReceipt] = []
    with output.show_progress() as progress:
        files = list(_list_files(options.files))
        for number, (path, is_named) in enumerate(files, 1):
            progress.step(f"Reading {path.name} ({number} of {len(files)})")
            received_files += _import_file(context, path, is_named=is_named, progress=progress)
    report_import(
        output, [describe_received_file(received) for received in received_files], context.left
    )
    failed = {intake_api.ReceiptResult.REFUSED, intake_api.ReceiptResult.UNUSABLE} & {
        received.result for received in received_files
    }
    named_files = {path.name for path, is_named in files if is_named}
    if (
        failed
        or not received_files
        or named_files & {name for name, _unused_reason in context.left}
    ):
        output.mark_findings()


def _build_import_context(options: ReceiveOptions) -> _ImportContext:
    by, at = find_operator(options.acting), timezone.localtime()
    organization = Organization.objects.filter(slug=options.sender).first()
    if organization is None:
        partner_names = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandUsageError(
            f"--from: there is no partner “{options.sender}”. Partners: {partner_names}. "
            "Register a partner with its agreement: cairn agree FILE.toml --register"
        )
    try:
        agreement_in_force = find_visible_agreement(
            options.under, load_actor(by), timezone.localdate(at)
        )
    except Agreement.DoesNotExist:
        raise CommandUsageError(
            f"--under: there is no agreement “{options.under}”. Record it: cairn agree FILE.toml"
        ) from None
    return _ImportContext(
        organization=organization,
        agreement=agreement_in_force.row,
        terms=agreement_in_force.terms,
        period=options.period or compute_school_year(timezone.localdate(at)),
        feed=options.feed,
        known_mappings=_load_given_mappings(options, options.mapping)
        if options.mapping
        else _load_saved_mappings(organization),
        by=by,
        at=at,
        synthetic=options.synthetic,
    )


def _load_given_mappings(options: ReceiveOptions, mapping: Path) -> dict[str, ColumnMapping]:
    """Load the mappings of a file, of a folder, or of a folder with one folder for each partner."""
    if mapping.is_dir():
        sender_folder = mapping / options.sender
        mapping_files = sorted(
            (sender_folder if sender_folder.is_dir() else mapping).glob("*.toml")
        )
        return {
            intake_api.make_feed_name(path.stem): ColumnMapping.load(path) for path in mapping_files
        }
    return {options.feed or intake_api.make_feed_name(mapping.stem): ColumnMapping.load(mapping)}


def _load_saved_mappings(organization: Organization) -> dict[str, ColumnMapping]:
    return {
        row.feed: ColumnMapping.parse(row.text)
        for row in intake_api.list_saved_mappings(organization)
    }


def _list_files(paths: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    """List each file, and whether the user named it directly or only its folder."""
    for path in paths:
        if path.is_dir():
            folder_files = (
                folder_file for folder_file in sorted(path.iterdir()) if folder_file.is_file()
            )
            yield from (
                (folder_file, False)
                for folder_file in folder_files
                if not folder_file.name.startswith(".")
            )
        else:
            yield path, True


def _import_file(
    context: _ImportContext, path: Path, *, is_named: bool, progress: Progress
) -> Iterator[intake_api.DeliveryReceipt]:
    content = path.read_bytes()
    try:
        if not _may_submit(context, path.name):
            yield _import_unread_file(context, path.name, content, progress)
            return
        file_feeds = _recognize_feeds(context, path.name, content, is_named=is_named)
    except (UnreadableFile, intake_api.UnrecognizedFile) as error:
        context.left.append((path.name, str(error)))
        return
    if not file_feeds:
        context.left.append((path.name, _UNRECOGNIZED))
    for feed in file_feeds:
        if not is_named and feed.mapping.record not in {term.record for term in context.terms.data}:
            record_title = feed.mapping.type.title.lower()
            reason = f"{context.terms.reference} does not cover {record_title}."
            context.left.append((path.name, reason))
            continue
        yield _import_delivery(context, path.name, content, feed.name, feed.mapping, progress)


def _may_submit(context: _ImportContext, name: str) -> bool:
    """Return whether the sender may hand in the file at all, before anything in it is read."""
    submission = intake_api.Submission(
        organization=context.organization,
        agreement=context.agreement,
        channel=Channel.COMMAND,
        by=context.by,
        at=context.at,
        name=name,
        period=context.period,
        synthetic=context.synthetic,
    )
    return intake_api.decide_submission(submission).allowed


def _import_unread_file(
    context: _ImportContext, name: str, content: bytes, progress: Progress
) -> intake_api.DeliveryReceipt:
    """Have the refusal of a file recorded; nothing in the file decides its name or its columns."""
    feed = context.feed or intake_api.make_feed_name(name)
    return _import_delivery(
        context, name, content, feed, partial(_choose_mapping, context, name, content), progress
    )


def _choose_mapping(context: _ImportContext, name: str, content: bytes) -> ColumnMapping:
    """Choose the mapping of a file from a sender who was refused and may send by now."""
    for feed in _recognize_feeds(context, name, content, is_named=True):
        return feed.mapping
    raise intake_api.UnrecognizedFile(_UNRECOGNIZED)


def _recognize_feeds(
    context: _ImportContext, name: str, content: bytes, *, is_named: bool
) -> list[intake_api.RecognizedFeed]:
    """Recognize the feeds in a file; the one mapping given for a file named directly is always
    used.
    """
    if is_named and (
        chosen_feed := context.feed
        or (len(context.known_mappings) == 1 and next(iter(context.known_mappings)))
    ):
        if mapping := context.known_mappings.get(chosen_feed):
            intake_api.refuse_mixed_encodings(mapping, content)
            return [intake_api.RecognizedFeed(chosen_feed, mapping, guessed=False)]
        recognized = intake_api.recognize_feeds(name, read_file(name, content), {})
        return [
            intake_api.RecognizedFeed(chosen_feed, feed.mapping, guessed=True)
            for feed in recognized[:1]
        ]
    return intake_api.recognize_feeds(name, read_file(name, content), context.known_mappings)


def _import_delivery(
    context: _ImportContext,
    name: str,
    content: bytes,
    feed: str,
    mapping: ColumnMapping | Callable[[], ColumnMapping],
    progress: Progress,
) -> intake_api.DeliveryReceipt:
    received = intake_api.receive_delivery(
        name=name,
        content=content,
        organization=context.organization,
        agreement=context.agreement,
        feed=feed,
        period=context.period,
        channel=Channel.COMMAND,
        mapping=mapping,
        by=context.by,
        at=context.at,
        synthetic=context.synthetic,
    )
    if not received.delivery.is_current:
        return received
    checked_delivery = intake_api.check_delivery(
        delivery=received.delivery, by=context.by, at=timezone.now(), progress=progress
    )
    return intake_api.DeliveryReceipt(checked_delivery, received.result)


_RESULT_TEXT = {
    intake_api.ReceiptResult.NEW: "received",
    intake_api.ReceiptResult.REPLACED: "received, replaces the earlier file",
    intake_api.ReceiptResult.AGAIN: "already received",
    intake_api.ReceiptResult.REFUSED: "refused",
    intake_api.ReceiptResult.UNUSABLE: "unusable",
}


def describe_received_file(received: intake_api.DeliveryReceipt) -> dict[str, Any]:
    """Describe one delivery as plain facts: counts, column names and reasons, never a value."""
    row = received.delivery
    decision = deserialize_answer(row.decision)
    refusal_reasons = (
        decision.refusals if received.result is intake_api.ReceiptResult.REFUSED else ()
    )
    return {
        "delivery": row.pk,
        "file": row.file_name,
        "feed": row.feed,
        "period": row.period,
        "record": row.record,
        "result": received.result.value,
        "rows": row.rows_in,
        "kept": row.rows_kept,
        "set_aside": row.quarantined_rows,
        "tables": row.report.get("sheets", []),
        "set_aside_because": _list_set_aside_reasons(row.report),
        "dropped": row.report.get("dropped", []),
        "problem": row.report.get("problem", ""),
        "reasons": [describe_reason(reason) for reason in refusal_reasons],
        "destroy_by": row.destroy_by.isoformat() if row.destroy_by else None,
    }


def _list_set_aside_reasons(report: dict[str, Any]) -> list[dict[str, Any]]:
    """List the reasons for which rows were set aside, each with its number of rows."""
    if "columns" not in report:
        return []
    problems = QualityReport.from_json(json.dumps(report)).set_aside_problems
    return [
        {"code": problem.code, "message": problem.message, "rows": problem.count}
        for problem in problems
    ]


def report_import(
    output: CommandOutput, lines: Sequence[dict[str, Any]], not_received: Sequence[tuple[str, str]]
) -> None:
    """Report the whole result of the command.

    It covers what was received, what was dropped or refused and why, and what was not received.
    """
    output.facts["deliveries"] = list(lines)
    output.facts["not_received"] = [
        {"file": name, "reason": reason} for name, reason in not_received
    ]
    if lines:
        output.print_table(
            ("File", "Feed", "Records", "Rows", "Kept", "Set aside", "Result"),
            [
                (
                    *(line[key] for key in ("file", "feed", "record", "rows", "kept", "set_aside")),
                    _RESULT_TEXT[intake_api.ReceiptResult(line["result"])],
                )
                for line in lines
            ],
        )
    for line in lines:
        _print_details(output, line)
        _print_other_rows(output, line)
    _print_unread_tables(output, lines)
    if not_received:
        output.print_text("Not imported:")
        for name, reason in not_received:
            output.print_text(f"  {name}: {reason}")
    output.print_text(_format_record_counts(lines))


def _print_details(output: CommandOutput, line: dict[str, Any]) -> None:
    for reason in line["reasons"]:
        output.print_text(f"  ✗ {line['file']}: {reason['message']} ({reason['citation']})")
        output.print_text(f"    Next: {reason['next_step']}")
    if line["problem"]:
        output.print_text(f"  ✗ {line['file']}: {line['problem']}")
    refused = [
        dropped_column
        for dropped_column in line["dropped"]
        if dropped_column["reason"] != "not mapped"
    ]
    if refused:
        names = ", ".join(dict.fromkeys(dropped_column["name"] for dropped_column in refused))
        output.print_text(
            f"  {line['file']}: columns not imported, {refused[0]['reason']}: {names}"
        )
    if unmapped := [
        dropped_column
        for dropped_column in line["dropped"]
        if dropped_column["reason"] == "not mapped"
    ]:
        number = len(
            {(dropped_column["sheet"], dropped_column["name"]) for dropped_column in unmapped}
        )
        noun = "column" if number == 1 else "columns"
        output.print_text(
            f"  {line['file']}: {number} {noun} not imported, not in the column mapping."
        )


def _print_other_rows(output: CommandOutput, line: dict[str, Any]) -> None:
    """Print why rows were set aside, and the rows of each table that are no records."""
    for reason in line["set_aside_because"]:
        noun = "row" if reason["rows"] == 1 else "rows"
        output.print_text(
            f"  {line['file']}: {reason['rows']:,} {noun} set aside. {reason['message']}"
        )
    for table in parse_sheet_rows(line["tables"]):
        if table.not_read or not table.has_unusual_rows:
            continue
        output.print_text(
            f"  {line['file']}: {table.rows:,} rows in the table “{table.sheet}”. Not records:"
        )
        for note in table.left_out:
            numbers = ", ".join(map(str, note.rows))
            more = ", …" if numbers and note.count > len(note.rows) else ""
            suffix = f" (rows {numbers}{more})" if numbers else ""
            output.print_text(f"    {note.count:,}: {note.message}{suffix}")


def _print_unread_tables(output: CommandOutput, lines: Sequence[dict[str, Any]]) -> None:
    """Print the tables of each file that none of its data submissions read."""
    for file in dict.fromkeys(line["file"] for line in lines):
        tables = [
            table
            for line in lines
            if line["file"] == file
            for table in parse_sheet_rows(line["tables"])
        ]
        was_read = {table.sheet for table in tables if not table.not_read}
        unread = {t.sheet: t.not_read for t in tables if t.not_read and t.sheet not in was_read}
        if unread:
            rows = {table.sheet: table.rows - table.count_left_out() for table in tables}
            names = ", ".join(f"{name} ({count:,})" for name, count in unread.items())
            output.print_text(
                f"  {file}: {sum(unread.values()):,} of {sum(rows.values()):,} rows are in tables "
                f"that no column mapping reads: {names}."
            )


def _format_record_counts(lines: Sequence[dict[str, Any]]) -> str:
    rows_by_record = Counter[str]()
    for line in lines:
        if line["result"] in (
            intake_api.ReceiptResult.NEW,
            intake_api.ReceiptResult.REPLACED,
            intake_api.ReceiptResult.AGAIN,
        ):
            rows_by_record[line["record"]] += line["kept"]
    if not rows_by_record:
        return "Nothing was imported."
    parts = ", ".join(
        f"{count:,} {record.replace('_', ' ')}" for record, count in rows_by_record.items()
    )
    return f"Records kept from these files: {parts}."
