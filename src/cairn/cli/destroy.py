"""`cairn destroy`: destroy deliveries whose time to be kept is over."""

from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking


def destroy(
    deliveries: Annotated[
        list[int] | None, typer.Argument(metavar="[DELIVERY…]", help="Numbers of deliveries.")
    ] = None,
    *,
    due: Annotated[
        bool, typer.Option("--due", help="All whose time to be kept is over today.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; otherwise only show what it is.")] = (
        False
    ),
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Destroy deliveries: the keys of their files are forgotten, and the files removed.

    Example: cairn destroy --due --yes

    Without --yes it shows what it would destroy. The record of the delivery stays.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.destroying import Chosen, destroy_chosen

        destroy_chosen(voice, Chosen(tuple(deliveries or ()), due=due, yes=yes), acting)
