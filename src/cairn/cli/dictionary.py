"""`cairn dictionary`: what a provider already holds, before anyone asks for data."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking


def dictionary(
    file: Annotated[Path, typer.Argument(help="A CSV or Excel file with one row an element.")],
    *,
    organization: Annotated[
        str,
        typer.Option("--from", metavar="ORG", help="Whose it is; left out, it is only read."),
    ] = "",
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Read a data dictionary and say what is odd in it; with --from, put it on record.

    Example: cairn dictionary fields.xlsx --from alder-creek-sd
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.describing import keep, look

        if organization:
            keep(voice, file, organization, acting)
        else:
            look(voice, file)
