"""Run `cairn trace`: compare a column of a file with the row-order mark of every copy."""

import csv
from pathlib import Path

from django.utils import timezone

from cairn.governance.partners.api import find_operator, load_actor
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.outputs.extracts.api import list_visible_extracts
from cairn.policy.questions import may_open_extract_list
from cairn.sdc.microdata import trace_copy


def trace_extract_file(
    output: CommandOutput, file: Path, column: str, acting_email: str | None
) -> None:
    """Report which copy the file is; raise a usage error when the file has no such column."""
    acting_user, today = load_actor(find_operator(acting_email)), timezone.localdate()
    may_open_extract_list(acting_user, today).require()
    extract_by_number = {
        str(row.pk): row for row in list_visible_extracts(acting_user, today) if row.mark
    }
    mark_by_number = {number: bytes.fromhex(row.mark) for number, row in extract_by_number.items()}
    trace_result = trace_copy(_read_codes(file, column), mark_by_number)
    output.facts.update(
        {
            "children": trace_result.children,
            "extract": trace_result.copy,
            "agreement": dict(trace_result.agreement),
        }
    )
    if trace_result.copy is None:
        output.print_text(
            "This is not a copy of an extract from here, or its row order was changed."
        )
        output.mark_findings()
        return
    row = extract_by_number[trace_result.copy]
    fetched_on = timezone.localdate(row.fetched_at)
    output.print_text(
        f"Extract {row.pk}, downloaded on {fetched_on} by {row.recipient.name}, {row.organization}."
    )


def _read_codes(file: Path, column: str) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as file_handle:
            reader = csv.DictReader(file_handle)
            if column not in (reader.fieldnames or ()):
                raise CommandUsageError(
                    f"{file.name} has no column “{column}”. Name the column of codes with --column."
                )
            return [row[column] for row in reader if row[column]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandUsageError(f"{file.name} cannot be read. Save it as CSV in UTF-8.") from error
