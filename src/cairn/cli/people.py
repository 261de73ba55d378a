"""`cairn people`: who may sign in, and the first data manager."""

from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking

app = typer.Typer(help="See who acts for whom, and add people.", no_args_is_help=True)


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="Their email address, with which they sign in.")],
    *,
    name: Annotated[str, typer.Option("--name", help="Their name.")],
    role: Annotated[
        str,
        typer.Option("--role", help="data_manager, steward, analyst, reviewer or program_staff."),
    ] = "data_manager",
    organization: Annotated[
        str, typer.Option("--organization", help="Short name of whom they act for.")
    ] = "partnership",
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give someone a role. They choose a password with the link that this prints.

    Example: cairn people add dana@example.org --name "Dana Whitfield"

    While an installation has nobody, the first person becomes the data manager of the
    partnership's own office, which is made if need be.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.peopling import Newcomer, welcome

        welcome(voice, Newcomer(email, name, role, organization), acting)


@app.command("list")
def show(*, acting: As = None, data: Data = None, as_json: AsJson = False) -> None:
    """Who acts for whom, today and before.

    Example: cairn people list
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.peopling import listed

        listed(voice, acting)
