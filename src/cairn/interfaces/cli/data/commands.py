"""Define `cairn receive`, `cairn encode` and `cairn link`.

They import partners' files, match records without sending names, and find which records are of
the same child.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, CommandUsageError, JsonOption, run_command


def receive(  # noqa: PLR0913 - each is an option of the command
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Files, or folders of files.", exists=True),
    ],
    *,
    sender: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Short name of who sent them.")
    ],
    under: Annotated[
        str, typer.Option("--under", metavar="AGREEMENT", help="Reference of the agreement.")
    ],
    feed: Annotated[
        str, typer.Option("--feed", help="What the file is, by name; else it is found out.")
    ] = "",
    period: Annotated[
        str, typer.Option("--period", help="What it covers; else the present school year.")
    ] = "",
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            exists=True,
            help="A TOML file (or a folder of them, one a feed) that says how columns are read; "
            "else the saved mapping, else a guess.",
        ),
    ] = None,
    synthetic: Annotated[
        str,
        typer.Option(
            "--synthetic",
            metavar="HOW",
            help="The data are invented, for a pilot: say how they were made.",
        ),
    ] = "",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in partners' files: what the agreement covers is kept, the rest is never written.

    Example: cairn receive students.csv --from alder-creek-sd --under RC-DSA-01 --period 2025-26

    A folder is taken file by file; files of an unknown kind, and files that the agreement does
    not cover, are listed and left alone. The same file again changes nothing; a corrected file
    replaces the earlier one.

    Example: cairn receive pilot.csv --from alder-creek-sd --under RC-PILOT
    --synthetic "made with cairn synthetic"
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.data import file_import

        file_import.import_files(
            output,
            file_import.ReceiveOptions(
                tuple(files), sender, under, feed, period, mapping, acting, synthetic
            ),
        )


def encode(  # noqa: PLR0913 - each is an option of the command
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The file of children, as for cairn link."),
    ] = None,
    *,
    new_key: Annotated[
        str | None,
        typer.Option(
            "--new-key",
            metavar="NAME",
            help="First: make NAME.private (stays here) and NAME.public (send it).",
        ),
    ] = None,
    new_project: Annotated[
        str | None,
        typer.Option(
            "--new-project",
            metavar="NAME",
            help="Then, by one of you: make NAME.project, which those named by --with can open.",
        ),
    ] = None,
    partners: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="X.public", help="With --new-project: a partner's half."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="NAME.private", help="Your private half.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", metavar="NAME.project", help="The project's file.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="ENCODED.parquet", help="Where to write what you send."),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option("--leave-out", metavar="COLUMN", help="Do not read this column."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Turn names into bits that only partners of one project can make, and anyone can compare.

    Example: cairn encode camp.csv --key camp.private --project summer.project --out sent.parquet

    Send sent.parquet to the organization that links; names, birth dates and ids other than
    record_id are not in it. Once before: every partner runs --new-key and sends the public half;
    one of them runs

    Example: cairn encode --new-project summer --key camp.private --with school.public

    and sends summer.project to all. The keys and the project file never go to the organization that
    links.
    """
    with run_command(as_json=as_json) as output:
        from cairn.interfaces.cli.data import encoded_file

        if new_key is not None:
            encoded_file.make_key_pair_files(output, new_key)
        elif new_project is not None:
            encoded_file.make_project_file(output, new_project, key, partners or [])
        else:
            options = encoded_file.EncodeOptions(
                file, key, project, out, frozenset(leave_out or ())
            )
            encoded_file.encode_roster_file(output, options)


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
            from cairn.interfaces.cli.data import file_matching

            excluded_columns, decision_files = frozenset(leave_out or ()), tuple(decisions or ())
            name = (engine or ComparisonEngine.DUCKDB).value
            options = file_matching.FileMatchingOptions(
                tuple(files), out, previous, excluded_columns, review, explain, name, decision_files
            )
            file_matching.match_files(output, options)
        else:
            if any((out, previous, leave_out, review, explain, decisions)):
                raise CommandUsageError("Name the files to link: cairn link FILE… --out people.csv")
            prepare_installation(data)
            from cairn.interfaces.cli.data.hub_matching import match_hub_records

            match_hub_records(output, acting, pilots=pilots)
