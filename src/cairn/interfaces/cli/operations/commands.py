"""Define the commands that run an installation.

`cairn demo` builds the invented community, `serve` runs the site with a worker beside it and `work`
a worker alone. `check` reports whether the installation works, `verify` whether every record and
file is as it was written. `backup` copies it elsewhere, and `restore` brings it back. `destroy`
destroys data at the end of retention, and writes the certificate.
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
        int, typer.Option("--people", min=100, max=1_000_000, help="Number of invented children.")
    ] = 20_000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Start the site when the data are ready.")
    ] = True,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65_535, help="Port of the site.")
    ] = 8000,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make River County, an invented community with published figures, and start the site.

    Example: cairn demo --people 2000 --no-serve

    Every child is invented. A second run starts at once with the same data.
    """
    with run_command(as_json=as_json) as output:
        installation.create_demo_mailbox(data)
        installation.set_link_port(port)
        prepare_installation(data)
        from cairn.interfaces.cli.operations.demo_report import run_demo

        run_demo(output, people=people, port=port if serve else None)


def serve(
    *,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65_535, help="Port of the site.")
    ] = 8000,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run a background worker with the site.")
    ] = True,
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes",
            min=1,
            max=64,
            help="Processes that answer requests. Default: one for each core, at most 4.",
        ),
    ] = None,
    data: DataFolderOption = None,
) -> None:
    """Start the site with a background worker.

    Example: cairn serve --port 8080

    Other computers can reach it only with --host and CAIRN_HOSTS, behind a proxy with https.
    """
    with run_command(as_json=False) as output:
        installation.set_link_port(port)
        prepare_installation(data)
        from cairn.interfaces.web.serving import server

        server.run_server(
            host=host,
            port=port,
            with_worker=worker,
            processes=processes or server.count_default_processes(),
            on_ready=lambda address: output.print_text(f"Open {address}. Press Control-C to stop."),
        )


def work(
    *,
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="Stop when no work is left.")
    ] = False,
    data: DataFolderOption = None,
) -> None:
    """Run a background worker: it checks data submissions, matches records and counts.

    Example: cairn work --until-empty

    `cairn serve` already runs one. If you stop a worker, the next one continues its work.
    """
    with run_command(as_json=False):
        prepare_installation(data)
        from cairn.interfaces.web.worker import run_worker as run

        run(until_empty=until_empty)


def check(*, data: DataFolderOption = None, as_json: JsonOption = False) -> None:
    """Check whether this installation works, and how to fix it. Changes nothing.

    Example: cairn check

    The exit code is 1 if you must fix something first; each line says how.
    """
    with run_command(as_json=as_json) as output:
        installation.choose_data_folder(data)
        installation.set_up_django()
        from cairn.interfaces.cli.operations.installation_checks import report_health

        report_health(output)


