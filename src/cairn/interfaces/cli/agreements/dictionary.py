"""Define `cairn dictionary`: record what data a provider already holds."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command


def dictionary(
    file: Annotated[Path, typer.Argument(help="A CSV or Excel file with one row an element.")],
    *,
    organization: Annotated[
        str,
        typer.Option("--from", metavar="ORG", help="Whose it is; left out, it is only read."),
    ] = "",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a data dictionary and report its oddities; with --from, put it on record.

    Example: cairn dictionary fields.xlsx --from alder-creek-sd
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.dictionary_import import keep_dictionary, show_dictionary

        if organization:
            keep_dictionary(output, file, organization, acting)
        else:
            show_dictionary(output, file)
