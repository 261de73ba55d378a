"""Define `cairn receive`: import partners' files."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command


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
        from cairn.interfaces.cli.data.file_import import ReceiveOptions, import_files

        import_files(
            output,
            ReceiveOptions(tuple(files), sender, under, feed, period, mapping, acting, synthetic),
        )
