"""`cairn demo`: the invented community, the whole way of data, and the site."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.installation import choose, ready
from cairn.cli.voice import speaking


def demo(
    *,
    people: Annotated[
        int, typer.Option("--people", min=100, max=1_000_000, help="How many invented children.")
    ] = 20_000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Start the site when all is made.")
    ] = True,
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Where it serves.")] = 8000,
    data: Annotated[
        Path, typer.Option("--data", metavar="FOLDER", file_okay=False, help="Where it is kept.")
    ] = Path("cairn-demo"),
) -> None:
    """Make the invented River County, take its data the whole way, and serve the site.

    Example: cairn demo --people 2000 --no-serve

    Every child is invented. A second run finds everything made and is instant.
    """
    with speaking(as_json=False) as voice:
        choose(data)
        ready()
        from cairn.cli.demoing import make_and_tell, open_the_site

        make_and_tell(voice, people=people, data=data)
        if serve:
            open_the_site(voice, port=port)
