"""`cairn work`: a worker of its own."""

from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import speaking


def work(
    *,
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End when nothing is left to do.")
    ] = False,
    data: Data = None,
) -> None:
    """Do long work from the queue: checking deliveries, linking, counting.

    Example: cairn work --until-empty

    `cairn serve` runs one already. Ending it loses nothing: the next worker continues.
    """
    with speaking(as_json=False):
        ready(data)
        from cairn.web.worker import work as run

        run(until_empty=until_empty)
