"""`cairn agree`: put agreements on record."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking


def agree(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE.toml…", help="Files, or folders.", exists=True)
    ],
    *,
    register: Annotated[
        bool,
        typer.Option("--register", help="Make partners of the parties that nobody knows yet."),
    ] = False,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put agreements on record: all of them, or none.

    Example: cairn agree examples/river-county/agreements --register

    The same text again changes nothing; another text for the same reference is a new version.
    A party that is not registered as a partner is a mistake, unless --register says otherwise.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.agreeing import load

        load(voice, files, acting, register=register)
