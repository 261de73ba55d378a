"""`cairn family`: letters that open a family's page."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking

app = typer.Typer(help="Write to families.", no_args_is_help=True)


@app.command("letters")
def letters(
    file: Annotated[
        Path,
        typer.Argument(
            help="A text file, one child a line: id, name, en or es, with commas between.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    organization: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Short name of the district.")
    ],
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help="Where families reach this site.")
    ],
    to: Annotated[Path, typer.Option("--to", help="The HTML file to write, ready to print.")],
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="The codes' last day; else 12 weeks."),
    ] = None,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Letters with a code for each family, in its language. The codes are in the file only.

    Example: cairn family letters children.txt --from alder-creek-sd
    --address https://cairn.county.example --to letters.html
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.inviting import Invitation, invite

        day = until.date() if until else None
        invite(voice, Invitation(file, organization, address, to, day), acting)