def grant(
    role: Annotated[str, typer.Argument(help="Role of PostgreSQL with which the site connects.")],
    *,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give the site's PostgreSQL role the right to change rows, and no other right.

    Example: cairn grant cairn_service

    Run it as the owner of both databases (DATABASE_URL, IDENTITY_DATABASE_URL), after
    installation and after each upgrade: it applies missing migrations, too. Then start the site
    with the role.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations.installation_checks import report_grants

        report_grants(output, role)


def verify(
    *,
    kept: Annotated[
        str,
        typer.Option(
            "--head",
            metavar="LINE:HASH",
            help="Line and hash that an earlier run told you to keep.",
        ),
    ] = "",
    replay: Annotated[
        bool,
        typer.Option(
            "--replay", help="Also check every past decision again, on the facts of its day."
        ),
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that the audit log and every stored file are unchanged.

    Example: cairn verify --json

    Keep the line and hash that it prints on another machine, and use them next time with --head.
    This also finds an audit log that was cut short, or rewritten by a person with the key.

    With --replay, every past decision about data is made again on the facts of its day. The command
    shows those that would be different today, for example because the rules changed.

    It also lists the files that are more than a day old and that no record names: a step was cut
    short before it recorded them.

    The exit code is 1 if anything was changed, or a file has no record.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations.installation_checks import verify_installation

        verify_installation(output, acting, kept, replay=replay)


def backup(
    *,
    to: Annotated[
        str,
        typer.Option("--to", metavar="PLACE", help="Folder or storage address of data backups."),
    ] = "",
    keys_to: Annotated[
        str,
        typer.Option("--keys-to", metavar="PLACE", help="Another folder or address, for the keys."),
    ] = "",
    recipient: Annotated[
        list[str] | None,
        typer.Option(
            "--recipient", metavar="KEY", help="Public key (age1...) that can open the backup."
        ),
    ] = None,
    check_only: Annotated[
        bool,
        typer.Option(
            "--check", help="Restore the newest backup into a temporary folder and verify it."
        ),
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Back up both databases, every file and the keys while the site is running.

    Example: cairn backup --to /mnt/backup --keys-to /mnt/keys --recipient age1...

    Everything is encrypted to the public key. Files that an earlier backup holds are not written
    again. The keys go to another place: the data backup opens nothing without them. Each run
    replaces the keys, so that destroyed data cannot be read in an older backup.

    Without options, the places are those of CAIRN_BACKUP, CAIRN_BACKUP_KEYS and
    CAIRN_BACKUP_RECIPIENTS, and the schedule makes a backup and checks it each night.

    The exit code is 1 if --check found a change, and 2 if a backup could not be made or opened.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations.backups import open_places, run_backup

        places = open_places(to, keys_to, recipient or [])
        run_backup(output, places, acting, check=check_only)


def restore(
    *,
    source: Annotated[
        str, typer.Option("--from", metavar="PLACE", help="Place of the data backups.")
    ],
    keys_source: Annotated[
        str, typer.Option("--keys-from", metavar="PLACE", help="Place of the key backups.")
    ],
    identity: Annotated[
        Path,
        typer.Option(
            "--identity",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="File with the private key, as age-keygen wrote it.",
        ),
    ],
    name: Annotated[
        str, typer.Option("--backup", metavar="NAME", help="An older backup. Default: the newest.")
    ] = "",
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into a new or empty data folder, and verify it.

    Example: cairn restore --from /mnt/backup --keys-from /mnt/keys --identity key.txt --data new

    You also need the master key: set CAIRN_KEY, or put the key file beside the new folder. A backup
    that is incomplete or was changed is refused, and the message names the file.

    The exit code is 1 if the verification found a change, and 2 if nothing was restored.
    """
    with run_command(as_json=as_json) as output:
        installation.choose_data_folder(data)
        from cairn.interfaces.cli.operations.restoration import restore_installation

        restore_installation(output, (source, keys_source), identity, name)


def bounces(
    mailbox: Annotated[
        Path,
        typer.Argument(
            exists=True, help="An mbox file, a Maildir folder, or one message of your mail server."
        ),
    ],
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read your mail server's reports of email that could not be delivered.

    Example: cairn bounces /var/mail/cairn

    A message that bounced does not count as a notice, and nothing more is sent to an address that
    does not exist. A second reading of the same reports changes nothing.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations.bounce_report import report_bounces

        report_bounces(output, mailbox, acting)


def destroy(
    deliveries: Annotated[
        list[int] | None,
        typer.Argument(metavar="[SUBMISSION…]", help="Numbers of data submissions."),
    ] = None,
    *,
    due: Annotated[
        bool, typer.Option("--due", help="Everything with a retention period that is over today.")
    ] = False,
    under: Annotated[
        str,
        typer.Option("--under", metavar="AGREEMENT", help="Everything held under one agreement."),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Destroy without asking.")] = False,
    certificates: Annotated[
        Path | None,
        typer.Option(
            "--certificates", metavar="FOLDER", help="Also write each certificate here (PDF, JSON)."
        ),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Destroy data submissions and everything made from them.

    Example: cairn destroy --due --certificates ./certificates

    The command lists everything that would be destroyed and asks. Without a terminal it destroys
    only with --yes. It destroys keys first, then files. The remaining data are then matched again,
    so that names are removed from the person index too. The data owner gets a certificate of
    destruction to accept.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations import destruction

        options = destruction.DestroyOptions(tuple(deliveries or ()), due, under, yes, certificates)
        destruction.destroy_chosen_duties(output, options, acting)
