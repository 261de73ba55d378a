"""Define `cairn agree`: put agreements on record."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command


def agree(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE.toml…", help="Files, or folders.", exists=True)
    ],
    *,
    register: Annotated[
        bool,
        typer.Option("--register", help="Make partners of the parties that nobody knows yet."),
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put agreements on record: all of them, or none.

    Example: cairn agree examples/river-county/agreements --register

    The same text again changes nothing; another text for the same reference is a new version.
    A party that is not registered as a partner is a mistake, unless --register says otherwise.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.agreements.agreement_loading import load_agreement_files

        load_agreement_files(output, files, acting, register=register)
