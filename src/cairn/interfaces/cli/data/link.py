"""Define `cairn link`: find which records are of the same child."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, CommandUsageError, JsonOption, run_command


class ComparisonEngine(StrEnum):
    """Name the engine that compares records."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def link(  # noqa: PLR0913 - each is an option of the command
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE…]",
            help="CSV, Excel or Parquet files of children; none: the deliveries of the hub.",
        ),
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="PEOPLE.csv", help="With files: where to write who is who."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", metavar="PEOPLE.csv", help="With files: keep the ids of an earlier run."
        ),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option("--leave-out", metavar="COLUMN", help="With files: do not read this column."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option(
            "--review",
            metavar="PAIRS.csv",
            help="With files: write the doubtful pairs, both records beside each other, and why.",
        ),
    ] = None,
    decisions: Annotated[
        list[Path] | None,
        typer.Option(
            "--decisions",
            metavar="PAIRS.csv",
            help="With files: pairs of --review that you marked same or different; it holds.",
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="With files: PEOPLE-why.csv and -read.csv, in words."),
    ] = False,
    engine: Annotated[
        ComparisonEngine | None,
        typer.Option(
            "--engine", envvar="CAIRN_ENGINE", help="With files: what compares; else duckdb."
        ),
    ] = None,
    pilots: Annotated[
        bool, typer.Option("--pilots", help="The synthetic deliveries of pilots, and no other.")
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which records are of the same child: in the hub's deliveries, or in plain files.

    Example: cairn link

    Links every delivery that counts now. The same deliveries again find the run there is. People
    keep their random ids. Those of pilots are linked by themselves: cairn link --pilots

    Example: cairn link school.csv clinic.xlsx camp.parquet --out people.csv

    With files nothing else is needed: no server, no data folder, no key. Each file needs a column
    record_id, names, and birth_date wherever it is known; address, phone, guardian_name, email, sex
    and state_id help. A file's source is its column source, or else its name. The answer is a file
    of source, record_id, person_id. Problems of a file are reported first; columns of something
    else, constants and social security numbers are left out, with a warning. Ends with 0 when
    people.csv was written, 1 when no file can be linked, 2 when the command or a file cannot be
    read.
    """
    with run_command(as_json=as_json) as output:
        if files and pilots:
            raise CommandUsageError("--pilots: for the deliveries of the hub; name no files.")
        if files:
            from cairn.interfaces.cli.data.file_matching import FileMatchingOptions, match_files

            excluded_columns, decision_files = frozenset(leave_out or ()), tuple(decisions or ())
            name = (engine or ComparisonEngine.DUCKDB).value
            options = FileMatchingOptions(
                tuple(files), out, previous, excluded_columns, review, explain, name, decision_files
            )
            match_files(output, options)
        else:
            if any((out, previous, leave_out, review, explain, decisions)):
                raise CommandUsageError("Name the files to link: cairn link FILE… --out people.csv")
            prepare_installation(data)
            from cairn.interfaces.cli.data.hub_matching import match_hub_records

            match_hub_records(output, acting, pilots=pilots)
