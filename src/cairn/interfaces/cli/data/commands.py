"""Define `cairn receive`, `cairn watch`, `cairn add-table`, `cairn encode` and `cairn link`.

They import partners' files and published tables, match records without sending names, and find
which records are of the same child.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, CommandUsageError, JsonOption, run_command


def receive(  # noqa: PLR0913 - each is an option of the command
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Files or folders.", exists=True),
    ],
    *,
    sender: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Organization that sent the files.")
    ],
    under: Annotated[
        str, typer.Option("--under", metavar="AGREEMENT", help="Reference of the agreement.")
    ],
    feed: Annotated[
        str, typer.Option("--feed", help="Name of the feed. Default: Cairn recognizes it.")
    ] = "",
    period: Annotated[
        str,
        typer.Option(
            "--period",
            help="Period of the data. Default: the school year of the dates in the file, else the "
            "current one.",
        ),
    ] = "",
    part: Annotated[
        str,
        typer.Option(
            "--part",
            help="What the file holds of the period: a site, school, section or day. Default: all "
            "of it; several files of one feed are parts named by what differs in their names.",
        ),
    ] = "",
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Let a file replace a different earlier one of the same feed, period and part.",
        ),
    ] = False,
    changes_as_of: Annotated[
        datetime | None,
        typer.Option(
            "--changes-as-of",
            metavar="DAY",
            formats=["%Y-%m-%d"],
            help="The file has only rows that were added, changed or deleted since the last file; "
            "the day of its export, such as 2026-01-31.",
        ),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            metavar="DAY",
            formats=["%Y-%m-%d"],
            help="The day that the data describe, such as 2026-01-31. A newer file replaces an "
            "older one; an older one, or one without a day, is held.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            exists=True,
            help="Column mapping: a TOML file, or a folder with one for each feed. Default: the "
            "confirmed mapping, or a proposal.",
        ),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Import files of a new layout as proposed."),
    ] = False,
    id_column: Annotated[
        str,
        typer.Option(
            "--id-column",
            metavar="NAME",
            help="Column with the student ID that the sender itself uses, if a file has several.",
        ),
    ] = "",
    absent_periods: Annotated[
        int,
        typer.Option(
            "--absent-periods",
            metavar="NUMBER",
            min=0,
            help="In how many class periods a student must be absent for the day to be an absence, "
            "in a file with a column or a row for each period.",
        ),
    ] = 0,
    part_column: Annotated[
        str,
        typer.Option(
            "--part-column",
            metavar="COLUMN",
            help="Column that names the part of each row, such as a site, in a file with several "
            "parts; “none” if the file is one part. Default: as confirmed, or as Cairn suggests.",
        ),
    ] = "",
    date_source: Annotated[
        str,
        typer.Option(
            "--date-source",
            metavar="name|modified|COLUMN",
            help="Where this and later files say the day of their data: “name” for their name, "
            "such as roster_2026-11-30.csv, “modified” for what the server of an address says "
            "(Last-Modified), or a column. It is confirmed with the layout.",
        ),
    ] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="File with the password of zip files in its first line. It is kept nowhere.",
        ),
    ] = None,
    layout: Annotated[
        Path | None,
        typer.Option(
            "--layout",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Table of the columns of files of fixed width, as their maker publishes it: a row "
            "for each column, with Name, Start, and Length or End.",
        ),
    ] = None,
    corrects: Annotated[
        int,
        typer.Option(
            "--corrects",
            metavar="NUMBER",
            help="The file is the correction file of this data submission. The number is in the "
            "address of its page.",
        ),
    ] = 0,
    synthetic: Annotated[
        str,
        typer.Option(
            "--synthetic",
            metavar="HOW",
            help="The data are invented, for a pilot. Say how they were made.",
        ),
    ] = "",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import partners' files; columns that the agreement does not cover are never written.

    Example: cairn receive students.csv --from alder-creek-sd --under RC-DSA-01 --period 2025-26

    The first file of a layout is not imported: the command shows what each column and code would
    become, and what would become of the rows. Look at it, then run the command again with --yes.
    From then on, files of this layout are imported at once, until the layout changes.

    A folder is read file by file. Files of an unknown kind, and files that the agreement does not
    cover, are listed and not imported. Sending the same file again changes nothing; a corrected
    file replaces the earlier one of the same feed, period and part. A file that differs more is
    held: nothing is replaced until you run the command again with --replace, or with --part. Files
    of different parts all count.

    Example: cairn receive rosters/ --from alder-creek-sd --under RC-DSA-01 --period 2025-26

    A file with several parts, such as sites, replaces only the parts that it holds. A column with
    the parts received so far is suggested; look at the parts, then run the command with --yes.

    Example: cairn receive sites.csv --from alder-creek-sd --under RC-DSA-01 --part-column Site

    Example: cairn receive corrections.xlsx --from alder-creek-sd --under RC-DSA-01 --corrects 412

    A file with only rows that were added, changed or deleted is applied to the file before, by the
    key of its record type; changes that are older than those that count wait for a person.

    Example: cairn receive changes.csv --from alder-creek-sd --under RC-DSA-01 --feed roster
    --changes-as-of 2026-01-31

    A correction file has the rows with problems of a data submission. The command shows what would
    become of them; with --yes it imports them as a new version.

    Example: cairn receive students.toml --from alder-creek-sd --under RC-DSA-01

    A .toml file describes a query of a database: url, query, and password_variable, the
    environment variable with the password. Its result is imported like a file.

    Example: cairn receive pilot.csv --from alder-creek-sd --under RC-PILOT
    --synthetic "made with cairn synthetic" --yes
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.data import correction_import, file_import

        options = file_import.ReceiveOptions(
            files=tuple(files),
            sender=sender,
            under=under,
            feed=feed,
            period=period,
            mapping=mapping,
            acting=acting,
            synthetic=synthetic,
            part=part,
            replace_earlier=replace,
            accept_proposals=yes,
            id_column=id_column,
            absent_periods=absent_periods,
            changes_as_of=changes_as_of.date() if changes_as_of else None,
            extract_date=as_of.date() if as_of else None,
            part_column=part_column,
            date_source=date_source,
            password_file=password_file,
            layout=layout,
        )
        if corrects:
            correction_import.import_correction_file(output, options, corrects)
        else:
            file_import.import_files(output, options)


def watch(  # noqa: PLR0913 - each is an option of the command
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="Folder, or a file that describes a REST API.", exists=True
        ),
    ],
    *,
    sender: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Organization that sends the files.")
    ] = "",
    under: Annotated[
        str, typer.Option("--under", metavar="AGREEMENT", help="Reference of the agreement.")
    ] = "",
    feed: Annotated[
        str, typer.Option("--feed", help="Name of the feed. Default: Cairn recognizes it.")
    ] = "",
    period: Annotated[
        str,
        typer.Option(
            "--period",
            help="Period of the data; “month” for the month of the dates in a file, else that in "
            "which it arrives. Default: likewise the school year.",
        ),
    ] = "",
    stop: Annotated[bool, typer.Option("--stop", help="Stop watching the folder.")] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Receive each file that a partner puts into a folder, now and while the worker runs.

    Example: cairn watch /srv/alder-creek --from alder-creek-sd --under RC-DSA-01 --period month

    A file is taken once its size has not changed for a minute. A file with a confirmed layout is
    imported and moved to the folder “received” in it. A new or changed layout waits for a person
    on the pages, and the file is moved to “waiting”. Any other file is moved to “refused”. The
    reason is beside it. Nothing is deleted, and a file that comes twice is imported once.

    Example: cairn watch students.toml --from alder-creek-sd --under RC-DSA-01

    The address of a partner's system is asked now and every night. Its token is read from the
    environment this once, and kept encrypted.

    Example: cairn watch /srv/alder-creek --stop
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.data import folder_watch

        folder_watch.watch_partner_folder(
            output,
            folder_watch.WatchOptions(
                folder=folder,
                sender=sender,
                under=under,
                feed=feed,
                period=period,
                acting=acting,
                stop=stop,
            ),
        )


def add_table(  # noqa: PLR0913 - each is an option of the command
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="CSV, Excel or JSON, as published.", exists=True, dir_okay=False
        ),
    ],
    *,
    title: Annotated[str, typer.Option("--title", help="Title of the table.")],
    publisher: Annotated[str, typer.Option("--publisher", help="Who published it.")],
    address: Annotated[str, typer.Option("--address", metavar="URL", help="Its web address.")],
    terms: Annotated[str, typer.Option("--license", help="License or terms of use.")],
    as_of: Annotated[
        datetime,
        typer.Option(
            "--as-of", metavar="DAY", formats=["%Y-%m-%d"], help="The day that the figures are of."
        ),
    ],
    area: Annotated[str, typer.Option("--area", help="The area that the table covers.")],
    level: Annotated[
        str,
        typer.Option(
            "--level",
            help="What one row is about: nation, state, county, district, school, tract or other.",
        ),
    ] = "other",
    higher_is: Annotated[
        str,
        typer.Option("--higher-is", help="Whether a higher figure is better, worse or neither."),
    ] = "neither",
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="NAME=KIND",
            help="What a column is, if not as proposed: place, place_id, period, group, estimate, "
            "margin, numerator, denominator or ignored. Repeatable.",
        ),
    ] = None,
    replaces: Annotated[
        str,
        typer.Option(
            "--replaces",
            metavar="TITLE",
            help="Title or number of the table that this is a newer edition of.",
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Add the table as shown.")] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a table that an agency published; it needs no agreement.

    Example: cairn add-table acs.csv --title "Poverty by tract" --publisher "Census Bureau"
    --address https://data.census.gov --license "U.S. government work" --as-of 2019-12-31 --area
    "River County" --level tract --higher-is worse

    The command shows what each column is read as and how many figures there are, and with
    --replaces how they differ from the edition before. With --yes the figures are added. A file
    with columns about single students is refused.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.data import table_import

        table_import.add_published_table(
            output,
            table_import.TableOptions(
                file=file,
                title=title,
                publisher=publisher,
                address=address,
                license=terms,
                as_of=as_of,
                level=level,
                area=area,
                higher_is=higher_is,
                columns=tuple(column or ()),
                accept_proposals=yes,
                acting=acting,
                replaces=replaces,
            ),
        )


def encode(  # noqa: PLR0913 - each is an option of the command
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="File of children, as for cairn link."),
    ] = None,
    *,
    new_key: Annotated[
        str | None,
        typer.Option(
            "--new-key",
            metavar="NAME",
            help="Step 1: make NAME.private (keep it here) and NAME.public (send it).",
        ),
    ] = None,
    new_project: Annotated[
        str | None,
        typer.Option(
            "--new-project",
            metavar="NAME",
            help="Step 2, by one partner: make NAME.project for the partners named by --with.",
        ),
    ] = None,
    partners: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            metavar="X.public",
            help="With --new-project: a partner's public key. Repeatable.",
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="NAME.private", help="Your private key.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", metavar="NAME.project", help="Project file.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="ENCODED.parquet", help="File to write and send."),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option("--leave-out", metavar="COLUMN", help="Ignore this column. Repeatable."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Replace names with encodings, so that records can be matched without names.

    Example: cairn encode camp.csv --key camp.private --project summer.project --out sent.parquet

    Send sent.parquet to the organization that matches records. It has no names, no birth dates and
    no IDs except record_id.

    Before the first file, every partner runs --new-key and sends its public key to one partner.
    That partner makes the project and sends the project file to all partners:

    Example: cairn encode --new-project summer --key camp.private --with school.public

    Never send a private key or the project file to the organization that matches records.
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
            help="CSV, Excel or Parquet files. Without files: the hub's data submissions.",
        ),
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="PEOPLE.csv", help="With files: file to write."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="PEOPLE.csv",
            help="With files: keep the person IDs of this result.",
        ),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option("--leave-out", metavar="COLUMN", help="With files: ignore this column."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option(
            "--review",
            metavar="PAIRS.csv",
            help="With files: write uncertain pairs side by side, with reasons.",
        ),
    ] = None,
    decisions: Annotated[
        list[Path] | None,
        typer.Option(
            "--decisions",
            metavar="PAIRS.csv",
            help="With files: pairs of --review that you marked same or different. Repeatable.",
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="With files: write reasons to PEOPLE-why.csv and -read.csv."
        ),
    ] = False,
    engine: Annotated[
        ComparisonEngine | None,
        typer.Option("--engine", envvar="CAIRN_ENGINE", help="Comparison engine. Default: duckdb."),
    ] = None,
    pilots: Annotated[
        bool, typer.Option("--pilots", help="Match the synthetic data of pilots only.")
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Match records of the same child, in the hub's data or in plain files.

    Example: cairn link

    Matches all current data submissions of the hub. People keep their random person IDs. If
    nothing is new, nothing changes. Pilots are matched separately: cairn link --pilots

    Example: cairn link school.csv clinic.xlsx camp.parquet --out people.csv

    With files, you need no server, no data folder and no key. Each file needs a column record_id,
    names, and birth_date wherever you know it; address, phone, guardian_name, email, sex and
    state_id help. The column source, or else the file's name, says who sent a row. The result has
    the columns source, record_id and person_id.

    Problems in a file are reported first. Columns with other content, constants and Social
    Security numbers are left out, with a warning.

    The exit code is 0 if people.csv was written, 1 if no file can be matched, and 2 if the command
    or a file cannot be read.
    """
    with run_command(as_json=as_json) as output:
        if files and pilots:
            raise CommandUsageError("--pilots works on the hub's data. Leave the files out.")
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
                raise CommandUsageError(
                    "Name the files to match: cairn link FILE… --out people.csv"
                )
            prepare_installation(data)
            from cairn.interfaces.cli.data.hub_matching import match_hub_records

            match_hub_records(output, acting, pilots=pilots)
