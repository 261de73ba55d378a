"""Define `cairn trace`: identify the recipient of a leaked extract file."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command


def trace(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The file that was found.")],
    *,
    column: Annotated[
        str, typer.Option("--column", help="The column of the children's codes.")
    ] = "person",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Identify the recipient of a leaked file from its row order.

    Exit 1 where it cannot be traced: sorted, with other codes, or of fewer than 20 children.

    Example: cairn trace found.csv
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.copy_tracing import trace_extract_file

        trace_extract_file(output, file, column, acting)
