"""Define `cairn demo`: build the invented community and serve it."""

from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import JsonOption, run_command


def demo(
    *,
    people: Annotated[
        int, typer.Option("--people", min=100, max=1_000_000, help="How many invented children.")
    ] = 20_000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Start the site when all is made.")
    ] = True,
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Where it serves.")] = 8000,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the invented River County, take its data the whole way, and serve the site.

    Example: cairn demo --people 2000 --no-serve

    Every child is invented. A second run finds everything made and is instant.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations.demo_report import run_demo

        run_demo(output, people=people, port=port if serve else None)
