"""Define `cairn destroy`: destroy data at the end of retention, and write the certificate."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command


def destroy(
    deliveries: Annotated[
        list[int] | None, typer.Argument(metavar="[DELIVERY…]", help="Numbers of deliveries.")
    ] = None,
    *,
    due: Annotated[
        bool, typer.Option("--due", help="All whose time to be kept is over today.")
    ] = False,
    under: Annotated[
        str, typer.Option("--under", metavar="AGREEMENT", help="All held under one agreement.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it, and do not ask.")] = False,
    certificates: Annotated[
        Path | None,
        typer.Option(
            "--certificates", metavar="FOLDER", help="Write each certificate here too (PDF, JSON)."
        ),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Destroy deliveries and all that was made of them: keys first, then files, then names.

    Example: cairn destroy --due --certificates ./certificates

    It shows everything that would go, and asks; without a terminal it destroys only with --yes. The
    remaining data is then linked again, so that names leave the person index too, and a certificate
    is written for the data's owner to accept.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations.destruction import (
            DestroyOptions,
            destroy_chosen_duties,
        )

        options = DestroyOptions(tuple(deliveries or ()), due, under, yes, certificates)
        destroy_chosen_duties(output, options, acting)
