"""`cairn demo`: the invented community, the whole way of data, and the site."""

from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import AsJson, speaking


def demo(
    *,
    people: Annotated[
        int, typer.Option("--people", min=100, max=1_000_000, help="How many invented children.")
    ] = 20_000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Start the site when all is made.")
    ] = True,
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Where it serves.")] = 8000,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make the invented River County, take its data the whole way, and serve the site.

    Example: cairn demo --people 2000 --no-serve

    Every child is invented. A second run finds everything made and is instant.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.demonstrating import show

        show(voice, people=people, port=port if serve else None)
