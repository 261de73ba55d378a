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
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put agreements on record, and their parties with them.

    Example: cairn agree examples/river-county/agreements

    The same text again changes nothing; another text for the same reference is a new version.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.agreeing import load

        load(voice, files, acting)
