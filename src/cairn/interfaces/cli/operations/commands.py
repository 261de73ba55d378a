"""Define the commands that run an installation.

`cairn demo` builds the invented community, `serve` runs the site with a worker beside it and `work`
a worker alone. `check` reports whether the installation works, `verify` whether every record and
file is as it was written. `destroy` destroys data at the end of retention, and writes the
certificate.
"""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli import installation
from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command


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


def check(*, data: DataFolderOption = None, as_json: JsonOption = False) -> None:
    """Check whether this installation is sound. Looks at everything it needs, and changes nothing.

    Example: cairn check

    Ends with code 1 when something must be mended first; each line says how.
    """
    with run_command(as_json=as_json) as output:
        installation.choose_data_folder(data)
        installation.set_up_django()
        from cairn.interfaces.cli.operations.installation_checks import report_health

        report_health(output)


def verify(
    *,
    kept: Annotated[
        str,
        typer.Option("--head", metavar="LINE:HASH", help="What an earlier check said to keep."),
    ] = "",
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Ask every past decision again, on the facts of its day."),
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the audit chain, every manifest and every file's hash: one changed byte is found.

    Example: cairn verify --json

    Keep the line and hash it prints outside this machine, and give them next time with --head: so
    a chain that was cut, or rewritten by someone with the key, is found too.

    With --replay every past decision about data is asked again, on the facts of its day: those that
    would be answered otherwise today, since the rules changed, are shown.

    Ends with code 1 when anything is not as it was written.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations.installation_checks import verify_installation

        verify_installation(output, acting, kept, replay=replay)


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
        from cairn.interfaces.cli.operations import destruction

        options = destruction.DestroyOptions(tuple(deliveries or ()), due, under, yes, certificates)
        destruction.destroy_chosen_duties(output, options, acting)
