"""`cairn trace`: whose copy of an extract a found file is."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking


def trace(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The file that was found.")],
    *,
    column: Annotated[
        str, typer.Option("--column", help="The column of the children's codes.")
    ] = "person",
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Whose copy a found file is, by the order in which its children stand.

    Exit 1 where it is nobody's: sorted, with other codes, or of fewer than 20 children.

    Example: cairn trace found.csv
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.tracing import traced_to

        traced_to(voice, file, column, acting)
