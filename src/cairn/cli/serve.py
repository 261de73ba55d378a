"""`cairn serve`: the site, with a worker beside it."""

from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import speaking


def serve(
    *,
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Where it serves.")] = 8000,
    host: Annotated[str, typer.Option("--host", help="The address it listens on.")] = "127.0.0.1",
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Do long work beside the site.")
    ] = True,
    data: Data = None,
) -> None:
    """Serve the site, and do long work beside it.

    Example: cairn serve --port 8080

    Other machines reach it only with --host and CAIRN_HOSTS, behind a proxy that speaks https.
    """
    with speaking(as_json=False) as voice:
        ready(data)
        from cairn.web.server import serve as run

        run(
            host=host,
            port=port,
            with_worker=worker,
            on_ready=lambda address: voice.plain(f"Cairn is at {address} (Control-C ends it)."),
        )
