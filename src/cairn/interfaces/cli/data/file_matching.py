"""Run `cairn link FILES`: report problems in the files, then match their records.

It never prints a value of a record.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.interfaces.cli.command_files import check_output_path, find_local_date
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.cli.progress import ProgressBar
from cairn.matching import profiling, rosters
from cairn.matching.comparison import get_comparer_factory
from cairn.matching.pprl import describe_measured_loss, link_encoded_files
from cairn.warehouse.schema import is_encoded_file, read_encoded_file

_RECORD_KEY_COLUMNS: Final = ("source", "record_id")

_REVIEW_COLUMNS: Final = (
    "given_name", "middle_name", "family_name", "birth_date", "gender", "street", "postal_code",
    "phone", "guardian_name",
)  # fmt: skip
"""Columns of both records that a reviewer sees side by side."""

_SEVERITY_MARKS: Final = {
    profiling.ConcernSeverity.ERROR: "✗",
    profiling.ConcernSeverity.WARNING: "!",
    profiling.ConcernSeverity.NOTE: "·",
}


@dataclass(frozen=True, slots=True)
class FileMatchingOptions:
    """Hold the options of the command as they were typed."""

    files: tuple[Path, ...]
    out: Path | None
    previous: Path | None
    leave_out: frozenset[str]
    review: Path | None = None
    explain: bool = False
    engine: str = "duckdb"
    decisions: tuple[Path, ...] = ()


def match_files(output: CommandOutput, options: FileMatchingOptions) -> None:
    """Read, inspect, match and write; raise a usage error for a command that cannot be done."""
    inputs = [*options.files, *([options.previous] if options.previous else []), *options.decisions]
    out = check_output_path(options.out, inputs, "people.csv")
    repeated_names = [
        resolved_path.name
        for resolved_path, path_count in Counter(
            resolved_path.resolve() for resolved_path in options.files
        ).items()
        if path_count > 1
    ]
    if repeated_names:
        raise CommandUsageError(
            f"{', '.join(repeated_names)}: named more than once. Name each file once."
        )
    if options.review:
        check_output_path(options.review, [*inputs, *([out] if out.exists() else [])], "pairs.csv")
        if options.review.resolve() == out.resolve():
            raise CommandUsageError("--review and --out name the same file. Use two names.")
    earlier_people = (
        rosters.read_previous_person_file(options.previous) if options.previous else None
    )
    reviewer_decisions = rosters.read_decisions(options.decisions)
    encoded_files = [path for path in options.files if is_encoded_file(path)]
    with output.show_progress() as progress:
        if encoded_files:
            rows = _match_encodings(options, encoded_files, progress)
            table = rosters.assign_roster_person_ids(rows, rows, earlier_people)
            output.facts["encoded"] = True
            output.print_text(
                f"! The records are encoded, without names. {describe_measured_loss()}"
            )
        else:
            inspection = _inspect_files(options, progress)
            report_findings(output, inspection)
            if not inspection.is_fit:
                output.facts["written"] = None
                output.mark_findings()
                output.print_text(
                    "Nothing was matched: no file has a field that could identify a child."
                )
                output.print_text("Correct the errors marked ✗, and run the command again.")
                return
            rows = rosters.combine_rosters(inspection.rosters)
            match_result = rosters.link_rosters(
                rows,
                progress,
                open_comparer=get_comparer_factory(options.engine),
                decisions=reviewer_decisions,
            )
            table = rosters.assign_roster_person_ids(rows, match_result.clusters, earlier_people)
            rows_with_person_ids = rows.append_column(rosters.PERSON_ID, table[-1])
            _write_explanations(
                output, match_result, rows_with_person_ids, options, reviewer_decisions
            )
            _report_decisions(output, reviewer_decisions, rows)
        progress.step("Writing")
        table = rosters.sort_person_table(table)
        rosters.write_person_file(table, out)
    _report_people_count(output, table, out)
    if warning_count := output.facts.get("warnings"):
        output.print_text(
            f"! Read the {warning_count:,} warnings above before you rely on the result."
        )


def _match_encodings(
    options: FileMatchingOptions, encoded_files: Sequence[Path], progress: ProgressBar
) -> pa.Table:
    """Match encodings with one another."""
    if plain_files := [path.name for path in options.files if path not in encoded_files]:
        raise CommandUsageError(
            f"{', '.join(plain_files)}: not encoded, but {encoded_files[0].name} is. Encode all "
            f"of them with one "
            "project (cairn encode), or none."
        )
    if options.review or options.explain or options.decisions:
        raise CommandUsageError(
            "--review, --explain and --decisions need names. They do not work with encodings."
        )
    progress.step("Reading encodings", len(encoded_files))
    encodings = []
    for path in encoded_files:
        encodings.append(read_encoded_file(path.name, path))
        progress.advance()
    progress.step("Comparing encodings")
    return link_encoded_files(encodings)


def _report_decisions(
    output: CommandOutput, reviewer_decisions: rosters.PairDecisions, rows: pa.Table
) -> None:
    """Report how many decisions apply, and how many name records that are in no file."""
    if not reviewer_decisions.pairs:
        return
    unknown_count = reviewer_decisions.count_unknown(rows)
    output.facts.update(decisions=len(reviewer_decisions.pairs), decisions_unknown=unknown_count)
    output.print_text(
        f"{len(reviewer_decisions.pairs) - unknown_count:,} pairs follow reviewers' decisions."
    )
    if unknown_count:
        output.print_text(
            f"! {unknown_count:,} pairs with a decision have a record that is not in these files."
        )


def _write_explanations(
    output: CommandOutput,
    match_result: rosters.LinkedRosters,
    rows: pa.Table,
    options: FileMatchingOptions,
    reviewer_decisions: rosters.PairDecisions,
) -> None:
    """Write the requested files of reasons and of possible matches. ``rows`` carries person ids."""
    if options.explain and options.out:
        path = options.out.with_name(f"{options.out.stem}-why.csv")
        table = rosters.add_record_fields(
            rosters.explain_links(match_result), rows, _RECORD_KEY_COLUMNS, (rosters.PERSON_ID,)
        )
        rosters.write_person_file(table, path)
        output.facts.update(joins=table.num_rows, reasons=str(path))
        output.print_text(f"Reasons for {table.num_rows:,} matches: {path}")
        path = options.out.with_name(f"{options.out.stem}-read.csv")
        rosters.write_person_file(rosters.explain_roster_values(rows, match_result.model), path)
        output.facts["readings"] = str(path)
        output.print_text(f"Names, dates and addresses as Cairn compared them: {path}")
    if options.review:
        possible_matches, total_doubtful = rosters.list_doubtful_pairs(
            match_result, reviewer_decisions
        )
        table = rosters.add_record_fields(
            possible_matches, rows, (*_RECORD_KEY_COLUMNS, *_REVIEW_COLUMNS)
        )
        rosters.write_person_file(table, options.review)
        output.facts.update(doubtful=total_doubtful, review=str(options.review))
        limit_text = (
            ""
            if total_doubtful == table.num_rows
            else f"; the {table.num_rows:,} most uncertain are listed"
        )
        output.print_text(
            f"{total_doubtful:,} pairs are uncertain{limit_text}. Review them: {options.review}"
        )


def _inspect_files(
    options: FileMatchingOptions, progress: ProgressBar
) -> profiling.RosterInspection:
    progress.step("Reading files", len(options.files))
    file_rosters = []
    for path in options.files:
        file_rosters.append(
            rosters.read_roster(path, on=find_local_date(), leave_out=options.leave_out)
        )
        progress.advance()
    progress.step("Checking files")
    return profiling.inspect_rosters(file_rosters)


def report_findings(output: CommandOutput, inspection: profiling.RosterInspection) -> None:
    """Report everything that the inspection found, errors first."""
    output.facts["findings"] = [
        _describe_concern(found_concern) for found_concern in inspection.concerns
    ]
    output.facts["warnings"] = sum(
        found_concern.severity is profiling.ConcernSeverity.WARNING
        for found_concern in inspection.concerns
    )
    for concern in inspection.concerns:
        output.print_text(f"{_SEVERITY_MARKS[concern.severity]} {concern}")


def _describe_concern(concern: profiling.RosterConcern) -> dict[str, object]:
    return {
        "severity": concern.severity.value,
        "code": concern.code,
        "file": concern.file,
        "column": concern.column,
        "rows": concern.rows,
        "message": f"{concern.looks} {concern.advice}".rstrip(),
    }


def _report_people_count(output: CommandOutput, table: pa.Table, out: Path) -> None:
    people = pc.count_distinct(table.column("person_id")).as_py()
    rows = table.num_rows
    output.facts.update(
        records=rows, people=people, sources=_count_by_source(table), written=str(out)
    )
    output.print_text(f"{rows:,} records belong to {people:,} people. Written: {out}")


def _count_by_source(table: pa.Table) -> dict[str, dict[str, int]]:
    """Count the records and people of each source."""
    counts = table.group_by("source").aggregate(
        [("record_id", "count"), ("person_id", "count_distinct")]
    )
    return {
        source_counts["source"]: {
            "records": source_counts["record_id_count"],
            "people": source_counts["person_id_count_distinct"],
        }
        for source_counts in counts.sort_by("source").to_pylist()
    }
