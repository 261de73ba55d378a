"""Print what `cairn receive` proposes and what it did: rows kept, set aside, and why."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cairn.data.intake import api as intake_api
from cairn.governance.disclosure_log.api import deserialize_answer
from cairn.interfaces.cli.output import CommandOutput, describe_reason
from cairn.warehouse.pipeline import QualityReport, parse_sheet_rows

_MAX_UNREAD: Final = 30
_NAMED_UNREAD: Final = 5


def print_proposal(output: CommandOutput, body: dict[str, Any]) -> None:
    """Print how a file would be read, what would become of its rows, and how to agree.

    Args:
        output: the output of the command.
        body: what ``describe_proposal`` returned.
    """
    output.print_text(
        f"{body['file']}: nothing was imported. Data set “{body['feed']}”, "
        f"{body['record'].replace('_', ' ')}, period {body['period']}."
    )
    _print_changes(output, body["changes"], body["period_note"])
    _print_columns(output, body["columns"])
    if body["codes"]:
        output.print_table(
            ("Column", "In the file", "Rows", "Code"),
            [
                (
                    code["column"],
                    code["spelling"],
                    code["count"],
                    "unknown: choose" if code["code"] is None else code["code"] or "left blank",
                )
                for code in body["codes"]
            ],
        )
    for name, rows in body["filtered"]:
        output.print_text(f"  Left out: {rows:,} rows. {name}")
    for name, rows in body["unread_tables"]:
        output.print_text(f"  Not read: the table {name} ({rows:,} rows).")
    _print_undecided_levels(output, body["levels"])
    _print_preview(output, body["preview"])
    for problem in body["problems"]:
        output.print_text(f"  ✗ {problem}")
    for question in body["questions"]:
        output.print_text(f"  ✗ {question} Say it: --absent-periods NUMBER.")
    if candidates := body["id_candidates"]:
        output.print_text(
            "  ✗ Several columns may hold the student ID that the sender itself uses: "
            f"{', '.join(candidates)}. Say which: --id-column NAME."
        )
    if body["waiting"]:
        output.print_text(
            f"  The file waits on its page: /intake/waiting/{body['waiting']}/. The sender's "
            "steward is asked to confirm it there."
        )
    if not (body["problems"] or body["id_candidates"] or body["questions"]):
        output.print_text(
            "  If this is right, run the command again with --yes. To change it, give --mapping "
            "FILE, or upload the file on the page."
        )


def _print_changes(output: CommandOutput, changes: Sequence[str], period_note: str) -> None:
    """Print what a person must look at: the changes of a known layout, and dates of a new one."""
    if period_note and period_note not in changes:
        output.print_text(f"  {period_note} Another period: --period.")
    for change in changes:
        output.print_text(f"  Changed since it was confirmed: {change}")


def _print_parts(output: CommandOutput, preview: dict[str, Any]) -> None:
    """Print what each part of the file replaces, and which parts stay."""
    output.print_text(f"  Parts, by the column “{preview['part_column']}”:")
    for part in preview["parts"]:
        before = part["replaces"]
        effect = "a new part" if before is None else f"replaces {before:,} rows"
        output.print_text(f"    {part['name']}: {part['rows']:,} rows, {effect}.")
    if staying := preview["staying"]:
        names = ", ".join(f"{part['name']} ({part['rows']:,})" for part in staying)
        output.print_text(f"    Not in this file, and stay as they are: {names}.")
    output.print_text(
        "    Another column: --part-column NAME. The whole file as one part: --part-column none."
    )


def _print_columns(output: CommandOutput, columns: Sequence[Mapping[str, Any]]) -> None:
    """Print what each column becomes; many columns that are not read are counted."""
    unread = [c["name"] for c in columns if not (c["label"] or c["is_fixed"])]
    folded = {*unread} if len(unread) > _MAX_UNREAD else set()
    output.print_table(
        ("Column", "Data element", "Why", "Agreement"),
        [
            (
                column["name"],
                column["label"] or "-",
                column["reason"],
                {None: "", True: "covered", False: "not covered"}[column["covered"]],
            )
            for column in columns
            if column["name"] not in folded
        ],
    )
    if folded:
        output.print_text(
            f"  Not read: {len(unread):,} other columns, such as "
            f"{', '.join(unread[:_NAMED_UNREAD])}. --json lists them."
        )


def _print_undecided_levels(output: CommandOutput, levels: Sequence[Mapping[str, Any]]) -> None:
    """Name the performance levels that no column or rule says to meet the standard or not."""
    undecided = [level["spelling"] for level in levels if level["code"] is None]
    if undecided:
        output.print_text(
            "  No column says whether a result meets the standard, so none would count as met: "
            f"{', '.join(undecided)}. Decide it on the page, or with [levels] in a column mapping."
        )


def _print_preview(output: CommandOutput, preview: dict[str, Any]) -> None:
    for message in (*preview["refusals"], preview["problem"]):
        if message:
            output.print_text(f"  ✗ {message}")
    if "rows" not in preview:
        return
    output.print_text(
        f"  Rows: {preview['rows']:,} in, {preview['kept']:,} kept, {preview['set_aside']:,} set "
        f"aside, {preview['left_out']:,} without consent; {preview['blank_cells']:,} values left "
        "blank."
    )
    reasons = [f"{one['rows']:,} set aside. {one['message']}" for one in preview["reasons"]]
    for message in (*preview.get("row_notes", ()), *reasons):
        output.print_text(f"    {message}")
    if preview.get("parts"):
        _print_parts(output, preview)
    if changes := preview["changes"]:
        output.print_text(f"  Changes of the earlier file: {_describe_changes(changes)}")
    for part in preview.get("parts", ()):
        replaced = part["replaces"]
        effect = "new" if replaced is None else f"replaces {replaced:,}"
        output.print_text(f"    Part {part['name']}: {part['rows']:,} rows, {effect}.")
    if staying := preview.get("staying"):
        names = ", ".join(part["name"] or "the whole period" for part in staying)
        output.print_text(f"    Parts that stay as they are: {names}.")
    if earlier := preview["replaces"]:
        output.print_text(
            f"  An earlier file with {earlier['rows']:,} rows counts now; "
            f"{earlier['lost_students']:,} of its student IDs are not in this one."
        )


_RESULT_TEXT = {
    intake_api.ReceiptResult.NEW: "received",
    intake_api.ReceiptResult.REPLACED: "received, replaces the earlier file",
    intake_api.ReceiptResult.HELD: "held",
    intake_api.ReceiptResult.CHANGED: "received, changes applied",
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
        "part": row.part,
        "record": row.record,
        "result": received.result.value,
        "rows": row.rows_in,
        "kept": row.rows_kept,
        "set_aside": row.quarantined_rows,
        "tables": row.report.get("sheets", []),
        "set_aside_because": _list_set_aside_reasons(row.report),
        "dropped": row.report.get("dropped", []),
        "whole_and_parts": row.is_current
        and intake_api.DeliverySlot.from_delivery(row).has_whole_and_parts(),
        "would_replace": _describe_held_file(row),
        "changes": row.changes,
        "problem": row.report.get("problem", ""),
        "reasons": [describe_reason(reason) for reason in refusal_reasons],
        "destroy_by": row.destroy_by.isoformat() if row.destroy_by else None,
    }


def _describe_held_file(row: intake_api.Delivery) -> str:
    earlier = intake_api.DeliverySlot.from_delivery(row).find_current_delivery()
    if intake_api.HELD_REPORT not in row.report or row.is_current or earlier is None:
        return ""
    return intake_api.describe_replacement(row, earlier)


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
            ("File", "Feed", "Part", "Records", "Rows", "Kept", "Set aside", "Result"),
            [
                (
                    *(
                        line[key]
                        for key in ("file", "feed", "part", "record", "rows", "kept", "set_aside")
                    ),
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
    if line["whole_and_parts"]:
        output.print_text(f"  {line['file']}: {intake_api.WHOLE_BESIDE_PARTS}")
    if line["would_replace"]:
        output.print_text(f"  {line['file']}: {line['would_replace']}")
        output.print_text(
            "    Nothing was replaced. If this file replaces the earlier one, run the command "
            "again with --replace. If both count, run it with --part NAME."
        )
    if changes := line["changes"]:
        output.print_text(f"  {line['file']}: {_describe_changes(changes)}")
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


def _describe_changes(changes: Mapping[str, Any]) -> str:
    return (
        f"{changes['added']:,} rows added, {changes['changed']:,} changed, "
        f"{changes['deleted_rows']:,} deleted, {changes['kept_rows']:,} earlier rows kept; "
        f"{changes['unchanged']:,} already there, {changes['not_found']:,} deletions of rows that "
        f"are not there, {changes['no_key']:,} without the ID. Found by: "
        f"{', '.join(changes['key'])}."
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
            intake_api.ReceiptResult.CHANGED,
            intake_api.ReceiptResult.AGAIN,
        ):
            rows_by_record[line["record"]] += line["kept"]
    if not rows_by_record:
        return "Nothing was imported."
    parts = ", ".join(
        f"{count:,} {record.replace('_', ' ')}" for record, count in rows_by_record.items()
    )
    return f"Records kept from these files: {parts}."
