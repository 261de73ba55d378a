"""Define `cairn family`: letters that give a family access to its page."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

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
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Letters with a code for each family, in its language. The codes are in the file only.

    Example: cairn family letters children.txt --from alder-creek-sd
    --address https://cairn.county.example --to letters.html
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents.family_letters import (
            FamilyLetterOptions,
            write_family_letters,
        )

        day = until.date() if until else None
        write_family_letters(
            output, FamilyLetterOptions(file, organization, address, to, day), acting
        )
