"""Define `cairn opt-out`: record that families decline."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command


def opt_out(  # noqa: PLR0913 - each is an option of the command
    file: Annotated[
        Path,
        typer.Argument(
            help="A text file with one local id a line, or id | name | relation; - reads the "
            "standard input.",
            allow_dash=True,
        ),
    ],
    *,
    organization: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Short name of whose ids they are.")
    ],
    scope: Annotated[
        str, typer.Option("--scope", help="all_discretionary or directory.")
    ] = "all_discretionary",
    season: Annotated[
        str, typer.Option("--season", help="The school year; else the present one.")
    ] = "",
    known_by: Annotated[
        str,
        typer.Option(
            "--known-by",
            help="How you know who said it, such as: signed paper. --undo needs it.",
        ),
    ] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="These families changed their mind.")
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record opt-outs of families. Child IDs are read from a file, never from the command line.

    Example: cairn opt-out declined.txt --from alder-creek-sd --season 2026-27
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents.opt_out_list import OptOutOptions, record_opt_out_list

        record_opt_out_list(
            output, file, OptOutOptions(organization, scope, season, known_by.strip(), undo), acting
        )
