"""Define `cairn encode`: match records without sending names."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.output import JsonOption, run_command


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
        from cairn.interfaces.cli.data.encoded_file import (
            EncodeOptions,
            encode_roster_file,
            make_key_pair_files,
            make_project_file,
        )

        if new_key is not None:
            make_key_pair_files(output, new_key)
        elif new_project is not None:
            make_project_file(output, new_project, key, partners or [])
        else:
            options = EncodeOptions(file, key, project, out, frozenset(leave_out or ()))
            encode_roster_file(output, options)
