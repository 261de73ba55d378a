"""Define `cairn serve` and `cairn work`: the site with a worker beside it, and a worker alone."""

from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import run_command


def serve(
    *,
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Where it serves.")] = 8000,
    host: Annotated[str, typer.Option("--host", help="The address it listens on.")] = "127.0.0.1",
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Do long work beside the site.")
    ] = True,
    data: DataFolderOption = None,
) -> None:
    """Serve the site, and do long work beside it.

    Example: cairn serve --port 8080

    Other machines reach it only with --host and CAIRN_HOSTS, behind a proxy that speaks https.
    """
    with run_command(as_json=False) as output:
        prepare_installation(data)
        from cairn.interfaces.web.server import run_server as run

        run(
            host=host,
            port=port,
            with_worker=worker,
            on_ready=lambda address: output.plain(f"Cairn is at {address} (Control-C ends it)."),
        )


def work(
    *,
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End when nothing is left to do.")
    ] = False,
    data: DataFolderOption = None,
) -> None:
    """Do long work from the queue: checking deliveries, linking, counting.

    Example: cairn work --until-empty

    `cairn serve` runs one already. Ending it loses nothing: the next worker continues.
    """
    with run_command(as_json=False):
        prepare_installation(data)
        from cairn.interfaces.web.worker import run_worker as run

        run(until_empty=until_empty)
